//! What a column holds, found by looking at its training rows.

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cells::{Cells, Number};
use crate::declaration::DeclaredType;

/// What a column holds.
///
/// Without `types = { column = "category" }` the training rows decide, the first rule that holds:
///
/// | Rule | Type |
/// |---|---|
/// | stored as days or moments, or all but a few values are one, such as `2024-05-31`, `31.05.2024`, `31-May-2024` or `2024-05-31T09:30Z`; also `05/31/2024` where a day above 12 settles for all rows which number is the day; `2010/11` in every row is a season | date |
/// | digits alone, in every row as many and at least three, some with a zero in front, such as `02139`; not `0930` | as words |
/// | stored as numbers, or every value is one | number |
/// | `true`/`false`, `yes`/`no`, `y`/`n`, `t`/`f`, `on`/`off`, or stored so | boolean |
/// | lists, or a fifth of the cells hold parts divided by one of `\|` `;` that recur | labels |
/// | more than 8 words or 60 characters a cell on average | text |
/// | 10 values or more, all different; 20 or more, over half of them different | text |
/// | anything else, and whatever an ARFF file declares nominal | category |
#[derive(
    Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Real numbers.
    Number,
    /// One of several values.
    Category,
    /// Yes or no.
    Boolean,
    /// Running text or identifiers; the table input leaves it out.
    Text,
    /// Any number of labels in a cell.
    Labels,
    /// Days or moments: days since the earliest training row, and sine and cosine of month, weekday
    /// and, with times, hour. Where the experiment says so, also numbers: `20240531`, or seconds or milliseconds
    /// since 1970.
    Date,
}

impl ColumnType {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            ColumnType::Number => "number",
            ColumnType::Category => "category",
            ColumnType::Boolean => "boolean",
            ColumnType::Text => "text",
            ColumnType::Labels => "labels",
            ColumnType::Date => "date",
        }
    }
}

/// What inspection says about a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finding {
    /// It can be an input of this type.
    Usable(ColumnType),
    /// It has no value in any training row.
    Empty,
    /// It has the same value in every training row.
    Constant(String),
    /// Every row has its own value.
    Identifier,
    /// Running text.
    Text,
    /// Numbers, except in these rows.
    AlmostNumbers(Vec<usize>),
}

const PAIRS: [[&str; 2]; 5] = [
    ["false", "true"],
    ["no", "yes"],
    ["n", "y"],
    ["f", "t"],
    ["off", "on"],
];

