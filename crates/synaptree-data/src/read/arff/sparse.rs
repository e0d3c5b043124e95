//! Rows that write only what is not the default: `{1 0.5, 3 'b c'}`, attributes counted from 0.

use super::quoted::closing;
use super::row::{Broken, Cell};

/// Why a sparse row has no cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// As in other rows.
    Broken(Broken),
    /// The row does not end in its closing brace.
    Open,
    /// What stands where the number of an attribute is expected; entries count from 1.
    Index { entry: usize, found: String },
    /// An attribute that has two values.
    Twice { index: usize },
}

/// Finds the cells of a row of so many attributes; those that it leaves out are `None`.
pub(super) fn split(line: &str, width: usize, cells: &mut Vec<Option<Cell>>) -> Result<(), Wrong> {
    cells.clear();
    cells.resize(width, None);
    let bytes = line.as_bytes();
    let skip_blanks = |mut at: usize| {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    };
    let mut at = skip_blanks(1);
    if bytes.get(at) == Some(&b'}') {
        return end(line, at);
    }
    for entry in 1.. {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        let index = line[start..at].parse().ok().filter(|&index| index < width);
        let Some(index): Option<usize> = index else {
            let length = line[start..]
                .find([' ', '\t', ',', '}'])
                .unwrap_or(line.len() - start);
            let found = line[start..start + length].to_owned();
            return Err(Wrong::Index { entry, found });
        };
        at = skip_blanks(at);
        let cell = if let Some(&quote @ (b'\'' | b'"')) = bytes.get(at) {
            let start = at + 1;
            let (length, escaped) = closing(&line[start..], quote)
                .ok_or(Wrong::Broken(Broken::Unterminated { value: entry }))?;
            at = start + length + 1;
            Cell::new(start, start + length, true, escaped)
        } else {
            let start = at;
            at = line[at..].find([',', '}']).map_or(line.len(), |n| at + n);
            let end = start + line[start..at].trim_end().len();
            Cell::new(start, end, false, false)
        };
        if cells[index].replace(cell).is_some() {
            return Err(Wrong::Twice { index });
        }
        at = skip_blanks(at);
        match line[at..].chars().next() {
            Some(',') => at = skip_blanks(at + 1),
            Some('}') => break,
            None => return Err(Wrong::Open),
            Some(found) => {
                return Err(Wrong::Broken(Broken::AfterQuote {
                    value: entry,
                    found,
                }));
            }
        }
    }
    end(line, at)
}

/// Nothing but blanks and a comment may follow the brace.
fn end(line: &str, brace: usize) -> Result<(), Wrong> {
    let rest = line[brace + 1..].trim_start();
    match rest.chars().next() {
        None | Some('%') => Ok(()),
        _ => Err(Wrong::Open),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str, width: usize) -> Result<Vec<Option<String>>, Wrong> {
        let mut cells = Vec::new();
        split(line, width, &mut cells)?;
        Ok(cells
            .iter()
            .map(|cell| cell.map(|cell| cell.text(line, &mut String::new()).to_owned()))
            .collect())
    }

    #[test]
    fn what_is_left_out_is_told_from_what_is_written() {
        let found = cells(r"{1 0.5 , 3 'b, \'c}' ,0 x y}", 4).unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(found, [text("x y"), text("0.5"), None, text("b, 'c}")]);
        assert_eq!(cells("{ } % none", 2).unwrap(), [None, None]);
    }

    #[test]
    fn broken_rows_tell_their_entry() {
        let index = |entry, found: &str| {
            Err(Wrong::Index {
                entry,
                found: found.into(),
            })
        };
        assert_eq!(cells("{1 2, x 3}", 2), index(2, "x"));
        assert_eq!(cells("{2 1}", 2), index(1, "2"));
        assert_eq!(cells("{0 1, 0 2}", 2), Err(Wrong::Twice { index: 0 }));
        assert_eq!(cells("{0 1", 2), Err(Wrong::Open));
        assert_eq!(cells("{0 1} 5", 2), Err(Wrong::Open));
        let broken = Broken::Unterminated { value: 1 };
        assert_eq!(cells("{0 'a}", 2), Err(Wrong::Broken(broken)));
    }
}
