//! How close to the normal distribution noise is, against what it costs.

use crate::fill::{Address, fill_normals, fill_words};
use crate::simd::{Normal, SimdLevel};

mod exact;

pub use exact::exact_inverse_normal_cdf;

/// How close to the normal distribution noise is.
///
/// | Quality | Number of an element | Bits | Excess kurtosis | Largest |
/// |---|---|---|---|---|
/// | `Exact` | the quantile of a 64-bit uniform, error below 1e-7 | 64 | 0 | 9.1 |
/// | `Icdf` | [`inverse_normal_cdf`](crate::inverse_normal_cdf), error below 4.3e-4 | 32 | below 1e-5 | 6.34 |
/// | `Binomial` | `(number of ones in a word − 16) / √8` | 32 | −1/16 | 5.66 |
/// | `Rademacher` | −1 or 1 | 1 | −2 | 1 |
///
/// All have mean 0, variance 1 and skewness 0. In a sum over `n` inputs of like size the excess kurtosis falls
/// by the factor `n`: behind 256 inputs a binomial synapse is off by 2.5e-4, a Rademacher synapse by 8e-3.
/// The cheap qualities are for noise on weights; noise on activations is not averaged any more.
///
/// # Randomness
///
/// ```text
/// Exact       element e has words 2 (e mod 2) and 2 (e mod 2) + 1 of block e / 2
/// Icdf        element e has word e mod 4 of block e / 4
/// Binomial    as Icdf
/// Rademacher  element e has bit e mod 32 of the word of element e / 32; a set bit is +1
/// ```
///
/// All have the same bits on every processor.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, Quality, fill_noise};
///
/// let mut signs = [0.0; 1000];
/// fill_noise(Quality::Rademacher, Key::new(7, Purpose::Noise, "weight"), 0, 0, 0, &mut signs);
/// assert!(signs.iter().all(|s| s.abs() == 1.0));
/// assert!((signs.iter().sum::<f32>() / 1000.0).abs() < 0.1);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub enum Quality {
    /// A correctly rounded quantile, but for the last bit.
    Exact,
    /// The approximate quantile: statistically not to be told from `Exact` on weights.
    #[default]
    Icdf,
    /// A centred and scaled binomial number of 32 trials.
    Binomial,
    /// A sign.
    Rademacher,
}

/// Fills `out` with noise of mean 0 and variance 1; element `first_element + i` of the stream goes to `out[i]`.
///
/// # Randomness
///
/// As [`fill_bits`](crate::fill_bits); see [`Quality`].
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, Quality, fill_noise, fill_normal};
///
/// let key = Key::new(7, Purpose::Noise, "weight");
/// let (mut noise, mut normal) = ([0.0; 9], [0.0; 9]);
/// fill_noise(Quality::Icdf, key, 0, 0, 5, &mut noise);
/// fill_normal(key, 0, 0, 5, &mut normal);
/// assert_eq!(noise, normal);
/// ```
pub fn fill_noise(
    quality: Quality,
    key: crate::Key,
    step: u32,
    sample: u32,
    first_element: u64,
    out: &mut [f32],
) {
    let at = Address::new(key, step, sample, first_element);
    crate::fill::shared(at, out, |at, _, out| {
        fill_serially(quality, at, Normal::Scaled(1.0), out);
    });
}

/// As [`fill_noise`], on this thread, scaled and added as `what` says.
pub(crate) fn fill_serially(quality: Quality, at: Address, what: Normal, out: &mut [f32]) {
    let level = SimdLevel::detect();
    match quality {
        Quality::Icdf => fill_normals(level, at, what, out),
        Quality::Binomial => from_words(level, at, what, out, 1, |word, _| {
            (word.count_ones() as f32 - 16.0) * (0.25 * std::f32::consts::SQRT_2)
        }),
        Quality::Rademacher => from_words(level, at, what, out, 32, |word, bit| {
            if (word >> bit) & 1 == 1 { 1.0 } else { -1.0 }
        }),
        Quality::Exact => exact::fill(level, at, what, out),
    }
}

