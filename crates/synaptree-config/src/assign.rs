//! `--set KEY=VALUE`: one value of a document changed.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::key_path::{KeyPath, LocatedStep, Step, scan};
use crate::nearest::nearest;
use crate::node::{Entry, Node, Value, position_of};
use crate::read::{Problems, read_value};
use crate::source::{Source, SourceKind, Span};

/// How an assignment looks to whoever wrote it.
const PREFIX: &str = "--set ";

/// How the names of environment variables begin that change a value of an experiment.
pub const VARIABLE: &str = "SYNAPTREE__";

/// The text in which mistakes of an assignment are shown.
pub(crate) fn source(assignment: &str) -> Source {
    Source {
        name: "command line".to_owned(),
        text: format!("{PREFIX}{assignment}"),
        kind: SourceKind::Set,
    }
}

/// Carries out the assignment in `text`, which is the source with number `source`.
pub(crate) fn assign(root: &Node, text: &str, source: usize) -> Result<Node, Problems> {
    let (steps, value) = parse(text, source)?;
    let mut changed = root.clone();
    place(&mut changed, &steps, &KeyPath::default(), value)?;
    Ok(changed)
}

/// A step of the path of an assignment and where it stands.
type Steps = Vec<(Step, Span)>;

fn parse(text: &str, source: usize) -> Result<(Steps, Node), Problems> {
    let assignment = &text[PREFIX.len()..];
    let malformed = |at: usize, expected: &str| {
        let at = PREFIX.len() + at;
        let diagnostic = Diagnostic::error(
            &codes::ASSIGNMENT,
            "",
            "`--set` takes a key, `=` and a value",
        )
        .label(format!("expected {expected}"))
        .help("write it like `--set training.epochs=10`");
        vec![(
            Some(Span {
                source,
                start: at,
                end: at,
            }),
            diagnostic,
        )]
    };
    let (steps, end) = scan(assignment).map_err(|wrong| malformed(wrong.at, wrong.expected))?;
    let after_path = assignment[end..].trim_start();
    let Some(after_sign) = after_path.strip_prefix('=') else {
        return Err(malformed(assignment.len() - after_path.len(), "`=`"));
    };
    let value = after_sign.trim();
    let start = assignment.len() - after_sign.trim_start().len();
    if value.is_empty() {
        return Err(malformed(start, "a value"));
    }
    let value = value_at(value, source, PREFIX.len() + start)?;
    let locate = |LocatedStep { step, range }: LocatedStep| {
        (
            step,
            Span::new(source, PREFIX.len() + range.start..PREFIX.len() + range.end),
        )
    };
    Ok((steps.into_iter().map(locate).collect(), value))
}

/// The value that fills `text`, which begins at byte `offset` of its source.
fn value_at(text: &str, source: usize, offset: usize) -> Result<Node, Problems> {
    read_value(text, source, offset).or_else(|problems| {
        // A word that is not TOML is a string; what begins like another value was meant as one.
        if text.starts_with(['"', '\'', '[', '{']) {
            return Err(problems);
        }
        let span = Span::new(source, offset..offset + text.len());
        Ok(Node {
            value: Value::String(text.to_owned()),
            span,
        })
    })
}

/// The text in which mistakes of an environment variable are shown.
pub(crate) fn variable_source(name: &str, value: &str) -> Source {
    Source {
        name: "environment".to_owned(),
        text: format!("{name}={value}"),
        kind: SourceKind::Environment,
    }
}

/// Carries out `SYNAPTREE__TRAINING__EPOCHS=3`, which is the source with number `source`.
///
/// Names of variables are written in capitals: each part means the key of the file that is spelt
/// like it, capitals aside, and otherwise the key in small letters. In a list it means the place,
/// from 0, or the `name` of an element.
pub(crate) fn assign_variable(root: &Node, text: &str, source: usize) -> Result<Node, Problems> {
    let malformed = |at: usize, expected: &str| {
        let message = format!("`{VARIABLE}` takes the keys, joined by `__`, and a value");
        let diagnostic = Diagnostic::error(&codes::ASSIGNMENT, "", message)
            .label(format!("expected {expected}"))
            .help(format!("write it like `{VARIABLE}TRAINING__EPOCHS=10`"));
        Err(vec![(Some(Span::new(source, at..at)), diagnostic)])
    };
    let (name, written) = text.split_once('=').unwrap_or((text, ""));
    let mut steps = Vec::new();
    let mut at = VARIABLE.len();
    let mut node = Some(root);
    for part in name[at..].split("__") {
        if part.is_empty() {
            return malformed(at, "a key");
        }
        let step = meant(node, part);
        node = node.and_then(|node| node.child(&step));
        steps.push((step, Span::new(source, at..at + part.len())));
        at += part.len() + 2;
    }
    let value = written.trim();
    let start = name.len() + 1 + (written.len() - written.trim_start().len());
    if value.is_empty() {
        return malformed(text.len(), "a value");
    }
    let value = value_at(value, source, start)?;
    let mut changed = root.clone();
    place(&mut changed, &steps, &KeyPath::default(), value)?;
    Ok(changed)
}

