//! Values that no training row has.

use std::collections::{BTreeMap, HashSet};

use super::{NAMED, Rows};
use crate::cells::Cells;
use crate::columns::{cells_of, places};
use crate::preprocess::Preprocessing;
use crate::table::Table;

/// Categories of a part that no training row has.
pub(super) fn find(preprocessing: &Preprocessing, train: Rows<'_>, part: Rows<'_>) -> Vec<String> {
    let categories = preprocessing
        .fitted()
        .iter()
        .filter(|column| column.category().is_some());
    categories
        .filter_map(|column| {
            let known = cells_of(train.table, &column.name, "an input").ok()?;
            let known: HashSet<_> = train
                .rows
                .iter()
                .filter_map(|&row| known.text(row))
                .collect();
            let cells = cells_of(part.table, &column.name, "an input").ok()?;
            let strange = strangers(&cells, part.rows, |value| known.contains(value));
            describe(
                part.table,
                &column.name,
                &strange,
                &format!("the rows of the {} part", part.part.as_str()),
            )
        })
        .collect()
}

/// The rows of each value that is not known.
fn strangers(
    cells: &Cells<'_>,
    rows: &[usize],
    is_known: impl Fn(&str) -> bool,
) -> BTreeMap<String, Vec<usize>> {
    let mut strange: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        if let Some(value) = cells.text(row)
            && !is_known(&value)
        {
            strange.entry(value.into_owned()).or_default().push(row);
        }
    }
    strange
}

fn describe(
    table: &Table,
    column: &str,
    strange: &BTreeMap<String, Vec<usize>>,
    of: &str,
) -> Option<String> {
    let all: usize = strange.values().map(Vec::len).sum();
    let shown: Vec<String> = strange
        .iter()
        .take(NAMED)
        .map(|(value, rows)| format!("`{value}` ({})", places(table, &rows[..1])))
        .collect();
    let more = match strange.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (has, they) = match all {
        1 => ("has", "it is"),
        _ => ("have", "they are"),
    };
    (all > 0).then(|| {
        format!(
            "column `{column}`: {all} of {of} {has} a value that no training row has, or too few: \
             {}{more}; {they} read as unknown",
            shown.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn a_category_that_only_the_test_part_has_is_named_with_its_line() {
        let train = csv("colour,y", 60, |n| {
            format!("{},{}", ["red", "blue"][n / 2 % 2], n % 2)
        });
        let test = csv("colour,y", 30, |n| {
            format!("{},{}", if n == 4 { "green" } else { "red" }, n % 2)
        });
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "colour`:"), @"column `colour`: 1 of the rows of the test part has a value that no training row has, or too few: `green` (test.csv, line 6); it is read as unknown");
    }

    #[test]
    fn known_categories_are_not_named() {
        let train = csv("colour,y", 60, |n| {
            format!("{},{}", ["red", "blue"][n / 2 % 2], n % 2)
        });
        let found = remarks(Kind::Binary, &train, Some(&train));
        assert!(
            found.iter().all(|text| !text.contains("colour")),
            "{found:?}"
        );
    }
}
