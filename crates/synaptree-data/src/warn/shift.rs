//! Parts that are distributed otherwise than the training rows.

use std::collections::HashMap;

use arrow_schema::DataType;
use synaptree_tasks::Kind;

use super::{NAMED, Rows};
use crate::cells::{Cells, Number};
use crate::columns::cells_of;
use crate::preprocess::{Moment, Preprocessing, Writing, moment, written};
use crate::profile::sample;
use crate::table::Table;

/// Rows that a comparison needs in each part.
const LEAST_ROWS: usize = 30;
/// The greatest difference of two distribution functions, or half the sum of the differences of two
/// lists of shares, from which two parts are wildly different.
const WILD: f64 = 0.4;

/// What the values of a column are compared as.
#[derive(Clone, Copy)]
enum Compared {
    Numbers,
    Dates(Writing),
    Words,
}

/// Columns, inputs and targets but for the one that orders the rows, whose values are distributed quite otherwise in a part than in
/// training: numbers by the Kolmogorov-Smirnov distance, words by the total variation distance,
/// both at least 0.4 and beyond what chance makes of so few rows once in a thousand.
pub(crate) fn find(
    preprocessing: &Preprocessing,
    train: Rows<'_>,
    part: Rows<'_>,
    order_by: Option<&str>,
) -> Option<String> {
    let inputs = preprocessing.fitted().iter().map(|column| {
        let compared = match column.writing() {
            Some(writing) => Compared::Dates(writing),
            None if column.is_number() => Compared::Numbers,
            None => Compared::Words,
        };
        (column.name.as_str(), compared, "an input")
    });
    let targets = preprocessing.targets().iter().flat_map(|target| {
        let compared = match target.kind {
            Kind::Regression => Compared::Numbers,
            _ => Compared::Words,
        };
        let columns = target.columns.iter();
        columns.map(move |column| (column.as_str(), compared, "a target"))
    });
    let mut differing: Vec<(f64, String)> = inputs
        .chain(targets)
        // A part of other times has other times.
        .filter(|(name, ..)| order_by != Some(*name))
        .filter_map(|(name, compared, role)| {
            let before = cells_of(train.table, name, role).ok()?;
            let after = cells_of(part.table, name, role).ok()?;
            let (before_rows, after_rows) = (sample(train.rows), sample(part.rows));
            let (distance, how) = match compared {
                Compared::Words => words(&before, &before_rows, &after, &after_rows)?,
                Compared::Numbers => {
                    let number = |cells: &Cells<'_>, row| match cells.number(row) {
                        Number::Value(value) => Some(value),
                        _ => None,
                    };
                    let values = |cells: &Cells<'_>, rows: &[usize]| -> Vec<f64> {
                        rows.iter().filter_map(|&row| number(cells, row)).collect()
                    };
                    let show = |value: f64| value.to_string();
                    numbers(
                        values(&before, &before_rows),
                        values(&after, &after_rows),
                        show,
                    )?
                }
                Compared::Dates(writing) => {
                    let values = |table: &Table, cells: &Cells<'_>, rows: &[usize]| -> Vec<f64> {
                        let stored = table.column(name).map(|column| column.data_type().clone());
                        let stored = stored.unwrap_or(DataType::Utf8);
                        let second = |&row: &usize| match moment(cells, &stored, writing, row) {
                            Moment::Value(second) => Some(second as f64),
                            _ => None,
                        };
                        rows.iter().filter_map(second).collect()
                    };
                    numbers(
                        values(train.table, &before, &before_rows),
                        values(part.table, &after, &after_rows),
                        |second| written(second as i64),
                    )?
                }
            };
            Some((distance, format!("`{name}` ({how})")))
        })
        .collect();
    differing.sort_by(|a, b| b.0.total_cmp(&a.0));
    let more = match differing.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named: Vec<String> = differing
        .into_iter()
        .take(NAMED)
        .map(|(_, name)| name)
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "the {} part is unlike the training rows in {}{more}: its figures speak of other rows \
             than those that were learnt from",
            part.part.as_str(),
            named.join(", ")
        )
    })
}

