//! One column: its look, its gaps, its values.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

use super::date::{Dates, dates, numbered, stored_dates};
use super::formatted::{Formatted, formatted};
use super::listed::{COMMA, are_comma_lists};
use super::look::Look;
use super::slip::Slip;
use super::spelling::is_missing_word;
use crate::cells::{Cells, Number};
use crate::declaration::DeclaredType;
use crate::preprocess::{ReadDates, Writing, foreseen};
use crate::shown::cell;
use crate::spec::{CategoryEncoding, InputSpec};
use crate::table::Table;
use crate::typing::{ColumnType, Finding, inspect, label_separator};

/// Bars of a histogram.
const BINS: usize = 12;
/// Values that are shown as examples.
const EXAMPLES: usize = 3;
/// Values whose rows are counted one by one.
const COUNTED: usize = 1000;
/// Slips that are named.
const SLIPS: usize = 5;

/// What one column holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing")]
pub struct ColumnProfile {
    /// Its name.
    pub name: String,
    /// What it seems to hold.
    pub look: Look,
    /// Rows without a value.
    pub missing: usize,
    /// How many different values there are.
    pub distinct: usize,
    /// The first different values.
    pub examples: Vec<String>,
    /// The numbers in figures, where the column holds numbers.
    pub numbers: Option<NumberSummary>,
    /// Rows in twelve equal steps from the smallest to the greatest number, or of the twelve most
    /// frequent values.
    pub histogram: Vec<usize>,
    /// Every value with its rows, the most frequent first; empty above 1000 values.
    pub values: Vec<(String, usize)>,
    /// Words that seem to stand for missing values and were read as values, with their rows.
    pub missing_words: Vec<(String, usize)>,
    /// The first cells that are no numbers or dates where nearly all others are.
    pub slips: Vec<Slip>,
    /// How many such cells there are.
    pub slipped: usize,
    /// How its numbers are written, where that makes words of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<Formatted>,
    /// What stands between the labels of a cell; a comma also where cells may be lists but are read as words.
    pub separator: Option<String>,
    /// Words a cell on average, where the column holds text.
    pub words: f64,
    /// How the codes of a category would become inputs, with the defaults of an experiment.
    pub encoding: Option<CodesProfile>,
    /// Whether `order_by` can sort rows by its dates.
    pub sorts_by_time: bool,
    /// Whether all its dates, but for slips, can be inputs.
    pub reads_as_dates: bool,
    /// What its numbers count, where they are dates: `seconds since 1970`. An experiment has to say that they are, as in
    /// `types = { created_at = "date" }`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbered_dates: Option<&'static str>,
    /// Whether the file itself says that the column holds numbers.
    pub declared_number: bool,
    /// Whether the file itself lists the column's values.
    pub declared_nominal: bool,
}

/// How a category would become inputs, with the defaults of an experiment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CodesProfile {
    /// One-hot, a vector for each code, or for each bucket.
    pub kind: CategoryEncoding,
    /// Codes: values that at least two rows have, others and gaps; or buckets and gaps.
    pub codes: usize,
    /// The width of a vector; 0 where there is none.
    pub width: usize,
    /// Weights that the column has of its own.
    pub weights: usize,
}

/// The numbers of a column in figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NumberSummary {
    /// The smallest.
    pub minimum: f64,
    /// Their mean.
    pub mean: f64,
    /// The greatest.
    pub maximum: f64,
    /// Whether every one is whole.
    pub whole: bool,
}

