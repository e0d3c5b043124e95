//! Numbers: gaps filled, then scaled.

use serde::{Deserialize, Serialize};
use synaptree_kernels::inverse_normal_cdf;

use crate::spec::{Impute, Scaling};

/// Most landmarks of a quantile scale.
const LANDMARKS: usize = 1000;

/// How a number column becomes an input: fitted on the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberEncoding {
    /// What a missing number counts as, in the column's units.
    pub(crate) fill: f64,
    /// Whether a 0/1 number beside it marks the gaps.
    pub(crate) indicator: bool,
    pub(crate) scale: Scale,
}

/// How a number is scaled.
///
/// ```text
/// standard  z = (x − mean) / std     mean and standard deviation (divisor n) of the training rows
/// quantile  z = Φ⁻¹(p)               p = share of training rows below x, ties and gaps between
///                                    landmarks interpolated, kept within half a landmark of 0 and 1
/// none      z = x
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scale {
    Standard { mean: f64, std: f64 },
    Quantile { landmarks: Vec<f64> },
    None,
}

impl NumberEncoding {
    /// Fits on the values of the training rows, which are finite and at least one.
    pub(crate) fn fit(
        mut values: Vec<f64>,
        has_gaps: bool,
        scaling: Scaling,
        impute: Impute,
    ) -> Self {
        let (mean, std) = moments(&values);
        if scaling == Scaling::Quantile || impute == Impute::Median {
            values.sort_by(f64::total_cmp);
        }
        let fill = match impute {
            Impute::Mean => mean,
            Impute::Median => quantile(&values, 0.5),
        };
        let scale = match scaling {
            // A column of one value beside gaps carries nothing but its gaps.
            Scaling::Standard => Scale::Standard {
                mean,
                std: if std > 0.0 { std } else { 1.0 },
            },
            Scaling::Quantile => {
                let count = values.len().clamp(2, LANDMARKS);
                let share = |index| index as f64 / (count - 1) as f64;
                let landmarks = (0..count)
                    .map(|index| quantile(&values, share(index)))
                    .collect();
                Scale::Quantile { landmarks }
            }
            Scaling::None => Scale::None,
        };
        Self {
            fill,
            indicator: has_gaps,
            scale,
        }
    }

    /// The input of a number, or of a gap.
    pub(crate) fn apply(&self, value: Option<f64>) -> f32 {
        let value = value.unwrap_or(self.fill);
        match &self.scale {
            Scale::Standard { mean, std } => {
                ((value - mean) / std).clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
            }
            Scale::Quantile { landmarks } => normal_score(landmarks, value),
            Scale::None => value as f32,
        }
    }
}

/// Mean and standard deviation (divisor n).
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f64>()
        / count;
    // Equal values may differ from their own mean by rounding.
    let equal = values.windows(2).all(|pair| pair[0] == pair[1]);
    (mean, if equal { 0.0 } else { variance.sqrt() })
}

/// The value below which a share of sorted values lies, interpolated linearly.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    below + (above - below) * position.fract()
}

fn normal_score(landmarks: &[f64], value: f64) -> f32 {
    let below = landmarks.partition_point(|&landmark| landmark < value);
    let up_to = landmarks.partition_point(|&landmark| landmark <= value);
    let last = (landmarks.len() - 1) as f64;
    let position = if below < up_to {
        (below + up_to - 1) as f64 / 2.0
    } else if below == 0 {
        0.0
    } else if below == landmarks.len() {
        last
    } else {
        let (low, high) = (landmarks[below - 1], landmarks[below]);
        (below - 1) as f64 + (value - low) / (high - low)
    };
    let edge = 0.5 / landmarks.len() as f64;
    let share = (position / last).clamp(edge, 1.0 - edge);
    inverse_normal_cdf((share * 4_294_967_296.0) as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fit(values: &[f64], scaling: Scaling, impute: Impute) -> NumberEncoding {
        NumberEncoding::fit(values.to_vec(), false, scaling, impute)
    }

    #[test]
    fn standard_scaling_is_the_textbook_one() {
        // sklearn.preprocessing.StandardScaler().fit_transform([[1], [2], [6]])
        let encoding = fit(&[1.0, 2.0, 6.0], Scaling::Standard, Impute::Mean);
        let scaled: Vec<f32> = [1.0, 2.0, 6.0]
            .map(|value| encoding.apply(Some(value)))
            .to_vec();
        for (found, expected) in scaled.iter().zip([-0.925_820_1, -0.462_910_05, 1.388_73]) {
            assert!((found - expected).abs() < 1e-6);
        }
        assert_eq!(encoding.apply(None), 0.0);
    }

    #[test]
    fn the_median_fills_gaps_where_it_is_asked_to() {
        let encoding = fit(&[1.0, 2.0, 6.0, 7.0], Scaling::None, Impute::Median);
        assert_eq!(encoding.apply(None), 4.0);
    }

    #[test]
    fn quantile_scaling_gives_normal_scores() {
        let values: Vec<f64> = (0..=100).map(|i| f64::from(i * i)).collect();
        let encoding = fit(&values, Scaling::Quantile, Impute::Mean);
        assert!(encoding.apply(Some(2500.0)).abs() < 1e-3);
        assert!((encoding.apply(Some(5625.0)) - 0.6745).abs() < 1e-3);
        // Beyond the training rows the score stays at the last landmark's.
        assert_eq!(encoding.apply(Some(1e9)), encoding.apply(Some(10000.0)));
        assert!((encoding.apply(Some(-1.0)) + 2.577).abs() < 2e-2);
    }

    #[test]
    fn ties_share_the_middle_of_their_ranks() {
        let encoding = fit(&[0.0, 0.0, 0.0, 0.0, 9.0], Scaling::Quantile, Impute::Mean);
        let expected = inverse_normal_cdf((0.375 * 4_294_967_296.0) as u32);
        assert_eq!(encoding.apply(Some(0.0)), expected);
    }

    proptest! {
        #[test]
        fn standardised_training_rows_have_mean_zero_and_deviation_one_and_can_be_turned_back(
            values in prop::collection::vec(-1e4..1e4_f64, 2..60)
        ) {
            prop_assume!(values.iter().any(|value| (value - values[0]).abs() > 1e-3));
            let encoding = fit(&values, Scaling::Standard, Impute::Mean);
            let scaled: Vec<f64> =
                values.iter().map(|&value| f64::from(encoding.apply(Some(value)))).collect();
            let (mean, std) = moments(&scaled);
            prop_assert!(mean.abs() < 1e-5 && (std - 1.0).abs() < 1e-5);
            // Scaling what is scaled already changes nothing.
            let again = fit(&scaled, Scaling::Standard, Impute::Mean);
            let Scale::Standard { mean, std } = encoding.scale else { unreachable!() };
            for (&value, &z) in values.iter().zip(&scaled) {
                prop_assert!((z * std + mean - value).abs() < 1e-5 * (1.0 + value.abs() + std));
                prop_assert!((f64::from(again.apply(Some(z))) - z).abs() < 1e-4);
            }
        }

        #[test]
        fn quantile_scaling_keeps_the_order(
            values in prop::collection::vec(-1e3..1e3_f64, 2..60), a in -2e3..2e3_f64, b in -2e3..2e3_f64
        ) {
            let encoding = fit(&values, Scaling::Quantile, Impute::Mean);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(encoding.apply(Some(low)) <= encoding.apply(Some(high)));
        }
    }
}
