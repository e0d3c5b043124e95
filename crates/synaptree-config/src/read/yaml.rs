//! YAML text to a tree of values with positions.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Value};
use crate::source::Span;

use super::{Problems, duplicate, scalar};

/// Tables and lists within one another; more would be no experiment.
const DEEPEST: usize = 100;
/// Values of one file, those that aliases repeat included: a few lines of aliases of aliases could
/// stand for billions.
const MOST_VALUES: usize = 100_000;

/// Reads a whole file.
pub(super) fn read_document(text: &str, source: usize) -> Result<Node, Problems> {
    let mut reader = Reader::new(text, source);
    for event in Parser::new_from_str(text) {
        let outcome = match event {
            Ok((event, place)) => reader.event(event, place.start, place.end),
            Err(error) => Err(reader.problem(
                reader.at(*error.marker(), *error.marker()),
                error.info().to_owned(),
                "in YAML, indent with spaces, and put text with `:`, `#` or brackets in quotation marks",
            )),
        };
        if let Err(problem) = outcome {
            reader.problems.push(problem);
            break;
        }
    }
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    Ok(reader.root.unwrap_or(Node {
        value: Value::Table(Vec::new()),
        span: Span::new(source, 0..0),
    }))
}

type Problem = (Option<Span>, Diagnostic);

/// A list or table that is not at its end yet.
struct Open {
    value: Value,
    /// Where it begins.
    start: Span,
    /// Whether it stands in brackets, and so has an end of its own.
    in_brackets: bool,
    /// The key whose value comes next.
    key: Option<(String, Span)>,
    anchor: usize,
}

struct Reader<'t> {
    text: &'t str,
    source: usize,
    /// The byte at which every character begins, and the end.
    bytes: Vec<usize>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    values: usize,
    root: Option<Node>,
    documents: usize,
    problems: Problems,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, source: usize) -> Self {
        let starts = text.char_indices().map(|(byte, _)| byte);
        Self {
            text,
            source,
            bytes: starts.chain([text.len()]).collect(),
            open: Vec::new(),
            anchors: HashMap::new(),
            values: 0,
            root: None,
            documents: 0,
            problems: Vec::new(),
        }
    }

    fn at(&self, start: Marker, end: Marker) -> Span {
        let byte = |marker: Marker| {
            let last = self.bytes.len() - 1;
            self.bytes[marker.index().min(last)]
        };
        let start = byte(start);
        Span::new(self.source, start..byte(end).max(start))
    }

    #[expect(
        clippy::unused_self,
        reason = "problems are made where the reader is at hand"
    )]
    fn problem(&self, span: Span, message: String, help: &str) -> Problem {
        let diagnostic = Diagnostic::error(&codes::SYNTAX, "", message).help(help);
        (Some(span), diagnostic)
    }

    fn event(&mut self, event: Event<'_>, start: Marker, end: Marker) -> Result<(), Problem> {
        let span = self.at(start, end);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second document begins here".to_owned();
                    let help = "write one experiment a file, without `---` between its sections";
                    return Err(self.problem(span, message, help));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_key = matches!(
                    self.open.last(),
                    Some(Open {
                        value: Value::Table(_),
                        key: None,
                        ..
                    })
                );
                if is_key {
                    return self.key(text.into_owned(), span);
                }
                let value = match (style, tag.as_deref()) {
                    (_, Some(tag)) if !is_core(tag) => return Err(self.foreign_tag(tag, span)),
                    (ScalarStyle::Plain, Some(tag)) if tag.suffix == "str" => {
                        Value::String(text.into_owned())
                    }
                    (ScalarStyle::Plain, _) => scalar::plain(&text),
                    _ => Value::String(text.into_owned()),
                };
                self.value(Node { value, span }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Value::List(Vec::new()), span, anchor, tag.as_deref())
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(Value::Table(Vec::new()), span, anchor, tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => self.value(node, 0),
                None => {
                    let message = "this value would hold itself".to_owned();
                    Err(self.problem(span, message, "write the value out"))
                }
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn foreign_tag(&self, tag: &Tag, span: Span) -> Problem {
        let message = format!("the tag `{tag}` means nothing here");
        self.problem(
            span,
            message,
            "remove it: values are known by how they are written",
        )
    }

    fn begin(
        &mut self,
        value: Value,
        span: Span,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Problem> {
        if let Some(tag) = tag.filter(|tag| !is_core(tag)) {
            return Err(self.foreign_tag(tag, span));
        }
        if self.open.len() == DEEPEST {
            let message = format!("more than {DEEPEST} tables and lists stand in one another");
            return Err(self.problem(span, message, "no key of an experiment is that deep"));
        }
        let parent = self.open.last();
        if let Some(Open {
            value: Value::Table(_),
            key: None,
            ..
        }) = parent
        {
            let message = format!("a key must be a word, and this is {}", value.kind());
            return Err(self.problem(span, message, "write `key: value`"));
        }
        let in_brackets = self.text[span.start..].starts_with(['{', '[']);
        // Without brackets it stands where its key does, as a section stands where its header does.
        let start = match parent.and_then(|open| open.key.as_ref()) {
            Some((_, key_span)) if !in_brackets => *key_span,
            _ => span,
        };
        self.open.push(Open {
            value,
            start,
            in_brackets,
            key: None,
            anchor,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let end = if open.in_brackets {
            span.end
        } else {
            open.start.end
        };
        let node = Node {
            value: open.value,
            span: Span::new(self.source, open.start.start..end.max(open.start.start)),
        };
        self.value(node, open.anchor)
    }

    fn key(&mut self, key: String, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        if let Value::Table(entries) = &open.value {
            if entries.iter().any(|entry| entry.key == key) {
                return Err((Some(span), duplicate(&key)));
            }
            // A table in a list has no key of its own; it stands where its first key does.
            if entries.is_empty() && !open.in_brackets && open.start.start == span.start {
                open.start = span;
            }
        }
        open.key = Some((key, span));
        Ok(())
    }

    /// Puts a whole value where it belongs.
    fn value(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        self.values += count(&node);
        if self.values > MOST_VALUES {
            let message = format!("the file has more than {MOST_VALUES} values");
            let help = "aliases (`*name`) repeat all that they stand for; write fewer of them";
            return Err(self.problem(node.span, message, help));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.value {
            Value::List(items) => items.push(node),
            Value::Table(entries) => {
                let Some((key, key_span)) = open.key.take() else {
                    let message =
                        format!("a key must be a word, and this is {}", node.value.kind());
                    return Err(self.problem(node.span, message, "write `key: value`"));
                };
                entries.push(Entry {
                    key,
                    key_span,
                    node,
                });
            }
            _ => {}
        }
        Ok(())
    }
}

fn is_core(tag: &Tag) -> bool {
    tag.is_yaml_core_schema()
}

/// The values within a value, itself included.
fn count(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Table(entries) => {
            1 + entries
                .iter()
                .map(|entry| count(&entry.node))
                .sum::<usize>()
        }
        _ => 1,
    }
}
