//! How much of what was decided is right.

use super::{Counts, mean, ratio};

/// The mean precision of the classes that were observed or decided.
///
/// ```text
/// precision_macro = mean over classes c of both_c / decided_c        (0 where never decided)
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, precision_macro};
/// let counts = Counts::of_classes(&[0, 1, 1, 1], &[0, 0, 1, 1], 2);
/// assert_eq!(precision_macro(&counts), Some((0.5 + 1.0) / 2.0));
/// ```
///
/// # References
/// scikit-learn, [`precision_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_score.html)
/// with `average="macro"`.
///
/// # Differences
/// With several labels a row, scikit-learn counts a label that was neither observed nor decided as 0;
/// here it is left out, as scikit-learn itself does with classes.
pub fn precision_macro(counts: &Counts) -> Option<f64> {
    mean(
        counts
            .present()
            .map(|(_, decided, both)| ratio(both, decided).unwrap_or(0.0)),
    )
}
