//! A table into a file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

mod arrow;
mod csv;
mod parquet;

use crate::error::{DataError, FileError};

/// Writes a table as CSV, Parquet or Arrow IPC, as the ending of `path` says.
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
    let mut writer = TableWriter::create(path, &batch.schema())?;
    writer.write(batch)?;
    writer.finish()
}

/// Writes a table whose rows come piece by piece, as [`write_table`] writes a whole one.
///
/// Until [`TableWriter::finish`] the rows stand in a file beside `path`; a writer that is dropped
/// before leaves nothing behind.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Float64Array, RecordBatch};
/// use synaptree_data::TableWriter;
///
/// let piece = |mass: f64| {
///     let mass: ArrayRef = Arc::new(Float64Array::from(vec![mass]));
///     RecordBatch::try_from_iter([("mass", mass)]).unwrap()
/// };
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("out.csv");
/// let mut writer = TableWriter::create(&path, &piece(0.0).schema()).unwrap();
/// writer.write(&piece(0.5)).unwrap();
/// writer.write(&piece(2.0)).unwrap();
/// assert!(!path.exists());
/// writer.finish().unwrap();
/// assert_eq!(std::fs::read_to_string(path).unwrap(), "mass\n0.5\n2\n");
/// ```
pub struct TableWriter {
    path: PathBuf,
    temporary: PathBuf,
    /// `None` once the file is complete.
    sink: Option<Sink>,
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("TableWriter");
        debug.field("path", &self.path).finish_non_exhaustive()
    }
}

/// The endings that are written.
const ENDINGS: [&str; 5] = ["csv", "parquet", "arrow", "feather", "ipc"];

/// A format with the file that is written.
enum Sink {
    Csv(csv::Writer),
    Parquet(Box<parquet::Writer>),
    Arrow(Box<arrow::Writer>),
}

/// Refuses what no table can be written to, before rows are worked on; gives the ending.
///
/// # Errors
///
/// [`FileError::Extension`] for an ending that is not written, [`DataError::Write`] where the folder of the file does
/// not exist or a folder has its name.
///
/// # Example
///
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// synaptree_data::check_output(&folder.path().join("out.csv")).unwrap();
/// let error = synaptree_data::check_output(&folder.path().join("absent/out.csv")).unwrap_err();
/// assert!(error.is_input() && error.to_string().contains("its folder does not exist"));
/// ```
pub fn check_output(path: &Path) -> Result<String, DataError> {
    let format = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if !ENDINGS.contains(&format.as_str()) {
        return Err(unknown_ending(path, &format).into());
    }
    if path.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        let help = "a folder has this name, choose another one";
        return Err(DataError::Write {
            path: path.into(),
            help,
            source,
        });
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    match folder.map(std::fs::metadata) {
        Some(Ok(found)) if !found.is_dir() => {
            Err(unwritable(path, io::ErrorKind::NotADirectory.into()))
        }
        Some(Err(error)) => Err(unwritable(path, error)),
        _ => Ok(format),
    }
}

impl TableWriter {
    /// Begins a file as CSV, Parquet or Arrow IPC, as the ending of `path` says.
    ///
    /// # Errors
    ///
    /// As [`write_table`].
    pub fn create(path: &Path, schema: &SchemaRef) -> Result<Self, DataError> {
        let format = check_output(path)?;
        let (temporary, file) = temporary(path).map_err(|source| unwritable(path, source))?;
        let mut writer = Self {
            path: path.into(),
            temporary,
            sink: None,
        };
        // From here on the file beside is removed where anything fails.
        writer.sink = Some(match format.as_str() {
            "csv" => Sink::Csv(csv::Writer::new(path, file, schema)?),
            "parquet" => Sink::Parquet(Box::new(parquet::Writer::new(path, file, schema)?)),
            _ => Sink::Arrow(Box::new(arrow::Writer::new(path, file, schema)?)),
        });
        Ok(writer)
    }

    /// Adds rows with the columns that the file was begun with.
    ///
    /// # Errors
    ///
    /// [`DataError::Write`] and [`DataError::Unwritable`].
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), DataError> {
        match &mut self.sink {
            Some(Sink::Csv(writer)) => writer.write(batch),
            Some(Sink::Parquet(writer)) => writer.write(batch),
            Some(Sink::Arrow(writer)) => writer.write(batch),
            None => Ok(()),
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// [`DataError::Write`].
    pub fn finish(mut self) -> Result<(), DataError> {
        let file = match self.sink.take() {
            Some(Sink::Csv(writer)) => writer.finish()?,
            Some(Sink::Parquet(writer)) => writer.finish()?,
            Some(Sink::Arrow(writer)) => writer.finish()?,
            None => return Ok(()),
        };
        let written = file.sync_all();
        drop(file);
        written
            .and_then(|()| std::fs::rename(&self.temporary, &self.path))
            .map_err(|source| unwritable(&self.path, source))
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        self.sink = None;
        // After the renaming it is not there any more; else what matters is why it was not written.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

fn unknown_ending(path: &Path, ending: &str) -> FileError {
    FileError::Extension {
        path: path.into(),
        found: match ending {
            "" => "the file name has no ending to tell its format".into(),
            other => format!("nothing writes files that end in `.{other}`"),
        },
        known: ".csv, .parquet, .arrow, .feather and .ipc",
    }
}

fn unwritable(path: &Path, source: io::Error) -> DataError {
    DataError::Write {
        path: path.into(),
        help: match source.kind() {
            io::ErrorKind::NotFound => "its folder does not exist, create it first",
            io::ErrorKind::NotADirectory => {
                "what stands for its folder is a file, choose another folder"
            }
            _ => "check the permissions of its folder and the space on the disk",
        },
        source,
    }
}

/// A new file in the same folder, with its name.
fn temporary(path: &Path) -> io::Result<(PathBuf, File)> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    loop {
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let path = path.with_file_name(format!(".{name}.{}-{call}.part", std::process::id()));
        match File::options().write(true).create_new(true).open(&path) {
            // A killed process left it; in containers its number comes back.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|file| (path, file)),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_of_the_same_number_left_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let (first, _) = temporary(&path).unwrap();
        let first = first.to_string_lossy();
        let (begin, number) = first
            .strip_suffix(".part")
            .unwrap()
            .rsplit_once('-')
            .unwrap();
        let next = number.parse::<u64>().unwrap() + 1;
        // Other tests count on meanwhile, so more than the very next name is taken.
        for number in next..next + 1000 {
            File::create(format!("{begin}-{number}.part")).unwrap();
        }
        let (found, _) = temporary(&path).unwrap();
        let found = found.to_string_lossy();
        let (_, found) = found
            .strip_suffix(".part")
            .unwrap()
            .rsplit_once('-')
            .unwrap();
        assert!(found.parse::<u64>().unwrap() >= next + 1000);
    }
}
