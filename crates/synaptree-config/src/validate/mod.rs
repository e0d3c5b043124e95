//! A document held against the schema of what it should describe.
//!
//! The schema is what `schemars` derives from the specification types, so a key, a range or a
//! choice is written down once, in Rust. All mistakes are found in one pass.

pub(crate) mod bounds;
mod mistake;
pub(crate) mod schema;
mod sections;
pub(crate) mod words;

use crate::diagnostic::Diagnostic;
use crate::key_path::KeyPath;
use crate::node::{Entry, Node, Value};
use crate::read::Format;

use bounds::{Bounds, range_of_type};
use schema::{OtherKeys, Schema};

/// All mistakes of the document, in no particular order.
pub(crate) fn validate(root: &Node, schema: &serde_json::Value, format: Format) -> Vec<Diagnostic> {
    let schema = Schema::new(schema);
    Validator {
        root: &schema,
        format,
    }
    .value(root, &schema, &KeyPath::default())
}

struct Validator<'v> {
    /// The schema of the whole document.
    root: &'v Schema<'v>,
    /// The format in which remedies are written.
    format: Format,
}

impl Validator<'_> {
    /// The mistakes of the value at `path`.
    fn value(&self, node: &Node, schema: &Schema<'_>, path: &KeyPath) -> Vec<Diagnostic> {
        if let Value::Float(number) = node.value
            && !number.is_finite()
        {
            return vec![mistake::not_finite(path, number)];
        }
        if matches!(node.value, Value::Null) {
            return if schema.allows_null() {
                Vec::new()
            } else {
                vec![mistake::wrong_type(path, node, schema, self.format)]
            };
        }
        let branches = schema.branches();
        if !branches.is_empty() {
            return self.alternatives(node, schema, branches, path);
        }
        if !schema.accepts(&node.value) {
            return vec![mistake::wrong_type(path, node, schema, self.format)];
        }
        if let Some(diagnostic) = bad_choice(node, schema, path, self.format) {
            return vec![diagnostic];
        }
        match &node.value {
            Value::Integer(number) => out_of_type(path, *number, schema)
                .or_else(|| out_of_range(path, *number as f64, schema))
                .into_iter()
                .collect(),
            Value::Float(number) => out_of_range(path, *number, schema).into_iter().collect(),
            Value::String(text) => {
                let length = text.chars().count();
                mistake::wrong_length(path, length, schema, "Length")
                    .into_iter()
                    .collect()
            }
            Value::List(items) => self.list(items, schema, path),
            Value::Table(entries) => self.table(entries, schema, path, &|key| self.elsewhere(key)),
            Value::Boolean(_) | Value::Date(_) | Value::Null => Vec::new(),
        }
    }

    /// The mistakes of a value that may take one of several forms.
    fn alternatives(
        &self,
        node: &Node,
        schema: &Schema<'_>,
        mut branches: Vec<Schema<'_>>,
        path: &KeyPath,
    ) -> Vec<Diagnostic> {
        branches.retain(|branch| branch.accepts(&node.value));
        match (branches.as_slice(), &node.value) {
            ([], _) => vec![mistake::wrong_type(path, node, schema, self.format)],
            // `true` where a number or `false` is due: every form is told, not just the nearest.
            ([only], Value::Boolean(_) | Value::Integer(_) | Value::Float(_))
                if bad_choice(node, only, path, self.format).is_some() =>
            {
                vec![mistake::wrong_type(path, node, schema, self.format)]
            }
            ([only], _) => self.value(node, only, path),
            (_, Value::Table(entries)) if let Some(tag) = Schema::tag(&branches) => {
                self.tagged(entries, tag, &branches, path)
            }
            (_, Value::String(text)) if branches.iter().all(|one| one.choices().is_some()) => {
                let choices: Vec<&str> = branches
                    .iter()
                    .flat_map(|branch| words::text_choices(branch))
                    .collect();
                if choices.contains(&text.as_str()) {
                    Vec::new()
                } else {
                    vec![mistake::bad_choice(path, node, &choices)]
                }
            }
            // Nothing says which form was meant: it is the one that needs the fewest changes.
            _ => branches
                .iter()
                .map(|branch| self.value(node, branch, path))
                .min_by_key(Vec::len)
                .unwrap_or_default(),
        }
    }

    /// The mistakes of a table whose key `tag` says which form it has.
    fn tagged(
        &self,
        entries: &[Entry],
        tag: &str,
        branches: &[Schema<'_>],
        path: &KeyPath,
    ) -> Vec<Diagnostic> {
        let choices = || {
            branches
                .iter()
                .filter_map(|branch| branch.tag_values(tag))
                .flatten()
        };
        let Some(entry) = entries.iter().find(|entry| entry.key == tag) else {
            if let Some(branch) = branches.iter().find(|branch| branch.is_untagged(tag)) {
                return self.table(entries, branch, path, &|key| {
                    mistake::in_other_form(branches, tag, key).or_else(|| self.elsewhere(key))
                });
            }
            return vec![mistake::missing_tag(
                path,
                tag,
                &choices().collect::<Vec<_>>(),
                self.format,
            )];
        };
        let is_meant = |branch: &&Schema<'_>| match &entry.node.value {
            Value::String(text) => branch
                .tag_values(tag)
                .is_some_and(|values| values.contains(&text.as_str())),
            _ => false,
        };
        match branches.iter().find(is_meant) {
            Some(branch) => self.table(entries, branch, path, &|key| {
                mistake::in_other_form(branches, tag, key).or_else(|| self.elsewhere(key))
            }),
            None => {
                vec![mistake::bad_choice(
                    &path.key(tag),
                    &entry.node,
                    &choices().collect::<Vec<_>>(),
                )]
            }
        }
    }

    /// Where else in the document a key of this name would be valid.
    fn elsewhere(&self, key: &str) -> Option<String> {
        mistake::elsewhere(self.root, key)
    }

    fn list(&self, items: &[Node], schema: &Schema<'_>, path: &KeyPath) -> Vec<Diagnostic> {
        let length = mistake::wrong_length(path, items.len(), schema, "Items");
        let elements = items.iter().enumerate().flat_map(|(index, item)| {
            let schema = schema.item(index);
            schema
                .map(|schema| self.value(item, &schema, &path.index(index)))
                .unwrap_or_default()
        });
        length.into_iter().chain(elements).collect()
    }

    /// The mistakes of a table; `elsewhere` tells where else a key would be valid.
    fn table(
        &self,
        entries: &[Entry],
        schema: &Schema<'_>,
        path: &KeyPath,
        elsewhere: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Diagnostic> {
        let keys: Vec<&str> = schema.properties().map(|(key, _)| key).collect();
        let mut mistakes = Vec::new();
        let mut meant = Vec::new();
        for entry in entries {
            let path_of_entry = path.key(&entry.key);
            match (schema.property(&entry.key), schema.other_keys()) {
                (Some(schema), _) | (None, OtherKeys::Values(schema)) => {
                    mistakes.extend(self.value(&entry.node, &schema, &path_of_entry));
                }
                (None, OtherKeys::Anything) => {}
                (None, OtherKeys::None) => {
                    // In the file a key that stands there already was not meant; an override may
                    // well have meant it.
                    let is_override = entry.key_span.source > 0;
                    let is_likely = |key: &&str| is_override || is_absent(entries, key);
                    let unused = keys.iter().copied().filter(is_likely);
                    let near = crate::nearest(&entry.key, unused);
                    meant.extend(near);
                    mistakes.push(mistake::unknown_key(
                        path,
                        &entry.key,
                        near,
                        &keys,
                        elsewhere(&entry.key),
                    ));
                }
            }
        }
        let missing = schema
            .required()
            .filter(|key| is_absent(entries, key) && !meant.contains(key))
            .map(|key| mistake::missing_key(path, key, schema.property(key).as_ref(), self.format));
        mistakes.extend(missing);
        mistakes
    }
}

