//! Cells in falling order of their scores: sorted once, in linear time.

/// Below this many cells a comparison sort is faster than counting digits.
const SMALL: usize = 2048;
const DIGIT_BITS: u32 = 11;
const BUCKETS: usize = 1 << DIGIT_BITS;

/// Scored cells in falling order, ready to be walked in groups of equal scores.
#[derive(Debug)]
pub(crate) struct Ranking {
    /// The rank key of the score in bits 1 to 32 (smaller = higher score), "is positive" in bit 0.
    keys: Vec<u64>,
    pub(crate) positives: u64,
    pub(crate) negatives: u64,
}

impl Ranking {
    /// Ranks the (positive, score) cells; `None` if a score is NaN and so has no rank.
    pub(crate) fn new(cells: impl IntoIterator<Item = (bool, f32)>) -> Option<Self> {
        let mut positives = 0;
        let mut keys = Vec::new();
        for (positive, score) in cells {
            if score.is_nan() {
                return None;
            }
            positives += u64::from(positive);
            keys.push(u64::from(falling(score)) << 1 | u64::from(positive));
        }
        let negatives = keys.len() as u64 - positives;
        if keys.len() <= SMALL {
            keys.sort_unstable();
        } else {
            sort_by_digits(&mut keys);
        }
        Some(Self {
            keys,
            positives,
            negatives,
        })
    }

    /// (positives, negatives) of each group of equal scores, the highest score first.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.keys
            .chunk_by(|left, right| left >> 1 == right >> 1)
            .map(|group| {
                let positives = group.iter().map(|key| key & 1).sum::<u64>();
                (positives, group.len() as u64 - positives)
            })
    }
}

/// A key that falls as the score rises; both zeros are one score.
fn falling(score: f32) -> u32 {
    let bits = (score + 0.0).to_bits();
    let rising = if bits >> 31 == 1 {
        !bits
    } else {
        bits | 1 << 31
    };
    !rising
}

/// Least-significant-digit radix sort on bits 1 to 32: the order within equal scores is irrelevant.
fn sort_by_digits(keys: &mut Vec<u64>) {
    let mut sorted = vec![0; keys.len()];
    for shift in [1, 1 + DIGIT_BITS, 1 + 2 * DIGIT_BITS] {
        let digit = |key: u64| (key >> shift) as usize & (BUCKETS - 1);
        let mut next = [0; BUCKETS];
        for &key in &*keys {
            next[digit(key)] += 1;
        }
        let mut start = 0;
        for place in &mut next {
            start += std::mem::replace(place, start);
        }
        for &key in &*keys {
            let place = &mut next[digit(key)];
            sorted[*place] = key;
            *place += 1;
        }
        std::mem::swap(keys, &mut sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_form_one_group_and_both_zeros_are_one_score() {
        let ranking =
            Ranking::new([(true, 0.0), (false, -0.0), (true, 0.5), (false, -1.0)]).unwrap();
        assert_eq!(
            ranking.groups().collect::<Vec<_>>(),
            [(1, 0), (1, 1), (0, 1)]
        );
    }

    #[test]
    fn a_score_that_is_not_a_number_has_no_rank() {
        assert!(Ranking::new([(true, f32::NAN)]).is_none());
    }

    proptest! {
        #[test]
        fn the_digit_sort_equals_a_comparison_sort(scores in prop::collection::vec(-1e30_f32..1e30, 0..200)) {
            let mut keys: Vec<u64> = scores.iter().map(|&score| u64::from(falling(score)) << 1).collect();
            sort_by_digits(&mut keys);
            let mut expected = scores.clone();
            expected.sort_by(|left, right| right.total_cmp(left));
            let expected: Vec<u64> = expected.iter().map(|&score| u64::from(falling(score)) << 1).collect();
            prop_assert_eq!(keys, expected);
        }
    }
}
