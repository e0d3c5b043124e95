//! The area under the precision-recall curve.

use super::ranking::Ranking;
use super::{column, known_cells, mean, observed_rows};

fn area(ranking: &Ranking) -> Option<f64> {
    if ranking.positives == 0 {
        return None;
    }
    let (mut found, mut seen, mut area) = (0_u64, 0_u64, 0.0);
    for (positives, negatives) in ranking.groups() {
        found += positives;
        seen += positives + negatives;
        area += positives as f64 * (found as f64 / seen as f64);
    }
    Some(area / ranking.positives as f64)
}

/// The mean precision at each threshold, weighted by the recall gained there.
///
/// ```text
/// AP = Σ_n (R_n − R_{n−1}) P_n            over the distinct scores, falling
/// ```
///
/// `None` unless a positive row was observed.
///
/// # Shapes
/// - `observed`: `[rows]`, 0 or 1, negative = missing. `positive`: `[rows]`, the score of class 1.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::average_precision;
/// let area = average_precision(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8]).unwrap();
/// assert!((area - 0.8333333333333333).abs() < 1e-12);
/// ```
///
/// # References
/// scikit-learn, [`average_precision_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html).
pub fn average_precision(observed: &[i32], positive: &[f32]) -> Option<f64> {
    let cells = observed_rows(observed, positive, 1).map(|(class, score)| (class == 1, score[0]));
    area(&Ranking::new(cells)?)
}

/// The mean of each class's average precision against all others, over the observed classes.
///
/// ```text
/// AP = mean over classes c of AP(observed = c, p_c)
/// ```
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::average_precision_one_vs_rest;
/// let probabilities = [0.8, 0.1, 0.1, 0.2, 0.6, 0.2, 0.3, 0.3, 0.4];
/// let area = average_precision_one_vs_rest(&[0, 1, 2], &probabilities, 3);
/// assert_eq!(area, Some(1.0));
/// ```
///
/// # References
/// scikit-learn, `average_precision_score` with `average="macro"` on the one-hot classes.
pub fn average_precision_one_vs_rest(
    observed: &[i32],
    probabilities: &[f32],
    classes: usize,
) -> Option<f64> {
    mean((0..classes).filter_map(|index| {
        let cells = observed_rows(observed, probabilities, classes)
            .map(|(class, row)| (class == index, row[index]));
        area(&Ranking::new(cells)?)
    }))
}

/// The mean of each label's average precision, over the labels observed present at least once.
///
/// ```text
/// AP = mean over labels l of AP(y_l, p_l)
/// ```
///
/// # Shapes
/// - `observed`: `[rows, width]`, 2 = missing. `probabilities`: `[rows, width]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::average_precision_labels;
/// let area = average_precision_labels(&[1, 0, 0, 1], &[0.2, 0.3, 0.9, 0.4], 2);
/// assert_eq!(area, Some((0.5 + 1.0) / 2.0));
/// ```
///
/// # References
/// scikit-learn, `average_precision_score` with `average="macro"` on a label matrix.
///
/// # Differences
/// scikit-learn counts a label that is never present as 0; here it is left out of the mean.
pub fn average_precision_labels(
    observed: &[u8],
    probabilities: &[f32],
    width: usize,
) -> Option<f64> {
    mean((0..width).filter_map(|label| {
        let observed: Vec<u8> = column(observed, width, label).collect();
        let scores: Vec<f32> = column(probabilities, width, label).collect();
        area(&Ranking::new(known_cells(&observed, &scores))?)
    }))
}

/// The average precision of all (row, label) cells taken as one ranking: the AU(PRC) of the
/// hierarchical benchmarks.
///
/// All cells are sorted once, in linear time.
///
/// # Shapes
/// - `observed`, `probabilities`: `[cells]`; 2 = missing. Mark root nodes as missing: they hold in
///   every row.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::micro_average_precision;
/// // Row 1: root, a, b; row 2 likewise. Precisions at the two positives: 1/1 and 2/3.
/// let area = micro_average_precision(&[2, 1, 0, 2, 0, 1], &[1.0, 0.9, 0.7, 1.0, 0.1, 0.4]);
/// assert_eq!(area, Some((1.0 + 2.0 / 3.0) / 2.0));
/// ```
///
/// # References
/// Vens et al., *Decision trees for hierarchical multi-label classification*, Machine Learning 73, 2008;
/// Giunchiglia and Lukasiewicz, *Coherent Hierarchical Multi-Label Classification Networks*,
/// [arXiv 2010.10151](https://arxiv.org/abs/2010.10151); scikit-learn, `average_precision_score`
/// with `average="micro"`.
pub fn micro_average_precision(observed: &[u8], probabilities: &[f32]) -> Option<f64> {
    area(&Ranking::new(known_cells(observed, probabilities))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_score_gives_the_share_of_positives() {
        assert_eq!(average_precision(&[1, 0, 0, 0, -1], &[0.3; 5]), Some(0.25));
    }

    #[test]
    fn a_large_ranking_equals_the_same_cells_in_another_order() {
        // 60 000 cells: enough for the linear-time sort; few distinct scores: many ties.
        let observed: Vec<u8> = (0..60_000_u32)
            .map(|i| u8::from(i.wrapping_mul(2_654_435_761) >> 29 == 0))
            .collect();
        let scores: Vec<f32> = (0..60_000_u32)
            .map(|i| (i * 7919 % 997) as f32 / 997.0)
            .collect();
        let forward = micro_average_precision(&observed, &scores).unwrap();
        let reversed = micro_average_precision(
            &observed.iter().rev().copied().collect::<Vec<_>>(),
            &scores.iter().rev().copied().collect::<Vec<_>>(),
        );
        assert_eq!(Some(forward), reversed);
        assert!((0.1..0.15).contains(&forward), "{forward}");
    }
}
