//! JSON text, with comments, to a tree of values with positions.

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Value};
use crate::source::Span;

use super::{Problems, duplicate, scalar};

/// Plain JSON; only comments are allowed beyond it, as editors of settings do.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a whole file.
pub(super) fn read_document(text: &str, source: usize) -> Result<Node, Problems> {
    let mut reader = Reader {
        source,
        problems: Vec::new(),
    };
    let parsed = match parse_to_ast(text, &CollectOptions::default(), &OPTIONS) {
        Ok(parsed) => parsed,
        Err(error) => {
            let range = error.range();
            // Never within a character.
            let start = text.floor_char_boundary(range.start);
            let end = text.ceil_char_boundary(range.end).max(start);
            let said = error.kind().to_string();
            let mut letters = said.chars();
            let message = letters.next().map_or_else(String::new, |first| {
                first.to_lowercase().chain(letters).collect()
            });
            let diagnostic = Diagnostic::error(&codes::SYNTAX, "", message);
            return Err(vec![(Some(Span::new(source, start..end)), diagnostic)]);
        }
    };
    let Some(value) = parsed.value else {
        let diagnostic = Diagnostic::error(&codes::SYNTAX, "", "the file is empty")
            .help("an experiment is one JSON object: `{ \"data\": {...}, \"tasks\": [...] }`");
        return Err(vec![(None, diagnostic)]);
    };
    let root = reader.node(&value);
    if reader.problems.is_empty() {
        Ok(root)
    } else {
        Err(reader.problems)
    }
}

struct Reader {
    source: usize,
    problems: Problems,
}

impl Reader {
    fn span(&self, range: Range) -> Span {
        Span::new(self.source, range.start..range.end)
    }

    fn node(&mut self, value: &ast::Value<'_>) -> Node {
        let span = self.span(value.range());
        let value = match value {
            ast::Value::StringLit(text) => Value::String(text.value.clone().into_owned()),
            ast::Value::NumberLit(number) => scalar::number(number.value),
            ast::Value::BooleanLit(boolean) => Value::Boolean(boolean.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(list) => {
                Value::List(list.elements.iter().map(|item| self.node(item)).collect())
            }
            ast::Value::Object(table) => Value::Table(self.entries(&table.properties)),
        };
        Node { value, span }
    }

    fn entries(&mut self, properties: &[ast::ObjectProp<'_>]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(properties.len());
        for property in properties {
            let key = property.name.as_str().to_owned();
            let key_span = self.span(property.name.range());
            if entries.iter().any(|entry| entry.key == key) {
                self.problems.push((Some(key_span), duplicate(&key)));
            }
            let node = self.node(&property.value);
            entries.push(Entry {
                key,
                key_span,
                node,
            });
        }
        entries
    }
}
