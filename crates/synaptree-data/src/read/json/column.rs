//! A column that grows from the values of its key.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::{ArrayRef, NullArray};
use arrow_schema::DataType;

use super::cell::Cell;
use crate::read::column::fits;
use crate::read::options::ReadOptions;

/// The values of one key; rows without it are filled in when a later one has it.
pub(super) enum Column {
    Null,
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Real(Float64Builder),
    Text(StringBuilder),
    Labels(ListBuilder<StringBuilder>),
}

/// There is more text than a column can hold.
pub(super) struct Full;

impl Column {
    pub(super) fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int64 => Self::Integer(Int64Builder::new()),
            DataType::Float64 => Self::Real(Float64Builder::new()),
            DataType::List(_) => Self::Labels(ListBuilder::new(StringBuilder::new())),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Sets the value of a row that is not before the last one that was set.
    pub(super) fn push(
        &mut self,
        row: usize,
        cell: Cell<'_>,
        options: &ReadOptions,
    ) -> Result<(), Full> {
        self.fill(row);
        match (self, cell) {
            (Self::Boolean(builder), Cell::Boolean(value)) => builder.append_value(value),
            (Self::Integer(builder), Cell::Integer(value)) => builder.append_value(value),
            (Self::Real(builder), Cell::Integer(value)) => builder.append_value(value as f64),
            (Self::Real(builder), Cell::Real(value)) => builder.append_value(value),
            (Self::Text(builder), cell) => {
                let number;
                let text = match &cell {
                    Cell::Text(text) => options.value(text),
                    Cell::Boolean(value) => Some(if *value { "true" } else { "false" }),
                    Cell::Integer(value) => {
                        number = value.to_string();
                        Some(number.as_str())
                    }
                    Cell::Real(value) => {
                        number = value.to_string();
                        Some(number.as_str())
                    }
                    _ => None,
                };
                if let Some(text) = text {
                    if !fits(builder, text) {
                        return Err(Full);
                    }
                    builder.append_value(text);
                }
            }
            (Self::Labels(builder), Cell::List(labels)) => {
                for label in &labels {
                    if !fits(builder.values(), label) {
                        return Err(Full);
                    }
                    builder.values().append_value(label);
                }
                builder.append(true);
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes the column so many rows long, with gaps.
    fn fill(&mut self, rows: usize) {
        use arrow_array::builder::ArrayBuilder;
        match self {
            Self::Null => {}
            Self::Boolean(builder) => builder.append_nulls(rows - builder.len()),
            Self::Integer(builder) => builder.append_nulls(rows - builder.len()),
            Self::Real(builder) => builder.append_nulls(rows - builder.len()),
            Self::Text(builder) => {
                for _ in builder.len()..rows {
                    builder.append_null();
                }
            }
            Self::Labels(builder) => {
                for _ in builder.len()..rows {
                    builder.append_null();
                }
            }
        }
    }

    /// The column with so many rows.
    pub(super) fn finish(mut self, rows: usize) -> ArrayRef {
        self.fill(rows);
        match self {
            Self::Null => Arc::new(NullArray::new(rows)),
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Real(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Labels(mut builder) => Arc::new(builder.finish()),
        }
    }
}
