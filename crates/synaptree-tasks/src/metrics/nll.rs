//! The surprise at real values under a normal distribution.

use std::f64::consts::TAU;

use super::mean;

/// The mean negative log-likelihood of the known values under normal distributions, in nats.
///
/// ```text
/// nll = mean ½ ln(2π σ²) + (observed − μ)² / (2σ²)
/// ```
///
/// The density is over the target in its own unit. Cells with no positive variance leave it undefined.
///
/// # Shapes
/// - `observed`, `predicted`, `variance`: `[rows, columns]`; NaN in `observed` = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::nll;
/// let loss = nll(&[1.0, f32::NAN], &[1.0, 0.0], &[1.0, 1.0]).unwrap();
/// assert!((loss - 0.9189385332046727).abs() < 1e-12);
/// ```
///
/// # References
/// Nix and Weigend, *Estimating the mean and variance of the target probability distribution*, ICNN 1994.
pub fn nll(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Option<f64> {
    let cells = observed.iter().zip(predicted).zip(variance);
    mean(
        cells
            .filter(|((y, _), _)| !y.is_nan())
            .map(|((&y, &mean), &variance)| {
                let variance = f64::from(variance);
                let error = f64::from(y) - f64::from(mean);
                0.5 * ((TAU * variance).ln() + error * error / variance)
            }),
    )
}
