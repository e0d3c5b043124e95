//! What becomes of random words, in operations that every device rounds alike.

use cubecl::prelude::*;

/// [`inverse_normal_cdf`](crate::inverse_normal_cdf) with its table `octaves`, coefficient after coefficient.
///
/// `zero` is 0, which no compiler knows.
#[cube]
pub(super) fn normal(u: u32, octaves: &[f32], zero: u32) -> f32 {
    let mut m = u;
    let mut sign = 0x8000_0000u32;
    if u >= 0x8000_0000u32 {
        m = !u;
        sign = 0u32;
    }
    let v = (m << 1u32) | 1u32;
    let octave = v.leading_zeros();
    let t = (((v << octave) >> 7u32) & 0x00FF_FFFFu32) as f32;
    let place = octave as usize;
    let mut z = apart(octaves[place + 96] * t, zero) + octaves[place + 64];
    z = apart(apart(z, zero) * t, zero) + octaves[place + 32];
    z = apart(apart(z, zero) * t, zero) + octaves[place];
    f32::from_bits(z.to_bits() ^ sign)
}

/// `x`, rounded: a compiler that does not know that `zero` is 0 cannot fuse a product with the sum behind it.
#[cube]
fn apart(x: f32, zero: u32) -> f32 {
    f32::from_bits(x.to_bits() ^ zero)
}

/// 1 / √8.
const UNIT: f32 = 0.25 * std::f32::consts::SQRT_2;

/// (Ones in the word − 16) / √8.
#[cube]
pub(super) fn binomial(word: u32) -> f32 {
    let ones = word.count_ones() as f32;
    (ones - 16.0f32) * UNIT
}

/// −1 or 1 by a bit of the word.
#[cube]
pub(super) fn sign(word: u32, bit: u32) -> f32 {
    let set = ((word >> bit) & 1u32) as f32;
    set * 2.0f32 - 1.0f32
}

/// 1 where the word lies below `limit`, else 0.
#[cube]
pub(super) fn kept(word: u32, limit: u32) -> f32 {
    let mut number = 0.0f32;
    if word < limit {
        number = 1.0f32;
    }
    number
}
