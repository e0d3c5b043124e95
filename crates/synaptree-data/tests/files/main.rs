//! Files as people have them: read, refused with a message, written.

mod arff;
mod chunks;
mod csv;
mod encodings;
mod formats;
mod hostile;
mod layout;
mod packed;
mod parquet;
mod public_data;
mod refused;
mod round_trips;
mod several;
mod writing;

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use flate2::Compression;
use flate2::write::GzEncoder;
use synaptree_data::{DataError, ReadOptions, Source, Table, read_files};
use tempfile::TempDir;

/// A folder that goes away with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn read_path(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    read_files(&[Source::from(path)], options)
}

/// Reads content under a name that tells its format.
fn read_as(
    name: &str,
    content: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> Result<Table, DataError> {
    let folder = Folder::new();
    read_path(&folder.file(name, content), options)
}

/// The message for content that is refused, without the folder.
fn refusal(name: &str, content: impl AsRef<[u8]>, options: &ReadOptions) -> String {
    let folder = Folder::new();
    let error = read_path(&folder.file(name, content), options).unwrap_err();
    without(&folder, &error)
}

fn without(folder: &Folder, error: &DataError) -> String {
    let prefix = format!("{}{}", folder.0.path().display(), std::path::MAIN_SEPARATOR);
    error.to_string().replace(&prefix, "")
}

fn packed(content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table.column_names().collect()
}

fn texts<'a>(table: &'a Table, column: &str) -> Vec<Option<&'a str>> {
    table.text(column).unwrap().iter().collect()
}

fn numbers(table: &Table, column: &str) -> Vec<Option<f64>> {
    table
        .column(column)
        .unwrap()
        .as_primitive::<Float64Type>()
        .iter()
        .collect()
}
