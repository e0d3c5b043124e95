//! TOML text to a tree of values with positions.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Value};
use crate::source::Span;

/// What is wrong with a text that is not TOML, and where.
pub(crate) type Problems = Vec<(Option<Span>, Diagnostic)>;

/// Reads a whole file.
pub(crate) fn read_document(text: &str, source: usize) -> Result<Node, Problems> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { source, offset: 0, problems: Vec::new() };
    reader.report(errors, text);
    let root = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    let node = reader.node(&root);
    if reader.problems.is_empty() { Ok(node) } else { Err(reader.problems) }
}

/// Reads the value that fills `text`, which begins at byte `offset` of its source.
pub(crate) fn read_value(text: &str, source: usize, offset: usize) -> Result<Node, Problems> {
    let (value, errors) = DeValue::parse_recoverable(text);
    let mut reader = Reader { source, offset, problems: Vec::new() };
    reader.report(errors, text);
    let node = reader.node(&value);
    if reader.problems.is_empty() { Ok(node) } else { Err(reader.problems) }
}

struct Reader {
    source: usize,
    offset: usize,
    problems: Problems,
}

impl Reader {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, self.offset + range.start..self.offset + range.end)
    }

    /// Keeps the first mistake of every line; the others mostly follow from it.
    fn report(&mut self, errors: Vec<Error>, text: &str) {
        let mut last_line = None;
        for error in errors {
            let line = error.span().map(|span| text[..span.start].matches('\n').count());
            if line.is_some() && line == last_line {
                continue;
            }
            last_line = line;
            let diagnostic = if error.message() == "duplicate key" {
                Diagnostic::error("config/duplicate-key", "", "a key is given twice")
                    .label("given before")
                    .help("keep one of them")
            } else {
                Diagnostic::error("config/syntax", "", error.message())
            };
            let span = error.span().map(|range| self.span(range));
            self.problems.push((span, diagnostic));
        }
    }

    fn node(&mut self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let span = self.span(spanned.span());
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Integer(integer) => {
                match i128::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(integer) => Value::Integer(integer),
                    Err(_) => {
                        let problem =
                            Diagnostic::error("config/syntax", "", "the number has too many digits");
                        self.problems.push((Some(span), problem));
                        Value::Integer(0)
                    }
                }
            }
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
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
