//! Negative log-likelihoods of labels as one operator each way.

mod operator;

use burn::tensor::activation::{log_sigmoid, log_softmax};
use burn::tensor::{DType, Int, Tensor};

use crate::device::runs_on_flex;

/// The weighted sum of −log σ(z · sign) over the entries of `logits`.
///
/// ```text
/// L = Σ_ij w_ij · log(1 + exp(−s_ij z_ij))        ∂L/∂z_ij = −w_ij s_ij σ(−s_ij z_ij)
/// ```
///
/// # Shapes
///
/// - logits, signs (±1): `[rows, columns]`
/// - weights: `[rows, columns]`, `[rows, 1]`, or `None` where everything counts 1
/// - result: `[1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::sigmoid_likelihood;
///
/// let device = Device::flex();
/// let logits = Tensor::<2>::from_data([[-200.0, 0.0]], &device);
/// let signs = Tensor::<2>::from_data([[1.0, -1.0]], &device);
/// let sum = sigmoid_likelihood(logits, signs, None).into_scalar::<f32>();
/// assert!((sum - 200.0 - 2.0_f32.ln()).abs() < 1e-4);
/// ```
pub fn sigmoid_likelihood(
    logits: Tensor<2>,
    signs: Tensor<2>,
    weights: Option<Tensor<2>>,
) -> Tensor<1> {
    if logits.dtype() == DType::F32 && runs_on_flex(&logits.device()) {
        return operator::sigmoid(logits, signs, weights);
    }
    weighted_sum(-log_sigmoid(logits * signs), weights)
}

/// The weighted sum of −log softmax(z)\[class\] over the rows of `logits`.
///
/// ```text
/// L = Σ_i w_i · (log Σ_c exp(z_ic) − z_i,class)        ∂L/∂z_ic = w_i (softmax(z_i)_c − [c = class])
/// ```
///
/// # Shapes
///
/// - logits: `[rows, classes]`
/// - classes, weights: `[rows, 1]`; without weights every row counts 1
/// - result: `[1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Int, Tensor};
/// use synaptree_kernels::softmax_likelihood;
///
/// let device = Device::flex();
/// let logits = Tensor::<2>::from_data([[1000.0, 0.0], [0.0, 0.0]], &device);
/// let classes = Tensor::<2, Int>::from_data([[1], [0]], &device);
/// let sum = softmax_likelihood(logits, classes, None).into_scalar::<f32>();
/// assert!((sum - 1000.0 - 2.0_f32.ln()).abs() < 1e-3);
/// ```
pub fn softmax_likelihood(
    logits: Tensor<2>,
    classes: Tensor<2, Int>,
    weights: Option<Tensor<2>>,
) -> Tensor<1> {
    let kinds = (logits.dtype(), classes.dtype());
    if kinds == (DType::F32, DType::I32) && runs_on_flex(&logits.device()) {
        return operator::softmax(logits, classes, weights);
    }
    weighted_sum(-log_softmax(logits, 1).gather(1, classes), weights)
}

fn weighted_sum(terms: Tensor<2>, weights: Option<Tensor<2>>) -> Tensor<1> {
    match weights {
        Some(weights) => (terms * weights).sum_dim(1).sum(),
        None => terms.sum_dim(1).sum(),
    }
}

#[cfg(test)]
mod tests;
