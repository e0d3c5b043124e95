//! Numbers that stand for a missing value.

use std::collections::HashMap;

use synaptree_tasks::Kind;

use super::Rows;
use crate::cells::{Cells, Number};
use crate::columns::cells_of;
use crate::preprocess::Preprocessing;
use crate::profile::sample;
use crate::spec::DataSpec;

/// Numbers that people write where there is none.
const SENTINELS: [f64; 12] = [
    -99.0, -999.0, -9999.0, -99_999.0, -999_999.0, 99.0, 999.0, 9999.0, 99_999.0, 999_999.0,
    -200.0, -1e6,
];

/// Columns of numbers in which at least one value in a hundred is such a number, beyond all others by more than
/// they are apart among themselves.
pub(crate) fn find(preprocessing: &Preprocessing, data: &DataSpec, train: Rows<'_>) -> Vec<String> {
    let inputs = preprocessing.fitted().iter();
    let inputs = inputs.filter(|column| column.is_number() && column.writing().is_none());
    let inputs = inputs.map(|column| (column.name.as_str(), "an input"));
    let targets = preprocessing.targets().iter();
    let targets = targets.filter(|target| target.kind == Kind::Regression);
    let targets = targets.flat_map(|target| target.columns.iter());
    let targets = targets.map(|column| (column.as_str(), "a target"));
    let rows = sample(train.rows);
    inputs
        .chain(targets)
        .filter_map(|(name, role)| {
            let cells = cells_of(train.table, name, role).ok()?;
            let found = sentinel(&cells, &rows)?;
            let cure = if matches!(cells, Cells::Text(_)) {
                let mut words = data.missing.clone();
                words.push(found.written.clone());
                let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                format!("write `missing = [{}]` under `[data]`", words.join(", "))
            } else {
                "leave these cells empty in the file".to_owned()
            };
            Some(format!(
                "column `{name}` holds `{}` in {} of {} rows ({:.1} %), and all its other values lie between {} and \
                 {}: if it stands for a missing value, {cure}",
                found.written,
                found.rows,
                found.of,
                100.0 * found.rows as f64 / found.of as f64,
                found.others[0],
                found.others[1]
            ))
        })
        .collect()
}

struct Sentinel {
    written: String,
    rows: usize,
    of: usize,
    others: [f64; 2],
}

fn sentinel(cells: &Cells<'_>, rows: &[usize]) -> Option<Sentinel> {
    let mut values: Vec<(f64, usize)> = rows
        .iter()
        .filter_map(|&row| match cells.number(row) {
            Number::Value(value) => Some((value, row)),
            _ => None,
        })
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (&(first, _), &(last, _)) = (values.first()?, values.last()?);
    [first, last].into_iter().find_map(|value| {
        if !SENTINELS.contains(&value) {
            return None;
        }
        let is_it = |other: &&(f64, usize)| other.0 == value;
        let count = values.iter().filter(is_it).count();
        let mut others = values.iter().filter(|other| other.0 != value);
        let low = others.next()?.0;
        let high = others.next_back().map_or(low, |(high, _)| *high);
        let gap = (value - low).abs().min((value - high).abs());
        if 100 * count < values.len() || gap <= high - low {
            return None;
        }
        let mut spellings: HashMap<String, usize> = HashMap::new();
        for (_, row) in values.iter().filter(is_it) {
            let text = match cells {
                Cells::Text(texts) => texts.value(*row).to_owned(),
                other => other.text(*row).unwrap_or_default().into_owned(),
            };
            *spellings.entry(text).or_default() += 1;
        }
        let most = spellings
            .into_iter()
            .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        Some(Sentinel {
            written: most?.0,
            rows: count,
            of: values.len(),
            others: [low, high],
        })
    })
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    fn with(size: impl Fn(usize) -> String) -> Vec<String> {
        let text = csv("size,y", 200, |n| format!("{},{}", size(n), n * 7 % 13));
        remarks(Kind::Regression, &text, None)
    }

    #[test]
    fn a_number_far_from_all_others_that_comes_back_is_named_with_the_cure() {
        let found = with(|n| {
            if n % 20 == 3 {
                "-999".into()
            } else {
                (n * 7 % 83).to_string()
            }
        });
        let found = only(&found, "-999");
        assert_eq!(
            found,
            "column `size` holds `-999` in 10 of 200 rows (5.0 %), and all its other values lie between 0 and 82: if it \
             stands for a missing value, write `missing = [\"-999\"]` under `[data]`"
        );
    }

    #[test]
    fn numbers_among_others_like_them_or_in_a_single_row_are_not_named() {
        for found in [
            with(|n| {
                if n % 20 == 3 {
                    "999".into()
                } else {
                    (n * 37 % 970).to_string()
                }
            }),
            with(|n| {
                if n == 3 {
                    "-999".into()
                } else {
                    (n * 7 % 83).to_string()
                }
            }),
        ] {
            assert!(
                found.iter().all(|text| !text.contains("stands for")),
                "{found:?}"
            );
        }
    }
}
