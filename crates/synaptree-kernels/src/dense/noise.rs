//! What the noise of a weight is, and where it stands.

use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;

use crate::fill::{Address, CHUNK, fill_words};
use crate::quality::{Quality, fill_serially};
use crate::simd::{Normal, SimdLevel};
use crate::{Key, fill_noise};

/// The address and the quality of the noise of a weight; its element `i` in row-major order has the
/// noise of element `i`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct NoiseAddress {
    /// The stream.
    pub key: Key,
    /// The training step.
    pub step: u32,
    /// The Monte Carlo sample.
    pub sample: u32,
    /// How close to the normal distribution.
    pub quality: Quality,
}

/// What noise does to a weight.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum NoiseForm {
    /// W + s ε.
    Added(f32),
    /// W (1 + s ε).
    Multiplied(f32),
    /// W where a uniform number lies below this probability, else 0.
    Kept(f32),
}

impl NoiseForm {
    /// Whether the weight stays as it is.
    pub(crate) fn is_silent(self) -> bool {
        match self {
            Self::Added(scale) | Self::Multiplied(scale) => scale == 0.0,
            Self::Kept(probability) => probability >= 1.0,
        }
    }
}

/// The noise of a weight.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct WeightNoise {
    /// Where its numbers stand.
    pub address: NoiseAddress,
    /// What they do.
    pub form: NoiseForm,
}

impl NoiseAddress {
    fn at(self, first: usize) -> Address {
        Address::new(self.key, self.step, self.sample, first as u64)
    }

    /// Numbers of mean 0 and variance 1 from element `first` on, on this thread.
    pub(super) fn fill(self, first: usize, out: &mut [f32]) {
        fill_serially(self.quality, self.at(first), Normal::Scaled(1.0), out);
    }
}

impl WeightNoise {
    /// The noisy weights of the elements from `first` on.
    pub(super) fn weights(self, first: usize, base: &[f32], out: &mut [f32]) {
        let at = self.address.at(first);
        match self.form {
            NoiseForm::Added(scale) => {
                fill_serially(self.address.quality, at, Normal::Added { base, scale }, out);
            }
            NoiseForm::Multiplied(scale) => {
                fill_serially(self.address.quality, at, Normal::Scaled(scale), out);
                for (out, base) in out.iter_mut().zip(base) {
                    *out = base + base * *out;
                }
            }
            NoiseForm::Kept(probability) => {
                kept(at, probability, out.len(), |i, kept| {
                    out[i] = if kept { base[i] } else { 0.0 };
                });
            }
        }
    }

    /// The gradient of the weights, from that of the noisy weights; on several threads.
    pub(super) fn through(self, gradient: &mut [f32]) {
        let mut each = |apply: &(dyn Fn(usize, &mut [f32]) + Sync)| {
            gradient
                .par_chunks_mut(CHUNK)
                .enumerate()
                .for_each(|(i, part)| apply(i * CHUNK, part));
        };
        match self.form {
            NoiseForm::Added(_) => {}
            NoiseForm::Multiplied(scale) => each(&|first, part| {
                let mut noise = vec![0.0; part.len()];
                let at = self.address.at(first);
                fill_serially(self.address.quality, at, Normal::Scaled(scale), &mut noise);
                for (gradient, noise) in part.iter_mut().zip(&noise) {
                    *gradient += *gradient * noise;
                }
            }),
            NoiseForm::Kept(probability) => each(&|first, part| {
                kept(
                    self.address.at(first),
                    probability,
                    part.len(),
                    |i, kept| {
                        if !kept {
                            part[i] = 0.0;
                        }
                    },
                );
            }),
        }
    }
}

/// Says of each element whether it is kept: where its word, read as a number in `[0, 2³²)`, lies below
/// `probability · 2³²`.
fn kept(at: Address, probability: f32, len: usize, mut say: impl FnMut(usize, bool)) {
    const WAITING: usize = 256;
    let limit = limit(probability);
    let mut words = [0; WAITING];
    let level = SimdLevel::detect();
    for start in (0..len).step_by(WAITING) {
        let words = &mut words[..WAITING.min(len - start)];
        fill_words(level, at.ahead(start), words);
        for (i, word) in words.iter().enumerate() {
            say(start + i, u64::from(*word) < limit);
        }
    }
}

/// `probability · 2³²`.
fn limit(probability: f32) -> u64 {
    (f64::from(probability) * 4_294_967_296.0) as u64
}

/// The numbers of mean 0 and variance 1 at an address, as a tensor without gradient.
///
/// On a GPU they are made there, all but the exact ones; the bits are the same.
///
/// # Shapes
///
/// - result: `shape`
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_kernels::{Key, NoiseAddress, Purpose, Quality, noise_tensor};
///
/// let address = NoiseAddress {
///     key: Key::new(7, Purpose::Noise, "weight"),
///     step: 0,
///     sample: 0,
///     quality: Quality::Rademacher,
/// };
/// let signs = noise_tensor(address, [2, 3], &Device::flex());
/// assert_eq!(signs.square().sum().into_scalar::<f32>(), 6.0);
/// ```
pub fn noise_tensor<const D: usize>(
    address: NoiseAddress,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    if let Some(made) = crate::gpu::noise_there(address, shape, device) {
        return made;
    }
    let NoiseAddress {
        key,
        step,
        sample,
        quality,
    } = address;
    let mut values = vec![0.0; shape.iter().product()];
    fill_noise(quality, key, step, sample, 0, &mut values);
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// 1 where an element is kept, else 0, as a tensor without gradient.
pub(super) fn kept_tensor<const D: usize>(
    address: NoiseAddress,
    probability: f32,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    if let Some(made) = u32::try_from(limit(probability))
        .ok()
        .and_then(|limit| crate::gpu::kept_there(address, limit, shape, device))
    {
        return made;
    }
    let mut values = vec![0.0; shape.iter().product()];
    let len = values.len();
    kept(address.at(0), probability, len, |i, kept| {
        values[i] = f32::from(u8::from(kept));
    });
    Tensor::from_data(TensorData::new(values, shape), device)
}
