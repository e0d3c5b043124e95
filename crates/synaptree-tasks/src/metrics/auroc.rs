//! The area under the receiver operating characteristic.

use super::ranking::Ranking;
use super::{column, known_cells, mean, observed_rows, ratio};

/// Area by the rank statistic: exact in integers, so independent of the order of rows.
fn area(ranking: &Ranking) -> Option<f64> {
    let mut twice = 0_u128;
    let mut negatives_below = u128::from(ranking.negatives);
    for (positives, negatives) in ranking.groups() {
        let (positives, negatives) = (u128::from(positives), u128::from(negatives));
        negatives_below -= negatives;
        twice += positives * (2 * negatives_below + negatives);
    }
    let pairs = u128::from(ranking.positives) * u128::from(ranking.negatives);
    ratio(twice as f64, 2.0 * pairs as f64)
}

/// The probability that a positive row scores higher than a negative one, ties counted half.
///
/// ```text
/// auroc = (|{(p, n) : s_p > s_n}| + ½ |{(p, n) : s_p = s_n}|) / (positives · negatives)
/// ```
///
/// `None` unless both classes were observed.
///
/// # Shapes
/// - `observed`: `[rows]`, 0 or 1, negative = missing. `positive`: `[rows]`, the score of class 1.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::auroc;
/// assert_eq!(auroc(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8]), Some(0.75));
/// assert_eq!(auroc(&[0, 1], &[0.5, 0.5]), Some(0.5));
/// assert_eq!(auroc(&[1, 1], &[0.2, 0.3]), None);
/// ```
///
/// # References
/// Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27, 2006, section 7;
/// scikit-learn, [`roc_auc_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_auc_score.html).
pub fn auroc(observed: &[i32], positive: &[f32]) -> Option<f64> {
    let cells = observed_rows(observed, positive, 1).map(|(class, score)| (class == 1, score[0]));
    area(&Ranking::new(cells)?)
}

/// The mean of each class's area against all others, over the classes that were observed.
///
/// ```text
/// auroc = mean over classes c of auroc(observed = c, p_c)
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::auroc_one_vs_rest;
/// let probabilities = [0.8, 0.1, 0.1, 0.2, 0.6, 0.2, 0.3, 0.3, 0.4];
/// assert_eq!(auroc_one_vs_rest(&[0, 1, 2], &probabilities, 3), Some(1.0));
/// ```
///
/// # References
/// scikit-learn, `roc_auc_score` with `multi_class="ovr"` and `average="macro"`.
///
/// # Differences
/// scikit-learn refuses data in which a class is absent; here that class is left out of the mean.
pub fn auroc_one_vs_rest(observed: &[i32], probabilities: &[f32], classes: usize) -> Option<f64> {
    mean((0..classes).filter_map(|index| {
        let cells = observed_rows(observed, probabilities, classes)
            .map(|(class, row)| (class == index, row[index]));
        area(&Ranking::new(cells)?)
    }))
}

/// The mean of each label's area, over the labels observed both present and absent.
///
/// ```text
/// auroc = mean over labels l of auroc(y_l, p_l)
/// ```
///
/// # Shapes
/// - `observed`: `[rows, width]`, 2 = missing. `probabilities`: `[rows, width]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::auroc_labels;
/// // The second label is never present, so the first one alone counts.
/// assert_eq!(auroc_labels(&[1, 0, 0, 0], &[0.9, 0.3, 0.2, 0.4], 2), Some(1.0));
/// ```
///
/// # References
/// scikit-learn, `roc_auc_score` with `average="macro"` on a label matrix.
pub fn auroc_labels(observed: &[u8], probabilities: &[f32], width: usize) -> Option<f64> {
    mean((0..width).filter_map(|label| {
        let observed: Vec<u8> = column(observed, width, label).collect();
        let scores: Vec<f32> = column(probabilities, width, label).collect();
        area(&Ranking::new(known_cells(&observed, &scores))?)
    }))
}
