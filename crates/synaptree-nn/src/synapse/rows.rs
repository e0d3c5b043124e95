//! Random numbers of a layer that belong to rows: no answer depends on its batch.

use burn::tensor::{Device, Tensor, TensorData};
use synaptree_kernels::{fill_row_bits, fill_row_normal};

use crate::Draw;

/// Standard normal numbers for every row and unit, `[rows, width]`.
///
/// # Panics
///
/// When there is not one row for each row of the shape.
pub(super) fn row_noise(
    draw: Draw,
    path: &str,
    rows: &[u64],
    shape: [usize; 2],
    device: &Device,
) -> Tensor<2> {
    check(rows, shape);
    let mut values = vec![0.0; shape[0] * shape[1]];
    let key = draw.noise_key(path);
    fill_row_normal(key, draw.step, draw.sample, rows, shape[1], &mut values);
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Signs for every row and unit, `[rows, width]`.
///
/// # Panics
///
/// As [`row_noise`].
pub(super) fn row_signs(
    draw: Draw,
    path: &str,
    rows: &[u64],
    shape: [usize; 2],
    device: &Device,
) -> Tensor<2> {
    let sign = |word: u32| if word >> 31 == 1 { 1.0 } else { -1.0 };
    from_words(row_words(draw, path, rows, shape), sign, shape, device)
}

/// Numbers uniform in `[0, 1)` for every row and unit, `[rows, width]`.
///
/// # Panics
///
/// As [`row_noise`].
pub(super) fn row_uniform(
    draw: Draw,
    path: &str,
    rows: &[u64],
    shape: [usize; 2],
    device: &Device,
) -> Tensor<2> {
    let number = |word: u32| (word >> 8) as f32 * (1.0 / 16_777_216.0);
    from_words(row_words(draw, path, rows, shape), number, shape, device)
}

fn from_words(
    words: Vec<u32>,
    number: impl Fn(u32) -> f32,
    shape: [usize; 2],
    device: &Device,
) -> Tensor<2> {
    let values: Vec<f32> = words.into_iter().map(number).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// A random word for every row and unit, row after row.
pub(super) fn row_words(draw: Draw, path: &str, rows: &[u64], shape: [usize; 2]) -> Vec<u32> {
    check(rows, shape);
    let mut words = vec![0; shape[0] * shape[1]];
    let key = draw.noise_key(path);
    fill_row_bits(key, draw.step, draw.sample, rows, shape[1], &mut words);
    words
}

fn check(rows: &[u64], shape: [usize; 2]) {
    assert_eq!(
        rows.len(),
        shape[0],
        "the pass names one row for each row of the batch"
    );
}
