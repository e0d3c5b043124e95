//! A look at data that nobody has described: what each column holds, and what it seems to be for.

mod association;
mod column;
mod copies;
mod counter;
mod date;
mod evidence;
mod formatted;
mod header;
mod listed;
mod look;
mod repeats;
mod slip;
mod spelling;

use serde::Serialize;

pub(crate) use self::association::Target;
pub use self::association::{GiveAway, Hint};
pub use self::column::{CodesProfile, ColumnProfile, NumberSummary};
pub use self::copies::{Copies, copies};
pub use self::counter::is_counter;
pub use self::evidence::{Evidence, gives_away, hints};
pub use self::formatted::Formatted;
pub use self::header::{Header, Reading, read_unknown};
pub use self::look::Look;
pub use self::repeats::{Repeats, repeats};
pub use self::slip::Slip;

use crate::columns::files;
use crate::table::Table;

/// Rows that are looked at where a look at all of them would take long: they are spread evenly.
pub(crate) const LOOKED_AT: usize = 50_000;

/// Every `n`-th row, so that no more than [`LOOKED_AT`] are taken.
pub(crate) fn sample(rows: &[usize]) -> Vec<usize> {
    let step = rows.len().div_ceil(LOOKED_AT).max(1);
    rows.iter().copied().step_by(step).collect()
}

/// What a table holds, column by column: what `synaptree describe` prints and `synaptree init`
/// guesses from.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use synaptree_data::{Look, Profile, Table};
///
/// let wings: ArrayRef = Arc::new(StringArray::from(vec![Some("yes"), Some("no"), None]));
/// let table = Table::from_batch(RecordBatch::try_from_iter([("wings", wings)]).unwrap());
/// let profile = Profile::of(&table);
/// assert_eq!(profile.columns[0].look, Look::Boolean);
/// assert_eq!((profile.columns[0].missing, profile.columns[0].distinct), (1, 2));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// The file, or files, in words.
    pub files: String,
    /// How many rows were looked at.
    pub rows: usize,
    /// About how many rows the files have, where only the first were looked at.
    pub about: Option<u64>,
    /// The columns, in order.
    pub columns: Vec<ColumnProfile>,
}

impl Profile {
    /// Looks at every column of a table.
    pub fn of(table: &Table) -> Self {
        let columns = table
            .column_names()
            .map(|name| column::profile(table, name))
            .collect();
        Self {
            files: files(table),
            rows: table.num_rows(),
            about: None,
            columns,
        }
    }

    /// Looks at every column of what was read of files.
    pub fn of_reading(reading: &Reading) -> Self {
        Self {
            about: reading.about,
            ..Self::of(&reading.table)
        }
    }

    /// How many rows the files have, or about so many.
    pub fn all_rows(&self) -> usize {
        self.about.map_or(self.rows, |about| about as usize)
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&ColumnProfile> {
        self.columns.iter().find(|column| column.name == name)
    }
}
