//! Sends every row of `train` to its part.

mod empty;
mod rest;
mod shares;
mod stepwise;
mod time;

use std::collections::{BTreeSet, HashMap};

use synaptree_config::nearest;
use synaptree_tasks::{Kind, OneOrMany, TaskSpec};

use crate::cells::{Cells, class_name};
use crate::columns::{cells_of, files};
use crate::error::DataError;
use crate::spec::{ColumnPart, DataSpec, PartSpec};
use crate::split::{Fractions, Part, Splitter};
use crate::table::Table;

pub(crate) use self::empty::empty;
use self::rest::Rest;
pub use self::shares::nearest_split_seed;
pub(crate) use self::shares::remark_on_counts;
pub(crate) use self::stepwise::Assigner;

/// Between the values of one key; no text file holds it by accident.
const BETWEEN: &str = "\u{1f}";

/// The part of every row of the table that `train` names.
pub(crate) fn assign(
    table: &Table,
    data: &DataSpec,
    tasks: &[TaskSpec],
    warnings: &mut Vec<String>,
) -> Result<Vec<Part>, DataError> {
    let mut parts: Vec<Option<Part>> = vec![None; table.num_rows()];
    let (fractions, named) = ways(data);
    for (part, column) in &named {
        if !by_column(table, *part, column, &mut parts)? {
            return Err(no_such_row(*part, column));
        }
    }
    let free: Vec<usize> = (0..parts.len())
        .filter(|&row| parts[row].is_none())
        .collect();
    let mut rest = Rest::new(&named);
    rest.look(table, &free)?;
    warnings.extend(rest.say(fractions.held_out() > 0.0));
    let drawn = if fractions.held_out() == 0.0 {
        vec![Part::Train; free.len()]
    } else if let Some(column) = &data.order_by {
        time::split(table, column, &free, fractions)?
    } else {
        let splitter = Splitter {
            seed: data.split_seed,
            fractions,
        };
        let mut numbers = Numbers::default();
        let drawn = draw(table, data, tasks, &free, &splitter, &mut numbers)?;
        if data.stratify_by.is_some() {
            warnings.extend(empty::remark(table, data, tasks, &drawn, fractions));
        } else if !data.groups().is_empty() {
            warnings.extend(shares::remark(table, data, &free, &drawn, fractions)?);
        }
        drawn
    };
    for (row, part) in free.into_iter().zip(drawn) {
        parts[row] = Some(part);
    }
    let parts: Vec<Part> = parts.into_iter().flatten().collect();
    warn_of_divided_groups(table, data.groups(), &parts, warnings)?;
    Ok(parts)
}

/// The fractions of the parts, and the parts that a column names.
fn ways(data: &DataSpec) -> (Fractions, Vec<(Part, ColumnPart)>) {
    let mut fractions = Fractions {
        calibration: data.calibration.unwrap_or(0.0),
        ..Fractions::default()
    };
    let mut named = Vec::new();
    for (part, spec) in [
        (Part::Validation, data.validation()),
        (Part::Test, data.test()),
    ] {
        match spec {
            PartSpec::Fraction(fraction) if part == Part::Test => fractions.test = fraction,
            PartSpec::Fraction(fraction) => fractions.validation = fraction,
            PartSpec::Column(column) => named.push((part, column)),
            PartSpec::Off(_) | PartSpec::Files(_) => {}
        }
    }
    (fractions, named)
}

/// Draws the parts of rows by their number, group or stratum.
fn draw(
    table: &Table,
    data: &DataSpec,
    tasks: &[TaskSpec],
    rows: &[usize],
    splitter: &Splitter,
    numbers: &mut Numbers,
) -> Result<Vec<Part>, DataError> {
    match &data.stratify_by {
        Some(name) => by_stratum(table, name, tasks, rows, splitter, numbers),
        None => by_row(table, data.groups(), rows, splitter, numbers),
    }
}

/// Groups stay together where rows are drawn; a column that names parts may divide them all the
/// same.
fn warn_of_divided_groups(
    table: &Table,
    groups: &[String],
    parts: &[Part],
    warnings: &mut Vec<String>,
) -> Result<(), DataError> {
    let columns = group_columns(table, groups)?;
    let mut part_of: HashMap<String, Part> = HashMap::new();
    let mut divided: BTreeSet<String> = BTreeSet::new();
    for (row, &part) in parts.iter().enumerate() {
        if let Some(group) = key(&columns, row)
            && *part_of.entry(group.clone()).or_insert(part) != part
        {
            divided.insert(group);
        }
    }
    if let Some(first) = divided.first() {
        warnings.push(format!(
            "`split_by` cannot keep {} together, such as `{}`: the column that names a part divides \
             them, so rows that are alike are trained on and scored",
            match divided.len() {
                1 => "1 group".to_owned(),
                groups => format!("{groups} groups"),
            },
            first.replace(BETWEEN, "`, `")
        ));
    }
    Ok(())
}

