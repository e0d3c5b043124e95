//! Where a number lies on an axis, and which numbers the axis shows.

use super::number;

/// A linear or logarithmic axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
    step: f64,
    logarithmic: bool,
}

impl Scale {
    /// An axis widened to round numbers, with about `ticks` ticks, drawn from `start` to `end`.
    pub(crate) fn round(low: f64, high: f64, ticks: usize, start: f64, end: f64) -> Self {
        let (low, high) = widened(low, high);
        let step = round_step((high - low) / ticks.max(1) as f64);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self {
            low,
            high,
            start,
            end,
            step,
            logarithmic: false,
        }
    }

    /// An axis with exactly these ends.
    pub(crate) fn exact(low: f64, high: f64, ticks: usize, start: f64, end: f64) -> Self {
        let (low, high) = widened(low, high);
        let step = round_step((high - low) / ticks.max(1) as f64);
        Self {
            low,
            high,
            start,
            end,
            step,
            logarithmic: false,
        }
    }

    /// A logarithmic axis between powers of ten; both ends must be positive.
    pub(crate) fn logarithmic(low: f64, high: f64, start: f64, end: f64) -> Self {
        let (low, high) = (low.log10().floor(), high.log10().ceil());
        let high = if high > low { high } else { low + 1.0 };
        let step = ((high - low) / 5.0).ceil();
        Self {
            low,
            high,
            start,
            end,
            step,
            logarithmic: true,
        }
    }

    /// Where that number lies; numbers outside lie on the nearer end.
    pub(crate) fn at(&self, number: f64) -> f64 {
        let number = if self.logarithmic {
            number.max(f64::MIN_POSITIVE).log10()
        } else {
            number
        };
        let share = ((number - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
    }

    /// The numbers that the axis shows, with their labels.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let first = (self.low / self.step - 1e-9).ceil();
        let count = ((self.high / self.step + 1e-9).floor() - first).clamp(0.0, 50.0) as usize;
        (0..=count)
            .map(|index| {
                let at = (first + index as f64) * self.step;
                if self.logarithmic {
                    let power = 10_f64.powf(at);
                    (power, number::tick(power, power))
                } else {
                    (at, number::tick(at, self.step))
                }
            })
            .collect()
    }
}

/// Ends with room between them, whatever was measured.
fn widened(low: f64, high: f64) -> (f64, f64) {
    // Half the range of f64 keeps differences of the two finite.
    let limit = f64::MAX / 4.0;
    let (low, high) = (
        low.min(high).clamp(-limit, limit),
        low.max(high).clamp(-limit, limit),
    );
    let room = low.abs().max(high.abs()).max(1e-12) * 1e-9;
    if high - low > room {
        (low, high)
    } else {
        let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        (low - room, high + room)
    }
}

/// The next of 1, 2, 5, 10, … times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= step * 0.999);
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_that_cover_the_data() {
        let scale = Scale::round(0.13, 0.97, 5, 0.0, 100.0);
        let labels: Vec<_> = scale.ticks().into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(scale.at(0.5), 50.0);
    }

    #[test]
    fn one_value_alone_still_has_an_axis() {
        for value in [0.0, 7.0, -1e300, f64::MAX] {
            let scale = Scale::round(value, value, 4, 0.0, 10.0);
            assert!((0.0..=10.0).contains(&scale.at(value)), "{value}");
            assert!(scale.ticks().len() >= 2, "{value}");
        }
    }

    #[test]
    fn powers_of_ten_are_evenly_apart() {
        let scale = Scale::logarithmic(0.02, 8.0, 0.0, 3.0);
        assert_eq!(scale.ticks().len(), 4);
        assert!((scale.at(0.1) - 1.0).abs() < 1e-9);
    }
}
