//! ARFF: columns of numbers and text, with the types and label hierarchies that the file declares.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

mod header;
mod quoted;
mod row;
mod sparse;

use super::column::{list, push_text};
use super::options::ReadOptions;
use super::rows::{Header, Opened, Piece, Rows};
use super::text::Text;
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;
use crate::origin::Origins;
use header::{Attribute, excerpt};
use row::Broken;
use sparse::Wrong;

/// Opens an ARFF file; `text` opens its text, perhaps more than once.
///
/// `?` and the missing spellings are missing where they stand without quotes and are no declared
/// nominal value. Lines that begin with `%` are comments.
pub(super) fn open(
    path: &Path,
    text: impl Fn() -> Result<Text, FileError>,
    options: &ReadOptions,
    most: usize,
    known: Option<&Header>,
) -> Result<Opened, FileError> {
    let mut begun = text()?;
    if begun.rest().is_empty() && begun.ended() {
        return Err(FileError::Empty { path: path.into() });
    }
    let attributes = header::read(path, &mut begun)?;
    let header = match known {
        Some(known) => known.clone(),
        None => declare(path, &attributes, text)?,
    };
    let labels = attributes.iter().map(|attribute| {
        let hierarchy = header.hierarchies.get(&attribute.name)?;
        let labels = hierarchy.labels();
        Some(labels.into_iter().map(str::to_owned).collect())
    });
    let rows = ArffRows {
        path: path.into(),
        text: begun,
        schema: Arc::new(Schema::new(header.fields.clone())),
        labels: labels.collect(),
        attributes,
        options: options.clone(),
        most,
        begun: false,
    };
    Ok(Opened {
        header,
        rows: Box::new(rows),
    })
}

/// What the header says. The rows are looked through where only they tell how a hierarchy is meant.
fn declare(
    path: &Path,
    attributes: &[Attribute],
    text: impl Fn() -> Result<Text, FileError>,
) -> Result<Header, FileError> {
    let mut header = Header::default();
    let mut open = Vec::new();
    for (index, attribute) in attributes.iter().enumerate() {
        let data_type = match attribute.declared {
            DeclaredType::Numeric | DeclaredType::Integer => DataType::Float64,
            _ => DataType::Utf8,
        };
        header
            .fields
            .push(Field::new(&attribute.name, data_type, true));
        header
            .declared
            .insert(attribute.name.clone(), attribute.declared.clone());
        if attribute.declared == DeclaredType::Hierarchical
            && HierarchyDeclaration::is_open(&attribute.entries)
        {
            open.push(index);
        }
    }
    let found = if open.is_empty() {
        Vec::new()
    } else {
        telling_labels(path, text()?, &open, attributes.len())?
    };
    for (index, labels) in open.into_iter().zip(found) {
        header.labels.insert(attributes[index].name.clone(), labels);
    }
    for attribute in attributes {
        if attribute.declared == DeclaredType::Hierarchical {
            let labels = header.labels.get(&attribute.name).into_iter().flatten();
            let dialect =
                HierarchyDeclaration::decide(&attribute.entries, labels.map(String::as_str));
            let entries = attribute.entries.clone();
            let hierarchy = HierarchyDeclaration { dialect, entries };
            header.hierarchies.insert(attribute.name.clone(), hierarchy);
        }
    }
    Ok(header)
}

/// Of each of some attributes the first label of any row, and the first that holds a `/`.
fn telling_labels(
    path: &Path,
    mut text: Text,
    wanted: &[usize],
    width: usize,
) -> Result<Vec<Vec<String>>, FileError> {
    header::read(path, &mut text)?;
    let mut found: Vec<Vec<String>> = vec![Vec::new(); wanted.len()];
    let mut cells = Vec::new();
    let mut scratch = String::new();
    while let Some((_, content)) = next_row(&mut text)? {
        // What is wrong with a row is told when it is read; sparse rows leave hierarchies out.
        if content.starts_with('{')
            || row::split(content, &mut cells).is_err()
            || cells.len() != width
        {
            continue;
        }
        for (&index, found) in wanted.iter().zip(&mut found) {
            let cell = cells[index];
            let value = cell.text(content, &mut scratch);
            if value.is_empty() || (value == "?" && !cell.quoted) {
                continue;
            }
            for label in value.split('@') {
                if found.is_empty() || (found.len() == 1 && label.contains('/')) {
                    found.push(label.to_owned());
                }
            }
        }
    }
    Ok(found)
}

