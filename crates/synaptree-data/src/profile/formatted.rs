//! Numbers that are written for people: `$1,234.50`, `12.3 %`, `0,125`.

use serde::Serialize;

use crate::cells::{Cells, Number};

/// A column of numbers that are written so that they are read as words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Formatted {
    /// A cell as it stands there.
    pub example: String,
    /// The number that it seems to be.
    pub value: f64,
    /// Cells of this kind.
    pub cells: usize,
}

/// Different values up to which such cells are as good as words.
const FEW: usize = 20;

/// Looks for such numbers in the cells with a value: most are one, and nine in ten a number of some kind.
pub(super) fn formatted(cells: &Cells<'_>, valued: &[usize], distinct: usize) -> Option<Formatted> {
    if !matches!(cells, Cells::Text(_)) || distinct <= FEW {
        return None;
    }
    let (mut plain, mut found) = (0, None::<Formatted>);
    for &row in valued {
        match cells.number(row) {
            Number::Bad(text) => {
                if let Some(value) = read(text) {
                    let first = || Formatted {
                        example: text.trim().to_owned(),
                        value,
                        cells: 0,
                    };
                    found.get_or_insert_with(first).cells += 1;
                }
            }
            _ => plain += 1,
        }
    }
    found.filter(|found| {
        2 * found.cells > valued.len() && 10 * (plain + found.cells) >= 9 * valued.len()
    })
}

/// The number that a text stands for once signs of currency and percent, separators of thousands and a
/// decimal comma are read.
fn read(text: &str) -> Option<f64> {
    const SIGNS: [char; 8] = ['$', '€', '£', '¥', '₹', '%', '‰', '°'];
    const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];
    let bare = text
        .trim()
        .trim_matches(|c| SIGNS.contains(&c) || SPACES.contains(&c));
    let (sign, bare) = match bare.strip_prefix(['-', '+', '−']) {
        Some(rest) if !bare.starts_with('+') => (-1.0, rest),
        Some(rest) => (1.0, rest),
        None => (1.0, bare),
    };
    let bare = bare.trim_start_matches(|c| SIGNS.contains(&c) || SPACES.contains(&c));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_grouped = |whole: &str, separators: &[char]| {
        let mut groups = whole.split(separators);
        groups
            .next()
            .is_some_and(|first| is_digits(first) && first.len() <= 3)
            && groups.all(|group| is_digits(group) && group.len() == 3)
    };
    let is_whole =
        |whole: &str, separators: &[char]| is_digits(whole) || is_grouped(whole, separators);
    let digits = |whole: &str| -> String { whole.chars().filter(char::is_ascii_digit).collect() };
    let with_point = || {
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
        let separators = [&SPACES[..], &[',']].concat();
        (is_whole(whole, &separators) && is_digits(fraction))
            .then(|| format!("{}.{fraction}", digits(whole)))
    };
    let with_comma = || {
        let (whole, fraction) = bare.split_once(',')?;
        let separators = [&SPACES[..], &['.']].concat();
        (is_whole(whole, &separators) && is_digits(fraction))
            .then(|| format!("{}.{fraction}", digits(whole)))
    };
    let number: f64 = with_point().or_else(with_comma)?.parse().ok()?;
    Some(sign * number)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};

    use super::*;

    #[test]
    fn numbers_written_for_people_are_read() {
        for (text, value) in [
            ("0,1257", 0.1257),
            ("$1234.50", 1234.5),
            ("-$5", -5.0),
            ("91,257", 91257.0),
            ("1,234,567.8", 1_234_567.8),
            ("1.234,5", 1234.5),
            ("12.3%", 12.3),
            ("1 234 €", 1234.0),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        for text in [
            "",
            "$",
            "12-34",
            "1,2,3",
            "A12",
            "2024-05-31",
            "1.2.3",
            "10:30",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn most_cells_must_be_such_numbers_and_few_values_are_words() {
        let found = |text: &dyn Fn(usize) -> String, rows: usize| {
            let texts: StringArray = (0..rows).map(|row| Some(text(row))).collect();
            let column: ArrayRef = Arc::new(texts);
            let rows: Vec<usize> = (0..rows).collect();
            formatted(&Cells::new(&column).unwrap(), &rows, rows.len())
        };
        let prices = found(&|n| format!("${n}.50"), 60).unwrap();
        assert_eq!((prices.example.as_str(), prices.cells), ("$0.50", 60));
        assert_eq!(found(&|n| format!("${n}"), 12), None);
        let mixed = |n: usize| {
            if n.is_multiple_of(3) {
                "word".to_owned()
            } else {
                format!("${n}")
            }
        };
        assert_eq!(found(&mixed, 60), None);
        assert_eq!(found(&|n| n.to_string(), 60), None);
    }
}
