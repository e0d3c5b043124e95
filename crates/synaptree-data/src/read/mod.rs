//! Files into one table.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

mod arff;
mod column;
mod csv;
mod format;
mod gather;
mod options;
mod parquet;
mod record;
mod source;
mod text;

pub use options::ReadOptions;
pub use source::Source;

use crate::error::{DataError, FileError};
use crate::table::Table;
use format::Format;
use gather::{Part, gather};

/// Reads files one after the other into one table.
///
/// The ending of a name tells its format: CSV (`.csv`, `.tsv`, `.txt`, `.data`, `.test`) and ARFF,
/// each plain or with `.gz`, and Parquet. The columns keep the order of the first file, later ones
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
    options.check()?;
    let parts = source::locate(sources)?
        .into_iter()
        .map(|located| {
            let table = read_file(&located.path, options)?;
            Part::new(located.path, table, located.rename)
        })
        .collect::<Result<Vec<_>, FileError>>()?;
    Ok(gather(parts, options.fill_absent)?)
}

fn read_file(path: &Path, options: &ReadOptions) -> Result<Table, FileError> {
    let file = open(path)?;
    match Format::of(path)? {
        Format::Csv { separator, packed } => csv::read(path, file, packed, separator, options),
        Format::Arff { packed } => arff::read(path, file, packed, options),
        Format::Parquet => parquet::read(path, file, options),
    }
}

/// The lines of a text file, without their ends.
pub(crate) fn read_lines(path: &Path) -> Result<Vec<String>, FileError> {
    let mut text = text::Text::open(path, open(path)?, false)?;
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
    if metadata.is_file() && metadata.len() == 0 {
        return Err(FileError::Empty { path: path.into() });
    }
    File::open(path).map_err(unreadable)
}
