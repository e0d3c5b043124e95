//! Whether one column tells another one's values.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::cells::{Cells, Number};

/// Rows that a conclusion needs at least.
const LEAST_ROWS: usize = 30;
/// Rows of a first glance.
const GLANCE: usize = 2000;
/// Share of rows that may say otherwise.
const EXCEPTIONS: f64 = 0.005;
/// A part of the remaining error that a conclusion must take away: a target that is nearly always
/// the same is told by anything.
const GAIN: f64 = 0.9;

/// A column that tells a target's values.
#[derive(Clone, Debug, PartialEq)]
pub struct GiveAway {
    /// Why it is believed, as the rest of a sentence about the column.
    pub reason: String,
    /// Rows that bear it out.
    pub rows: usize,
    /// Rows that say otherwise.
    pub exceptions: usize,
}

/// A value of a column that nearly always comes with one class of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// The value; that of an empty cell is empty.
    pub value: String,
    /// The class that comes with it.
    pub class: String,
    /// Share of its rows that have the class.
    pub purity: f64,
    /// Its rows.
    pub rows: usize,
}

/// The values of a target.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    /// Classes, or lists of labels as they are written.
    Classes(&'a Cells<'a>),
    /// Real numbers.
    Numbers(&'a Cells<'a>),
}

/// Whether a column tells a target in some rows, whether they are copies of each other or not.
pub(super) fn tells(feature: &Cells<'_>, target: &Target<'_>, rows: &[usize]) -> Option<GiveAway> {
    // Most columns are ruled out by a glance at a few rows.
    let glance: Vec<usize> = rows
        .iter()
        .copied()
        .step_by(rows.len() / GLANCE + 1)
        .collect();
    if 2 * glance.len() <= rows.len() && !is_plausible(feature, target, &glance) {
        return None;
    }
    match target {
        Target::Classes(target) => {
            let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = rows
                .iter()
                .filter_map(|&row| Some((feature.text(row)?, target.text(row)?)))
                .collect();
            by_value(&pairs).or_else(|| {
                let pairs: Option<Vec<(f64, Cow<'_, str>)>> = rows
                    .iter()
                    .filter(|&&row| !feature.is_missing(row) && !target.is_missing(row))
                    .map(|&row| Some((number(feature, row)?, target.text(row)?)))
                    .collect();
                by_interval(pairs?)
            })
        }
        Target::Numbers(target) => {
            let pairs: Vec<(Cow<'_, str>, f64)> = rows
                .iter()
                .filter_map(|&row| Some((feature.text(row)?, number(target, row)?)))
                .collect();
            by_mean(&pairs).or_else(|| {
                let pairs: Vec<(f64, f64)> = rows
                    .iter()
                    .filter_map(|&row| Some((number(feature, row)?, number(target, row)?)))
                    .collect();
                (2 * pairs.len() > rows.len())
                    .then(|| by_line(&pairs))
                    .flatten()
            })
        }
    }
}

/// Whether some rows leave it open that a column tells the target: of classes, at most 3 in 100 are
/// not the most frequent one of their value; numbers lie near a line or near the mean of their value.
fn is_plausible(feature: &Cells<'_>, target: &Target<'_>, rows: &[usize]) -> bool {
    match target {
        Target::Classes(target) => {
            let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = rows
                .iter()
                .filter_map(|&row| Some((feature.text(row)?, target.text(row)?)))
                .collect();
            let table = contingency(&pairs);
            let most = |counts: &HashMap<&str, usize>| counts.values().copied().max().unwrap_or(0);
            let right: usize = table.values().map(most).sum();
            100 * (pairs.len() - right) <= 3 * pairs.len()
        }
        Target::Numbers(target) => {
            let pairs: Option<Vec<(f64, f64)>> = rows
                .iter()
                .filter(|&&row| !feature.is_missing(row) && !target.is_missing(row))
                .map(|&row| Some((number(feature, row)?, number(target, row)?)))
                .collect();
            let Some(pairs) = pairs else { return true };
            let named: Vec<(Cow<'_, str>, f64)> = pairs
                .iter()
                .map(|(value, number)| (Cow::Owned(value.to_string()), *number))
                .collect();
            explained(&pairs) > 0.97 || by_mean(&named).is_some()
        }
    }
}

/// Values of a column that nearly always come with one class in some rows, whether they are copies of each other or not.
pub(super) fn hints_in(cells: &Cells<'_>, targets: &Cells<'_>, rows: &[usize]) -> Vec<Hint> {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = rows
        .iter()
        .filter_map(|&row| Some((cells.text(row).unwrap_or_default(), targets.text(row)?)))
        .collect();
    let table = contingency(&pairs);
    let mut classes: HashMap<&str, usize> = HashMap::new();
    for (_, class) in &pairs {
        *classes.entry(class).or_default() += 1;
    }
    let mut hints: Vec<Hint> = table
        .into_iter()
        .filter_map(|(value, counts)| {
            let rows: usize = counts.values().sum();
            let (class, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
            let others = pairs.len() - rows;
            let elsewhere = (classes[class] - most) as f64 / others.max(1) as f64;
            let purity = most as f64 / rows as f64;
            (20 * rows >= pairs.len() && rows >= LEAST_ROWS && purity >= 0.99 && elsewhere < 0.5)
                .then(|| Hint {
                    value: value.to_owned(),
                    class: class.to_owned(),
                    purity,
                    rows,
                })
        })
        .collect();
    hints.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.value.cmp(&b.value)));
    hints
}

fn number(cells: &Cells<'_>, row: usize) -> Option<f64> {
    match cells.number(row) {
        Number::Value(value) => Some(value),
        _ => None,
    }
}

/// Rows of each class under each value.
fn contingency<'a>(
    pairs: &'a [(Cow<'_, str>, Cow<'_, str>)],
) -> HashMap<&'a str, HashMap<&'a str, usize>> {
    let mut table: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    for (value, class) in pairs {
        *table.entry(value).or_default().entry(class).or_default() += 1;
    }
    table
}

/// Share of rows with the most frequent class.
fn majority<'a>(classes: impl Iterator<Item = &'a str>) -> f64 {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut rows = 0;
    for class in classes {
        *counts.entry(class).or_default() += 1;
        rows += 1;
    }
    counts.values().copied().max().unwrap_or(0) as f64 / f64::from(rows.max(1))
}

