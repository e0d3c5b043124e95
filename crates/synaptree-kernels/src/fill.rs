//! Arrays of random numbers by address.

use rayon::prelude::*;

use crate::simd::{self, Blocks, Normal, SimdLevel};
use crate::{Key, inverse_normal_cdf, philox4x32_10};

/// The version of the map from an address to a number; stored with every model and checkpoint.
///
/// ```text
/// words of a block = Philox4x32-10([block low, block high, step, sample], key),   element = 4 · block + word
/// bits = word;   uniform = (word >> 8) / 2²⁴;   normal = inverse_normal_cdf(word)
/// ```
pub const NOISE_FORMAT: u32 = 1;

/// Fills longer than this are shared between threads.
pub(crate) const PARALLEL_FROM: usize = 1 << 15;
/// What one thread fills at a time.
pub(crate) const CHUNK: usize = 1 << 13;
/// Blocks that the portable form computes side by side, so that the compiler can use SIMD instructions.
const LANES: usize = 16;
/// Words that wait on the stack to be turned into something else.
const WAITING: usize = 256;

/// Fills `out` with random words: element `first_element + i` of the stream goes to `out[i]`.
///
/// # Randomness
///
/// Equal addresses give equal bits for any length, any first element and any number of threads.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_bits};
///
/// let key = Key::new(7, Purpose::Shuffle, "rows");
/// let mut whole = [0; 8];
/// fill_bits(key, 0, 0, 0, &mut whole);
/// let mut part = [0; 3];
/// fill_bits(key, 0, 0, 5, &mut part);
/// assert_eq!(part, whole[5..]);
/// ```
pub fn fill_bits(key: Key, step: u32, sample: u32, first_element: u64, out: &mut [u32]) {
    let at = Address::new(key, step, sample, first_element);
    let level = SimdLevel::detect();
    shared(at, out, |at, _, out| fill_words(level, at, out));
}

/// Fills `out` with numbers uniform in `[0, 1)`, multiples of 2⁻²⁴.
///
/// # Randomness
///
/// As [`fill_bits`]; the same element has the same word there.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_uniform};
///
/// let mut out = [0.0; 1000];
/// fill_uniform(Key::new(7, Purpose::Init, "weight"), 0, 0, 0, &mut out);
/// let mean = out.iter().sum::<f32>() / 1000.0;
/// assert!((mean - 0.5).abs() < 0.03);
/// ```
pub fn fill_uniform(key: Key, step: u32, sample: u32, first_element: u64, out: &mut [f32]) {
    let level = SimdLevel::detect();
    let at = Address::new(key, step, sample, first_element);
    shared(at, out, |mut at, _, out| {
        let mut words = [0; WAITING];
        for out in out.chunks_mut(WAITING) {
            let words = &mut words[..out.len()];
            fill_words(level, at, words);
            for (out, word) in out.iter_mut().zip(words) {
                *out = (*word >> 8) as i32 as f32 * (1.0 / 16_777_216.0);
            }
            at = at.ahead(WAITING);
        }
    });
}

/// Fills `out` with standard normal numbers.
///
/// # Randomness
///
/// As [`fill_bits`]; the transform is [`inverse_normal_cdf`].
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_normal};
///
/// let mut out = [0.0; 10_000];
/// fill_normal(Key::new(7, Purpose::Noise, "weight"), 0, 0, 0, &mut out);
/// let variance = out.iter().map(|z| z * z).sum::<f32>() / 10_000.0;
/// assert!((variance - 1.0).abs() < 0.05);
/// ```
pub fn fill_normal(key: Key, step: u32, sample: u32, first_element: u64, out: &mut [f32]) {
    fill_scaled_normal(key, step, sample, first_element, 1.0, out);
}

/// Fills `out` with `scale` × standard normal numbers; each product is rounded once.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_normal, fill_scaled_normal};
///
/// let key = Key::new(7, Purpose::Noise, "weight");
/// let (mut plain, mut scaled) = ([0.0; 5], [0.0; 5]);
/// fill_normal(key, 0, 0, 0, &mut plain);
/// fill_scaled_normal(key, 0, 0, 0, 0.1, &mut scaled);
/// assert_eq!(scaled, plain.map(|z| z * 0.1));
/// ```
pub fn fill_scaled_normal(
    key: Key,
    step: u32,
    sample: u32,
    first_element: u64,
    scale: f32,
    out: &mut [f32],
) {
    let level = SimdLevel::detect();
    let at = Address::new(key, step, sample, first_element);
    shared(at, out, |at, _, out| {
        fill_normals(level, at, Normal::Scaled(scale), out);
    });
}

