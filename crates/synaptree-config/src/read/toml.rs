//! TOML text to a tree of values with positions.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Value};
use crate::source::Span;

use super::{Problems, duplicate};

/// Lines with mistakes that are shown; the others are counted.
const MOST_SHOWN: usize = 10;

/// Reads a whole file.
pub(super) fn read_document(text: &str, source: usize) -> Result<Node, Problems> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let root = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    Reader {
        text,
        source,
        offset: 0,
        problems: Vec::new(),
    }
    .read(&root, &errors)
}

/// Reads the value that fills `text`, which begins at byte `offset` of its source.
pub(crate) fn read_value(text: &str, source: usize, offset: usize) -> Result<Node, Problems> {
    let (value, errors) = DeValue::parse_recoverable(text);
    Reader {
        text,
        source,
        offset,
        problems: Vec::new(),
    }
    .read(&value, &errors)
}

struct Reader<'t> {
    text: &'t str,
    source: usize,
    offset: usize,
    problems: Problems,
}

impl Reader<'_> {
    fn read(mut self, value: &Spanned<DeValue<'_>>, errors: &[Error]) -> Result<Node, Problems> {
        self.report(errors);
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let node = self.node(value);
        if self.problems.is_empty() {
            Ok(node)
        } else {
            Err(self.problems)
        }
    }

    /// Where `range` of the text stands in the whole source.
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(
            self.source,
            self.offset + range.start..self.offset + range.end,
        )
    }

    /// The part of the text an error is about, never within a character.
    fn place(&self, error: &Error) -> Option<Range<usize>> {
        let range = error.span()?;
        let start = self.text.floor_char_boundary(range.start);
        Some(start..self.text.ceil_char_boundary(range.end).max(start))
    }

    /// Keeps the first mistake of every line, up to one that makes the others doubtful, and of many the first few.
    fn report(&mut self, errors: &[Error]) {
        let mut line_start = None;
        let mut left_out: Option<(Option<Span>, usize)> = None;
        for error in errors {
            let place = self.place(error);
            // A line is known by where it begins; looking that far back costs no more than the line.
            let start = place.clone().map(|place| {
                let before = &self.text[..place.start];
                before.rfind('\n').map_or(0, |end| end + 1)
            });
            let is_first_of_line = start.is_none() || start != line_start;
            line_start = start;
            let span = place.clone().map(|place| self.span(place));
            if is_first_of_line && self.problems.len() == MOST_SHOWN {
                left_out.get_or_insert((span, 0)).1 += 1;
            } else if is_first_of_line {
                let text = place.map_or("", |place| &self.text[place]);
                let diagnostic = explained(error.message(), text);
                self.problems.push((span, diagnostic));
            }
            let message = error.message();
            if message.starts_with("unclosed") || message.starts_with("missing comma") {
                break;
            }
        }
        if let Some((span, lines)) = left_out {
            let message = match lines {
                1 => "one more line does not follow the rules of TOML".to_owned(),
                _ => format!("{lines} more lines do not follow the rules of TOML"),
            };
            let diagnostic = Diagnostic::error(&codes::SYNTAX, "", message)
                .label("the first of them")
                .help("where most lines have mistakes, this is another kind of file");
            self.problems.push((span, diagnostic));
        }
    }

    fn node(&mut self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let span = self.span(spanned.span());
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Integer(integer) => {
                let number = i128::from_str_radix(integer.as_str(), integer.radix());
                Value::Integer(number.unwrap_or_else(|_| {
                    let message = "the number has too many digits";
                    self.problems
                        .push((Some(span), Diagnostic::error(&codes::SYNTAX, "", message)));
                    0
                }))
            }
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(entries) => Value::Table(
                entries
                    .iter()
                    .map(|(key, node)| Entry {
                        key: key.get_ref().clone().into_owned(),
                        key_span: self.span(key.span()),
                        node: self.node(node),
                    })
                    .collect(),
            ),
        };
        Node { value, span }
    }
}

/// What the parser says about `text`, in words for people who do not know the grammar.
fn explained(message: &str, text: &str) -> Diagnostic {
    let error = |message: &str| Diagnostic::error(&codes::SYNTAX, "", message);
    if message == "duplicate key" {
        return duplicate(text);
    }
    if !message.starts_with("string values must be quoted") {
        return error(message.trim_end_matches(", expected nothing"));
    }
    match text.trim() {
        "" => error("a value is missing").label("expected a value"),
        "yes" | "on" => error("a boolean is `true` or `false`").help("write `true`"),
        "no" | "off" => error("a boolean is `true` or `false`").help("write `false`"),
        word => error("a string stands in quotation marks")
            .help(format!("write `{}`", serde_json::Value::from(word))),
    }
}