/// Looks at one column.
pub(super) fn profile(table: &Table, name: &str) -> ColumnProfile {
    let rows = table.num_rows();
    let mut found = ColumnProfile {
        name: name.to_owned(),
        look: Look::Unreadable,
        missing: 0,
        distinct: 0,
        examples: Vec::new(),
        numbers: None,
        histogram: Vec::new(),
        values: Vec::new(),
        missing_words: Vec::new(),
        slips: Vec::new(),
        slipped: 0,
        formatted: None,
        separator: None,
        encoding: None,
        words: 0.0,
        sorts_by_time: false,
        reads_as_dates: false,
        numbered_dates: None,
        declared_number: false,
        declared_nominal: false,
    };
    let Some(column) = table.column(name) else {
        return found;
    };
    let Ok(cells) = Cells::new(column) else {
        return found;
    };
    let declared = table.declared.get(name);
    found.declared_number = matches!(
        declared,
        Some(DeclaredType::Numeric | DeclaredType::Integer)
    );
    found.declared_nominal = matches!(declared, Some(DeclaredType::Nominal(_)));
    let all: Vec<usize> = (0..rows).collect();
    let present: Vec<usize> = (0..rows).filter(|&row| !cells.is_missing(row)).collect();
    found.missing = rows - present.len();
    let counts = found.count(&cells, &present);
    found.find_missing_words(&cells, &present, &counts);
    // Missing words would hide what the column is.
    let is_word = |row: usize| match cells.text(row) {
        Some(text) => found
            .missing_words
            .iter()
            .any(|(word, _)| *word == text.as_ref()),
        None => false,
    };
    let seen: Vec<usize> = if found.missing_words.is_empty() {
        all
    } else {
        all.into_iter().filter(|&row| !is_word(row)).collect()
    };
    let valued: Vec<usize> = seen
        .iter()
        .copied()
        .filter(|&row| !cells.is_missing(row))
        .collect();
    found.decide(table, &cells, &seen, &valued, declared);
    if found.look == Look::Category {
        found.encoding = Some(found.codes(&counts, valued.len() < rows));
    }
    if matches!(found.look, Look::Category | Look::Text | Look::Identifier) && declared.is_none() {
        found.formatted = formatted(&cells, &valued, found.distinct);
    }
    let are_words = matches!(found.look, Look::Category | Look::Text | Look::Identifier);
    if are_words && declared.is_none() && are_comma_lists(&cells, &valued, found.distinct) {
        found.separator = Some(COMMA.to_owned());
    }
    found.summarise(&cells, &valued);
    found
}