/// Numbers of `per_word` elements a word.
fn from_words(
    level: SimdLevel,
    at: Address,
    what: Normal,
    out: &mut [f32],
    per_word: usize,
    number: impl Fn(u32, u64) -> f32,
) {
    const WAITING: usize = 256;
    let per_word = per_word as u64;
    let mut words = [0; WAITING];
    let mut done = 0;
    while done < out.len() {
        let element = at.element() + done as u64;
        let skipped = (element % per_word) as usize;
        let room = WAITING * per_word as usize - skipped;
        let count = room.min(out.len() - done);
        let needed = (skipped + count).div_ceil(per_word as usize);
        fill_words(
            level,
            at.with_element(element / per_word),
            &mut words[..needed],
        );
        for (i, out) in out[done..done + count].iter_mut().enumerate() {
            let place = (skipped + i) as u64;
            let z = number(words[(place / per_word) as usize], place % per_word);
            *out = what.of(done + i, z);
        }
        done += count;
    }
}

/// The number of an element by the quality's own formula, one at a time; what the fills are tested against.
#[cfg(test)]
fn one(quality: Quality, key: crate::Key, element: u64) -> f32 {
    let word = |element: u64| {
        let block = crate::philox4x32_10([(element / 4) as u32, 0, 0, 0], key.words());
        block[(element % 4) as usize]
    };
    match quality {
        Quality::Icdf => crate::inverse_normal_cdf(word(element)),
        Quality::Binomial => (word(element).count_ones() as f32 - 16.0) / 8.0_f32.sqrt(),
        Quality::Rademacher => {
            f32::from((word(element / 32) >> (element % 32)) as u8 & 1) * 2.0 - 1.0
        }
        Quality::Exact => exact_inverse_normal_cdf(
            u64::from(word(2 * element)) | u64::from(word(2 * element + 1)) << 32,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Purpose};

    const ALL: [Quality; 4] = [
        Quality::Exact,
        Quality::Icdf,
        Quality::Binomial,
        Quality::Rademacher,
    ];

    fn key() -> Key {
        Key::new(7, Purpose::Noise, "quality")
    }

    fn fill(quality: Quality, first: u64, len: usize) -> Vec<f32> {
        let mut out = vec![0.0; len];
        fill_noise(quality, key(), 0, 0, first, &mut out);
        out
    }

    #[test]
    fn every_element_is_the_number_its_address_names() {
        for quality in ALL {
            for first in [0_u64, 1, 31, 33, 257] {
                let filled = fill(quality, first, 9000);
                for (i, z) in filled.iter().enumerate().step_by(7) {
                    let alone = one(quality, key(), first + i as u64);
                    assert!(
                        (z - alone).abs() < 1e-6,
                        "{quality:?} {first} {i}: {z} {alone}"
                    );
                }
            }
        }
    }

    #[test]
    fn parts_equal_the_whole_wherever_they_start() {
        for quality in ALL {
            let whole = fill(quality, 0, 40_000);
            for start in [0, 1, 3, 31, 32, 33, 8191, 8192, 8193] {
                assert_eq!(
                    fill(quality, start as u64, 1000),
                    whole[start..start + 1000],
                    "{quality:?}"
                );
            }
        }
    }

    /// Moments of `n` numbers deviate by about √(variance of the power / n).
    #[test]
    fn every_quality_has_the_moments_that_are_documented() {
        let n = 4_000_000;
        for (quality, kurtosis) in [
            (Quality::Exact, 0.0),
            (Quality::Icdf, 0.0),
            (Quality::Binomial, -1.0 / 16.0),
            (Quality::Rademacher, -2.0),
        ] {
            let values = fill(quality, 0, n);
            let moment = |power: i32| {
                values
                    .iter()
                    .map(|z| f64::from(*z).powi(power))
                    .sum::<f64>()
                    / n as f64
            };
            assert!(moment(1).abs() < 0.0025, "{quality:?} mean {}", moment(1));
            assert!(
                (moment(2) - 1.0).abs() < 0.004,
                "{quality:?} variance {}",
                moment(2)
            );
            assert!(moment(3).abs() < 0.01, "{quality:?} skewness {}", moment(3));
            let excess = moment(4) - 3.0;
            assert!(
                (excess - kurtosis).abs() < 0.025,
                "{quality:?} kurtosis {excess}"
            );
        }
    }
}
