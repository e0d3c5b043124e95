//! How often an interval holds the truth.

use super::mean;
use super::normal::within;

/// The share of known values inside the central interval of a level of their normal distribution.
///
/// ```text
/// coverage(q) = share of |observed − μ| ≤ z σ          Φ(z) − Φ(−z) = q; q where σ is right
/// ```
///
/// # Shapes
/// - `observed`, `predicted`, `variance`: `[rows, columns]`; NaN in `observed` = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::coverage;
/// let of = |level| coverage(&[1.0, 2.0, f32::NAN], &[0.0; 3], &[1.0; 3], level);
/// // One standard deviation holds 68.3 %, two hold 95.4 %.
/// assert_eq!((of(0.68), of(0.69), of(0.96)), (Some(0.0), Some(0.5), Some(1.0)));
/// ```
///
/// # References
/// Gneiting et al., *Probabilistic forecasts, calibration and sharpness*, JRSS B 69, 2007, section 3.
pub fn coverage(observed: &[f32], predicted: &[f32], variance: &[f32], level: f64) -> Option<f64> {
    let cells = observed.iter().zip(predicted).zip(variance);
    mean(
        cells
            .filter(|((y, _), _)| !y.is_nan())
            .map(|((&y, &mean), &variance)| {
                let error = (f64::from(y) - f64::from(mean)).abs();
                // Without any spread only the exact value is inside.
                let inside = error == 0.0 || within(error / f64::from(variance).sqrt()) <= level;
                f64::from(u8::from(inside))
            }),
    )
}

/// [`coverage`] of the central 50 % interval.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::coverage_50;
/// assert_eq!(coverage_50(&[0.6, -0.7], &[0.0; 2], &[1.0; 2]), Some(0.5));
/// ```
pub fn coverage_50(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    coverage(observed, predicted, variance, 0.5)
}

/// [`coverage`] of the central 90 % interval.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::coverage_90;
/// let coverage = coverage_90(&[1.0, 2.0, f32::NAN], &[0.0, 0.0, 0.0], &[1.0, 1.0, 1.0]);
/// assert_eq!(coverage, Some(0.5));
/// ```
pub fn coverage_90(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    coverage(observed, predicted, variance, 0.9)
}

/// [`coverage`] of the central 95 % interval.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::coverage_95;
/// assert_eq!(coverage_95(&[1.9, -2.0], &[0.0; 2], &[1.0; 2]), Some(0.5));
/// ```
pub fn coverage_95(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    coverage(observed, predicted, variance, 0.95)
}
