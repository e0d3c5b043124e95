//! What the rows of a table, copies left aside, say of how its columns go together.

use std::cell::OnceCell;

use super::association::{self, GiveAway, Hint, Target, hints_in};
use super::copies::Twins;
use super::sample;
use crate::cells::Cells;
use crate::table::Table;

/// Rows from which something is concluded. What copies alone would say is not concluded: a number that stands in two rows
/// only because the row was copied says nothing of the answer there.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use synaptree_data::{Evidence, Table};
///
/// let column = |words: [&'static str; 3]| -> ArrayRef {
///     Arc::new((0..60).map(|row| Some(words[row % 3])).collect::<StringArray>())
/// };
/// let skin = column(["fur", "feathers", "scales"]);
/// let kind = column(["mammal", "bird", "reptile"]);
/// let table = Table::from_batch(RecordBatch::try_from_iter([("skin", skin), ("kind", kind)]).unwrap());
/// assert_eq!(Evidence::of(&table).gives_away("skin", "kind", false).unwrap().rows, 60);
/// ```
#[derive(Debug)]
pub struct Evidence<'a> {
    table: &'a Table,
    rows: Vec<usize>,
    /// The rows without copies, where there are copies.
    different: OnceCell<Option<Vec<usize>>>,
}

impl<'a> Evidence<'a> {
    /// All rows of a table, or a sample of many.
    pub fn of(table: &'a Table) -> Self {
        let rows: Vec<usize> = (0..table.num_rows()).collect();
        Self::new(table, sample(&rows))
    }

    pub(crate) fn new(table: &'a Table, rows: Vec<usize>) -> Self {
        Self {
            table,
            rows,
            different: OnceCell::new(),
        }
    }

    /// The rows without copies; `None` where there are no copies.
    fn different(&self) -> Option<&[usize]> {
        let different = self.different.get_or_init(|| {
            Twins::of(self.table, &self.rows).map(|twins| twins.others(&self.rows))
        });
        different.as_deref()
    }

    /// Whether `feature` tells the values of `target` in nearly every row, which makes it an answer
    /// rather than a question.
    ///
    /// Classes: each row is guessed from the other rows with its value; at most 1 in 200 may be wrong,
    /// and at most a tenth of the errors that always guessing the most frequent class would make.
    /// Numbers whose values hardly recur: each class is one interval. Number targets: a straight line,
    /// or the mean of the other rows with the same value, leaves less than 1 in 10,000 of the variance.
    /// Where rows are [copies](crate::copies) of others, all that must hold among different rows too.
    ///
    /// `None` if it does not, or if either column is not there.
    pub fn gives_away(
        &self,
        feature: &str,
        target: &str,
        target_is_number: bool,
    ) -> Option<GiveAway> {
        let cells = Cells::new(self.table.column(feature)?).ok()?;
        let targets = Cells::new(self.table.column(target)?).ok()?;
        let target = if target_is_number {
            Target::Numbers(&targets)
        } else {
            Target::Classes(&targets)
        };
        self.tells(&cells, &target)
    }

    /// As [`Evidence::gives_away`], of cells that are at hand.
    pub(crate) fn tells(&self, feature: &Cells<'_>, target: &Target<'_>) -> Option<GiveAway> {
        let found = association::tells(feature, target, &self.rows)?;
        let is_borne_out = self
            .different()
            .is_none_or(|rows| association::tells(feature, target, rows).is_some());
        is_borne_out.then_some(found)
    }

    /// Values of a column that nearly always come with one class, though the column as a whole does
    /// not tell the target: those of at least 5 % of the rows, at least 99 in 100 of them alike, whose
    /// class is rare among the other rows. An empty cell counts as a value, which is empty: a reason that only one class has.
    pub fn hints(&self, feature: &str, target: &str) -> Vec<Hint> {
        let Some((Ok(cells), Ok(targets))) = self
            .table
            .column(feature)
            .zip(self.table.column(target))
            .map(|(feature, target)| (Cells::new(feature), Cells::new(target)))
        else {
            return Vec::new();
        };
        let mut found = hints_in(&cells, &targets, &self.rows);
        if !found.is_empty()
            && let Some(different) = self.different()
        {
            let borne_out = hints_in(&cells, &targets, different);
            let same = |hint: &Hint| {
                let mut others = borne_out.iter();
                others.any(|other| (&other.value, &other.class) == (&hint.value, &hint.class))
            };
            found.retain(same);
        }
        found
    }
}

/// As [`Evidence::gives_away`], where one pair of columns of a table is asked for.
pub fn gives_away(
    table: &Table,
    feature: &str,
    target: &str,
    target_is_number: bool,
) -> Option<GiveAway> {
    Evidence::of(table).gives_away(feature, target, target_is_number)
}

/// As [`Evidence::hints`], where one pair of columns of a table is asked for.
pub fn hints(table: &Table, feature: &str, target: &str) -> Vec<Hint> {
    Evidence::of(table).hints(feature, target)
}
