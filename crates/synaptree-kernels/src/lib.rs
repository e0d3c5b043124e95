//! Counter-based random streams.
//!
//! Every random number of synaptree is a pure function of its address: a seed, a [`Purpose`], the
//! path of a parameter or layer, a step, a sample and an element. Nothing is consumed and nothing
//! has to be saved: the same address gives the same bits for any number of threads, in any order,
//! resumed or not.
//!
//! ```
//! use synaptree_kernels::{Key, NOISE_FORMAT, Purpose, fill_normal};
//!
//! let key = Key::new(7, Purpose::Noise, "trunk.0.dense.weight");
//! let (mut first, mut again) = ([0.0; 4], [0.0; 4]);
//! fill_normal(key, 3, 0, 0, &mut first);
//! fill_normal(key, 3, 0, 0, &mut again);
//! assert_eq!(first, again);
//! assert_eq!(NOISE_FORMAT, 1);
//! ```
//!
//! # Features
//!
//! - `tensors` (default): random tensors, and the fused operators for Burn. Without it this crate is the streams alone.
//! - `wgpu`: Burn's backend for GPUs, and noise that is made on them, with the bits of the processor's; `vulkan` adds
//!   Burn's compiler for that interface.
//! - `cuda`: the same for CUDA; never built or run by its authors.

#![recursion_limit = "256"]

#[cfg(feature = "tensors")]
mod dense;
#[cfg(feature = "tensors")]
mod device;
mod fill;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod gpu;
mod key;
#[cfg(feature = "tensors")]
mod likelihood;
mod normal;
#[cfg(feature = "tensors")]
mod patches;
mod permutation;
mod philox;
mod quality;
mod rows;
mod simd;
#[cfg(feature = "tensors")]
mod spare;
#[cfg(feature = "tensors")]
mod tensor;
mod variational;

#[cfg(feature = "tensors")]
pub use dense::{
    Epilogue, LocalSums, NoiseAddress, NoiseForm, ROOT_FLOOR, RowNoise, Sample, WeightNoise,
    adaptive_deviation, dense, dense_learned, dense_learned_samples, dense_local,
    dense_local_learned, dense_samples, noise_tensor, portable_dense, portable_dense_learned,
    portable_dense_local, portable_dense_local_learned, portable_noisy,
};
pub use fill::{
    NOISE_FORMAT, fill_bits, fill_noisy, fill_normal, fill_scaled_normal, fill_uniform,
};
pub use key::{Key, Purpose};
#[cfg(feature = "tensors")]
pub use likelihood::{sigmoid_likelihood, softmax_likelihood};
pub use normal::inverse_normal_cdf;
#[cfg(feature = "tensors")]
pub use patches::{Window, patches, portable_patches};
pub use permutation::permutation;
pub use philox::philox4x32_10;
pub use quality::{Quality, exact_inverse_normal_cdf, fill_noise};
pub use rows::{fill_row_bits, fill_row_normal};
pub use simd::SimdLevel;
#[cfg(feature = "tensors")]
pub use spare::recycle;
#[cfg(feature = "tensors")]
pub use tensor::{normal_tensor, scaled_normal_tensor};
pub use variational::{normal_divergence, portable_normal_divergence, softplus};
