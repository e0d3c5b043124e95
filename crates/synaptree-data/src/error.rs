//! What can be wrong with a data file, its reading or its writing.

use std::path::PathBuf;

/// Why data could not be read, prepared or written: what was found where, what was expected, what
/// to do. Lines count from 1, as editors show them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// No file was named.
    #[error("no data file is named; name a file, a list of files or a glob")]
    NoFiles,

    /// A file that does not exist.
    #[error(
        "{}: there is no such file; check the spelling and the folder (paths are relative to the \
         experiment file)",
        path.display()
    )]
    Missing {
        /// The file that was named.
        path: PathBuf,
    },

    /// A file that exists and cannot be opened or read.
    #[error("{}: the file cannot be read; check its permissions and the disk", path.display())]
    Unreadable {
        /// The file that was named.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// A folder where a file was expected.
    #[error(
        "{0}: this is a folder, a file was expected; name its files with a glob such as \
         `{0}/*.csv`",
        path.display()
    )]
    Directory {
        /// The folder that was named.
        path: PathBuf,
    },

    /// A glob that matches no file.
    #[error("`{pattern}` matches no file; check the folder and the ending")]
    NoMatch {
        /// The pattern as it was searched.
        pattern: String,
    },

    /// A glob that cannot be understood.
    #[error(
        "`{pattern}` is not a usable glob: {reason}; `*`, `?` and `[a-z]` are \
         understood"
    )]
    Pattern {
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The same file named twice, which would count its rows twice.
    #[error("{}: the file is named twice; its rows would count twice, remove one of the two", path.display())]
    NamedTwice {
        /// The file.
        path: PathBuf,
    },

    /// A `${NAME}` in a path that cannot be filled in.
    #[error(transparent)]
    Variable(#[from] synaptree_config::ExpandError),

    /// A file ending that no reader or writer is known for.
    #[error("{}: {found}; known endings are {known}", path.display())]
    Extension {
        /// The file.
        path: PathBuf,
        /// What the file ends in.
        found: String,
        /// The endings that are understood.
        known: &'static str,
    },

    /// A file without a byte.
    #[error("{}: the file is empty; expected a header line and rows", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },

    /// A file with column names and without a row.
    #[error(
        "{}: the file has a header ({columns} columns) and no row; {help}",
        path.display()
    )]
    HeaderOnly {
        /// The file.
        path: PathBuf,
        /// How many columns the header names.
        columns: usize,
        /// What to do.
        help: &'static str,
    },

    /// Two columns of one name.
    #[error(
        "{}{}: columns {first} and {second} are both named `{column}`; column names must differ, \
         rename one of them",
        path.display(), at_line(*line)
    )]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// The line that names the columns, in a text file.
        line: Option<u64>,
        /// The name they share.
        column: String,
        /// Number of the first of them, from 1.
        first: usize,
        /// Number of the second, from 1.
        second: usize,
    },

    /// A row with another number of values than there are columns.
    #[error(
        "{}, line {line}: found {found} values, expected {expected}; {help}",
        path.display()
    )]
    Ragged {
        /// The file.
        path: PathBuf,
        /// Where the row begins.
        line: u64,
        /// The values in this row.
        found: usize,
        /// The number of columns.
        expected: usize,
        /// What to do.
        help: &'static str,
    },

    /// Another number of names given than there are columns in the file.
    #[error(
        "{}, line {line}: the row has {found} values, but {expected} column names are given; give \
         one name a column",
        path.display()
    )]
    NameCount {
        /// The file.
        path: PathBuf,
        /// The first row.
        line: u64,
        /// The values in the first row.
        found: usize,
        /// The names given.
        expected: usize,
    },

    /// Bytes that are not UTF-8.
    #[error(
        "{}, line {line}: byte {offset} (0x{byte:02X}) is not valid UTF-8; {help}",
        path.display()
    )]
    InvalidUtf8 {
        /// The file.
        path: PathBuf,
        /// The line that holds the byte.
        line: u64,
        /// Its position in the (unpacked) file, from 0.
        offset: u64,
        /// The byte.
        byte: u8,
        /// What to do.
        help: &'static str,
    },

    /// A quote that is opened and never closed.
    #[error(
        "{}, line {line}: the quote `{quote}` opened in column {column} is never closed; close it, \
         or switch quoting off with `quote = false`",
        path.display()
    )]
    UnterminatedQuote {
        /// The file.
        path: PathBuf,
        /// Where the quote opens.
        line: u64,
        /// The column it opens in, from 1.
        column: usize,
        /// The quote character.
        quote: char,
    },

    /// Text between a closing quote and the next separator.
    #[error(
        "{}, line {line}: found `{found}` after the closing quote of column {column}, expected the \
         separator or the end of the line; double a quote inside a quoted value, or switch quoting \
         off with `quote = false`",
        path.display()
    )]
    AfterQuote {
        /// The file.
        path: PathBuf,
        /// The line of the closing quote.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// The character found.
        found: char,
    },

    /// A gzip file that ends before its data does.
    #[error("{}: the gzip file is truncated; copy or download it again", path.display())]
    TruncatedGzip {
        /// The file.
        path: PathBuf,
    },

    /// A file that is named `.gz` and cannot be unpacked.
    #[error(
        "{}: this is not a valid gzip file; copy it again, or drop `.gz` from its name if it is \
         not packed",
        path.display()
    )]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the unpacker said.
        source: std::io::Error,
    },

    /// A file that is named `.parquet` and is none.
    #[error(
        "{}: this is not a Parquet file ({reason}); give the file the ending of its format, or \
         write it again",
        path.display()
    )]
    NotParquet {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A Parquet file that is damaged further in.
    #[error("{}: the Parquet file is damaged ({reason}); write it again", path.display())]
    DamagedParquet {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },

    /// A Parquet file packed in a way that is not understood.
    #[error(
        "{}: column `{column}` is compressed with {codec}; write the file again with snappy, gzip \
         or no compression",
        path.display()
    )]
    ParquetCodec {
        /// The file.
        path: PathBuf,
        /// The first such column.
        column: String,
        /// The name of the compression.
        codec: String,
    },

    /// A line that is not ARFF.
    #[error("{}, line {line}: found {found}, expected {expected}", path.display())]
    ArffLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },

    /// An ARFF value that its attribute does not allow.
    #[error(
        "{}, line {line}: attribute `{attribute}` holds {found}, expected {expected}; correct \
         the value, or write `?` where it is missing",
        path.display()
    )]
    ArffValue {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The name of the attribute.
        attribute: String,
        /// The value.
        found: String,
        /// What the attribute allows.
        expected: String,
    },

    /// A part of a format that is not read.
    #[error("{}, line {line}: {what} not supported yet; {help}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The thing, with its verb: "sparse rows are".
        what: &'static str,
        /// What to do instead.
        help: &'static str,
    },

    /// A reading option that cannot be used.
    #[error("the reading option `{option}` is {found}, expected {expected}")]
    ReadOption {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },

    /// Files that are read as one table and name different columns.
    #[error(
        "{}: the columns differ from those of {}: {difference}; give both files the same columns, \
         or name a file as {{ file, rename }} to let the columns it lacks be missing",
        second.display(), first.display()
    )]
    ColumnsDiffer {
        /// The file that came first.
        first: PathBuf,
        /// The file that differs from it.
        second: PathBuf,
        /// Which columns only one of them has.
        difference: String,
    },

    /// Files that are read as one table and hold a column in different types.
    #[error(
        "{}: column `{column}` holds {second_type}, but {first_type} in {}; store it alike in both \
         files",
        second.display(), first.display()
    )]
    TypesDiffer {
        /// The file that came first.
        first: PathBuf,
        /// The file that differs from it.
        second: PathBuf,
        /// The column.
        column: String,
        /// Its type in the first file.
        first_type: String,
        /// Its type in the second.
        second_type: String,
    },

    /// Files that are read as one table and declare a column differently.
    #[error(
        "{}: column `{column}` is declared otherwise than in {}: {difference}; declare it alike in \
         both files",
        second.display(), first.display()
    )]
    DeclarationsDiffer {
        /// The file that came first.
        first: PathBuf,
        /// The file that differs from it.
        second: PathBuf,
        /// The column.
        column: String,
        /// Where the declarations part.
        difference: String,
    },

    /// A renaming of a column that the file does not have.
    #[error("{}: there is no column `{column}` to rename; {help}", path.display())]
    UnknownRename {
        /// The file.
        path: PathBuf,
        /// The column that was to be renamed.
        column: String,
        /// The nearest spelling, or the columns there are.
        help: String,
    },

    /// A column with more text than one column of a table can hold.
    #[error(
        "{}: column `{column}` holds more than 2 GiB of text, the most one column can; split the \
         data, or leave the column out of the file",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },

    /// A file that could not be written.
    #[error("{}: the file cannot be written; {help}", path.display())]
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
    #[error("{place}: column `{column}` ({role}) holds `{value}`, expected a number{more}; {help}")]
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
        "{place}: column `{column}` ({role}) holds `{value}`, expected 0 or 1, yes or no, true or false; correct it, or add it to `[data] missing`"
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
    },

    /// A weight of a row that is no weight.
    #[error(
        "{place}: column `{column}` (the row weight) holds `{value}`, expected a number that is 0 or greater"
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

    /// Another number of target columns than the kind of the task takes.
    #[error(
        "task `{task}` is {kind} and takes one target column, {found} are given; make it `multilabel`, or give each column a task of its own"
    )]
    TargetCount {
        /// The task.
        task: String,
        /// Its kind.
        kind: &'static str,
        /// How many columns are given.
        found: usize,
    },

    /// A target without a value to learn from.
    #[error(
        "task `{task}`: column `{column}` has no value in any of the {rows} training rows; check the column, and `[data] missing`"
    )]
    AllMissing {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// How many rows were looked at.
        rows: usize,
    },

    /// A target with a single value.
    #[error(
        "task `{task}`: column `{column}` is `{value}` in all of its {rows} labelled training rows, so there is nothing to learn; remove the task, or add rows with other values"
    )]
    ConstantTarget {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// How many rows have a label.
        rows: usize,
    },

    /// A value beside the two of a binary task.
    #[error("{place}: task `{task}` is binary and its values are `{}` and `{}`, but column `{column}` holds `{value}`; correct the cell, add it to `[data] missing`, or make the task `multiclass`", classes[0], classes[1])]
    ThirdValue {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The two values of the task.
        classes: [String; 2],
    },

    /// A positive value that does not occur.
    #[error(
        "task `{task}`: `positive = \"{positive}\"` does not occur in column `{column}`; its values are {found}"
    )]
    NoPositive {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value that was named.
        positive: String,
        /// The values there are.
        found: String,
    },

    /// A value that an ordinal task cannot place.
    #[error("{place}: task `{task}` is ordinal, but `{value}` {reason}; {help}")]
    NoRank {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The value.
        value: String,
        /// Why it has no place.
        reason: String,
        /// What to do.
        help: String,
    },

    /// A class that the training rows do not have.
    #[error(
        "task `{task}`: the class `{class}` occurs only in the {part} rows ({places}), never in training; {help}"
    )]
    UnseenClass {
        /// The task.
        task: String,
        /// The class.
        class: String,
        /// The part it occurs in.
        part: String,
        /// The first rows that have it, and how many more do.
        places: String,
        /// What to do.
        help: String,
    },

    /// A label that the hierarchy of its task does not have.
    #[error("{place}: task `{task}`: the label `{label}` is not in the hierarchy; {help}")]
    UnknownLabel {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The label.
        label: String,
        /// The nearest spelling, or what to do.
        help: String,
    },

    /// A label hierarchy that cannot be built.
    #[error("task `{task}`: its label hierarchy cannot be used")]
    Hierarchy {
        /// The task.
        task: String,
        /// What is wrong with it.
        source: synaptree_tasks::TaskError,
    },

    /// Columns that do not make a table.
    #[error("the columns do not make a table: {0}")]
    Columns(#[from] arrow_schema::ArrowError),
}

fn at_line(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}
