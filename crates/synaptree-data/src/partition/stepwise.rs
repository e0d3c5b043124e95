//! Sends the rows of data that come piece by piece to the parts that the whole table would give them.

use synaptree_tasks::TaskSpec;

use super::rest::Rest;
use super::{Numbers, by_column, draw, no_such_row, ways};
use crate::error::DataError;
use crate::spec::{ColumnPart, DataSpec};
use crate::split::{Fractions, Part, Splitter};
use crate::table::Table;

/// Remembers between two pieces how many rows each file and stratum had, so that every row goes
/// where it would go if all rows were there at once.
///
/// What `order_by` asks for needs all times together; [`DataSpec::streams`] refuses it before.
#[derive(Debug)]
pub(crate) struct Assigner {
    data: DataSpec,
    tasks: Vec<TaskSpec>,
    fractions: Fractions,
    named: Vec<(Part, ColumnPart)>,
    found: Vec<bool>,
    numbers: Numbers,
    rest: Rest,
}

impl Assigner {
    pub(crate) fn new(data: &DataSpec, tasks: &[TaskSpec]) -> Self {
        let (fractions, named) = ways(data);
        Self {
            data: data.clone(),
            tasks: tasks.to_vec(),
            fractions,
            found: vec![false; named.len()],
            rest: Rest::new(&named),
            named,
            numbers: Numbers::default(),
        }
    }

    /// The parts of the next rows.
    pub(crate) fn assign(&mut self, table: &Table) -> Result<Vec<Part>, DataError> {
        let mut parts: Vec<Option<Part>> = vec![None; table.num_rows()];
        for ((part, column), found) in self.named.iter().zip(&mut self.found) {
            *found |= by_column(table, *part, column, &mut parts)?;
        }
        let free: Vec<usize> = (0..parts.len())
            .filter(|&row| parts[row].is_none())
            .collect();
        self.rest.look(table, &free)?;
        let drawn = if self.fractions.held_out() == 0.0 {
            vec![Part::Train; free.len()]
        } else {
            let splitter = Splitter {
                seed: self.data.split_seed,
                fractions: self.fractions,
            };
            draw(
                table,
                &self.data,
                &self.tasks,
                &free,
                &splitter,
                &mut self.numbers,
            )?
        };
        for (row, part) in free.into_iter().zip(drawn) {
            parts[row] = Some(part);
        }
        Ok(parts.into_iter().flatten().collect())
    }

    /// What there is to say of rows that no part takes; asked once all rows were there.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.rest.say(self.fractions.held_out() > 0.0)
    }

    /// Says which part a column names and no row belongs to; asked once all rows were there.
    pub(crate) fn finish(&self) -> Result<(), DataError> {
        match self.found.iter().position(|found| !found) {
            Some(index) => {
                let (part, column) = &self.named[index];
                Err(no_such_row(*part, column))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::partition::assign;
    use crate::spec::PartSpec;

    fn table(rows: usize) -> Table {
        let words = ["ant", "bee", "cod", "dog", "eel"];
        let groups = (0..rows).map(|row| (row % 7 > 0).then(|| words[row * row % 5]));
        let group: ArrayRef = Arc::new(groups.collect::<StringArray>());
        let fold: ArrayRef = Arc::new(Int64Array::from_iter_values(
            (0..rows).map(|row| (row % 11) as i64),
        ));
        Table::from_batch(RecordBatch::try_from_iter([("group", group), ("fold", fold)]).unwrap())
    }

    fn piecewise(data: &DataSpec, table: &Table, piece: usize) -> Vec<Part> {
        let mut assigner = Assigner::new(data, &[]);
        let mut parts = Vec::new();
        for start in (0..table.num_rows()).step_by(piece) {
            let rows = piece.min(table.num_rows() - start);
            let batch = table.batch.slice(start, rows);
            parts.extend(assigner.assign(&Table::from_batch(batch)).unwrap());
        }
        assigner.finish().unwrap();
        parts
    }

    proptest! {
        #[test]
        fn rows_go_to_the_parts_that_the_whole_table_gives_them(
            rows in 60..300_usize, piece in 1..70_usize, seed in any::<u64>(), way in 0..4_usize
        ) {
            let mut data = DataSpec::new("memory.csv");
            data.split_seed = seed;
            data.calibration = Some(0.1);
            match way {
                1 => data.split_by = Some("group".into()),
                2 => data.stratify_by = Some("group".into()),
                3 => data.test = Some(PartSpec::Column(ColumnPart {
                    column: "fold".into(),
                    value: "3".into(),
                })),
                _ => {}
            }
            let table = table(rows);
            let whole = assign(&table, &data, &[], &mut Vec::new()).unwrap();
            prop_assert_eq!(piecewise(&data, &table, piece), whole);
        }
    }

    #[test]
    fn a_named_part_without_rows_is_told_at_the_end() {
        let mut data = DataSpec::new("memory.csv");
        data.test = Some(PartSpec::Column(ColumnPart {
            column: "fold".into(),
            value: "99".into(),
        }));
        let mut assigner = Assigner::new(&data, &[]);
        assigner.assign(&table(20)).unwrap();
        let error = assigner.finish().unwrap_err().to_string();
        assert!(
            error.contains("no row has `99` in column `fold`"),
            "{error}"
        );
    }
}
