//! The share of variance that is explained.

use super::{known_reals, mean, ratio};

/// The coefficient of determination; the mean over columns for several.
///
/// ```text
/// r2 = mean over columns of 1 − Σ (observed − predicted)² / Σ (observed − mean observed)²
/// ```
///
/// A column whose known values are all equal has no variance to explain and is left out of the mean.
///
/// # Shapes
/// - `observed`, `predicted`: `[rows, columns]`; NaN = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::r2;
/// let score = r2(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0], 1).unwrap();
/// assert!((score - 0.9486081370449679).abs() < 1e-12);
/// assert_eq!(r2(&[1.0, 1.0], &[1.0, 2.0], 1), None);
/// ```
///
/// # References
/// scikit-learn, [`r2_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.r2_score.html).
///
/// # Differences
/// scikit-learn calls a constant column 0 or 1; here it is undefined.
pub fn r2(observed: &[f32], predicted: &[f32], columns: usize) -> Option<f64> {
    mean((0..columns).filter_map(|column| {
        let known = known_reals(observed, predicted, columns, column);
        let centre = mean(known.clone().map(|(y, _)| y))?;
        let total = known.clone().map(|(y, _)| (y - centre).powi(2)).sum();
        let residual = known.map(|(y, p)| (y - p).powi(2)).sum();
        ratio(residual, total).map(|unexplained| 1.0 - unexplained)
    }))
}
