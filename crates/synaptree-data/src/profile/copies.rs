//! Rows that repeat others in every column.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use super::counter::is_counter;
use crate::cells::Cells;
use crate::table::Table;

/// Rows like a row that chance gives it, from which on rows are alike though nobody copied them.
const BY_CHANCE: f64 = 2.0;
/// Rows for each different one, from which on a few rows recur as there are no others.
const RECUR: usize = 10;

/// Cells that are compared in search of rows that are nearly alike.
const CELLS: usize = 5_000_000;

/// Rows that repeat earlier rows in every column, and more often than chance makes rows alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copies {
    /// How many rows repeat an earlier one.
    pub rows: usize,
    /// The first such row, and where the row that it repeats stands.
    pub first: (String, String),
    /// A column that counts the rows, in which copies differ.
    pub counter: Option<String>,
}

/// Rows that are copies of others; `None` where there are none, or where rows of few columns with few values are alike
/// anyway.
///
/// Chance makes about this many other rows like a row, where columns do not depend on each other and value `v` of
/// column `c` is that of a share `s` of the rows:
///
/// ```text
/// expected = rows · Π_c Σ_v s(c, v)²          copies: expected < 2, and fewer than 10 rows for each different one
/// ```
///
/// Columns do depend on each other. Where that makes rows alike, half of the different rows and more have another one that
/// differs in a single column: these are no copies either.
pub fn copies(table: &Table) -> Option<Copies> {
    let rows: Vec<usize> = (0..table.num_rows()).collect();
    let twins = Twins::of(table, &rows)?;
    let &(row, first) = twins.pairs.first()?;
    (!twins.are_dense(&twins.others(&rows))).then(|| Copies {
        rows: twins.pairs.len(),
        first: (
            table.origin(row).to_string(),
            table.origin(first).to_string(),
        ),
        counter: twins.counter.map(str::to_owned),
    })
}

/// Rows that are like an earlier one in every column.
pub(super) struct Twins<'a> {
    compared: Vec<Cells<'a>>,
    /// Each with the first row that it is like, in order.
    pairs: Vec<(usize, usize)>,
    counter: Option<&'a str>,
}

impl<'a> Twins<'a> {
    /// The copies among some rows; `None` where there are none.
    pub(super) fn of(table: &'a Table, rows: &[usize]) -> Option<Self> {
        let (mut compared, mut counter) = (Vec::new(), None);
        for name in table.column_names() {
            // Rows may differ in a column that cannot be read.
            let cells = Cells::new(table.column(name)?).ok()?;
            if is_counter(table, name) {
                counter = Some(name);
            } else {
                compared.push(cells);
            }
        }
        let pairs = alike(&compared, rows);
        let different = rows.len() - pairs.len();
        let is_chance = || by_chance(&compared, rows) >= BY_CHANCE;
        let are_copies = !pairs.is_empty() && RECUR * different > rows.len() && !is_chance();
        are_copies.then_some(Self {
            compared,
            pairs,
            counter,
        })
    }

    /// The rows that are like none before them.
    pub(super) fn others(&self, rows: &[usize]) -> Vec<usize> {
        let mut twins = self.pairs.iter().map(|(row, _)| *row).peekable();
        rows.iter()
            .copied()
            .filter(|row| twins.next_if_eq(row).is_none())
            .collect()
    }

    /// Whether half of these rows are like another one in all columns but one, which has not a value for each row.
    fn are_dense(&self, rows: &[usize]) -> bool {
        let rows = &rows[..rows.len().min(CELLS / self.compared.len().max(1))];
        let content = |column: usize, row: usize| {
            let mut hasher = DefaultHasher::new();
            (column, self.compared[column].text(row)).hash(&mut hasher);
            hasher.finish()
        };
        let columns = 0..self.compared.len();
        let whole = |&row: &usize| {
            let contents = columns.clone().map(|column| content(column, row));
            contents.fold(0, u64::wrapping_add)
        };
        let sums: Vec<u64> = rows.iter().map(whole).collect();
        let mut is_near = vec![false; rows.len()];
        for column in columns.clone() {
            let own: Vec<u64> = rows.iter().map(|&row| content(column, row)).collect();
            let different: HashSet<u64> = own.iter().copied().collect();
            if 10 * different.len() >= 9 * rows.len() {
                continue;
            }
            let rest = |index: usize| u64::wrapping_sub(sums[index], own[index]);
            let mut counts: HashMap<u64, usize> = HashMap::new();
            for index in 0..rows.len() {
                *counts.entry(rest(index)).or_default() += 1;
            }
            for (index, is_near) in is_near.iter_mut().enumerate() {
                *is_near |= counts[&rest(index)] > 1;
            }
        }
        2 * is_near.into_iter().filter(|&is_near| is_near).count() >= rows.len()
    }
}

