//! The standard normal quantile in double precision.
#![expect(
    clippy::excessive_precision,
    reason = "the coefficients stand as the paper prints them"
)]

use super::super::fill::{Address, fill_words};
use crate::simd::{Normal, SimdLevel};

/// The standard normal quantile of `(u + ½) / 2⁶⁴`, rounded to single precision.
///
/// # Example
///
/// ```
/// use synaptree_kernels::exact_inverse_normal_cdf;
///
/// assert!((exact_inverse_normal_cdf(3 << 62) - 0.674_489_75).abs() < 1e-7);
/// assert_eq!(exact_inverse_normal_cdf(0), -exact_inverse_normal_cdf(u64::MAX));
/// ```
///
/// # References
///
/// Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), Applied
/// Statistics 37, PPND16: relative error 1e-16.
pub fn exact_inverse_normal_cdf(u: u64) -> f32 {
    // The smaller tail keeps all its digits.
    let upper = u >> 63 == 1;
    let tail = if upper { !u } else { u };
    let p = (tail as f64 + 0.5) * UNIT;
    let z = lower_tail(p);
    (if upper { -z } else { z }) as f32
}

/// 2⁻⁶⁴.
const UNIT: f64 = 1.0 / 18_446_744_073_709_551_616.0;

/// The quantile of `p ≤ ½`, which is not positive.
fn lower_tail(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &MIDDLE_OVER, &MIDDLE_UNDER);
    }
    // Not the platform's logarithm, whose last bit differs from system to system.
    let r = (-libm::log(p)).sqrt();
    if r <= 5.0 {
        -ratio(r - 1.6, &NEAR_OVER, &NEAR_UNDER)
    } else {
        -ratio(r - 5.0, &FAR_OVER, &FAR_UNDER)
    }
}

fn ratio(r: f64, over: &[f64; 8], under: &[f64; 8]) -> f64 {
    let polynomial =
        |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(over) / polynomial(under)
}

const MIDDLE_OVER: [f64; 8] = [
    3.387_132_872_796_366_608,
    133.141_667_891_784_377_45,
    1_971.590_950_306_551_442_7,
    13_731.693_765_509_461_125,
    45_921.953_931_549_871_457,
    67_265.770_927_008_700_853,
    33_430.575_583_588_128_105,
    2_509.080_928_730_122_672_7,
];
const MIDDLE_UNDER: [f64; 8] = [
    1.0,
    42.313_330_701_600_911_252,
    687.187_007_492_057_908_3,
    5_394.196_021_424_751_107_7,
    21_213.794_301_586_595_867,
    39_307.895_800_092_710_61,
    28_729.085_735_721_942_674,
    5_226.495_278_852_854_561,
];
const NEAR_OVER: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
const NEAR_UNDER: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_OVER: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_UNDER: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

/// Two words an element.
pub(super) fn fill(level: SimdLevel, at: Address, what: Normal, out: &mut [f32]) {
    const WAITING: usize = 128;
    let mut words = [0; 2 * WAITING];
    for (chunk, out) in out.chunks_mut(WAITING).enumerate() {
        let start = chunk * WAITING;
        let element = at.element() + start as u64;
        let words = &mut words[..2 * out.len()];
        fill_words(level, at.with_element(2 * element), words);
        for (i, (out, pair)) in out.iter_mut().zip(words.chunks_exact(2)).enumerate() {
            let u = u64::from(pair[0]) | u64::from(pair[1]) << 32;
            *out = what.of(start + i, exact_inverse_normal_cdf(u));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(Z > z): a power series below 3, Lentz's continued fraction above.
    fn upper_tail(z: f64) -> f64 {
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if z < 3.0 {
            let (mut term, mut sum) = (z, z);
            for k in 1..80 {
                term *= z * z / f64::from(2 * k + 1);
                sum += term;
            }
            return 0.5 - density * sum;
        }
        let mut fraction = z;
        for k in (1..200).rev() {
            fraction = z + f64::from(k) / fraction;
        }
        density / fraction
    }

    #[test]
    fn the_distribution_function_gives_the_probability_back() {
        for exponent in 1..=63 {
            for fraction in [1.0, 1.2, 1.7] {
                let p = fraction * 2.0_f64.powi(-exponent - 1);
                let back = upper_tail(-lower_tail(p));
                assert!((back / p - 1.0).abs() < 1e-12, "{p}: {back}");
            }
        }
    }

    #[test]
    fn it_is_symmetric_and_ends_at_nine() {
        for u in [0, 1, 12345, 1 << 40, (1 << 63) - 1] {
            assert_eq!(exact_inverse_normal_cdf(u), -exact_inverse_normal_cdf(!u));
        }
        assert!((exact_inverse_normal_cdf(u64::MAX) - 9.17).abs() < 0.1);
    }
}
