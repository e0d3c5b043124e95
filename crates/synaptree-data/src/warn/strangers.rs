//! Values that a model does not know, gathered piece by piece.

use std::collections::BTreeMap;

use super::NAMED;
use crate::shown::cell;
use crate::table::Table;

/// Different unknown values that are counted.
const COUNTED: usize = 1000;

/// The unknown values of one column or task.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strangers {
    /// Cells with an unknown value.
    pub(super) cells: usize,
    /// Unknown values, each with the place of its first row.
    values: BTreeMap<String, String>,
    /// Whether there are values beyond those that are counted.
    more: bool,
}

impl Strangers {
    /// Takes one more unknown value.
    pub(crate) fn meet(&mut self, value: &str, table: &Table, row: usize) {
        self.cells += 1;
        if self.values.contains_key(value) {
            return;
        }
        if self.values.len() < COUNTED {
            self.values
                .insert(value.to_owned(), table.origin(row).to_string());
        } else {
            self.more = true;
        }
    }

    /// The first of them with their places, and how many more there are.
    pub(super) fn named(&self) -> String {
        let shown: Vec<String> = self
            .values
            .iter()
            .take(NAMED)
            .map(|(value, place)| format!("`{}` ({place})", cell(value)))
            .collect();
        let more = match self.values.len().saturating_sub(NAMED) {
            0 => String::new(),
            more if self.more => format!(" and more than {more} more"),
            more => format!(" and {more} more"),
        };
        format!("{}{more}", shown.join(", "))
    }
}
