//! What can be wrong with how a text file is laid out.

use std::path::PathBuf;

use synaptree_config::counted;

use crate::shown::shown;

/// How the content of a text file differs from what its name and the reading options say.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// A file that holds no text where text is expected.
    #[error("{}: found {what}, expected a table as text; {help}", shown(path))]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it seems to be, with its article.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },

    /// A pipe or a device, which gives its bytes only once.
    #[error(
        "{}: this is a pipe or a device and no file; files are read several times, so write it to one first and name \
         that",
        shown(path)
    )]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },

    /// A separator that is not in the file, where another one divides all its rows alike.
    #[error(
        "{}, line {line}: the cells are divided at {given}, which leaves one column; {likely} divides it into \
         {columns}; set `separator = {likely}` under `[data]`, or give `--separator {likely}` to `init` and \
         `describe`",
        shown(path)
    )]
    WrongSeparator {
        /// The file.
        path: PathBuf,
        /// The line of the header.
        line: u64,
        /// The separator that was tried, and who chose it.
        given: String,
        /// The one that fits, as it is written in an experiment file.
        likely: String,
        /// How many columns that gives.
        columns: usize,
    },

    /// Lines above the header that are no part of the table.
    #[error(
        "{}, line {line}: found {}, but {expected} in line {header} and in those below it; if {above} no part of the \
         table and line {header} begins it, set `skip_rows = {skip}` under `[data]`, or give `--skip-rows {skip}` to \
         `init` and `describe`",
        shown(path), counted(*found, "value")
    )]
    TitleLines {
        /// The file.
        path: PathBuf,
        /// The first line that is not blank.
        line: u64,
        /// The values in it.
        found: usize,
        /// The line from which on all rows have as many values.
        header: u64,
        /// How many.
        expected: usize,
        /// The lines above, with a verb: "line 1 is".
        above: String,
        /// How many lines are to be passed over.
        skip: u64,
    },

    /// A line that repeats the header.
    #[error(
        "{}, line {line}: the line repeats the names of the columns; files with a header each were probably joined \
         into one: remove the line and others like it, or name the files one by one",
        shown(path)
    )]
    RepeatedHeader {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
}

/// What to do about a name that two columns have: few are called like a number.
pub(super) fn of_a_name(name: &str) -> &'static str {
    if name.parse::<f64>().is_ok() {
        "and a number is rarely one: if the line is a row and the file has no header, set `header = false` under `[data]` \
         (`init` finds it out), and if lines above the header are passed over, correct `skip_rows`; else rename one of \
         the columns"
    } else {
        "rename one of them"
    }
}
