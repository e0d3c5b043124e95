//! Type, range and default of a key, in words.

use serde_json::Value as Json;

use crate::validate::bounds::Bounds;
use crate::validate::schema::Schema;
use crate::validate::words::expected;

/// `a whole number, at least 1; default 10`.
pub(super) fn facts(schema: &Schema<'_>, required: bool) -> String {
    let mut text = expected(schema);
    let branches = schema.branches();
    // Of several forms the range holds for one.
    let joint = if branches.is_empty() {
        ""
    } else {
        "as a number "
    };
    let mut said: Vec<String> = Vec::new();
    let mut say = |words: String| {
        if !said.contains(&words) {
            text.push_str(&format!(", {words}"));
            said.push(words);
        }
    };
    for form in std::iter::once(schema.clone()).chain(branches) {
        let bounds = Bounds::stated(&form);
        if !bounds.is_any() {
            say(format!("{joint}{}", bounds.in_words()));
        }
    }
    for (keyword, words) in [("minLength", "not empty"), ("minItems", "not empty")] {
        if schema.numbers(keyword).any(|least| least >= 1.0) {
            say(words.to_owned());
        }
    }
    match (required, schema.default().map(written)) {
        (true, _) => text + "; required",
        (false, Some(Some(default))) => format!("{text}; default `{default}`"),
        (false, _) => text + "; optional",
    }
}

/// The values that a key may take, each with its meaning, where they have one.
pub(super) fn choices(schema: &Schema<'_>) -> Vec<(String, String)> {
    schema
        .branches()
        .iter()
        .filter_map(|branch| {
            let choice = branch.choices()?;
            let meaning = branch.text("description")?.replace('\n', " ");
            Some((written(choice.first()?)?, meaning))
        })
        .collect()
}

/// A value as it stands in a TOML file; `None` if it is nothing, or too long to be told in a line.
fn written(value: &Json) -> Option<String> {
    let text = match value {
        Json::Null => return None,
        Json::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            format!("[{}]", items?.join(", "))
        }
        Json::Object(entries) => {
            let entries: Option<Vec<String>> = entries
                .iter()
                .map(|(key, value)| Some(format!("{key} = {}", written(value)?)))
                .collect();
            let entries = entries?;
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
        Json::Number(number) if number.is_f64() => format!("{:?}", number.as_f64()?),
        other => other.to_string(),
    };
    (text.len() <= 100).then_some(text)
}
