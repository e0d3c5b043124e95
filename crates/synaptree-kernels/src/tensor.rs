//! Random numbers as tensors.

use burn::tensor::{Device, Tensor, TensorData};

use crate::{Key, fill_normal, fill_scaled_normal};

/// A tensor of standard normal numbers; element `i` of the stream is element `i` in row-major order.
///
/// The tensor is a constant: no gradient flows into it, also on an autodiff device.
///
/// # Shapes
///
/// - result: `shape`
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_kernels::{Key, Purpose, normal_tensor};
///
/// let key = Key::new(7, Purpose::Noise, "weight");
/// let a = normal_tensor(key, 0, 0, [2, 3], &Device::flex());
/// let b = normal_tensor(key, 0, 0, [3, 2], &Device::flex());
/// assert_eq!(a.reshape([3, 2]).into_data(), b.into_data());
/// ```
pub fn normal_tensor<const D: usize>(
    key: Key,
    step: u32,
    sample: u32,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    let mut values = vec![0.0; shape.iter().product()];
    fill_normal(key, step, sample, 0, &mut values);
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// A tensor of `scale` × standard normal numbers, as [`fill_scaled_normal`] makes them.
///
/// # Shapes
///
/// - result: `shape`
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_kernels::{Key, Purpose, scaled_normal_tensor};
///
/// let key = Key::new(7, Purpose::Noise, "weight");
/// let none = scaled_normal_tensor(key, 0, 0, 0.0, [2, 3], &Device::flex());
/// assert_eq!(none.abs().sum().into_scalar::<f32>(), 0.0);
/// ```
pub fn scaled_normal_tensor<const D: usize>(
    key: Key,
    step: u32,
    sample: u32,
    scale: f32,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    let mut values = vec![0.0; shape.iter().product()];
    fill_scaled_normal(key, step, sample, 0, scale, &mut values);
    Tensor::from_data(TensorData::new(values, shape), device)
}
