//! What is said about each kind of mistake.

use std::ops::RangeInclusive;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::key_path::{KeyPath, Step};
use crate::nearest::nearest;
use crate::node::{Node, Value};
use crate::read::Format;
use crate::write::inline;

use super::bounds::{Bounds, Outside};
use super::schema::Schema;
use super::sections::places_of;
use super::words::{either, expected, listed, text_choices};

pub(super) fn unknown_key(
    path: &KeyPath,
    key: &str,
    near: Option<&str>,
    keys: &[&str],
    elsewhere: Option<String>,
) -> Diagnostic {
    let (message, label) = if path.0.is_empty() {
        (
            format!("unknown key `{key}`"),
            "not a key of an experiment".to_owned(),
        )
    } else {
        let section = path.as_section();
        (
            format!("unknown key `{key}` in {section}"),
            format!("not a key of {section}"),
        )
    };
    let meant = near.map(|near| format!("did you mean `{near}`?"));
    let help = match (meant, elsewhere) {
        (Some(meant), Some(elsewhere)) => format!("{meant} ({elsewhere})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) if keys.is_empty() => "remove it".to_owned(),
        (None, None) => format!("keys: {}", keys.join(", ")),
    };
    Diagnostic::error(&codes::UNKNOWN_KEY, path.key(key).to_string(), message)
        .at_key()
        .label(label)
        .help(help)
}

/// Where else a key of this name would be valid.
pub(super) fn elsewhere(root: &Schema<'_>, key: &str) -> Option<String> {
    match places_of(root, key).as_slice() {
        [] => None,
        [only] => Some(format!("`{key}` belongs {only}")),
        [first, second, ..] => Some(format!("`{key}` belongs {first}, or {second}")),
    }
}

/// With which other choices of `tag` a key of this name would be valid.
pub(super) fn in_other_form(forms: &[Schema<'_>], tag: &str, key: &str) -> Option<String> {
    let has_key = |form: &&Schema<'_>| form.property(key).is_some();
    let values = forms
        .iter()
        .filter(has_key)
        .filter_map(|form| form.tag_values(tag))
        .flatten();
    let values: Vec<String> = values
        .map(|value| format!("`{tag} = \"{value}\"`"))
        .collect();
    (!values.is_empty()).then(|| format!("`{key}` goes with {}", either(&values)))
}

pub(super) fn missing_key(
    path: &KeyPath,
    key: &str,
    schema: Option<&Schema<'_>>,
    format: Format,
) -> Diagnostic {
    let add = format.assignment(key, "...");
    let help = match schema {
        Some(schema) if path.0.is_empty() && schema.kinds() == ["object"] => {
            format!("add a section {}", format.section(key))
        }
        Some(schema) if path.0.is_empty() && is_list_of_tables(schema) => {
            format!("add a section {}", format.sections(key))
        }
        Some(schema) if !text_choices(schema).is_empty() => {
            format!("add `{add}`; choices: {}", listed(&text_choices(schema)))
        }
        Some(schema) => format!("add `{add}` with {}", expected(schema)),
        None => format!("add `{add}`"),
    };
    missing(path, key).help(help)
}

pub(super) fn missing_tag(
    path: &KeyPath,
    tag: &str,
    choices: &[&str],
    format: Format,
) -> Diagnostic {
    let add = format.assignment(tag, "...");
    missing(path, tag).help(format!("add `{add}`; choices: {}", listed(choices)))
}

fn missing(path: &KeyPath, key: &str) -> Diagnostic {
    let message = match path.0.as_slice() {
        [] => format!("`{key}` is missing"),
        _ => format!("`{key}` is missing in {}", path.as_section()),
    };
    Diagnostic::error(&codes::MISSING_KEY, path.to_string(), message)
        .label(format!("this has no `{key}`"))
}

pub(super) fn wrong_type(
    path: &KeyPath,
    node: &Node,
    schema: &Schema<'_>,
    format: Format,
) -> Diagnostic {
    let message = format!("{} must be {}", subject(path), expected(schema));
    let diagnostic =
        Diagnostic::error(&codes::WRONG_TYPE, path.to_string(), message).label(match node.value {
            Value::Boolean(boolean) => format!("this is {boolean}"),
            _ => format!("this is {}", node.value.kind()),
        });
    match remedy(path, node, schema, format) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// How to write what was most likely meant by a value of the wrong type.
fn remedy(path: &KeyPath, node: &Node, schema: &Schema<'_>, format: Format) -> Option<String> {
    let mut alternatives = schema.branches();
    alternatives.push(schema.clone());
    let takes = |kind| alternatives.iter().any(|one| one.kinds().contains(&kind));
    let takes_tables = alternatives.iter().any(is_list_of_tables);
    let is_section = matches!(path.0.as_slice(), [Step::Key(_)]);
    match &node.value {
        Value::Float(number) if takes("integer") && number.fract() == 0.0 => {
            Some(format!("write `{number}`"))
        }
        // Of the two booleans the other one was asked for; quotation marks would not help.
        Value::Boolean(_) if takes("boolean") => None,
        Value::String(text) if is_choice_of_tag(text, schema) => {
            let tag = Schema::tag(&tables(schema))?;
            Some(format!(
                "write `{{ {} }}`",
                format.assignment(tag, &inline(node))
            ))
        }
        Value::String(text) if takes("boolean") && text.parse::<bool>().is_ok() => {
            Some(format!("remove the quotation marks: `{text}`"))
        }
        Value::String(text)
            if (takes("number") || takes("integer")) && text.parse::<f64>().is_ok() =>
        {
            Some(format!("remove the quotation marks: `{text}`"))
        }
        Value::Null => Some("write a value, or remove the key".to_owned()),
        Value::String(word) if takes("boolean") && matches!(word.as_str(), "yes" | "on") => {
            Some("write `true`".to_owned())
        }
        Value::String(word) if takes("boolean") && matches!(word.as_str(), "no" | "off") => {
            Some("write `false`".to_owned())
        }
        Value::Table(_) if takes_tables && is_section => Some(match format {
            Format::Toml => format!("write `[[{path}]]`"),
            _ => format!("write a list: {}", format.sections(&path.to_string())),
        }),
        Value::List(items)
            if takes("object")
                && is_section
                && items
                    .iter()
                    .all(|item| matches!(item.value, Value::Table(_))) =>
        {
            Some(match format {
                Format::Toml => format!("write `[{path}]`, once"),
                _ => "write its one element without the list".to_owned(),
            })
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_)
            if takes("array") && alternatives.iter().any(|one| accepts_item(one, node)) =>
        {
            Some(format!("write a list: `[{}]`", inline(node)))
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_)
            if takes("string") && text_choices(schema).is_empty() =>
        {
            Some(format!("put it in quotation marks: `\"{}\"`", inline(node)))
        }
        _ if !text_choices(schema).is_empty() => {
            Some(format!("choices: {}", listed(&text_choices(schema))))
        }
        _ => None,
    }
}

/// The forms of a value that are tables.
fn tables<'s>(schema: &Schema<'s>) -> Vec<Schema<'s>> {
    let mut forms = schema.branches();
    forms.retain(|form| form.kinds() == ["object"]);
    forms
}

fn is_choice_of_tag(text: &str, schema: &Schema<'_>) -> bool {
    let forms = tables(schema);
    Schema::tag(&forms).is_some_and(|tag| {
        let mut values = forms.iter().filter_map(|form| form.tag_values(tag));
        values.any(|values| values.contains(&text))
    })
}

fn is_list_of_tables(schema: &Schema<'_>) -> bool {
    schema.item(0).is_some_and(|item| {
        item.kinds() == ["object"] || item.branches().iter().any(|one| one.kinds() == ["object"])
    })
}

fn accepts_item(schema: &Schema<'_>, node: &Node) -> bool {
    schema.item(0).is_some_and(|item| {
        let branches = item.branches();
        match branches.as_slice() {
            [] => item.accepts(&node.value),
            branches => branches.iter().any(|branch| branch.accepts(&node.value)),
        }
    })
}

pub(super) fn bad_choice(path: &KeyPath, node: &Node, choices: &[&str]) -> Diagnostic {
    let message = format!("{} cannot be {}", subject(path), inline(node));
    let near = match &node.value {
        Value::String(text) => nearest(text, choices.iter().copied()),
        _ => None,
    };
    let meant = near
        .map(|near| format!("did you mean \"{near}\"? "))
        .unwrap_or_default();
    Diagnostic::error(&codes::BAD_CHOICE, path.to_string(), message)
        .label("not one of the choices")
        .help(format!("{meant}choices: {}", listed(choices)))
}

pub(super) fn out_of_range(path: &KeyPath, bounds: &Bounds, outside: Outside) -> Diagnostic {
    let message = format!("{} must be {}", subject(path), bounds.in_words());
    let label = match outside {
        Outside::Below => "too small",
        Outside::Above => "too large",
    };
    Diagnostic::error(&codes::OUT_OF_RANGE, path.to_string(), message).label(label)
}

/// An integer that its Rust type cannot hold.
pub(super) fn out_of_type(path: &KeyPath, range: &RangeInclusive<i128>) -> Diagnostic {
    let message = format!(
        "{} must be between {} and {}",
        subject(path),
        range.start(),
        range.end()
    );
    Diagnostic::error(&codes::OUT_OF_RANGE, path.to_string(), message).label("out of range")
}

pub(super) fn not_finite(path: &KeyPath, number: f64) -> Diagnostic {
    let message = format!("{} must be a finite number", subject(path));
    let label = if number.is_nan() {
        "this is not a number"
    } else {
        "this is infinite"
    };
    Diagnostic::error(&codes::NOT_FINITE, path.to_string(), message).label(label)
}

/// Whether the length of a text or list is outside `min..` or `max..` followed by `what`.
pub(super) fn wrong_length(
    path: &KeyPath,
    length: usize,
    schema: &Schema<'_>,
    what: &str,
) -> Option<Diagnostic> {
    let bound = |end: &str| {
        schema
            .numbers(&format!("{end}{what}"))
            .next()
            .map(|n| n as usize)
    };
    let unit = |n: usize| match (what, n) {
        ("Items", 1) => "1 element".to_owned(),
        ("Items", n) => format!("{n} elements"),
        (_, 1) => "1 character".to_owned(),
        (_, n) => format!("{n} characters"),
    };
    let (least, most) = (bound("min"), bound("max"));
    let requirement = match (least, most) {
        (Some(least), Some(most)) if least == most && length != least => {
            format!("must have {}", unit(least))
        }
        (Some(1), _) if length == 0 => "must not be empty".to_owned(),
        (Some(least), _) if length < least => format!("must have at least {}", unit(least)),
        (_, Some(most)) if length > most => format!("must have at most {}", unit(most)),
        _ => return None,
    };
    let message = format!("{} {requirement}", subject(path));
    let label = match length {
        0 => "this is empty".to_owned(),
        _ => format!("this has {}", unit(length)),
    };
    Some(Diagnostic::error(&codes::WRONG_LENGTH, path.to_string(), message).label(label))
}

/// How a sentence about the value at `path` begins.
fn subject(path: &KeyPath) -> String {
    match path.0.as_slice() {
        [] => "the experiment".to_owned(),
        _ => format!("`{path}`"),
    }
}
