//! JSON Lines: one object a line, its keys the columns.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};

mod cell;
mod column;
mod kind;

use super::options::ReadOptions;
use super::rows::{Header, Opened, Piece, Rows, Types};
use super::text::Text;
use crate::error::FileError;
use crate::origin::Origins;
use cell::{Cell, Row};
use column::Column;
use kind::Kind;

/// Opens a file of JSON Lines; `text` opens its text, which is read twice: first for the keys and
/// types, then for the rows.
///
/// The columns are the keys in the order in which they first stand; a key that a row lacks is
/// missing there.
pub(super) fn open(
    path: &Path,
    text: impl Fn() -> Result<Text, FileError>,
    options: &ReadOptions,
    most: usize,
    known: Option<&Header>,
) -> Result<Opened, FileError> {
    let header = match known {
        Some(known) => known.clone(),
        None => look(path, text()?, options)?,
    };
    let rows = JsonRows {
        path: path.into(),
        text: text()?,
        schema: Arc::new(Schema::new(header.fields.clone())),
        options: options.clone(),
        most,
        begun: false,
    };
    Ok(Opened {
        header,
        rows: Box::new(rows),
    })
}

/// What a column was found to hold, and the line that showed it.
struct Seen {
    name: String,
    kind: Kind,
    line: u64,
}

/// Finds the columns and their types.
fn look(path: &Path, mut text: Text, options: &ReadOptions) -> Result<Header, FileError> {
    let mut columns: Vec<Seen> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut any = false;
    while let Some((line, content)) = text.next_line()? {
        let Some(row) = parse(path, line, content)? else {
            continue;
        };
        any = true;
        for (name, cell) in &row.cells {
            let kind = Kind::of(cell, options);
            let Some(&place) = places.get(name.as_ref()) else {
                places.insert(name.to_string(), columns.len());
                columns.push(Seen {
                    name: name.to_string(),
                    kind,
                    line,
                });
                continue;
            };
            let seen = &mut columns[place];
            if kind == seen.kind {
                continue;
            }
            let Some(joined) = seen.kind.join(kind) else {
                return Err(FileError::JsonLine {
                    path: path.into(),
                    line,
                    found: format!("{} under the key `{name}`", kind.name()),
                    expected: format!(
                        "{} as in line {}; write the same kind of value in every row",
                        seen.kind.name(),
                        seen.line
                    ),
                });
            };
            if joined != seen.kind {
                (seen.kind, seen.line) = (joined, line);
            }
        }
    }
    if !any {
        return Err(FileError::Empty { path: path.into() });
    }
    if columns.is_empty() {
        return Err(FileError::JsonLine {
            path: path.into(),
            line: 1,
            found: "rows without a key".into(),
            expected: "objects such as `{\"age\": 40, \"city\": \"Ulm\"}`".into(),
        });
    }
    let fields = columns
        .into_iter()
        .map(|seen| Field::new(seen.name, seen.kind.data_type(), true));
    Ok(Header {
        fields: fields.collect(),
        types: Types::Found,
        ..Header::default()
    })
}

/// The object of a line; `None` for a blank line.
fn parse<'a>(path: &Path, line: u64, content: &'a str) -> Result<Option<Row<'a>>, FileError> {
    let content = content.trim();
    if content.is_empty() {
        return Ok(None);
    }
    let wrong = |found: String, expected: &str| FileError::JsonLine {
        path: path.into(),
        line,
        found,
        expected: expected.into(),
    };
    if content.starts_with('[') {
        return Err(wrong(
            "a list".into(),
            "one object a line; divide a list of objects with `jq -c '.[]' FILE`",
        ));
    }
    if !content.starts_with('{') {
        let start: String = content.chars().take(20).collect();
        return Err(wrong(
            format!("`{start}`"),
            "an object such as `{\"age\": 40, \"city\": \"Ulm\"}` on every line",
        ));
    }
    let row: Row<'a> = serde_json::from_str(content).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let at = error.column().saturating_sub(1);
        let word = content
            .get(at..)
            .unwrap_or_default()
            .trim_start_matches('-');
        if let Some(word) = ["NaN", "Infinity"]
            .into_iter()
            .find(|name| word.starts_with(name))
        {
            return wrong(
                format!("`{word}`"),
                "`null` where a value is missing: JSON has no such number",
            );
        }
        let place = format!("no JSON at character {} ({message})", error.column());
        wrong(place, "one whole JSON object on the line")
    })?;
    for (index, (name, cell)) in row.cells.iter().enumerate() {
        if row.cells[..index].iter().any(|(other, _)| other == name) {
            return Err(wrong(
                format!("the key `{name}` twice"),
                "every key once; remove or rename one of the two",
            ));
        }
        let nested = match cell {
            Cell::Object => "an object",
            Cell::Nested => "a list of lists or objects",
            _ => continue,
        };
        return Err(wrong(
            format!("{nested} under the key `{name}`"),
            &format!(
                "a text, a number, true, false, null or a list of texts; give each value inside a \
                 key of its own, such as `{name}_size`"
            ),
        ));
    }
    Ok(Some(row))
}

/// The rows of a file of JSON Lines.
struct JsonRows {
    path: PathBuf,
    text: Text,
    schema: SchemaRef,
    options: ReadOptions,
    most: usize,
    begun: bool,
}

impl Rows for JsonRows {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let fields = self.schema.fields();
        let names = fields.iter().map(|field| field.name().as_str());
        let places: HashMap<&str, usize> = names.zip(0..).collect();
        let mut columns: Vec<Column> = fields
            .iter()
            .map(|field| Column::new(field.data_type()))
            .collect();
        let mut origins = Origins::lines_of(&self.path);
        while origins.len() < self.most {
            let Some((line, content)) = self.text.next_line()? else {
                break;
            };
            let Some(row) = parse(&self.path, line, content)? else {
                continue;
            };
            for (name, cell) in row.cells {
                let Some(&place) = places.get(name.as_ref()) else {
                    return Err(changed(
                        &self.path,
                        format!("line {line} has the new key `{name}`"),
                    ));
                };
                columns[place]
                    .push(origins.len(), cell, &self.options)
                    .map_err(|_| FileError::TooLarge {
                        path: self.path.clone(),
                        column: name.to_string(),
                    })?;
            }
            origins.push(line);
        }
        if origins.is_empty() {
            return if self.begun {
                Ok(None)
            } else {
                Err(changed(&self.path, "there is no row".into()))
            };
        }
        self.begun = true;
        let rows = origins.len();
        let columns: Vec<ArrayRef> = columns
            .into_iter()
            .map(|column| column.finish(rows))
            .collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .expect("every column was filled up to the last row");
        Ok(Some((batch, origins)))
    }
}

/// The file is not what it was when its keys were looked for.
fn changed(path: &Path, reason: String) -> FileError {
    FileError::Changed {
        path: path.into(),
        reason,
    }
}