fn group_columns<'a>(table: &'a Table, groups: &[String]) -> Result<Vec<Cells<'a>>, DataError> {
    groups
        .iter()
        .map(|column| cells_of(table, column, "named in `[data] split_by`"))
        .collect()
}

/// Takes the rows that a column names; whether there is one.
fn by_column(
    table: &Table,
    part: Part,
    ColumnPart { column, value }: &ColumnPart,
    parts: &mut [Option<Part>],
) -> Result<bool, DataError> {
    let cells = cells_of(
        table,
        column,
        &format!("it names the {} rows", part.as_str()),
    )?;
    let wanted: Vec<_> = value
        .as_slice()
        .iter()
        .map(|value| class_name(value))
        .collect();
    let mut found = false;
    for (row, slot) in parts.iter_mut().enumerate() {
        if slot.is_none() && cells.text(row).is_some_and(|value| wanted.contains(&value)) {
            *slot = Some(part);
            found = true;
        }
    }
    Ok(found)
}

fn no_such_row(part: Part, ColumnPart { column, value }: &ColumnPart) -> DataError {
    DataError::EmptyPart {
        part: part.as_str(),
        reason: format!("no row has {} in column `{column}`", listed(value)),
        help: "correct the value".to_owned(),
    }
}

fn listed(values: &OneOrMany) -> String {
    let values: Vec<String> = values
        .as_slice()
        .iter()
        .map(|value| format!("`{value}`"))
        .collect();
    values.join(" or ")
}

/// Rows without a group go by their number, like rows where no groups are asked for.
fn by_row(
    table: &Table,
    groups: &[String],
    rows: &[usize],
    splitter: &Splitter,
    numbers: &mut Numbers,
) -> Result<Vec<Part>, DataError> {
    let columns = group_columns(table, groups)?;
    Ok(rows
        .iter()
        .map(|&row| {
            if let Some(group) = key(&columns, row) {
                splitter.group(&group)
            } else {
                let file = table.origins.file_of(row);
                splitter.row(file, numbers.next(file, ""))
            }
        })
        .collect())
}

fn by_stratum(
    table: &Table,
    name: &str,
    tasks: &[TaskSpec],
    rows: &[usize],
    splitter: &Splitter,
    numbers: &mut Numbers,
) -> Result<Vec<Part>, DataError> {
    let columns = strata(table, name, tasks)?;
    Ok(rows
        .iter()
        .map(|&row| {
            let stratum = key(&columns, row).unwrap_or_default();
            let file = table.origins.file_of(row);
            let number = numbers.next(file, &stratum);
            splitter.stratified(file, &stratum, number)
        })
        .collect())
}

/// The columns whose values are the strata of a task, or of a column.
fn strata<'a>(
    table: &'a Table,
    name: &str,
    tasks: &[TaskSpec],
) -> Result<Vec<Cells<'a>>, DataError> {
    let task = tasks.iter().find(|task| task.name == name);
    if let Some(task) = task.filter(|task| task.kind == Kind::Regression) {
        return Err(DataError::StratifyNumbers {
            task: task.name.clone(),
        });
    }
    let single = [name.to_owned()];
    let columns = task.map_or(&single[..], TaskSpec::targets);
    if task.is_none() && table.column(name).is_none() {
        let names = tasks
            .iter()
            .map(|task| task.name.as_str())
            .chain(table.column_names());
        return Err(DataError::AbsentColumn {
            files: files(table),
            column: name.to_owned(),
            role: "named in `[data] stratify_by`, and there is no such task".to_owned(),
            help: match nearest(name, names) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "name a task or a column".to_owned(),
            },
        });
    }
    columns
        .iter()
        .map(|column| cells_of(table, column, "named in `[data] stratify_by`"))
        .collect()
}

/// The values of a row in some columns as one text; `None` if it has none of them.
fn key(columns: &[Cells<'_>], row: usize) -> Option<String> {
    let values: Vec<_> = columns.iter().map(|cells| cells.text(row)).collect();
    values.iter().any(Option::is_some).then(|| {
        values
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
            .join(BETWEEN)
    })
}

/// Numbers the rows of each stratum of each file.
#[derive(Debug, Default)]
struct Numbers(HashMap<(usize, String), u32>);

impl Numbers {
    fn next(&mut self, file: usize, stratum: &str) -> u32 {
        let number = self.0.entry((file, stratum.to_owned())).or_default();
        *number += 1;
        *number - 1
    }
}
