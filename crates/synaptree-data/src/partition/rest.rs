//! Rows that a column which names a part says nothing clear about: empty cells, slips, words for other parts.

use std::collections::BTreeMap;

use synaptree_config::{counted, nearest};

use crate::cells::class_name;
use crate::columns::cells_of;
use crate::error::DataError;
use crate::shown::cell;
use crate::spec::ColumnPart;
use crate::split::Part;
use crate::table::Table;

/// Different values that are counted.
const COUNTED: usize = 1000;
/// Most values that are named.
const NAMED: usize = 5;
/// A value that is so many times rarer than the most frequent one is probably a slip.
const RARER: usize = 50;

/// The rows that no part takes, by what they hold in each column that names parts.
#[derive(Debug, Default)]
pub(super) struct Rest {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    /// The values that name a part.
    wanted: Vec<String>,
    empty: Seen,
    others: BTreeMap<String, Seen>,
}

/// Rows, and where the first of them stands.
#[derive(Debug, Default)]
struct Seen {
    rows: usize,
    first: String,
}

impl Seen {
    fn meet(&mut self, table: &Table, row: usize) {
        if self.rows == 0 {
            self.first = table.origin(row).to_string();
        }
        self.rows += 1;
    }
}

impl Rest {
    pub(super) fn new(named: &[(Part, ColumnPart)]) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        for (_, ColumnPart { column, value }) in named {
            let wanted = value.as_slice().iter();
            let wanted = wanted.map(|value| class_name(value).into_owned());
            match columns.iter_mut().find(|other| other.name == *column) {
                Some(known) => known.wanted.extend(wanted),
                None => columns.push(Column {
                    name: column.clone(),
                    wanted: wanted.collect(),
                    empty: Seen::default(),
                    others: BTreeMap::new(),
                }),
            }
        }
        Self { columns }
    }

    /// Looks at rows that no part takes.
    pub(super) fn look(&mut self, table: &Table, rows: &[usize]) -> Result<(), DataError> {
        for column in &mut self.columns {
            let cells = cells_of(table, &column.name, "it names the rows of a part")?;
            for &row in rows {
                let Some(value) = cells.text(row) else {
                    column.empty.meet(table, row);
                    continue;
                };
                if let Some(seen) = column.others.get_mut(value.as_ref()) {
                    seen.rows += 1;
                } else if column.others.len() < COUNTED {
                    let seen = column.others.entry(value.into_owned()).or_default();
                    seen.meet(table, row);
                }
            }
        }
        Ok(())
    }

    /// What there is to say; `drawn`: some of the rows go to parts that are fractions.
    pub(super) fn say(&self, drawn: bool) -> Vec<String> {
        let columns = self.columns.iter();
        columns.filter_map(|column| column.say(drawn)).collect()
    }
}

impl Column {
    fn say(&self, drawn: bool) -> Option<String> {
        // Where all other rows are alike, they are those that no part is to take.
        if self.others.len() + usize::from(self.empty.rows > 0) < 2 {
            return None;
        }
        let most = self.others.values().map(|seen| seen.rows).max()?;
        let doubtful: Vec<(&String, &Seen)> = self
            .others
            .iter()
            .filter(|(value, seen)| self.is_doubtful(value, seen.rows, most))
            .collect();
        let mut said = Vec::new();
        let mut rows = 0;
        // Where most cells are empty, that is how rows of training are written.
        if (1..most).contains(&self.empty.rows) {
            rows += self.empty.rows;
            let (number, first) = (counted(self.empty.rows, "row"), &self.empty.first);
            let verb = if self.empty.rows == 1 { "has" } else { "have" };
            said.push(format!("{number} {verb} no value there ({first})"));
        }
        for (value, seen) in doubtful.iter().take(NAMED) {
            rows += seen.rows;
            let verb = if seen.rows == 1 { "has" } else { "have" };
            let (number, first) = (counted(seen.rows, "row"), &seen.first);
            said.push(format!("{number} {verb} `{}` ({first})", cell(value)));
        }
        if doubtful.len() > NAMED {
            let more = doubtful.len() - NAMED;
            said.push(format!("others have {}", counted(more, "further value")));
            rows += doubtful[NAMED..]
                .iter()
                .map(|(_, seen)| seen.rows)
                .sum::<usize>();
        }
        let fate = match (rows, drawn) {
            (1, false) => "it is trained on",
            (_, false) => "they are trained on",
            (1, true) => "it goes to training or to a part that is a fraction",
            (_, true) => "they go to training or to a part that is a fraction",
        };
        (rows > 0).then(|| {
            format!(
                "column `{}` says which part a row belongs to, and {}: as no part takes {}, {fate}; correct the cells, \
                 add the value to `value` of its part, or remove the rows",
                self.name,
                listed(&said),
                if rows == 1 { "it" } else { "them" },
            )
        })
    }