/// The next line that holds a row, and its number.
fn next_row(text: &mut Text) -> Result<Option<(u64, &str)>, FileError> {
    loop {
        let Some((line, length)) = text
            .next_line()?
            .map(|(line, content)| (line, content.len()))
        else {
            return Ok(None);
        };
        let content = text.last_line(length).trim();
        if !content.is_empty() && !content.starts_with('%') {
            return Ok(Some((line, text.last_line(length).trim())));
        }
    }
}

/// The rows of an ARFF file.
struct ArffRows {
    path: PathBuf,
    text: Text,
    schema: SchemaRef,
    attributes: Vec<Attribute>,
    /// The labels that a hierarchical attribute may have.
    labels: Vec<Option<HashSet<String>>>,
    options: ReadOptions,
    most: usize,
    begun: bool,
}

impl Rows for ArffRows {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let mut columns: Vec<Column<'_>> = self
            .attributes
            .iter()
            .zip(&self.labels)
            .map(|(attribute, labels)| Column::new(attribute, labels.as_ref()))
            .collect();
        let path = self.path.as_path();
        let mut origins = Origins::lines_of(path);
        let (mut cells, mut written) = (Vec::new(), Vec::new());
        let mut scratch = String::new();
        while origins.len() < self.most {
            let Some((line, content)) = next_row(&mut self.text)? else {
                break;
            };
            if content.starts_with('{') {
                sparse::split(content, columns.len(), &mut written)
                    .map_err(|wrong| wrong_sparse_row(path, line, wrong, columns.len()))?;
                for (column, cell) in columns.iter_mut().zip(&written) {
                    match cell {
                        Some(cell) => {
                            let value = cell.text(content, &mut scratch);
                            column.push(path, line, value, cell.quoted, &self.options)?;
                        }
                        None => column.push_default(path)?,
                    }
                }
                origins.push(line);
                continue;
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
                column.push(path, line, value, cell.quoted, &self.options)?;
            }
            origins.push(line);
        }
        if origins.is_empty() {
            return if self.begun {
                Ok(None)
            } else {
                Err(FileError::HeaderOnly {
                    path: path.into(),
                    columns: columns.len(),
                    help: "expected rows behind `@data`",
                })
            };
        }
        self.begun = true;
        let arrays: Vec<ArrayRef> = columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays)
            .expect("every row was pushed to every column");
        Ok(Some((batch, origins)))
    }
}

/// A column that grows row by row.
struct Column<'a> {
    attribute: &'a Attribute,
    values: Values<'a>,
    /// The labels that a hierarchical attribute may have.
    labels: Option<&'a HashSet<String>>,
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
    fn new(attribute: &'a Attribute, labels: Option<&'a HashSet<String>>) -> Self {
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
        Self {
            attribute,
            values,
            labels,
        }
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
                if let (Some(labels), Some(value)) = (self.labels, value)
                    && let Some(label) = value.split('@').find(|label| !labels.contains(*label))
                {
                    return Err(unknown_label(path, line, self.attribute, label, labels));
                }
                push_text(builder, path, &self.attribute.name, value)?;
            }
        }
        Ok(())
    }

    /// What a sparse row leaves out: the number 0, the first of the nominal values, else a gap.
    fn push_default(&mut self, path: &Path) -> Result<(), FileError> {
        match &mut self.values {
            Values::Numbers { builder, .. } => builder.append_value(0.0),
            Values::Text { builder, .. } => {
                let value = match &self.attribute.declared {
                    DeclaredType::Nominal(values) => values.first().map(String::as_str),
                    _ => None,
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

fn unknown_label(
    path: &Path,
    line: u64,
    attribute: &Attribute,
    label: &str,
    known: &HashSet<String>,
) -> FileError {
    let mut sorted: Vec<&str> = known.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let nearest = synaptree_config::nearest(label, sorted);
    let suggestion = nearest.map(|nearest| format!(" (did you mean `{nearest}`?)"));
    FileError::ArffValue {
        path: path.into(),
        line,
        attribute: attribute.name.clone(),
        found: excerpt(label),
        expected: format!(
            "labels of its hierarchy of {}, joined by `@`{}",
            known.len(),
            suggestion.unwrap_or_default()
        ),
    }
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

fn wrong_sparse_row(path: &Path, line: u64, wrong: Wrong, width: usize) -> FileError {
    let (found, expected) = match wrong {
        Wrong::Broken(broken) => return broken_row(path, line, &broken),
        Wrong::Open => (
            "a row that does not end in its brace".to_owned(),
            "`{index value, index value}` on one line, without a weight behind it",
        ),
        Wrong::Index { entry, found } => (
            format!("`{found}` as the attribute of entry {entry}, of {width} attributes"),
            "the number of an attribute, counted from 0, before each value",
        ),
        Wrong::Twice { index } => (
            format!("two values of attribute {index}"),
            "one value an attribute",
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
