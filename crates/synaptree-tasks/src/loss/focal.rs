//! Cross-entropy that counts confident rows less.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// The focal loss of a class from its log-probability.
///
/// ```text
/// l = −(1 − p)^γ · log p
/// ```
///
/// # Shapes
///
/// - `log_probability`: `[rows, 1]`, of the true class
/// - result: `[rows, 1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::focal;
///
/// let log_p = Tensor::<2>::from_data([[0.25_f32.ln()]], &Device::flex());
/// let term = focal(log_p, 2.0).into_scalar::<f32>();
/// assert!((term - 0.75 * 0.75 * 4.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, 2017,
/// [arXiv:1708.02002](https://arxiv.org/abs/1708.02002), equation 4.
///
/// # Differences
///
/// The paper's α is `class_weights`, and the mean divides by the sum of weights.
pub fn focal(log_probability: Tensor<2>, gamma: f64) -> Tensor<2> {
    // Away from 0, where the slope of a power below 1 has no bound.
    let others = (-log_probability.clone().exp() + 1.0).clamp_min(1e-7);
    others.powf_scalar(gamma) * -log_probability
}

/// The focal loss of yes or no from signed logits `z`.
///
/// ```text
/// l = −σ(−z)^γ · log σ(z)
/// ```
///
/// # Shapes
///
/// - `signed_logits`: `[rows, columns]`
/// - result: `[rows, columns]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::binary_focal;
///
/// let z = Tensor::<2>::from_data([[0.0]], &Device::flex());
/// let term = binary_focal(z, 2.0).into_scalar::<f32>();
/// assert!((term - 0.25 * 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// As [`focal`].
pub fn binary_focal(signed_logits: Tensor<2>, gamma: f64) -> Tensor<2> {
    let others = (log_sigmoid(-signed_logits.clone()) * gamma).exp();
    others * -log_sigmoid(signed_logits)
}
