//! Parquet into Arrow columns, every kind of text as `Utf8`, decimals as `Float64`.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema};
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::column::check_names;
use super::options::ReadOptions;
use crate::error::FileError;
use crate::origin::Origins;
use crate::table::Table;

/// Reads a Parquet file.
pub(super) fn read(path: &Path, file: File, options: &ReadOptions) -> Result<Table, FileError> {
    let reader =
        contained(|| ParquetRecordBatchReaderBuilder::try_new(file)).map_err(|reason| {
            FileError::NotParquet {
                path: path.into(),
                reason,
            }
        })?;
    check_codecs(path, reader.metadata())?;
    let schema = reader.schema().clone();
    check_names(
        path,
        None,
        schema.fields().iter().map(|field| field.name().as_str()),
    )?;
    let batch = contained(|| {
        let batches = reader.build()?.collect::<Result<Vec<_>, ArrowError>>()?;
        Ok(concat_batches(&schema, &batches)?)
    })
    .map_err(|reason| FileError::DamagedParquet {
        path: path.into(),
        reason,
    })?;
    if batch.num_rows() == 0 {
        let columns = batch.num_columns();
        let help = "a table needs at least one";
        return Err(FileError::HeaderOnly {
            path: path.into(),
            columns,
            help,
        });
    }
    let batch = with_plain_types(path, &batch, options)?;
    let origins = Origins::rows_of(Some(path.into()), batch.num_rows());
    Ok(Table {
        batch,
        hierarchies: BTreeMap::new(),
        declared: BTreeMap::new(),
        origins,
    })
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
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) => {}
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

/// Large and viewed text as plain text, dictionaries as their values, decimals as numbers, also
/// inside of lists; missing spellings as nulls.
fn with_plain_types(
    path: &Path,
    batch: &RecordBatch,
    options: &ReadOptions,
) -> Result<RecordBatch, FileError> {
    let mut fields = Vec::with_capacity(batch.num_columns());
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        let plain = plain(field.data_type());
        let too_large = |_| FileError::TooLarge {
            path: path.into(),
            column: field.name().clone(),
        };
        let mut column = if plain == *field.data_type() {
            column.clone()
        } else {
            cast(column, &plain).map_err(too_large)?
        };
        if plain == DataType::Utf8 {
            column = without_missing(column.as_string(), options).unwrap_or(column);
        }
        fields.push(Field::new(field.name(), plain, true));
        columns.push(column);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .expect("the fields were made from the columns"))
}

fn plain(data_type: &DataType) -> DataType {
    let inside = |field: &FieldRef| {
        let field = field
            .as_ref()
            .clone()
            .with_data_type(plain(field.data_type()));
        Arc::new(field)
    };
    match data_type {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Dictionary(_, value) => plain(value),
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => DataType::Float64,
        DataType::List(field) | DataType::LargeList(field) => DataType::List(inside(field)),
        other => other.clone(),
    }
}

fn without_missing(column: &StringArray, options: &ReadOptions) -> Option<ArrayRef> {
    let present = |value: &str| options.is_present(value);
    if column.iter().flatten().all(present) {
        return None;
    }
    let kept = column
        .iter()
        .map(|value| value.filter(|value| present(value)));
    Some(Arc::new(kept.collect::<StringArray>()))
}
