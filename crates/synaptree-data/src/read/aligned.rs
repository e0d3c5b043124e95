//! Records whose cells have blanks and tabs between them, as many as there are.

use super::record::{Cell, Scan, closing};
use super::text::count_line_ends;

/// Finds the cells of the record that `text` begins with; `ended`: nothing follows `text`.
pub(super) fn scan(text: &str, ended: bool, quote: Option<u8>, cells: &mut Vec<Cell>) -> Scan {
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    cells.clear();
    let mut lines = 0;
    let mut at = 0;
    loop {
        let begin = at;
        at += bytes[at..].iter().take_while(|byte| is_blank(byte)).count();
        let column = cells.len();
        let start = match bytes.get(at) {
            None if !ended => return Scan::Incomplete,
            Some(b'\r') if at + 1 == bytes.len() && !ended => return Scan::Incomplete,
            None | Some(b'\n' | b'\r') => {
                if cells.is_empty() {
                    let (start, end) = (at, at);
                    cells.push(Cell {
                        start,
                        end,
                        quoted: false,
                        doubled: false,
                    });
                }
                let end = match &bytes[at..] {
                    [] => return Scan::Record { bytes: at, lines },
                    [b'\r', b'\n', ..] => at + 2,
                    _ => at + 1,
                };
                return Scan::Record {
                    bytes: end,
                    lines: lines + 1,
                };
            }
            // Only behind a closing quote a cell begins without a blank before it.
            Some(_) if at == begin && column > 0 => {
                return Scan::AfterQuote { column, lines, at };
            }
            Some(_) => at,
        };
        if let Some(quote) = quote.filter(|&quote| quote == bytes[start]) {
            let Some((end, doubled)) = closing(bytes, start + 1, quote) else {
                return if ended {
                    let column = column + 1;
                    Scan::Unterminated { column, lines }
                } else {
                    Scan::Incomplete
                };
            };
            if end + 1 == bytes.len() && !ended {
                return Scan::Incomplete;
            }
            lines += count_line_ends(&bytes[start + 1..end]);
            cells.push(Cell {
                start: start + 1,
                end,
                quoted: true,
                doubled,
            });
            at = end + 1;
        } else {
            let is_end = |byte: &u8| is_blank(byte) || matches!(byte, b'\r' | b'\n');
            let Some(length) = bytes[start..]
                .iter()
                .position(is_end)
                .or(ended.then_some(bytes.len() - start))
            else {
                return Scan::Incomplete;
            };
            at = start + length;
            cells.push(Cell {
                start,
                end: at,
                quoted: false,
                doubled: false,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> (Scan, Vec<&str>) {
        let mut cells = Vec::new();
        let scan = scan(text, true, Some(b'"'), &mut cells);
        let texts = cells.iter().map(|cell| &text[cell.start..cell.end]);
        (scan, texts.collect())
    }

    #[test]
    fn cells_that_are_aligned_have_blanks_between_them() {
        let (scan, found) = cells("  18.0   8\t\"a  \n b\"  x \t\r\nnext");
        let (bytes, lines) = (26, 2);
        assert_eq!(scan, Scan::Record { bytes, lines });
        assert_eq!(found, ["18.0", "8", "a  \n b", "x"]);
        assert_eq!(cells(" \t").1, [""]);
        let (scan, _) = cells("a \"b\"c");
        let (column, lines, at) = (2, 0, 5);
        assert_eq!(scan, Scan::AfterQuote { column, lines, at });
    }
}
