//! How much of what was there is found.

use super::{Counts, mean, ratio};

/// The mean recall of the classes that were observed or decided.
///
/// ```text
/// recall_macro = mean over classes c of both_c / observed_c          (0 where never observed)
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, recall_macro};
/// let counts = Counts::of_classes(&[0, 1, 1, 1], &[0, 0, 1, 1], 2);
/// assert_eq!(recall_macro(&counts), Some((1.0 + 2.0 / 3.0) / 2.0));
/// ```
///
/// # References
/// scikit-learn, [`recall_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.recall_score.html)
/// with `average="macro"`.
///
/// # Differences
/// With several labels a row, scikit-learn counts a label that was neither observed nor decided as 0;
/// here it is left out, as scikit-learn itself does with classes.
pub fn recall_macro(counts: &Counts) -> Option<f64> {
    mean(
        counts
            .present()
            .map(|(observed, _, both)| ratio(both, observed).unwrap_or(0.0)),
    )
}
