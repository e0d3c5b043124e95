//! A table into a file.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;

mod csv;
mod parquet;

use crate::error::{DataError, FileError};

/// Writes a table as CSV or Parquet, as the ending of `path` says.
///
/// The file is written beside `path` and then renamed: `path` never holds half a table, and an
/// existing file stays as it is until the new one is complete. In CSV, floating-point numbers are
/// written in the shortest form that reads back as the same number; nulls and NaN are empty cells.
///
/// # Errors
///
/// [`FileError::Extension`] for another ending, [`DataError::Write`] where the folder cannot be
/// written to or the disk is full, [`DataError::Unwritable`] for a column that the format cannot
/// hold.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Float64Array, RecordBatch};
/// use synaptree_data::write_table;
///
/// let mass: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.1), None, Some(2e30)]));
/// let kilos: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0]));
/// let batch = RecordBatch::try_from_iter([("mass", mass), ("kilos", kilos)]).unwrap();
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("out.csv");
/// write_table(&batch, &path).unwrap();
/// assert_eq!(std::fs::read_to_string(path).unwrap(), "mass,kilos\n0.1,1\n,2\n2e30,3\n");
/// ```
pub fn write_table(batch: &RecordBatch, path: &Path) -> Result<(), DataError> {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    match extension.as_str() {
        "csv" => beside(path, |file| csv::write(batch, path, file)),
        "parquet" => beside(path, |file| parquet::write(batch, path, file)),
        _ => Err(FileError::Extension {
            path: path.into(),
            found: match extension.as_str() {
                "" => "the file name has no ending to tell its format".into(),
                other => format!("nothing writes files that end in `.{other}`"),
            },
            known: ".csv and .parquet",
        }
        .into()),
    }
}

/// Lets `fill` write a new file beside `path`, then gives it that name.
fn beside(
    path: &Path,
    fill: impl FnOnce(File) -> Result<File, DataError>,
) -> Result<(), DataError> {
    if path.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        let help = "a folder has this name, choose another one";
        return Err(DataError::Write {
            path: path.into(),
            help,
            source,
        });
    }
    let unwritable = |source: io::Error| DataError::Write {
        path: path.into(),
        help: match source.kind() {
            io::ErrorKind::NotFound => "its folder does not exist, create it first",
            _ => "check the permissions of its folder and the space on the disk",
        },
        source,
    };
    let temporary = temporary(path);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .map_err(unwritable)?;
    let written = fill(file)
        .and_then(|file| file.sync_all().map_err(unwritable))
        .and_then(|()| std::fs::rename(&temporary, path).map_err(unwritable));
    if written.is_err() {
        // What matters is why the file could not be written.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// A name in the same folder that no other call uses.
fn temporary(path: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{call}.part", std::process::id()))
}

/// The error of a failed write to the file.
fn failed(path: &Path, source: io::Error) -> DataError {
    let help = "check the space on the disk";
    DataError::Write {
        path: path.into(),
        help,
        source,
    }
}
