//! What can be wrong with data: their files, their columns, their targets.

mod code;
mod file;
mod fitted;
mod layout;
mod target;

use std::path::PathBuf;

pub use self::file::FileError;
pub use self::layout::LayoutError;
pub use self::target::TargetError;
use crate::shown::cell;

/// Why data could not be read, prepared or written: what was found where, what was expected, what
/// to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// A file that does not read as the training files did.
    #[error(
        "{source}; a trained model reads files as its training files were read, so write this one alike, or train again with other settings"
    )]
    FixedReading {
        /// What is wrong with the file.
        source: FileError,
    },

    /// A task cannot be learned from its columns.
    #[error(transparent)]
    Target(#[from] TargetError),

    /// A file that could not be written.
    #[error("{}: the file cannot be written ({source}); {help}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What to check.
        help: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// A table that the chosen format cannot hold.
    #[error("{}: the table cannot be written as {format}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The format, as its ending says.
        format: &'static str,
        /// What is in the way.
        reason: String,
    },

    /// A column that something needs and the file does not have.
    #[error("{files}: there is no column `{column}` ({role}); {help}")]
    AbsentColumn {
        /// The file, or files.
        files: String,
        /// The column.
        column: String,
        /// Who needs it.
        role: String,
        /// The nearest spelling, or the columns there are.
        help: String,
    },

    /// A column of a type that nothing can be read from.
    #[error("{files}: column `{column}` ({role}) holds {found}; {help}")]
    UnusableColumn {
        /// The file, or files.
        files: String,
        /// The column.
        column: String,
        /// Who needs it.
        role: String,
        /// Its type.
        found: String,
        /// What to do.
        help: &'static str,
    },

    /// A column that is asked to be an input and must not be one.
    #[error(
        "column `{column}` cannot be an input of `{input}`: it is {role}; remove it from `columns`"
    )]
    ReservedInput {
        /// The column.
        column: String,
        /// The input that lists it.
        input: String,
        /// What it is instead.
        role: String,
    },

    /// No column is left for the network to see.
    #[error(
        "no column is left as an input{left_out}; name columns under `[[inputs]] columns`, or give one of them a type under `[data] types`"
    )]
    NoInputs {
        /// The columns that were left out and why, as a suffix of the message.
        left_out: String,
    },

    /// A cell where a number is expected.
    #[error(
        "{place}: column `{column}` ({role}) holds `{}`, expected a number{}{more}; {help}",
        cell(value),
        within(value)
    )]
    NotANumber {
        /// The first such cell.
        place: String,
        /// The column.
        column: String,
        /// What the column is for.
        role: String,
        /// The cell.
        value: String,
        /// Further such cells, as a suffix of the message.
        more: String,
        /// What to do.
        help: String,
    },

    /// A cell where yes or no is expected.
    #[error(
        "{place}: column `{column}` ({role}) holds `{}`, expected 0 or 1, yes or no, true or false; {help}",
        cell(value)
    )]
    NotABoolean {
        /// The cell.
        place: String,
        /// The column.
        column: String,
        /// What the column is for.
        role: String,
        /// The cell's value.
        value: String,
        /// What to do.
        help: String,
    },

    /// A cell where a day or a moment is expected.
    #[error(
        "{place}: column `{column}` (an input) holds `{}`, expected a date such as `2024-05-31`, `31.05.2024` or `2024-05-31 09:30`{more}; {help}",
        cell(value)
    )]
    NotADate {
        /// The cell.
        place: String,
        /// The column.
        column: String,
        /// The cell's value.
        value: String,
        /// Further such cells, as a suffix of the message.
        more: String,
        /// What to do.
        help: String,
    },

    /// A weight of a row that is no weight.
    #[error(
        "{place}: column `{column}` (the row weight) holds `{}`, expected a number that is 0 or greater",
        cell(value)
    )]
    RowWeight {
        /// The cell.
        place: String,
        /// The column.
        column: String,
        /// The cell's value.
        value: String,
    },

    /// A row without a place in time.
    #[error(
        "{place}: column `{column}` is empty, but `order_by` sorts the rows by it; fill the cell or remove the row"
    )]
    NoTime {
        /// The row.
        place: String,
        /// The column.
        column: String,
    },

    /// A time that text or number alone cannot put in order.
    #[error(
        "{place}: column `{column}` holds `{}`, which `order_by` cannot place among the others; write every time as a number, or every one from year to second, such as `2024-05-31` or `2024-05-31 09:30`",
        cell(value)
    )]
    Time {
        /// The first such row.
        place: String,
        /// The column.
        column: String,
        /// The cell.
        value: String,
    },

    /// A split by time of data that are not held in memory.
    #[error(
        "`order_by` names column `{column}`, but a split by time needs all rows at once and the data are streamed; set `streaming = false`, or put the parts into files or a column of their own: test = {{ column = \"part\", value = \"test\" }}"
    )]
    StreamedOrder {
        /// The column.
        column: String,
    },

    /// A task whose answers are too many to be collected from streamed data.
    #[error(
        "task `{task}`: column `{column}` holds more than {most} different answers; make the task a regression if they are numbers, merge rare answers, or set `[data] streaming = false` if the data fit in memory"
    )]
    TooManyAnswers {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// How many are collected.
        most: usize,
    },

    /// A part without rows.
    #[error("the {part} part is empty: {reason}; {help}")]
    EmptyPart {
        /// The part.
        part: &'static str,
        /// Why.
        reason: String,
        /// What to do.
        help: String,
    },

    /// Too few rows to learn anything from.
    #[error(
        "the training part has {rows} row, at least 2 are needed; add rows, or take fewer of them for the other parts"
    )]
    OneRow {
        /// How many rows there are.
        rows: usize,
    },

    /// A task whose values cannot divide rows into strata.
    #[error(
        "`stratify_by` names the regression task `{task}`, whose values are not classes; name a task with classes, or a column"
    )]
    StratifyNumbers {
        /// The task.
        task: String,
    },

    /// Columns that do not make a table.
    #[error("the columns do not make a table: {0}")]
    Columns(#[from] arrow_schema::ArrowError),
}

/// The range of numbers, where a value is one beyond it.
fn within(value: &str) -> &'static str {
    if value.parse().is_ok_and(f64::is_finite) {
        " within ±3.4e38"
    } else {
        ""
    }
}
