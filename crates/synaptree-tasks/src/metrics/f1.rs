//! The harmonic mean of precision and recall.

use super::{Counts, mean, ratio};

fn f1(observed: f64, decided: f64, both: f64) -> Option<f64> {
    ratio(2.0 * both, observed + decided)
}

/// The mean F1 of the classes that were observed or decided.
///
/// ```text
/// f1_c = 2 both_c / (observed_c + decided_c)
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, f1_macro};
/// let counts = Counts::of_classes(&[0, 1, 1, 1], &[0, 0, 1, 1], 2);
/// assert_eq!(f1_macro(&counts), Some((2.0 / 3.0 + 0.8) / 2.0));
/// ```
///
/// # References
/// scikit-learn, [`f1_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html)
/// with `average="macro"`.
///
/// # Differences
/// With several labels a row, scikit-learn counts a label that was neither observed nor decided as 0;
/// here it is left out, as scikit-learn itself does with classes.
pub fn f1_macro(counts: &Counts) -> Option<f64> {
    mean(
        counts
            .present()
            .filter_map(|(observed, decided, both)| f1(observed, decided, both)),
    )
}

/// The F1 of all classes' counts together. With one class a row it equals the accuracy.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, f1_micro};
/// let counts = Counts::of_labels(&[1, 0, 1, 1], &[true, true, false, true], 2);
/// assert_eq!(f1_micro(&counts), Some(2.0 * 2.0 / 6.0));
/// ```
///
/// # References
/// scikit-learn, [`f1_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html)
/// with `average="micro"`.
pub fn f1_micro(counts: &Counts) -> Option<f64> {
    let (observed, decided, both) = counts.total();
    f1(observed, decided, both)
}

/// The mean F1 of the classes, each weighted by how often it was observed.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, f1_weighted};
/// let counts = Counts::of_classes(&[0, 1, 1, 1], &[0, 0, 1, 1], 2);
/// let weighted = f1_weighted(&counts).unwrap();
/// assert!((weighted - (2.0 / 3.0 + 3.0 * 0.8) / 4.0).abs() < 1e-12);
/// ```
///
/// # References
/// scikit-learn, [`f1_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html)
/// with `average="weighted"`.
pub fn f1_weighted(counts: &Counts) -> Option<f64> {
    let weighted = counts
        .present()
        .filter_map(|(observed, decided, both)| Some(observed * f1(observed, decided, both)?))
        .sum();
    ratio(weighted, counts.total().0)
}