/// What chance alone makes of the distance of `n` and `m` rows once in a thousand.
fn by_chance(n: usize, m: usize) -> f64 {
    1.95 * ((n + m) as f64 / (n as f64 * m as f64)).sqrt()
}

fn numbers(
    mut a: Vec<f64>,
    mut b: Vec<f64>,
    show: impl Fn(f64) -> String,
) -> Option<(f64, String)> {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    if a.len().min(b.len()) < LEAST_ROWS {
        return None;
    }
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        distance = distance.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    let median = |values: &[f64]| values[values.len() / 2];
    (distance >= WILD && distance > by_chance(a.len(), b.len())).then(|| {
        let how = format!(
            "median {} there, {} in training",
            show(median(&b)),
            show(median(&a))
        );
        (distance, how)
    })
}

fn words(
    before: &Cells<'_>,
    before_rows: &[usize],
    after: &Cells<'_>,
    after_rows: &[usize],
) -> Option<(f64, String)> {
    let mut counts: HashMap<String, [usize; 2]> = HashMap::new();
    for (side, cells, rows) in [(0, before, before_rows), (1, after, after_rows)] {
        for text in rows.iter().filter_map(|&row| cells.text(row)) {
            counts.entry(text.into_owned()).or_default()[side] += 1;
        }
    }
    let total = |side: usize| counts.values().map(|count| count[side]).sum::<usize>();
    let (n, m) = (total(0), total(1));
    // With many values each share rests on few rows and differs by chance.
    if n.min(m) < LEAST_ROWS.max(5 * counts.len()) {
        return None;
    }
    let difference = |count: &[usize; 2]| count[1] as f64 / m as f64 - count[0] as f64 / n as f64;
    let distance = counts
        .values()
        .map(|count| difference(count).abs())
        .sum::<f64>()
        / 2.0;
    let most = counts.iter().max_by(|a, b| {
        difference(a.1)
            .total_cmp(&difference(b.1))
            .then_with(|| b.0.cmp(a.0))
    });
    (distance >= WILD && distance > by_chance(n, m)).then(|| {
        let (word, count) = most?;
        let share = |rows: usize, all: usize| (100.0 * rows as f64 / all as f64).round();
        let how = format!(
            "`{word}` in {} % of its rows, {} % in training",
            share(count[1], m),
            share(count[0], n)
        );
        Some((distance, how))
    })?
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn columns_that_differ_wildly_are_named_the_worst_first() {
        let train = csv("year,colour,size,y", 100, |n| {
            format!(
                "{},{},{},{}",
                2000 + n % 10,
                ["red", "blue"][n / 3 % 2],
                n * 7 % 31,
                n % 2
            )
        });
        let test = csv("year,colour,size,y", 60, |n| {
            format!("{},red,{},{}", 2020 + n % 10, n * 5 % 31, n % 2)
        });
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "unlike"), @"the test part is unlike the training rows in `year` (median 2025 there, 2005 in training), `colour` (`red` in 100 % of its rows, 51 % in training): its figures speak of other rows than those that were learnt from");
    }

    #[test]
    fn dates_are_shown_as_dates() {
        let row = |year: usize| {
            move |n: usize| {
                format!(
                    "{year}-{:02}-{:02},{},{}",
                    n % 12 + 1,
                    n % 28 + 1,
                    n % 7,
                    n % 2
                )
            }
        };
        let train = csv("day,a,y", 100, row(2020));
        let test = csv("day,a,y", 60, row(2024));
        let found = only(&remarks(Kind::Binary, &train, Some(&test)), "unlike");
        assert!(found.contains("`day` (median 2024-"), "{found}");
        assert!(found.contains(" there, 2020-"), "{found}");
    }

    #[test]
    fn parts_that_differ_by_chance_are_not_named() {
        let row = |n: usize| format!("{},{},{}", n * 7 % 31, ["red", "blue"][n / 3 % 2], n % 2);
        let found = remarks(
            Kind::Binary,
            &csv("a,b,y", 100, row),
            Some(&csv("a,b,y", 40, row)),
        );
        assert!(
            found.iter().all(|text| !text.contains("unlike")),
            "{found:?}"
        );
    }
}
