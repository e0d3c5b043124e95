//! Looking columns up, with an explanation when they are not there.

use arrow_array::ArrayRef;
use synaptree_config::nearest;

use crate::cells::Cells;
use crate::error::DataError;
use crate::origin::Skipped;
use crate::shown::shown;
use crate::table::Table;

/// The files of a table, for messages.
pub(crate) fn files(table: &Table) -> String {
    let paths: Vec<String> = table
        .origins
        .files()
        .iter()
        .filter_map(|file| Some(shown(file.path.as_deref()?)))
        .collect();
    match paths.as_slice() {
        [] => "the table".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// Most columns that a message lists.
const LISTED: usize = 12;

/// A column that is not there.
pub(crate) fn absent(table: &Table, column: &str, role: &str) -> DataError {
    absent_among(table, column, role, &[], table.column_names())
}

/// A column that is not there, as others are not; `free` are the columns that it may be called in the table.
pub(crate) fn absent_among<'a>(
    table: &'a Table,
    column: &str,
    role: &str,
    others: &[&str],
    free: impl Iterator<Item = &'a str>,
) -> DataError {
    let listed = |names: &mut dyn Iterator<Item = &str>, all: usize| {
        let mut names: Vec<String> = names.take(LISTED).map(|name| format!("`{name}`")).collect();
        if all > LISTED {
            names.push("…".to_owned());
        }
        names.join(", ")
    };
    let own = if let Some(close) = nearest(column, free) {
        format!("did you mean `{close}`?")
    } else {
        let columns = listed(&mut table.column_names(), table.batch.num_columns());
        format!("its columns are {columns}")
    };
    let help = match others.len() {
        0 => own,
        1 => format!("nor `{}`; {own}", others[0]),
        more => format!(
            "nor {more} other inputs: {}; {own}",
            listed(&mut others.iter().copied(), more)
        ),
    };
    let help = match table.origins.skipped() {
        None => help,
        // A line that is none of the header reads as names all the same.
        Some(Skipped { lines, header }) => format!(
            "{help}; line {header} was taken as the header, as `skip_rows = {lines}` says: if another line is, correct \
             `skip_rows` or the lines above it"
        ),
    };
    DataError::AbsentColumn {
        files: files(table),
        column: column.to_owned(),
        role: role.to_owned(),
        help,
    }
}

/// A column by its name.
pub(crate) fn found_in<'a>(
    table: &'a Table,
    column: &str,
    role: &str,
) -> Result<&'a ArrayRef, DataError> {
    table
        .column(column)
        .ok_or_else(|| absent(table, column, role))
}

/// The cells of a column by its name.
pub(crate) fn cells_of<'a>(
    table: &'a Table,
    column: &str,
    role: &str,
) -> Result<Cells<'a>, DataError> {
    Cells::new(found_in(table, column, role)?).map_err(|found| DataError::UnusableColumn {
        files: files(table),
        column: column.to_owned(),
        role: role.to_owned(),
        found: format!("values of type {found}"),
        help: "store it as text, numbers, booleans or lists",
    })
}

/// The first places of some rows, and how many more there are.
pub(crate) fn places(table: &Table, rows: &[usize]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = rows
        .iter()
        .take(SHOWN)
        .map(|&row| table.origin(row).to_string())
        .collect();
    match rows.len().saturating_sub(SHOWN) {
        0 => shown.join("; "),
        more => format!("{} and {more} more", shown.join("; ")),
    }
}
