//! The layer in Burn's operators: for every device, and the reference of the tests.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::noise::{NoiseForm, kept_tensor};
use super::{Epilogue, WeightNoise, noise_tensor};

/// A weight with its noise, in Burn's operators.
///
/// # Shapes
///
/// - weight: any
/// - result: as the weight
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Key, NoiseAddress, NoiseForm, Purpose, Quality, WeightNoise, portable_noisy};
///
/// let address = NoiseAddress {
///     key: Key::new(7, Purpose::Noise, "weight"),
///     step: 0,
///     sample: 0,
///     quality: Quality::Icdf,
/// };
/// let noise = WeightNoise { address, form: NoiseForm::Kept(0.5) };
/// let weight = portable_noisy(Tensor::<2>::ones([100, 100], &Device::flex()), noise);
/// assert!((weight.mean().into_scalar::<f32>() - 0.5).abs() < 0.02);
/// ```
pub fn portable_noisy<const D: usize>(weight: Tensor<D>, noise: WeightNoise) -> Tensor<D> {
    let (shape, device, dtype) = (weight.dims(), weight.device(), weight.dtype());
    let numbers = || noise_tensor(noise.address, shape, &device).cast(dtype);
    match noise.form {
        NoiseForm::Added(scale) => weight + numbers() * scale,
        NoiseForm::Multiplied(scale) => weight.clone() + weight * (numbers() * scale),
        NoiseForm::Kept(probability) => {
            weight * kept_tensor(noise.address, probability, shape, &device).cast(dtype)
        }
    }
}

/// [`dense`](crate::dense) written with Burn's operators; stores the noise and the noisy weight.
pub fn portable_dense(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: Option<WeightNoise>,
    epilogue: Epilogue,
) -> Tensor<2> {
    let weight = match noise {
        Some(noise) => portable_noisy(weight, noise),
        None => weight,
    };
    finish(x.matmul(weight) + bias.unsqueeze(), epilogue)
}

pub(super) fn finish(sum: Tensor<2>, epilogue: Epilogue) -> Tensor<2> {
    match epilogue {
        Epilogue::Linear => sum,
        Epilogue::Relu => relu(sum),
    }
}
