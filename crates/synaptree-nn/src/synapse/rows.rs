//! Random numbers of a layer that belong to rows: no answer depends on its batch.

use std::borrow::Cow;

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

/// The rows; where each has several parts side by side, as many of each as there are batch rows of it.
pub(super) fn distinct(rows: &[u64], shared: bool) -> Cow<'_, [u64]> {
    let runs = rows.chunk_by(|a, b| a == b).map(<[u64]>::len);
    match runs.clone().min() {
        // A row that stands twice in a batch has a run that is twice as long.
        Some(parts) if shared && runs.into_iter().all(|run| run % parts == 0) => {
            rows.iter().copied().step_by(parts).collect()
        }
        _ => rows.into(),
    }
}

/// Multiplies the parts of each row, `[rows × parts, width]`, with what belongs to the row, `[rows, width]`.
pub(super) fn times(x: Tensor<2>, factors: Tensor<2>) -> Tensor<2> {
    let ([parts, width], [rows, _]) = (x.dims(), factors.dims());
    if parts == rows {
        return x * factors;
    }
    let product = x.reshape([rows, parts / rows, width]) * factors.reshape([rows, 1, width]);
    product.reshape([parts, width])
}

fn check(rows: &[u64], shape: [usize; 2]) {
    assert_eq!(
        rows.len(),
        shape[0],
        "the pass names one row for each row of the batch"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_rows_are_counted_once_also_where_a_row_stands_twice() {
        let whole = |rows: &[u64]| distinct(rows, true).into_owned();
        assert_eq!(whole(&[3, 3, 8, 8]), [3, 8]);
        assert_eq!(whole(&[3, 3, 3, 3, 8, 8]), [3, 3, 8]);
        assert_eq!(whole(&[3, 3, 3, 8, 8]), [3, 3, 3, 8, 8]);
        assert_eq!(distinct(&[3, 3], false).as_ref(), [3, 3]);
        assert!(whole(&[]).is_empty());
    }
}
