//! What a schema asks for, in words.

use serde_json::Value as Json;

use super::schema::Schema;

/// More choices than this are not listed within a sentence.
const FEW: usize = 4;

/// What a schema asks for, as it follows "must be".
pub(crate) fn expected(schema: &Schema<'_>) -> String {
    let branches = schema.branches();
    let alternatives = if branches.is_empty() {
        vec![schema.clone()]
    } else {
        branches
    };
    let choices: Vec<&Json> = alternatives
        .iter()
        .filter_map(Schema::choices)
        .flatten()
        .collect();
    let mut words: Vec<String> = Vec::new();
    for alternative in &alternatives {
        let new: Vec<String> = match alternative.choices() {
            Some(own) if choices.len() <= FEW => own.into_iter().map(written).collect(),
            _ => alternative.kinds().into_iter().map(kind_in_words).collect(),
        };
        for word in new {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    either(&words)
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn either(words: &[String]) -> String {
    match words {
        [] => "anything".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn kind_in_words(kind: &str) -> String {
    match kind {
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        _ => "a table",
    }
    .to_owned()
}

/// A choice as it is written in the file.
pub(crate) fn written(choice: &Json) -> String {
    choice.to_string()
}

/// All texts a schema lists as choices.
pub(crate) fn text_choices<'s>(schema: &Schema<'s>) -> Vec<&'s str> {
    let own = schema.choices().into_iter();
    let of_branches = schema.branches();
    own.chain(of_branches.iter().filter_map(Schema::choices))
        .flatten()
        .filter_map(Json::as_str)
        .collect()
}

/// Choices in a row, each in quotes.
pub(crate) fn listed(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices
        .iter()
        .map(|choice| format!("\"{choice}\""))
        .collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternatives_are_joined_and_never_repeated() {
        let words = |schema: Json| expected(&Schema::new(&schema));
        assert_eq!(
            words(json!({ "type": ["integer", "null"] })),
            "a whole number"
        );
        assert_eq!(
            words(json!({ "type": "string", "enum": ["a", "b"] })),
            "\"a\" or \"b\""
        );
        assert_eq!(
            words(json!({ "enum": ["a", "b", "c", "d", "e"] })),
            "a string"
        );
        assert_eq!(words(json!(true)), "anything");
        let nested = json!({ "anyOf": [
            { "type": "number" },
            { "type": "boolean", "const": false },
            { "$ref": "#/$defs/Source" },
            { "type": "null" },
        ], "$defs": { "Source": { "anyOf": [{ "type": "string" }, { "type": "array" }] } } });
        assert_eq!(words(nested), "a number, false, a string or a list");
    }
}
