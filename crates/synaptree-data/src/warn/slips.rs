//! Numbers that a few cells turn into words.

use crate::cells::{Cells, Number};
use crate::columns::{cells_of, places};
use crate::preprocess::Preprocessing;
use crate::shown::cell;
use crate::spec::DataSpec;
use crate::table::Table;

/// Columns that are read as categories although at least nine in ten of their values are numbers.
///
/// Among many different numbers such cells are an error of their own.
pub(crate) fn find(
    preprocessing: &Preprocessing,
    data: &DataSpec,
    table: &Table,
    rows: &[usize],
) -> Vec<String> {
    preprocessing
        .fitted()
        .iter()
        .filter(|column| column.category().is_some() && !data.types.contains_key(&column.name))
        .filter(|column| !table.declared.contains_key(&column.name))
        .filter_map(|column| {
            let cells = cells_of(table, &column.name, "an input").ok()?;
            let Cells::Text(texts) = &cells else {
                return None;
            };
            let is_bad = |row: &usize| matches!(cells.number(*row), Number::Bad(_));
            let present = rows.iter().filter(|&&row| !cells.is_missing(row)).count();
            let bad: Vec<usize> = rows.iter().copied().filter(is_bad).collect();
            let not = if bad.len() == 1 {
                "is none"
            } else {
                "are none"
            };
            (!bad.is_empty() && 10 * bad.len() <= present).then(|| {
                format!(
                    "column `{}` holds numbers, but {} of {present} values {not}, such as `{}` \
                     ({}): it is read as words; add the spelling to `[data] missing`, or give the \
                     column a type under `[data] types`",
                    column.name,
                    bad.len(),
                    cell(texts.value(bad[0])),
                    places(table, &bad)
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn words_among_few_different_numbers_are_named_with_their_lines() {
        let text = csv("rooms,y", 60, |n| {
            let rooms = if n == 10 || n == 20 {
                "two".into()
            } else {
                (n % 5).to_string()
            };
            format!("{rooms},{}", n * 7 % 13)
        });
        insta::assert_snapshot!(only(&remarks(Kind::Regression, &text, None), "rooms"), @"column `rooms` holds numbers, but 2 of 60 values are none, such as `two` (train.csv, line 12; train.csv, line 22): it is read as words; add the spelling to `[data] missing`, or give the column a type under `[data] types`");
    }

    #[test]
    fn words_among_words_are_no_slips() {
        let text = csv("size,y", 60, |n| {
            format!("{},{}", ["1", "xl", "s"][n % 3], n * 7 % 13)
        });
        let found = remarks(Kind::Regression, &text, None);
        assert!(found.iter().all(|text| !text.contains("size")), "{found:?}");
    }
}
