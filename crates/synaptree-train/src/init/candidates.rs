//! Which columns look like what somebody wants to predict.

use synaptree_config::counted;
use synaptree_data::{Look, Profile, ReadOptions, Table};

use super::Init;
use super::error::InitError;
use super::target::kind_of;
use super::text::words;

/// Names that targets bear.
const NAMES: [&str; 24] = [
    "target",
    "label",
    "labels",
    "class",
    "y",
    "outcome",
    "result",
    "type",
    "category",
    "species",
    "diagnosis",
    "survived",
    "churn",
    "default",
    "fraud",
    "income",
    "price",
    "salary",
    "rating",
    "score",
    "grade",
    "quality",
    "intent",
    "sentiment",
];
/// Most columns that are proposed.
const SHOWN: usize = 6;

/// The answer to an `init` without `--target`.
pub(super) fn none_named(profile: &Profile, table: &Table, asked: &Init) -> InitError {
    let last = profile.columns.len().saturating_sub(1);
    let mut found: Vec<(i32, String, String)> = profile
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| {
            let guess = kind_of(column, profile.rows).ok()?;
            let named = words(&column.name)
                .iter()
                .any(|word| NAMES.contains(&word.as_str()));
            let mut points = 0;
            points += if table.hierarchies.contains_key(&column.name) {
                8
            } else {
                0
            };
            points += if named { 4 } else { 0 };
            points += if index == last { 3 } else { 0 };
            points += i32::from(matches!(column.look, Look::Category | Look::Boolean));
            let about = format!(
                "{}, {}, {} of {}",
                guess.spec.kind,
                counted(column.distinct, "value"),
                profile.rows - column.missing,
                counted(profile.rows, "row")
            );
            Some((points, column.name.clone(), about))
        })
        .collect();
    found.sort_by_key(|(points, ..)| std::cmp::Reverse(*points));
    let width = found
        .iter()
        .take(SHOWN)
        .map(|(_, name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let lines: Vec<String> = found
        .iter()
        .take(SHOWN)
        .map(|(_, name, about)| format!("  {name:<width$}  {about}"))
        .collect();
    let quoted = |text: &str| {
        if text
            .chars()
            .all(|c| c.is_alphanumeric() || "._-/\\".contains(c))
        {
            text.to_owned()
        } else {
            format!("{text:?}")
        }
    };
    let mut files: Vec<String> = asked.data.iter().map(|file| quoted(file)).collect();
    files.extend(options(&asked.reading));
    let help = match found.first() {
        Some((_, name, _)) => format!(
            "synaptree init {} --target {}   (several: --target a,b)",
            files.join(" "),
            quoted(name)
        ),
        None => {
            "no column has an answer to learn; `synaptree describe` shows what they hold".to_owned()
        }
    };
    InitError::NoTarget {
        candidates: if lines.is_empty() {
            "no column looks like one".to_owned()
        } else {
            format!(
                "these columns look like one, the likeliest first:\n{}",
                lines.join("\n")
            )
        },
        help,
    }
}

/// What was said of the files, as it is typed.
fn options(reading: &ReadOptions) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(encoding) = reading.encoding {
        options.push(format!("--encoding {}", encoding.as_str()));
    }
    match reading.separator {
        Some('\t') => options.push("--separator tab".to_owned()),
        Some(separator) => options.push(format!("--separator \"{separator}\"")),
        None => {}
    }
    if reading.skip_rows > 0 {
        options.push(format!("--skip-rows {}", reading.skip_rows));
    }
    options
}
