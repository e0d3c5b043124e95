//! The rows of a CSV file, read and parsed on all threads ahead of where they are asked for.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use arrow_array::StringArray;
use arrow_array::builder::StringBuilder;
use rayon::prelude::*;

use super::block::Block;
use super::column::push_text;
use super::options::ReadOptions;
use super::record::{Dialect, Record, Scan};
use super::text::Text;
use crate::error::{FileError, LayoutError};

/// The most blocks that are parsed at once.
const MOST_BLOCKS: usize = 16;

/// What a block is parsed by.
pub(super) struct Shape {
    pub(super) path: PathBuf,
    pub(super) dialect: Dialect,
    /// The names of the columns.
    pub(super) names: Vec<String>,
    /// The header as it stands in the file, where no row may repeat it.
    pub(super) header: Option<Vec<String>>,
    pub(super) options: ReadOptions,
    /// How long the missing spellings are.
    pub(super) missing: u64,
}

/// Rows that follow each other.
pub(super) struct Parsed {
    pub(super) columns: Vec<StringArray>,
    /// Lines that follow each other: the first, and how many.
    pub(super) lines: Vec<(u64, usize)>,
    rows: usize,
}

/// Blocks of a text as columns, in order.
///
/// While some blocks are parsed, each by one thread, the next ones are read. Where a text is divided
/// depends on the text alone, and whoever takes rows takes them in their order, so nothing depends
/// on the number of threads.
pub(super) struct Ahead {
    text: Text,
    shape: Shape,
    /// What was read and not parsed.
    blocks: Vec<Block>,
    /// What was parsed and not taken; behind an error nothing follows.
    parsed: VecDeque<Result<Parsed, FileError>>,
    /// What broke off the reading, behind all blocks.
    broken: Option<FileError>,
    ended: bool,
}

