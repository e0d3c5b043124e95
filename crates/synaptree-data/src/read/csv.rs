//! CSV and TSV straight into Arrow columns of text.

use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;

use super::ahead::{Ahead, Shape};
use super::column::{Column, check_names};
use super::options::ReadOptions;
use super::record::{Dialect, Record, Scan};
use super::rows::{Header, Opened, Piece, Rows};
use super::separator;
use super::text::Text;
use crate::error::FileError;
use crate::origin::Origins;
use crate::shown::shown;

/// Opens a CSV file; `known_separator` is what the ending of its name settles.
///
/// Blank lines are skipped, and a column without a name is named `column_<number>`.
pub(super) fn open(
    path: &Path,
    mut text: Text,
    known_separator: Option<char>,
    options: &ReadOptions,
    most: usize,
) -> Result<Opened, FileError> {
    let mut warnings = Vec::new();
    let separator = if let Some(known) = options.separator.or(known_separator) {
        known as u8
    } else {
        let found = separator::find(text.rest(), text.ended(), options.quote, options.trim);
        if let Some(rival) = found.rival {
            let [taken, rival] = [found.separator, rival].map(char::from);
            warnings.push(format!(
                "{}: the cells were divided at {taken:?}, and {rival:?} would divide them as \
                 well; set `separator` to be sure",
                shown(path)
            ));
        }
        found.separator
    };
    let quote = options
        .quote
        .map(|quote| quote as u8)
        .filter(|&quote| quote != separator);
    let dialect = Dialect {
        separator,
        quote,
        trim: options.trim,
    };
    let mut record = Record::new(dialect);
    let Some((bytes, lines)) = first(path, &mut text, &mut record)? else {
        return Err(FileError::Empty { path: path.into() });
    };
    let names = names(path, &text, &record, options)?;
    if options.header {
        text.consume(bytes, lines);
    }
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(name, DataType::Utf8, true))
        .collect();
    let header = Header {
        fields: fields.clone(),
        warnings,
        ..Header::default()
    };
    let shape = Shape {
        path: path.into(),
        dialect,
        names,
        missing: options.missing_lengths(),
        options: options.clone(),
    };
    let rows = CsvRows {
        ahead: Ahead::new(text, shape),
        schema: Arc::new(Schema::new(fields)),
        most,
        begun: false,
    };
    Ok(Opened {
        header,
        rows: Box::new(rows),
    })
}

/// Goes to the first record that is not a blank line; the bytes and line ends that it has.
fn first(
    path: &Path,
    text: &mut Text,
    record: &mut Record,
) -> Result<Option<(usize, u64)>, FileError> {
    while !text.rest().is_empty() || !text.ended() {
        match record.scan(text.rest(), text.ended()) {
            Scan::Incomplete => text.more()?,
            Scan::Record { bytes, lines } if record.is_blank() => text.consume(bytes, lines),
            Scan::Record { bytes, lines } => return Ok(Some((bytes, lines))),
            broken => {
                let quote = record.quote();
                return Err(broken.fault(path, text.line(), quote, text.rest()));
            }
        }
    }
    Ok(None)
}

/// The rows of a CSV file as columns of text.
struct CsvRows {
    ahead: Ahead,
    schema: SchemaRef,
    most: usize,
    begun: bool,
}

impl Rows for CsvRows {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let path = self.ahead.path();
        let fields = self.schema.fields();
        let mut columns = vec![Column::default(); fields.len()];
        let mut origins = Origins::lines_of(path);
        while origins.len() < self.most {
            let Some(piece) = self.ahead.next(self.most - origins.len())? else {
                break;
            };
            for ((column, field), part) in columns.iter_mut().zip(fields).zip(piece.columns) {
                column.push(self.ahead.path(), field.name(), part)?;
            }
            for (line, rows) in piece.lines {
                origins.push_run(line, rows);
            }
        }
        if origins.is_empty() {
            return if self.begun {
                Ok(None)
            } else {
                Err(FileError::HeaderOnly {
                    path: self.ahead.path().into(),
                    columns: fields.len(),
                    help: "if its first line is a row, set `header = false`",
                })
            };
        }
        self.begun = true;
        let columns = columns.into_par_iter().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .expect("every row was pushed to every column");
        Ok(Some((batch, origins)))
    }
}

/// The names of the columns, from the options or from the first record.
fn names(
    path: &Path,
    text: &Text,
    record: &Record,
    options: &ReadOptions,
) -> Result<Vec<String>, FileError> {
    let (line, found) = (text.line(), record.width());
    if let Some(names) = &options.names {
        if names.len() != found {
            let (path, expected) = (path.into(), names.len());
            return Err(FileError::NameCount {
                path,
                line,
                found,
                expected,
            });
        }
        check_names(path, None, names.iter().map(String::as_str))?;
        return Ok(names.clone());
    }
    let mut scratch = String::new();
    let names: Vec<String> = (0..found)
        .map(
            |index| match record.cell(text.rest(), index, &mut scratch) {
                name if options.header && !name.is_empty() => name.to_owned(),
                _ => format!("column_{}", index + 1),
            },
        )
        .collect();
    check_names(path, Some(line), names.iter().map(String::as_str))?;
    Ok(names)
}
