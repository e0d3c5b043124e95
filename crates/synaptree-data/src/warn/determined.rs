//! Inputs that tell a target.

use synaptree_tasks::Kind;

use crate::columns::cells_of;
use crate::preprocess::Preprocessing;
use crate::profile::{Evidence, Target, sample};
use crate::table::Table;

/// Inputs that tell a target in nearly every training row: see
/// [`gives_away`](crate::gives_away).
pub(crate) fn find(preprocessing: &Preprocessing, table: &Table, rows: &[usize]) -> Vec<String> {
    let evidence = Evidence::new(table, sample(rows));
    let mut found = Vec::new();
    for target in preprocessing.targets() {
        for column in &target.columns {
            let Ok(answers) = cells_of(table, column, "a target") else {
                continue;
            };
            let answers = match target.kind {
                Kind::Regression => Target::Numbers(&answers),
                _ => Target::Classes(&answers),
            };
            for feature in preprocessing.fitted() {
                let Ok(cells) = cells_of(table, &feature.name, "an input") else {
                    continue;
                };
                let Some(told) = evidence.tells(&cells, &answers) else {
                    continue;
                };
                let exceptions = match told.exceptions {
                    0 => "without an exception".to_owned(),
                    exceptions => format!("but for {exceptions}"),
                };
                found.push(format!(
                    "the input `{}` gives the target `{column}` away: {} in {} training rows, \
                     {exceptions}; if it is not known before the answer is, put it under \
                     `[[inputs]] exclude`",
                    feature.name, told.reason, told.rows
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn an_input_that_tells_the_target_is_named() {
        let text = csv("verdict,age,y", 80, |n| {
            let ill = n % 3 == 0;
            format!(
                "{},{},{}",
                if ill { "treat" } else { "send home" },
                n * 7 % 31,
                u8::from(ill)
            )
        });
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &text, None), "gives the target"), @"the input `verdict` gives the target `y` away: rows with the same value have the same answer in 80 training rows, without an exception; if it is not known before the answer is, put it under `[[inputs]] exclude`");
    }

    #[test]
    fn an_input_that_only_helps_is_not_named() {
        let text = csv("verdict,age,y", 80, |n| {
            let ill = n % 3 == 0;
            format!(
                "{},{},{}",
                if ill || n % 9 == 1 {
                    "treat"
                } else {
                    "send home"
                },
                n * 7 % 31,
                u8::from(ill)
            )
        });
        let found = remarks(Kind::Binary, &text, None);
        assert!(
            found.iter().all(|text| !text.contains("gives")),
            "{found:?}"
        );
    }
}
