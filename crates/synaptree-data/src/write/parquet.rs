//! A table as Parquet, compressed with snappy.

use std::fs::File;
use std::io;
use std::path::Path;

use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::failed;
use crate::error::DataError;

pub(super) fn write(batch: &RecordBatch, path: &Path, file: File) -> Result<File, DataError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let write = || {
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
        writer.write(batch)?;
        writer.into_inner()
    };
    write().map_err(|error| match error {
        ParquetError::External(source) if source.is::<io::Error>() => {
            failed(path, io::Error::other(source))
        }
        other => DataError::Unwritable {
            path: path.into(),
            format: "Parquet",
            reason: other.to_string(),
        },
    })
}
