//! The layer in Burn's operators: for every device, and the reference of the tests.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::{Epilogue, WeightNoise};
use crate::scaled_normal_tensor;

/// [`dense`](crate::dense) written with Burn's operators; stores the noise and the noisy weight.
pub fn portable_dense(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: Option<WeightNoise>,
    epilogue: Epilogue,
) -> Tensor<2> {
    let weight = match noise {
        Some(WeightNoise {
            key,
            step,
            sample,
            scale,
        }) => {
            let (shape, device, dtype) = (weight.dims(), weight.device(), weight.dtype());
            let noise = scaled_normal_tensor(key, step, sample, scale, shape, &device);
            weight + noise.cast(dtype)
        }
        None => weight,
    };
    let sum = x.matmul(weight) + bias.unsqueeze();
    match epilogue {
        Epilogue::Linear => sum,
        Epilogue::Relu => relu(sum),
    }
}
