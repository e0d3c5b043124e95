//! Reading a file that nobody has described: whether its first line names the columns, and which
//! words stand for missing values.

use arrow_array::{Array, StringArray};

use crate::cells::class_name;
use crate::error::DataError;
use crate::profile::column::profile;
use crate::read::{ReadOptions, Source, read_first};
use crate::table::Table;
use crate::warn::totals;

/// What the first line of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// It names the columns, or the file names them elsewhere.
    Names,
    /// It is a row: the columns have no names and are called `column_1`, `column_2`, …
    Row,
    /// It numbers the columns; they are called `column_1`, `column_2`, …
    Numbers,
}

/// A table, and what had to be said to read it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The rows.
    pub table: Table,
    /// How they were read.
    pub options: ReadOptions,
    /// What the first line is.
    pub header: Header,
    /// Words that were taken for missing values though the defaults do not say so.
    pub missing_words: Vec<String>,
    /// About how many rows the files have, where only the first were read.
    pub about: Option<u64>,
    /// What the first line calls each column, where it numbers them.
    pub numbers: Vec<String>,
}

impl Reading {
    /// Rows that a look takes where nobody says how many.
    pub const ROWS: usize = 100_000;
}

/// Reads files of which nothing is known: finds out whether the first line names the columns, and
/// which words stand for missing values.
///
/// `known` is what is known of the files: of [`ReadOptions`] all but `header` and `names`, which are found out.
///
/// Only the first `rows` rows are read, and fewer where their columns have more than 256 MiB: whatever
/// the files hold behind them, a look takes seconds and well below a gibibyte.
///
/// # Errors
///
/// As [`read_files`](crate::read_files), for what is wrong with the rows that are read.
///
/// # Example
///
/// ```
/// use synaptree_data::{Header, ReadOptions, Source, read_unknown};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("a.csv");
/// std::fs::write(&path, "1,red\n2,blue\n3,red\n4,blue\n5,red\n").unwrap();
/// let known = ReadOptions::default();
/// let reading = read_unknown(&[Source::from(path.as_path())], &known, 4).unwrap();
/// assert_eq!(reading.header, Header::Row);
/// assert_eq!((reading.table.num_rows(), reading.about), (4, Some(5)));
/// ```
pub fn read_unknown(
    sources: &[Source],
    known: &ReadOptions,
    rows: usize,
) -> Result<Reading, DataError> {
    let mut options = ReadOptions {
        header: false,
        names: None,
        ..known.clone()
    };
    let first = read_first(sources.get(..1).unwrap_or_default(), &options, COMPARED)?.table;
    let header = if is_unnamed(&first) {
        look_at_first_line(&first)
    } else {
        Header::Names
    };
    options.header = header != Header::Row;
    if header != Header::Names {
        options.names = Some(first.column_names().map(str::to_owned).collect());
    }
    let mut numbers = Vec::new();
    if header == Header::Numbers {
        let cells = first.column_names().filter_map(|name| first.text(name));
        let cell = |texts: &StringArray| {
            if texts.is_valid(0) {
                texts.value(0).trim().to_owned()
            } else {
                String::new()
            }
        };
        numbers = cells.map(cell).collect();
    }
    drop(first);
    let mut first = read_first(sources, &options, rows)?;
    let mut missing_words: Vec<String> = Vec::new();
    for name in first.table.column_names() {
        for (word, _) in profile(&first.table, name).missing_words {
            if !missing_words.contains(&word) {
                missing_words.push(word);
            }
        }
    }
    missing_words.sort();
    if !missing_words.is_empty() {
        options.missing.extend(missing_words.iter().cloned());
        first = read_first(sources, &options, rows)?;
    }
    if first.about.is_none() {
        let said = totals::find(&first.table);
        first.table.warnings.extend(said);
    }
    Ok(Reading {
        table: first.table,
        about: first.about,
        options,
        header,
        missing_words,
        numbers,
    })
}

/// Whether the reader had to make the names of the columns up, which it does for text files alone.
fn is_unnamed(table: &Table) -> bool {
    table
        .column_names()
        .enumerate()
        .all(|(index, name)| name == format!("column_{}", index + 1))
}

/// Most rows that are compared with the first one.
const COMPARED: usize = 2000;

