//! What kind of answer a target column asks for.

use synaptree_config::{counted, nearest};
use synaptree_data::{ColumnProfile, Header, Look, Profile, Reading};
use synaptree_tasks::{Kind, OneOrMany, TaskSpec};

use super::binary::{binary, spelt_differently};
use super::error::InitError;
use super::text::words;
use super::{ladder, observed};

/// A task, with the reasons for what was guessed.
#[derive(Clone)]
pub(super) struct Guess {
    pub(super) spec: TaskSpec,
    /// Comments that stand above it.
    pub(super) notes: Vec<String>,
    /// Whether each value of the column is one of a few classes.
    pub(super) has_flags: bool,
    /// Whether the guess may well be wrong, so that its notes deserve a look.
    pub(super) is_unsure: bool,
}

/// Whole numbers that may be classes: above this they measure.
const MOST_CODES: usize = 12;
/// Columns that a message lists at most.
const SHOWN: usize = 30;
/// Number targets from which on one task holds them all.
const VECTOR: usize = 5;
/// Yes-or-no targets without gaps from which on one task holds them all.
const FLAGS: usize = 3;

/// Words in the name of a target whose numbers rise from bad to good.
const RISING: [&str; 12] = [
    "rating",
    "stars",
    "star",
    "score",
    "grade",
    "quality",
    "level",
    "stage",
    "severity",
    "rank",
    "satisfaction",
    "likert",
];

/// The names of the target columns. Where the file names none, a number is the one that its first line gives a
/// column, or else counts columns.
pub(super) fn resolve(
    asked: &[String],
    profile: &Profile,
    reading: &Reading,
    undecided: &mut Vec<String>,
) -> Result<Vec<String>, InitError> {
    let header = reading.header;
    let mut names: Vec<String> = Vec::new();
    // A comma may belong to a name.
    let parts = asked.iter().flat_map(|text| match profile.column(text) {
        Some(_) => vec![text.as_str()],
        None => text.split(',').collect(),
    });
    for name in parts.map(str::trim).filter(|name| !name.is_empty()) {
        let by_number = || {
            let number: usize = name.parse().ok()?;
            let column = profile.columns.get(number.checked_sub(1)?)?;
            (header != Header::Names).then(|| column.name.clone())
        };
        let called: Vec<&str> = reading
            .numbers
            .iter()
            .zip(&profile.columns)
            .filter(|(number, _)| *number == name)
            .map(|(_, column)| column.name.as_str())
            .collect();
        let found = match (profile.column(name), called.as_slice()) {
            (Some(column), _) => Some(column.name.clone()),
            (None, []) => by_number(),
            (None, [one]) => {
                undecided.push(format!(
                    "`{name}` is what the first line calls the target `{one}`; it is not the place of a column"
                ));
                Some((*one).to_owned())
            }
            (None, several) => {
                return Err(InitError::UnknownTarget {
                    column: name.to_owned(),
                    files: profile.files.clone(),
                    help: format!(
                        "its first line calls several columns so: name one of {}",
                        several.join(", ")
                    ),
                });
            }
        };
        let Some(found) = found else {
            return Err(unknown(name, profile, header));
        };
        if !names.contains(&found) {
            names.push(found);
        }
    }
    Ok(names)
}

fn unknown(name: &str, profile: &Profile, header: Header) -> InitError {
    let columns = || profile.columns.iter().map(|column| column.name.as_str());
    let help = match (nearest(name, columns()), header) {
        (Some(close), Header::Names) => format!("did you mean `{close}`?"),
        (_, Header::Names) => {
            let shown: Vec<&str> = columns().take(SHOWN).collect();
            let more = match profile.columns.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more, which `synaptree describe` shows"),
            };
            format!("its columns are {}{more}", shown.join(", "))
        }
        _ => format!(
            "its first line does not name the columns, so they are called `column_1` to `column_{}`",
            profile.columns.len()
        ),
    };
    InitError::UnknownTarget {
        column: name.to_owned(),
        files: profile.files.clone(),
        help,
    }
}

