//! A uniform sample of rows that does not depend on the order in which they come.

use std::collections::BinaryHeap;

use synaptree_kernels::{Key, Purpose, philox4x32_10};

use crate::split::Part;

/// Which rows of a part are drawn: those whose hashes are smallest.
///
/// ```text
/// hash(row) = the first 64 bits of Philox at (row, key of split/sample/<part>)
/// drawn     = rows with hash ≤ limit, the limit being the n-th smallest hash
/// ```
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    key: [u32; 2],
    limit: u64,
}

impl Draw {
    /// Whether a row is drawn, by its position in its files.
    pub(super) fn takes(&self, row: u64) -> bool {
        hash(self.key, row) <= self.limit
    }
}

/// Learns the limit from the rows as they come.
#[derive(Clone, Debug)]
pub(super) struct Lottery {
    key: [u32; 2],
    capacity: usize,
    /// The smallest hashes so far, the largest of them on top.
    smallest: BinaryHeap<u64>,
    rows: u64,
}

impl Lottery {
    pub(super) fn new(split_seed: u64, part: Part, capacity: usize) -> Self {
        let path = format!("sample/{}", part.as_str());
        Self {
            key: Key::new(split_seed, Purpose::Split, &path).words(),
            capacity: capacity.max(1),
            smallest: BinaryHeap::new(),
            rows: 0,
        }
    }

    /// Takes note of a row; whether it is among those drawn so far.
    pub(super) fn offer(&mut self, row: u64) -> bool {
        self.rows += 1;
        let hash = hash(self.key, row);
        if self.smallest.len() < self.capacity {
            self.smallest.push(hash);
            return true;
        }
        let Some(mut largest) = self.smallest.peek_mut() else {
            return false;
        };
        let is_drawn = hash < *largest;
        if is_drawn {
            *largest = hash;
        }
        is_drawn
    }

    /// The rows drawn so far.
    pub(super) fn draw(&self) -> Draw {
        let all = self.smallest.len() < self.capacity;
        let limit = if all {
            None
        } else {
            self.smallest.peek().copied()
        };
        Draw {
            key: self.key,
            limit: limit.unwrap_or(u64::MAX),
        }
    }

    /// How many rows are drawn, of how many.
    pub(super) fn share(&self) -> (usize, usize) {
        (self.smallest.len(), self.rows as usize)
    }
}

fn hash(key: [u32; 2], row: u64) -> u64 {
    let [low, high, ..] = philox4x32_10([row as u32, (row >> 32) as u32, 0, 0], key);
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, capacity: usize, rows: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut lottery = Lottery::new(seed, Part::Test, capacity);
        for row in rows {
            lottery.offer(row);
        }
        let draw = lottery.draw();
        (0..5000).filter(|&row| draw.takes(row)).collect()
    }

    #[test]
    fn exactly_as_many_rows_are_drawn_as_asked_for_in_any_order() {
        let forward = drawn(7, 300, 0..5000);
        assert_eq!(forward.len(), 300);
        assert_eq!(forward, drawn(7, 300, (0..5000).rev()));
        assert_ne!(forward, drawn(8, 300, 0..5000));
    }

    #[test]
    fn a_part_within_its_limit_is_taken_whole() {
        assert_eq!(drawn(7, 5000, 0..5000).len(), 5000);
        assert_eq!(drawn(7, 9000, 0..5000).len(), 5000);
    }

    #[test]
    fn every_stretch_of_the_file_has_its_share() {
        // 1000 of 5000: five standard deviations of a tenth of them are 5 · sqrt(100 · 0.8 · 0.9).
        let rows = drawn(3, 1000, 0..5000);
        for tenth in 0..10 {
            let found = rows.iter().filter(|&&row| row / 500 == tenth).count();
            assert!((58..=142).contains(&found), "{found} in stretch {tenth}");
        }
    }
}
