//! Rows divided by their time.

use crate::cells::{Cells, Number};
use crate::columns::cells_of;
use crate::error::DataError;
use crate::preprocess::{Writing, parse_in};
use crate::split::{Fractions, Part};
use crate::table::Table;

/// The latest rows are the test part, those before them validation, then calibration. Rows of the
/// same time stay together: a boundary moves to the nearest change of time.
pub(super) fn split(
    table: &Table,
    column: &str,
    rows: &[usize],
    fractions: Fractions,
) -> Result<Vec<Part>, DataError> {
    let cells = cells_of(table, column, "named in `[data] order_by`")?;
    if let Some(&row) = rows.iter().find(|&&row| cells.is_missing(row)) {
        return Err(DataError::NoTime {
            place: table.origin(row).to_string(),
            column: column.to_owned(),
        });
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let as_numbers = times(table, column, &cells, rows)?;
    let same: Box<dyn Fn(usize, usize) -> bool> = if let Some(times) = &as_numbers {
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
        Box::new(|a, b| times[a] == times[b])
    } else {
        order.sort_by_cached_key(|&position| cells.text(rows[position]));
        Box::new(|a, b| cells.text(rows[a]) == cells.text(rows[b]))
    };
    let boundary = |share: f64| {
        let ideal = (share * order.len() as f64).round() as usize;
        let is_change =
            |&cut: &usize| cut == 0 || cut == order.len() || !same(order[cut - 1], order[cut]);
        let below = (0..=ideal).rev().find(is_change).unwrap_or(0);
        let above = (ideal..=order.len()).find(is_change).unwrap_or(order.len());
        if ideal - below <= above - ideal {
            below
        } else {
            above
        }
    };
    let train = 1.0 - fractions.held_out();
    let cuts = [train, train + fractions.calibration, 1.0 - fractions.test].map(boundary);
    let mut parts = vec![Part::Train; rows.len()];
    for (rank, &position) in order.iter().enumerate() {
        parts[position] = match rank {
            rank if rank < cuts[0] => Part::Train,
            rank if rank < cuts[1] => Part::Calibration,
            rank if rank < cuts[2] => Part::Validation,
            _ => Part::Test,
        };
    }
    Ok(parts)
}

/// The times as numbers, or as seconds where they are dates; `None` where they sort as text.
fn times(
    table: &Table,
    column: &str,
    cells: &Cells<'_>,
    rows: &[usize],
) -> Result<Option<Vec<f64>>, DataError> {
    let number = |&row: &usize| match cells.number(row) {
        Number::Value(value) => Some(value),
        _ => None,
    };
    let numbers: Option<Vec<f64>> = rows.iter().map(number).collect();
    if numbers.is_some() {
        return Ok(numbers);
    }
    let Some(row) = misplaced(cells, rows) else {
        return Ok(None);
    };
    // The order of day and month is the same in all rows, or in none.
    let writing = Writing::of_texts(cells, rows);
    let second = |&row: &usize| Some(parse_in(&cells.text(row)?, writing)? as f64);
    let seconds: Option<Vec<f64>> = rows.iter().map(second).collect();
    if seconds.is_some() {
        return Ok(seconds);
    }
    Err(DataError::Time {
        place: table.origin(row).to_string(),
        column: column.to_owned(),
        value: cells.text(row).unwrap_or_default().into_owned(),
    })
}

/// The first row whose time is in no place among the others when they are compared as text.
///
/// Text is right where every time has its digits in the same places, from year to second as ISO
/// 8601 writes them; a day or month before the year, `9` beside `10` or a word among numbers is
/// not.
fn misplaced(cells: &Cells<'_>, rows: &[usize]) -> Option<usize> {
    let is_number = |row: usize| matches!(cells.number(row), Number::Value(_));
    let numbers = rows.iter().filter(|&&row| is_number(row)).count();
    if numbers > 0 {
        let is_odd = |row: usize| is_number(row) != (2 * numbers > rows.len());
        return rows.iter().copied().find(|&row| is_odd(row));
    }
    let mut longest: Vec<usize> = Vec::new();
    rows.iter().copied().find(|&row| {
        let text = cells.text(row).unwrap_or_default();
        let digits = digits(&text);
        let common = digits.len().min(longest.len());
        let differs = digits[..common] != longest[..common];
        if digits.len() > longest.len() {
            longest = digits;
        }
        differs || begins_with_a_day(&text) || is_word(&text)
    })
}

/// The lengths of the runs of digits down to the second, whose fraction may have any length.
fn digits(time: &str) -> Vec<usize> {
    time.split(|character: char| !character.is_ascii_digit())
        .map(str::len)
        .filter(|&length| length > 0)
        .take(6)
        .collect()
}

/// Whether a text is something else than numbers and what stands between them: a time begins with a digit,
/// and its letters are those of `2024-05-31T09:30Z`, `2024-W22`, `2024Q2` and `UTC`.
fn is_word(time: &str) -> bool {
    let time = time.trim();
    let is_of_time = |letter: char| "TZWQUCGMtz".contains(letter);
    !time.starts_with(|first: char| first.is_ascii_digit())
        || time
            .chars()
            .any(|character| character.is_alphabetic() && !is_of_time(character))
}

fn begins_with_a_day(time: &str) -> bool {
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    let next = time.as_bytes().get(digits);
    matches!(digits, 1 | 2) && matches!(next, Some(b'/' | b'.' | b'-' | b' '))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};

    use super::*;

    fn odd(times: &[&str]) -> Option<usize> {
        let column: ArrayRef = Arc::new(StringArray::from(times.to_vec()));
        let rows: Vec<usize> = (0..times.len()).collect();
        misplaced(&Cells::new(&column).unwrap(), &rows)
    }

    #[test]
    fn times_from_year_to_second_sort_as_text() {
        assert_eq!(
            odd(&["2024-05-31", "2024-06-01 09:30", "2023-01-01T00:00:00.25Z"]),
            None
        );
        assert_eq!(odd(&["09:30", "10:00"]), None);
        assert_eq!(odd(&["2024-W05", "2024-W22"]), None);
        assert_eq!(odd(&["2024-05-31 09:30 UTC", "2024-06-01 10:00 UTC"]), None);
    }

    #[test]
    fn dates_sort_by_time_however_they_are_written() {
        let sorted = |texts: &[&str]| {
            let column: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
            let batch = arrow_array::RecordBatch::try_from_iter([("t", column.clone())]).unwrap();
            let rows: Vec<usize> = (0..texts.len()).collect();
            let cells = Cells::new(&column).unwrap();
            let times = times(&Table::from_batch(batch), "t", &cells, &rows);
            let mut order = rows;
            let times = times.map_err(|error| error.to_string())?.unwrap();
            order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
            Ok::<_, String>(order)
        };
        assert_eq!(
            sorted(&["01.06.2024", "31.05.2024", "1.1.2024"]),
            Ok(vec![2, 1, 0])
        );
        assert_eq!(
            sorted(&["06/01/2024", "05/31/2024", "2023-12-31"]),
            Ok(vec![2, 1, 0])
        );
        assert_eq!(
            sorted(&["31/05/2024 10:00", "31/05/2024 9:30"]),
            Ok(vec![1, 0])
        );
        let error = sorted(&["05/06/2024", "07/08/2024"]).unwrap_err();
        assert!(
            error.starts_with("row 1: column `t` holds `05/06/2024`"),
            "{error}"
        );
    }

    #[test]
    fn times_that_do_not_sort_as_text_are_found() {
        assert_eq!(odd(&["31/05/2024", "01/06/2024"]), Some(0));
        assert_eq!(odd(&["2024-05-31", "2024-6-1"]), Some(1));
        assert_eq!(odd(&["week 9", "week 10"]), Some(0));
        assert_eq!(odd(&["A000", "A001"]), Some(0));
        assert_eq!(odd(&["2024-05", "2024-Jun"]), Some(1));
        assert_eq!(odd(&["2019", "2020", "unknown"]), Some(2));
        assert_eq!(odd(&["2024-05-31", "2024-06-01", "17"]), Some(2));
    }
}
