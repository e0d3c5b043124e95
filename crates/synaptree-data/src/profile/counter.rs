//! Columns that number the rows from wherever.

use crate::cells::{Cells, Number};
use crate::table::Table;

/// Rows below which numbers may follow each other by chance.
const LEAST_ROWS: usize = 30;

/// Whether the values of a column are consecutive whole numbers in the order of the rows, from any first one: 1000, 1001, …
pub fn is_counter(table: &Table, column: &str) -> bool {
    let Some(Ok(cells)) = table.column(column).map(Cells::new) else {
        return false;
    };
    let mut last: Option<f64> = None;
    table.num_rows() >= LEAST_ROWS
        && (0..table.num_rows()).all(|row| match cells.number(row) {
            Number::Value(value) if value.fract() == 0.0 => {
                last.replace(value).is_none_or(|last| value == last + 1.0)
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch};

    use super::*;

    #[test]
    fn numbers_that_follow_each_other_count_and_others_do_not() {
        let counts = |values: Vec<i64>| {
            let column: ArrayRef = Arc::new(Int64Array::from(values));
            let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
            is_counter(&table, "c")
        };
        assert!(counts((1000..1100).collect()));
        assert!(!counts((1000..1010).collect()));
        assert!(!counts((0..100).map(|n| 2 * n).collect()));
        assert!(!counts((0..100).map(|n| n * 7 % 100).collect()));
    }
}
