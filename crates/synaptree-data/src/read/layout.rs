//! Whether the first rows of a CSV file fit what is taken for its separator and its header.

use std::collections::BTreeSet;
use std::path::Path;

use super::record::{Dialect, Joint, cells, filled, outline};
use super::separator::{self, CANDIDATES};
use super::text::Text;
use crate::error::LayoutError;

/// How many records are looked at.
const LOOKED_AT: usize = 100;
/// Most records above a header.
const MOST_TITLES: usize = 20;
/// Least records from the header on.
const LEAST_ROWS: usize = 3;

/// Who says what divides the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The reading option.
    Option,
    /// The ending of the file's name.
    Ending,
    /// The first rows.
    Nobody,
}

/// Lines above the header.
#[derive(Debug, PartialEq, Eq)]
struct Titles {
    /// How many cells the header and all records behind it have.
    width: usize,
    /// How many line ends stand before it.
    above: u64,
}

/// Refuses a separator that leaves one column where another one divides all rows alike, and lines above the header,
/// before rows are taken apart wrongly. `text` stands at the first record.
pub(super) fn check(
    path: &Path,
    text: &Text,
    dialect: Dialect,
    given: Given,
) -> Result<(), LayoutError> {
    let of = |separator: u8, joint: Joint| {
        let dialect = Dialect {
            separator,
            joint,
            quote: dialect.quote.filter(|&quote| quote != separator),
            ..dialect
        };
        outline(text.rest(), text.ended(), dialect, LOOKED_AT)
    };
    let records = of(dialect.separator, dialect.joint);
    let Some(&(first, _)) = records.first() else {
        return Ok(());
    };
    if first == 1 && records.len() > 1 && given != Given::Nobody {
        one_column(path, text, dialect, given, of)?;
    }
    let are_alike = records.iter().all(|&(width, _)| width == first);
    if are_alike && first > 2 {
        return padded(path, text, dialect, first);
    }
    if are_alike && (first > 1 || given != Given::Nobody) {
        return Ok(());
    }
    let found = match given {
        Given::Nobody => CANDIDATES
            .iter()
            .filter_map(|&separator| titles(&of(separator, Joint::One)))
            // One column may hold pairs.
            .filter(|titles| !are_alike || titles.width > 2)
            // The last of equals is taken, the preferred one is the first.
            .rev()
            .max_by_key(|titles| titles.width),
        Given::Option | Given::Ending => titles(&records),
    };
    match found {
        Some(titles) => Err(refused(path, text, first, &titles)),
        None => Ok(()),
    }
}

fn refused(path: &Path, text: &Text, found: usize, titles: &Titles) -> LayoutError {
    let line = text.line();
    let header = line + titles.above;
    LayoutError::TitleLines {
        path: path.into(),
        line,
        found,
        header,
        expected: titles.width,
        above: match header - 1 {
            1 => "line 1 is".to_owned(),
            above => format!("lines 1 to {above} are"),
        },
        skip: header - 1,
    }
}

/// Refuses a title that spreadsheets have filled up with empty cells: one word in the first line, and every cell filled
/// further down; or two cells in the first lines, and below them words above a number.
fn padded(path: &Path, text: &Text, dialect: Dialect, width: usize) -> Result<(), LayoutError> {
    let records = filled(text.rest(), text.ended(), dialect, LOOKED_AT);
    let title = text.rest().trim_start();
    let is_word = title.starts_with(|c: char| c.is_alphabetic() || c == '"' || c == '#');
    let header = records.iter().position(|&(filled, _)| filled == width);
    let (Some(&(first, _)), Some(header @ 1..=MOST_TITLES), true) =
        (records.first(), header, is_word)
    else {
        return Ok(());
    };
    let are_pairs = width >= 4 && records[..header].iter().all(|&(filled, _)| filled <= 2);
    if first == 1 || (are_pairs && names_columns(text, dialect, header)) {
        let above = records[header].1;
        return Err(refused(path, text, first, &Titles { width, above }));
    }
    Ok(())
}