impl ColumnProfile {
    fn count<'a>(
        &mut self,
        cells: &'a Cells<'_>,
        present: &[usize],
    ) -> HashMap<Cow<'a, str>, usize> {
        let mut counts: HashMap<Cow<'_, str>, usize> = HashMap::new();
        for text in present.iter().filter_map(|&row| cells.text(row)) {
            if self.examples.len() < EXAMPLES && !counts.contains_key(&text) {
                self.examples.push(text.clone().into_owned());
            }
            *counts.entry(text).or_default() += 1;
        }
        self.distinct = counts.len();
        if counts.len() <= COUNTED {
            self.values = counts
                .iter()
                .map(|(value, rows)| (value.clone().into_owned(), *rows))
                .collect();
            self.values
                .sort_by(|(a, rows_a), (b, rows_b)| rows_b.cmp(rows_a).then_with(|| a.cmp(b)));
        }
        counts
    }

    fn codes(&self, counts: &HashMap<Cow<'_, str>, usize>, has_gaps: bool) -> CodesProfile {
        let input = InputSpec::default();
        let is_word = |value: &str| self.missing_words.iter().any(|(word, _)| word == value);
        let frequent = counts.iter().filter(|(_, rows)| **rows >= input.rare);
        let known = frequent.filter(|(value, _)| !is_word(value)).count();
        let (kind, codes, width) = foreseen(known, has_gaps, &self.name, &input);
        CodesProfile {
            kind,
            codes,
            width,
            weights: codes * width,
        }
    }

    fn find_missing_words(
        &mut self,
        cells: &Cells<'_>,
        present: &[usize],
        counts: &HashMap<Cow<'_, str>, usize>,
    ) {
        if !matches!(cells, Cells::Text(_)) {
            return;
        }
        let numbers = present
            .iter()
            .filter(|&&row| matches!(cells.number(row), Number::Value(_)))
            .count();
        let among_numbers = 2 * numbers > present.len();
        self.missing_words = counts
            .iter()
            .filter(|(word, _)| is_missing_word(word, among_numbers))
            .map(|(word, rows)| (word.clone().into_owned(), *rows))
            .collect();
        // One word that keeps recurring among numbers that do not is a spelling of its own.
        if among_numbers && self.missing_words.is_empty() {
            let words: Vec<_> = counts
                .iter()
                .filter(|(word, _)| word.parse::<f64>().is_err())
                .collect();
            if let [(word, rows)] = words.as_slice()
                && **rows >= 3
                && counts.len() > 20
            {
                self.missing_words.push((word.to_string(), **rows));
            }
        }
        self.missing_words.sort();
    }

    fn decide(
        &mut self,
        table: &Table,
        cells: &Cells<'_>,
        seen: &[usize],
        valued: &[usize],
        declared: Option<&DeclaredType>,
    ) {
        if declared == Some(&DeclaredType::Hierarchical) {
            self.look = Look::Hierarchy;
            return;
        }
        if let Some(column) = table.column(&self.name)
            && let Some(dates) = dates(cells, column.data_type(), valued)
            && self.distinct > 1
        {
            self.look = Look::Date;
            if !matches!(cells, Cells::Text(_)) {
                let stored = column.data_type();
                self.examples = stored_dates(cells, stored, Writing::Unknown, valued, EXAMPLES);
            }
            let read = ReadDates::of(cells, column.data_type(), valued);
            self.sorts_by_time = dates == Dates::Sorted || read == ReadDates::All;
            self.reads_as_dates = read != ReadDates::None;
            if let ReadDates::Nearly(bad) = read {
                self.name_slips(table, cells, &bad);
            }
            return;
        }
        if let Some(column) = table.column(&self.name)
            && let Some(writing) = numbered(&self.name, cells, valued)
            && self.distinct > 1
        {
            self.look = Look::Date;
            self.sorts_by_time = true;
            self.reads_as_dates = true;
            self.numbered_dates = writing.of_numbers_in_words();
            self.examples = stored_dates(cells, column.data_type(), writing, valued, EXAMPLES);
            return;
        }
        self.look = match inspect(cells, seen, declared, 1.0) {
            Finding::Usable(kind) => match kind {
                ColumnType::Number => Look::Number,
                ColumnType::Category => Look::Category,
                ColumnType::Boolean => Look::Boolean,
                ColumnType::Text => Look::Text,
                ColumnType::Date => Look::Date,
                ColumnType::Labels => {
                    self.separator = Some(label_separator(cells, seen).to_owned());
                    Look::Labels
                }
            },
            Finding::Empty => Look::Empty,
            Finding::Constant(_) => Look::Constant,
            Finding::Identifier => Look::Identifier,
            Finding::Text => Look::Text,
            Finding::AlmostNumbers(bad) => {
                self.name_slips(table, cells, &bad);
                Look::Number
            }
        };
    }

    fn name_slips(&mut self, table: &Table, cells: &Cells<'_>, bad: &[usize]) {
        self.slipped = bad.len();
        self.slips = bad
            .iter()
            .take(SLIPS)
            .map(|&row| Slip {
                place: table.origin(row).to_string(),
                value: cell(&cells.text(row).unwrap_or_default()).into_owned(),
                too_large: cells.is_too_large(row),
            })
            .collect();
    }

    fn summarise(&mut self, cells: &Cells<'_>, valued: &[usize]) {
        if matches!(self.look, Look::Text | Look::Identifier) {
            let words: usize = valued
                .iter()
                .filter_map(|&row| cells.text(row))
                .map(|text| text.split_whitespace().count())
                .sum();
            self.words = words as f64 / valued.len().max(1) as f64;
        }
        let numbers: Vec<f64> = valued
            .iter()
            .filter_map(|&row| match cells.number(row) {
                Number::Value(value) => Some(value),
                _ => None,
            })
            .collect();
        if self.look == Look::Number && !numbers.is_empty() {
            let minimum = numbers.iter().copied().fold(f64::INFINITY, f64::min);
            let maximum = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            self.numbers = Some(NumberSummary {
                minimum,
                mean: numbers.iter().sum::<f64>() / numbers.len() as f64,
                maximum,
                whole: numbers.iter().all(|value| value.fract() == 0.0),
            });
            self.histogram = vec![0; BINS];
            let width = (maximum - minimum) / BINS as f64;
            for value in numbers {
                let bin = if width > 0.0 {
                    (((value - minimum) / width) as usize).min(BINS - 1)
                } else {
                    0
                };
                self.histogram[bin] += 1;
            }
        } else if matches!(
            self.look,
            Look::Category | Look::Boolean | Look::Labels | Look::Hierarchy
        ) {
            self.histogram = self.values.iter().take(BINS).map(|(_, n)| *n).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;

    fn look(values: Vec<String>) -> ColumnProfile {
        let column: ArrayRef = Arc::new(StringArray::from(values));
        let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
        profile(&table, "c")
    }

    #[test]
    fn numbers_have_a_histogram_of_twelve_equal_steps() {
        let found = look((0..120).map(|n| (n * 7 % 120).to_string()).collect());
        assert_eq!(found.look, Look::Number);
        assert_eq!(found.histogram, [10; 12]);
        let numbers = found.numbers.unwrap();
        assert_eq!(
            (
                numbers.minimum,
                numbers.mean,
                numbers.maximum,
                numbers.whole
            ),
            (0.0, 59.5, 119.0, true)
        );
    }

    #[test]
    fn a_missing_word_is_named_and_does_not_hide_the_numbers() {
        let mut values: Vec<String> = (0..60).map(|n| (n * 7 % 53).to_string()).collect();
        for row in [4, 9, 30] {
            values[row] = "n/a".into();
        }
        let found = look(values);
        assert_eq!(found.look, Look::Number);
        assert_eq!(found.missing_words, [("n/a".to_owned(), 3)]);
        assert_eq!(found.slipped, 0);
    }

    #[test]
    fn slips_are_named_with_their_rows() {
        let mut values: Vec<String> = (0..60).map(|n| (n * 7 % 53).to_string()).collect();
        values[3] = "12kg".into();
        values[41] = "1,5".into();
        let found = look(values);
        assert_eq!((found.look, found.slipped), (Look::Number, 2));
        assert_eq!(found.slips[0].place, "row 4");
        assert_eq!(found.slips[1].value, "1,5");
    }

    #[test]
    fn numbers_beyond_32_bits_are_no_identifier() {
        let mut values: Vec<String> = (0..60).map(|n| format!("{n}.5e300")).collect();
        let found = look(values.clone());
        assert_eq!((found.look, found.slipped), (Look::Number, 60));
        assert_eq!(
            found.slipped_how(),
            "60 of its cells are beyond ±3.4e38, the greatest number that is computed with"
        );
        assert!(found.slips_cure().contains("logarithm"));
        let column: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![
            1.0,
            f64::INFINITY,
            2.0,
        ]));
        let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
        let found = profile(&table, "c");
        assert_eq!(found.slipped_how(), "1 of its cells is no number");
        assert!(found.slips_cure().contains("empty"));
        values[7] = "word".into();
        assert_eq!(look(values).look, Look::Identifier);
        let column: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![1.0, 1e300, 2.0]));
        let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
        let found = profile(&table, "c");
        assert_eq!(
            (found.look, found.slips[0].value.as_str()),
            (Look::Number, "1e300")
        );
    }
}
