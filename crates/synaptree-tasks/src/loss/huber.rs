//! Squared near zero, absolute far from it.

use burn::tensor::Tensor;

/// Half the squared difference up to `delta`, then linear with the same slope.
///
/// ```text
/// e = |output − target|,   q = min(e, δ)
/// l = q²/2 + δ · (e − q)
/// ```
///
/// # Shapes
///
/// - `outputs`, `targets`: `[rows, columns]`
/// - result: `[rows, columns]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::huber;
///
/// let device = Device::flex();
/// let output = Tensor::<2>::from_data([[3.0, 0.5]], &device);
/// let terms = huber(output.clone(), output.zeros_like(), 1.0).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(terms, [2.5, 0.125]);
/// ```
///
/// # References
///
/// Huber: Robust Estimation of a Location Parameter, 1964, Ann. Math. Stat. 35(1).
pub fn huber(outputs: Tensor<2>, targets: Tensor<2>, delta: f64) -> Tensor<2> {
    let error = (outputs - targets).abs();
    let near = error.clone().clamp_max(delta);
    near.clone() * near.clone() * 0.5 + (error - near) * delta
}
