//! Four elements at a time.

#[allow(
    clippy::wildcard_imports,
    reason = "thirty instructions, each named for what it does"
)]
use std::arch::aarch64::*;

use super::{Blocks, Normal};
use crate::normal::OCTAVES;
use crate::philox::{MULTIPLIER, ROUNDS, WEYL};

/// Blocks a pass: two groups of four, so that one multiplies while the other waits.
const BLOCKS: usize = 8;
/// Elements of a group: a vector for each word of its blocks.
const GROUP: usize = 16;
const ELEMENTS: usize = 4 * BLOCKS;

/// Fills whole passes of `out` with random words; returns how many elements that is.
///
/// # Safety
///
/// The processor has NEON.
#[target_feature(enable = "neon")]
pub(super) unsafe fn words(blocks: Blocks, out: &mut [u32]) -> usize {
    let mut first = blocks.first;
    for pass in out.chunks_exact_mut(ELEMENTS) {
        for (words, out) in philox(blocks, first)
            .into_iter()
            .zip(pass.chunks_exact_mut(GROUP))
        {
            // SAFETY: 16 elements are four vectors; the store may be unaligned. It puts the words of a block side by side.
            unsafe { vst4q_u32(out.as_mut_ptr(), words) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// Fills whole passes of `out` with normal numbers; returns how many elements that is.
///
/// # Safety
///
/// The processor has NEON, and a base is at least as long as `out`.
#[target_feature(enable = "neon")]
pub(super) unsafe fn normals(blocks: Blocks, what: Normal, out: &mut [f32]) -> usize {
    let quantile = Quantile::new();
    let scale = vdupq_n_f32(match what {
        Normal::Scaled(scale) | Normal::Added { scale, .. } => scale,
    });
    let mut first = blocks.first;
    for (pass, out) in out.chunks_exact_mut(ELEMENTS).enumerate() {
        let groups = philox(blocks, first);
        for (i, (word, out)) in groups
            .into_iter()
            .zip(out.chunks_exact_mut(GROUP))
            .enumerate()
        {
            let numbers = |word| vmulq_f32(quantile.of(word), scale);
            let mut z = float32x4x4_t(
                numbers(word.0),
                numbers(word.1),
                numbers(word.2),
                numbers(word.3),
            );
            if let Normal::Added { base, .. } = what {
                let base = &base[pass * ELEMENTS + GROUP * i..][..GROUP];
                // SAFETY: 16 elements were just counted; the load may be unaligned.
                let base = unsafe { vld4q_f32(base.as_ptr()) };
                z = float32x4x4_t(
                    vaddq_f32(base.0, z.0),
                    vaddq_f32(base.1, z.1),
                    vaddq_f32(base.2, z.2),
                    vaddq_f32(base.3, z.3),
                );
            }
            // SAFETY: 16 elements are four vectors; the store may be unaligned.
            unsafe { vst4q_f32(out.as_mut_ptr(), z) };
        }
        first = first.wrapping_add(BLOCKS as u64);
    }
    out.len() / ELEMENTS * ELEMENTS
}

/// The words of two groups of four blocks: a vector a word, a lane a block.
#[inline]
#[target_feature(enable = "neon")]
fn philox(blocks: Blocks, first: u64) -> [uint32x4x4_t; 2] {
    let m = MULTIPLIER.map(|m| vdup_n_u32(m));
    let numbers = [0, 4].map(|ahead| {
        let first = vdupq_n_u64(first.wrapping_add(ahead));
        let pair = |lane| {
            vaddq_u64(
                first,
                vcombine_u64(vcreate_u64(lane), vcreate_u64(lane + 1)),
            )
        };
        [
            vreinterpretq_u32_u64(pair(0)),
            vreinterpretq_u32_u64(pair(2)),
        ]
    });
    let mut a = numbers.map(|[head, tail]| vuzp1q_u32(head, tail));
    let mut b = numbers.map(|[head, tail]| vuzp2q_u32(head, tail));
    let mut c = [vdupq_n_u32(blocks.step); 2];
    let mut d = [vdupq_n_u32(blocks.sample); 2];
    let [mut k, mut l] = blocks.key;
    for _ in 0..ROUNDS {
        let (kk, ll) = (vdupq_n_u32(k), vdupq_n_u32(l));
        for i in 0..2 {
            let (p_low, p_high) = product(a[i], m[0]);
            let (q_low, q_high) = product(c[i], m[1]);
            a[i] = veorq_u32(veorq_u32(q_high, b[i]), kk);
            c[i] = veorq_u32(veorq_u32(p_high, d[i]), ll);
            (b[i], d[i]) = (q_low, p_low);
        }
        (k, l) = (k.wrapping_add(WEYL[0]), l.wrapping_add(WEYL[1]));
    }
    [0, 1].map(|i| uint32x4x4_t(a[i], b[i], c[i], d[i]))
}

/// The low and the high halves of four products.
#[inline]
#[target_feature(enable = "neon")]
fn product(a: uint32x4_t, m: uint32x2_t) -> (uint32x4_t, uint32x4_t) {
    let head = vreinterpretq_u32_u64(vmull_u32(vget_low_u32(a), m));
    let tail = vreinterpretq_u32_u64(vmull_u32(vget_high_u32(a), m));
    (vuzp1q_u32(head, tail), vuzp2q_u32(head, tail))
}

/// [`inverse_normal_cdf`](crate::inverse_normal_cdf) with the first octaves of its table in registers.
struct Quantile {
    /// Coefficient, the bytes of octaves 0 to 7.
    near: [uint8x16x2_t; 4],
}

impl Quantile {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new() -> Self {
        let load = |coefficient: usize| {
            let values = &OCTAVES[coefficient][..8];
            // SAFETY: 8 values are two vectors; the load may be unaligned.
            unsafe { vld1q_u8_x2(values.as_ptr().cast()) }
        };
        Self {
            near: [load(0), load(1), load(2), load(3)],
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn of(&self, u: uint32x4_t) -> float32x4_t {
        let upper = vreinterpretq_u32_s32(vshrq_n_s32::<31>(vreinterpretq_s32_u32(u)));
        let v = vorrq_u32(vshlq_n_u32::<1>(veorq_u32(u, upper)), vdupq_n_u32(1));
        let octave = vclzq_u32(v);
        let behind = vshrq_n_u32::<7>(vshlq_u32(v, vreinterpretq_s32_u32(octave)));
        let t = vcvtq_f32_u32(vandq_u32(behind, vdupq_n_u32(0x00FF_FFFF)));
        let c = if vmaxvq_u32(octave) < 8 {
            // The four bytes of an octave's coefficient, lowest first.
            let bytes = vmlaq_n_u32(vdupq_n_u32(0x0302_0100), octave, 0x0404_0404);
            let bytes = vreinterpretq_u8_u32(bytes);
            self.near
                .map(|near| vreinterpretq_f32_u8(vqtbl2q_u8(near, bytes)))
        } else {
            // One vector in sixty has a number this far out in the tail.
            far(octave)
        };
        // Not fused: each operation is rounded, as in the scalar form.
        let mut z = vaddq_f32(vmulq_f32(c[3], t), c[2]);
        z = vaddq_f32(vmulq_f32(z, t), c[1]);
        z = vaddq_f32(vmulq_f32(z, t), c[0]);
        let sign = vbicq_u32(vdupq_n_u32(1 << 31), upper);
        vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(z), sign))
    }
}

/// The coefficients of octaves anywhere in the table.
#[cold]
#[target_feature(enable = "neon")]
fn far(octave: uint32x4_t) -> [float32x4_t; 4] {
    let mut octaves = [0_u32; 4];
    // SAFETY: the array is one vector; the store may be unaligned.
    unsafe { vst1q_u32(octaves.as_mut_ptr(), octave) };
    [0, 1, 2, 3].map(|power| {
        let values = octaves.map(|octave| OCTAVES[power][octave as usize & 31]);
        // SAFETY: the array is one vector; the load may be unaligned.
        unsafe { vld1q_f32(values.as_ptr()) }
    })
}
