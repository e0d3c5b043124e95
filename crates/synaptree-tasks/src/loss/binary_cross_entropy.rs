//! Negative log-likelihood of yes and no.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// The negative log-likelihood of yes or no from signed logits `z` (the logit for yes, its
/// opposite for no).
///
/// ```text
/// l = −(1 − s/2) · log σ(z) − s/2 · log σ(−z)          s = label_smoothing
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
/// use synaptree_tasks::loss::binary_cross_entropy;
///
/// let z = Tensor::<2>::from_data([[-200.0, 0.0]], &Device::flex());
/// let terms = binary_cross_entropy(z, 0.0).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(terms[0], 200.0);
/// assert!((terms[1] - 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// PyTorch, [`BCEWithLogitsLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html);
/// Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception Architecture for Computer
/// Vision, 2016, [arXiv:1512.00567](https://arxiv.org/abs/1512.00567), section 7: label smoothing.
pub fn binary_cross_entropy(signed_logits: Tensor<2>, label_smoothing: f64) -> Tensor<2> {
    if label_smoothing == 0.0 {
        return -log_sigmoid(signed_logits);
    }
    let half = 0.5 * label_smoothing;
    -(log_sigmoid(signed_logits.clone()) * (1.0 - half) + log_sigmoid(-signed_logits) * half)
}
