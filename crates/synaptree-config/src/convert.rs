//! A tree of values to the type it describes.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Value};

/// Turns a validated tree into a `T`.
///
/// The validator knows only what the schema says; what the type itself refuses beyond that is
/// found here.
pub(crate) fn deserialize<T: DeserializeOwned>(root: &Node) -> Result<T, Diagnostic> {
    serde_path_to_error::deserialize(to_json(root)).map_err(|error| {
        let path = error.path().to_string();
        // `.` is what the path is called where it is not known.
        let path = if path == "." { String::new() } else { path };
        Diagnostic::error(&codes::INVALID, path, error.into_inner().to_string())
    })
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
