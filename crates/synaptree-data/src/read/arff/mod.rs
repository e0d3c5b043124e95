//! ARFF: columns of numbers and text, with the types and label hierarchies that the file declares.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};

mod header;
mod quoted;
mod row;

use super::column::{list, push_text};
use super::options::ReadOptions;
use super::text::Text;
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;
use crate::origin::Origins;
use crate::table::Table;
use header::{Attribute, excerpt};
use row::Broken;

/// Reads an ARFF file.
///
/// `?` and the missing spellings are missing where they stand without quotes and are no declared
/// nominal value. Lines that begin with `%` are comments.
pub(super) fn read(
    path: &Path,
    file: File,
    packed: bool,
    options: &ReadOptions,
) -> Result<Table, FileError> {
    let mut text = Text::open(path, file, packed)?;
    if text.rest().is_empty() && text.ended() {
        return Err(FileError::Empty { path: path.into() });
    }
    let attributes = header::read(path, &mut text)?;
    let mut columns: Vec<Column<'_>> = attributes.iter().map(Column::new).collect();
    let mut origins = Origins::lines_of(path);
    let mut cells = Vec::new();
    let mut scratch = String::new();
    while let Some((line, content)) = text.next_line()? {
        let content = content.trim();
        if content.is_empty() || content.starts_with('%') {
            continue;
        }
        if content.starts_with('{') {
            return Err(FileError::Unsupported {
                path: path.into(),
                line,
                what: "sparse rows (`{index value, ...}`) are",
                help: "write one value an attribute, with commas between them",
            });
        }
        row::split(content, &mut cells).map_err(|broken| broken_row(path, line, &broken))?;
        if cells.len() != columns.len() {
            let last = cells
                .last()
                .map_or("", |cell| cell.text(content, &mut scratch));
            return Err(wrong_width(path, line, cells.len(), columns.len(), last));
        }
        for (column, cell) in columns.iter_mut().zip(&cells) {
            let value = cell.text(content, &mut scratch);
            column.push(path, line, value, cell.quoted, options)?;
        }
        origins.push(line);
    }
    if origins.is_empty() {
        return Err(FileError::HeaderOnly {
            path: path.into(),
            columns: columns.len(),
            help: "expected rows behind `@data`",
        });
    }
    let arrays: Vec<ArrayRef> = columns.iter_mut().map(Column::finish).collect();
    let fields: Vec<Field> = attributes
        .iter()
        .zip(&arrays)
        .map(|(attribute, array)| Field::new(&attribute.name, array.data_type().clone(), true))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .expect("every row was pushed to every column");
    let mut table = Table {
        batch,
        hierarchies: BTreeMap::new(),
        declared: BTreeMap::new(),
        origins,
    };
    for attribute in attributes {
        if attribute.declared == DeclaredType::Hierarchical
            && let Some(column) = table.text(&attribute.name)
        {
            let hierarchy = declare(path, &table, &attribute.name, attribute.entries, column)?;
            table.hierarchies.insert(attribute.name.clone(), hierarchy);
        }
        table.declared.insert(attribute.name, attribute.declared);
    }
    Ok(table)
}

/// A column that grows row by row.
struct Column<'a> {
    attribute: &'a Attribute,
    values: Values<'a>,
}

enum Values<'a> {
    Numbers {
        builder: Float64Builder,
        whole: bool,
    },
    Text {
        builder: StringBuilder,
        allowed: Option<HashSet<&'a str>>,
    },
}

impl<'a> Column<'a> {
    fn new(attribute: &'a Attribute) -> Self {
        let text = |allowed| Values::Text {
            builder: StringBuilder::new(),
            allowed,
        };
        let values = match &attribute.declared {
            DeclaredType::Numeric | DeclaredType::Integer => Values::Numbers {
                builder: Float64Builder::new(),
                whole: attribute.declared == DeclaredType::Integer,
            },
            DeclaredType::Nominal(values) => {
                text(Some(values.iter().map(String::as_str).collect()))
            }
            DeclaredType::String | DeclaredType::Date(_) | DeclaredType::Hierarchical => text(None),
        };
        Self { attribute, values }
    }