/// The key or place of `node` that a part of a variable's name means.
fn meant(node: Option<&Node>, part: &str) -> Step {
    let small = || Step::Key(part.to_lowercase());
    match node.map(|node| &node.value) {
        Some(Value::Table(entries)) => entries
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(part))
            .map_or_else(small, |entry| Step::Key(entry.key.clone())),
        Some(Value::List(items)) => {
            let named = |item: &Node| {
                item.string("name")
                    .is_some_and(|name| name.eq_ignore_ascii_case(part))
            };
            match part.parse() {
                Ok(place) => Step::Index(place),
                Err(_) => items.iter().position(named).map_or_else(small, Step::Index),
            }
        }
        _ => small(),
    }
}

/// Puts `value` where `steps` lead from `node`, which stands at `path`.
fn place(
    node: &mut Node,
    steps: &[(Step, Span)],
    path: &KeyPath,
    value: Node,
) -> Result<(), Problems> {
    let Some(((step, span), rest)) = steps.split_first() else {
        *node = value;
        return Ok(());
    };
    let refused = |diagnostic| Err(vec![(Some(*span), diagnostic)]);
    match (step, &mut node.value) {
        (Step::Key(key), Value::Table(entries)) => {
            let position = entries
                .iter()
                .position(|entry| entry.key == *key)
                .unwrap_or_else(|| {
                    let node = Node {
                        value: Value::Table(Vec::new()),
                        span: *span,
                    };
                    entries.push(Entry {
                        key: key.clone(),
                        key_span: *span,
                        node,
                    });
                    entries.len() - 1
                });
            let entry = &mut entries[position];
            if rest.is_empty() {
                entry.key_span = *span;
            }
            place(&mut entry.node, rest, &path.key(key), value)
        }
        (Step::Key(name), Value::List(items)) => match position_of(items, name) {
            Some(position) => place(&mut items[position], rest, &path.index(position), value),
            None => refused(no_such_name(path, name, items)),
        },
        (Step::Index(index), Value::List(items)) => {
            let length = items.len();
            match items.get_mut(*index) {
                Some(item) => place(item, rest, &path.index(*index), value),
                None => refused(no_such_place(path, length)),
            }
        }
        (Step::Key(key), scalar) => {
            let message = format!("`{path}` is {}, which has no keys", scalar.kind());
            let label = format!("there is no `{key}` in it");
            refused(no_such_element(message, label))
        }
        (Step::Index(_), other) => {
            let message = format!("`{path}` is {}, not a list", other.kind());
            let label = "only lists have places".to_owned();
            refused(no_such_element(message, label))
        }
    }
}

fn no_such_element(message: String, label: String) -> Diagnostic {
    Diagnostic::error(&codes::NO_SUCH_ELEMENT, "", message).label(label)
}

fn no_such_place(path: &KeyPath, length: usize) -> Diagnostic {
    let message = match length {
        0 => format!("`{path}` is empty"),
        1 => format!("`{path}` has one element"),
        _ => format!("`{path}` has {length} elements"),
    };
    let diagnostic = no_such_element(message, "there is no such element".to_owned());
    match length {
        0 => diagnostic,
        _ => diagnostic.help(format!(
            "places are counted from 0; the last one is {}",
            length - 1
        )),
    }
}

fn no_such_name(path: &KeyPath, name: &str, items: &[Node]) -> Diagnostic {
    let names: Vec<&str> = items
        .iter()
        .filter_map(|item| item.string("name"))
        .collect();
    let message = format!("nothing in {} is named `{name}`", section_of_list(path));
    let diagnostic = no_such_element(message, "not the name of one".to_owned());
    let listed = names.join(", ");
    match nearest(name, names.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`? names: {listed}")),
        None if names.is_empty() => diagnostic.help("name an element by its place, as in `[0]`"),
        None => diagnostic.help(format!("names: {listed}")),
    }
}

fn section_of_list(path: &KeyPath) -> String {
    match path.0.as_slice() {
        [_] => path.index(0).as_section(),
        _ => format!("`{path}`"),
    }
}
