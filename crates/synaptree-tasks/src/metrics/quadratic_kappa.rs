//! Agreement of ordered classes beyond chance.

use super::ratio;

/// Cohen's kappa with quadratic weights: 1 is full agreement, 0 that of chance.
///
/// ```text
/// κ = 1 − Σ_ij (i − j)² n_ij / Σ_ij (i − j)² e_ij          e_ij = observed_i · decided_j / n
/// ```
///
/// With d = i − j, both sums are moments, so no matrix of classes is needed. `None` where observed
/// and decided are one and the same class throughout.
///
/// # Shapes
/// - `observed`: `[rows]`, the rank of the class, negative = missing. `decided`: `[rows]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::quadratic_kappa;
/// let kappa = quadratic_kappa(&[0, 1, 2, 2, -1], &[0, 1, 1, 2, 0]).unwrap();
/// assert!((kappa - 0.8).abs() < 1e-12);
/// ```
///
/// # References
/// Cohen, *Weighted kappa*, Psychological Bulletin 70, 1968; scikit-learn,
/// [`cohen_kappa_score`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.cohen_kappa_score.html)
/// with `weights="quadratic"`.
pub fn quadratic_kappa(observed: &[i32], decided: &[u32]) -> Option<f64> {
    // Integers keep the sums exact, whatever the order of rows.
    let (mut rows, mut disagreement) = (0_i128, 0_i128);
    let (mut sum, mut squares) = ([0_i128; 2], 0_i128);
    for (&observed, &decided) in observed
        .iter()
        .zip(decided)
        .filter(|(class, _)| **class >= 0)
    {
        let pair = [i128::from(observed), i128::from(decided)];
        rows += 1;
        disagreement += (pair[0] - pair[1]).pow(2);
        squares += pair[0] * pair[0] + pair[1] * pair[1];
        sum = [sum[0] + pair[0], sum[1] + pair[1]];
    }
    // rows · Σ (i − j)² e_ij = rows · Σ (i² + j²) − 2 Σ i Σ j
    let expected = rows * squares - 2 * sum[0] * sum[1];
    ratio((rows * disagreement) as f64, expected as f64).map(|ratio| 1.0 - ratio)
}
