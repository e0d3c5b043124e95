//! Values without a code of their own: a bucket that never changes.

/// The bucket of a value.
///
/// ```text
/// bucket(s)    = ⌊ hash64(s) · buckets / 2^64 ⌋
/// hash64(s)    = avalanche(FNV-1a 64 of the UTF-8 bytes of s)
/// avalanche(z) = the finaliser of SplitMix64
/// ```
///
/// It is part of the format of saved models: the same on every machine, in every version. Two of
/// `n` values share a bucket with probability `1 / buckets`, so that about
/// `n · (1 - (1 - 1 / buckets)^(n - 1))` values have company; the network cannot tell them apart by
/// this column.
///
/// # References
///
/// - Weinberger et al., *Feature Hashing for Large Scale Multitask Learning* (2009), arXiv:0902.2206.
///
/// # Differences
///
/// Buckets have learned vectors, not counts with signs.
pub(crate) fn bucket(value: &str, buckets: usize) -> usize {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in value.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^= hash >> 31;
    ((u128::from(hash) * buckets as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_of_the_first_release() {
        // Worked out apart from this code, in Python.
        for (value, of_4096, of_10) in [
            ("", 3922, 9),
            ("red", 3005, 7),
            ("blue", 3434, 8),
            ("Zürich", 3173, 7),
            ("user-0000017", 2631, 6),
        ] {
            assert_eq!(
                (bucket(value, 4096), bucket(value, 10)),
                (of_4096, of_10),
                "{value}"
            );
        }
    }

    #[test]
    fn values_spread_evenly() {
        let mut rows = [0_usize; 64];
        for n in 0..64_000 {
            rows[bucket(&format!("user-{n:07}"), 64)] += 1;
        }
        // Six standard deviations of 1000.
        assert!(rows.iter().all(|&n| (810..=1190).contains(&n)), "{rows:?}");
    }
}
