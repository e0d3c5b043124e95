//! Proportional odds: one score and ordered thresholds.

use burn::tensor::activation::{log_sigmoid, softplus};
use burn::tensor::{Tensor, TensorData};

/// Log-probabilities of ordered classes from a score `s` and raw thresholds `r`.
///
/// ```text
/// θ_0 = r_0,   θ_j = θ_{j−1} + softplus(r_j)
/// P(class ≤ j) = σ(θ_j − s)
/// log P(class = j) = log σ(θ_j − s) + log σ(s − θ_{j−1}) + log σ(r_j)
/// ```
///
/// The last line is the difference of neighbouring cumulative probabilities, written so that
/// nothing cancels: `1 − exp(−softplus(r)) = σ(r)`. The first class has only the first term, the
/// last class only the second. The odds of every cut change with the row by the same factor
/// because the thresholds are the same for every row.
///
/// # Shapes
///
/// - `outputs`: `[rows, classes]`: the score, then `classes − 1` raw thresholds
/// - result: `[rows, classes]`, normalised
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::ordinal_log_probabilities;
///
/// let outputs = Tensor::<2>::from_data([[0.0, 0.0, 0.0]], &Device::flex());
/// let p = ordinal_log_probabilities(outputs).exp().into_data().try_into_vec::<f32>().unwrap();
/// // θ = (0, ln 2): P = (1/2, 2/3 − 1/2, 1/3)
/// assert!((p[0] - 0.5).abs() < 1e-6 && (p[1] - 1.0 / 6.0).abs() < 1e-6);
/// ```
///
/// # References
///
/// `McCullagh`: Regression Models for Ordinal Data, 1980, J. R. Stat. Soc. B 42(2), section 2.
pub fn ordinal_log_probabilities(outputs: Tensor<2>) -> Tensor<2> {
    let [rows, classes] = outputs.dims();
    let device = outputs.device();
    let score = outputs.clone().narrow(1, 0, 1);
    let raw = outputs.narrow(1, 1, classes - 1);
    if classes == 2 {
        let logit = raw - score;
        return Tensor::cat(vec![log_sigmoid(logit.clone()), log_sigmoid(-logit)], 1);
    }
    let first = raw.clone().narrow(1, 0, 1);
    let further = raw.narrow(1, 1, classes - 2);
    let steps = Tensor::cat(vec![first, softplus(further.clone(), 1.0)], 1);
    // A running sum as a product with an upper triangle of ones.
    let cuts = classes - 1;
    let triangle: Vec<f32> = (0..cuts * cuts)
        .map(|i| if i / cuts <= i % cuts { 1.0 } else { 0.0 })
        .collect();
    let triangle = Tensor::from_data(TensorData::new(triangle, [cuts, cuts]), &device);
    let logits = steps.matmul(triangle) - score;
    let below = log_sigmoid(logits.clone());
    let above = log_sigmoid(-logits);
    let zero = Tensor::zeros([rows, 1], &device);
    let upper = Tensor::cat(vec![below, zero.clone()], 1);
    let lower = Tensor::cat(vec![zero.clone(), above], 1);
    let between = Tensor::cat(vec![zero.clone(), log_sigmoid(further), zero], 1);
    upper + lower + between
}