/// Whether a record holds different words, and the next one a number.
fn names_columns(text: &Text, dialect: Dialect, header: usize) -> bool {
    let rows = cells(text.rest(), text.ended(), dialect, header + 2);
    let is_number = |cell: &String| cell.parse::<f64>().is_ok();
    let [.., names, row] = rows.as_slice() else {
        return false;
    };
    let distinct: BTreeSet<&String> = names.iter().collect();
    rows.len() == header + 2
        && distinct.len() == names.len()
        && !names.iter().any(is_number)
        && row.iter().any(is_number)
}

/// Refuses a separator that divides nothing where another one divides every row.
fn one_column(
    path: &Path,
    text: &Text,
    dialect: Dialect,
    given: Given,
    of: impl Fn(u8, Joint) -> Vec<(usize, u64)>,
) -> Result<(), LayoutError> {
    let quote = dialect.quote.map(char::from);
    let found = separator::find(text.rest(), text.ended(), quote, dialect.trim);
    let likely = found.separator;
    let records = of(likely, found.joint);
    let columns = records.first().map_or(1, |&(width, _)| width);
    if columns == 1 || records.iter().any(|&(width, _)| width != columns) {
        return Ok(());
    }
    // What leaves a record without any cell is none.
    let likely_dialect = Dialect {
        separator: likely,
        joint: found.joint,
        quote: dialect.quote.filter(|&quote| quote != likely),
        ..dialect
    };
    let cells = filled(text.rest(), text.ended(), likely_dialect, LOOKED_AT);
    if cells.iter().any(|&(filled, _)| filled == 0) {
        return Ok(());
    }
    let quoted = |separator: u8| format!("{:?}", char::from(separator).to_string());
    let says = match given {
        Given::Option => "`separator`",
        _ => "the ending of the file",
    };
    Err(LayoutError::WrongSeparator {
        path: path.into(),
        line: text.line(),
        given: format!("{}, as {says} says", quoted(dialect.separator)),
        likely: quoted(likely),
        columns,
    })
}

/// The records above a header, where all from it on are alike and wider.
fn titles(records: &[(usize, u64)]) -> Option<Titles> {
    let &(width, _) = records.last()?;
    let rows = records.iter().rev();
    let alike = rows.take_while(|&&(other, _)| other == width).count();
    let above = records.len() - alike;
    let (first, _) = records[0];
    let are_narrow = records[..above].iter().all(|&(other, _)| other < width);
    // A header may lack the name of the column that numbers the rows, and rows may lack cells.
    let is_header = above == 1 && width > 2 && first + 1 == width;
    // Names and values stand beside each other, `Region,North`; twice as many cells are another table.
    let are_pairs = records[..above].iter().all(|&(other, _)| other <= 2) && width >= 4;
    let is_title = above <= 2 || first == 1 || are_pairs;
    let fits = (1..=MOST_TITLES).contains(&above) && alike >= LEAST_ROWS && width > 1;
    (fits && are_narrow && is_title && !is_header).then(|| Titles {
        width,
        above: records[above].1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(widths: &[usize]) -> Option<Titles> {
        let lines: Vec<(usize, u64)> = widths.iter().copied().zip(0..).collect();
        titles(&lines)
    }

    #[test]
    fn narrow_lines_above_rows_that_are_alike_are_titles() {
        let titles = |width, above| Some(Titles { width, above });
        assert_eq!(found(&[1, 3, 3, 3]), titles(3, 1));
        assert_eq!(found(&[1, 2, 1, 4, 4, 4, 4]), titles(4, 3));
        assert_eq!(found(&[2, 5, 5, 5]), titles(5, 1));
        assert_eq!(found(&[2, 2, 1, 2, 4, 4, 4]), titles(4, 4));
    }

    #[test]
    fn other_lines_that_differ_are_none() {
        for widths in [
            &[3, 3, 3][..],
            &[2, 3, 3, 3],
            &[4, 3, 3, 3],
            &[1, 3, 3],
            &[2, 2, 2, 3, 3, 3, 3],
            &[3, 3, 3, 6, 6, 6, 6],
            &[3, 3, 3, 1, 1, 1],
            &[],
        ] {
            assert_eq!(found(widths), None, "{widths:?}");
        }
    }
}
