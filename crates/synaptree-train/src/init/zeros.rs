//! Codes of which some have lost the zeros in front of them.

use std::collections::HashSet;

use synaptree_data::{ColumnProfile, Look, Profile};

use super::identity::names_something;
use super::target::Guess;

/// What is said of columns that hold `007` and `7` and are taken for codes.
pub(super) fn remarks(profile: &Profile, tasks: &[Guess]) -> Vec<String> {
    let is_code = |column: &&ColumnProfile| {
        let mut targets = tasks
            .iter()
            .filter(|task| task.spec.targets().contains(&column.name));
        match targets.next() {
            Some(task) => task.spec.kind.has_classes(),
            None => {
                matches!(column.look, Look::Category | Look::Text | Look::Identifier)
                    || names_something(&column.name)
            }
        }
    };
    let columns = profile.columns.iter().filter(is_code);
    columns.filter_map(remark).collect()
}

fn remark(column: &ColumnProfile) -> Option<String> {
    let values: HashSet<&str> = column
        .values
        .iter()
        .map(|(value, _)| value.as_str())
        .collect();
    let shortened = |value: &str| -> Option<String> {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        let short = value.trim_start_matches('0');
        let is_other = is_number && short != value && values.contains(short);
        is_other.then(|| format!("`{value}` and `{short}`"))
    };
    let found = column
        .values
        .iter()
        .find_map(|(value, _)| shortened(value))?;
    Some(format!(
        "`{}` holds {found}, and each is a value of its own: JSON and spreadsheets take the zeros in front of codes away; \
         if they are one code, write it alike in all files",
        column.name
    ))
}