fn is_absent(entries: &[Entry], key: &str) -> bool {
    entries.iter().all(|entry| entry.key != key)
}

fn bad_choice(
    node: &Node,
    schema: &Schema<'_>,
    path: &KeyPath,
    format: Format,
) -> Option<Diagnostic> {
    let choices = schema.choices()?;
    let is_chosen = choices.iter().any(|choice| match &node.value {
        Value::String(text) => choice.as_str() == Some(text),
        Value::Boolean(boolean) => choice.as_bool() == Some(*boolean),
        Value::Integer(number) => choice.as_f64() == Some(*number as f64),
        Value::Float(number) => choice.as_f64() == Some(*number),
        Value::Date(_) | Value::Null | Value::List(_) | Value::Table(_) => true,
    });
    if is_chosen {
        return None;
    }
    let texts = words::text_choices(schema);
    Some(match node.value {
        Value::String(_) => mistake::bad_choice(path, node, &texts),
        _ => mistake::wrong_type(path, node, schema, format),
    })
}

fn out_of_range(path: &KeyPath, number: f64, schema: &Schema<'_>) -> Option<Diagnostic> {
    let bounds = Bounds::stated(schema);
    bounds
        .excludes(number)
        .map(|outside| mistake::out_of_range(path, &bounds, outside))
}

fn out_of_type(path: &KeyPath, number: i128, schema: &Schema<'_>) -> Option<Diagnostic> {
    // What the schema states as well is told better there: "at least 0" instead of both ends.
    let range = range_of_type(schema).filter(|range| !range.contains(&number))?;
    let is_stated = Bounds::stated(schema).excludes(number as f64).is_some();
    (!is_stated).then(|| mistake::out_of_type(path, &range))
}
