//! A table as Parquet, compressed with snappy.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::failed;
use crate::error::DataError;

/// Rows of a row group: what waits in memory until it is written.
const GROUP: usize = 1 << 18;

/// Writes rows as they come.
pub(super) struct Writer {
    path: PathBuf,
    out: ArrowWriter<File>,
}

impl Writer {
    pub(super) fn new(path: &Path, file: File, schema: &SchemaRef) -> Result<Self, DataError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let out = ArrowWriter::try_new(file, schema.clone(), Some(properties));
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
        let file = self.out.into_inner();
        file.map_err(|error| told(&self.path, error))
    }
}

fn told(path: &Path, error: ParquetError) -> DataError {
    match error {
        ParquetError::External(source) if source.is::<io::Error>() => {
            failed(path, io::Error::other(source))
        }
        other => DataError::Unwritable {
            path: path.into(),
            format: "Parquet",
            reason: other.to_string(),
        },
    }
}