    /// Whether a value that names no part seems to be meant as one, or is a slip.
    fn is_doubtful(&self, value: &str, rows: usize, most: usize) -> bool {
        // Folds are numbered, and a number that is near another one is no slip.
        if value.parse::<f64>().is_ok() {
            return false;
        }
        match Part::named(value) {
            Some(Part::Train) => false,
            Some(_) => true,
            None => {
                let wanted = self.wanted.iter().map(String::as_str);
                let words = wanted.chain(["train", "training"]);
                nearest(value, words.filter(|word| word.len() > 2)).is_some()
                    || rows * RARER <= most
            }
        }
    }
}

/// `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        parts => parts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;

    fn said(wanted: &[&str], cells: &[(Option<&str>, usize)], drawn: bool) -> Vec<String> {
        let named: Vec<(Part, ColumnPart)> = wanted
            .iter()
            .map(|&value| {
                let column = "part".to_owned();
                let value = value.into();
                (Part::Test, ColumnPart { column, value })
            })
            .collect();
        let cells: StringArray = cells
            .iter()
            .flat_map(|&(cell, rows)| std::iter::repeat_n(cell, rows))
            .collect();
        let column: ArrayRef = Arc::new(cells);
        let table = Table::from_batch(RecordBatch::try_from_iter([("part", column)]).unwrap());
        let all: Vec<usize> = (0..table.num_rows()).collect();
        let mut rest = Rest::new(&named);
        for rows in all.chunks(7) {
            rest.look(&table, rows).unwrap();
        }
        rest.say(drawn)
    }

    #[test]
    fn empty_cells_slips_and_other_parts_are_said_with_their_first_rows() {
        let cells = [
            (Some("train"), 60),
            (None, 2),
            (Some("tset"), 1),
            (Some("validation"), 9),
        ];
        insta::assert_snapshot!(said(&["test"], &cells, false).join("\n"), @"column `part` says which part a row belongs to, and 2 rows have no value there (row 61), 1 row has `tset` (row 63) and 9 rows have `validation` (row 64): as no part takes them, they are trained on; correct the cells, add the value to `value` of its part, or remove the rows");
        insta::assert_snapshot!(said(&["test"], &[(Some("train"), 9), (None, 1)], true).join("\n"), @"column `part` says which part a row belongs to, and 1 row has no value there (row 10): as no part takes it, it goes to training or to a part that is a fraction; correct the cells, add the value to `value` of its part, or remove the rows");
    }

    #[test]
    fn rows_of_which_nothing_is_doubtful_are_passed_over_in_silence() {
        for cells in [
            &[(Some("train"), 60)][..],
            &[(None, 60)],
            &[
                (Some("0"), 20),
                (Some("1"), 20),
                (Some("2"), 20),
                (Some("7"), 1),
            ],
            &[(Some("train"), 60), (Some("training"), 9)],
            &[(Some("north"), 60), (Some("south"), 20)],
        ] {
            assert_eq!(said(&["test", "9"], cells, false), [""; 0], "{cells:?}");
        }
    }

    #[test]
    fn a_word_that_hardly_any_row_has_is_said() {
        let cells = [(Some("north"), 60), (Some("south"), 1)];
        assert!(said(&["west"], &cells, false)[0].contains("1 row has `south` (row 61)"));
    }
}
