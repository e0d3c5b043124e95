//! Which line of which file a row came from.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::shown::shown;

/// What the numbers of a file's rows count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Lines of a text file, from 1.
    Line,
    /// Rows of a file without lines, from 1.
    Row,
}

/// One file of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where the file is; `None` for rows that were made in memory.
    pub path: Option<PathBuf>,
    /// How many rows it gave.
    pub rows: usize,
    /// What the numbers of its rows count.
    pub unit: Unit,
}

/// Where each row of a table came from.
///
/// Rows mostly follow each other line by line, so only the places where they do not are kept:
/// a table of twenty million rows needs a few bytes here.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Origins {
    files: Vec<SourceFile>,
    runs: Vec<Run>,
    rows: usize,
    before: Before,
    skipped: Option<Skipped>,
}

/// The lines that were passed over above the header of the first file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// How many.
    pub(crate) lines: usize,
    /// The line that was taken for the header.
    pub(crate) header: u64,
}

/// What was read before the first row, where a table is one chunk of a longer reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Before {
    files: usize,
    rows: u64,
}

/// Rows from `row` on stand in file `file` at `number`, `number + 1`, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    row: usize,
    file: usize,
    number: u64,
}

/// The place of one row, for messages.
///
/// # Example
///
/// ```
/// use std::path::Path;
/// use synaptree_data::{Origin, Unit};
///
/// let origin = Origin { path: Some(Path::new("zoo.csv")), number: 7, unit: Unit::Line };
/// assert_eq!(origin.to_string(), "zoo.csv, line 7");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The file; `None` for rows that were made in memory.
    pub path: Option<&'a Path>,
    /// Line or row, from 1.
    pub number: u64,
    /// Which of the two.
    pub unit: Unit,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = self.path {
            write!(f, "{}, ", shown(path))?;
        }
        match self.unit {
            Unit::Line => write!(f, "line {}", self.number),
            Unit::Row => write!(f, "row {}", self.number),
        }
    }
}

impl Origins {
    /// The origins of rows that were made in memory.
    pub fn in_memory(rows: usize) -> Self {
        Self::rows_of(None, 1, rows)
    }

    /// The origins of rows of a file without lines, the first of them row `number`.
    pub(crate) fn rows_of(path: Option<PathBuf>, number: u64, rows: usize) -> Self {
        Self {
            files: vec![SourceFile {
                path,
                rows,
                unit: Unit::Row,
            }],
            runs: vec![Run {
                row: 0,
                file: 0,
                number,
            }],
            rows,
            before: Before::default(),
            skipped: None,
        }
    }

    /// A text file whose rows are still to be pushed.
    pub(crate) fn lines_of(path: &Path) -> Self {
        let file = SourceFile {
            path: Some(path.into()),
            rows: 0,
            unit: Unit::Line,
        };
        Self {
            files: vec![file],
            runs: Vec::new(),
            rows: 0,
            before: Before::default(),
            skipped: None,
        }
    }

    /// The same rows, of a file in which lines were passed over above the header.
    pub(crate) fn below(mut self, skipped: Option<Skipped>) -> Self {
        self.skipped = skipped;
        self
    }

    /// The lines that were passed over above the header of the first file.
    pub(crate) fn skipped(&self) -> Option<Skipped> {
        self.skipped
    }

    /// Rows taken from other tables: for each the number of its file and its line or row there.
    pub(crate) fn of_rows(
        mut files: Vec<SourceFile>,
        places: impl IntoIterator<Item = (usize, u64)>,
    ) -> Self {
        for file in &mut files {
            file.rows = 0;
        }
        let mut origins = Self {
            files,
            runs: Vec::new(),
            rows: 0,
            before: Before::default(),
            skipped: None,
        };
        for (file, number) in places {
            let row = origins.rows;
            let follows = origins.runs.last().is_some_and(|run| {
                run.file == file && run.number + (row - run.row) as u64 == number
            });
            if !follows {
                origins.runs.push(Run { row, file, number });
            }
            origins.files[file].rows += 1;
            origins.rows += 1;
        }
        origins
    }

    /// Adds the next row of the last file.
    pub(crate) fn push(&mut self, line: u64) {
        let file = self.files.len() - 1;
        let follows = self.runs.last().is_some_and(|run| {
            run.file == file && run.number + (self.rows - run.row) as u64 == line
        });
        if !follows {
            self.runs.push(Run {
                row: self.rows,
                file,
                number: line,
            });
        }
        self.rows += 1;
        self.files[file].rows += 1;
    }

    /// Adds rows of the last file that stand on lines that follow each other.
    pub(crate) fn push_run(&mut self, line: u64, rows: usize) {
        if rows == 0 {
            return;
        }
        self.push(line);
        let file = self.files.len() - 1;
        self.files[file].rows += rows - 1;
        self.rows += rows - 1;
    }

    /// The same rows, behind so many files and rows that were read before.
    pub(crate) fn behind(mut self, files: usize, rows: u64) -> Self {
        self.before = Before { files, rows };
        self
    }

