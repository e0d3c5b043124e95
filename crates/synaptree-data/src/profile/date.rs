//! Cells that name a day or a moment.

use arrow_schema::DataType;
use synaptree_config::words;

use crate::cells::{Cells, Number};
use crate::preprocess::{Moment, Writing, moment, parse_in, written};

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

/// Words in the names of columns whose numbers count from some moment.
const TIMES: [&str; 17] = [
    "timestamp",
    "timestamps",
    "time",
    "datetime",
    "date",
    "ts",
    "epoch",
    "unix",
    "unixtime",
    "created",
    "updated",
    "modified",
    "published",
    "posted",
    "seen",
    "at",
    "when",
];
/// Seconds since 1970 of 1990 and of 2037: the moments that data were written down in.
const RECENT: std::ops::Range<f64> = 631_152_000.0..2_114_380_800.0;

/// What the numbers of a column count, where they are dates: each a day of the calendar, such as `20240531`, or, in a
/// column called like a time, each a moment of the last decades in seconds or milliseconds.
pub(super) fn numbered(name: &str, cells: &Cells<'_>, present: &[usize]) -> Option<Writing> {
    let mut found = None;
    for &row in present {
        let Number::Value(number) = cells.number(row) else {
            return None;
        };
        let writing = Writing::of_size(number)?;
        let is_date = match writing {
            Writing::Seconds => RECENT.contains(&number),
            Writing::Milliseconds => RECENT.contains(&(number / 1000.0)),
            _ => true,
        };
        if !is_date || *found.get_or_insert(writing) != writing {
            return None;
        }
    }
    let is_called_so = || {
        words(name)
            .iter()
            .any(|word| TIMES.contains(&word.as_str()))
    };
    found.filter(|writing| *writing == Writing::Digits || is_called_so())
}

/// The first different dates of a column that stores them as numbers, as people write them.
pub(super) fn stored_dates(
    cells: &Cells<'_>,
    stored: &DataType,
    writing: Writing,
    present: &[usize],
    most: usize,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for &row in present {
        if let Moment::Value(seconds) = moment(cells, stored, writing, row) {
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
    parse_in(text, Writing::Unknown).map(|_| Dates::Unsorted)
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
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;
    use crate::profile::column::{ColumnProfile, profile};
    use crate::profile::look::Look;
    use crate::table::Table;

    fn look(values: Vec<String>) -> ColumnProfile {
        let column: ArrayRef = Arc::new(StringArray::from(values));
        let table = Table::from_batch(RecordBatch::try_from_iter([("c", column)]).unwrap());
        profile(&table, "c")
    }

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

    #[test]
    fn months_are_dates_that_sort() {
        let months = |n: usize| format!("{}-{:02}", 1949 + n / 12, n % 12 + 1);
        let found = look((0..40).map(months).collect());
        assert_eq!(found.look, Look::Date);
        assert!(found.sorts_by_time && found.reads_as_dates);
    }

    #[test]
    fn numbers_that_are_dates_are_told_from_numbers() {
        let named = |name: &str, value: &dyn Fn(usize) -> String| {
            let values: StringArray = (0..60).map(|n| Some(value(n))).collect();
            let column: ArrayRef = Arc::new(values);
            let batch = RecordBatch::try_from_iter([(name, column)]).unwrap();
            let found = profile(&Table::from_batch(batch), name);
            (found.look, found.numbered_dates)
        };
        let days = |n: usize| format!("2024{:02}{:02}", n % 12 + 1, n * 7 % 28 + 1);
        let date = |words| (Look::Date, Some(words));
        assert_eq!(named("d", &days), date("year, month and day in one number"));
        let seconds = |n: usize| (1_717_147_800 + n * n * 86_000).to_string();
        let milliseconds = |n: usize| seconds(n) + "123";
        assert_eq!(named("created_at", &seconds), date("seconds since 1970"));
        assert_eq!(named("ts", &milliseconds), date("milliseconds since 1970"));
        let number = (Look::Number, None);
        assert_eq!(named("amount", &seconds), number);
        // One day that no calendar has makes them numbers.
        let with_slip = |n: usize| if n == 40 { "20240631".into() } else { days(n) };
        assert_eq!(named("d", &with_slip), number);
        let years = |n: usize| (1950 + n * 7 % 60).to_string();
        assert_eq!(named("time", &years), number);
        let old = |n: usize| (200_000_000 + n * n).to_string();
        assert_eq!(named("time", &old), number);
    }

    #[test]
    fn seasons_sort_and_are_no_months() {
        let season = |n: usize| format!("{}/{:02}", 2004 + n % 8, 5 + n % 8);
        let seasons = look((0..60).map(season).collect());
        assert!(seasons.sorts_by_time && !seasons.reads_as_dates);
        let months = look(
            (0..60)
                .map(|n| format!("{}/{:02}", 2004 + n / 12, n % 12 + 1))
                .collect(),
        );
        assert!(months.look == Look::Date && months.reads_as_dates && months.sorts_by_time);
        assert_eq!(months.numbered_dates, None);
    }

    #[test]
    fn examples_of_stored_dates_are_dates() {
        let days: ArrayRef = Arc::new(arrow_array::Date32Array::from(vec![19_874, 19_874, 0]));
        let table = Table::from_batch(RecordBatch::try_from_iter([("d", days)]).unwrap());
        let found = profile(&table, "d");
        assert_eq!(found.look, Look::Date);
        assert_eq!(found.examples, ["2024-05-31", "1970-01-01"]);
    }

    #[test]
    fn a_day_that_no_calendar_has_is_a_slip() {
        let days = |n: usize| format!("2024-{:02}-{:02}", n % 12 + 1, n * 7 % 28 + 1);
        let mut values: Vec<String> = (0..60).map(days).collect();
        values[9] = "2024-06-31".into();
        let found = look(values);
        assert_eq!((found.look, found.slipped), (Look::Date, 1));
        assert_eq!(found.slips[0].place, "row 10");
        let named = look(
            (0..60)
                .map(|n| format!("{:02}-Jan-2021", n % 31 + 1))
                .collect(),
        );
        assert!(named.look == Look::Date && named.reads_as_dates && named.sorts_by_time);
        let american = |days| {
            look(
                (0..60)
                    .map(|n| format!("05/{}/2024", n % days + 1))
                    .collect(),
            )
        };
        let settled = american(28);
        assert!(settled.look == Look::Date && settled.reads_as_dates && settled.sorts_by_time);
        let unsettled = american(12);
        assert_eq!(unsettled.look, Look::Date);
        assert!(!unsettled.reads_as_dates && !unsettled.sorts_by_time);
    }
}
