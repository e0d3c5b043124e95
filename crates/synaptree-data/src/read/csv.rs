//! CSV and TSV straight into Arrow columns of text.

use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;

use super::ahead::{Ahead, Shape};
use super::column::{Column, check_names};
use super::layout::{self, Given};
use super::options::ReadOptions;
use super::record::{Dialect, Joint, Record, Scan, cells};
use super::rows::{Header, Opened, Piece, Rows, Types};
use super::separator;
use super::text::Text;
use crate::error::{FileError, LayoutError};
use crate::origin::{Origins, Skipped};
use crate::shown::shown;

/// Opens a CSV file; `known_separator` is what the ending of its name settles.
///
/// Blank lines are skipped, and a column without a name is named `column_<number>`.
pub(super) fn open(
    path: &Path,
    mut text: Text,
    known_separator: Option<char>,
    options: &ReadOptions,
    most: usize,
) -> Result<Opened, FileError> {
    let mut warnings = Vec::new();
    skip(path, &mut text, options.skip_rows)?;
    refuse_json(path, text.rest())?;
    let declared = declared(&mut text)?;
    let named = options.separator.map(|known| known as u8);
    let (separator, joint) = if let Some(known) = named {
        let (rest, ended) = (text.rest(), text.ended());
        (
            known,
            separator::joint(known, rest, ended, options.quote, options.trim),
        )
    } else if let Some(known) = declared.or(known_separator.map(|known| known as u8)) {
        (known, Joint::One)
    } else {
        let found = separator::find(text.rest(), text.ended(), options.quote, options.trim);
        if let Some(rival) = found.rival {
            let [taken, rival] = [found.separator, rival].map(char::from);
            warnings.push(format!(
                "{}: the cells were divided at {taken:?}, and {rival:?} would divide them as \
                 well; set `separator` to be sure",
                shown(path)
            ));
        }
        if found.is_rare {
            warnings.push(format!(
                "{}: the cells were divided at {}, as no usual separator divides the rows; set \
                 `separator = {:?}` to be sure",
                shown(path),
                found.in_words(),
                char::from(found.separator).to_string()
            ));
        }
        (found.separator, found.joint)
    };
    let quote = options
        .quote
        .map(|quote| quote as u8)
        .filter(|&quote| quote != separator);
    let dialect = Dialect {
        separator,
        joint,
        quote,
        trim: options.trim,
    };
    let mut record = Record::new(dialect);
    let Some((bytes, lines)) = first(path, &mut text, &mut record)? else {
        return Err(FileError::Empty { path: path.into() });
    };
    let given = match (options.separator, known_separator) {
        (Some(_), _) => Given::Option,
        (None, Some(_)) if declared.is_none() => Given::Ending,
        _ => Given::Nobody,
    };
    // Whoever names one column wants one.
    if options.names.as_ref().is_none_or(|names| names.len() > 1) {
        layout::check(path, &text, dialect, given)?;
    }
    refuse_rule(path, &text, dialect)?;
    let names = names(path, &text, &record, options)?;
    let header = header_cells(&text, &record, options);
    let skipped = (options.header && options.skip_rows > 0).then(|| Skipped {
        lines: options.skip_rows,
        header: text.line(),
    });
    if options.header {
        text.consume(bytes, lines);
    }
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(name, DataType::Utf8, true))
        .collect();
    let found = Header {
        fields: fields.clone(),
        types: Types::Absent,
        warnings,
        ..Header::default()
    };
    let shape = Shape {
        path: path.into(),
        dialect,
        names,
        header,
        missing: options.missing_lengths(),
        options: options.clone(),
    };
    let rows = CsvRows {
        ahead: Ahead::new(text, shape),
        schema: Arc::new(Schema::new(fields)),
        most,
        skipped,
        begun: false,
    };
    Ok(Opened {
        header: found,
        rows: Box::new(rows),
    })
}

/// Passes over the first lines.
fn skip(path: &Path, text: &mut Text, lines: usize) -> Result<(), FileError> {
    for _ in 0..lines {
        if text.next_line()?.is_none() {
            return Err(FileError::ReadOption {
                option: "skip_rows",
                found: format!("{lines}, more lines than {} has", shown(path)),
                expected: "fewer lines than the file has",
            });
        }
    }
    // What is looked at next is to be as long as at the beginning of a file.
    if lines > 0 && !text.ended() {
        text.more()?;
    }
    Ok(())
}

/// The separator that a first line such as `sep=;` names, as some spreadsheets write it; the line is passed over.
fn declared(text: &mut Text) -> Result<Option<u8>, FileError> {
    let line = text.rest().lines().next().unwrap_or_default();
    let bare = line.trim_matches(['"', ' ']);
    let is_named = bare
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case("sep="));
    let separator = match bare.as_bytes() {
        [_, _, _, _, separator] if is_named && separator.is_ascii() => *separator,
        _ => return Ok(None),
    };
    text.next_line()?;
    Ok(Some(separator))
}

