//! Which columns the network sees.

use std::collections::{BTreeMap, BTreeSet};

use super::FitRows;
use super::column::{FittedColumn, not_a_date_help, not_a_number_help};
use super::moment::Dates;
use crate::cells::Cells;
use crate::columns::{absent, files, found_in};
use crate::error::DataError;
use crate::spec::{DataSpec, EncodingSpec, InputSpec, ScalingSpec};
use crate::table::Table;
use crate::typing::{ColumnType, Finding, inspect};
use crate::warn::totals;
use synaptree_tasks::TaskSpec;

/// Columns that must not be inputs, with what they are instead.
pub(crate) fn reserved(data: &DataSpec, tasks: &[TaskSpec]) -> BTreeMap<String, String> {
    let mut reserved: BTreeMap<String, String> = BTreeMap::new();
    for column in data.groups() {
        reserved.insert(column.clone(), GROUP.to_owned());
    }
    for (column, role) in data.reserved() {
        reserved.insert(column.to_owned(), role.to_owned());
    }
    for task in tasks {
        for column in task.targets() {
            reserved.insert(column.clone(), format!("a target of task `{}`", task.name));
        }
    }
    reserved
}

/// The role of columns that may be inputs when they are listed.
const GROUP: &str = "named in `[data] split_by`";

/// Chooses the columns of every input and fits them on the training rows.
pub(crate) fn fit_columns(
    table: &Table,
    rows: FitRows<'_>,
    data: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    warnings: &mut Vec<String>,
) -> Result<Vec<FittedColumn>, DataError> {
    let everything = [InputSpec::default()];
    let inputs = if inputs.is_empty() {
        &everything[..]
    } else {
        inputs
    };
    let reserved = reserved(data, tasks);
    check_types(table, data, &reserved, warnings)?;
    let listed: BTreeSet<&str> = inputs
        .iter()
        .flat_map(|input| input.columns.iter().flatten())
        .map(String::as_str)
        .collect();
    let mut fitted = Vec::new();
    let mut left_out: Vec<(String, String)> = Vec::new();
    for input in inputs {
        for column in columns_of(table, input, &listed, &reserved)? {
            let fit = fit_column(table, &column, rows, data, input)?;
            match fit {
                Ok(fit) => fitted.push(fit),
                Err(reason) => left_out.push((column, reason)),
            }
        }
        check_scaling(table, input, &fitted, warnings)?;
        check_encoding(table, input, &fitted, warnings)?;
    }
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (column, reason) in &left_out {
        by_reason
            .entry(reason)
            .or_default()
            .push(format!("`{column}`"));
    }
    let reasons: Vec<String> = by_reason
        .into_iter()
        .map(|(reason, columns)| format!("{} ({reason})", columns.join(", ")))
        .collect();
    if fitted.is_empty() {
        let left_out = if reasons.is_empty() {
            String::new()
        } else {
            format!("; left out: {}", reasons.join("; "))
        };
        return Err(DataError::NoInputs { left_out });
    }
    warnings.extend(
        reasons
            .into_iter()
            .map(|reason| format!("left out of the inputs: {reason}")),
    );
    Ok(fitted)
}

/// `types` may only name columns that are there; types of targets follow from their task.
fn check_types(
    table: &Table,
    data: &DataSpec,
    reserved: &BTreeMap<String, String>,
    warnings: &mut Vec<String>,
) -> Result<(), DataError> {
    for column in data.types.keys() {
        if table.column(column).is_none() {
            return Err(absent(table, column, "named in `[data] types`"));
        }
        if let Some(role) = reserved.get(column).filter(|role| *role != GROUP) {
            warnings.push(format!(
                "`types` has no effect on column `{column}`: it is {role}, never an input"
            ));
        }
    }
    Ok(())
}

/// `scaling` may only name number columns of its input.
fn check_scaling(
    table: &Table,
    input: &InputSpec,
    fitted: &[FittedColumn],
    warnings: &mut Vec<String>,
) -> Result<(), DataError> {
    let ScalingSpec::Columns(columns) = &input.scaling else {
        return Ok(());
    };
    for column in columns.keys() {
        let role = format!("named in `scaling` of input `{}`", input.name);
        if table.column(column).is_none() {
            return Err(absent(table, column, &role));
        }
        let is_number = fitted
            .iter()
            .any(|fit| fit.input == input.name && fit.name == *column && fit.is_number());
        if !is_number {
            warnings.push(format!(
                "`scaling` of input `{}` has no effect on column `{column}`: it is not one of its \
                 number columns",
                input.name
            ));
        }
    }
    Ok(())
}

/// `encoding` may only name category columns of its input.
fn check_encoding(
    table: &Table,
    input: &InputSpec,
    fitted: &[FittedColumn],
    warnings: &mut Vec<String>,
) -> Result<(), DataError> {
    let EncodingSpec::Columns(columns) = &input.encoding else {
        return Ok(());
    };
    for column in columns.keys() {
        let role = format!("named in `encoding` of input `{}`", input.name);
        if table.column(column).is_none() {
            return Err(absent(table, column, &role));
        }
        let is_category = fitted
            .iter()
            .any(|fit| fit.input == input.name && fit.name == *column && fit.category().is_some());
        if !is_category {
            warnings.push(format!(
                "`encoding` of input `{}` has no effect on column `{column}`: it is not one of its \
                 category columns; types = {{ \"{column}\" = \"category\" }} makes it one",
                input.name
            ));
        }
    }
    Ok(())
}