/// Fills `out` with `base` + `scale` × standard normal numbers; the product is rounded, then the sum.
///
/// # Panics
///
/// When `base` is not as long as `out`.
///
/// # Example
///
/// ```
/// use synaptree_kernels::{Key, Purpose, fill_noisy, fill_scaled_normal};
///
/// let key = Key::new(7, Purpose::Noise, "weight");
/// let (mut noise, mut noisy) = ([0.0; 2], [0.0; 2]);
/// fill_scaled_normal(key, 0, 0, 8, 0.1, &mut noise);
/// fill_noisy(key, 0, 0, 8, &[1.0, -2.0], 0.1, &mut noisy);
/// assert_eq!(noisy, [1.0 + noise[0], -2.0 + noise[1]]);
/// ```
pub fn fill_noisy(
    key: Key,
    step: u32,
    sample: u32,
    first_element: u64,
    base: &[f32],
    scale: f32,
    out: &mut [f32],
) {
    assert_eq!(base.len(), out.len(), "a base for every element");
    let level = SimdLevel::detect();
    let at = Address::new(key, step, sample, first_element);
    shared(at, out, |at, start, out| {
        let base = &base[start..];
        fill_normals(level, at, Normal::Added { base, scale }, out);
    });
}

/// Where an element stands.
#[derive(Copy, Clone)]
pub(crate) struct Address {
    key: [u32; 2],
    step: u32,
    sample: u32,
    element: u64,
}

impl Address {
    pub(crate) fn new(key: Key, step: u32, sample: u32, element: u64) -> Self {
        Self {
            key: key.words(),
            step,
            sample,
            element,
        }
    }

    /// The element that many places on.
    pub(crate) fn ahead(self, elements: usize) -> Self {
        Self {
            element: self.element.wrapping_add(elements as u64),
            ..self
        }
    }

    pub(crate) fn element(self) -> u64 {
        self.element
    }

    /// Another element of the same stream.
    pub(crate) fn with_element(self, element: u64) -> Self {
        Self { element, ..self }
    }

    /// The words of the block of this element, and its place among them.
    fn block(self) -> ([u32; 4], usize) {
        let block = self.element / 4;
        let counter = [block as u32, (block >> 32) as u32, self.step, self.sample];
        (
            philox4x32_10(counter, self.key),
            (self.element % 4) as usize,
        )
    }

    /// The same place for a vector path; the element starts a block.
    fn blocks(self) -> Blocks {
        Blocks {
            key: self.key,
            step: self.step,
            sample: self.sample,
            first: self.element / 4,
        }
    }
}

/// Gives long fills to several threads, each with its address and where it starts in `out`.
pub(crate) fn shared<T: Send>(
    at: Address,
    out: &mut [T],
    fill: impl Fn(Address, usize, &mut [T]) + Sync,
) {
    if out.len() < PARALLEL_FROM {
        return fill(at, 0, out);
    }
    out.par_chunks_mut(CHUNK).enumerate().for_each(|(i, out)| {
        let start = i * CHUNK;
        fill(at.ahead(start), start, out);
    });
}

pub(crate) fn fill_words(level: SimdLevel, at: Address, out: &mut [u32]) {
    fill_serial(
        at,
        out,
        |blocks, _, out| simd::words(level, blocks, out),
        |_, word| word,
    );
}

pub(crate) fn fill_normals(level: SimdLevel, at: Address, what: Normal, out: &mut [f32]) {
    fill_serial(
        at,
        out,
        |blocks, start, out| simd::normals(level, blocks, what.from(start), out),
        |i, word| what.of(i, inverse_normal_cdf(word)),
    );
}

/// `bulk` fills what it can from a block on and says how much; `transform` does the rest.
fn fill_serial<T>(
    mut at: Address,
    out: &mut [T],
    bulk: impl FnOnce(Blocks, usize, &mut [T]) -> usize,
    transform: impl Fn(usize, u32) -> T,
) {
    let mut done = 0;
    if !at.element.is_multiple_of(4) {
        let (words, skipped) = at.block();
        done = out.len().min(4 - skipped);
        for (i, (out, word)) in out.iter_mut().zip(&words[skipped..]).enumerate() {
            *out = transform(i, *word);
        }
        at = at.ahead(done);
    }
    let vector = bulk(at.blocks(), done, &mut out[done..]);
    at = at.ahead(vector);
    done += vector;

    let mut groups = out[done..].chunks_exact_mut(4 * LANES);
    for group in &mut groups {
        let lanes = philox_lanes(at.blocks());
        for (i, out) in group.chunks_exact_mut(4).enumerate() {
            for (word, (out, lane)) in out.iter_mut().zip(&lanes).enumerate() {
                *out = transform(done + 4 * i + word, lane[i]);
            }
        }
        at = at.ahead(4 * LANES);
        done += 4 * LANES;
    }
    for group in groups.into_remainder().chunks_mut(4) {
        let (words, _) = at.block();
        for (i, (out, word)) in group.iter_mut().zip(words).enumerate() {
            *out = transform(done + i, word);
        }
        at = at.ahead(4);
        done += 4;
    }
}