impl Ahead {
    pub(super) fn new(text: Text, shape: Shape) -> Self {
        Self {
            text,
            shape,
            blocks: Vec::new(),
            parsed: VecDeque::new(),
            broken: None,
            ended: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.shape.path
    }

    /// The next rows, at most so many and at least one; `None` behind the last.
    pub(super) fn next(&mut self, most: usize) -> Result<Option<Parsed>, FileError> {
        loop {
            if let Some(parsed) = self.parsed.pop_front() {
                let mut parsed = parsed?;
                if let Some(rest) = parsed.split_off(most) {
                    self.parsed.push_front(Ok(rest));
                }
                if parsed.rows > 0 {
                    return Ok(Some(parsed));
                }
            } else if !self.blocks.is_empty() || !self.ended {
                self.advance();
            } else {
                return self.broken.take().map_or(Ok(None), Err);
            }
        }
    }

    /// Parses the blocks that were read, and reads further ones.
    fn advance(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        let (text, shape, ended) = (&mut self.text, &self.shape, &mut self.ended);
        let parse = || {
            blocks
                .par_iter()
                .map(|block| parse(block, shape))
                .collect::<Vec<_>>()
        };
        let read = || {
            let mut record = Record::new(shape.dialect);
            let most = (2 * rayon::current_num_threads()).min(MOST_BLOCKS);
            let mut blocks = Vec::new();
            while blocks.len() < most && !*ended {
                match Block::take(text, &mut record) {
                    Ok(Some(block)) => blocks.push(block),
                    Ok(None) => *ended = true,
                    Err(error) => {
                        *ended = true;
                        return (blocks, Some(error));
                    }
                }
            }
            (blocks, None)
        };
        let (parsed, (blocks, broken)) = rayon::join(parse, read);
        for (parsed, fault) in parsed {
            self.parsed.push_back(Ok(parsed));
            if let Some(fault) = fault {
                self.parsed.push_back(Err(fault));
                self.ended = true;
                return;
            }
        }
        self.blocks = blocks;
        self.broken = broken;
    }
}

impl Parsed {
    /// Leaves the first rows, and gives those behind them where there are more.
    fn split_off(&mut self, most: usize) -> Option<Self> {
        if self.rows <= most {
            return None;
        }
        let columns = self.columns.iter_mut().map(|column| {
            let rest = column.slice(most, self.rows - most);
            *column = column.slice(0, most);
            rest
        });
        let columns = columns.collect();
        let mut left = most;
        let mut lines = Vec::new();
        self.lines.retain_mut(|(line, rows)| {
            let here = left.min(*rows);
            left -= here;
            if here < *rows {
                lines.push((*line + here as u64, *rows - here));
            }
            *rows = here;
            here > 0
        });
        let rows = std::mem::replace(&mut self.rows, most) - most;
        Some(Self {
            columns,
            lines,
            rows,
        })
    }
}

/// The rows of a block, as many as there are before the first mistake.
fn parse(block: &Block, shape: &Shape) -> (Parsed, Option<FileError>) {
    let width = shape.names.len();
    let mut columns: Vec<StringBuilder> = (0..width).map(|_| StringBuilder::new()).collect();
    let mut parsed = Parsed {
        columns: Vec::new(),
        lines: Vec::new(),
        rows: 0,
    };
    let mut fault = None;
    let mut record = Record::new(shape.dialect);
    let mut scratch = String::new();
    let (mut rest, mut line) = (block.text.as_str(), block.line);
    while !rest.is_empty() && fault.is_none() {
        // A block ends where a record does, unless a broken quote stands before.
        match record.scan(rest, true) {
            Scan::Record { bytes, lines } => {
                if !record.is_blank() {
                    fault = push(&mut columns, &record, rest, line, shape, &mut scratch).err();
                    if fault.is_none() {
                        parsed.push(line);
                    }
                }
                rest = &rest[bytes..];
                line += lines;
            }
            broken => fault = Some(broken.fault(&shape.path, line, record.quote(), rest)),
        }
    }
    parsed.columns = columns
        .iter_mut()
        .map(|column| column.finish().slice(0, parsed.rows))
        .collect();
    (parsed, fault)
}

/// Adds the cells of a record to their columns.
fn push(
    columns: &mut [StringBuilder],
    record: &Record,
    text: &str,
    line: u64,
    shape: &Shape,
    scratch: &mut String,
) -> Result<(), FileError> {
    if record.width() != columns.len() {
        let ends_open =
            record.width() > 1 && record.cell(text, record.width() - 1, scratch).is_empty();
        let (found, expected) = (record.width(), columns.len());
        return Err(ragged(&shape.path, line, found, expected, ends_open));
    }
    if let Some(header) = &shape.header
        && repeats(record, text, header, scratch)
    {
        let path = shape.path.clone();
        return Err(LayoutError::RepeatedHeader { path, line }.into());
    }
    for (index, column) in columns.iter_mut().enumerate() {
        let cell = record.cell(text, index, scratch);
        let value = shape.options.value_of(cell, shape.missing);
        push_text(column, &shape.path, &shape.names[index], value)?;
    }
    Ok(())
}

/// Whether a record has the cells of the header; most differ in the first.
fn repeats(record: &Record, text: &str, header: &[String], scratch: &mut String) -> bool {
    let mut cells = header.iter().enumerate();
    cells.all(|(index, name)| record.cell(text, index, scratch) == name)
}

impl Parsed {
    /// Counts a row.
    fn push(&mut self, line: u64) {
        self.rows += 1;
        match self.lines.last_mut() {
            Some((first, rows)) if *first + *rows as u64 == line => *rows += 1,
            _ => self.lines.push((line, 1)),
        }
    }
}

/// A row with another number of cells; `ends_open`: its last cell is empty.
fn ragged(path: &Path, line: u64, found: usize, expected: usize, ends_open: bool) -> FileError {
    let help = if found < expected {
        "a value is missing, a line end stands inside a value that is not quoted, or the line is no row: remove what \
         stands below the table, such as a total or a source"
    } else if found == expected + 1 && ends_open {
        "the row ends in a separator and the header does not: write one at the end of the header too, or take it away \
         from the rows"
    } else if found == expected + 1 {
        "a value holds the separator and is not quoted, or the header lacks the name of a column"
    } else {
        "a value holds the separator and is not quoted, or the separator is another one"
    };
    FileError::Ragged {
        path: path.into(),
        line,
        found,
        expected,
        help,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bytes::Packing;
    use super::super::record::Joint;
    use super::*;

    /// Rows with their lines, and what they ended with.
    type Outcome = (Vec<(u64, Vec<Option<String>>)>, Option<String>);

    fn read(text: &str, chunk: usize, most: usize, trim: bool) -> Outcome {
        read_by((b',', Joint::One), text, chunk, most, trim)
    }

    fn read_by(
        (separator, joint): (u8, Joint),
        text: &str,
        chunk: usize,
        most: usize,
        trim: bool,
    ) -> Outcome {
        let path = Path::new("a.csv");
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        let shape = Shape {
            path: path.into(),
            dialect: Dialect {
                separator,
                joint,
                quote: Some(b'"'),
                trim,
            },
            names: ["x".to_owned(), "y".to_owned()].to_vec(),
            header: None,
            missing: ReadOptions::default().missing_lengths(),
            options: ReadOptions::default(),
        };
        let text = Text::from_reader(path, Box::new(bytes), Packing::None, chunk).unwrap();
        let mut ahead = Ahead::new(text, shape);
        let mut rows = Vec::new();
        loop {
            let parsed = match ahead.next(most) {
                Ok(Some(parsed)) => parsed,
                Ok(None) => return (rows, None),
                Err(error) => return (rows, Some(error.to_string())),
            };
            assert!((1..=most).contains(&parsed.rows), "{} rows", parsed.rows);
            let lines = parsed
                .lines
                .iter()
                .flat_map(|&(line, rows)| line..line + rows as u64);
            let before = rows.len();
            rows.extend(lines.enumerate().map(|(row, line)| {
                let cells = parsed
                    .columns
                    .iter()
                    .map(|column| column.iter().nth(row).flatten());
                (line, cells.map(|cell| cell.map(str::to_owned)).collect())
            }));
            assert_eq!(rows.len() - before, parsed.rows);
        }
    }

    proptest! {
        #[test]
        fn rows_lines_and_mistakes_depend_neither_on_blocks_nor_on_threads(
            lines in prop::collection::vec(
                prop::sample::select(vec![
                    "1,2\n", "a,\"b\"\r\n", "\"c\nd\",e\r", "\n", " \t\r\n", "\"f\"\"g\" , \"\"\n", "?,NA\n", "é, €\n",
                    "\"h\r\n,i\",\"\r\"\n", "5'8\" tall,j\n", "k,l,m\n", "\"n\"o,p\n", "\"q", "r,s",
                ]),
                0..14,
            ),
            chunk in 4..40_usize, most in 1..5_usize, trim in any::<bool>(),
        ) {
            let text = lines.concat();
            let whole = read(&text, 1 << 16, usize::MAX, trim);
            prop_assert_eq!(&read(&text, chunk, most, trim), &whole);
            let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            prop_assert_eq!(&alone.install(|| read(&text, chunk, usize::MAX, trim)), &whole);
        }
    }

    proptest! {
        #[test]
        fn pairs_and_blanks_depend_on_blocks_as_little(
            lines in prop::collection::vec(
                prop::sample::select(vec![
                    "1||2\n", "a|b||\"c||\nd\"\r\n", "\n", " \t\r\n", "1  2\n", " \"e \t\" f \r", "g\th\t\n", "\"i\"j\n", "|||\n",
                ]),
                0..14,
            ),
            chunk in 4..40_usize, most in 1..5_usize, pair in any::<bool>(),
        ) {
            let text = lines.concat();
            let by = if pair { (b'|', Joint::Pair) } else { (b' ', Joint::Blanks) };
            let whole = read_by(by, &text, 1 << 16, usize::MAX, true);
            prop_assert_eq!(&read_by(by, &text, chunk, most, true), &whole);
        }
    }

    #[test]
    fn rows_before_a_mistake_are_given_first() {
        let (rows, error) = read("1,2\n\n\"a\nb\",3\n4\n5,6\n", 8, 10, true);
        assert_eq!(
            rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [1, 3]
        );
        let error = error.unwrap();
        assert!(error.starts_with("a.csv, line 5: "), "{error}");
    }
}