/// Refuses JSON under the name of a table.
fn refuse_json(path: &Path, text: &str) -> Result<(), FileError> {
    let start = text.trim_start();
    let object = start.strip_prefix('[').unwrap_or(start).trim_start();
    let inside = object.strip_prefix('{').map(str::trim_start);
    let is_json = inside.is_some_and(|inside| {
        let mut parts = inside.splitn(3, '"');
        parts.next() == Some("")
            && parts.next().is_some()
            && parts
                .next()
                .is_some_and(|rest| rest.trim_start().starts_with(':'))
    });
    if !is_json {
        return Ok(());
    }
    Err(LayoutError::NotText {
        path: path.into(),
        what: "JSON",
        help: "give a file with one object a line the ending `.jsonl`; `jq -c '.[]' FILE` divides a list of objects",
    }
    .into())
}

/// Refuses the line of dashes below the header of a table in Markdown, which would make words of all numbers.
fn refuse_rule(path: &Path, text: &Text, dialect: Dialect) -> Result<(), FileError> {
    if dialect.separator != b'|' {
        return Ok(());
    }
    let records = cells(text.rest(), text.ended(), dialect, 2);
    let is_rule =
        |cell: &&String| cell.len() >= 3 && cell.bytes().all(|byte| b"-:=+".contains(&byte));
    let [_, second] = records.as_slice() else {
        return Ok(());
    };
    let mut filled = second.iter().filter(|cell| !cell.is_empty()).peekable();
    if filled.peek().is_none() || !filled.all(|cell| is_rule(&cell)) {
        return Ok(());
    }
    Err(LayoutError::NotText {
        path: path.into(),
        what: "a line of dashes below the header, as in Markdown",
        help: "delete that line",
    }
    .into())
}

/// The cells of the first record, where another like it can only be the header of a file that was joined to this one.
fn header_cells(text: &Text, record: &Record, options: &ReadOptions) -> Option<Vec<String>> {
    if !options.header || options.names.is_some() || record.width() < 2 {
        return None;
    }
    let mut scratch = String::new();
    let cells: Vec<String> = (0..record.width())
        .map(|index| record.cell(text.rest(), index, &mut scratch).to_owned())
        .collect();
    // Numbers may well stand in a row.
    let is_word = |cell: &String| !cell.is_empty() && cell.parse::<f64>().is_err();
    cells.iter().any(is_word).then_some(cells)
}

/// Goes to the first record that is not a blank line; the bytes and line ends that it has.
fn first(
    path: &Path,
    text: &mut Text,
    record: &mut Record,
) -> Result<Option<(usize, u64)>, FileError> {
    while !text.rest().is_empty() || !text.ended() {
        match record.scan(text.rest(), text.ended()) {
            Scan::Incomplete => text.more()?,
            Scan::Record { bytes, lines } if record.is_blank() => text.consume(bytes, lines),
            Scan::Record { bytes, lines } => return Ok(Some((bytes, lines))),
            broken => {
                let quote = record.quote();
                return Err(broken.fault(path, text.line(), quote, text.rest()));
            }
        }
    }
    Ok(None)
}

/// The rows of a CSV file as columns of text.
struct CsvRows {
    ahead: Ahead,
    schema: SchemaRef,
    most: usize,
    skipped: Option<Skipped>,
    begun: bool,
}

impl Rows for CsvRows {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let path = self.ahead.path();
        let fields = self.schema.fields();
        let mut columns = vec![Column::default(); fields.len()];
        let mut origins = Origins::lines_of(path).below(self.skipped);
        while origins.len() < self.most {
            let Some(piece) = self.ahead.next(self.most - origins.len())? else {
                break;
            };
            for ((column, field), part) in columns.iter_mut().zip(fields).zip(piece.columns) {
                column.push(self.ahead.path(), field.name(), part)?;
            }
            for (line, rows) in piece.lines {
                origins.push_run(line, rows);
            }
        }
        if origins.is_empty() {
            return if self.begun {
                Ok(None)
            } else {
                Err(FileError::HeaderOnly {
                    path: self.ahead.path().into(),
                    columns: fields.len(),
                    help: "if its first line is a row, set `header = false`",
                })
            };
        }
        self.begun = true;
        let columns = columns.into_par_iter().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .expect("every row was pushed to every column");
        Ok(Some((batch, origins)))
    }
}

/// The names of the columns, from the options or from the first record.
fn names(
    path: &Path,
    text: &Text,
    record: &Record,
    options: &ReadOptions,
) -> Result<Vec<String>, FileError> {
    let (line, found) = (text.line(), record.width());
    if let Some(names) = &options.names {
        if names.len() != found {
            let (path, expected) = (path.into(), names.len());
            return Err(FileError::NameCount {
                path,
                line,
                found,
                expected,
            });
        }
        check_names(path, None, names.iter().map(String::as_str))?;
        return Ok(names.clone());
    }
    let mut scratch = String::new();
    let names: Vec<String> = (0..found)
        .map(
            |index| match record.cell(text.rest(), index, &mut scratch) {
                name if options.header && !name.is_empty() => name.to_owned(),
                _ => format!("column_{}", index + 1),
            },
        )
        .collect();
    check_names(path, Some(line), names.iter().map(String::as_str))?;
    Ok(names)
}
