//! Days and moments as numbers: how far apart they are, and where in the year, week and day.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::moment::{DAY, month};
use super::number::NumberEncoding;
use crate::spec::{Impute, Scaling};

/// How a column of dates becomes numbers: fitted on the training rows.
///
/// ```text
/// days     days since the earliest training row, scaled as any number
/// month    sin and cos of 2π · month / 12        (January is 0)
/// weekday  sin and cos of 2π · weekday / 7       (Monday is 0)
/// hour     sin and cos of 2π · seconds of the day / 86400, where training rows have times
/// ```
///
/// A gap is filled in the days as in any number, and 0 in the others, which no date is in both sine
/// and cosine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DateEncoding {
    /// The earliest training row, in seconds since 1970.
    start: i64,
    days: NumberEncoding,
    /// Whether any training row has a time of the day.
    clock: bool,
}

impl DateEncoding {
    /// Fits on the moments of the training rows, of which there is at least one.
    pub(crate) fn fit(moments: &[i64], indicator: bool, scaling: Scaling, impute: Impute) -> Self {
        let start = moments.iter().copied().min().unwrap_or_default();
        let days = moments.iter().map(|&at| (at - start) as f64 / DAY as f64);
        let days = NumberEncoding::fit(days.collect(), indicator, scaling, impute);
        Self {
            start,
            days: NumberEncoding { indicator, ..days },
            clock: moments.iter().any(|at| at.rem_euclid(DAY) != 0),
        }
    }

    /// Whether a 0/1 number marks the gaps.
    pub(crate) fn indicator(&self) -> bool {
        self.days.indicator
    }

    /// The names of its numbers, behind that of the column.
    pub(crate) fn parts(&self) -> &'static [&'static str] {
        const PARTS: [&str; 7] = [
            "days",
            "month sine",
            "month cosine",
            "weekday sine",
            "weekday cosine",
            "hour sine",
            "hour cosine",
        ];
        if self.clock { &PARTS } else { &PARTS[..5] }
    }

    /// Its numbers for a moment or a gap, as many as it has parts.
    pub(crate) fn apply(&self, moment: Option<i64>) -> [f32; 7] {
        let days = moment.map(|at| at.saturating_sub(self.start) as f64 / DAY as f64);
        let mut numbers = [0.0; 7];
        numbers[0] = self.days.apply(days);
        if let Some(at) = moment {
            let day = at.div_euclid(DAY);
            // The first of January 1970 was a Thursday.
            let weekday = (day + 3).rem_euclid(7) as f64 / 7.0;
            let hour = at.rem_euclid(DAY) as f64 / DAY as f64;
            for (part, turn) in [month(day) as f64 / 12.0, weekday, hour]
                .into_iter()
                .enumerate()
            {
                numbers[1 + 2 * part] = (TAU * turn).sin() as f32;
                numbers[2 + 2 * part] = (TAU * turn).cos() as f32;
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::moment::parse;

    #[test]
    fn cyclic_parts_turn_once_a_year_week_and_day() {
        let moments = ["2024-01-01 00:00", "2024-01-03 06:00"].map(|text| parse(text).unwrap());
        let encoding = DateEncoding::fit(&moments, false, Scaling::None, Impute::Mean);
        assert_eq!(encoding.parts().len(), 7);
        // A Monday in January at midnight.
        assert_eq!(
            encoding.apply(Some(moments[0])),
            [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
        );
        // The first of April 2024 is a Monday too, a quarter of a year later.
        let april = encoding.apply(parse("2024-04-01 12:00"));
        let expected = [91.5, 1.0, 0.0, 0.0, 1.0, 0.0, -1.0];
        for (found, expected) in april.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{april:?}");
        }
        let gap = encoding.apply(None);
        assert_eq!(gap, [1.125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn days_without_times_have_no_hour() {
        let encoding = DateEncoding::fit(&[0, 5 * DAY], true, Scaling::Standard, Impute::Mean);
        assert_eq!(encoding.parts().last(), Some(&"weekday cosine"));
        assert_eq!(encoding.apply(Some(5 * DAY))[0], 1.0);
        assert!(encoding.indicator());
    }
}
