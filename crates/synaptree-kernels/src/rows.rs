//! Arrays of random numbers addressed by row: what a row gets does not depend on the rows beside it.

use rayon::prelude::*;

use crate::Key;
use crate::fill::{Address, CHUNK, PARALLEL_FROM, fill_normals, fill_words};
use crate::simd::{Normal, SimdLevel};

/// Fills a matrix with random words addressed by row: element `rows[r] · width + unit` of the
/// stream goes to `out[r · width + unit]`.
///
/// A row's words depend on its own index alone, never on the rows beside it.
///
/// # Panics
///
/// When `out` does not hold `rows.len() · width` words.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_row_bits};
///
/// let key = Key::new(7, Purpose::Dropout, "trunk.0.dropout");
/// let (mut together, mut alone) = ([0; 9], [0; 3]);
/// fill_row_bits(key, 0, 0, &[12, 5, 8], 3, &mut together);
/// fill_row_bits(key, 0, 0, &[5], 3, &mut alone);
/// assert_eq!(alone, together[3..6]);
/// ```
pub fn fill_row_bits(
    key: Key,
    step: u32,
    sample: u32,
    rows: &[u64],
    width: usize,
    out: &mut [u32],
) {
    assert_eq!(
        out.len(),
        rows.len() * width,
        "one word for every row and unit"
    );
    let level = SimdLevel::detect();
    by_row(rows, width, out, |first, out| {
        fill_words(level, Address::new(key, step, sample, first), out);
    });
}

/// Fills a matrix with standard normal numbers addressed by row, as [`fill_row_bits`] does with words.
///
/// # Panics
///
/// When `out` does not hold `rows.len() · width` numbers.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_normal, fill_row_normal};
///
/// let key = Key::new(7, Purpose::Noise, "trunk.0.dense");
/// let (mut together, mut alone) = ([0.0; 6], [0.0; 3]);
/// fill_row_normal(key, 0, 0, &[12, 5], 3, &mut together);
/// fill_normal(key, 0, 0, 5 * 3, &mut alone);
/// assert_eq!(alone, together[3..]);
/// ```
pub fn fill_row_normal(
    key: Key,
    step: u32,
    sample: u32,
    rows: &[u64],
    width: usize,
    out: &mut [f32],
) {
    assert_eq!(
        out.len(),
        rows.len() * width,
        "one number for every row and unit"
    );
    let level = SimdLevel::detect();
    by_row(rows, width, out, |first, out| {
        let at = Address::new(key, step, sample, first);
        fill_normals(level, at, Normal::Scaled(1.0), out);
    });
}

/// Hands each row its first element and its part of `out`.
fn by_row<T: Send>(rows: &[u64], width: usize, out: &mut [T], fill: impl Fn(u64, &mut [T]) + Sync) {
    if width == 0 {
        return;
    }
    let row_fill = |(row, out): (&u64, &mut [T])| fill(row.wrapping_mul(width as u64), out);
    if out.len() < PARALLEL_FROM {
        rows.iter()
            .zip(out.chunks_exact_mut(width))
            .for_each(row_fill);
    } else {
        rows.par_iter()
            .zip(out.par_chunks_exact_mut(width))
            .with_min_len(CHUNK.div_ceil(width))
            .for_each(row_fill);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, fill_bits};

    fn key() -> Key {
        Key::new(7, Purpose::Noise, "trunk.0.dense.weight")
    }

    #[test]
    fn row_words_do_not_depend_on_the_batch_or_the_threads() {
        let rows: Vec<u64> = (0..3000).map(|i| (i * 7919) % 3001).collect();
        let mut out = vec![0; rows.len() * 13];
        fill_row_bits(key(), 1, 0, &rows, 13, &mut out);
        for (row, words) in rows.iter().zip(out.chunks_exact(13)) {
            let mut alone = [0; 13];
            fill_bits(key(), 1, 0, row * 13, &mut alone);
            assert_eq!(words, alone);
        }
    }
}
