//! Columns that a part does not fill.

use super::{Rows, named};
use crate::columns::cells_of;
use crate::preprocess::Preprocessing;

/// Inputs without a value in any row of a part. Those without one in training are left out there.
pub(super) fn find(preprocessing: &Preprocessing, part: Rows<'_>) -> Option<String> {
    let empty: Vec<String> = preprocessing
        .fitted()
        .iter()
        .filter(|column| {
            cells_of(part.table, &column.name, "an input")
                .is_ok_and(|cells| part.rows.iter().all(|&row| cells.is_missing(row)))
        })
        .map(|column| column.name.clone())
        .collect();
    if empty.is_empty() || part.rows.is_empty() {
        return None;
    }
    Some(format!(
        "no row of the {} part has a value in {}, which training rows have: its figures speak of \
         other data",
        part.part.as_str(),
        named(&empty)
    ))
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn a_column_that_the_test_part_leaves_empty_is_named() {
        let train = csv("a,b,y", 60, |n| {
            format!("{},{},{}", n * 7 % 31, n % 5, n % 2)
        });
        let test = csv("a,b,y", 30, |n| format!("{},,{}", n * 5 % 31, n % 2));
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "no row"), @"no row of the test part has a value in `b`, which training rows have: its figures speak of other data");
    }

    #[test]
    fn constant_and_empty_columns_of_the_training_rows_are_left_out_by_name() {
        let train = csv("a,b,c,y", 60, |n| format!("{},5,,{}", n * 7 % 31, n % 2));
        let found = remarks(Kind::Binary, &train, None);
        assert!(only(&found, "the same value").contains("`b`"));
        assert!(only(&found, "no value").contains("`c`"));
    }
}
