//! The squared distance of probabilities from what happened.

use super::{known_cells, mean, observed_rows};

/// The mean squared distance between the class probabilities and the observed class.
///
/// ```text
/// two classes:   mean (p_i − y_i)²              in [0, 1]
/// more classes:  mean Σ_c (p_ic − y_ic)²        in [0, 2]
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::brier;
/// assert_eq!(brier(&[1, 0], &[0.25, 0.75, 1.0, 0.0], 2), Some(0.03125));
/// assert_eq!(brier(&[0], &[0.5, 0.25, 0.25], 3), Some(0.375));
/// ```
///
/// # References
/// Brier, *Verification of forecasts expressed in terms of probability*, Monthly Weather Review 78, 1950;
/// scikit-learn, [`brier_score_loss`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.brier_score_loss.html)
/// with `scale_by_half="auto"`.
pub fn brier(observed: &[i32], probabilities: &[f32], classes: usize) -> Option<f64> {
    let scale = if classes <= 2 { 0.5 } else { 1.0 };
    mean(
        observed_rows(observed, probabilities, classes).map(|(class, row)| {
            let distance = |(index, &p): (usize, &f32)| squared(f64::from(p), index == class);
            scale * row.iter().enumerate().map(distance).sum::<f64>()
        }),
    )
}

/// The mean squared distance between the probability of presence and presence, over all known cells.
///
/// ```text
/// brier = mean over known cells of (p_il − y_il)²
/// ```
///
/// # Shapes
/// - `observed`, `probabilities`: `[rows, width]`; 2 = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::brier_labels;
/// assert_eq!(brier_labels(&[1, 0, 2], &[0.5, 0.25, 0.9]), Some(0.15625));
/// ```
///
/// # References
/// As [`brier`], each cell a binary problem.
pub fn brier_labels(observed: &[u8], probabilities: &[f32]) -> Option<f64> {
    mean(known_cells(observed, probabilities).map(|(present, p)| squared(f64::from(p), present)))
}

fn squared(probability: f64, happened: bool) -> f64 {
    (probability - f64::from(u8::from(happened))).powi(2)
}
