//! The root of the mean squared error.

use super::{known_reals, mean};

/// The root mean squared error of each column, in its unit; `None` where no value is known.
///
/// ```text
/// rmse_c = √ mean over known rows of (predicted_ic − observed_ic)²
/// ```
///
/// # Shapes
/// - `observed`, `predicted`: `[rows, columns]`; NaN = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::rmse_columns;
/// let errors = rmse_columns(&[1.0, 10.0, f32::NAN, 10.0], &[3.0, 13.0, 0.0, 6.0], 2);
/// assert_eq!(errors, [Some(2.0), Some(12.5_f64.sqrt())]);
/// ```
///
/// # References
/// As [`rmse`].
pub fn rmse_columns(observed: &[f32], predicted: &[f32], columns: usize) -> Vec<Option<f64>> {
    (0..columns)
        .map(|column| {
            let known = known_reals(observed, predicted, columns, column);
            mean(known.map(|(y, p)| (p - y).powi(2))).map(f64::sqrt)
        })
        .collect()
}

/// The root mean squared error; the mean over columns for several.
///
/// ```text
/// rmse = mean over columns of √ mean (predicted − observed)²
/// ```
///
/// # Shapes
/// - `observed`, `predicted`: `[rows, columns]`; NaN = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::rmse;
/// assert_eq!(rmse(&[1.0, 2.0], &[4.0, 6.0], 1), Some(12.5_f64.sqrt()));
/// ```
///
/// # References
/// scikit-learn, [`root_mean_squared_error`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.root_mean_squared_error.html).
///
/// # Differences
/// A column without a known value is left out of the mean.
pub fn rmse(observed: &[f32], predicted: &[f32], columns: usize) -> Option<f64> {
    mean(
        rmse_columns(observed, predicted, columns)
            .into_iter()
            .flatten(),
    )
}
