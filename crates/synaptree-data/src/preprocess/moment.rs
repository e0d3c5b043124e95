//! Days and moments, as they are written.

use arrow_schema::{DataType, TimeUnit};

use super::month_name;
use super::writing::Writing;
use crate::cells::{Cells, Number};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// What a cell says of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Moment<'a> {
    Missing,
    /// Seconds since 1970, in UTC where a zone is written.
    Value(i64),
    Bad(&'a str),
}

/// The moment of a cell of a column that is stored as `stored`.
pub(crate) fn moment<'a>(
    cells: &'a Cells<'_>,
    stored: &DataType,
    writing: Writing,
    row: usize,
) -> Moment<'a> {
    match cells {
        _ if cells.is_missing(row) => Moment::Missing,
        Cells::Integer(values) if is_stored_time(stored) => {
            match (values[row], per_second(stored)) {
                (Some(days), Some(Scale::Days)) => Moment::Value(days.saturating_mul(DAY)),
                (Some(value), Some(Scale::Parts(parts))) => Moment::Value(value.div_euclid(parts)),
                _ => Moment::Missing,
            }
        }
        Cells::Text(texts) => {
            let text = texts.value(row);
            let of_number = || match cells.number(row) {
                Number::Value(number) => writing.of_number(number),
                _ => None,
            };
            let at = of_number().or_else(|| parse_in(text, writing));
            at.map_or(Moment::Bad(text), Moment::Value)
        }
        Cells::Integer(_) | Cells::Real(_) => match cells.number(row) {
            Number::Value(number) => writing
                .of_number(number)
                .map_or(Moment::Bad("a number without a calendar"), Moment::Value),
            Number::Missing => Moment::Missing,
            Number::Bad(text) => Moment::Bad(text),
        },
        _ => Moment::Bad("a value that is no date"),
    }
}

enum Scale {
    Days,
    Parts(i64),
}

fn per_second(stored: &DataType) -> Option<Scale> {
    Some(match stored {
        DataType::Date32 => Scale::Days,
        DataType::Date64 | DataType::Timestamp(TimeUnit::Millisecond, _) => Scale::Parts(1000),
        DataType::Timestamp(TimeUnit::Second, _) => Scale::Parts(1),
        DataType::Timestamp(TimeUnit::Microsecond, _) => Scale::Parts(1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => Scale::Parts(1_000_000_000),
        _ => return None,
    })
}

/// Whether a column is stored as days or moments.
pub(crate) fn is_stored_time(stored: &DataType) -> bool {
    per_second(stored).is_some()
}

/// Whether a column holds dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    /// It is stored so, or every cell with a value is one.
    All,
    /// All but these rows, at most a tenth of those that have a value.
    Nearly(Vec<usize>),
    /// It does not.
    None,
}

impl Dates {
    /// Looks at some rows of a column.
    pub(crate) fn of(cells: &Cells<'_>, stored: &DataType, rows: &[usize]) -> Self {
        if is_stored_time(stored) {
            return Self::All;
        }
        if !matches!(cells, Cells::Text(_)) {
            return Self::None;
        }
        if are_seasons(cells, rows) {
            return Self::None;
        }
        let writing = Writing::of_texts(cells, rows);
        let (mut good, mut bad) = (0, Vec::new());
        for &row in rows {
            match moment(cells, stored, writing, row) {
                Moment::Missing => {}
                Moment::Value(_) => good += 1,
                Moment::Bad(_) => bad.push(row),
            }
            // Most columns of words are recognised by their first cells.
            if 10 * bad.len() > rows.len() {
                return Self::None;
            }
        }
        match (good, bad.is_empty()) {
            (0, _) => Self::None,
            (_, true) => Self::All,
            _ if 9 * bad.len() <= good => Self::Nearly(bad),
            _ => Self::None,
        }
    }
}

/// Whether all texts are a year and the end of the next one, as `2010/11` or `2010-11` is for a season or a school year:
/// months of several years do not follow their years so.
fn are_seasons(cells: &Cells<'_>, rows: &[usize]) -> bool {
    let Cells::Text(texts) = cells else {
        return false;
    };
    let mut present = rows
        .iter()
        .filter(|&&row| !cells.is_missing(row))
        .peekable();
    present.peek().is_some() && present.all(|&row| is_season(texts.value(row)))
}