    fn push(
        &mut self,
        path: &Path,
        line: u64,
        value: &str,
        quoted: bool,
        options: &ReadOptions,
    ) -> Result<(), FileError> {
        let wrong = |expected: String| FileError::ArffValue {
            path: path.into(),
            line,
            attribute: self.attribute.name.clone(),
            found: excerpt(value),
            expected,
        };
        let missing = !quoted && (value == "?" || !options.is_present(value));
        match &mut self.values {
            Values::Numbers { builder, .. } if missing => builder.append_null(),
            Values::Numbers { builder, whole } => match value.parse::<f64>() {
                Ok(number) if number.is_nan() => builder.append_null(),
                Ok(number) if number.is_finite() && (!*whole || number.fract() == 0.0) => {
                    builder.append_value(number);
                }
                _ if *whole => return Err(wrong("a whole number".into())),
                _ => return Err(wrong("a finite number".into())),
            },
            Values::Text { builder, allowed } => {
                let value = match &options.strip_suffix {
                    Some(suffix) => value.strip_suffix(suffix.as_str()).unwrap_or(value),
                    None => value,
                };
                let value = match allowed {
                    Some(allowed) if allowed.contains(value) && (quoted || value != "?") => {
                        Some(value)
                    }
                    _ if !quoted && (value == "?" || !options.is_present(value)) => None,
                    Some(_) => return Err(wrong(self.attribute.expected(value))),
                    None => Some(value),
                };
                push_text(builder, path, &self.attribute.name, value)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Numbers { builder, .. } => Arc::new(builder.finish()),
            Values::Text { builder, .. } => Arc::new(builder.finish()),
        }
    }
}

impl Attribute {
    /// What a nominal attribute allows, for a message about another value.
    fn expected(&self, found: &str) -> String {
        let DeclaredType::Nominal(values) = &self.declared else {
            return self.declared.name().into();
        };
        let values = || values.iter().map(String::as_str);
        let nearest = synaptree_config::nearest(found, values());
        let suggestion = nearest.map(|nearest| format!(" (did you mean `{nearest}`?)"));
        format!(
            "one of {}{}",
            list(values()),
            suggestion.unwrap_or_default()
        )
    }
}

/// The hierarchy of a column, after a look at the labels that its rows hold.
fn declare(
    path: &Path,
    table: &Table,
    attribute: &str,
    entries: Vec<String>,
    column: &StringArray,
) -> Result<HierarchyDeclaration, FileError> {
    let labels = column.iter().flatten().flat_map(|cell| cell.split('@'));
    let dialect = HierarchyDeclaration::decide(&entries, labels);
    let hierarchy = HierarchyDeclaration { dialect, entries };
    let known = hierarchy.labels();
    for (row, cell) in column.iter().enumerate() {
        for label in cell.iter().flat_map(|cell| cell.split('@')) {
            if !known.contains(label) {
                let nearest = synaptree_config::nearest(label, known.iter().copied());
                let suggestion = nearest.map(|nearest| format!(" (did you mean `{nearest}`?)"));
                return Err(FileError::ArffValue {
                    path: path.into(),
                    line: table.origin(row).number,
                    attribute: attribute.into(),
                    found: excerpt(label),
                    expected: format!(
                        "labels of its hierarchy of {}, joined by `@`{}",
                        known.len(),
                        suggestion.unwrap_or_default()
                    ),
                });
            }
        }
    }
    Ok(hierarchy)
}

fn broken_row(path: &Path, line: u64, broken: &Broken) -> FileError {
    let (found, expected) = match broken {
        Broken::Unterminated { value } => (
            format!("an open quote at value {value}"),
            "a closing quote before the end of the line (write `\\'` for a quote inside)",
        ),
        Broken::AfterQuote { value, found } => (
            format!("`{found}` behind the closing quote of value {value}"),
            "a comma or the end of the line (write `\\'` for a quote inside)",
        ),
    };
    FileError::ArffLine {
        path: path.into(),
        line,
        found,
        expected,
    }
}

fn wrong_width(path: &Path, line: u64, found: usize, expected: usize, last: &str) -> FileError {
    if found == expected + 1 && last.starts_with('{') && last.ends_with('}') {
        return FileError::Unsupported {
            path: path.into(),
            line,
            what: "instance weights (`{weight}` behind a row) are",
            help: "make the weight an attribute and name it as `row_weight`",
        };
    }
    FileError::Ragged {
        path: path.into(),
        line,
        found,
        expected,
        help: "each row needs one value an attribute, and `?` where it is missing",
    }
}
