//! Eight elements at a time.

#[allow(
    clippy::wildcard_imports,
    reason = "forty instructions, each named for what it does"
)]
use std::arch::x86_64::*;

use super::{Blocks, Normal};
use crate::normal::OCTAVES;
use crate::philox::{MULTIPLIER, ROUNDS, WEYL};

/// Blocks a pass: two groups of four, so that one multiplies while the other waits.
const BLOCKS: usize = 8;
const ELEMENTS: usize = 4 * BLOCKS;

/// Fills whole passes of `out` with random words; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn words(blocks: Blocks, out: &mut [u32]) -> usize {
    let mut first = blocks.first;
    for pass in out.chunks_exact_mut(ELEMENTS) {
        for (vector, out) in philox(blocks, first)
            .into_iter()
            .zip(pass.chunks_exact_mut(8))
        {
            // SAFETY: 8 elements are 32 bytes; the store may be unaligned.
            unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), vector) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// Fills whole passes of `out` with normal numbers; returns how many elements that is.
///
/// # Safety
///
/// The processor has AVX2, and a base is at least as long as `out`.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn normals(blocks: Blocks, what: Normal, out: &mut [f32]) -> usize {
    let quantile = Quantile::new();
    let scale = _mm256_set1_ps(match what {
        Normal::Scaled(scale) | Normal::Added { scale, .. } => scale,
    });
    let mut first = blocks.first;
    for (pass, out) in out.chunks_exact_mut(ELEMENTS).enumerate() {
        let words = philox(blocks, first);
        for (i, (word, out)) in words.into_iter().zip(out.chunks_exact_mut(8)).enumerate() {
            let mut z = _mm256_mul_ps(quantile.of(word), scale);
            if let Normal::Added { base, .. } = what {
                let base = &base[pass * ELEMENTS + 8 * i..][..8];
                // SAFETY: 8 elements were just counted; the load may be unaligned.
                z = _mm256_add_ps(unsafe { _mm256_loadu_ps(base.as_ptr()) }, z);
            }
            // SAFETY: 8 elements are 32 bytes; the store may be unaligned.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), z) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// The words of 8 blocks, in the order of their elements; the lanes are laid out as for AVX-512.
#[inline]
#[target_feature(enable = "avx2")]
fn philox(blocks: Blocks, first: u64) -> [__m256i; 4] {
    let m = MULTIPLIER.map(|m| _mm256_set1_epi64x(i64::from(m)));
    let lanes = _mm256_setr_epi64x(0, 1, 2, 3);
    let low = [0, 4].map(|ahead| {
        let first = _mm256_set1_epi64x(first.wrapping_add(ahead) as i64);
        _mm256_add_epi64(first, lanes)
    });
    let mut a = low;
    let mut b = low.map(|block| _mm256_srli_epi64::<32>(block));
    let mut c = [_mm256_set1_epi64x(i64::from(blocks.step)); 2];
    let mut d = [_mm256_set1_epi64x(i64::from(blocks.sample)); 2];
    let [mut k, mut l] = blocks.key;
    for _ in 0..ROUNDS {
        let (kk, ll) = (
            _mm256_set1_epi64x(i64::from(k)),
            _mm256_set1_epi64x(i64::from(l)),
        );
        for i in 0..2 {
            let p = _mm256_mul_epu32(a[i], m[0]);
            let q = _mm256_mul_epu32(c[i], m[1]);
            a[i] = xor3(_mm256_srli_epi64::<32>(q), b[i], kk);
            c[i] = xor3(_mm256_srli_epi64::<32>(p), d[i], ll);
            (b[i], d[i]) = (q, p);
        }
        (k, l) = (k.wrapping_add(WEYL[0]), l.wrapping_add(WEYL[1]));
    }
    let mut out = [_mm256_setzero_si256(); 4];
    for i in 0..2 {
        let ab = _mm256_blend_epi32::<0b1010_1010>(a[i], _mm256_slli_epi64::<32>(b[i]));
        let cd = _mm256_blend_epi32::<0b1010_1010>(c[i], _mm256_slli_epi64::<32>(d[i]));
        // Blocks 0 and 2, then 1 and 3; sorted by halves.
        let even = _mm256_unpacklo_epi64(ab, cd);
        let odd = _mm256_unpackhi_epi64(ab, cd);
        out[2 * i] = _mm256_permute2x128_si256::<0x20>(even, odd);
        out[2 * i + 1] = _mm256_permute2x128_si256::<0x31>(even, odd);
    }
    out
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

/// [`inverse_normal_cdf`](crate::inverse_normal_cdf) with the first octaves of its table in registers.
struct Quantile {
    /// Coefficient, octaves 0 to 7.
    near: [__m256; 4],
}

impl Quantile {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new() -> Self {
        let load = |coefficient: usize| {
            let values = &OCTAVES[coefficient][..8];
            // SAFETY: 8 values were just counted; the load may be unaligned.
            unsafe { _mm256_loadu_ps(values.as_ptr()) }
        };
        Self {
            near: [load(0), load(1), load(2), load(3)],
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(&self, u: __m256i) -> __m256 {
        let upper = _mm256_srai_epi32::<31>(u);
        let m = _mm256_xor_si256(u, upper);
        let v = _mm256_or_si256(_mm256_slli_epi32::<1>(m), _mm256_set1_epi32(1));
        let octave = leading_zeros_of_twice_plus_one(m);
        let behind = _mm256_srli_epi32::<7>(_mm256_sllv_epi32(v, octave));
        let t = _mm256_and_si256(behind, _mm256_set1_epi32(0x00FF_FFFF));
        let t = _mm256_cvtepi32_ps(t);
        let far = _mm256_cmpgt_epi32(octave, _mm256_set1_epi32(7));
        let mut c = self.near;
        if _mm256_testz_si256(far, far) == 1 {
            for c in &mut c {
                *c = _mm256_permutevar8x32_ps(*c, octave);
            }
        } else {
            // One vector in thirty has a number this far out in the tail.
            for (c, octaves) in c.iter_mut().zip(&OCTAVES) {
                // SAFETY: an octave is at most 31, and there are 32 of them.
                *c = unsafe { _mm256_i32gather_ps::<4>(octaves.as_ptr(), octave) };
            }
        }
        // Not fused: each operation is rounded, as in the scalar form.
        let mut z = _mm256_add_ps(_mm256_mul_ps(c[3], t), c[2]);
        z = _mm256_add_ps(_mm256_mul_ps(z, t), c[1]);
        z = _mm256_add_ps(_mm256_mul_ps(z, t), c[0]);
        let sign = _mm256_andnot_si256(upper, _mm256_set1_epi32(i32::MIN));
        _mm256_castsi256_ps(_mm256_xor_si256(_mm256_castps_si256(z), sign))
    }
}

/// Leading zeros of 2m + 1 for m below 2³¹, from the exponent of m as a float.
#[inline]
#[target_feature(enable = "avx2")]
fn leading_zeros_of_twice_plus_one(m: __m256i) -> __m256i {
    // Without the bits 8 places below a set one, rounding to 24 bits cannot carry into a new exponent.
    let float = _mm256_cvtepi32_ps(_mm256_andnot_si256(_mm256_srli_epi32::<8>(m), m));
    let exponent = _mm256_srli_epi32::<23>(_mm256_castps_si256(float));
    // 2^e has 30 − e zeros before it in 31 bits; the exponent of 0 is 0 and gives 31.
    let zeros = _mm256_sub_epi32(_mm256_set1_epi32(127 + 30), exponent);
    _mm256_min_epi32(zeros, _mm256_set1_epi32(31))
}
