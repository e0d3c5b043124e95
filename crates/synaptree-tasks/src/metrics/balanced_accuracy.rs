//! The mean recall of the observed classes.

use super::{Counts, mean};

/// The mean, over the classes that were observed, of the share decided rightly.
///
/// ```text
/// balanced_accuracy = mean over observed classes c of both_c / observed_c
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, balanced_accuracy};
/// let counts = Counts::of_classes(&[0, 0, 0, 1], &[0, 0, 1, 1], 2);
/// assert_eq!(balanced_accuracy(&counts), Some((2.0 / 3.0 + 1.0) / 2.0));
/// ```
///
/// # References
/// Brodersen et al., *The balanced accuracy and its posterior distribution*, ICPR 2010; scikit-learn,
/// [`balanced_accuracy_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.balanced_accuracy_score.html).
pub fn balanced_accuracy(counts: &Counts) -> Option<f64> {
    mean(
        counts
            .present()
            .filter(|(observed, _, _)| *observed > 0.0)
            .map(|(observed, _, both)| both / observed),
    )
}