    /// Leaves the first rows of a table of one file.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.rows = self.rows.min(rows);
        self.runs.retain(|run| run.row < rows);
        for file in &mut self.files {
            file.rows = self.rows;
        }
    }

    /// Appends the rows of another table; a chunk that goes on in the last file adds no file.
    pub(crate) fn append(&mut self, other: Origins) {
        let (mut files, rows) = (self.files.len(), self.rows);
        let mut further = other.files.into_iter().peekable();
        let goes_on = other.before.rows == self.before.rows + rows as u64
            && other.before.files + 1 == self.before.files + files;
        if let (true, Some(last), Some(first)) = (goes_on, self.files.last_mut(), further.peek())
            && last.path == first.path
        {
            last.rows += first.rows;
            further.next();
            files -= 1;
        }
        self.files.extend(further);
        self.runs.extend(other.runs.into_iter().map(|run| Run {
            row: run.row + rows,
            file: run.file + files,
            number: run.number,
        }));
        self.rows += other.rows;
    }

    /// The files, in the order of their rows.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Where a row stands.
    ///
    /// # Panics
    ///
    /// If `row` is not below [`Origins::len`].
    pub fn get(&self, row: usize) -> Origin<'_> {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        let run = self.runs[self.runs.partition_point(|run| run.row <= row) - 1];
        let file = &self.files[run.file];
        Origin {
            path: file.path.as_deref(),
            number: run.number + (row - run.row) as u64,
            unit: file.unit,
        }
    }

    /// Number of the file that a row came from, from 0, among all files that were read together.
    ///
    /// # Panics
    ///
    /// If `row` is not below [`Origins::len`].
    pub fn file_of(&self, row: usize) -> usize {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        self.before.files + self.runs[self.runs.partition_point(|run| run.row <= row) - 1].file
    }

    /// Position of a row, from 0, among all rows that were read together: in a chunk of
    /// [`read_chunks`](crate::read_chunks) the rows of the chunks before it count too.
    ///
    /// # Panics
    ///
    /// If `row` is not below [`Origins::len`].
    pub fn position(&self, row: usize) -> u64 {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        self.before.rows + row as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_taken_out_keep_their_places() {
        let mut origins = Origins::lines_of(Path::new("a.csv"));
        (2..9).for_each(|line| origins.push(line));
        let taken = Origins::of_rows(origins.files().to_vec(), [(0, 3), (0, 4), (0, 8)]);
        let places: Vec<String> = (0..3).map(|row| taken.get(row).to_string()).collect();
        assert_eq!(places, ["a.csv, line 3", "a.csv, line 4", "a.csv, line 8"]);
        assert_eq!((taken.runs.len(), taken.files()[0].rows), (2, 3));
    }

    #[test]
    fn lines_survive_gaps_and_further_files() {
        let mut origins = Origins::lines_of(Path::new("a.csv"));
        for line in [2, 3, 7, 8] {
            origins.push(line);
        }
        origins.append(Origins::rows_of(Some("b.parquet".into()), 1, 2));
        let places: Vec<String> = (0..6).map(|row| origins.get(row).to_string()).collect();
        assert_eq!(
            places,
            [
                "a.csv, line 2",
                "a.csv, line 3",
                "a.csv, line 7",
                "a.csv, line 8",
                "b.parquet, row 1",
                "b.parquet, row 2"
            ]
        );
        assert_eq!(origins.runs.len(), 3);
        assert_eq!(origins.file_of(3), 0);
        assert_eq!(origins.file_of(4), 1);
        assert_eq!(origins.files()[0].rows, 4);
        assert_eq!(origins.position(5), 5);
    }

    #[test]
    fn a_chunk_counts_the_files_and_rows_before_it() {
        let chunk = Origins::rows_of(Some("c.parquet".into()), 41, 3).behind(2, 1040);
        assert_eq!(chunk.get(1).to_string(), "c.parquet, row 42");
        assert_eq!((chunk.file_of(1), chunk.position(1)), (2, 1041));
    }

    #[test]
    fn chunks_of_one_file_are_one_file_again() {
        let chunk = |path: &str, number, rows| Origins::rows_of(Some(path.into()), number, rows);
        let mut whole = chunk("a.parquet", 1, 3).behind(0, 0);
        whole.append(chunk("a.parquet", 4, 2).behind(0, 3));
        whole.append(chunk("b.parquet", 1, 4).behind(1, 5));
        whole.append(chunk("b.parquet", 5, 1).behind(1, 9));
        let files: Vec<_> = whole.files().iter().map(|file| file.rows).collect();
        assert_eq!(files, [5, 5]);
        assert_eq!(whole.get(3).to_string(), "a.parquet, row 4");
        assert_eq!(whole.get(9).to_string(), "b.parquet, row 5");
        assert_eq!(whole.file_of(9), 1);
    }

    #[test]
    fn tables_that_were_read_apart_stay_apart() {
        let mut both = Origins::in_memory(2);
        both.append(Origins::in_memory(3));
        assert_eq!(both.files().len(), 2);
        assert_eq!((both.file_of(1), both.file_of(2)), (0, 1));
    }
}
