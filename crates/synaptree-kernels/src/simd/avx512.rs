//! Sixteen elements at a time.

#[allow(
    clippy::wildcard_imports,
    reason = "forty instructions, each named for what it does"
)]
use std::arch::x86_64::*;

use super::{Blocks, Normal};
use crate::normal::OCTAVES;
use crate::philox::{MULTIPLIER, ROUNDS, WEYL};

/// Groups of eight blocks in a long pass, so that the others multiply while one waits.
const GROUPS: usize = 4;
/// Elements of a group.
const GROUP: usize = 32;

/// Fills whole groups of `out` with random words; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX-512F and AVX-512CD.
#[target_feature(enable = "avx512f,avx512cd")]
pub(super) unsafe fn words(blocks: Blocks, out: &mut [u32]) -> usize {
    let long = out.len() / (GROUPS * GROUP) * (GROUPS * GROUP);
    let (head, tail) = out.split_at_mut(long);
    word_passes::<GROUPS>(blocks, head);
    long + word_passes::<1>(blocks.ahead(long), tail)
}

/// Fills passes of `G` groups.
#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn word_passes<const G: usize>(blocks: Blocks, out: &mut [u32]) -> usize {
    let mut first = blocks.first;
    for pass in out.chunks_exact_mut(G * GROUP) {
        let vectors = philox::<G>(blocks, first);
        for (vector, out) in vectors.as_flattened().iter().zip(pass.chunks_exact_mut(16)) {
            // SAFETY: 16 elements are 64 bytes; the store may be unaligned.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), *vector) };
        }
        first = first.wrapping_add(8 * G as u64);
    }
    out.len() / (G * GROUP) * (G * GROUP)
}

/// Fills whole groups of `out` with normal numbers; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX-512F and AVX-512CD, and a base is at least as long as `out`.
#[target_feature(enable = "avx512f,avx512cd")]
pub(super) unsafe fn normals(blocks: Blocks, what: Normal, out: &mut [f32]) -> usize {
    let quantile = Quantile::new();
    let long = out.len() / (GROUPS * GROUP) * (GROUPS * GROUP);
    let (head, tail) = out.split_at_mut(long);
    normal_passes::<GROUPS>(&quantile, blocks, what, head);
    long + normal_passes::<1>(&quantile, blocks.ahead(long), what.from(long), tail)
}

/// Fills passes of `G` groups.
#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn normal_passes<const G: usize>(
    quantile: &Quantile,
    blocks: Blocks,
    what: Normal,
    out: &mut [f32],
) -> usize {
    let scale = _mm512_set1_ps(match what {
        Normal::Scaled(scale) | Normal::Added { scale, .. } => scale,
    });
    let mut first = blocks.first;
    for (pass, out) in out.chunks_exact_mut(G * GROUP).enumerate() {
        let words = philox::<G>(blocks, first);
        let words = words.as_flattened().iter();
        for (i, (word, out)) in words.zip(out.chunks_exact_mut(16)).enumerate() {
            let mut z = _mm512_mul_ps(quantile.of(*word), scale);
            if let Normal::Added { base, .. } = what {
                let base = &base[pass * G * GROUP + 16 * i..][..16];
                // SAFETY: 16 elements were just counted; the load may be unaligned.
                z = _mm512_add_ps(unsafe { _mm512_loadu_ps(base.as_ptr()) }, z);
            }
            // SAFETY: 16 elements are 64 bytes; the store may be unaligned.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), z) };
        }
        first = first.wrapping_add(8 * G as u64);
    }
    out.len() / (G * GROUP) * (G * GROUP)
}

