//! How often an interval holds the truth.

use super::mean;

/// The half width, in standard deviations, of the central 90 % of a normal distribution.
const HALF_WIDTH: f64 = 1.644_853_626_951_472_7;

/// The share of known values inside the central 90 % interval of their normal distribution.
///
/// ```text
/// coverage_90 = share of |observed − μ| ≤ 1.645 σ                    0.9 where σ is right
/// ```
///
/// # Shapes
/// - `observed`, `predicted`, `variance`: `[rows, columns]`; NaN in `observed` = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::coverage_90;
/// let coverage = coverage_90(&[1.0, 2.0, f32::NAN], &[0.0, 0.0, 0.0], &[1.0, 1.0, 1.0]);
/// assert_eq!(coverage, Some(0.5));
/// ```
///
/// # References
/// Gneiting et al., *Probabilistic forecasts, calibration and sharpness*, JRSS B 69, 2007, section 3.
pub fn coverage_90(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    let cells = observed.iter().zip(predicted).zip(variance);
    mean(
        cells
            .filter(|((y, _), _)| !y.is_nan())
            .map(|((&y, &mean), &variance)| {
                let error = (f64::from(y) - f64::from(mean)).abs();
                let inside = error <= HALF_WIDTH * f64::from(variance).sqrt();
                f64::from(u8::from(inside))
            }),
    )
}
