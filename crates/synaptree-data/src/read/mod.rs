//! Files into one table, or into a sequence of tables.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use arrow_array::{Array, RecordBatch, RecordBatchOptions};
use arrow_select::concat::concat;

mod ahead;
mod aligned;
mod arff;
mod arrow;
mod batches;
mod block;
mod bytes;
mod chunks;
mod column;
mod common;
mod csv;
mod declared;
mod first;
mod format;
mod hive;
mod json;
mod layout;
mod marks;
mod options;
mod pages;
mod parquet;
mod plain;
mod plan;
mod promises;
mod record;
mod remote;
mod rows;
mod separator;
mod source;
mod text;
mod unpack;

pub use bytes::Encoding;
pub use chunks::{Chunks, read_chunks};
pub(crate) use first::read_first;
pub use options::ReadOptions;
pub use source::Source;
pub(crate) use source::paths;

use crate::error::{DataError, FileError, LayoutError};
use crate::table::Table;
use bytes::Packing;
use format::Format;
use rows::{Header, Opened};
use text::Text;

/// Reads files one after the other into one table.
///
/// The ending of a name tells its format: CSV (`.csv`, `.tsv`, `.txt`, `.data`, `.test`), ARFF and
/// JSON Lines (`.jsonl`, `.ndjson`), each plain or with `.gz` or `.zst`, Parquet, and Arrow IPC
/// (`.arrow`, `.feather`, `.ipc`). Folders directly above a file that are named `key=value` are
/// columns of its rows, unless the file has one of that name. The columns keep the order of the first file, later ones
/// follow; all files must have the same columns, except where a [`Source`] renames columns or
/// [`ReadOptions::fill_absent`] is set: then a column that a file lacks is missing in its rows.
///
/// # Errors
///
/// [`DataError::File`], with the file and the line, for everything that is wrong with the options, the
/// names of the files or their content.
///
/// # Example
///
/// ```
/// use synaptree_data::{ReadOptions, Source, read_files};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("zoo.csv");
/// std::fs::write(&path, "animal, legs\nwren, 2\nnewt, ?\n").unwrap();
/// let table = read_files(&[Source::from(path.as_path())], &ReadOptions::default()).unwrap();
/// assert_eq!(table.num_rows(), 2);
/// assert_eq!(table.text("legs").unwrap().iter().collect::<Vec<_>>(), [Some("2"), None]);
/// ```
pub fn read_files(sources: &[Source], options: &ReadOptions) -> Result<Table, DataError> {
    let chunks = read_chunks(sources, options, usize::MAX)?;
    let tables = chunks.collect::<Result<Vec<_>, _>>()?;
    Ok(join(tables)?)
}

/// Tables of the same columns one after the other.
fn join(mut tables: Vec<Table>) -> Result<Table, FileError> {
    let mut whole = tables.remove(0);
    if tables.is_empty() {
        return Ok(whole);
    }
    let schema = whole.batch.schema();
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (index, field) in schema.fields().iter().enumerate() {
        let mut pieces: Vec<&dyn Array> = vec![whole.batch.column(index)];
        pieces.extend(
            tables
                .iter()
                .map(|table| table.batch.column(index).as_ref()),
        );
        columns.push(concat(&pieces).map_err(|_| FileError::TooLarge {
            path: whole.origins.files()[0].path.clone().unwrap_or_default(),
            column: field.name().clone(),
        })?);
    }
    let rows = whole.num_rows() + tables.iter().map(Table::num_rows).sum::<usize>();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    whole.batch = RecordBatch::try_new_with_options(schema, columns, &options)
        .expect("every table gave its rows to every column");
    for table in tables {
        whole.origins.append(table.origins);
    }
    Ok(whole)
}

/// Opens a file for its rows; `known`: its header, where it was read before.
fn open_rows(
    path: &Path,
    options: &ReadOptions,
    most: usize,
    known: Option<&Header>,
) -> Result<Opened, FileError> {
    let file = open(path)?;
    match Format::of(path)? {
        Format::Csv { separator, packing } => {
            let text = Text::open(path, file, packing, options.encoding)?;
            csv::open(path, text, separator, options, most)
        }
        Format::Arff { packing } => {
            let text = || Text::open(path, open(path)?, packing, options.encoding);
            arff::open(path, text, options, most, known)
        }
        Format::JsonLines { packing } => {
            let text = || Text::open(path, open(path)?, packing, options.encoding);
            json::open(path, text, options, most, known)
        }
        Format::Arrow => arrow::open(path, file, options, most),
        Format::Parquet => parquet::open(path, file, options, most),
    }
}

/// The lines of a text file, without their ends.
pub(crate) fn read_lines(path: &Path) -> Result<Vec<String>, FileError> {
    let mut text = Text::open(path, open(path)?, Packing::None, None)?;
    let mut lines = Vec::new();
    while let Some((_, line)) = text.next_line()? {
        lines.push(line.to_owned());
    }
    Ok(lines)
}

/// Opens a file that exists, is no folder and has content.
pub(crate) fn open(path: &Path) -> Result<File, FileError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => FileError::Missing { path: path.into() },
        _ => FileError::Unreadable {
            path: path.into(),
            source,
        },
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(FileError::Directory { path: path.into() });
    }
    // It would be waited for, perhaps for ever, and gives its bytes only once.
    if !metadata.is_file() {
        return Err(LayoutError::NotAFile { path: path.into() }.into());
    }
    if metadata.len() == 0 {
        return Err(FileError::Empty { path: path.into() });
    }
    File::open(path).map_err(unreadable)
}