/// Whether a word says yes or no.
pub(crate) fn truth(word: &str) -> Option<bool> {
    let word = word.trim();
    PAIRS
        .iter()
        .flat_map(|[no, yes]| [(no, false), (yes, true)])
        .find(|(spelling, _)| spelling.eq_ignore_ascii_case(word))
        .map(|(_, answer)| answer)
        .or(match word {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
}

/// The separator of a column of label lists: of `|` and `;` the one that more training rows hold,
/// or `,` where neither stands in a fifth of them.
pub(crate) fn label_separator(cells: &Cells<'_>, rows: &[usize]) -> &'static str {
    let Cells::Text(texts) = cells else {
        return "|";
    };
    let holding = |separator: &str| {
        rows.iter()
            .filter(|&&row| !cells.is_missing(row) && texts.value(row).contains(separator))
            .count()
    };
    let [bars, semicolons, commas] = ["|", ";", ","].map(holding);
    let most = bars.max(semicolons);
    if commas > most && 5 * most < rows.len() {
        ","
    } else if semicolons > bars {
        ";"
    } else {
        "|"
    }
}

/// Looks at the training rows of a column, or at a sample in which each row stands for `thinned`.
pub(crate) fn inspect(
    cells: &Cells<'_>,
    rows: &[usize],
    declared: Option<&DeclaredType>,
    thinned: f64,
) -> Finding {
    let present: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|&row| !cells.is_missing(row))
        .collect();
    let Some(&first) = present.first() else {
        return Finding::Empty;
    };
    let has_gaps = present.len() < rows.len();
    let value = cells.text(first);
    if !has_gaps && present.iter().all(|&row| cells.text(row) == value) {
        return Finding::Constant(value.unwrap_or_default().into_owned());
    }
    match cells {
        Cells::Lists(_) => Finding::Usable(ColumnType::Labels),
        Cells::Boolean(_) => Finding::Usable(ColumnType::Boolean),
        Cells::Integer(_) | Cells::Real(_) if counts_rows(cells, &present, thinned) => {
            Finding::Identifier
        }
        Cells::Integer(_) => Finding::Usable(ColumnType::Number),
        Cells::Real(_) => match no_numbers(cells, &present) {
            bad if bad.is_empty() => Finding::Usable(ColumnType::Number),
            bad => Finding::AlmostNumbers(bad),
        },
        Cells::Text(_) => match declared {
            Some(DeclaredType::Nominal(_)) => Finding::Usable(category_or_boolean(cells, &present)),
            _ => inspect_text(cells, &present, thinned),
        },
    }
}

fn category_or_boolean(cells: &Cells<'_>, present: &[usize]) -> ColumnType {
    let mut words: Vec<Cow<'_, str>> = Vec::new();
    for word in present.iter().filter_map(|&row| cells.text(row)) {
        if !words.contains(&word) {
            words.push(word);
        }
        if words.len() > 2 {
            return ColumnType::Category;
        }
    }
    let fits = |pair: &[&str; 2]| {
        words.iter().all(|word| {
            pair.iter()
                .any(|spelling| spelling.eq_ignore_ascii_case(word))
        })
    };
    if PAIRS.iter().any(fits) {
        ColumnType::Boolean
    } else {
        ColumnType::Category
    }
}

/// Rows whose value cannot be computed with.
fn no_numbers(cells: &Cells<'_>, present: &[usize]) -> Vec<usize> {
    let is_bad = |&row: &usize| matches!(cells.number(row), Number::Bad(_));
    present.iter().copied().filter(is_bad).collect()
}

fn inspect_text(cells: &Cells<'_>, present: &[usize], thinned: f64) -> Finding {
    let bad = no_numbers(cells, present);
    if bad.is_empty() {
        if counts_rows(cells, present, thinned) {
            return Finding::Identifier;
        }
        if !are_codes(cells, present) {
            return Finding::Usable(ColumnType::Number);
        }
    } else if bad.iter().all(|&row| cells.is_too_large(row)) {
        return Finding::AlmostNumbers(bad);
    }
    if category_or_boolean(cells, present) == ColumnType::Boolean {
        return Finding::Usable(ColumnType::Boolean);
    }
    let mut counts: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let (mut words, mut characters) = (0, 0);
    for text in present.iter().filter_map(|&row| cells.text(row)) {
        words += text.split_whitespace().count();
        characters += text.len();
        *counts.entry(text).or_default() += 1;
    }
    let (values, distinct) = (present.len(), counts.len());
    // A column of codes may mix numbers with words; a few words among many different numbers are
    // more likely slips.
    if !bad.is_empty() && bad.len() * 10 <= values && distinct > 20 {
        return Finding::AlmostNumbers(bad);
    }
    if holds_label_lists(cells, present, distinct) {
        return Finding::Usable(ColumnType::Labels);
    }
    if words > 8 * values || characters > 60 * values {
        return Finding::Text;
    }
    if values >= 10 && distinct == values {
        return Finding::Identifier;
    }
    if values >= 20 && 2 * distinct > values {
        return Finding::Text;
    }
    Finding::Usable(ColumnType::Category)
}

/// Whether numbers are codes, as zip codes are: digits alone, three of them or more and as many in every row, some with
/// a zero in front. Times such as `0930` are none.
fn are_codes(cells: &Cells<'_>, present: &[usize]) -> bool {
    let Cells::Text(texts) = cells else {
        return false;
    };
    let (mut width, mut zeros, mut times) = (None, false, true);
    for text in present.iter().map(|&row| texts.value(row).trim()) {
        let digits = text.as_bytes();
        if !digits.iter().all(u8::is_ascii_digit) || *width.get_or_insert(text.len()) != text.len()
        {
            return false;
        }
        zeros |= digits.first() == Some(&b'0');
        times &= matches!(digits, [a, b, c, _] if (*a, *b) < (b'2', b'4') && *c < b'6');
    }
    zeros && !times && width.is_some_and(|width| width >= 3)
}

/// Whether a fifth of the cells hold several parts, and the parts recur: each at least three times
/// on average, and fewer of them than different cells.
fn holds_label_lists(cells: &Cells<'_>, present: &[usize], distinct: usize) -> bool {
    ["|", ";"].into_iter().any(|separator| {
        let mut parts: HashMap<String, usize> = HashMap::new();
        let mut several = 0;
        for labels in present
            .iter()
            .filter_map(|&row| cells.labels(row, separator))
        {
            several += usize::from(labels.len() > 1);
            for label in labels {
                *parts.entry(label.into_owned()).or_default() += 1;
            }
        }
        let total: usize = parts.values().sum();
        5 * several >= present.len() && total >= 3 * parts.len() && parts.len() < distinct
    })
}

/// Whether the values just count the rows: whole, from near 0, each greater than the last, few
/// left out. That is what is left of an index column in the training rows; a sample of them leaves
/// `thinned` times as many out.
fn counts_rows(cells: &Cells<'_>, present: &[usize], thinned: f64) -> bool {
    if present.len() < 30 {
        return false;
    }
    let mut last = -1.0;
    let mut first = None;
    for &row in present {
        match cells.number(row) {
            Number::Value(value) if value.fract() == 0.0 && value > last => last = value,
            _ => return false,
        }
        first.get_or_insert(last);
    }
    first.is_some_and(|first| first <= 100.0 * thinned)
        && last <= 2.0 * thinned * present.len() as f64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, StringArray};

    use super::*;

    fn finding<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Finding {
        let texts: StringArray = values
            .into_iter()
            .map(|value| (value.as_ref() != "?").then(|| value.as_ref().to_owned()))
            .collect();
        let column: ArrayRef = Arc::new(texts);
        let rows: Vec<usize> = (0..column.len()).collect();
        inspect(&Cells::new(&column).unwrap(), &rows, None, 1.0)
    }

    fn cycle(values: &[&str], rows: usize) -> Vec<String> {
        (0..rows)
            .map(|row| values[row % values.len()].to_owned())
            .collect()
    }

    #[test]
    fn plain_columns_get_their_types() {
        assert_eq!(
            finding(cycle(&["1", "2.5", "?"], 9)),
            Finding::Usable(ColumnType::Number)
        );
        assert_eq!(
            finding(cycle(&["Yes", "no", "?"], 9)),
            Finding::Usable(ColumnType::Boolean)
        );
        assert_eq!(
            finding(cycle(&["a", "b", "yes"], 9)),
            Finding::Usable(ColumnType::Category)
        );
        assert_eq!(
            finding(cycle(&["a|b", "b|c", "c", "a|c", "a|b|c"], 30)),
            Finding::Usable(ColumnType::Labels)
        );
    }

    #[test]
    fn a_stray_separator_does_not_divide_the_labels() {
        let separator = |values: &[&str]| {
            let mut values = cycle(values, 30);
            values[7] = "a|b".into();
            let texts: ArrayRef = Arc::new(StringArray::from(values));
            let rows: Vec<usize> = (0..30).collect();
            label_separator(&Cells::new(&texts).unwrap(), &rows)
        };
        assert_eq!(separator(&["a;b", "b;c", "c"]), ";");
        assert_eq!(separator(&["Roe, J; Doe, J", "Doe, J"]), ";");
        assert_eq!(separator(&["a, b", "b, c", "c"]), ",");
        assert_eq!(separator(&["a", "b"]), "|");
    }

    #[test]
    fn columns_without_use_are_recognised() {
        assert_eq!(finding(cycle(&["?"], 5)), Finding::Empty);
        assert_eq!(finding(cycle(&["x"], 5)), Finding::Constant("x".into()));
        assert_eq!(
            finding((0..12).map(|i| format!("animal {i}"))),
            Finding::Identifier
        );
        assert_eq!(
            finding((0..40).map(|i| format!("w{}", i / 2 + i % 5))),
            Finding::Text
        );
        let long = "one two three four five six seven eight nine ten";
        assert_eq!(
            finding(cycle(&[long, "x y z a b c d e f g"], 40)),
            Finding::Text
        );
    }

    #[test]
    fn a_value_beside_gaps_is_not_constant() {
        assert_eq!(
            finding(cycle(&["x", "?"], 6)),
            Finding::Usable(ColumnType::Category)
        );
    }

    #[test]
    fn a_few_words_among_many_numbers_are_reported() {
        let mut values: Vec<String> = (0..60).map(|i| (i * 7 % 50).to_string()).collect();
        values[3] = "unknown".into();
        values[41] = "12kg".into();
        assert_eq!(finding(&values), Finding::AlmostNumbers(vec![3, 41]));
    }

    #[test]
    fn digits_of_one_length_with_a_zero_in_front_are_codes() {
        let category = Finding::Usable(ColumnType::Category);
        let number = Finding::Usable(ColumnType::Number);
        let zip = |n: usize| format!("{:05}", 2139 + n % 9 * 1000);
        assert_eq!(finding((0..60).map(zip)), category);
        assert_eq!(
            finding((0..60).map(|n| zip(n).replacen('0', "", 1))),
            number
        );
        assert_eq!(finding((0..60).map(|n| format!("{:02}", n % 24))), number);
        assert_eq!(finding((0..60).map(|n| format!("{:02}30", n % 24))), number);
        assert_eq!(
            finding((0..60).map(|n| format!("{:.2}", n as f64 / 60.0))),
            number
        );
        assert_eq!(
            finding((0..60).map(|n| format!("{:05}", n + 1))),
            Finding::Identifier
        );
    }

    #[test]
    fn row_numbers_are_identifiers_and_measurements_are_not() {
        let numbers = |values: Vec<f64>| {
            let column: ArrayRef = Arc::new(Float64Array::from(values));
            let rows: Vec<usize> = (0..column.len()).collect();
            inspect(&Cells::new(&column).unwrap(), &rows, None, 1.0)
        };
        assert_eq!(
            numbers((1..50).map(f64::from).collect()),
            Finding::Identifier
        );
        let usable = Finding::Usable(ColumnType::Number);
        assert_eq!(numbers((1950..2020).map(f64::from).collect()), usable);
        assert_eq!(numbers((1..50).rev().map(f64::from).collect()), usable);
    }

    #[test]
    fn row_numbers_are_found_in_a_sample_of_their_rows() {
        let sampled: ArrayRef = Arc::new(Float64Array::from_iter_values(
            (0..400).map(|row| f64::from(row * 50 + row % 7)),
        ));
        let rows: Vec<usize> = (0..400).collect();
        let cells = Cells::new(&sampled).unwrap();
        assert_eq!(inspect(&cells, &rows, None, 50.0), Finding::Identifier);
        let usable = Finding::Usable(ColumnType::Number);
        assert_eq!(inspect(&cells, &rows, None, 1.0), usable);
    }

    #[test]
    fn every_pair_of_words_has_a_truth() {
        assert_eq!(truth("TRUE"), Some(true));
        assert_eq!(truth(" n"), Some(false));
        assert_eq!(truth("0"), Some(false));
        assert_eq!(truth("maybe"), None);
    }
}
