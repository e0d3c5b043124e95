//! The key of a stream: a seed, a purpose and a path.

use std::fmt;

/// What a stream of random numbers is for.
///
/// # Example
///
/// ```
/// use synaptree_kernels::Purpose;
///
/// assert_eq!(Purpose::Dropout.as_str(), "dropout");
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// First values of parameters.
    Init,
    /// Noise on weights in training.
    Noise,
    /// Dropout masks in training.
    Dropout,
    /// The order of rows.
    Shuffle,
    /// The side of a split a row falls on.
    Split,
    /// Augmentation of inputs.
    Augment,
    /// Noise on gradients.
    Gradient,
    /// Noise and masks in prediction.
    Predict,
}

impl Purpose {
    /// The name that is hashed into the key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Noise => "noise",
            Self::Dropout => "dropout",
            Self::Shuffle => "shuffle",
            Self::Split => "split",
            Self::Augment => "augment",
            Self::Gradient => "gradient",
            Self::Predict => "predict",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The key of one stream of random numbers.
///
/// ```text
/// hash64(s)    = avalanche(FNV-1a 64 of the UTF-8 bytes of s)
/// mix(a, b)    = avalanche(avalanche(a + 0x9E3779B97F4A7C15) ^ b)
/// key          = mix(seed, hash64(purpose + "/" + path))
/// avalanche(z) = the finaliser of SplitMix64
/// ```
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose};
///
/// let a = Key::new(7, Purpose::Noise, "trunk.0.dense.weight");
/// assert_eq!(a, Key::new(7, Purpose::Noise, "trunk.0.dense.weight"));
/// assert_ne!(a, Key::new(7, Purpose::Predict, "trunk.0.dense.weight"));
/// ```
///
/// # References
///
/// - Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (offset 14695981039346656037,
///   prime 1099511628211).
/// - Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014),
///   doi:10.1145/2660193.2660195.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(u64);

impl Key {
    /// The key of the stream for `purpose` at `path`.
    pub const fn new(seed: u64, purpose: Purpose, path: &str) -> Self {
        let hash = fnv1a(FNV_OFFSET, purpose.as_str().as_bytes());
        let hash = fnv1a(hash, b"/");
        let hash = fnv1a(hash, path.as_bytes());
        Self(mix(seed, avalanche(hash)))
    }

    /// The two 32-bit words that Philox takes: low half, high half.
    pub const fn words(self) -> [u32; 2] {
        [self.0 as u32, (self.0 >> 32) as u32]
    }
}

const FNV_OFFSET: u64 = 0xCBF2_9CE4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01B3;
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

const fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(FNV_PRIME);
        i += 1;
    }
    hash
}

const fn avalanche(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const fn mix(a: u64, b: u64) -> u64 {
    avalanche(avalanche(a.wrapping_add(GOLDEN)) ^ b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_path_and_seed_has_a_key_of_its_own() {
        let purposes = [
            Purpose::Init,
            Purpose::Noise,
            Purpose::Dropout,
            Purpose::Shuffle,
            Purpose::Split,
            Purpose::Augment,
            Purpose::Gradient,
            Purpose::Predict,
        ];
        let mut keys = std::collections::HashSet::new();
        for seed in 0..20 {
            for purpose in purposes {
                for path in [
                    "",
                    "a",
                    "b",
                    "ab",
                    "trunk.0.dense.weight",
                    "trunk.1.dense.weight",
                ] {
                    assert!(
                        keys.insert(Key::new(seed, purpose, path)),
                        "{seed} {purpose} {path}"
                    );
                }
            }
        }
    }

    /// The formula of the type's documentation, worked out independently in Python.
    #[test]
    fn format_one_never_changes() {
        assert_eq!(
            Key::new(7, Purpose::Noise, "trunk.0.dense.weight").words(),
            [0x5991_6fae, 0x1da5_efde]
        );
    }
}
