//! Which columns the network may see, and why not the others.

use std::collections::BTreeMap;

use synaptree_data::{ColumnProfile, Evidence, Look, Profile, is_counter, repeats};
use synaptree_tasks::Kind;

use super::Rows;
use super::identity::names_something;
use super::parts;
use super::target::Guess;
use super::text::words;

/// The columns by their use.
#[derive(Default)]
pub(super) struct Inputs {
    /// Columns that the network sees.
    pub(super) used: Vec<String>,
    /// Columns that it does not see, with the reason.
    pub(super) left_out: Vec<(String, String)>,
    /// Those among them that give a target away.
    pub(super) tell: Vec<String>,
    /// What is said of these.
    pub(super) given_away: Vec<String>,
    /// Columns that name rows: they are carried over to the predictions.
    pub(super) ids: Vec<String>,
    /// Types of columns that inspection would take for something else, with the reason.
    pub(super) types: BTreeMap<String, String>,
    pub(super) type_reasons: Vec<String>,
}

/// What to do about a column that gives a target away and may do so.
pub(super) const UNLESS_KNOWN: &str =
    "; take it out of `exclude` if it is known before the answer is";
/// Columns that are carried over at most.
const MOST_IDS: usize = 3;

/// Sorts the columns beside the targets into what the network sees and what it does not.
pub(super) fn guess(
    table: Rows<'_>,
    profile: &Profile,
    tasks: &[Guess],
    undecided: &mut Vec<String>,
) -> Inputs {
    let mut inputs = Inputs::default();
    let evidence = Evidence::of(table);
    let is_target = |name: &str| {
        tasks
            .iter()
            .any(|task| task.spec.targets().iter().any(|t| t == name))
    };
    let parts = parts::find(profile, is_target);
    for column in profile
        .columns
        .iter()
        .filter(|column| !is_target(&column.name))
    {
        let name = &column.name;
        if parts.as_ref().is_some_and(|parts| parts.column == *name) {
            let reason = "it says which part a row belongs to".to_owned();
            inputs.left_out.push((name.clone(), reason));
            continue;
        }
        if let Some(formatted) = &column.formatted {
            let reason = format!(
                "its numbers are written as `{}`, which is read as a word",
                formatted.example
            );
            undecided.push(format!(
                "column `{name}` is left out, as {reason}; {}",
                formatted.cure()
            ));
            inputs.left_out.push((name.clone(), reason));
            continue;
        }
        if is_row_number(table, column) {
            if names_something(name) && inputs.ids.len() < MOST_IDS {
                inputs.ids.push(name.clone());
            } else {
                inputs
                    .left_out
                    .push((name.clone(), "it counts the rows".to_owned()));
            }
            continue;
        }
        if let Some(reason) = unusable(column) {
            let names_rows = column.look == Look::Identifier && names_something(name);
            let short = matches!(column.look, Look::Identifier | Look::Text)
                && column.words > 0.0
                && column.words <= 3.0
                && (names_something(name) || column.look == Look::Identifier)
                && column.numbers.is_none();
            if (names_rows || short) && !counts(column) && inputs.ids.len() < MOST_IDS {
                inputs.ids.push(name.clone());
            } else {
                inputs.left_out.push((name.clone(), reason));
            }
            continue;
        }
        if column.slipped > 0 {
            let places: Vec<String> = column
                .slips
                .iter()
                .map(|slip| format!("`{}` ({})", slip.value, slip.place))
                .collect();
            let reason = format!("{}: {}", column.slipped_how(), places.join(", "));
            undecided.push(format!(
                "column `{name}` is left out, as {reason}; {}",
                column.slips_cure()
            ));
            inputs.left_out.push((name.clone(), reason));
            continue;
        }
        if let Some(reason) = told(&evidence, name, tasks) {
            inputs.tell.push(name.clone());
            inputs
                .given_away
                .push(format!("column `{name}` is left out: {reason}"));
            inputs.left_out.push((name.clone(), reason));
            continue;
        }
        if let Some(what) = column.numbered_dates {
            inputs.types.insert(name.clone(), "date".to_owned());
            inputs
                .type_reasons
                .push(format!("`{name}` holds dates: its numbers are {what}"));
        } else if is_code(table, column) {
            inputs.types.insert(name.clone(), "category".to_owned());
            inputs
                .type_reasons
                .push(format!("`{name}` holds codes: its numbers do not measure"));
        }
        for task in tasks.iter().filter(|task| task.spec.kind.has_classes()) {
            for hint in evidence.hints(name, &task.spec.targets()[0]) {
                let what = if hint.value.is_empty() {
                    format!("an empty `{name}`")
                } else {
                    format!("`{name}` = `{}`", hint.value)
                };
                undecided.push(format!(
                    "{what} all but tells `{}` = `{}` ({:.1} % of {} rows); if it is not known \
                     before the answer is, put it under `exclude`",
                    task.spec.targets()[0],
                    hint.class,
                    100.0 * hint.purity,
                    hint.rows
                ));
            }
        }
        if parts::sounds_like_parts(name) {
            undecided.push(format!(
                "`{name}` sounds as if it said which part a row belongs to, and is an input: put it under `exclude`, or \
                 write `test = {{ column = \"{name}\", value = ... }}` in `[data]`"
            ));
        }
        inputs.used.push(name.clone());
    }
    inputs
}

