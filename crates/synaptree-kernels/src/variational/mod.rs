//! What learned distributions of weights need besides the layer, as one operator each way: the link from parameters to
//! deviations, and the divergence from a normal prior.

mod elementary;
mod operator;

use burn::tensor::activation::log_sigmoid;
use burn::tensor::{DType, Tensor};

use crate::device::runs_on_flex;

/// ln(1 + eˣ), without overflow.
///
/// ```text
/// y = max(x, 0) + ln(1 + e^−|x|),   ∂y/∂x = 1 / (1 + e^−x)
/// ```
///
/// On the Flex device and in single precision this is one pass each way, within 3e-7 of the value and never below 10⁻³⁸;
/// elsewhere it is Burn's.
///
/// # Shapes
///
/// - x: any
/// - result: as x
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::softplus;
///
/// let x = Tensor::<1>::from_floats([0.0, 300.0, -300.0], &Device::flex());
/// let y: Vec<f32> = softplus(x).into_data().try_into_vec().unwrap();
/// assert!((y[0] - 2.0_f32.ln()).abs() < 1e-7);
/// assert_eq!(y[1], 300.0);
/// assert!(y[2] > 0.0 && y[2] < 1e-37);
/// ```
pub fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    if x.dtype() == DType::F32 && runs_on_flex(&x.device()) {
        return operator::softplus(x);
    }
    -log_sigmoid(-x)
}

/// Σ KL(N(μ, σ²) ‖ N(0, S²)), for a fixed S or for the S that makes it least.
///
/// ```text
/// fixed S     Σ (σ² + μ²) / 2S² − ln σ + ln S − ½
/// best S      S² = mean(σ² + μ²),   n ln S − Σ ln σ
/// ```
///
/// On the Flex device and in single precision this is one pass each way, whose sums have the same bits for any number of
/// threads; elsewhere it is [`portable_normal_divergence`].
///
/// # Parameters
///
/// | Name | Range | Purpose |
/// |---|---|---|
/// | `spread` | > 0, or `None` | S; `None` takes the best |
///
/// # Shapes
///
/// - mean, deviation (> 0): equal
/// - result: `[1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::normal_divergence;
///
/// let device = Device::flex();
/// let (mean, deviation) = (Tensor::<1>::from_floats([1.0], &device), Tensor::from_floats([1.0], &device));
/// let fixed = normal_divergence(mean.clone(), deviation.clone(), Some(1.0)).into_scalar::<f32>();
/// assert!((fixed - 0.5).abs() < 1e-6);
/// let best = normal_divergence(mean, deviation, None).into_scalar::<f32>();
/// assert!((best - 0.5 * 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// Blundell et al., "Weight uncertainty in neural networks" (2015), arXiv:1505.05424, for the fixed prior; Graves,
/// "Practical variational inference for neural networks" (2011), NIPS 24, equation 9, for the best.
pub fn normal_divergence<const D: usize>(
    mean: Tensor<D>,
    deviation: Tensor<D>,
    spread: Option<f64>,
) -> Tensor<1> {
    let types = [mean.dtype(), deviation.dtype()];
    if types == [DType::F32; 2] && runs_on_flex(&mean.device()) {
        return operator::normal_divergence(mean, deviation, spread);
    }
    portable_normal_divergence(mean, deviation, spread)
}

/// [`normal_divergence`] written with Burn's operators.
pub fn portable_normal_divergence<const D: usize>(
    mean: Tensor<D>,
    deviation: Tensor<D>,
    spread: Option<f64>,
) -> Tensor<1> {
    let n = mean.shape().num_elements() as f64;
    let squares = (deviation.clone().square() + mean.square()).sum();
    let logarithms = deviation.log().sum();
    match spread {
        Some(spread) => squares * (0.5 / (spread * spread)) - logarithms + n * (spread.ln() - 0.5),
        None => (squares / n).log() * (0.5 * n) - logarithms,
    }
}

#[cfg(test)]
mod tests;
