//! Divergence of the predicted distribution from a target distribution.

use burn::tensor::Tensor;

/// The Kullback–Leibler divergence from target shares to predicted ones.
///
/// ```text
/// l = Σ_c t_c · (log t_c − log p_c),   0 · log 0 = 0
/// ```
///
/// # Shapes
///
/// - `log_probabilities`, `target`: `[rows, classes]`
/// - result: `[rows, 1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::kl_divergence;
///
/// let device = Device::flex();
/// let log_p = Tensor::<2>::from_data([[0.5, 0.5]], &device).log();
/// let target = Tensor::<2>::from_data([[1.0, 0.0]], &device);
/// let term = kl_divergence(log_p, target).into_scalar::<f32>();
/// assert!((term - 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// Kullback, Leibler: On Information and Sufficiency, 1951,
/// [doi:10.1214/aoms/1177729694](https://doi.org/10.1214/aoms/1177729694), equation 2.4.
pub fn kl_divergence(log_probabilities: Tensor<2>, target: Tensor<2>) -> Tensor<2> {
    // A share of 0 contributes 0, and log of the smallest positive number is finite.
    let log_target = target.clone().clamp_min(f32::MIN_POSITIVE).log();
    (target * (log_target - log_probabilities)).sum_dim(1)
}
