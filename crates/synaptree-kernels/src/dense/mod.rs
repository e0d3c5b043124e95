//! A fully connected layer with noisy weights as one operator each way.

mod gradient;
mod operator;
mod panels;
mod portable;

use burn::tensor::{DType, Tensor};

use crate::Key;
use crate::device::runs_on_flex;

pub use portable::portable_dense;

/// The address and the size of the noise of a weight; its element `i` in row-major order has the
/// noise of element `i`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct WeightNoise {
    /// The stream.
    pub key: Key,
    /// The training step.
    pub step: u32,
    /// The Monte Carlo sample.
    pub sample: u32,
    /// The standard deviation.
    pub scale: f32,
}

/// What follows the sum.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Nothing.
    Linear,
    /// max(0, ·).
    Relu,
}

/// A fully connected layer whose weight may be noisy.
///
/// ```text
/// y = f(x (W + scale · ε) + b)
/// ```
///
/// On the Flex device and in single precision this is one operator: the noisy weight is made panel by panel
/// in cache and never stored, the backward pass makes it again, and bias and activation are applied while
/// the sums are in cache. Elsewhere it is [`portable_dense`], whose results differ by rounding.
///
/// # Shapes
///
/// - x: `[rows, inputs]`
/// - weight: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[rows, outputs]`
///
/// # Randomness
///
/// ε is [`normal_tensor`](crate::normal_tensor) of the noise's address. The result has the same bits for any
/// number of threads.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Epilogue, dense};
///
/// let device = Device::flex();
/// let x = Tensor::<2>::from_data([[1.0, 2.0]], &device);
/// let weight = Tensor::<2>::from_data([[1.0, -1.0], [0.5, -0.5]], &device);
/// let bias = Tensor::<1>::from_data([0.25, 0.25], &device);
/// let y = dense(x, weight, bias, None, Epilogue::Relu);
/// assert_eq!(y.into_data().try_into_vec::<f32>().unwrap(), [2.25, 0.0]);
/// ```
pub fn dense(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: Option<WeightNoise>,
    epilogue: Epilogue,
) -> Tensor<2> {
    let noise = noise.filter(|noise| noise.scale != 0.0);
    let single = [x.dtype(), weight.dtype(), bias.dtype()] == [DType::F32; 3];
    if single && runs_on_flex(&x.device()) {
        operator::dense(x, weight, bias, noise, epilogue)
    } else {
        portable_dense(x, weight, bias, noise, epilogue)
    }
}

#[cfg(test)]
mod tests;