/// [`philox4x32_10`] on consecutive blocks, one array a word.
#[inline]
fn philox_lanes(blocks: Blocks) -> [[u32; LANES]; 4] {
    let mut words = [[0; LANES]; 4];
    #[expect(
        clippy::needless_range_loop,
        reason = "one lane of four arrays is written at a time"
    )]
    for lane in 0..LANES {
        let block = blocks.first.wrapping_add(lane as u64);
        let counter = [
            block as u32,
            (block >> 32) as u32,
            blocks.step,
            blocks.sample,
        ];
        let [a, b, c, d] = philox4x32_10(counter, blocks.key);
        words[0][lane] = a;
        words[1][lane] = b;
        words[2][lane] = c;
        words[3][lane] = d;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purpose;

    fn key() -> Key {
        Key::new(7, Purpose::Noise, "trunk.0.dense.weight")
    }

    fn normals(first: u64, len: usize) -> Vec<u32> {
        let mut out = vec![0.0; len];
        fill_normal(key(), 3, 2, first, &mut out);
        out.iter().map(|z| z.to_bits()).collect()
    }

    #[test]
    fn every_instruction_set_of_this_processor_gives_the_same_bits() {
        let base: Vec<f32> = (0..1500).map(|i| i as f32 * 0.01 - 7.0).collect();
        // The second start is where the low half of a block's number overflows.
        for first in [0, (1 << 34) - 200, (1 << 34) - 6, 3] {
            let at = Address::new(key(), 3, 2, first);
            let fill = |level, what| {
                let mut out = vec![0.0; base.len()];
                fill_normals(level, at, what, &mut out);
                out.into_iter().map(f32::to_bits).collect::<Vec<_>>()
            };
            let added = Normal::Added {
                base: &base,
                scale: 0.3,
            };
            for level in SimdLevel::available() {
                for what in [Normal::Scaled(1.0), Normal::Scaled(0.1), added] {
                    let portable = fill(SimdLevel::Portable, what);
                    assert_eq!(fill(level, what), portable, "{level:?} from {first}");
                }
                let words = |level| {
                    let mut out = vec![0; 1500];
                    fill_words(level, at, &mut out);
                    out
                };
                assert_eq!(
                    words(level),
                    words(SimdLevel::Portable),
                    "{level:?} from {first}"
                );
            }
        }
    }

    #[test]
    fn every_octave_of_the_tail_is_the_same_in_every_instruction_set() {
        // Among 2²² numbers octaves up to 20 occur; those of the table's other half are among them.
        let at = Address::new(key(), 0, 0, 0);
        let fill = |level| {
            let mut out = vec![0.0; 1 << 22];
            fill_normals(level, at, Normal::Scaled(1.0), &mut out);
            out
        };
        let portable = fill(SimdLevel::Portable);
        assert!(
            portable
                .iter()
                .any(|z| *z > inverse_normal_cdf(u32::MAX - (1 << 14)))
        );
        for level in SimdLevel::available() {
            assert!(fill(level) == portable, "{level:?}");
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let fill = |threads| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap()
                .install(|| normals(1, 3 * PARALLEL_FROM + 5))
        };
        let one = fill(1);
        assert_eq!(one, fill(2));
        assert_eq!(one, fill(3));
    }

    #[test]
    fn every_element_is_the_word_its_address_names() {
        let mut out = vec![0; PARALLEL_FROM + 77];
        fill_bits(key(), 3, 2, 2, &mut out);
        for (i, word) in out.iter().enumerate() {
            let element = i as u64 + 2;
            let block = philox4x32_10([(element / 4) as u32, 0, 3, 2], key().words());
            assert_eq!(*word, block[(element % 4) as usize], "element {element}");
        }
    }

    #[test]
    fn parts_equal_the_whole_wherever_they_start() {
        let whole = normals(0, 400);
        for start in 0..70 {
            for len in [0, 1, 2, 3, 4, 5, 63, 64, 65, 200] {
                assert_eq!(normals(start as u64, len), whole[start..start + len]);
            }
        }
    }

    #[test]
    fn elements_beyond_four_thousand_million_blocks_use_the_high_word() {
        let mut out = [0; 1];
        fill_bits(key(), 0, 0, 1 << 35, &mut out);
        assert_eq!(out[0], philox4x32_10([0, 2, 0, 0], key().words())[0]);
    }

    #[test]
    fn steps_samples_and_seeds_are_independent() {
        let len = 20_000;
        let fill = |key, step, sample| {
            let mut out = vec![0.0; len];
            fill_normal(key, step, sample, 0, &mut out);
            out
        };
        let base = fill(key(), 0, 0);
        let others = [
            fill(key(), 1, 0),
            fill(key(), 0, 1),
            fill(Key::new(8, Purpose::Noise, "trunk.0.dense.weight"), 0, 0),
            fill(Key::new(7, Purpose::Noise, "trunk.1.dense.weight"), 0, 0),
        ];
        for other in others {
            let correlation: f32 =
                base.iter().zip(&other).map(|(a, b)| a * b).sum::<f32>() / len as f32;
            assert!(
                correlation.abs() < 4.0 / (len as f32).sqrt(),
                "{correlation}"
            );
        }
    }
}