fn is_season(text: &str) -> bool {
    let parts = || {
        let (year, end) = text.trim().split_once(['/', '-'])?;
        let is_short = year.len() == 4 && end.len() == 2;
        Some((digits(year, 4)?, digits(end, 2)?)).filter(|_| is_short)
    };
    parts().is_some_and(|(year, end)| end == (year + 1) % 100)
}

/// Seconds since 1970 of `2024-05-31`, `2024/05/31`, `31.05.2024`, `2024-05` or `2024/05`, with or without a
/// time such as `09:30`, `T09:30:15.25Z` or `09:30+02:00`; `None` for anything else, also for
/// `05/31/2024`, whose first number may be a day or a month. The month may be a word: `31-May-2024`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    parse_in(text, Writing::Unknown)
}

/// As [`parse`], where it is known which number of `05/31/2024` is the day.
pub(crate) fn parse_in(text: &str, writing: Writing) -> Option<i64> {
    let text = text.trim();
    let end = text.find(['T', ' ']).unwrap_or(text.len());
    let (date, time) = text.split_at(end);
    let (day, time) = match day(date, writing) {
        Some(day) => (day, time),
        None => {
            let ([year, month, day], time) = month_name::split(text)?;
            (day_of(year, month, day)?, time)
        }
    };
    let seconds = match time.get(1..).map(str::trim) {
        None | Some("") => 0,
        Some(time) => clock(time)?,
    };
    Some(day * DAY + seconds)
}

fn day(date: &str, writing: Writing) -> Option<i64> {
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = date.split(separator).collect();
    let (year, month, day) = match (separator, parts.as_slice()) {
        ('-' | '/', [first, second, year]) if year.len() == 4 => match writing {
            Writing::Day => (year, digits(second, 2)?, digits(first, 2)?),
            Writing::Month => (year, digits(first, 2)?, digits(second, 2)?),
            _ => return None,
        },
        ('-' | '/', [year, month, day]) | ('.', [day, month, year]) => {
            (year, digits(month, 2)?, digits(day, 2)?)
        }
        ('-' | '/', [year, month]) => (year, digits(month, 2)?, 1),
        _ => return None,
    };
    if year.len() != 4 {
        return None;
    }
    day_of(digits(year, 4)?, month, day)
}

/// Days since 1970 of a day that the calendar has.
pub(super) fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    ((1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day))
        .then(|| days_from_civil(year, month, day))
}

