//! Labels with commas between them, told from prose, names and places, which have commas too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::cells::{Cells, Number};

/// What stands between the labels.
pub(super) const COMMA: &str = ",";
/// Words and characters that a label has at most.
const WORDS: usize = 3;
const CHARACTERS: usize = 30;

/// Whether the cells of a column hold labels with commas between them.
///
/// | Labels | Others |
/// |---|---|
/// | a fifth of the cells hold several, a tenth one | `Doe, Jane` has two parts in every cell |
/// | recur: three times on average, and they are fewer than the different cells | words of prose hardly do |
/// | are short: 3 words, 30 characters | clauses are not |
/// | nine in ten stand alone in another cell, counted as often as they stand | `France` of `Paris, France` does not |
/// | are no numbers, or have a blank behind each comma | `1,5` is a number |
pub(super) fn are_comma_lists(cells: &Cells<'_>, present: &[usize], distinct: usize) -> bool {
    let Cells::Text(texts) = cells else {
        return false;
    };
    let mut counts: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut alone: HashSet<Cow<'_, str>> = HashSet::new();
    let (mut several, mut single) = (0, 0);
    for &row in present {
        let labels = cells.labels(row, COMMA).unwrap_or_default();
        let is_long = |label: &Cow<'_, str>| {
            label.split_whitespace().count() > WORDS || label.chars().count() > CHARACTERS
        };
        if labels.iter().any(is_long) {
            return false;
        }
        match labels.as_slice() {
            [one] => {
                single += 1;
                alone.insert(one.clone());
            }
            _ => several += 1,
        }
        for label in labels {
            *counts.entry(label).or_default() += 1;
        }
    }
    let all: usize = counts.values().sum();
    let of_alone: usize = alone.iter().map(|label| counts[label]).sum();
    let are_numbers = || {
        let is_blank = |&row: &usize| {
            let mut commas = texts.value(row).split(',').skip(1);
            commas.all(|behind| behind.starts_with(' '))
        };
        let is_number = |label: &Cow<'_, str>| label.parse::<f64>().is_ok();
        counts.keys().all(is_number) && !present.iter().all(is_blank)
    };
    let has_words = present
        .iter()
        .any(|&row| matches!(cells.number(row), Number::Bad(_)));
    has_words
        && 5 * several >= present.len()
        && 10 * single >= present.len()
        && all >= 3 * counts.len()
        && counts.len() < distinct
        && 10 * of_alone >= 9 * all
        && !are_numbers()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};

    use super::*;

    fn are_lists(values: &[&str]) -> bool {
        let rows: Vec<usize> = (0..60).collect();
        let texts = rows.iter().map(|row| Some(values[row % values.len()]));
        let column: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let distinct: BTreeSet<_> = values.iter().collect();
        are_comma_lists(&Cells::new(&column).unwrap(), &rows, distinct.len())
    }

    #[test]
    fn labels_with_commas_between_them_are_lists() {
        assert!(are_lists(&[
            "red, blue",
            "red",
            "blue",
            "blue, dark green",
            "dark green"
        ]));
        assert!(are_lists(&["a,b", "a", "b", "a,b,c", "c"]));
        assert!(are_lists(&["1, 5", "1", "5", "1, 2", "2"]));
    }

    #[test]
    fn names_places_numbers_and_prose_are_none() {
        for others in [
            [
                "Doe, Jane",
                "Doe, John",
                "Roe, Jane",
                "Roe, John",
                "Poe, Ann",
            ],
            ["Paris, France", "Paris", "Lyon, France", "Lyon", "Bonn"],
            ["0,5", "1", "1,5", "5", "2"],
            ["yes, often", "yes", "no", "no", "no, never"],
            [
                "red",
                "blue",
                "green",
                "red, blue and some more green",
                "red",
            ],
            ["red", "blue", "green", "red", "blue"],
        ] {
            assert!(!are_lists(&others), "{others:?}");
        }
    }
}
