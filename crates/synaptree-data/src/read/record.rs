//! The records of a CSV text: where each cell begins and ends.

use std::path::Path;

use memchr::memchr;

use super::aligned;
use super::marks::Marks;
use super::text::count_line_ends;
use crate::error::FileError;

/// How separators stand between two cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Joint {
    /// One.
    #[default]
    One,
    /// Two of them, as in `a||b`.
    Pair,
    /// Blanks and tabs, as many as there are: columns that are aligned.
    Blanks,
}

/// The characters of a CSV file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub(super) separator: u8,
    pub(super) joint: Joint,
    pub(super) quote: Option<u8>,
    pub(super) trim: bool,
}

/// A cell within the text that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
    /// Whether it holds doubled quotes, which stand for one.
    pub(super) doubled: bool,
}

/// What a scan found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A record of so many bytes that hold so many line ends, the last of them its own.
    Record { bytes: usize, lines: u64 },
    /// The text ends before the record does.
    Incomplete,
    /// The file ends inside of quotes that open so many lines further down.
    Unterminated { column: usize, lines: u64 },
    /// Something stands behind a closing quote so many lines further down.
    AfterQuote {
        column: usize,
        lines: u64,
        at: usize,
    },
}

impl Scan {
    /// What is wrong with the record, which begins on a line of a file; `text` is what was scanned.
    pub(super) fn fault(&self, path: &Path, line: u64, quote: Option<u8>, text: &str) -> FileError {
        let path = path.into();
        match *self {
            Scan::AfterQuote { column, lines, at } => FileError::AfterQuote {
                path,
                line: line + lines,
                column,
                found: text[at..].chars().next().unwrap_or_default(),
            },
            Scan::Unterminated { column, lines } => FileError::UnterminatedQuote {
                path,
                line: line + lines,
                column,
                quote: char::from(quote.unwrap_or(b'"')),
            },
            Scan::Record { .. } | Scan::Incomplete => {
                unreachable!("a record that is whole or goes on is not at fault")
            }
        }
    }
}

/// The cells of one record after the other.
pub(super) struct Record {
    dialect: Dialect,
    cells: Vec<Cell>,
}

impl Record {
    pub(super) fn new(dialect: Dialect) -> Self {
        let cells = Vec::new();
        Self { dialect, cells }
    }

    /// Finds the cells of the record that `text` begins with; `ended`: nothing follows `text`.
    pub(super) fn scan(&mut self, text: &str, ended: bool) -> Scan {
        scan(text, ended, self.dialect, &mut self.cells)
    }

    /// What stands around cells.
    pub(super) fn quote(&self) -> Option<u8> {
        self.dialect.quote
    }

    /// Whether the record is a blank line.
    pub(super) fn is_blank(&self) -> bool {
        is_blank(&self.cells)
    }

    /// How many cells the record has.
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// The text of each cell; `scratch` holds it where quotes had to be taken out.
    #[inline]
    pub(super) fn cell<'b>(&self, text: &'b str, index: usize, scratch: &'b mut String) -> &'b str {
        let Cell {
            start,
            end,
            doubled,
            ..
        } = self.cells[index];
        let raw = &text[start..end];
        match self.dialect.quote.filter(|_| doubled) {
            None => raw,
            Some(quote) => unquoted(raw, quote, scratch),
        }
    }
}

/// Every second quote of a run taken out.
fn unquoted<'b>(raw: &str, quote: u8, scratch: &'b mut String) -> &'b str {
    scratch.clear();
    let mut skip = false;
    for character in raw.chars() {
        skip = character == char::from(quote) && !skip;
        if !skip {
            scratch.push(character);
        }
    }
    scratch
}

