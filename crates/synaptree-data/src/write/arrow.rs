//! A table as an Arrow IPC file.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};

use super::failed;
use crate::error::DataError;

/// Writes rows as they come, each call a record batch.
pub(super) struct Writer {
    path: PathBuf,
    out: FileWriter<BufWriter<File>>,
}

impl Writer {
    pub(super) fn new(path: &Path, file: File, schema: &SchemaRef) -> Result<Self, DataError> {
        let out = FileWriter::try_new_buffered(file, schema);
        Ok(Self {
            path: path.into(),
            out: out.map_err(|error| told(path, error))?,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DataError> {
        let written = self.out.write(batch);
        written.map_err(|error| told(&self.path, error))
    }

    pub(super) fn finish(self) -> Result<File, DataError> {
        let path = self.path;
        // Ends the file where that was not done.
        let out = self.out.into_inner().map_err(|error| told(&path, error))?;
        out.into_inner()
            .map_err(|error| failed(&path, error.into_error()))
    }
}

fn told(path: &Path, error: ArrowError) -> DataError {
    match error {
        ArrowError::IoError(_, source) => failed(path, source),
        other => DataError::Unwritable {
            path: path.into(),
            format: "Arrow",
            reason: other.to_string(),
        },
    }
}