/// Seconds of `09:30`, `9:30:15.25 PM` or `09:30+02:00`.
fn clock(time: &str) -> Option<i64> {
    let half = |word: &str| {
        let at = time.len().checked_sub(word.len())?;
        let (before, end) = (time.get(..at)?, time.get(at..)?);
        end.eq_ignore_ascii_case(word).then(|| before.trim_end())
    };
    let (time, afternoon) = match (half("am"), half("pm")) {
        (Some(time), _) => (time, Some(false)),
        (_, Some(time)) => (time, Some(true)),
        _ => (time, None),
    };
    let (time, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let offset = match zone.as_bytes().first() {
        None | Some(b'Z' | b'z') if zone.len() <= 1 => 0,
        Some(&sign @ (b'+' | b'-')) => {
            let zone = &zone[1..];
            let (hours, minutes) = match zone.split_once(':') {
                Some(parts) => parts,
                None if zone.len() == 4 && zone.is_ascii() => zone.split_at(2),
                None => (zone, "0"),
            };
            let seconds = digits(hours, 2)? * 3600 + digits(minutes, 2)? * 60;
            if sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let mut parts = time.trim().splitn(3, ':');
    let hours = digits(parts.next()?, 2)?;
    let hours = match afternoon {
        None => Some(hours).filter(|&hours| hours < 24)?,
        Some(afternoon) => {
            let hours = Some(hours).filter(|hours| (1..=12).contains(hours))?;
            hours % 12 + if afternoon { 12 } else { 0 }
        }
    };
    let minutes = digits(parts.next()?, 2).filter(|&minutes| minutes < 60)?;
    let seconds = match parts.next() {
        None => 0,
        Some(seconds) => {
            let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
            digits(part, 18)?;
            digits(whole, 2).filter(|&seconds| seconds <= 60)?
        }
    };
    Some(hours * 3600 + minutes * 60 + seconds - offset)
}

/// A number of at most so many digits and nothing else.
fn digits(text: &str, most: usize) -> Option<i64> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar.
///
/// # References
///
/// Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms* (2013), `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The month of a day since 1970, from 0 for January to 11.
pub(crate) fn month(days: i64) -> i64 {
    let shifted = days + 719_468;
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    ((5 * of_year + 2) / 153 + 2) % 12
}

/// Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms* (2013), `civil_from_days`.
fn civil_from_days(days: i64) -> [i64; 3] {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    [year_of_era + 400 * era + i64::from(month <= 2), month, day]
}

/// A moment as text: its day, and its minute where it is not midnight.
pub(crate) fn written(seconds: i64) -> String {
    let [year, month, day] = civil_from_days(seconds.div_euclid(DAY));
    let minutes = seconds.rem_euclid(DAY) / 60;
    let time = match minutes {
        0 => String::new(),
        _ => format!(" {:02}:{:02}", minutes / 60, minutes % 60),
    };
    format!("{year:04}-{month:02}-{day:02}{time}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_they_are_read() {
        for text in [
            "1969-12-31",
            "2000-02-29 23:59",
            "2024-05-31 09:30",
            "1600-03-01",
        ] {
            assert_eq!(written(parse(text).unwrap()), text);
        }
    }

    #[test]
    fn moments_are_those_of_the_unix_clock() {
        // date -u -d '2024-05-31 09:30' +%s, and so on.
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("2024-05-31", 1_717_113_600),
            ("2024/05/31", 1_717_113_600),
            ("31.05.2024", 1_717_113_600),
            ("2024-05", 1_714_521_600),
            ("2024/05", 1_714_521_600),
            ("2024/5", 1_714_521_600),
            ("2024-02-29 23:59:59.5", 1_709_251_199),
            ("2024-05-31T09:30Z", 1_717_147_800),
            ("2024-05-31 09:30+02:00", 1_717_140_600),
            ("2024-05-31 09:30:00-0130", 1_717_153_200),
            ("1900-03-01", -2_203_891_200),
            ("31-May-2024", 1_717_113_600),
            ("Fri, 31 May 2024 09:30:00 +0200", 1_717_140_600),
            ("31-OCT-2024", 1_730_332_800),
            ("31.05.2024 9:30 PM", 1_717_191_000),
            ("2024-05-31 12:05am", 1_717_113_900),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_may_be_another_one_is_none() {
        for text in [
            "",
            "2024",
            "2024.05",
            "2024/13",
            "05/2024",
            "05/31/2024",
            "2023-02-29",
            "2024-13-01",
            "24-05-31",
            "2024-05-31 25:00",
            "2024-05-31 noon",
            "2024-05-31 13:30 PM",
            "2024-05-31 PM",
            "30-Feb-2024",
            "May 31, 2024 and later",
            "1-2",
            "é-ü-x",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_few_words_among_dates_are_named_and_many_make_it_a_column_of_words() {
        use std::sync::Arc;

        use arrow_array::{Array, ArrayRef, StringArray};

        let found = |words: usize| {
            let texts: StringArray = (0..40)
                .map(|row| {
                    Some(if row < words {
                        "soon".to_owned()
                    } else {
                        format!("2024-05-{:02}", row % 28 + 1)
                    })
                })
                .collect();
            let column: ArrayRef = Arc::new(texts);
            let rows: Vec<usize> = (0..column.len()).collect();
            Dates::of(&Cells::new(&column).unwrap(), column.data_type(), &rows)
        };
        assert_eq!(found(0), Dates::All);
        assert_eq!(found(2), Dates::Nearly(vec![0, 1]));
        assert_eq!(found(8), Dates::None);
        assert_eq!(found(40), Dates::None);
    }

    #[test]
    fn every_day_of_four_centuries_has_its_month() {
        let mut day = days_from_civil(1900, 1, 1);
        for year in 1900..2300 {
            for number in 1..=12 {
                for _ in 0..days_of(year, number) {
                    assert_eq!(month(day), number - 1, "{year}-{number}");
                    day += 1;
                }
            }
        }
        assert_eq!(day, days_from_civil(2300, 1, 1));
    }
}
