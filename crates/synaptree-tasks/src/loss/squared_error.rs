//! Squared difference.

use burn::tensor::Tensor;

/// The squared difference, without a factor of one half, as PyTorch has it.
///
/// ```text
/// l = (output − target)²
/// ```
///
/// Regression targets are standardised; a binary task with this loss compares its raw output with
/// −1 and 1.
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
/// use synaptree_tasks::loss::squared_error;
///
/// let device = Device::flex();
/// let output = Tensor::<2>::from_data([[3.0]], &device);
/// let target = Tensor::<2>::from_data([[1.0]], &device);
/// assert_eq!(squared_error(output, target).into_scalar::<f32>(), 4.0);
/// ```
pub fn squared_error(outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    let difference = outputs - targets;
    difference.clone() * difference
}
