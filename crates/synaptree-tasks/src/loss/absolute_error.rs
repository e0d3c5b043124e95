//! Absolute difference.

use burn::tensor::Tensor;

/// The absolute difference.
///
/// ```text
/// l = |output − target|
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
/// use synaptree_tasks::loss::absolute_error;
///
/// let device = Device::flex();
/// let output = Tensor::<2>::from_data([[3.0]], &device);
/// let target = Tensor::<2>::from_data([[5.0]], &device);
/// assert_eq!(absolute_error(output, target).into_scalar::<f32>(), 2.0);
/// ```
pub fn absolute_error(outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    (outputs - targets).abs()
}
