//! The share of right decisions.

use super::{known_cells, mean};

/// The share of observed rows whose class was decided rightly.
///
/// ```text
/// accuracy = |{i : decided_i = observed_i}| / |{i : observed_i known}|
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `decided`: `[rows]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::accuracy;
/// assert_eq!(accuracy(&[0, 1, 2, -1], &[0, 1, 1, 0]), Some(2.0 / 3.0));
/// assert_eq!(accuracy(&[-1], &[0]), None);
/// ```
///
/// # References
/// scikit-learn, [`accuracy_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.accuracy_score.html).
pub fn accuracy(observed: &[i32], decided: &[u32]) -> Option<f64> {
    mean(
        observed
            .iter()
            .zip(decided)
            .filter(|(observed, _)| **observed >= 0)
            .map(|(&observed, &decided)| f64::from(u8::from(observed as u32 == decided))),
    )
}

/// The share of observed cells that were decided rightly, for several labels a row.
///
/// ```text
/// accuracy = |{(i, l) : decided_il = observed_il}| / |{(i, l) : observed_il known}|
/// ```
///
/// # Shapes
/// - `observed`: `[rows, labels]`, 2 = missing. `decided`: `[rows, labels]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::accuracy_labels;
/// let accuracy = accuracy_labels(&[1, 0, 2, 1], &[true, true, true, true]);
/// assert_eq!(accuracy, Some(2.0 / 3.0));
/// ```
///
/// # References
/// scikit-learn, [`hamming_loss`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.hamming_loss.html);
/// this is 1 minus it.
///
/// # Differences
/// scikit-learn's `accuracy_score` counts whole rows, which is not defined where a row has gaps.
pub fn accuracy_labels(observed: &[u8], decided: &[bool]) -> Option<f64> {
    mean(
        known_cells(observed, decided)
            .map(|(present, decided)| f64::from(u8::from(present == decided))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_missing_leaves_accuracy_undefined() {
        assert_eq!(accuracy(&[-1, -1], &[0, 1]), None);
        assert_eq!(accuracy_labels(&[2, 2], &[true, false]), None);
    }
}