/// The tasks of the target columns, each with what is not certain about it.
pub(super) fn guess(
    names: &[String],
    profile: &Profile,
    undecided: &mut Vec<String>,
) -> Result<Vec<Guess>, InitError> {
    let mut guesses = Vec::new();
    for name in names {
        let Some(column) = profile.column(name) else {
            continue;
        };
        guesses.push(kind_of(column, profile.rows)?);
    }
    let complete = |guess: &Guess| observed(profile, &guess.spec.name) == profile.rows;
    let flags = |guess: &Guess| guess.has_flags && complete(guess);
    let reals = |guess: &Guess| guess.spec.kind == Kind::Regression;
    if guesses.iter().filter(|guess| flags(guess)).count() >= FLAGS {
        let note = "yes-or-no columns without gaps are the labels of one task; give a column a \
                    `[[tasks]]` of its own to score it alone";
        guesses = merged(guesses, flags, "labels", Kind::Multilabel, note);
    }
    if guesses.iter().filter(|guess| reals(guess)).count() >= VECTOR {
        let note = "many numbers are the answers of one task; give a column a `[[tasks]]` of its own \
                    to score it alone";
        guesses = merged(guesses, reals, "values", Kind::Regression, note);
    }
    for guess in guesses.iter().filter(|guess| guess.is_unsure) {
        let notes = guess.notes.iter();
        undecided.extend(notes.map(|note| format!("task `{}`: {note}", guess.spec.name)));
    }
    for guess in &mut guesses {
        safe_name(guess);
    }
    Ok(guesses)
}

/// One task in place of all that belong together, where the first of them stood.
fn merged(
    guesses: Vec<Guess>,
    belongs: impl Fn(&Guess) -> bool,
    name: &str,
    kind: Kind,
    note: &str,
) -> Vec<Guess> {
    let columns: Vec<String> = guesses
        .iter()
        .filter(|guess| belongs(guess))
        .map(|guess| guess.spec.name.clone())
        .collect();
    let mut taken = name.to_owned();
    while guesses.iter().any(|guess| guess.spec.name == taken) {
        taken.push('_');
    }
    let mut together = Some(Guess {
        spec: TaskSpec {
            target: Some(OneOrMany::Many(columns)),
            ..TaskSpec::new(taken, kind)
        },
        notes: vec![note.to_owned()],
        has_flags: false,
        is_unsure: false,
    });
    guesses
        .into_iter()
        .filter_map(|guess| {
            if belongs(&guess) {
                together.take()
            } else {
                Some(guess)
            }
        })
        .collect()
}