/// The words of `G` groups of eight blocks, in the order of their elements.
///
/// A word that is multiplied next stands in the low half of a 64-bit lane, and what stands above it
/// does not matter: so a round is two products, two shifts and two exclusive ors for eight blocks.
#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn philox<const G: usize>(blocks: Blocks, first: u64) -> [[__m512i; 2]; G] {
    let m = MULTIPLIER.map(|m| _mm512_set1_epi64(i64::from(m)));
    let lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let mut a = [lanes; G];
    for (group, a) in a.iter_mut().enumerate() {
        let first = first.wrapping_add(8 * group as u64);
        *a = _mm512_add_epi64(_mm512_set1_epi64(first as i64), lanes);
    }
    let mut b = a.map(|block| _mm512_srli_epi64::<32>(block));
    let mut c = [_mm512_set1_epi64(i64::from(blocks.step)); G];
    let mut d = [_mm512_set1_epi64(i64::from(blocks.sample)); G];
    let [mut k, mut l] = blocks.key;
    for _ in 0..ROUNDS {
        let (kk, ll) = (
            _mm512_set1_epi64(i64::from(k)),
            _mm512_set1_epi64(i64::from(l)),
        );
        for i in 0..G {
            let p = _mm512_mul_epu32(a[i], m[0]);
            let q = _mm512_mul_epu32(c[i], m[1]);
            a[i] = xor3(_mm512_srli_epi64::<32>(q), b[i], kk);
            c[i] = xor3(_mm512_srli_epi64::<32>(p), d[i], ll);
            (b[i], d[i]) = (q, p);
        }
        (k, l) = (k.wrapping_add(WEYL[0]), l.wrapping_add(WEYL[1]));
    }
    let mut out = [[lanes; 2]; G];
    for (i, out) in out.iter_mut().enumerate() {
        // The odd 32-bit lanes of the second operand come from its low halves.
        let ab = _mm512_mask_blend_epi32(0xAAAA, a[i], _mm512_slli_epi64::<32>(b[i]));
        let cd = _mm512_mask_blend_epi32(0xAAAA, c[i], _mm512_slli_epi64::<32>(d[i]));
        let head = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let tail = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        *out = [head, tail].map(|order| _mm512_permutex2var_epi64(ab, order, cd));
    }
    out
}

#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0b1001_0110>(a, b, c)
}

/// [`OCTAVES`] by the number of leading zeros of 32 bits whose first is zero, which is one more than the octave.
const BY_ZEROS: [[f32; 32]; 4] = {
    let mut table = OCTAVES;
    let mut power = 0;
    while power < 4 {
        let mut octave = 0;
        while octave < 32 {
            table[power][(octave + 1) % 32] = OCTAVES[power][octave];
            octave += 1;
        }
        power += 1;
    }
    table
};

/// [`inverse_normal_cdf`](crate::inverse_normal_cdf) with its table in registers.
struct Quantile {
    low: [__m512; 4],
    high: [__m512; 4],
}

impl Quantile {
    #[inline]
    #[target_feature(enable = "avx512f,avx512cd")]
    fn new() -> Self {
        let load = |coefficient: usize, half: usize| {
            let values = &BY_ZEROS[coefficient][16 * half..][..16];
            // SAFETY: 16 values were just counted; the load may be unaligned.
            unsafe { _mm512_loadu_ps(values.as_ptr()) }
        };
        Self {
            low: [load(0, 0), load(1, 0), load(2, 0), load(3, 0)],
            high: [load(0, 1), load(1, 1), load(2, 1), load(3, 1)],
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512cd")]
    fn of(&self, u: __m512i) -> __m512 {
        let upper = _mm512_srai_epi32::<31>(u);
        let half = _mm512_xor_si512(u, upper);
        let zeros = _mm512_lzcnt_epi32(half);
        let v = _mm512_or_si512(_mm512_slli_epi32::<1>(half), _mm512_set1_epi32(1));
        // What follows the leading one; of 32 zeros it is nothing, and so is a shift by 32.
        let behind = _mm512_sllv_epi32(v, zeros);
        let t = _mm512_cvtepi32_ps(_mm512_srli_epi32::<8>(behind));
        let mut c = self.low;
        for (c, high) in c.iter_mut().zip(self.high) {
            *c = _mm512_permutex2var_ps(*c, zeros, high);
        }
        // Not fused: each operation is rounded, as in the scalar form.
        let mut z = _mm512_add_ps(_mm512_mul_ps(c[3], t), c[2]);
        z = _mm512_add_ps(_mm512_mul_ps(z, t), c[1]);
        z = _mm512_add_ps(_mm512_mul_ps(z, t), c[0]);
        // z, negated below the median: z ^ (!upper & the sign bit).
        let sign = _mm512_set1_epi32(i32::MIN);
        let z = _mm512_castps_si512(z);
        _mm512_castsi512_ps(_mm512_ternarylogic_epi32::<0b1101_0010>(z, upper, sign))
    }
}
