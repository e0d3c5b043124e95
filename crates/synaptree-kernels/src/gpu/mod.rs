//! The twin of the noise for GPUs: the same bits from the same address, made where they are needed.
//!
//! The kernel uses integer operations, and sums and products of `f32` that cannot be fused. Its functions are plain Rust as well, and
//! the tests compare them with the fills of the processor; where there is a device, they compare the whole kernel.

mod kernel;
mod launch;
mod numbers;
mod words;

pub(crate) use launch::{kept_there, noise_there};

#[cfg(test)]
mod tests;
