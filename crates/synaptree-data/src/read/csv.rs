//! CSV and TSV straight into Arrow columns of text.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::column::{check_names, push_text};
use super::options::ReadOptions;
use super::record::{Dialect, Records};
use super::rows::{Header, Opened, Piece, Rows};
use super::separator;
use super::text::Text;
use crate::error::FileError;
use crate::origin::Origins;

/// Opens a CSV file; `known_separator` is what the ending of its name settles.
///
/// Blank lines are skipped, and a column without a name is named `column_<number>`.
pub(super) fn open(
    path: &Path,
    text: Text,
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
                path.display()
            ));
        }
        found.separator
    };
    let quote = options
        .quote
        .map(|quote| quote as u8)
        .filter(|&quote| quote != separator);
    let mut records = Records::new(
        path,
        text,
        Dialect {
            separator,
            quote,
            trim: options.trim,
        },
    );
    let Some(first_line) = records.advance()? else {
        return Err(FileError::Empty { path: path.into() });
    };
    let names = names(path, first_line, &records, options)?;
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(name, DataType::Utf8, true))
        .collect();
    let header = Header {
        fields: fields.clone(),
        warnings,
        ..Header::default()
    };
    let rows = CsvRows {
        path: path.into(),
        records,
        schema: Arc::new(Schema::new(fields)),
        options: options.clone(),
        most,
        waiting: (!options.header).then_some(first_line),
        begun: false,
    };
    Ok(Opened {
        header,
        rows: Box::new(rows),
    })
}

/// The rows of a CSV file as columns of text.
struct CsvRows {
    path: PathBuf,
    records: Records,
    schema: SchemaRef,
    options: ReadOptions,
    most: usize,
    /// The line of a record that was reached and not read.
    waiting: Option<u64>,
    begun: bool,
}

impl Rows for CsvRows {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let fields = self.schema.fields();
        let mut builders: Vec<StringBuilder> =
            fields.iter().map(|_| StringBuilder::new()).collect();
        let mut origins = Origins::lines_of(&self.path);
        let mut scratch = String::new();
        while origins.len() < self.most {
            let line = match self.waiting.take() {
                Some(line) => line,
                None => match self.records.advance()? {
                    Some(line) => line,
                    None => break,
                },
            };
            if self.records.width() != builders.len() {
                return Err(ragged(
                    &self.path,
                    line,
                    self.records.width(),
                    builders.len(),
                ));
            }
            for (index, builder) in builders.iter_mut().enumerate() {
                let value = self.options.value(self.records.cell(index, &mut scratch));
                push_text(builder, &self.path, fields[index].name(), value)?;
            }
            origins.push(line);
        }
        if origins.is_empty() {
            return if self.begun {
                Ok(None)
            } else {
                Err(FileError::HeaderOnly {
                    path: self.path.clone(),
                    columns: fields.len(),
                    help: "if its first line is a row, set `header = false`",
                })
            };
        }
        self.begun = true;
        let columns = builders
            .iter_mut()
            .map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let batch = RecordBatch::try_new(self.schema.clone(), columns.collect())
            .expect("every row was pushed to every column");
        Ok(Some((batch, origins)))
    }
}

/// The names of the columns, from the options or from the first record.
fn names(
    path: &Path,
    line: u64,
    records: &Records,
    options: &ReadOptions,
) -> Result<Vec<String>, FileError> {
    let found = records.width();
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
        .map(|index| match records.cell(index, &mut scratch) {
            name if options.header && !name.is_empty() => name.to_owned(),
            _ => format!("column_{}", index + 1),
        })
        .collect();
    check_names(path, Some(line), names.iter().map(String::as_str))?;
    Ok(names)
}

fn ragged(path: &Path, line: u64, found: usize, expected: usize) -> FileError {
    let help = if found < expected {
        "a value is missing, or a line end stands inside a value that is not quoted"
    } else {
        "a value holds the separator and is not quoted, or the separator is another one"
    };
    FileError::Ragged {
        path: path.into(),
        line,
        found,
        expected,
        help,
    }
}