fn columns_of(
    table: &Table,
    input: &InputSpec,
    listed: &BTreeSet<&str>,
    reserved: &BTreeMap<String, String>,
) -> Result<Vec<String>, DataError> {
    if let Some(columns) = &input.columns {
        for column in columns {
            found_in(
                table,
                column,
                &format!("a column of input `{}`", input.name),
            )?;
            if let Some(role) = reserved.get(column).filter(|role| *role != GROUP) {
                return Err(DataError::ReservedInput {
                    column: column.clone(),
                    input: input.name.clone(),
                    role: role.clone(),
                });
            }
        }
        return Ok(columns.clone());
    }
    for column in &input.exclude {
        found_in(
            table,
            column,
            &format!("named in `exclude` of input `{}`", input.name),
        )?;
    }
    let is_left = |column: &&str| {
        !reserved.contains_key(*column)
            && !listed.contains(column)
            && !input.exclude.iter().any(|excluded| excluded == column)
    };
    Ok(table
        .column_names()
        .filter(is_left)
        .map(str::to_owned)
        .collect())
}

/// The fitted column, or why it is left out.
fn fit_column(
    table: &Table,
    name: &str,
    fit_rows: FitRows<'_>,
    data: &DataSpec,
    input: &InputSpec,
) -> Result<Result<FittedColumn, String>, DataError> {
    let rows = fit_rows.inputs;
    let leave_out = |reason: &str| Ok(Err(reason.to_owned()));
    let asked = data.types.get(name).copied();
    let column = found_in(table, name, "an input")?;
    let cells = match Cells::new(column) {
        Ok(cells) => cells,
        Err(found) if asked.is_none() => {
            return leave_out(&format!("values of type {found} are not read"));
        }
        Err(found) => {
            return Err(DataError::UnusableColumn {
                files: files(table),
                column: name.to_owned(),
                role: "an input".to_owned(),
                found: format!("values of type {found}"),
                help: "store it as text or numbers, or remove it from `types`",
            });
        }
    };
    let has_gaps = rows.iter().any(|&row| cells.is_missing(row));
    let dates = match asked {
        None => Dates::of(&cells, column.data_type(), rows),
        Some(_) => Dates::None,
    };
    let kind = match (
        inspect(&cells, rows, table.declared.get(name), fit_rows.thinned),
        asked,
    ) {
        (Finding::Empty, _) => return leave_out("no value in any training row"),
        (Finding::Constant(_), _) => return leave_out("the same value in every training row"),
        (_, Some(ColumnType::Text)) => return leave_out("text"),
        (Finding::Usable(_) | Finding::Text | Finding::Identifier, None)
            if !matches!(dates, Dates::None) =>
        {
            if let Dates::Nearly(bad) = dates {
                let first = bad[0];
                return Err(DataError::NotADate {
                    place: table.origin(first).to_string(),
                    column: name.to_owned(),
                    value: cells.text(first).unwrap_or_default().into_owned(),
                    more: further(table, &bad[1..]),
                    help: not_a_date_help(name),
                });
            }
            ColumnType::Date
        }
        (_, Some(kind)) | (Finding::Usable(kind), None) => kind,
        (Finding::Text, None) => return leave_out(TEXT),
        (Finding::Identifier, None) => return leave_out(IDENTIFIER),
        (Finding::AlmostNumbers(bad), None) => {
            let first = bad[0];
            return Err(DataError::NotANumber {
                place: table.origin(first).to_string(),
                column: name.to_owned(),
                role: "an input".to_owned(),
                value: cells.text(first).unwrap_or_default().into_owned(),
                more: further(table, &bad[1..]),
                help: if cells.is_too_large(first) {
                    TOO_LARGE.to_owned()
                } else {
                    totals::advise(
                        &cells.text(first).unwrap_or_default(),
                        not_a_number_help(name),
                    )
                },
            });
        }
    };
    let Some(mut fit) = FittedColumn::fit(table, name, &cells, kind, rows, input)? else {
        return match kind {
            ColumnType::Number => leave_out("no number in any training row"),
            ColumnType::Date => leave_out("no date in any training row"),
            _ => leave_out("every value stands in fewer training rows than `rare` asks for"),
        };
    };
    if data.order_by.as_deref() == Some(name) {
        fit.forget_days();
    }
    // One value beside gaps says nothing where gaps are not marked.
    if fit.is_blind_to_gaps() && has_gaps && is_constant(&cells, rows) {
        return leave_out("the same value in every training row that has one");
    }
    Ok(Ok(fit))
}

const TOO_LARGE: &str =
    "divide the whole column or take its logarithm, as numbers of 32 bits are computed with";
const TEXT: &str = "text; set its type under `[data] types` to use it";
const IDENTIFIER: &str =
    "every training row has its own value; set its type under `[data] types` to use it";

fn is_constant(cells: &Cells<'_>, rows: &[usize]) -> bool {
    let mut values = rows.iter().filter_map(|&row| cells.text(row));
    values
        .next()
        .is_none_or(|first| values.all(|value| value == first))
}

/// Further places, as a suffix of a message.
fn further(table: &Table, rows: &[usize]) -> String {
    match rows {
        [] => String::new(),
        [row] => format!(", and so does {}", table.origin(*row)),
        [row, rest @ ..] => {
            format!(
                ", and so do {} and {} more rows",
                table.origin(*row),
                rest.len()
            )
        }
    }
}
