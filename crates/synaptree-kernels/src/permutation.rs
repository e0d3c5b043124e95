//! Permutations from a stream.

use crate::{Key, fill_bits};

/// A uniformly random order of `0..n` (Fisher–Yates), a pure function of key, step and `n`.
///
/// # Randomness
///
/// Draws words of sample 0 in order; indices are unbiased (Lemire's rejection).
///
/// # Panics
///
/// When `n` does not fit 32 bits.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, permutation};
///
/// let key = Key::new(7, Purpose::Shuffle, "rows");
/// let mut order = permutation(key, 0, 5);
/// assert_ne!(order, permutation(key, 1, 5));
/// order.sort_unstable();
/// assert_eq!(order, [0, 1, 2, 3, 4]);
/// ```
///
/// # References
///
/// Lemire, "Fast random integer generation in an interval" (2019), arXiv:1805.10941, algorithm 5.
pub fn permutation(key: Key, step: u32, n: usize) -> Vec<u32> {
    let n = u32::try_from(n).expect("at most 2^32 - 1 rows can be permuted");
    let mut order: Vec<u32> = (0..n).collect();
    let mut words = Words::new(key, step);
    for last in (1..n).rev() {
        let chosen = words.below(last + 1);
        order.swap(last as usize, chosen as usize);
    }
    order
}

/// The words of one stream, one after the other.
struct Words {
    key: Key,
    step: u32,
    buffer: [u32; 256],
    taken: usize,
    next_element: u64,
}

impl Words {
    fn new(key: Key, step: u32) -> Self {
        Self {
            key,
            step,
            buffer: [0; 256],
            taken: 256,
            next_element: 0,
        }
    }

    fn next(&mut self) -> u32 {
        if self.taken == self.buffer.len() {
            fill_bits(self.key, self.step, 0, self.next_element, &mut self.buffer);
            self.next_element += self.buffer.len() as u64;
            self.taken = 0;
        }
        self.taken += 1;
        self.buffer[self.taken - 1]
    }

    /// An unbiased integer in `0..bound`.
    fn below(&mut self, bound: u32) -> u32 {
        let mut product = u64::from(self.next()) * u64::from(bound);
        if (product as u32) < bound {
            let rejected = bound.wrapping_neg() % bound;
            while (product as u32) < rejected {
                product = u64::from(self.next()) * u64::from(bound);
            }
        }
        (product >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purpose;

    #[test]
    fn every_order_of_four_is_equally_likely() {
        let key = Key::new(1, Purpose::Shuffle, "rows");
        let mut counts = std::collections::BTreeMap::new();
        for step in 0..24_000 {
            *counts.entry(permutation(key, step, 4)).or_insert(0_i32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Chi-squared with 23 degrees of freedom; 49.7 is passed once in a thousand.
        let chi: f64 = counts
            .values()
            .map(|c| f64::from(c - 1000).powi(2) / 1000.0)
            .sum();
        assert!(chi < 49.7, "{chi}");
    }

    #[test]
    fn empty_and_single_orders_are_trivial() {
        let key = Key::new(1, Purpose::Shuffle, "rows");
        assert!(permutation(key, 0, 0).is_empty());
        assert_eq!(permutation(key, 0, 1), [0]);
    }
}