/// Rows that are alike in all columns, each with the first one like it. After a few columns most rows are like no other
/// and need no further look.
fn alike(columns: &[Cells<'_>], rows: &[usize]) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, u64)> = rows.iter().map(|&row| (row, 0)).collect();
    for cells in columns {
        let mut counts: HashMap<u64, usize> = HashMap::with_capacity(open.len());
        for (row, content) in &mut open {
            let mut hasher = DefaultHasher::new();
            (*content, cells.text(*row)).hash(&mut hasher);
            *content = hasher.finish();
            *counts.entry(*content).or_default() += 1;
        }
        open.retain(|(_, content)| counts[content] > 1);
    }
    let mut first: HashMap<u64, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for (row, content) in open {
        let known = *first.entry(content).or_insert(row);
        if known != row {
            pairs.push((row, known));
        }
    }
    pairs
}

/// How many rows chance makes like a row, where columns do not depend on each other.
fn by_chance(columns: &[Cells<'_>], rows: &[usize]) -> f64 {
    let all = rows.len() as f64;
    let mut expected = all;
    for cells in columns {
        let mut counts: HashMap<_, usize> = HashMap::new();
        for &row in rows {
            *counts.entry(cells.text(row)).or_default() += 1;
        }
        let agree: f64 = counts
            .values()
            .map(|&count| (count as f64 / all).powi(2))
            .sum();
        expected *= agree;
        if expected < BY_CHANCE {
            break;
        }
    }
    expected
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::profile::{gives_away, hints};

    fn table(columns: &[(&str, &dyn Fn(usize) -> String)], rows: usize) -> Table {
        let columns = columns.iter().map(|(name, value)| {
            let values: StringArray = (0..rows).map(|row| Some(value(row))).collect();
            (*name, Arc::new(values) as ArrayRef)
        });
        Table::from_batch(RecordBatch::try_from_iter(columns).unwrap())
    }

    /// A number of its own for each of 200 rows, which then follow once more.
    fn size(row: usize) -> String {
        format!("{}.5", row % 200 * 37 % 200)
    }

    fn weight(row: usize) -> String {
        format!("{}.25", row % 200 * 71 % 199)
    }

    /// A class that goes with the size, but not in every row.
    fn class(row: usize) -> String {
        let row = row % 200;
        let is_large = (row * 37 % 200 > 100) != row.is_multiple_of(7);
        ["small", "large"][usize::from(is_large)].to_owned()
    }

    #[test]
    fn rows_that_stand_twice_do_not_make_a_number_give_the_answer_away() {
        let copied = table(&[("size", &size), ("weight", &weight), ("y", &class)], 400);
        assert_eq!(gives_away(&copied, "size", "y", false), None);
        assert_eq!(gives_away(&copied, "size", "weight", true), None);
        let found = copies(&copied).unwrap();
        assert_eq!(found.rows, 200);
        assert_eq!(found.first, ("row 201".to_owned(), "row 1".to_owned()));
        let once = table(&[("size", &size), ("weight", &weight), ("y", &class)], 200);
        assert_eq!(copies(&once), None);
    }

    #[test]
    fn a_column_that_counts_the_rows_does_not_hide_that_they_are_copies() {
        let number = |row: usize| (row + 1).to_string();
        let columns: [(&str, &dyn Fn(usize) -> String); 4] = [
            ("n", &number),
            ("size", &size),
            ("weight", &weight),
            ("y", &class),
        ];
        let copied = table(&columns, 400);
        assert_eq!(gives_away(&copied, "size", "y", false), None);
        assert_eq!(copies(&copied).unwrap().counter.as_deref(), Some("n"));
    }

    #[test]
    fn a_column_that_gives_the_answer_away_does_so_among_copies_too() {
        let verdict = |row: usize| class(row).to_uppercase();
        let columns: [(&str, &dyn Fn(usize) -> String); 4] = [
            ("size", &size),
            ("verdict", &verdict),
            ("weight", &weight),
            ("y", &class),
        ];
        let found = gives_away(&table(&columns, 400), "verdict", "y", false).unwrap();
        // All rows are counted, as the file has them.
        assert_eq!(found.rows, 400);
    }

    #[test]
    fn few_values_make_rows_alike_though_nobody_copied_them() {
        let code = |row: usize| format!("c{}", row * 7 % 40);
        let class = |row: usize| ["a", "b", "c"][row * 7 % 40 % 3].to_owned();
        let same = |row: usize| format!("{}?", class(row));
        let columns: [(&str, &dyn Fn(usize) -> String); 3] =
            [("code", &code), ("same", &same), ("y", &class)];
        let few = table(&columns, 600);
        assert_eq!(copies(&few), None);
        assert!(gives_away(&few, "code", "y", false).is_some());
    }

    #[test]
    fn answers_of_people_are_alike_though_they_were_asked_one_by_one() {
        // Whoever is content is so with nearly everything.
        let answer = |row: usize, question: usize| {
            let content = row * 7 % 5;
            (content + usize::from((row * 13 + question * question * 29) % 17 < 2)).to_string()
        };
        let questions = [0, 1, 2, 3, 4, 5].map(|question| move |row: usize| answer(row, question));
        let names = ["a", "b", "c", "d", "e", "f"];
        let columns: Vec<(&str, &dyn Fn(usize) -> String)> = names
            .into_iter()
            .zip(&questions)
            .map(|(name, question)| (name, question as &dyn Fn(usize) -> String))
            .collect();
        assert_eq!(copies(&table(&columns, 150)), None);
    }

    #[test]
    fn a_hint_needs_rows_that_differ() {
        let note = |row: usize| {
            let is_noted = row % 200 < 20;
            if is_noted { "seen" } else { "none" }.to_owned()
        };
        let class = |row: usize| {
            if row % 200 < 20 {
                "ill".to_owned()
            } else {
                class(row)
            }
        };
        let columns: [(&str, &dyn Fn(usize) -> String); 4] = [
            ("size", &size),
            ("weight", &weight),
            ("note", &note),
            ("y", &class),
        ];
        assert_eq!(hints(&table(&columns, 400), "note", "y"), []);
    }

    proptest! {
        #[test]
        fn every_copy_is_found_wherever_it_stands(order in Just((0..120).collect::<Vec<usize>>()).prop_shuffle()) {
            // 80 rows, of which the first 40 stand twice.
            let value = |row: usize| format!("{}", order[row] % 80);
            let other = |row: usize| format!("{}", order[row] % 80 * 13 % 79);
            let found = copies(&table(&[("a", &value), ("b", &other)], 120)).unwrap();
            prop_assert_eq!(found.rows, 40);
        }
    }
}
