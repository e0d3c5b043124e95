//! Sixteen elements at a time.

#[allow(
    clippy::wildcard_imports,
    reason = "forty instructions, each named for what it does"
)]
use std::arch::x86_64::*;

use super::{Blocks, Normal};
use crate::normal::OCTAVES;
use crate::philox::{MULTIPLIER, ROUNDS, WEYL};

/// Blocks a pass: two groups of eight, so that one multiplies while the other waits.
const BLOCKS: usize = 16;
const ELEMENTS: usize = 4 * BLOCKS;

/// Fills whole passes of `out` with random words; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX-512F and AVX-512CD.
#[target_feature(enable = "avx512f,avx512cd")]
pub(super) unsafe fn words(blocks: Blocks, out: &mut [u32]) -> usize {
    let mut first = blocks.first;
    let mut passes = out.chunks_exact_mut(ELEMENTS);
    for pass in &mut passes {
        for (vector, out) in philox(blocks, first)
            .into_iter()
            .zip(pass.chunks_exact_mut(16))
        {
            // SAFETY: 16 elements are 64 bytes; the store may be unaligned.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), vector) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// Fills whole passes of `out` with normal numbers; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX-512F and AVX-512CD, and a base is at least as long as `out`.
#[target_feature(enable = "avx512f,avx512cd")]
pub(super) unsafe fn normals(blocks: Blocks, what: Normal, out: &mut [f32]) -> usize {
    let quantile = Quantile::new();
    let scale = _mm512_set1_ps(match what {
        Normal::Scaled(scale) | Normal::Added { scale, .. } => scale,
    });
    let mut first = blocks.first;
    for (pass, out) in out.chunks_exact_mut(ELEMENTS).enumerate() {
        let words = philox(blocks, first);
        for (i, (word, out)) in words.into_iter().zip(out.chunks_exact_mut(16)).enumerate() {
            let mut z = _mm512_mul_ps(quantile.of(word), scale);
            if let Normal::Added { base, .. } = what {
                let base = &base[pass * ELEMENTS + 16 * i..][..16];
                // SAFETY: 16 elements were just counted; the load may be unaligned.
                z = _mm512_add_ps(unsafe { _mm512_loadu_ps(base.as_ptr()) }, z);
            }
            // SAFETY: 16 elements are 64 bytes; the store may be unaligned.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), z) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// The words of 16 blocks, in the order of their elements.
///
/// A word that is multiplied next stands in the low half of a 64-bit lane, and what stands above it
/// does not matter: so a round is two products, two shifts and two exclusive ors for eight blocks.
#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn philox(blocks: Blocks, first: u64) -> [__m512i; 4] {
    let m = MULTIPLIER.map(|m| _mm512_set1_epi64(i64::from(m)));
    let lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let low = [0, 8].map(|ahead| {
        let first = _mm512_set1_epi64(first.wrapping_add(ahead) as i64);
        _mm512_add_epi64(first, lanes)
    });
    let mut a = low;
    let mut b = low.map(|block| _mm512_srli_epi64::<32>(block));
    let mut c = [_mm512_set1_epi64(i64::from(blocks.step)); 2];
    let mut d = [_mm512_set1_epi64(i64::from(blocks.sample)); 2];
    let [mut k, mut l] = blocks.key;
    for _ in 0..ROUNDS {
        let (kk, ll) = (
            _mm512_set1_epi64(i64::from(k)),
            _mm512_set1_epi64(i64::from(l)),
        );
        for i in 0..2 {
            let p = _mm512_mul_epu32(a[i], m[0]);
            let q = _mm512_mul_epu32(c[i], m[1]);
            a[i] = xor3(_mm512_srli_epi64::<32>(q), b[i], kk);
            c[i] = xor3(_mm512_srli_epi64::<32>(p), d[i], ll);
            (b[i], d[i]) = (q, p);
        }
        (k, l) = (k.wrapping_add(WEYL[0]), l.wrapping_add(WEYL[1]));
    }
    let mut out = [_mm512_setzero_si512(); 4];
    for i in 0..2 {
        // The odd 32-bit lanes of the second operand come from its low halves.
        let ab = _mm512_mask_blend_epi32(0xAAAA, a[i], _mm512_slli_epi64::<32>(b[i]));
        let cd = _mm512_mask_blend_epi32(0xAAAA, c[i], _mm512_slli_epi64::<32>(d[i]));
        let head = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let tail = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        out[2 * i] = _mm512_permutex2var_epi64(ab, head, cd);
        out[2 * i + 1] = _mm512_permutex2var_epi64(ab, tail, cd);
    }
    out
}

#[inline]
#[target_feature(enable = "avx512f,avx512cd")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0b1001_0110>(a, b, c)
}

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
            let values = &OCTAVES[coefficient][16 * half..][..16];
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
        let twice = _mm512_slli_epi32::<1>(_mm512_xor_si512(u, upper));
        let v = _mm512_or_si512(twice, _mm512_set1_epi32(1));
        let octave = _mm512_lzcnt_epi32(v);
        let behind = _mm512_srli_epi32::<7>(_mm512_sllv_epi32(v, octave));
        let t = _mm512_and_si512(behind, _mm512_set1_epi32(0x00FF_FFFF));
        let t = _mm512_cvtepi32_ps(t);
        let mut c = self.low;
        for (c, high) in c.iter_mut().zip(self.high) {
            *c = _mm512_permutex2var_ps(*c, octave, high);
        }
        // Not fused: each operation is rounded, as in the scalar form.
        let mut z = _mm512_add_ps(_mm512_mul_ps(c[3], t), c[2]);
        z = _mm512_add_ps(_mm512_mul_ps(z, t), c[1]);
        z = _mm512_add_ps(_mm512_mul_ps(z, t), c[0]);
        let sign = _mm512_andnot_si512(upper, _mm512_set1_epi32(i32::MIN));
        _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(z), sign))
    }
}
