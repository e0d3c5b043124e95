//! A fully connected layer with noisy weights as one operator each way.

mod adaptive;
mod gradient;
mod learned;
mod learned_operator;
mod local;
mod local_learned;
mod noise;
mod operator;
mod panels;
mod portable;
mod samples;

use burn::tensor::{DType, Tensor};

use crate::device::runs_on_flex;

pub use adaptive::adaptive_deviation;
pub use learned::{dense_learned, portable_dense_learned};
pub use local::{LocalSums, ROOT_FLOOR, RowNoise, dense_local, portable_dense_local};
pub use local_learned::{dense_local_learned, portable_dense_local_learned};
pub use noise::{NoiseAddress, NoiseForm, WeightNoise, noise_tensor};
pub(crate) use operator::{contiguous, numbers, tensor};
pub use portable::{portable_dense, portable_noisy};
pub use samples::{Sample, dense_learned_samples, dense_samples};

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
/// y = f(x W̃ + b),   W̃ = W + s ε,  W (1 + s ε)  or  W · [kept]   by the form of the noise
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
/// ε is [`noise_tensor`] of the noise's address. The result has the same bits for any
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
    let noise = noise.filter(|noise| !noise.form.is_silent());
    let single = [x.dtype(), weight.dtype(), bias.dtype()] == [DType::F32; 3];
    if single && runs_on_flex(&x.device()) {
        let noise = noise.map(operator::DenseNoise::Weights);
        operator::dense(x, weight, bias, noise, epilogue)
    } else {
        portable_dense(x, weight, bias, noise, epilogue)
    }
}

#[cfg(test)]
mod tests;
