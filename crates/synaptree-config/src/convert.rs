//! A tree of values to the type it describes.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Value};
use crate::validate::schema::Schema;

/// Turns a validated tree into a `T`.
///
/// The validator knows only what the schema says; what the type itself refuses beyond that is
/// found here.
pub(crate) fn deserialize<T: DeserializeOwned>(
    root: &Node,
    schema: &serde_json::Value,
) -> Result<T, Diagnostic> {
    let mut value = to_json(root);
    fill_tags(&mut value, &Schema::new(schema));
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        // `.` is what the path is called where it is not known.
        let path = if path == "." { String::new() } else { path };
        Diagnostic::error(&codes::INVALID, path, error.into_inner().to_string())
    })
}

/// Names the form of every table that may leave it out.
fn fill_tags(value: &mut serde_json::Value, schema: &Schema<'_>) {
    let kind = match value {
        serde_json::Value::Object(_) => "object",
        serde_json::Value::Array(_) => "array",
        _ => return,
    };
    let mut forms = schema.branches();
    if forms.is_empty() {
        forms.push(schema.clone());
    }
    forms.retain(|form| form.kinds().is_empty() || form.kinds().contains(&kind));
    let tag = Schema::tag(&forms).filter(|_| forms.len() > 1);
    match value {
        serde_json::Value::Object(entries) => {
            if let Some(tag) = tag {
                let untagged = forms.iter().find(|form| form.is_untagged(tag));
                if let (false, Some(form)) = (entries.contains_key(tag), untagged)
                    && let Some(values) = form.tag_values(tag)
                {
                    entries.insert(tag.to_owned(), values.concat().into());
                }
                let named = entries.get(tag).and_then(serde_json::Value::as_str);
                let named = named.map(ToOwned::to_owned);
                forms.retain(|form| {
                    let values = form.tag_values(tag).unwrap_or_default();
                    values
                        .into_iter()
                        .any(|value| Some(value) == named.as_deref())
                });
            }
            let [form] = forms.as_slice() else { return };
            for (key, value) in entries {
                if let Some(property) = form.property(key) {
                    fill_tags(value, &property);
                }
            }
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                for form in forms.iter().filter_map(|form| form.item(index)) {
                    fill_tags(item, &form);
                }
            }
        }
        _ => {}
    }
}

fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::String(text) | Value::Date(text) => text.as_str().into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Null => serde_json::Value::Null,
        Value::Float(float) => (*float).into(),
        Value::Integer(integer) => integer_to_json(*integer).into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Table(entries) => {
            let entries = entries
                .iter()
                .map(|entry| (entry.key.clone(), to_json(&entry.node)));
            entries.collect::<Map<_, _>>().into()
        }
    }
}

/// An integer that no integer type can hold has passed the validator as a number.
fn integer_to_json(integer: i128) -> Option<Number> {
    Number::from_i128(integer).or_else(|| Number::from_f64(integer as f64))
}