/// Compares the cells of the first line with those below.
///
/// | Cells below | First cell | Speaks for |
/// |---|---|---|
/// | numbers | a word | names |
/// | numbers | a number | a row |
/// | words that recur | one of them | a row |
/// | words that recur | another word | names |
fn look_at_first_line(table: &Table) -> Header {
    let rows = table.num_rows().min(COMPARED);
    let columns: Vec<_> = table
        .column_names()
        .filter_map(|name| table.text(name))
        .collect();
    let cell = |column: usize, row: usize| {
        let texts = columns[column];
        (!texts.is_null(row)).then(|| texts.value(row))
    };
    let first: Vec<Option<&str>> = (0..columns.len()).map(|column| cell(column, 0)).collect();
    if rows < 2 {
        return Header::Names;
    }
    if counts_columns(&first) {
        return Header::Numbers;
    }
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let (mut names, mut row) = (0, 0);
    for (column, head) in first.iter().enumerate() {
        let Some(head) = head else { continue };
        let below: Vec<&str> = (1..rows).filter_map(|row| cell(column, row)).collect();
        if below.is_empty() {
            continue;
        }
        let numbers = below.iter().filter(|text| is_number(text)).count();
        if 10 * numbers >= 9 * below.len() {
            if is_number(head) {
                row += 1;
            } else {
                names += 1;
            }
            continue;
        }
        let distinct: std::collections::BTreeSet<&str> = below.iter().copied().collect();
        if distinct.contains(head) {
            row += 1;
        } else if 2 * distinct.len() <= below.len() {
            names += 1;
        }
    }
    let repeated = first.iter().enumerate().find_map(|(index, head)| {
        let name = head.map(class_name)?;
        let mut before = first[..index].iter().flatten();
        let is_same = before.any(|other| class_name(other) == name);
        is_same.then_some(name)
    });
    match repeated {
        _ if row > names => Header::Row,
        // Names that stand twice are a mistake, which reading the file tells.
        Some(word) if is_number(&word) || row == names => Header::Numbers,
        _ => Header::Names,
    }
}

/// Whether the cells are 0, 1, 2, … or 1, 2, 3, … but for the last one.
fn counts_columns(first: &[Option<&str>]) -> bool {
    let counted = |start: usize| {
        let (_, counted) = first.split_last().unwrap_or((&None, &[]));
        counted.len() >= 3
            && counted
                .iter()
                .enumerate()
                .all(|(index, cell)| *cell == Some((start + index).to_string().as_str()))
    };
    counted(0) || counted(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn unknown(path: &Path) -> Result<Reading, DataError> {
        let known = ReadOptions::default();
        read_unknown(&[Source::from(path)], &known, Reading::ROWS)
    }

    fn read(text: &str) -> Reading {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        unknown(&path).unwrap()
    }

    fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
        (0..count).map(|n| row(n) + "\n").collect()
    }

    #[test]
    fn words_above_numbers_are_names() {
        let text = format!("size,kind\n{}", rows(9, |n| format!("{n},{}", n % 2)));
        let reading = read(&text);
        assert_eq!(reading.header, Header::Names);
        assert_eq!(
            reading.table.column_names().collect::<Vec<_>>(),
            ["size", "kind"]
        );
    }

    #[test]
    fn a_first_line_like_all_others_is_a_row() {
        let reading = read(&rows(12, |n| format!("{n}, {}", ["red", "blue"][n % 2])));
        assert_eq!(reading.header, Header::Row);
        assert_eq!(reading.options.names.unwrap(), ["column_1", "column_2"]);
        assert!(!reading.options.header);
        assert_eq!(reading.table.num_rows(), 12);
    }

    #[test]
    fn a_line_that_counts_the_columns_is_no_row() {
        let text = format!(
            "0,1,2,3,0\n{}",
            rows(20, |n| format!("{n},1.5,2,{n},{}", n % 3))
        );
        let reading = read(&text);
        assert_eq!(reading.header, Header::Numbers);
        assert_eq!(reading.table.num_rows(), 20);
        assert_eq!(reading.table.column_names().last(), Some("column_5"));
    }

    #[test]
    fn words_that_stand_twice_are_a_mistake_and_numbers_count_the_columns() {
        let text = format!(
            "size,size,kind\n{}",
            rows(9, |n| format!("{n},{n},{}", n % 2))
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        let error = unknown(&path).unwrap_err();
        assert_eq!(error.code(), "data/duplicate-column", "{error}");

        let text = format!("0,1,2,3,0\n{}", rows(20, |n| format!("{n},1.5,2,{n},a")));
        let reading = read(&text);
        assert_eq!(reading.header, Header::Numbers);
        assert_eq!(reading.numbers, ["0", "1", "2", "3", "0"]);
    }

    #[test]
    fn words_for_missing_values_are_read_as_gaps() {
        let text = format!(
            "size,kind\n{}",
            rows(40, |n| if n == 7 {
                "NULL,1".to_owned()
            } else {
                format!("{},{}", n * 7 % 31, n % 2)
            })
        );
        let reading = read(&text);
        assert_eq!(reading.missing_words, ["NULL"]);
        let size = reading.table.text("size").unwrap();
        assert_eq!(size.iter().filter(Option::is_none).count(), 1);
    }
}
