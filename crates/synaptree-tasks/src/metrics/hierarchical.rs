//! Precision, recall and F1 of label sets that contain their ancestors.

use super::{Counts, f1_micro, ratio};

/// The share of the decided nodes that were observed, over all rows together.
///
/// ```text
/// hP = Σ_i |D_i ∩ O_i| / Σ_i |D_i|
/// ```
///
/// D and O are the decided and the observed sets, each with all its ancestors. Roots hold in every
/// row and tell nothing: mark their cells as missing (2) before counting.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, hierarchical_precision};
/// // Nodes: root, a, b, a/c. Observed {a, a/c}; decided {a, b}.
/// let counts = Counts::of_labels(&[2, 1, 0, 1], &[true, true, true, false], 4);
/// assert_eq!(hierarchical_precision(&counts), Some(0.5));
/// ```
///
/// # References
/// Kiritchenko et al., *Functional annotation of genes using hierarchical text categorization*, 2005;
/// Miranda et al., the library `hiclass` (`average="micro"`),
/// [JMLR 24, 2023](https://jmlr.org/papers/v24/21-1518.html).
pub fn hierarchical_precision(counts: &Counts) -> Option<f64> {
    let (_, decided, both) = counts.total();
    ratio(both, decided)
}

/// The share of the observed nodes that were decided, over all rows together.
///
/// ```text
/// hR = Σ_i |D_i ∩ O_i| / Σ_i |O_i|
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, hierarchical_recall};
/// let counts = Counts::of_labels(&[2, 1, 0, 1], &[true, true, false, false], 4);
/// assert_eq!(hierarchical_recall(&counts), Some(0.5));
/// ```
///
/// # References
/// As [`hierarchical_precision`].
pub fn hierarchical_recall(counts: &Counts) -> Option<f64> {
    let (observed, _, both) = counts.total();
    ratio(both, observed)
}

/// The harmonic mean of [`hierarchical_precision`] and [`hierarchical_recall`].
///
/// ```text
/// hF = 2 hP hR / (hP + hR) = 2 Σ|D ∩ O| / (Σ|D| + Σ|O|)
/// ```
///
/// The second form is 0, not undefined, where nothing was decided.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{Counts, hierarchical_f1};
/// let counts = Counts::of_labels(&[2, 1, 0, 1], &[true, true, false, false], 4);
/// assert_eq!(hierarchical_f1(&counts), Some(2.0 / 3.0));
/// ```
///
/// # References
/// As [`hierarchical_precision`].
pub fn hierarchical_f1(counts: &Counts) -> Option<f64> {
    f1_micro(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tree: animal (root) -> bird -> owl, animal -> fish. Two rows worked by hand:
    /// observed {bird, owl}, decided {bird}; observed {fish}, decided {bird, owl}.
    fn two_rows() -> Counts {
        Counts::of_labels(
            &[2, 1, 1, 0, 2, 0, 0, 1],
            &[true, true, false, false, true, true, true, false],
            4,
        )
    }

    #[test]
    fn the_scores_equal_those_worked_by_hand() {
        let counts = two_rows();
        assert_eq!(hierarchical_precision(&counts), Some(1.0 / 3.0));
        assert_eq!(hierarchical_recall(&counts), Some(1.0 / 3.0));
        assert_eq!(hierarchical_f1(&counts), Some(1.0 / 3.0));
    }

    #[test]
    fn deciding_nothing_leaves_precision_undefined_and_f1_zero() {
        let counts = Counts::of_labels(&[1, 0], &[false, false], 2);
        assert_eq!(hierarchical_precision(&counts), None);
        assert_eq!(hierarchical_recall(&counts), Some(0.0));
        assert_eq!(hierarchical_f1(&counts), Some(0.0));
    }
}