/// Names of tasks become names of columns and parameters, which some characters would break.
fn safe_name(guess: &mut Guess) {
    let name = &guess.spec.name;
    let safe: String = name
        .chars()
        .map(|c| {
            if matches!(c, '.' | '/' | '[' | ']') || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    if safe != *name || name.trim().is_empty() {
        if guess.spec.target.is_none() {
            guess.spec.target = Some(OneOrMany::One(name.clone()));
        }
        guess.spec.name = if safe.trim().is_empty() {
            "target".into()
        } else {
            safe
        };
    }
}

/// The kind of one target column.
pub(super) fn kind_of(column: &ColumnProfile, rows: usize) -> Result<Guess, InitError> {
    let refuse = |reason: &str, help: &str| {
        Err(InitError::NotATarget {
            column: column.name.clone(),
            reason: reason.to_owned(),
            help: help.to_owned(),
        })
    };
    if let Some(formatted) = &column.formatted {
        return Err(InitError::NotATarget {
            column: column.name.clone(),
            reason: format!(
                "its numbers are written as `{}`, which is read as a word",
                formatted.example
            ),
            help: formatted.cure(),
        });
    }
    match column.look {
        // Before texts are refused: lists hardly recur.
        Look::Category | Look::Text | Look::Identifier if column.separator.is_some() => {
            Ok(comma_lists(column))
        }
        Look::Empty => refuse(
            "it has no value in any row",
            "name another column, or fill it",
        ),
        Look::Constant => refuse(
            "it has the same value in every row",
            "name another column, or add rows with other values",
        ),
        Look::Identifier => refuse(
            "every row has its own value, so no row says anything about another",
            "name another column",
        ),
        Look::Date => refuse(
            "it holds dates",
            "turn it into a number, such as the days until then",
        ),
        Look::Unreadable => refuse(
            "its values are of a type that is not read",
            "store it as text or numbers",
        ),
        Look::Text if column.words > 4.0 || column.values.is_empty() => refuse(
            "it holds running text, and texts are not generated",
            "name a column with classes or numbers",
        ),
        Look::Text if 2 * column.distinct > rows - column.missing => refuse(
            "most rows have a value of their own, so they say little about each other",
            "name another column",
        ),
        Look::Hierarchy => Ok(simple(
            column,
            Kind::Hierarchical,
            "the file declares a hierarchy of its labels",
        )),
        Look::Labels => {
            let mut guess = simple(column, Kind::Multilabel, "its cells hold several labels");
            let separator = column.separator.as_deref().unwrap_or("|");
            if separator != "|" {
                guess.spec.separator = Some(separator.to_owned());
            }
            Ok(guess)
        }
        Look::Boolean => Ok(binary(column)),
        Look::Category | Look::Text => Ok(classes(column)),
        Look::Number if column.slipped > 0 && column.slips.iter().all(|slip| slip.too_large) => {
            refuse(&column.slipped_how(), column.slips_cure())
        }
        Look::Number => Ok(number(column, rows)),
    }
}

pub(super) fn simple(column: &ColumnProfile, kind: Kind, note: &str) -> Guess {
    Guess {
        spec: TaskSpec::new(column.name.clone(), kind),
        notes: vec![note.to_owned()],
        has_flags: false,
        is_unsure: false,
    }
}

/// The task of a column whose cells read like labels with commas between them.
fn comma_lists(column: &ColumnProfile) -> Guess {
    let example = column.examples.iter().find(|example| example.contains(','));
    let note = format!(
        "its cells read like labels with commas between them{}; if each is one class, write `kind = \"multiclass\"` and \
         no `separator`",
        example.map_or(String::new(), |example| format!(", such as `{example}`"))
    );
    let mut guess = simple(column, Kind::Multilabel, &note);
    guess.spec.separator.clone_from(&column.separator);
    guess.is_unsure = true;
    guess
}

fn classes(column: &ColumnProfile) -> Guess {
    if column.distinct == 2 {
        return binary(column);
    }
    if let Some(note) = spelt_differently(column) {
        return Guess {
            is_unsure: true,
            ..simple(column, Kind::Multiclass, &note)
        };
    }
    let values: Vec<String> = column
        .values
        .iter()
        .map(|(value, _)| value.clone())
        .collect();
    if let Some(order) = ladder::order(&values) {
        let mut guess = simple(column, Kind::Ordinal, "its words rise");
        guess.spec.order = Some(order);
        return guess;
    }
    let note = match column.values.last() {
        Some((rarest, rows)) => format!(
            "{}, the rarest `{rarest}` with {}",
            counted(column.distinct, "class"),
            counted(*rows, "row")
        ),
        None => counted(column.distinct, "class"),
    };
    simple(column, Kind::Multiclass, &note)
}

fn number(column: &ColumnProfile, rows: usize) -> Guess {
    let Some(numbers) = column.numbers else {
        return classes(column);
    };
    if column.distinct == 2 {
        return binary(column);
    }
    // ARFF lists the values of what is a class.
    if column.declared_number || !numbers.whole {
        return simple(column, Kind::Regression, "numbers");
    }
    let span = numbers.maximum - numbers.minimum + 1.0;
    let dense = span <= column.distinct as f64 + 2.0;
    let recur = rows >= 5 * column.distinct;
    let is_code = (column.distinct <= MOST_CODES && dense && recur) || column.declared_nominal;
    if !is_code {
        return simple(column, Kind::Regression, "whole numbers of many sizes");
    }
    if words(&column.name)
        .iter()
        .any(|word| RISING.contains(&word.as_str()))
    {
        return simple(
            column,
            Kind::Ordinal,
            "its name says that its numbers rise from low to high",
        );
    }
    let note = format!(
        "{} different whole numbers are taken as names of classes; write `ordinal` if they rise, `regression` if they \
         measure or count",
        column.distinct
    );
    Guess {
        is_unsure: true,
        ..simple(column, Kind::Multiclass, &note)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fmt::Write;

    use synaptree_data::{ReadOptions, Reading, Source, read_unknown};

    use super::*;

    pub(in super::super) fn kind(
        name: &str,
        value: impl Fn(usize) -> String,
    ) -> Result<Guess, InitError> {
        let folder = tempfile::tempdir().unwrap();
        let mut text = format!("{name},other\n");
        for n in 0..120 {
            writeln!(text, "{},{}", value(n), n * 7 % 31).unwrap();
        }
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        let source = Source::from(path.as_path());
        let reading = read_unknown(&[source], &ReadOptions::default(), Reading::ROWS).unwrap();
        let profile = Profile::of(&reading.table);
        kind_of(profile.column(name).unwrap(), profile.rows)
    }

    fn of(name: &str, value: impl Fn(usize) -> String) -> Kind {
        kind(name, value).unwrap().spec.kind
    }

    #[test]
    fn values_tell_the_kind_of_a_target() {
        assert_eq!(of("y", |n| (n % 2).to_string()), Kind::Binary);
        assert_eq!(of("y", |n| ["no", "yes"][n % 2].into()), Kind::Binary);
        assert_eq!(of("y", |n| ["a", "b", "c"][n % 3].into()), Kind::Multiclass);
        assert_eq!(of("y", |n| (n % 7 + 1).to_string()), Kind::Multiclass);
        assert_eq!(of("stars", |n| (n % 5 + 1).to_string()), Kind::Ordinal);
        assert_eq!(
            of("size", |n| ["low", "high", "medium"][n % 3].into()),
            Kind::Ordinal
        );
        assert_eq!(of("y", |n| (n * 37 % 101).to_string()), Kind::Regression);
        assert_eq!(of("y", |n| format!("{}.5", n % 3)), Kind::Regression);
        assert_eq!(
            of("y", |n| ["a|b", "a", "b|c", "c"][n % 4].into()),
            Kind::Multilabel
        );
    }

    #[test]
    fn labels_with_commas_are_labels_and_names_with_commas_are_not() {
        let labels = ["red, blue", "red", "blue", "green, red", "green"];
        let guess = kind("y", |n| format!("\"{}\"", labels[n % 5])).unwrap();
        assert_eq!(guess.spec.kind, Kind::Multilabel);
        assert_eq!(guess.spec.separator.as_deref(), Some(","));
        assert!(guess.is_unsure && guess.notes[0].contains("`red, blue`"));
        let names = ["Doe, Jane", "Roe, Jane", "Doe, Ann"];
        let of_names = of("y", |n| format!("\"{}\"", names[n % 3]));
        assert_eq!(of_names, Kind::Multiclass);
    }

    #[test]
    fn one_question_in_two_spellings_is_told() {
        for values in [["no", "yes", "false", "true"], ["0", "1", "N", "Y"]] {
            let guess = kind("y", |n| values[n % 4].into()).unwrap();
            assert!(guess.is_unsure, "{values:?}");
            assert!(
                guess.notes[0].contains("several spellings"),
                "{}",
                guess.notes[0]
            );
        }
        for values in [
            ["no", "yes", "maybe", "no"],
            ["-1", "0", "1", "1"],
            ["f", "t", "a", "c"],
        ] {
            let guess = kind("y", |n| values[n % 4].into()).unwrap();
            assert!(!guess.notes[0].contains("spellings"), "{values:?}");
        }
    }

    #[test]
    fn what_cannot_be_learned_is_refused_with_a_way_out() {
        for value in [
            (|n| format!("name {n}")) as fn(usize) -> String,
            |_| "same".into(),
            |n| format!("{}e300", n % 40 + 1),
            |n| format!("2024-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
            |n| format!("this is sentence number {n} of a longer text that nobody repeats"),
        ] {
            let error = kind("y", value).err().unwrap();
            assert!(error.to_string().contains("help: "), "{error}");
        }
    }
}
