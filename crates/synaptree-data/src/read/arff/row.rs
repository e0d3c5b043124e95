//! The cells of a row of an ARFF file.

use super::quoted::{closing, unescape};

/// A cell within its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    start: usize,
    end: usize,
    pub(super) quoted: bool,
    escaped: bool,
}

/// Why a row has no cells; values count from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The quote of a value is never closed.
    Unterminated { value: usize },
    /// Something stands behind the closing quote of a value.
    AfterQuote { value: usize, found: char },
}

/// Finds the cells of a row.
pub(super) fn split(line: &str, cells: &mut Vec<Cell>) -> Result<(), Broken> {
    let bytes = line.as_bytes();
    let blank = |byte: u8| byte == b' ' || byte == b'\t';
    let skip_blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(|&byte| blank(byte)) {
            at += 1;
        }
        at
    };
    cells.clear();
    let mut at = 0;
    loop {
        at = skip_blanks(at);
        let value = cells.len() + 1;
        if let Some(&quote @ (b'\'' | b'"')) = bytes.get(at) {
            let start = at + 1;
            let (length, escaped) =
                closing(&line[start..], quote).ok_or(Broken::Unterminated { value })?;
            cells.push(Cell {
                start,
                end: start + length,
                quoted: true,
                escaped,
            });
            at = skip_blanks(start + length + 1);
            match line[at..].chars().next() {
                Some(',') | None => {}
                Some(found) => return Err(Broken::AfterQuote { value, found }),
            }
        } else {
            let start = at;
            at = bytes[at..]
                .iter()
                .position(|&byte| byte == b',')
                .map_or(bytes.len(), |n| at + n);
            let mut end = at;
            while end > start && blank(bytes[end - 1]) {
                end -= 1;
            }
            cells.push(Cell {
                start,
                end,
                quoted: false,
                escaped: false,
            });
        }
        if at == bytes.len() {
            return Ok(());
        }
        at += 1;
    }
}

impl Cell {
    /// The cell between two positions of its line.
    pub(super) fn new(start: usize, end: usize, quoted: bool, escaped: bool) -> Self {
        Self {
            start,
            end,
            quoted,
            escaped,
        }
    }

    /// The text of the cell; `scratch` holds it where escapes had to be resolved.
    pub(super) fn text<'a>(self, line: &'a str, scratch: &'a mut String) -> &'a str {
        let raw = &line[self.start..self.end];
        if !self.escaped {
            return raw;
        }
        scratch.clear();
        unescape(raw, scratch);
        scratch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Result<Vec<String>, Broken> {
        let mut cells = Vec::new();
        split(line, &mut cells)?;
        Ok(cells
            .iter()
            .map(|cell| cell.text(line, &mut String::new()).to_owned())
            .collect())
    }

    #[test]
    fn quotes_escapes_and_blanks_are_understood() {
        let found = cells(r#" 1.5 ,'a, b', "it's" ,'don\'t',?,"#).unwrap();
        assert_eq!(found, ["1.5", "a, b", "it's", "don't", "?", ""]);
    }

    #[test]
    fn broken_quotes_name_their_value() {
        assert_eq!(cells("1,'a"), Err(Broken::Unterminated { value: 2 }));
        assert_eq!(
            cells("'a'ß"),
            Err(Broken::AfterQuote {
                value: 1,
                found: 'ß'
            })
        );
    }
}
