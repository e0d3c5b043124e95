//! How often the values of a column come back.

use std::collections::HashMap;

use crate::cells::Cells;
use crate::table::Table;

/// How often the values of a column come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// Different values.
    pub distinct: usize,
    /// Rows with a value.
    pub rows: usize,
    /// Rows whose value another row has too.
    pub repeated: usize,
    /// Rows of the most frequent value.
    pub most: usize,
}

/// How often the values of a column come back; `None` if there is no such column.
pub fn repeats(table: &Table, column: &str) -> Option<Repeats> {
    let cells = Cells::new(table.column(column)?).ok()?;
    let mut counts: HashMap<_, usize> = HashMap::new();
    for text in (0..table.num_rows()).filter_map(|row| cells.text(row)) {
        *counts.entry(text).or_default() += 1;
    }
    Some(Repeats {
        distinct: counts.len(),
        rows: counts.values().sum(),
        repeated: counts.values().filter(|&&rows| rows > 1).sum(),
        most: counts.values().copied().max().unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;

    #[test]
    fn repeated_values_are_counted() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![
            Some("a"),
            Some("b"),
            Some("a"),
            None,
            Some("c"),
        ]));
        let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
        assert_eq!(
            repeats(&table, "c"),
            Some(Repeats {
                distinct: 3,
                rows: 4,
                repeated: 2,
                most: 2
            })
        );
        assert_eq!(repeats(&table, "d"), None);
    }
}
