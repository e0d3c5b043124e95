//! How far a predicted distribution of a number is from what was observed.

use std::f64::consts::PI;

use super::mean;
use super::normal::{density, within};

/// The mean continuous ranked probability score of normal distributions, in the unit of the target.
///
/// ```text
/// crps(F, y) = ∫ (F(x) − [x ≥ y])² dx
/// normal:      σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π)          z = (y − μ) / σ
/// ```
///
/// It is the absolute error where nothing is uncertain (σ = 0). Lower is better.
///
/// # Shapes
/// - `observed`, `predicted`, `variance`: `[rows, columns]`; NaN in `observed` = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::crps;
/// // Observed in the very middle: σ (√2 − 1) / √π.
/// let score = crps(&[1.0, f32::NAN], &[1.0, 0.0], &[4.0, 1.0]).unwrap();
/// assert!((score - 0.4673904).abs() < 1e-6);
/// assert_eq!(crps(&[1.0], &[3.0], &[0.0]), Some(2.0));
/// ```
///
/// # References
/// Gneiting and Raftery, *Strictly proper scoring rules, prediction, and estimation*, JASA 102, 2007,
/// section 4.2; the reference numbers of the tests are those of the package properscoring.
pub fn crps(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    let cells = observed.iter().zip(predicted).zip(variance);
    mean(
        cells
            .filter(|((y, _), _)| !y.is_nan())
            .map(|((&y, &mean), &variance)| {
                let (error, deviation) =
                    (f64::from(y) - f64::from(mean), f64::from(variance).sqrt());
                if deviation == 0.0 {
                    return error.abs();
                }
                let z = error / deviation;
                let inside = z.signum() * within(z.abs());
                deviation * (z * inside + 2.0 * density(z) - 1.0 / PI.sqrt())
            }),
    )
}

/// The mean continuous ranked probability score of samples, in the unit of the target.
///
/// ```text
/// crps = mean over known cells of   mean_s |x_s − y|  −  ½ mean_{s,s'} |x_s − x_s'|
/// ```
///
/// That is the score of the distribution which gives every sample the same probability.
///
/// # Shapes
/// - `observed`: `[rows, columns]`, NaN = missing.
/// - `samples`: `[samples][rows, columns]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::crps_samples;
/// assert_eq!(crps_samples(&[1.0], &[vec![0.0], vec![4.0]]), Some(1.0));
/// assert_eq!(crps_samples(&[1.0], &[vec![3.0]]), Some(2.0));
/// assert_eq!(crps_samples::<[f32; 1]>(&[1.0], &[]), None);
/// ```
///
/// # References
/// Gneiting and Raftery 2007, equation 21, as [`crps`].
pub fn crps_samples<S: AsRef<[f32]>>(observed: &[f32], samples: &[S]) -> Option<f64> {
    let count = samples.len() as f64;
    let mut sorted = Vec::with_capacity(samples.len());
    mean(
        observed
            .iter()
            .enumerate()
            .filter(|(_, y)| !y.is_nan())
            .map(|(cell, &y)| {
                sorted.clear();
                sorted.extend(
                    samples
                        .iter()
                        .map(|sample| f64::from(sample.as_ref()[cell])),
                );
                sorted.sort_unstable_by(f64::total_cmp);
                let away: f64 = sorted.iter().map(|x| (x - f64::from(y)).abs()).sum();
                // Over ordered pairs, the i-th smallest is added i times and subtracted n − 1 − i times.
                let apart: f64 = (0_u32..)
                    .zip(&sorted)
                    .map(|(rank, x)| (2.0 * f64::from(rank) + 1.0 - count) * x)
                    .sum();
                away / count - apart / (count * count)
            }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral of the squared distance between the cumulative distribution and the step at `y`.
    fn integral(y: f64, cumulative: impl Fn(f64) -> f64) -> f64 {
        let (low, high, steps) = (-40.0, 40.0, 800_000);
        let width = (high - low) / f64::from(steps);
        (0..steps)
            .map(|step| {
                let x = low + (f64::from(step) + 0.5) * width;
                (cumulative(x) - f64::from(u8::from(x >= y))).powi(2) * width
            })
            .sum()
    }

    #[test]
    fn the_score_of_a_normal_distribution_is_its_integral() {
        for (y, mean, variance) in [(0.5, -1.0, 2.25), (-3.0, 1.0, 0.25), (2.0, 2.0, 9.0)] {
            let cumulative = |x: f64| {
                let z = (x - f64::from(mean)) / f64::from(variance).sqrt();
                0.5 + 0.5 * z.signum() * within(z.abs())
            };
            let expected = integral(f64::from(y), cumulative);
            let score = crps(&[y], &[mean], &[variance]).unwrap();
            assert!((score - expected).abs() < 1e-4, "{score} {expected}");
        }
    }

    #[test]
    fn the_score_of_samples_is_the_integral_of_their_steps() {
        let samples: [f32; 5] = [-1.5, 0.25, 0.25, 2.0, 7.5];
        for y in [-2.0, 0.25, 1.0, 9.0] {
            let below =
                |x: f64| samples.iter().filter(|&&s| f64::from(s) <= x).count() as f64 / 5.0;
            let score = crps_samples(&[y], &samples.map(|sample| [sample])).unwrap();
            assert!(
                (score - integral(f64::from(y), below)).abs() < 1e-3,
                "{y} {score}"
            );
        }
    }

    #[test]
    fn many_samples_of_a_distribution_score_like_it() {
        // Evenly spread quantiles of the logistic stand in for draws; its own integral is the reference.
        let samples: Vec<[f32; 1]> = (0..4000)
            .map(|rank| {
                let p = (f64::from(rank) + 0.5) / 4000.0;
                [(p / (1.0 - p)).ln() as f32]
            })
            .collect();
        let expected = integral(1.5, |x| 1.0 / (1.0 + (-x).exp()));
        let score = crps_samples(&[1.5], &samples).unwrap();
        assert!((score - expected).abs() < 1e-3, "{score} {expected}");
    }
}
