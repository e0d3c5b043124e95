//! A table as CSV.

use std::fmt::{Display, LowerExp, Write as _};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, Float32Array, Float64Array, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use super::failed;
use crate::error::DataError;

/// Writes rows as they come, behind a line of names.
pub(super) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    line: String,
}

impl Writer {
    pub(super) fn new(path: &Path, file: File, schema: &SchemaRef) -> Result<Self, DataError> {
        let mut line = String::new();
        for (index, field) in schema.fields().iter().enumerate() {
            separate(&mut line, index);
            quote(&mut line, field.name());
        }
        let mut out = BufWriter::with_capacity(1 << 16, file);
        finish(&mut out, &mut line).map_err(|source| failed(path, source))?;
        Ok(Self {
            path: path.into(),
            out,
            line,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DataError> {
        let path = &self.path;
        let unwritable = |error: ArrowError| DataError::Unwritable {
            path: path.clone(),
            format: "CSV",
            reason: error.to_string(),
        };
        let columns = batch
            .columns()
            .iter()
            .map(|column| Column::new(column.as_ref()));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(unwritable)?;
        let mut cell = String::new();
        for row in 0..batch.num_rows() {
            for (index, column) in columns.iter().enumerate() {
                separate(&mut self.line, index);
                cell.clear();
                column.write(row, &mut cell).map_err(unwritable)?;
                quote(&mut self.line, &cell);
            }
            finish(&mut self.out, &mut self.line).map_err(|source| failed(path, source))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<File, DataError> {
        let path = self.path;
        self.out
            .into_inner()
            .map_err(|error| failed(&path, error.into_error()))
    }
}

fn separate(line: &mut String, index: usize) {
    if index > 0 {
        line.push(',');
    }
}

fn finish(writer: &mut BufWriter<File>, line: &mut String) -> std::io::Result<()> {
    // The only cell of a row is quoted when empty: a blank line is no row.
    if line.is_empty() {
        line.push_str("\"\"");
    }
    line.push('\n');
    writer.write_all(line.as_bytes())?;
    line.clear();
    Ok(())
}

/// Appends a cell, in quotes where a reader would need them.
fn quote(line: &mut String, cell: &str) {
    let edge = |character: char| character == ' ' || character == '\t';
    // At the start of a file a byte-order mark would be taken for one.
    let needed = cell.contains([',', '"', '\n', '\r'])
        || cell.starts_with(edge)
        || cell.ends_with(edge)
        || cell.starts_with('\u{feff}');
    if !needed {
        line.push_str(cell);
        return;
    }
    line.push('"');
    for character in cell.chars() {
        if character == '"' {
            line.push('"');
        }
        line.push(character);
    }
    line.push('"');
}

/// A column with the way its values are written.
enum Column<'a> {
    Text(&'a StringArray),
    Double(&'a Float64Array),
    Single(&'a Float32Array),
    Other(&'a dyn Array, ArrayFormatter<'a>),
}

impl<'a> Column<'a> {
    fn new(column: &'a dyn Array) -> Result<Self, ArrowError> {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new();
        Ok(match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Float64 => Self::Double(column.as_primitive::<Float64Type>()),
            DataType::Float32 => Self::Single(column.as_primitive::<Float32Type>()),
            _ => Self::Other(column, ArrayFormatter::try_new(column, &OPTIONS)?),
        })
    }

    fn write(&self, row: usize, cell: &mut String) -> Result<(), ArrowError> {
        match self {
            Self::Text(column) if column.is_valid(row) => cell.push_str(column.value(row)),
            Self::Double(column) if column.is_valid(row) => {
                number(cell, column.value(row), column.value(row));
            }
            Self::Single(column) if column.is_valid(row) => {
                number(cell, column.value(row), column.value(row).into());
            }
            Self::Other(column, formatter) if column.is_valid(row) => {
                formatter.value(row).write(cell)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Appends the shortest text that reads back as the same number, nothing for NaN.
fn number(cell: &mut String, value: impl Display + LowerExp, size: f64) {
    let plain = size == 0.0 || (1e-5..1e16).contains(&size.abs()) || size.is_infinite();
    let written = if plain {
        write!(cell, "{value}")
    } else if size.is_nan() {
        Ok(())
    } else {
        write!(cell, "{value:e}")
    };
    written.expect("a string takes any text");
}
