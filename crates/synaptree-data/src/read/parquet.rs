//! Parquet, one page a column at a time.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_schema::Schema;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, RowGroups,
};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::batches::Batches;
use super::column::check_names;
use super::options::ReadOptions;
use super::pages::Pages;
use super::plain::{plain_fields, with_plain_types};
use super::rows::{Header, Opened};
use crate::error::FileError;

/// The most rows that are decoded at once; pieces of more rows are put together.
const BATCH: usize = 1 << 16;

/// Opens a Parquet file.
pub(super) fn open(
    path: &Path,
    file: File,
    options: &ReadOptions,
    most: usize,
) -> Result<Opened, FileError> {
    let file = Ending(file);
    let not_parquet = |reason| FileError::NotParquet {
        path: path.into(),
        reason,
    };
    let metadata = contained(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))
        .map_err(not_parquet)?;
    check_codecs(path, metadata.metadata())?;
    let fields = plain_fields(metadata.schema());
    check_names(path, None, fields.iter().map(|field| field.name().as_str()))?;
    let mut reader = contained(|| rows(file, &metadata, most)).map_err(damaged(path))?;
    let (owned, columns) = (path.to_path_buf(), fields.len());
    let schema = Arc::new(Schema::new(fields.clone()));
    let options = options.clone();
    let next = move || {
        contained(|| Ok(reader.next().transpose()?))
            .map_err(damaged(&owned))?
            .map(|batch| with_plain_types(&owned, &batch, &schema, &options))
            .transpose()
    };
    let header = Header {
        fields,
        ..Header::default()
    };
    Ok(Opened {
        header,
        rows: Box::new(Batches::new(path.into(), columns, most, Box::new(next))),
    })
}

/// The rows of a file, in batches.
fn rows(
    file: Ending,
    metadata: &ArrowReaderMetadata,
    most: usize,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    let types = metadata.schema().fields();
    let levels = parquet_to_arrow_field_levels(schema, ProjectionMask::all(), Some(types))?;
    let pages = Pages::new(file, metadata.metadata().clone());
    let size = most.min(BATCH).min(pages.num_rows()).max(1);
    ParquetRecordBatchReader::try_new_with_row_groups(&levels, &pages, size, None)
}

/// A file whose end is noticed.
///
/// The headers of a damaged file can promise more elements than any file holds, and the decoder skips
/// them one by one without asking whether there is anything left.
struct Ending(File);

/// Reads up to the end, and fails where more is asked for again and again.
struct UpToTheEnd<R> {
    inner: R,
    /// How often there was nothing left.
    empty: u8,
}

/// A reader that has come to the end may ask once more; nobody asks so often.
const PATIENCE: u8 = 64;

impl<R: Read> Read for UpToTheEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.empty += 1;
            if self.empty == PATIENCE {
                self.empty -= 1;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(read)
    }
}

impl Length for Ending {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Ending {
    type T = UpToTheEnd<<File as ChunkReader>::T>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let inner = self.0.get_read(start)?;
        Ok(UpToTheEnd { inner, empty: 0 })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<::bytes::Bytes, ParquetError> {
        self.0.get_bytes(start, length)
    }
}

fn damaged(path: &Path) -> impl Fn(String) -> FileError {
    move |reason| FileError::DamagedParquet {
        path: path.into(),
        reason,
    }
}

/// Runs the Parquet reader on bytes of unknown origin: a damaged file can make it panic, which
/// is an error of the file and not of the program.
fn contained<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("its parts contradict each other".into()),
    }
}

fn check_codecs(path: &Path, metadata: &ParquetMetaData) -> Result<(), FileError> {
    let chunks = metadata
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns);
    for chunk in chunks {
        match chunk.compression() {
            Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
            | Compression::ZSTD(_) => {}
            other => {
                let codec = other.to_string();
                return Err(FileError::ParquetCodec {
                    path: path.into(),
                    column: chunk.column_path().string(),
                    codec: codec.split('(').next().unwrap_or_default().to_lowercase(),
                });
            }
        }
    }
    Ok(())
}
