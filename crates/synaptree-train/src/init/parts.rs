//! A column that says to which part each row belongs.

use synaptree_data::{ColumnProfile, Look, Part, Profile};

use super::text::words;

/// What such a column says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// The column.
    pub(super) column: String,
    /// The values of validation rows.
    pub(super) validation: Vec<String>,
    /// The values of test rows.
    pub(super) test: Vec<String>,
    /// Rows of validation and of test.
    pub(super) rows: [usize; 2],
}

/// Words in the name of a column that may say which rows are held back, though its values do not.
const SAID: [&str; 8] = [
    "fold",
    "folds",
    "kfold",
    "split",
    "subset",
    "partition",
    "istest",
    "istrain",
];

/// Whether the name of a column sounds as if it said which part a row belongs to.
pub(super) fn sounds_like_parts(name: &str) -> bool {
    let words = words(name);
    let all = words.concat();
    words.iter().any(|word| SAID.contains(&word.as_str())) || SAID.contains(&all.as_str())
}

/// The first column all of whose values are words for parts, training and another one among them.
pub(super) fn find(profile: &Profile, is_target: impl Fn(&str) -> bool) -> Option<Parts> {
    let columns = profile.columns.iter();
    columns
        .filter(|column| !is_target(&column.name))
        .find_map(of)
}

/// What a column says of parts; nothing where any of its values is another word.
fn of(column: &ColumnProfile) -> Option<Parts> {
    let is_word = matches!(column.look, Look::Category | Look::Text | Look::Identifier);
    if !is_word || column.values.is_empty() {
        return None;
    }
    let mut parts = Parts {
        column: column.name.clone(),
        validation: Vec::new(),
        test: Vec::new(),
        rows: [0, 0],
    };
    let mut trains = false;
    for (value, rows) in &column.values {
        match Part::named(value) {
            Some(Part::Train) => trains = true,
            Some(Part::Validation) => {
                parts.validation.push(value.clone());
                parts.rows[0] += rows;
            }
            Some(Part::Test) => {
                parts.test.push(value.clone());
                parts.rows[1] += rows;
            }
            Some(Part::Calibration) | None => return None,
        }
    }
    (trains && parts.rows != [0, 0]).then_some(parts)
}
