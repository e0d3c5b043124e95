//! What can be wrong with a file that is read: its name, its access, its content.

use std::path::PathBuf;

use synaptree_config::counted;

use super::layout::{self, LayoutError};
use crate::shown::shown;

/// Why a file could not be read. Lines count from 1, as editors show them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// No file was named.
    #[error("no data file is named; name a file, a list of files or a glob")]
    NoFiles,

    /// A file that does not exist.
    #[error(
        "{}: there is no such file; check the spelling and the folder (relative paths start at the \
         experiment file that names them, and on the command line at the current folder)",
        shown(path)
    )]
    Missing {
        /// The file that was named.
        path: PathBuf,
    },

    /// An address that this build does not read.
    #[error("`{address}` is an address and not a file: {help}")]
    Remote {
        /// What was named.
        address: String,
        /// What to do.
        help: &'static str,
    },

    /// A file of a store that is not here.
    #[error(transparent)]
    Store(#[from] synaptree_store::StoreError),

    /// A file that exists and cannot be opened or read.
    #[error(
        "{}: the file cannot be read ({source}); check its permissions and the disk",
        shown(path)
    )]
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
        shown(path)
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
    #[error(
        "{}: the file is named twice; its rows would count twice, remove one of the two",
        shown(path)
    )]
    NamedTwice {
        /// The file.
        path: PathBuf,
    },

    /// A `${NAME}` in a path that cannot be filled in.
    #[error(transparent)]
    Variable(#[from] synaptree_config::ExpandError),

    /// A file ending that no reader or writer is known for.
    #[error("{}: {found}; known endings are {known}", shown(path))]
    Extension {
        /// The file.
        path: PathBuf,
        /// What the file ends in.
        found: String,
        /// The endings that are understood.
        known: &'static str,
    },

    /// A file without a byte.
    #[error("{}: the file is empty; expected a header line and rows", shown(path))]
    Empty {
        /// The file.
        path: PathBuf,
    },

    /// A file with column names and without a row.
    #[error(
        "{}: the file has a header ({}) and no row; {help}",
        shown(path), counted(*columns, "column")
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
        "{}{}: columns {first} and {second} are both named `{column}`; column names must differ, {}",
        shown(path), at_line(*line), layout::of_a_name(column)
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
        "{}, line {line}: found {}, expected {expected}; {help}",
        shown(path), counted(*found, "value")
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
        "{}, line {line}: the row has {}, but {} given; give one name a column, or set `separator` if the cells are \
         divided at another character",
        shown(path), counted(*found, "value"), are_given(*expected)
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
        shown(path)
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

    /// What stands in a text file is not laid out as its name and the options say.
    #[error(transparent)]
    Layout(#[from] LayoutError),

    /// A quote that is opened and never closed.
    #[error(
        "{}, line {line}: the quote `{quote}` opened in column {column} is never closed; close it, \
         or switch quoting off with `quote = false`",
        shown(path)
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
        shown(path)
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

    /// A file whose characters are not written in the encoding that it is read with.
    #[error(
        "{}: the file does not fit its encoding ({source}); set `encoding` to the one it was saved \
         with (\"utf-8\", \"latin-1\" or \"utf-16\"), or take it away and save the file as UTF-8",
        shown(path)
    )]
    Encoding {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: std::io::Error,
    },

    /// A packed file that ends before its data does.
    #[error(
        "{}: the {format} file is truncated; copy or download it again",
        shown(path)
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How it is packed.
        format: &'static str,
    },

    /// A file that is named as packed and cannot be unpacked.
    #[error(
        "{}: this is not a valid {format} file ({source}); copy it again, or drop `{ending}` from its \
         name if it is not packed",
        shown(path)
    )]
    NotPacked {
        /// The file.
        path: PathBuf,
        /// How it should be packed.
        format: &'static str,
        /// The ending that says so.
        ending: &'static str,
        /// What the unpacker said.
        source: std::io::Error,
    },

    /// A file that is named `.parquet` and is none.
    #[error(
        "{}: this is not a Parquet file ({reason}); give the file the ending of its format, or \
         write it again",
        shown(path)
    )]
    NotParquet {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A Parquet file that is damaged further in.
    #[error(
        "{}: the Parquet file is damaged ({reason}); write it again",
        shown(path)
    )]
    DamagedParquet {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },

    /// A Parquet file packed in a way that is not understood.
    #[error(
        "{}: column `{column}` is compressed with {codec}; write the file again with zstd, snappy, \
         lz4, gzip or no compression",
        shown(path)
    )]
    ParquetCodec {
        /// The file.
        path: PathBuf,
        /// The first such column.
        column: String,
        /// The name of the compression.
        codec: String,
    },

    /// An Arrow file that cannot be read.
    #[error("{}: the Arrow file cannot be read ({reason}); {help}", shown(path))]
    Arrow {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
        /// What to do.
        help: &'static str,
    },

    /// A line that is no row of JSON Lines.
    #[error("{}, line {line}: found {found}, expected {expected}", shown(path))]
    JsonLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What stands there.
        found: String,
        /// What should, and what to do.
        expected: String,
    },

    /// A line that is not ARFF.
    #[error("{}, line {line}: found {found}, expected {expected}", shown(path))]
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
        shown(path)
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
    #[error("{}, line {line}: {what} not supported yet; {help}", shown(path))]
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
        "{}: column `{column}` holds {second_type}, but {first_type} in {}; a column has one type in all files \
         that are read together: write one of the two again, with the type of the other",
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

    /// A file whose rows do not fit the columns that its header showed.
    #[error(
        "{}: the rows do not fit the columns that the file showed at first ({reason}); read it \
         again once nothing writes to it",
        shown(path)
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },

    /// A renaming of a column that the file does not have.
    #[error("{}: there is no column `{column}` to rename; {help}", shown(path))]
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
        shown(path)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
}

fn are_given(names: usize) -> String {
    let verb = if names == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(names, "column name"))
}

fn at_line(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}
