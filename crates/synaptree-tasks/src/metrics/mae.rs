//! The mean absolute error.

use super::{known_reals, mean};

/// The mean absolute error, in the target's unit; the mean over columns for several.
///
/// ```text
/// mae = mean over columns of mean |predicted − observed|
/// ```
///
/// # Shapes
/// - `observed`, `predicted`: `[rows, columns]`; NaN = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::mae;
/// assert_eq!(mae(&[1.0, 2.0, f32::NAN], &[1.5, 4.0, 9.0], 1), Some(1.25));
/// ```
///
/// # References
/// scikit-learn, [`mean_absolute_error`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_error.html).
///
/// # Differences
/// A column without a known value is left out of the mean.
pub fn mae(observed: &[f32], predicted: &[f32], columns: usize) -> Option<f64> {
    mean((0..columns).filter_map(|column| {
        mean(known_reals(observed, predicted, columns, column).map(|(y, p)| (p - y).abs()))
    }))
}

/// The mean distance in ranks between observed and decided ordered classes.
///
/// ```text
/// mae = mean over known rows of |decided_i − observed_i|
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `decided`: `[rows]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::mae_classes;
/// assert_eq!(mae_classes(&[0, 2, -1], &[1, 0, 2]), Some(1.5));
/// ```
///
/// # References
/// As [`mae`], on ranks.
pub fn mae_classes(observed: &[i32], decided: &[u32]) -> Option<f64> {
    let known = observed
        .iter()
        .zip(decided)
        .filter(|(class, _)| **class >= 0);
    mean(known.map(|(&observed, &decided)| (f64::from(observed) - f64::from(decided)).abs()))
}
