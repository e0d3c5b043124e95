//! Training rows that are few enough to stay.

use super::rows::Rows;
use crate::dataset::Split;

/// Keeps the rows with a label as long as there are no more than the shuffle buffer would hold anyway.
pub(super) struct Resident {
    most: usize,
    kept: Kept,
}

enum Kept {
    Nothing,
    All(Rows),
    TooMany,
}

impl Resident {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            kept: Kept::Nothing,
        }
    }

    /// Adds the rows that follow.
    pub(super) fn offer(&mut self, split: Split) {
        if matches!(self.kept, Kept::TooMany) {
            return;
        }
        let others = Rows::from(split);
        if matches!(self.kept, Kept::Nothing) {
            self.kept = Kept::All(Rows::like(&others));
        }
        let Kept::All(rows) = &mut self.kept else {
            return;
        };
        for row in (0..others.len()).filter(|&row| others.is_labelled(row)) {
            if rows.len() == self.most {
                self.kept = Kept::TooMany;
                return;
            }
            rows.push(&others, row);
        }
    }

    /// All rows, where there were not too many.
    pub(super) fn finish(self) -> Option<Split> {
        match self.kept {
            Kept::All(rows) => Some(rows.into()),
            Kept::Nothing | Kept::TooMany => None,
        }
    }
}
