//! The mean surprise at the observed labels.

use super::{known_cells, mean, observed_rows};

/// Probabilities below this are raised to it: one certain mistake shall not make the mean infinite.
const FLOOR: f64 = f32::EPSILON as f64;

/// The mean negative logarithm of the probability given to the observed class, in nats.
///
/// ```text
/// log_loss = −mean ln max(p_{i, observed_i}, 2⁻²³)
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::log_loss;
/// let loss = log_loss(&[0, 1], &[0.5, 0.5, 0.75, 0.25], 2).unwrap();
/// assert!((loss - (2.0_f64.ln() + 4.0_f64.ln()) / 2.0).abs() < 1e-12);
/// ```
///
/// # References
/// scikit-learn, [`log_loss`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.log_loss.html).
///
/// # Differences
/// scikit-learn also lowers probabilities near 1; here a perfect prediction has loss 0.
pub fn log_loss(observed: &[i32], probabilities: &[f32], classes: usize) -> Option<f64> {
    mean(
        observed_rows(observed, probabilities, classes)
            .map(|(class, row)| surprise(f64::from(row[class]))),
    )
}

/// The mean negative logarithm of the probability given to what was observed, over all known cells.
///
/// ```text
/// log_loss = −mean over known cells of ln max(y_il p_il + (1 − y_il)(1 − p_il), 2⁻²³)
/// ```
///
/// # Shapes
/// - `observed`, `probabilities`: `[rows, width]`, the probability of presence; 2 = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::log_loss_labels;
/// let loss = log_loss_labels(&[1, 0, 2], &[0.5, 0.5, 0.9]).unwrap();
/// assert!((loss - 2.0_f64.ln()).abs() < 1e-12);
/// ```
///
/// # References
/// As [`log_loss`], each cell a binary problem.
pub fn log_loss_labels(observed: &[u8], probabilities: &[f32]) -> Option<f64> {
    mean(known_cells(observed, probabilities).map(|(present, p)| {
        let p = f64::from(p);
        surprise(if present { p } else { 1.0 - p })
    }))
}

fn surprise(probability: f64) -> f64 {
    // `max` of NaN would be the floor; a NaN has to surface as an undefined metric instead.
    if probability.is_nan() {
        f64::NAN
    } else {
        -probability.max(FLOOR).ln()
    }
}
