//! A dense layer whose noise has a learned deviation.

use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, Tensor};
use rayon::prelude::*;

use super::learned_operator::{self, Gradients, LearnedNoise, Wanted, held};
use super::operator::{bias_and_activation, dims, numbers, sizes, tensor};
use super::panels::{forward, input_gradient, weight_gradient};
use super::portable::finish;
use super::{Epilogue, NoiseAddress, noise_tensor};
use crate::device::runs_on_flex;
use crate::fill::CHUNK;

/// A fully connected layer whose weight is drawn from a learned distribution.
///
/// ```text
/// y = f(x (M + S ∘ ε) + b)
/// ∂/∂M = xᵀ ∂/∂z,   ∂/∂S = (xᵀ ∂/∂z) ∘ ε
/// ```
///
/// On the Flex device and in single precision this is one operator, which stores neither ε nor the drawn weight;
/// elsewhere it is [`portable_dense_learned`].
///
/// # Shapes
///
/// - x: `[rows, inputs]`
/// - mean, deviation: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[rows, outputs]`
///
/// # Randomness
///
/// ε is [`noise_tensor`] of the address. The result has the same bits for any number of threads.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Epilogue, Key, NoiseAddress, Purpose, Quality, dense_learned};
///
/// let device = Device::flex();
/// let address = NoiseAddress {
///     key: Key::new(7, Purpose::Noise, "weight"),
///     step: 0,
///     sample: 0,
///     quality: Quality::Icdf,
/// };
/// let x = Tensor::<2>::from_data([[1.0, 2.0]], &device);
/// let mean = Tensor::<2>::from_data([[1.0], [0.5]], &device);
/// let silent = mean.zeros_like();
/// let y = dense_learned(x, mean, silent, Tensor::zeros([1], &device), address, Epilogue::Linear);
/// assert_eq!(y.into_scalar::<f32>(), 2.0);
/// ```
pub fn dense_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let types = [x.dtype(), mean.dtype(), deviation.dtype(), bias.dtype()];
    if types != [DType::F32; 4] || !runs_on_flex(&x.device()) {
        return portable_dense_learned(x, mean, deviation, bias, address, epilogue);
    }
    let noise = LearnedNoise::Weights(address);
    learned_operator::dense(x, mean, deviation, bias, noise, epilogue)
}

/// [`dense_learned`] written with Burn's operators; stores the noise and the drawn weight.
pub fn portable_dense_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let noise = noise_tensor(address, mean.dims(), &mean.device()).cast(mean.dtype());
    finish(
        x.matmul(mean + deviation * noise) + bias.unsqueeze(),
        epilogue,
    )
}

/// The drawn weights of the elements from `first` on.
fn draw(
    deviation: &[f32],
    address: NoiseAddress,
) -> impl Fn(usize, &[f32], &mut [f32]) + Sync + '_ {
    move |first, mean, out| drawn(deviation, address, 1.0, first, mean, out)
}

/// `out = mean + sign · deviation ∘ ε` of the elements from `first` on.
pub(super) fn drawn(
    deviation: &[f32],
    address: NoiseAddress,
    sign: f32,
    first: usize,
    mean: &[f32],
    out: &mut [f32],
) {
    address.fill(first, out);
    for ((out, mean), deviation) in out.iter_mut().zip(mean).zip(&deviation[first..]) {
        *out = mean + deviation * (sign * *out);
    }
}

/// The output.
pub(super) fn forward_weights(
    [x, mean, deviation, bias]: [&FlexTensor; 4],
    address: NoiseAddress,
    epilogue: Epilogue,
) -> FlexTensor {
    let [x, mean, deviation, bias] = [x, mean, deviation, bias].map(held);
    let sizes = sizes(&x, &mean);
    let noisy = draw(numbers(&deviation), address);
    let finish = bias_and_activation(numbers(&bias), epilogue);
    let y = forward(sizes, numbers(&x), numbers(&mean), Some(&noisy), finish);
    tensor(y, [sizes.rows, sizes.outputs])
}

/// The gradients, from that of the sums.
pub(super) fn weights_gradients(
    [x, mean, deviation]: [&FlexTensor; 3],
    address: NoiseAddress,
    dz: &FlexTensor,
    wanted: Wanted,
) -> Gradients<FlexTensor> {
    let [x, mean, deviation, dz] = [x, mean, deviation, dz].map(held);
    let sizes = sizes(&x, &mean);
    let shape = dims(&mean);
    let mut found = Gradients::default();
    if wanted.mean || wanted.deviation {
        let gradient = weight_gradient(sizes, numbers(&x), numbers(&dz));
        if wanted.deviation {
            found.deviation = Some(tensor(times_noise(&gradient, address), shape));
        }
        found.mean = Some(tensor(gradient, shape));
    }
    if wanted.input {
        let noisy = draw(numbers(&deviation), address);
        let dx = input_gradient(sizes, numbers(&mean), Some(&noisy), numbers(&dz));
        found.input = Some(tensor(dx, dims(&x)));
    }
    found
}

/// `gradient ∘ ε`, on several threads.
fn times_noise(gradient: &[f32], address: NoiseAddress) -> Vec<f32> {
    let mut out = vec![0.0; gradient.len()];
    out.par_chunks_mut(CHUNK)
        .zip(gradient.par_chunks(CHUNK))
        .enumerate()
        .for_each(|(i, (out, gradient))| {
            address.fill(i * CHUNK, out);
            for (out, gradient) in out.iter_mut().zip(gradient) {
                *out *= gradient;
            }
        });
    out
}