/// Finds the cells of the record that `text` begins with; `ended`: nothing follows `text`.
fn scan(text: &str, ended: bool, dialect: Dialect, cells: &mut Vec<Cell>) -> Scan {
    let Dialect {
        separator,
        joint,
        quote,
        trim,
    } = dialect;
    if joint == Joint::Blanks {
        return aligned::scan(text, ended, quote, cells);
    }
    let pair = joint == Joint::Pair;
    let bytes = text.as_bytes();
    let blank = |byte: u8| trim && (byte == b' ' || byte == b'\t') && byte != separator;
    let skip_blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(|&byte| blank(byte)) {
            at += 1;
        }
        at
    };
    cells.clear();
    let mut marks = Marks::new(bytes, separator);
    let mut lines = 0;
    let mut at = 0;
    loop {
        at = skip_blanks(at);
        let opening = bytes.get(at).copied().filter(|&byte| Some(byte) == quote);
        if let Some(quote) = opening {
            let start = at + 1;
            let Some((end, doubled)) = closing(bytes, start, quote) else {
                if !ended {
                    return Scan::Incomplete;
                }
                return Scan::Unterminated {
                    column: cells.len() + 1,
                    lines,
                };
            };
            if end + 1 == bytes.len() && !ended {
                return Scan::Incomplete;
            }
            lines += count_line_ends(&bytes[start..end]);
            cells.push(Cell {
                start,
                end,
                quoted: true,
                doubled,
            });
            at = skip_blanks(end + 1);
        } else {
            let start = at;
            let mut from = start;
            at = loop {
                match marks.next(from) {
                    // One of a pair that stands alone is a character like any other.
                    Some(at) if pair && bytes[at] == separator => match bytes.get(at + 1) {
                        Some(&next) if next == separator => break at,
                        None if !ended => return Scan::Incomplete,
                        _ => from = at + 1,
                    },
                    Some(at) => break at,
                    None if ended => break bytes.len(),
                    None => return Scan::Incomplete,
                }
            };
            let mut end = at;
            while end > start && blank(bytes[end - 1]) {
                end -= 1;
            }
            cells.push(Cell {
                start,
                end,
                quoted: false,
                doubled: false,
            });
        }
        let column = cells.len();
        match bytes.get(at) {
            Some(&byte) if byte == separator && !pair => at += 1,
            Some(&byte) if byte == separator => match bytes.get(at + 1) {
                Some(&next) if next == separator => at += 2,
                None if !ended => return Scan::Incomplete,
                _ => return Scan::AfterQuote { column, lines, at },
            },
            Some(b'\n') => {
                return Scan::Record {
                    bytes: at + 1,
                    lines: lines + 1,
                };
            }
            Some(b'\r') => {
                return match bytes.get(at + 1) {
                    Some(b'\n') => Scan::Record {
                        bytes: at + 2,
                        lines: lines + 1,
                    },
                    // The other half of a Windows line end may not have been read yet.
                    None if !ended => Scan::Incomplete,
                    _ => Scan::Record {
                        bytes: at + 1,
                        lines: lines + 1,
                    },
                };
            }
            Some(_) => return Scan::AfterQuote { column, lines, at },
            None if ended => return Scan::Record { bytes: at, lines },
            None => return Scan::Incomplete,
        }
    }
}

/// How many cells the first records of a text have, at most so many records; one that the text
/// does not hold whole is left out, as is everything behind a broken quote.
pub(super) fn widths(text: &str, ended: bool, dialect: Dialect, most: usize) -> Vec<usize> {
    let records = outline(text, ended, dialect, most);
    records.into_iter().map(|(width, _)| width).collect()
}

/// As [`widths`], each with the number of line ends before the record.
pub(super) fn outline(text: &str, ended: bool, dialect: Dialect, most: usize) -> Vec<(usize, u64)> {
    look(text, ended, dialect, most, |cells, _| cells.len())
}

/// As [`outline`], of the cells that hold something.
pub(super) fn filled(text: &str, ended: bool, dialect: Dialect, most: usize) -> Vec<(usize, u64)> {
    look(text, ended, dialect, most, |cells, _| {
        cells.iter().filter(|cell| cell.start < cell.end).count()
    })
}

/// The cells of the first records as they stand in the text, as [`outline`] counts them.
pub(super) fn cells(text: &str, ended: bool, dialect: Dialect, most: usize) -> Vec<Vec<String>> {
    let written = |cells: &[Cell], record: &str| {
        let cells = cells.iter().map(|cell| &record[cell.start..cell.end]);
        cells.map(str::to_owned).collect()
    };
    let records = look(text, ended, dialect, most, written);
    records.into_iter().map(|(cells, _)| cells).collect()
}

/// What a look at the cells and the text of each of the first records gives, with the line ends above it.
fn look<T>(
    text: &str,
    ended: bool,
    dialect: Dialect,
    most: usize,
    look: impl Fn(&[Cell], &str) -> T,
) -> Vec<(T, u64)> {
    let mut records = Vec::new();
    let mut cells = Vec::new();
    let (mut rest, mut above) = (text, 0);
    while !rest.is_empty() && records.len() < most {
        let Scan::Record { bytes, lines } = scan(rest, ended, dialect, &mut cells) else {
            break;
        };
        if !is_blank(&cells) {
            records.push((look(&cells, rest), above));
        }
        above += lines;
        rest = &rest[bytes..];
    }
    records
}

