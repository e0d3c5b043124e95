//! Numbers that are written for people: `$1,234.50`, `12.3 %`, `0,125`, `50.4 kg`, `(94.08)`.

use serde::Serialize;

use crate::cells::{Cells, Number};

/// A column of numbers that are written so that they are read as words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Formatted {
    /// A cell as it stands there.
    pub example: String,
    /// The number that it seems to be.
    pub value: f64,
    /// The number that it may be as well, where no cell says what a comma stands for.
    pub other: Option<f64>,
    /// Cells of this kind.
    pub cells: usize,
}

impl Formatted {
    /// What to do about such a column.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_data::Formatted;
    ///
    /// let dear = Formatted { example: "1,288".to_owned(), value: 1288.0, other: Some(1.288), cells: 40 };
    /// assert!(dear.cure().ends_with("here `1288`, or `1.288` if the comma stands before decimals"));
    /// ```
    pub fn cure(&self) -> String {
        let other = match self.other {
            Some(other) => format!(", or `{other}` if the comma stands before decimals"),
            None => String::new(),
        };
        format!(
            "write them with a point and nothing else, here `{}`{other}",
            self.value
        )
    }
}

/// Different values up to which such cells are as good as words.
const FEW: usize = 20;

/// Looks for such numbers in the cells with a value: most are one, and nine in ten a number of some kind.
pub(super) fn formatted(cells: &Cells<'_>, valued: &[usize], distinct: usize) -> Option<Formatted> {
    if !matches!(cells, Cells::Text(_)) || distinct <= FEW {
        return None;
    }
    let mut plain = 0;
    let mut bad = Vec::new();
    for &row in valued {
        match cells.number(row) {
            Number::Bad(text) => bad.push(text),
            _ => plain += 1,
        }
    }
    let commas = commas(&bad);
    let (mut found, mut unit) = (None::<Formatted>, None);
    for text in bad {
        let (bare, own) = without_unit(text);
        let Some(value) = read(bare, commas) else {
            continue;
        };
        // Letters that differ from cell to cell are part of a code.
        if *unit.get_or_insert(own) != own {
            continue;
        }
        let other = (commas == Comma::Either)
            .then(|| read(bare, Comma::Decimal))
            .flatten();
        let first = || Formatted {
            example: text.trim().to_owned(),
            value,
            other: other.filter(|other| *other != value),
            cells: 0,
        };
        found.get_or_insert_with(first).cells += 1;
    }
    // Beside plain numbers a letter may as well be that of a code, `12` and `12a`.
    let least = if unit == Some("") { 10 } else { 2 };
    found.filter(|found| {
        least * found.cells > valued.len() && 10 * (plain + found.cells) >= 9 * valued.len()
    })
}

/// What a single comma stands for in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comma {
    /// No cell says it; a comma before three digits is taken for a separator of thousands.
    Either,
    Thousands,
    Decimal,
}

/// What the cells of a column say of their commas: `0,107` and `17,3` have decimals, `1,234.5` and `1,234,567` thousands.
fn commas(cells: &[&str]) -> Comma {
    let mut said = Comma::Either;
    for cell in cells {
        let bare: String = cell
            .chars()
            .filter(|c| c.is_ascii_digit() || [',', '.'].contains(c))
            .collect();
        let Some((whole, rest)) = bare.split_once(',') else {
            continue;
        };
        if rest.contains([',', '.']) {
            said = Comma::Thousands;
        } else if whole.contains('.') || whole == "0" || whole.len() > 3 || rest.len() != 3 {
            return Comma::Decimal;
        }
    }
    said
}

/// A cell without the letters of a unit behind its number, and these.
fn without_unit(text: &str) -> (&str, &str) {
    const LONGEST: usize = 5;
    let text = text.trim();
    let bare = text.trim_end_matches(char::is_alphabetic);
    let unit = &text[bare.len()..];
    let bare = bare.trim_end();
    if unit.chars().count() <= LONGEST && bare.ends_with(|c: char| c.is_ascii_digit()) {
        (bare, unit)
    } else {
        (text, "")
    }
}

/// The number that a text stands for once signs of currency and percent, separators of thousands, a
/// decimal comma and brackets around what is owed are read.
fn read(text: &str, commas: Comma) -> Option<f64> {
    const SIGNS: [char; 8] = ['$', '€', '£', '¥', '₹', '%', '‰', '°'];
    const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];
    let owed = text.trim().strip_prefix('(');
    let owed = owed.and_then(|rest| rest.strip_suffix(')'));
    let bare = owed
        .unwrap_or(text)
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
    let number = match commas {
        Comma::Decimal => with_comma().or_else(with_point),
        Comma::Either | Comma::Thousands => with_point().or_else(with_comma),
    };
    let number: f64 = number?.parse().ok()?;
    Some(if owed.is_some() {
        -number
    } else {
        sign * number
    })
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
            ("(94.08)", -94.08),
        ] {
            assert_eq!(read(text, Comma::Either), Some(value), "{text}");
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
            assert_eq!(read(text, Comma::Either), None, "{text}");
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
        let weights = found(&|n| format!("{n}.4 kg"), 60).unwrap();
        assert_eq!((weights.value, weights.cells), (0.4, 60));
        let codes = |n: usize| format!("{n}{}", ["A", "B", "C"][n % 3]);
        assert_eq!(found(&codes, 60), None);
        let thousands = found(&|n| format!("1,{}", 100 + n), 60).unwrap();
        assert_eq!((thousands.value, thousands.other), (1100.0, Some(1.1)));
        let said = |n: usize| {
            if n == 59 {
                "0,107".to_owned()
            } else {
                format!("1,{}", 100 + n)
            }
        };
        let decimals = found(&said, 60).unwrap();
        assert_eq!((decimals.value, decimals.other), (1.1, None));
        let mixed = |n: usize| {
            if n.is_multiple_of(3) {
                "word".to_owned()
            } else {
                format!("${n}")
            }
        };
        assert_eq!(found(&mixed, 60), None);
        assert_eq!(found(&|n| n.to_string(), 60), None);
        let some = |text: fn(usize) -> String| {
            move |n: usize| match n % 3 {
                0 => text(n),
                _ => n.to_string(),
            }
        };
        assert_eq!(
            found(&some(|n| format!("1,{}", 100 + n)), 60)
                .unwrap()
                .cells,
            20
        );
        assert_eq!(found(&some(|n| format!("{n}a")), 60), None);
    }
}
