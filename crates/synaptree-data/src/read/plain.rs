//! The few column types that are worked with: every kind of text as `Utf8`, decimals as `Float64`.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};

use super::options::ReadOptions;
use crate::error::FileError;

/// Large and viewed text as plain text, dictionaries as their values, decimals as numbers, also
/// inside of lists; missing spellings as nulls.
pub(super) fn with_plain_types(
    path: &Path,
    batch: &RecordBatch,
    schema: &SchemaRef,
    options: &ReadOptions,
) -> Result<RecordBatch, FileError> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        let plain = field.data_type();
        let too_large = |_| FileError::TooLarge {
            path: path.into(),
            column: field.name().clone(),
        };
        let mut column = if plain == column.data_type() {
            column.clone()
        } else {
            cast(column, plain).map_err(too_large)?
        };
        if *plain == DataType::Utf8 {
            column = without_missing(column.as_string(), options).unwrap_or(column);
        }
        columns.push(column);
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(
        RecordBatch::try_new_with_options(schema.clone(), columns, &rows)
            .expect("the columns were made for the schema"),
    )
}

/// The columns of a file with the types that [`with_plain_types`] gives them.
pub(super) fn plain_fields(schema: &Schema) -> Vec<Field> {
    let plain = |field: &FieldRef| Field::new(field.name(), plain(field.data_type()), true);
    schema.fields().iter().map(plain).collect()
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
