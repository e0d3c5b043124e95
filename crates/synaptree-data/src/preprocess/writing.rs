//! How the dates of a column are written, where one date alone does not say.

use serde::{Deserialize, Serialize};

use super::moment::{DAY, day_of, parse, parse_in};
use crate::cells::{Cells, Number};

/// How the dates of a column are written, where one date alone does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Writing {
    /// Each date says so itself. One such as `05/06/2024` is none.
    #[default]
    Unknown,
    /// Of the two numbers before a year the first is the day.
    Day,
    /// Of the two numbers before a year the second is the day, as in `05/31/2024`.
    Month,
    /// Year, month and day in one number, as in `20240531`.
    Digits,
    /// Numbers of seconds since 1970.
    Seconds,
    /// Numbers of milliseconds since 1970.
    Milliseconds,
}

/// The first and last moment of the years 1 to 9999.
const CALENDAR: std::ops::RangeInclusive<f64> = -62_135_596_800.0..=253_402_300_799.0;
/// Seconds since 1970 of moments in 1973 to 2128: numbers with as many digits count nothing else that a calendar has.
const SECONDS: std::ops::Range<f64> = 1e8..5e9;

impl Writing {
    /// What the rows of a column of dates say together, also one that stores them as numbers.
    pub(crate) fn of(cells: &Cells<'_>, rows: &[usize]) -> Self {
        Self::of_numbers(cells, rows).unwrap_or_else(|| Self::of_texts(cells, rows))
    }

    /// What the rows of a column of texts say together: one day above 12 settles for all which number is the day, two that
    /// contradict each other settle nothing.
    pub(crate) fn of_texts(cells: &Cells<'_>, rows: &[usize]) -> Self {
        let Cells::Text(texts) = cells else {
            return Self::Unknown;
        };
        let (mut day, mut month) = (false, false);
        for &row in rows.iter().filter(|&&row| !cells.is_missing(row)) {
            let text = texts.value(row);
            if parse(text).is_none() {
                let [first, second] =
                    [Self::Day, Self::Month].map(|writing| parse_in(text, writing).is_some());
                day |= first && !second;
                month |= second && !first;
            }
            if day && month {
                return Self::Unknown;
            }
        }
        match (day, month) {
            (true, false) => Self::Day,
            (false, true) => Self::Month,
            _ => Self::Unknown,
        }
    }

    /// What more than half of the rows count as numbers; `None` if they are no such numbers.
    fn of_numbers(cells: &Cells<'_>, rows: &[usize]) -> Option<Self> {
        let kinds = [Self::Digits, Self::Seconds, Self::Milliseconds];
        let (mut counts, mut present) = ([0; 3], 0);
        for &row in rows {
            let number = cells.number(row);
            present += usize::from(number != Number::Missing);
            let Number::Value(number) = number else {
                continue;
            };
            let kind = Self::of_size(number);
            if let Some(place) = kinds.iter().position(|known| kind == Some(*known)) {
                counts[place] += 1;
            }
        }
        let most = (0..3).find(|&kind| 2 * counts[kind] > present);
        most.map(|kind| kinds[kind])
    }

    /// What a number of its size counts: no two of them have numbers in common.
    pub(crate) fn of_size(number: f64) -> Option<Self> {
        if SECONDS.contains(&number) {
            Some(Self::Seconds)
        } else if SECONDS.contains(&(number / 1000.0)) {
            Some(Self::Milliseconds)
        } else {
            of_digits(number).map(|_| Self::Digits)
        }
    }

    /// The moment of a number, where dates are written as numbers and the calendar has it.
    pub(super) fn of_number(self, number: f64) -> Option<i64> {
        let seconds = match self {
            Self::Digits => return of_digits(number),
            Self::Seconds => number,
            Self::Milliseconds => number / 1000.0,
            Self::Unknown | Self::Day | Self::Month => return None,
        };
        CALENDAR.contains(&seconds).then(|| seconds.floor() as i64)
    }

    /// What its numbers are; `None` where it is texts.
    pub(crate) fn of_numbers_in_words(self) -> Option<&'static str> {
        match self {
            Self::Digits => Some("year, month and day in one number"),
            Self::Seconds => Some("seconds since 1970"),
            Self::Milliseconds => Some("milliseconds since 1970"),
            Self::Unknown | Self::Day | Self::Month => None,
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for a reference"
    )]
    pub(crate) fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

