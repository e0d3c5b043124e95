//! Days and moments as numbers: how far apart they are, and where in the year, week and day.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::moment::{DAY, month};
use super::number::NumberEncoding;
use super::writing::Writing;
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
/// and cosine. The column that `order_by` sorts by has no days: whatever is predicted would lie
/// beyond all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DateEncoding {
    /// The earliest training row, in seconds since 1970.
    start: i64,
    days: Option<NumberEncoding>,
    /// Whether a 0/1 number marks the gaps.
    pub(crate) indicator: bool,
    /// Whether any training row has a time of the day.
    clock: bool,
    /// How the dates are written: what `05/06/2024` means, and what numbers count.
    #[serde(rename = "order", default, skip_serializing_if = "Writing::is_unknown")]
    pub(crate) writing: Writing,
}

impl DateEncoding {
    /// Fits on the moments of the training rows, of which there is at least one.
    pub(crate) fn fit(moments: &[i64], indicator: bool, scaling: Scaling, impute: Impute) -> Self {
        let start = moments.iter().copied().min().unwrap_or_default();
        let days = moments
            .iter()
            .map(|&at| at.saturating_sub(start) as f64 / DAY as f64);
        Self {
            start,
            days: Some(NumberEncoding::fit(days.collect(), false, scaling, impute)),
            indicator,
            writing: Writing::Unknown,
            clock: moments.iter().any(|at| at.rem_euclid(DAY) != 0),
        }
    }

    /// The same for dates that are written so.
    pub(crate) fn read_by(self, writing: Writing) -> Self {
        Self { writing, ..self }
    }

    /// The same without the days.
    pub(crate) fn of_order(self) -> Self {
        Self { days: None, ..self }
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
        let end = if self.clock { 7 } else { 5 };
        &PARTS[usize::from(self.days.is_none())..end]
    }

    /// Its numbers for a moment or a gap, in the order of its parts.
    pub(crate) fn apply(&self, moment: Option<i64>) -> impl Iterator<Item = f32> {
        let days = moment.map(|at| at.saturating_sub(self.start) as f64 / DAY as f64);
        let mut numbers = [0.0; 7];
        if let Some(encoding) = &self.days {
            numbers[0] = encoding.apply(days);
        }
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
        let first = usize::from(self.days.is_none());
        numbers.into_iter().skip(first).take(self.parts().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::moment::parse;

    #[test]
    fn the_column_that_orders_the_rows_has_no_days() {
        let encoding = DateEncoding::fit(&[0, 5 * DAY], false, Scaling::None, Impute::Mean);
        let encoding = encoding.of_order();
        assert_eq!(encoding.parts().first(), Some(&"month sine"));
        let january: Vec<f32> = encoding.apply(Some(0)).collect();
        assert_eq!(january[..2], [0.0, 1.0]);
        assert_eq!(january.len(), 4);
    }

    #[test]
    fn cyclic_parts_turn_once_a_year_week_and_day() {
        let moments = ["2024-01-01 00:00", "2024-01-03 06:00"].map(|text| parse(text).unwrap());
        let encoding = DateEncoding::fit(&moments, false, Scaling::None, Impute::Mean);
        let apply = |moment| encoding.apply(moment).collect::<Vec<f32>>();
        assert_eq!(encoding.parts().len(), 7);
        // A Monday in January at midnight.
        assert_eq!(apply(Some(moments[0])), [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
        // The first of April 2024 is a Monday too, a quarter of a year later.
        let april = apply(parse("2024-04-01 12:00"));
        let expected = [91.5, 1.0, 0.0, 0.0, 1.0, 0.0, -1.0];
        for (found, expected) in april.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{april:?}");
        }
        assert_eq!(apply(None), [1.125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn days_without_times_have_no_hour() {
        let encoding = DateEncoding::fit(&[0, 5 * DAY], true, Scaling::Standard, Impute::Mean);
        assert_eq!(encoding.parts().last(), Some(&"weekday cosine"));
        assert_eq!(encoding.apply(Some(5 * DAY)).next(), Some(1.0));
        assert!(encoding.indicator);
    }
}
