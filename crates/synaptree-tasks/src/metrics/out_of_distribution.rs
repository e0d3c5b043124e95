//! How well a score tells rows of another kind from rows of the kind that was trained on.

use super::auroc;
use super::ratio;

/// The probability that a row of another kind scores higher than a row of the known kind, ties half.
///
/// # Shapes
/// - `known`, `other`: any number of scores; larger ones mean less sure.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::ood_auroc;
/// assert_eq!(ood_auroc(&[0.1, 0.2], &[0.2, 0.9]), Some(0.875));
/// ```
///
/// # References
/// Hendrycks and Gimpel, *A baseline for detecting misclassified and out-of-distribution examples in neural
/// networks*, [arXiv 1610.02136](https://arxiv.org/abs/1610.02136), section 2.
pub fn ood_auroc(known: &[f32], other: &[f32]) -> Option<f64> {
    let labels: Vec<i32> = std::iter::repeat_n(0, known.len())
        .chain(std::iter::repeat_n(1, other.len()))
        .collect();
    auroc(&labels, &[known, other].concat())
}

/// The share of rows of another kind that pass for known where 95 % of the known rows do.
///
/// ```text
/// t = the smallest score with |{known ≤ t}| ≥ 0.95 · known          fpr95 = |{other ≤ t}| / other
/// ```
///
/// `None` without rows of both kinds, or where a score is not a number. Lower is better.
///
/// # Shapes
/// - `known`, `other`: any number of scores; larger ones mean less sure.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::fpr95;
/// let known: Vec<f32> = (1..=20).map(|rank| rank as f32).collect();
/// assert_eq!(fpr95(&known, &[3.0, 19.0, 20.0, 30.0]), Some(0.5));
/// ```
///
/// # References
/// Liang, Li and Srikant, *Enhancing the reliability of out-of-distribution image detection in neural networks*,
/// [arXiv 1706.02690](https://arxiv.org/abs/1706.02690), section 4.3.
pub fn fpr95(known: &[f32], other: &[f32]) -> Option<f64> {
    if known.iter().chain(other).any(|score| score.is_nan()) {
        return None;
    }
    let mut sorted = known.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    // ⌈0.95 n⌉ in integers: 0.95 itself is no binary fraction.
    let rank = (sorted.len() * 19).div_ceil(20);
    let threshold = *sorted.get(rank.checked_sub(1)?)?;
    let passed = other.iter().filter(|&&score| score <= threshold).count();
    ratio(passed as f64, other.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_score_alike_cannot_be_told_apart() {
        let scores: Vec<f32> = (0..200).map(|row| (row * 37 % 200) as f32).collect();
        assert_eq!(ood_auroc(&scores, &scores), Some(0.5));
        assert_eq!(fpr95(&scores, &scores), Some(0.95));
    }

    #[test]
    fn nothing_is_said_without_rows_of_both_kinds() {
        assert_eq!((fpr95(&[], &[1.0]), fpr95(&[1.0], &[])), (None, None));
        assert_eq!(
            (ood_auroc(&[], &[1.0]), fpr95(&[f32::NAN], &[1.0])),
            (None, None)
        );
    }
}
