//! Cells that name a day or a moment.

use arrow_schema::DataType;

use crate::cells::Cells;
use crate::preprocess::{DayOrder, Moment, moment, parse_in, written};

/// How the dates of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    /// From year to second, so that they sort as text, or stored as dates.
    Sorted,
    /// With the day or month first.
    Unsorted,
}

/// Whether a column holds dates, and how they are written: at least nine in ten of its values are.
pub(super) fn dates(cells: &Cells<'_>, stored: &DataType, present: &[usize]) -> Option<Dates> {
    if matches!(
        stored,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
    ) {
        return Some(Dates::Sorted);
    }
    let Cells::Text(texts) = cells else {
        return None;
    };
    let (mut sorted, mut unsorted) = (0, 0);
    for &row in present {
        let text = texts.value(row);
        match order(text).or_else(|| named(text)) {
            Some(Dates::Sorted) => sorted += 1,
            Some(Dates::Unsorted) => unsorted += 1,
            None => {}
        }
    }
    if present.is_empty() || 10 * (sorted + unsorted) < 9 * present.len() {
        return None;
    }
    Some(if sorted == present.len() {
        Dates::Sorted
    } else {
        Dates::Unsorted
    })
}

/// The first different dates of a column that stores them as numbers, as people write them.
pub(super) fn stored_dates(
    cells: &Cells<'_>,
    stored: &DataType,
    present: &[usize],
    most: usize,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for &row in present {
        if let Moment::Value(seconds) = moment(cells, stored, DayOrder::Unknown, row) {
            let text = written(seconds);
            if !found.contains(&text) {
                found.push(text);
            }
        }
        if found.len() == most {
            break;
        }
    }
    found
}

/// How a date with the name of its month is written, which never sorts as text.
fn named(text: &str) -> Option<Dates> {
    parse_in(text, DayOrder::Unknown).map(|_| Dates::Unsorted)
}

/// How one date of digits is written; `None` if it is none.
fn order(text: &str) -> Option<Dates> {
    let text = text.trim();
    let date = text.split(['T', ' ']).next()?;
    let rest = &text[date.len()..];
    if !rest.is_empty() && !is_time(rest[1..].trim()) {
        return None;
    }
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<&str> = date.split(separator).collect();
    let number = |part: &str, most: u32| {
        let in_range = part.parse().is_ok_and(|value| (1..=most).contains(&value));
        part.len() <= 2 && in_range
    };
    let year = |part: &str| {
        part.len() == 4
            && part
                .parse()
                .is_ok_and(|year: u32| (1000..3000).contains(&year))
    };
    match parts.as_slice() {
        // `2024.05` is a number more often than a month.
        [y, m] if separator != '.' && year(y) && number(m, 12) => Some(Dates::Sorted),
        [y, m, d] if year(y) && number(m, 12) && number(d, 31) => {
            // Without leading zeros text does not sort by time.
            Some(if m.len() == 2 && d.len() == 2 {
                Dates::Sorted
            } else {
                Dates::Unsorted
            })
        }
        [a, b, y] if year(y) && number(a, 31) && number(b, 31) => Some(Dates::Unsorted),
        _ => None,
    }
}

/// `09:30`, `09:30:15.25`, with or without a zone.
fn is_time(text: &str) -> bool {
    let clock = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    clock.contains(':')
        && clock
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_moments_are_dates() {
        for date in [
            "1949-01",
            "2024-05-31",
            "2024-05-31 09:30",
            "2024-05-31T09:30:15.25Z",
            "2024/05/31",
        ] {
            assert_eq!(order(date), Some(Dates::Sorted), "{date}");
        }
        for date in ["31/05/2024", "5.31.2024", "2024-5-31", "31.05.2024 9:30 PM"] {
            assert_eq!(order(date), Some(Dates::Unsorted), "{date}");
        }
    }

    #[test]
    fn numbers_codes_and_versions_are_no_dates() {
        for other in [
            "2024",
            "12.5",
            "2024.05",
            "1-2",
            "10-20",
            "1.2.3",
            "a-b-c",
            "2024-13-01",
            "555-1234",
            "2024-05-31 Monday",
        ] {
            assert_eq!(order(other), None, "{other}");
        }
    }
}