fn is_blank(cells: &[Cell]) -> bool {
    matches!(cells, [Cell { start, end, quoted: false, .. }] if start == end)
}

/// Where the quote that closes a quoted cell stands, and whether doubled quotes stand before it.
pub(super) fn closing(bytes: &[u8], start: usize, quote: u8) -> Option<(usize, bool)> {
    let mut doubled = false;
    let mut at = start;
    loop {
        at += memchr(quote, &bytes[at..])?;
        if bytes.get(at + 1) != Some(&quote) {
            return Some((at, doubled));
        }
        doubled = true;
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect {
        separator: b',',
        joint: Joint::One,
        quote: Some(b'"'),
        trim: true,
    };

    fn cells(text: &str, dialect: Dialect) -> (Scan, Vec<&str>) {
        let mut cells = Vec::new();
        let scan = scan(text, true, dialect, &mut cells);
        (
            scan,
            cells
                .iter()
                .map(|cell| &text[cell.start..cell.end])
                .collect(),
        )
    }

    #[test]
    fn separators_inside_quotes_belong_to_the_cell() {
        let (scan, found) = cells("a, \"b,c\r\nd\" ,\tß \r\nnext", DIALECT);
        assert_eq!(
            scan,
            Scan::Record {
                bytes: 19,
                lines: 2
            }
        );
        assert_eq!(found, ["a", "b,c\r\nd", "ß"]);
    }

    #[test]
    fn a_separator_before_the_end_makes_an_empty_cell() {
        assert_eq!(cells("a,", DIALECT).1, ["a", ""]);
        assert_eq!(cells(",\n", DIALECT).1, ["", ""]);
        assert_eq!(cells("\"\"", DIALECT).1, [""]);
    }

    #[test]
    fn a_tab_that_separates_is_not_trimmed() {
        assert_eq!(
            cells(
                "\t a\t",
                Dialect {
                    separator: b'\t',
                    ..DIALECT
                }
            )
            .1,
            ["", "a", ""]
        );
    }

    #[test]
    fn blanks_stay_where_trimming_is_off() {
        let plain = Dialect {
            trim: false,
            ..DIALECT
        };
        assert_eq!(cells(" a , \"b\"", plain).1, [" a ", " \"b\""]);
    }

    #[test]
    fn one_of_a_pair_is_a_character_like_any_other() {
        let pairs = Dialect {
            separator: b'|',
            joint: Joint::Pair,
            ..DIALECT
        };
        assert_eq!(
            cells("a || b|c||\"d||e\"||", pairs).1,
            ["a", "b|c", "d||e", ""]
        );
        assert_eq!(cells("|a|||\nb", pairs).1, ["|a", "|"]);
        let (scan, _) = cells("\"a\"|b", pairs);
        let (column, lines, at) = (1, 0, 3);
        assert_eq!(scan, Scan::AfterQuote { column, lines, at });
    }

    #[test]
    fn quotes_are_plain_characters_where_quoting_is_off() {
        let plain = Dialect {
            quote: None,
            ..DIALECT
        };
        assert_eq!(cells("\"a,b\"", plain).1, ["\"a", "b\""]);
        assert_eq!(cells("5'8\" tall,b", DIALECT).1, ["5'8\" tall", "b"]);
    }

    #[test]
    fn open_ends_wait_for_more_text() {
        let of = |separator, joint| Dialect {
            separator,
            joint,
            ..DIALECT
        };
        for (dialect, texts) in [
            (
                DIALECT,
                ["a", "a,\"b", "a,\"b\"", "a\r", "\"a\" ", "\"a\"\""],
            ),
            (
                of(b'|', Joint::Pair),
                ["a", "a|", "a||", "\"a\"|", "\"a\"||b\r", "|"],
            ),
            (
                of(b' ', Joint::Blanks),
                ["a", "a ", "a \"b", "a \"b\"", "a \r", " \t"],
            ),
        ] {
            for text in texts {
                let mut cells = Vec::new();
                let found = scan(text, false, dialect, &mut cells);
                assert_eq!(found, Scan::Incomplete, "{text:?}");
            }
        }
    }

    #[test]
    fn broken_quotes_are_placed() {
        let (scan, _) = cells("\"a\nb\",\"c\n\nd", DIALECT);
        assert_eq!(
            scan,
            Scan::Unterminated {
                column: 2,
                lines: 1
            }
        );
        let (scan, _) = cells("\"a\nb\"x", DIALECT);
        assert_eq!(
            scan,
            Scan::AfterQuote {
                column: 1,
                lines: 1,
                at: 5
            }
        );
    }
}
