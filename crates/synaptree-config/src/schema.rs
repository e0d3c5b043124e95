//! The JSON schema of a specification, for editors.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value as Json;

/// The JSON schema of a specification type, with the documentation of its keys as a person reads
/// it: the first part of each comment, without the links of Rust.
///
/// # Example
///
/// ```
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Training {
///     /// How often every row is seen; see [`Training`].
///     #[schemars(range(min = 1))]
///     epochs: usize,
/// }
///
/// let schema = synaptree_config::schema::<Training>();
/// let epochs = &schema["properties"]["epochs"];
/// assert_eq!(epochs["description"], "How often every row is seen; see `Training`.");
/// assert_eq!(epochs["minimum"], 1);
/// ```
pub fn schema<T: JsonSchema>() -> Json {
    let mut schema = SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value();
    default_tags(&mut schema);
    tidy(&mut schema);
    schema
}

/// Frees tables from naming the form that they have by default: where the default of a key is a table
/// with a tag, such as `optimizer = { kind = "adam", … }`, a table without the tag has that form.
fn default_tags(schema: &mut Json) {
    let mut found = Vec::new();
    find_defaults(schema, &mut found);
    for (pointer, default) in found {
        let forms = schema.pointer_mut(&format!("{pointer}/oneOf"));
        for form in forms.and_then(Json::as_array_mut).into_iter().flatten() {
            let is_default = |key: &str| {
                let fixed = form.pointer(&format!("/properties/{key}/const"));
                fixed.is_some_and(|fixed| default.get(key) == Some(fixed))
            };
            let required = form.get("required").and_then(Json::as_array);
            let kept: Option<Vec<Json>> = required.map(|keys| {
                let keys = keys.iter();
                keys.filter(|key| !key.as_str().is_some_and(is_default))
                    .cloned()
                    .collect()
            });
            if let (Some(kept), Some(form)) = (kept, form.as_object_mut()) {
                form.insert("required".to_owned(), Json::Array(kept));
            }
        }
    }
}

/// The definitions that keys refer to, each with the table that is the default of the key.
fn find_defaults(schema: &Json, found: &mut Vec<(String, Json)>) {
    match schema {
        Json::Object(entries) => {
            let target = entries.get("$ref").and_then(Json::as_str);
            if let (Some(pointer), Some(default @ Json::Object(_))) = (
                target.and_then(|target| target.strip_prefix('#')),
                entries.get("default"),
            ) {
                found.push((pointer.to_owned(), default.clone()));
            }
            entries.values().for_each(|part| find_defaults(part, found));
        }
        Json::Array(items) => items.iter().for_each(|item| find_defaults(item, found)),
        _ => {}
    }
}

/// Schemas that were generated already: generating one takes longer than reading a file with it.
static GENERATED: LazyLock<Mutex<HashMap<TypeId, Arc<Json>>>> = LazyLock::new(Mutex::default);

/// The schema that documents are checked against, generated once a process.
pub(crate) fn root_schema<T: JsonSchema + 'static>() -> Arc<Json> {
    // A schema is entered whole, so a panic elsewhere leaves the others as they are.
    let mut generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    let schema = generated.entry(TypeId::of::<T>()).or_insert_with(|| {
        let mut schema = SchemaGenerator::default()
            .into_root_schema_for::<T>()
            .to_value();
        default_tags(&mut schema);
        Arc::new(schema)
    });
    Arc::clone(schema)
}

/// Rewrites every description within a schema.
fn tidy(schema: &mut Json) {
    match schema {
        Json::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Json::String(text) if key == "description" => *text = plain(text),
                    other => tidy(other),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A documentation comment up to its first heading, each paragraph in one line, `[x](y)` as `x`.
fn plain(comment: &str) -> String {
    let end = if comment.starts_with("# ") {
        0
    } else {
        comment.find("\n# ").unwrap_or(comment.len())
    };
    let paragraphs: Vec<String> = comment[..end]
        .trim()
        .split("\n\n")
        .map(|paragraph| {
            let is_laid_out = paragraph.contains("```") || paragraph.contains('|');
            if is_laid_out {
                paragraph.to_owned()
            } else {
                without_links(&paragraph.replace('\n', " "))
            }
        })
        .collect();
    paragraphs.join("\n\n")
}

fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        plain.push_str(before);
        let Some((name, behind)) = after.split_once("`]") else {
            plain.push_str("[`");
            rest = after;
            continue;
        };
        plain.push_str(&format!("`{name}`"));
        rest = match behind
            .strip_prefix('(')
            .and_then(|link| link.split_once(')'))
        {
            Some((_, behind)) => behind,
            None => behind,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_at_its_first_heading_and_links_become_names() {
        let comment =
            "Noise\nof [`Weights`](crate::Weights), see [`Draw`].\n\nMore.\n\n# Example\n\ncode";
        assert_eq!(plain(comment), "Noise of `Weights`, see `Draw`.\n\nMore.");
        assert_eq!(plain("# Example\ncode"), "");
        assert_eq!(plain("open [`x"), "open [`x");
    }
}
