//! Words that differ in capitals or spaces alone, and numbers that differ in zeros in front.

use std::collections::{BTreeMap, HashMap};

use synaptree_config::counted;
use synaptree_tasks::Kind;

use super::{NAMED, Rows};
use crate::cells::Cells;
use crate::columns::cells_of;
use crate::preprocess::Preprocessing;
use crate::profile::sample;

/// Different words above which a column is not looked through.
const MOST: usize = 10_000;

/// Targets with classes, and categories among the inputs, of which some words look like spellings of one.
pub(crate) fn find(preprocessing: &Preprocessing, train: Rows<'_>) -> Vec<String> {
    let targets = preprocessing
        .targets()
        .iter()
        .filter(|target| matches!(target.kind, Kind::Binary | Kind::Multiclass | Kind::Ordinal));
    let targets = targets.map(|target| (target.columns[0].as_str(), "a target"));
    let inputs = preprocessing.fitted().iter();
    let inputs = inputs.filter(|column| column.category().is_some());
    let inputs = inputs.map(|column| (column.name.as_str(), "an input"));
    let rows = sample(train.rows);
    targets
        .chain(inputs)
        .filter_map(|(name, role)| {
            let cells = cells_of(train.table, name, role).ok()?;
            let groups = groups(&cells, &rows)?;
            let named: Vec<String> = groups.iter().take(NAMED).map(|group| say(group)).collect();
            let more = match groups.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more groups"),
            };
            let what = match role {
                "a target" => "each is a class of its own",
                _ => "each is a value of its own",
            };
            let are_numbers =
                |group: &Group| group.iter().all(|(text, _)| zeros_off(text).is_some());
            let how = match groups.iter().filter(|group| are_numbers(group)).count() {
                0 => "words that differ in capitals or spaces",
                all if all == groups.len() => "numbers that differ in zeros in front",
                _ => "words that differ in capitals, spaces or zeros in front",
            };
            Some(format!(
                "column `{name}` holds {how} alone: {}{more}; {what}: write \
                 them alike in the data if they mean the same",
                named.join(", ")
            ))
        })
        .collect()
}

/// Spellings of one word, each with its rows.
type Group = Vec<(String, usize)>;

fn groups(cells: &Cells<'_>, rows: &[usize]) -> Option<Vec<Group>> {
    if !matches!(cells, Cells::Text(_)) {
        return None;
    }
    let mut counts: HashMap<_, usize> = HashMap::new();
    for text in rows.iter().filter_map(|&row| cells.text(row)) {
        *counts.entry(text).or_default() += 1;
        if counts.len() > MOST {
            return None;
        }
    }
    let mut by_word: BTreeMap<String, Group> = BTreeMap::new();
    for (text, rows) in counts {
        let words: Vec<&str> = text.split_whitespace().collect();
        let word = words.join(" ").to_lowercase();
        if let Some(number) = zeros_off(&word) {
            by_word
                .entry(number.to_owned())
                .or_default()
                .push((text.into_owned(), rows));
            continue;
        }
        // Of single letters the capital may mean another thing: `m` is a metre, `M` a million.
        if word.chars().count() > 1 {
            by_word
                .entry(word)
                .or_default()
                .push((text.into_owned(), rows));
        }
    }
    let groups: Vec<Group> = by_word
        .into_values()
        .filter(|group| group.len() > 1)
        .map(|mut group| {
            group.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            group
        })
        .collect();
    (!groups.is_empty()).then_some(groups)
}

/// A whole number without the zeros in front of it, as in `007`; `None` of other words.
fn zeros_off(word: &str) -> Option<&str> {
    let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.trim_start_matches('0'))
}

fn say(group: &[(String, usize)]) -> String {
    let spellings: Vec<String> = group
        .iter()
        .take(NAMED)
        .map(|(text, rows)| format!("`{text}` ({})", counted(*rows, "row")))
        .collect();
    spellings.join(" and ")
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn spellings_of_one_class_are_named_with_their_rows() {
        let text = csv("a,y", 60, |n| {
            let y = match n {
                3 => "Yes",
                9 | 12 => "YES",
                n if n % 2 == 0 => "no",
                _ => "yes",
            };
            format!("{},{y}", n * 7 % 13)
        });
        let found = only(&remarks(Kind::Multiclass, &text, None), "capitals");
        assert_eq!(
            found,
            "column `y` holds words that differ in capitals or spaces alone: `yes` (28 rows) and `YES` (2 rows) and \
             `Yes` (1 row); each is a class of its own: write them alike in the data if they mean the same"
        );
    }

    #[test]
    fn codes_that_lost_the_zeros_in_front_of_them_are_named() {
        let text = csv("a,y", 60, |n| {
            format!("{},{}", n * 7 % 13, ["007", "7", "x12", "12"][n % 4])
        });
        let found = only(&remarks(Kind::Multiclass, &text, None), "zeros");
        assert!(
            found.starts_with(
                "column `y` holds numbers that differ in zeros in front alone: `007` (15 rows) and `7` (15 rows); each is"
            ),
            "{found}"
        );
    }

    #[test]
    fn words_and_single_letters_that_differ_are_not_named() {
        let text = csv("unit,y", 60, |n| {
            format!("{},{}", ["m", "M", "km"][n % 3], ["no", "yes"][n % 2])
        });
        let found = remarks(Kind::Binary, &text, None);
        assert!(
            found.iter().all(|text| !text.contains("capitals")),
            "{found:?}"
        );
    }
}
