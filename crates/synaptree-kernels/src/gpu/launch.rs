//! Starting the kernel on the device of a tensor.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, CubeDevice, DispatchDevice};
use burn::tensor::{DType, Device, Shape, Tensor};
use cubecl::prelude::*;

use super::kernel::{Numbers, fill};
use crate::normal::OCTAVES;
use crate::{NoiseAddress, Quality};

type CubeTensor = FloatTensor<Cube>;

/// The noise of an address, made on the device; `None` where the processor makes it: on a device that is no GPU, and
/// for exact noise, which needs double precision.
pub(crate) fn noise_there<const D: usize>(
    address: NoiseAddress,
    shape: [usize; D],
    device: &Device,
) -> Option<Tensor<D>> {
    let numbers = match address.quality {
        Quality::Exact => return None,
        Quality::Icdf => Numbers::Icdf,
        Quality::Binomial => Numbers::Binomial,
        Quality::Rademacher => Numbers::Rademacher,
    };
    made_there(address, numbers, 0, shape, device)
}

/// 1 where the word of an element lies below `limit`, else 0; `None` as for [`noise_there`].
pub(crate) fn kept_there<const D: usize>(
    address: NoiseAddress,
    limit: u32,
    shape: [usize; D],
    device: &Device,
) -> Option<Tensor<D>> {
    made_there(address, Numbers::Kept, limit, shape, device)
}

fn made_there<const D: usize>(
    address: NoiseAddress,
    numbers: Numbers,
    limit: u32,
    shape: [usize; D],
    device: &Device,
) -> Option<Tensor<D>> {
    let plain = device.clone().without_autodiff();
    let DispatchDevice::Cube(there) = plain.as_dispatch() else {
        return None;
    };
    let len: usize = shape.iter().product();
    // A block's number has one word in the kernel, and there is nothing to launch for nothing.
    if len == 0 || len.div_ceil(4) > u32::MAX as usize {
        return None;
    }
    let made = launch(address, numbers, limit, Shape::from(shape), len, there);
    let made: Tensor<D> = Tensor::from_primitive::<Cube>(made);
    let made = made.cast(device.settings().float_dtype);
    Some(match device.gradient_checkpointing_strategy() {
        Some(strategy) => made
            .autodiff()
            .with_gradient_checkpointing_strategy(strategy),
        None => made,
    })
}

fn launch(
    address: NoiseAddress,
    numbers: Numbers,
    limit: u32,
    shape: Shape,
    len: usize,
    device: &CubeDevice,
) -> CubeTensor {
    let client = device.client();
    let octaves: Vec<u8> = OCTAVES
        .iter()
        .flatten()
        .flat_map(|coefficient| coefficient.to_ne_bytes())
        .collect();
    let octaves = client.create_from_slice(&octaves);
    let out = client.empty(len * size_of::<f32>());
    let units = len.div_ceil(4);
    let dim = CubeDim::new(&client, units);
    let count = cubecl::calculate_cube_count_elemwise(&client, units, dim);
    let [key_low, key_high] = address.key.words();
    // SAFETY: the lengths are those that the buffers were made with.
    let (table, filled) = unsafe {
        (
            BufferArg::from_raw_parts(octaves, OCTAVES.len() * OCTAVES[0].len()),
            BufferArg::from_raw_parts(out.clone(), len),
        )
    };
    fill::launch(
        &client,
        count,
        dim,
        table,
        filled,
        key_low,
        key_high,
        address.step,
        address.sample,
        limit,
        0,
        numbers,
    );
    CubeTensor::new_contiguous(client, device.clone(), shape, out, DType::F32)
}