/// Seconds since 1970 of `20240531`, of a day that the calendar has in 1900 to 2100.
fn of_digits(number: f64) -> Option<i64> {
    let is_plain = number.fract() == 0.0 && (19_000_101.0..=21_001_231.0).contains(&number);
    let digits = is_plain.then_some(number as i64)?;
    day_of(digits / 10_000, digits / 100 % 100, digits % 100).map(|day| day * DAY)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::preprocess::moment::{Moment, moment, written};

    #[test]
    fn one_day_above_twelve_settles_what_all_the_others_mean() {
        use std::sync::Arc;

        use arrow_array::{ArrayRef, StringArray};

        let writing = |texts: &[&str]| {
            let column: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
            let rows: Vec<usize> = (0..texts.len()).collect();
            Writing::of_texts(&Cells::new(&column).unwrap(), &rows)
        };
        assert_eq!(writing(&["05/06/2024", "05/31/2024"]), Writing::Month);
        assert_eq!(writing(&["05/06/2024 09:30", "31/05/2024"]), Writing::Day);
        assert_eq!(writing(&["05/06/2024", "07-08-2024"]), Writing::Unknown);
        assert_eq!(writing(&["31/05/2024", "05/31/2024"]), Writing::Unknown);
        // Of a text that is a date either way, or none, nothing is learnt.
        assert_eq!(
            writing(&["2024-05-31", "31.05.2024", "soon"]),
            Writing::Unknown
        );
        assert_eq!(writing(&["2024-05-31", "05/31/2024"]), Writing::Month);
        for (writing, expected) in [(Writing::Month, "2024-05-06"), (Writing::Day, "2024-06-05")] {
            assert_eq!(parse_in("05/06/2024", writing), parse(expected));
            assert_eq!(parse_in("06.05.2024", writing), parse("2024-05-06"));
        }
        assert_eq!(parse_in("02/30/2024", Writing::Month), None);
    }

    /// What the cells of a column are read as.
    fn read(column: &ArrayRef) -> Vec<Option<String>> {
        let cells = Cells::new(column).unwrap();
        let rows: Vec<usize> = (0..column.len()).collect();
        let writing = Writing::of(&cells, &rows);
        let read = |&row: &usize| match moment(&cells, column.data_type(), writing, row) {
            Moment::Value(at) => Some(written(at)),
            _ => None,
        };
        rows.iter().map(read).collect()
    }

    fn texts(texts: &[&str]) -> Vec<Option<String>> {
        read(&(Arc::new(StringArray::from(texts.to_vec())) as ArrayRef))
    }

    #[test]
    fn numbers_are_moments_however_they_are_stored() {
        let some = |texts: [&str; 2]| texts.map(|text| Some(text.to_owned())).to_vec();
        let days = some(["2024-05-31", "2024-02-29"]);
        assert_eq!(texts(&["20240531", "20240229"]), days);
        let stored: ArrayRef = Arc::new(Int64Array::from(vec![20_240_531, 20_240_229]));
        assert_eq!(read(&stored), days);
        // date -u -d '2024-05-31 09:30' +%s
        let moments = some(["2024-05-31 09:30", "1970-01-01"]);
        assert_eq!(texts(&["1717147800", "0"])[1], None);
        assert_eq!(texts(&["1717147800", "1717147801", "0"])[2], moments[1]);
        assert_eq!(texts(&["1717147800000", "1717147800001"])[0], moments[0]);
        assert_eq!(texts(&["1717147800.25", "1717147800.5"])[1], moments[0]);
        let stored: ArrayRef = Arc::new(Float64Array::from(vec![1_717_147_800.9, f64::NAN]));
        assert_eq!(read(&stored), [moments[0].clone(), None]);
    }

    #[test]
    fn a_number_that_no_calendar_has_is_no_date_among_others() {
        let days = ["20240531", "20240601", "20240602", "20240603"];
        let others = ["20240631", "soon", "2024-06-02"];
        let is_date: Vec<bool> = texts(&[days.as_slice(), &others].concat())
            .iter()
            .map(Option::is_some)
            .collect();
        assert_eq!(is_date, [true, true, true, true, false, false, true]);
        assert_eq!(texts(&["1949", "1950", "1951"]), [None, None, None]);
        assert_eq!(texts(&["1717147800", "1717147801", "1e30"])[2], None);
    }

    #[test]
    fn what_a_saved_model_says_of_its_dates_is_still_understood() {
        let read = |text: &str| serde_json::from_str::<Writing>(text).unwrap();
        assert_eq!(
            [r#""unknown""#, r#""day""#, r#""month""#].map(read),
            [Writing::Unknown, Writing::Day, Writing::Month]
        );
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_from_its_digits_and_its_seconds(days in -25_567_i64..47_481) {
            let seconds = days * DAY;
            let text = written(seconds);
            let digits: f64 = text.replace('-', "").parse().unwrap();
            prop_assert_eq!(Writing::Digits.of_number(digits), Some(seconds));
            prop_assert_eq!(Writing::of_size(digits), Some(Writing::Digits));
            prop_assert_eq!(Writing::Seconds.of_number(seconds as f64), Some(seconds));
            prop_assert_eq!(Writing::Milliseconds.of_number(seconds as f64 * 1000.0), Some(seconds));
        }
    }
}
