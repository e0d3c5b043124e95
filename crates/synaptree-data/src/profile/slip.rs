//! Cells that are no number or date where nearly all others are.

use serde::Serialize;

use super::column::ColumnProfile;
use super::look::Look;

/// A cell that is no number or date where nearly all others are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// Where it stands.
    pub place: String,
    /// What stands there.
    pub value: String,
    /// Whether it is a number, but beyond ±3.4e38.
    pub too_large: bool,
}

impl Slip {
    fn is_infinite(&self) -> bool {
        self.value.parse().is_ok_and(f64::is_infinite)
    }
}

impl ColumnProfile {
    /// What is wrong with its slips, such as "2 of its cells are no numbers".
    pub fn slipped_how(&self) -> String {
        let one = self.slipped == 1;
        let what = match (self.look, self.slips.iter().all(|slip| slip.too_large)) {
            (Look::Date, _) if one => "is no date",
            (Look::Date, _) => "are no dates",
            (_, true) if one => "is beyond ±3.4e38, the greatest number that is computed with",
            (_, true) => "are beyond ±3.4e38, the greatest number that is computed with",
            (_, false) if one => "is no number",
            (_, false) => "are no numbers",
        };
        format!("{} of its cells {what}", self.slipped)
    }

    /// What to do about its slips.
    pub fn slips_cure(&self) -> &'static str {
        if self.slips.iter().all(|slip| slip.too_large) {
            "divide the whole column, or take its logarithm"
        } else if self.slips.iter().all(Slip::is_infinite) {
            "leave such cells empty, as a number is needed that can be computed with"
        } else {
            "correct them, or add the words to `missing`"
        }
    }
}