/// Guesses each row's class from the other rows with its value.
fn by_value(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Option<GiveAway> {
    let (mut repeated, mut right) = (0, 0);
    for counts in contingency(pairs).values() {
        let rows: usize = counts.values().sum();
        if rows < 2 {
            continue;
        }
        repeated += rows;
        let most = counts.values().copied().max().unwrap_or(0);
        let ties = counts.values().filter(|&&count| count == most).count();
        if ties == 1 {
            right += most;
        }
    }
    let exceptions = repeated - right;
    let errors = exceptions as f64 / repeated.max(1) as f64;
    let guessing = 1.0 - majority(pairs.iter().map(|(_, class)| class.as_ref()));
    // Most rows must have a value that comes back: a value that stands once tells nothing.
    let tells = repeated >= LEAST_ROWS
        && 2 * repeated >= pairs.len()
        && errors <= EXCEPTIONS
        && errors <= (1.0 - GAIN) * guessing
        && guessing > 0.0;
    tells.then(|| GiveAway {
        reason: "rows with the same value have the same answer".to_owned(),
        rows: right,
        exceptions,
    })
}

/// Whether every class is one interval of the numbers.
fn by_interval(mut pairs: Vec<(f64, Cow<'_, str>)>) -> Option<GiveAway> {
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let changes = pairs
        .windows(2)
        .filter(|pair| pair[0].1 != pair[1].1)
        .collect::<Vec<_>>();
    // Two classes at the same number overlap.
    if changes.iter().any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, class) in &pairs {
        *counts.entry(class).or_default() += 1;
    }
    let enough = pairs.len() >= 2 * LEAST_ROWS && counts.values().all(|&rows| rows >= 5);
    (enough && counts.len() > 1 && changes.len() + 1 == counts.len()).then(|| GiveAway {
        reason: "each answer is one interval of its numbers".to_owned(),
        rows: pairs.len(),
        exceptions: 0,
    })
}

/// Guesses each row's number as the mean of the rows with its value.
fn by_mean(pairs: &[(Cow<'_, str>, f64)]) -> Option<GiveAway> {
    let mut groups: HashMap<&str, Vec<f64>> = HashMap::new();
    for (value, number) in pairs {
        groups.entry(value).or_default().push(*number);
    }
    let (mut repeated, mut within) = (0, 0.0);
    for numbers in groups.values().filter(|numbers| numbers.len() > 1) {
        repeated += numbers.len();
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        within += numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>();
    }
    let total = variance(pairs.iter().map(|(_, number)| *number)) * repeated as f64;
    let tells = repeated >= LEAST_ROWS
        && 2 * repeated >= pairs.len()
        && 4 * groups.len() <= 3 * pairs.len()
        && total > 0.0
        && within <= 1e-4 * total;
    tells.then(|| GiveAway {
        reason: "rows with the same value have the same number".to_owned(),
        rows: repeated,
        exceptions: 0,
    })
}

/// Whether the numbers lie on a straight line.
fn by_line(pairs: &[(f64, f64)]) -> Option<GiveAway> {
    (pairs.len() >= LEAST_ROWS && explained(pairs) > 1.0 - 1e-4).then(|| GiveAway {
        reason: "its numbers and the answers lie on a straight line".to_owned(),
        rows: pairs.len(),
        exceptions: 0,
    })
}

/// The share of the variance that a straight line explains; NaN where nothing varies.
fn explained(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let x = pairs.iter().map(|pair| pair.0).sum::<f64>() / n;
    let y = pairs.iter().map(|pair| pair.1).sum::<f64>() / n;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for pair in pairs {
        xx += (pair.0 - x).powi(2);
        xy += (pair.0 - x) * (pair.1 - y);
        yy += (pair.1 - y).powi(2);
    }
    xy * xy / (xx * yy)
}

fn variance(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = numbers.clone().count().max(1) as f64;
    let mean = numbers.clone().sum::<f64>() / count;
    numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use crate::profile::{gives_away, hints};
    use crate::table::Table;

    fn table(columns: &[(&str, Vec<String>)]) -> Table {
        let columns = columns.iter().map(|(name, values)| {
            (
                *name,
                Arc::new(StringArray::from(values.clone())) as ArrayRef,
            )
        });
        Table::from_batch(RecordBatch::try_from_iter(columns).unwrap())
    }

    fn column(rows: usize, value: impl Fn(usize) -> String) -> Vec<String> {
        (0..rows).map(value).collect()
    }

    #[test]
    fn a_code_of_each_class_gives_the_class_away_and_a_noisy_one_does_not() {
        let table = table(&[
            ("code", column(120, |n| format!("c{}", n % 6))),
            ("noisy", column(120, |n| format!("c{}", (n + n / 7) % 6))),
            ("class", column(120, |n| ["a", "b", "c"][n % 6 / 2].into())),
        ]);
        let found = gives_away(&table, "code", "class", false).unwrap();
        assert_eq!((found.rows, found.exceptions), (120, 0));
        assert_eq!(gives_away(&table, "noisy", "class", false), None);
        assert_eq!(gives_away(&table, "absent", "class", false), None);
    }

    #[test]
    fn a_value_in_every_row_of_its_own_tells_nothing() {
        let table = table(&[
            ("name", column(100, |n| format!("row {n}"))),
            ("class", column(100, |n| (n % 2).to_string())),
        ]);
        assert_eq!(gives_away(&table, "name", "class", false), None);
    }

    #[test]
    fn a_target_that_hardly_varies_is_not_given_away_by_anything() {
        let table = table(&[
            ("colour", column(1000, |n| ["red", "blue"][n % 2].into())),
            ("ill", column(1000, |n| u8::from(n == 500).to_string())),
        ]);
        assert_eq!(gives_away(&table, "colour", "ill", false), None);
    }

    #[test]
    fn a_number_whose_intervals_are_the_classes_gives_them_away() {
        let table = table(&[
            (
                "size",
                column(90, |n| format!("{}", f64::from(n as u32) * 1.01)),
            ),
            ("class", column(90, |n| ["s", "m", "l"][n / 30].into())),
            ("other", column(90, |n| ["s", "m", "l"][n % 3].into())),
        ]);
        assert!(gives_away(&table, "size", "class", false).is_some());
        assert_eq!(gives_away(&table, "size", "other", false), None);
    }

    #[test]
    fn the_same_quantity_in_another_unit_gives_a_number_away() {
        let table = table(&[
            (
                "inches",
                column(50, |n| format!("{}", (n * 7 % 50) as f64 / 2.54)),
            ),
            ("noise", column(50, |n| format!("{}", n * 31 % 47))),
            ("centimetres", column(50, |n| (n * 7 % 50).to_string())),
        ]);
        assert!(gives_away(&table, "inches", "centimetres", true).is_some());
        assert_eq!(gives_away(&table, "noise", "centimetres", true), None);
    }

    #[test]
    fn one_value_that_tells_a_class_is_a_hint() {
        let table = table(&[
            (
                "role",
                column(100, |n| if n < 40 { "husband" } else { "other" }.into()),
            ),
            (
                "status",
                column(100, |n| {
                    if n < 40 {
                        "married"
                    } else {
                        ["single", "widowed"][n % 2]
                    }
                    .into()
                }),
            ),
        ]);
        let found = hints(&table, "role", "status");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].value.as_str(), found[0].rows), ("husband", 40));
        assert_eq!(gives_away(&table, "role", "status", false), None);
    }
}
