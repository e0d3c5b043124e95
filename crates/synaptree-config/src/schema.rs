//! The JSON schema of a specification, for editors.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use schemars::{JsonSchema, Schema, SchemaGenerator};
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
    tidy(&mut schema);
    schema
}

/// Schemas that were generated already: generating one takes longer than reading a file with it.
static GENERATED: LazyLock<Mutex<HashMap<TypeId, Arc<Schema>>>> = LazyLock::new(Mutex::default);

/// The schema that documents are checked against, generated once a process.
pub(crate) fn root_schema<T: JsonSchema + 'static>() -> Arc<Schema> {
    // A schema is entered whole, so a panic elsewhere leaves the others as they are.
    let mut generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    let schema = generated
        .entry(TypeId::of::<T>())
        .or_insert_with(|| Arc::new(SchemaGenerator::default().into_root_schema_for::<T>()));
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
