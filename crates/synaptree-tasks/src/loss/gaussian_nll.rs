//! Gaussian negative log-likelihood with a predicted variance.

use burn::tensor::Tensor;

/// The largest absolute log-variance that a head can predict, in squared standard deviations of
/// the target.
pub const LOG_VARIANCE_LIMIT: f64 = 10.0;

/// The log-variance of raw outputs: the identity near 0, bounded smoothly, so that no row is ever
/// without a slope.
///
/// ```text
/// s = L · tanh(raw / L)
/// ```
///
/// # Shapes
///
/// - `raw`: `[rows, columns]`
/// - result: `[rows, columns]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::{LOG_VARIANCE_LIMIT, log_variance};
///
/// let raw = Tensor::<2>::from_data([[0.0, 1e6]], &Device::flex());
/// let bounded = log_variance(raw).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(bounded, [0.0, LOG_VARIANCE_LIMIT as f32]);
/// ```
pub fn log_variance(raw: Tensor<2>) -> Tensor<2> {
    (raw / LOG_VARIANCE_LIMIT).tanh() * LOG_VARIANCE_LIMIT
}

/// The negative logarithm of a Gaussian density, without the constant `log(2π)/2`.
///
/// ```text
/// l = (s + (target − mean)² · exp(−s)) / 2
/// ```
///
/// # Shapes
///
/// - `outputs`: `[rows, 2 · columns]`: means, then raw log-variances ([`log_variance`])
/// - `targets`: `[rows, columns]`
/// - result: `[rows, columns]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::gaussian_nll;
///
/// let device = Device::flex();
/// let outputs = Tensor::<2>::from_data([[1.0, 0.0]], &device);
/// let target = Tensor::<2>::from_data([[3.0]], &device);
/// assert_eq!(gaussian_nll(outputs, target).into_scalar::<f32>(), 2.0);
/// ```
///
/// # References
///
/// Nix, Weigend: Estimating the mean and variance of the target probability distribution, 1994,
/// [doi:10.1109/ICNN.1994.374138](https://doi.org/10.1109/ICNN.1994.374138).
pub fn gaussian_nll(outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    let columns = targets.dims()[1];
    let mean = outputs.clone().narrow(1, 0, columns);
    let log_variance = log_variance(outputs.narrow(1, columns, columns));
    let difference = targets - mean;
    (log_variance.clone() + difference.clone() * difference * (-log_variance).exp()) * 0.5
}
