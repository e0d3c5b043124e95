//! How the rows are divided into parts.

use synaptree_config::counted;
use synaptree_data::{Look, Profile, repeats};
use synaptree_tasks::Kind;

use super::files::Given;
use super::identity::{is_place, names_something, says_whom};
use super::parts::{self, Parts};
use super::target::Guess;
use super::text::words;
use super::{Rows, observed};

/// A way to divide the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A column says which rows are for what; what it says nothing of is drawn.
    Parts {
        parts: Parts,
        /// The task whose classes the drawn rows have in equal shares.
        strata: Option<String>,
    },
    /// The latest rows are validated and tested on.
    Time { column: String },
    /// Rows with the same value stay together.
    Groups { column: String, reason: String },
    /// Every part has its share of each class.
    Strata { task: String },
    /// Row by row.
    Rows,
    /// Too few rows: all are trained on.
    None,
}

/// Rows below which none are held back.
const LEAST_ROWS: usize = 20;
/// Share of the rows that must share their value with others where the name of the column says identity.
const LEAST_REPEATED: f64 = 0.03;
/// Values from which rows can be kept together where the name of the column says identity, and for any other column.
const FEWEST_NAMED: usize = 10;
const FEWEST: usize = 30;
/// The same share for any other column.
const MOSTLY_REPEATED: f64 = 0.5;

impl Way {
    /// Whether another seed gives another division.
    pub(super) fn is_drawn(&self) -> bool {
        match self {
            Self::Parts { parts, .. } => parts.rows.contains(&0),
            Self::Time { .. } | Self::None => false,
            Self::Groups { .. } | Self::Strata { .. } | Self::Rows => true,
        }
    }

    /// What it is called in a remark.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Parts { parts, .. } => format!("splitting as column `{}` says", parts.column),
            Self::Time { column } => format!("splitting by time (`order_by = \"{column}\"`)"),
            Self::Groups { column, .. } => {
                format!("keeping rows together (`split_by = \"{column}\"`)")
            }
            Self::Strata { task } => format!("stratifying (`stratify_by = \"{task}\"`)"),
            Self::Rows => "splitting row by row".to_owned(),
            Self::None => "no split".to_owned(),
        }
    }
}

/// The ways that make sense, the best first.
pub(super) fn ways(
    table: Rows<'_>,
    profile: &Profile,
    tasks: &[Guess],
    given: &Given,
    undecided: &mut Vec<String>,
) -> Vec<Way> {
    if profile.rows < LEAST_ROWS && given.named_test.is_empty() {
        undecided.push(format!(
            "{} {} too few to hold some back: the figures are those of the rows that were learnt from",
            counted(profile.rows, "row"),
            if profile.rows == 1 { "is" } else { "are" }
        ));
        return vec![Way::None];
    }
    let is_target = |name: &str| {
        tasks
            .iter()
            .any(|task| task.spec.targets().iter().any(|t| t == name))
    };
    let classes = tasks
        .iter()
        .filter(|task| task.spec.kind.has_classes())
        .max_by_key(|task| {
            let column = profile.column(&task.spec.targets()[0]);
            column.map_or(0, |column| column.distinct)
        });
    let mut ways = Vec::new();
    let has_files = !given.named_validation.is_empty() || !given.named_test.is_empty();
    if !has_files && let Some(parts) = parts::find(profile, is_target) {
        let strata = classes.filter(|_| parts.rows.contains(&0));
        ways.push(Way::Parts {
            parts,
            strata: strata.map(|task| task.spec.name.clone()),
        });
    }
    for column in profile
        .columns
        .iter()
        .filter(|column| !is_target(&column.name))
    {
        if column.look != Look::Date || is_birth(&column.name) {
            continue;
        }
        if column.missing > 0 || !column.sorts_by_time {
            let why = if column.missing > 0 {
                format!(
                    "{} of its cells {} empty",
                    column.missing,
                    if column.missing == 1 { "is" } else { "are" }
                )
            } else {
                "some are no dates, or their day and month may be mistaken for each other (`2024-05-31` may not)".to_owned()
            };
            undecided.push(format!(
                "`{}` holds dates, but rows cannot be split by it: {why}",
                column.name
            ));
        } else if !ways.iter().any(|way| matches!(way, Way::Time { .. })) {
            ways.push(Way::Time {
                column: column.name.clone(),
            });
        }
    }
    ways.extend(groups(table, profile, &is_target, undecided));
    if let Some(task) = classes {
        ways.push(Way::Strata {
            task: task.spec.name.clone(),
        });
    }
    ways.push(Way::Rows);
    for task in tasks
        .iter()
        .filter(|task| task.spec.kind != Kind::Hierarchical)
    {
        for column in task.spec.targets() {
            let labels = observed(profile, column);
            if labels < 30 {
                undecided.push(format!(
                    "the target `{column}` has only {}: expect little",
                    counted(labels, "label")
                ));
            }
        }
    }
    ways
}

/// The column that names what several rows are about.
fn groups(
    table: Rows<'_>,
    profile: &Profile,
    is_target: &impl Fn(&str) -> bool,
    undecided: &mut Vec<String>,
) -> Option<Way> {
    profile
        .columns
        .iter()
        .filter(|column| !is_target(&column.name) && column.formatted.is_none())
        // A place has many rows that have nothing else in common.
        .filter(|column| !is_place(&column.name))
        .filter(|column| match column.look {
            Look::Text => column.words <= 2.0,
            Look::Category => names_something(&column.name),
            Look::Number => {
                names_something(&column.name) && column.numbers.is_some_and(|n| n.whole)
            }
            _ => false,
        })
        .filter_map(|column| {
            let found = repeats(table, &column.name)?;
            let says_whom = says_whom(&column.name);
            let least = if says_whom {
                LEAST_REPEATED
            } else {
                MOSTLY_REPEATED
            };
            let repeats = found.repeated as f64 >= least * found.rows as f64;
            // A few large groups are classes rather than identities, unless the name says otherwise.
            let least = if says_whom { FEWEST_NAMED } else { FEWEST };
            let many = found.distinct >= least && 4 * found.most <= found.rows;
            if says_whom && repeats && !many {
                undecided.push(format!(
                    "`{}` names whom a row is about, but its rows cannot be kept together: {}, the largest with {} of {} \
                     rows; figures on rows of somebody known flatter, and as an input it tells the network who it is",
                    column.name,
                    counted(found.distinct, "value"),
                    found.most,
                    found.rows
                ));
            }
            (repeats && many).then(|| {
                let reason = format!(
                    "`{}` names what a row is about: {} values, {} rows share theirs with others",
                    column.name, found.distinct, found.repeated
                );
                (
                    (says_whom, found.repeated, found.distinct),
                    Way::Groups {
                        column: column.name.clone(),
                        reason,
                    },
                )
            })
        })
        .max_by_key(|(weight, _)| *weight)
        .map(|(_, way)| way)
}

fn is_birth(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| ["birth", "birthday", "birthdate", "born", "dob"].contains(&word.as_str()))
}