/// Why inspection alone speaks against a column.
fn unusable(column: &ColumnProfile) -> Option<String> {
    let reason = match column.look {
        Look::Empty => "no value in any row".to_owned(),
        Look::Constant => format!(
            "the same value in every row: `{}`",
            column.examples.first().map_or("", String::as_str)
        ),
        Look::Identifier if counts(column) => "every row has its own number".to_owned(),
        Look::Identifier => "every row has its own value".to_owned(),
        Look::Text if column.words > 3.0 => {
            "running text, which this release does not read".to_owned()
        }
        Look::Text => format!("{} different words that hardly recur", column.distinct),
        Look::Date if !column.reads_as_dates => {
            "dates whose parts may be mistaken for each other; write them as `2024-05-31`"
                .to_owned()
        }
        Look::Unreadable => "values of a type that is not read".to_owned(),
        Look::Hierarchy => "labels of a hierarchy, which are no input".to_owned(),
        _ => return None,
    };
    Some(reason)
}

/// Whether an identifier is a plain number of the row.
fn counts(column: &ColumnProfile) -> bool {
    column.look == Look::Identifier
        && column
            .examples
            .iter()
            .all(|value| value.parse::<u64>().is_ok())
        && !words(&column.name).iter().any(|word| word == "id")
}

/// Whether numbers only say where a row stands in the file; a time may be just as regular and tell something.
fn is_row_number(table: Rows<'_>, column: &ColumnProfile) -> bool {
    const TIMES: [&str; 13] = [
        "year",
        "month",
        "week",
        "day",
        "date",
        "time",
        "hour",
        "minute",
        "second",
        "timestamp",
        "t",
        "period",
        "quarter",
    ];
    column.look == Look::Number
        && is_counter(table, &column.name)
        && !words(&column.name)
            .iter()
            .any(|word| TIMES.contains(&word.as_str()))
}

/// Whether numbers are names: whole, of many sizes, recurring, in a column called so.
fn is_code(table: Rows<'_>, column: &ColumnProfile) -> bool {
    const CODES: [&str; 8] = [
        "id", "ids", "code", "zip", "zipcode", "postcode", "sku", "key",
    ];
    let named = words(&column.name)
        .iter()
        .any(|word| CODES.contains(&word.as_str()));
    let whole = column.numbers.is_some_and(|numbers| numbers.whole);
    named
        && whole
        && !column.declared_number
        && repeats(table, &column.name).is_some_and(|r| 2 * r.repeated > r.rows)
}

/// Why a column would be an answer rather than a question.
fn told(evidence: &Evidence<'_>, name: &str, tasks: &[Guess]) -> Option<String> {
    for task in tasks {
        let is_number = task.spec.kind == Kind::Regression;
        for target in task.spec.targets() {
            if let Some(found) = evidence.gives_away(name, target, is_number) {
                let exceptions = match found.exceptions {
                    0 => "without an exception".to_owned(),
                    n => format!("but for {n}"),
                };
                return Some(format!(
                    "it gives `{target}` away: {} ({} rows, {exceptions}){UNLESS_KNOWN}",
                    found.reason, found.rows
                ));
            }
        }
    }
    None
}

/// Leaves out the column that orders the rows where it would be the only input: it has only its
/// turns of the year, week and day to tell anything by.
pub(super) fn leave_out_lone_order(inputs: &mut Inputs, order: &str) {
    if inputs.used == [order] {
        inputs.used.clear();
        inputs.types.remove(order);
        inputs.left_out.push((
            order.to_owned(),
            "dates, and nothing beside them to predict from".to_owned(),
        ));
    }
}
