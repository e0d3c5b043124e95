//! Why a part that takes a fraction of the rows has none, and what to do about it.

use std::collections::HashSet;

use synaptree_config::counted;
use synaptree_tasks::TaskSpec;

use super::shares::{Groups, SEEDS, missed, share};
use super::{key, strata, ways};
use crate::error::DataError;
use crate::spec::DataSpec;
use crate::split::{Fractions, Part, Splitter};
use crate::table::Table;

/// The error for a part without rows. Without a table, whose rows may be too many to be held, it says less.
pub(crate) fn empty(
    part: Part,
    rows: usize,
    data: &DataSpec,
    tasks: &[TaskSpec],
    table: Option<&Table>,
) -> DataError {
    let (fractions, named) = ways(data);
    let none = match part {
        Part::Train => "every row belongs to another part".to_owned(),
        part => format!("{} of {rows} rows is none", share(fractions, part)),
    };
    // Rows of parts that a column names take no part in the draw.
    let drawn = table.filter(|_| named.is_empty() && rows > 0);
    let (reason, help) = if let Some(column) = &data.order_by {
        (
            format!("{none}, as rows of the same time in `order_by` stay together"),
            match part {
                Part::Train => "lower the fractions of the other parts".to_owned(),
                part => format!(
                    "raise the fraction, write {}, or name a column under `order_by` with more different times than \
                     `{column}`",
                    off(part)
                ),
            },
        )
    } else if !data.groups().is_empty() && data.stratify_by.is_none() {
        (
            format!("{none}, as the rows of a group of `split_by` stay together"),
            drawn
                .and_then(|table| of_groups(table, data, fractions))
                .unwrap_or_else(|| plain(part)),
        )
    } else if let Some(name) = &data.stratify_by {
        let different = drawn.and_then(|table| different_strata(table, name, tasks));
        match different.filter(|different| 2 * different > rows) {
            Some(different) => (
                format!(
                    "{none}, as `stratify_by = \"{name}\"` names values that hardly recur: {different} different ones in \
                     {rows} rows, each of which gives its first row to training"
                ),
                "name a task or a column of classes, each of which several rows have, or leave `stratify_by` out"
                    .to_owned(),
            ),
            None => (
                format!("{none}, as each value of `stratify_by` gives its first row to training"),
                plain(part),
            ),
        }
    } else {
        (none, plain(part))
    };
    DataError::EmptyPart {
        part: part.as_str(),
        reason,
        help,
    }
}

fn plain(part: Part) -> String {
    match part {
        Part::Train => "leave it some rows".to_owned(),
        part => format!(
            "raise the fraction, write {}, or try another `split_seed`",
            off(part)
        ),
    }
}

/// What to write so that a part takes no rows.
fn off(part: Part) -> String {
    match part {
        Part::Calibration => "no `calibration`".to_owned(),
        part => format!("`{} = false`", part.as_str()),
    }
}

fn different_strata(table: &Table, name: &str, tasks: &[TaskSpec]) -> Option<usize> {
    let columns = strata(table, name, tasks).ok()?;
    let keys: HashSet<_> = (0..table.num_rows())
        .map(|row| key(&columns, row))
        .collect();
    Some(keys.len())
}

/// What to do where groups are too few for the parts, or the seed sends none to one of them.
fn of_groups(table: &Table, data: &DataSpec, fractions: Fractions) -> Option<String> {
    let groups = Groups::new(table, data.groups(), 0..table.num_rows()).ok()?;
    if groups.alone > 0 {
        return None;
    }
    let count = groups.sizes.len();
    let else_rows = "leave `split_by` out to divide row by row";
    if count < 2 {
        return Some(format!(
            "all rows are of one group, which cannot be divided: {else_rows}, or add rows of other groups"
        ));
    }
    // A part is given up where there are fewer groups than parts: the one that training needs least.
    let (mut kept, mut given_up) = (fractions, Vec::new());
    for part in [Part::Calibration, Part::Test] {
        if share(kept, part) > 0.0 && parts(kept).len() > count {
            match part {
                Part::Calibration => kept.calibration = 0.0,
                _ => kept.test = 0.0,
            }
            given_up.push(off(part));
        }
    }
    let seed = seed_that_fills(&groups, kept);
    let all = parts(fractions).len();
    Some(match (given_up.is_empty(), seed) {
        (true, Some(seed)) => {
            format!("write `split_seed = {seed}`, with which every part has rows")
        }
        (true, None) => format!(
            "no `split_seed` below {SEEDS} gives each of {all} parts one of {}: {else_rows}, or add rows of other groups",
            counted(count, "group")
        ),
        (false, seed) => format!(
            "{} cannot fill {all} parts: write {}{}, {else_rows}, or add rows of other groups",
            counted(count, "group"),
            given_up.join(" and "),
            match seed {
                Some(seed) if seed != data.split_seed => format!(" and `split_seed = {seed}`"),
                _ => String::new(),
            }
        ),
    })
}

/// The parts that rows are drawn for.
fn parts(fractions: Fractions) -> Vec<Part> {
    [Part::Train, Part::Validation, Part::Test, Part::Calibration]
        .into_iter()
        .filter(|&part| share(fractions, part) > 0.0)
        .collect()
}

/// The seed with which every part has rows and the fewest are in another part than they should be.
fn seed_that_fills(groups: &Groups, fractions: Fractions) -> Option<u64> {
    let wanted = parts(fractions);
    let fills = |seed: &u64| {
        let rows = groups.rows(Splitter {
            seed: *seed,
            fractions,
        });
        wanted.iter().all(|part| {
            let rows = rows.get(part).copied().unwrap_or(0.0);
            rows >= if *part == Part::Train { 2.0 } else { 1.0 }
        })
    };
    let cost = |seed: &u64| {
        let splitter = Splitter {
            seed: *seed,
            fractions,
        };
        groups.misplaced(splitter)
    };
    let seeds = (0..SEEDS).filter(fills);
    seeds.min_by(|a, b| cost(a).total_cmp(&cost(b)))
}

/// Says of values to stratify by that hardly recur, and so give all parts but training too few rows.
pub(super) fn remark(
    table: &Table,
    data: &DataSpec,
    tasks: &[TaskSpec],
    drawn: &[Part],
    fractions: Fractions,
) -> Option<String> {
    let name = data.stratify_by.as_ref()?;
    let count = |wanted| drawn.iter().filter(|&&part| part == wanted).count() as f64;
    let rows = drawn.len();
    let missed = missed(fractions, count, rows as f64);
    let different = different_strata(table, name, tasks)?;
    (2 * different > rows && !missed.is_empty()).then(|| {
        format!(
            "`stratify_by = \"{name}\"` names values that hardly recur: {different} different ones in {rows} rows, each of \
             which gives its first row to training, so {}; name a task or a column of classes, each of which several rows \
             have",
            missed.join(", and ")
        )
    })
}
