//! A document as a tree whose every value and key knows where it was written.
//!
//! The tree does not know the format it was read from.

use crate::key_path::Step;
use crate::source::Span;

/// A value and where it stands. A table with a header stands where the header does.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What was written.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    String(String),
    Integer(i128),
    Float(f64),
    Boolean(bool),
    /// `null`, which TOML does not have: the key is there and says nothing.
    Null,
    /// A date or time; no key of an experiment is one, so its text is all that is kept.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One key of a table with its value, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Value {
    /// What kind of value it is, with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a floating-point number",
            Value::Boolean(_) => "a boolean",
            Value::Date(_) => "a date",
            Value::Null => "nothing",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The entry of a key, if this is a table that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The string under a key, if this is a table that has one there.
    pub(crate) fn string(&self, key: &str) -> Option<&str> {
        match &self.entry(key)?.node.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// One step down. A key of a list means the table in it with that `name`.
    pub(crate) fn child(&self, step: &Step) -> Option<&Node> {
        match (step, &self.value) {
            (Step::Key(key), Value::Table(_)) => self.entry(key).map(|entry| &entry.node),
            (Step::Key(name), Value::List(items)) => items.get(position_of(items, name)?),
            (Step::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        }
    }
}

/// Where in a list the table with this `name` is.
pub(crate) fn position_of(items: &[Node], name: &str) -> Option<usize> {
    items
        .iter()
        .position(|item| item.string("name") == Some(name))
}
