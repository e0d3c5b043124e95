//! Exponentials and logarithms without branches, so that loops over them use wide registers.
//!
//! The polynomials are those of the Cephes library (Moshier 1992), whose relative error is below 2⁻²³.
#![expect(
    clippy::excessive_precision,
    reason = "the coefficients stand as they are published"
)]
#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the caller's registers"
)]

/// ln 2 in two parts; the first has few digits, so that its small multiples are exact.
const LN_2: [f32; 2] = [0.693_359_375, -2.121_944_4e-4];
/// Added to a number below 2²², it leaves the nearest whole number in the last bits.
const ROUND: f32 = 12_582_912.0;

/// eˣ for x ≤ 0; not below e⁻⁸⁷, and not a number where x is not.
#[inline(always)]
pub(super) fn exp_of_negative(x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = x - whole * LN_2[0] - whole * LN_2[1];
    let mut p = 1.987_569_15e-4;
    p = p * r + 1.398_199_950_7e-3;
    p = p * r + 8.333_451_907_3e-3;
    p = p * r + 4.166_579_589_4e-2;
    p = p * r + 1.666_666_545_9e-1;
    p = p * r + 5.000_000_120_1e-1;
    let fraction = p * (r * r) + r + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3F80_0000));
    fraction * power
}

/// ln(1 + t) for 0 ≤ t ≤ 1.
#[inline(always)]
pub(super) fn ln_1p_of_share(t: f32) -> f32 {
    let u = 1.0 + t;
    // What rounding took from the sum.
    let lost = (t - (u - 1.0)) / u;
    let large = u > std::f32::consts::SQRT_2;
    let (m, e) = if large { (u * 0.5, 1.0) } else { (u, 0.0) };
    ln_near_one(m, e) + lost
}

/// ln x for a normal number x > 0, else not a number.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let e = (bits >> 23) as i32 - 127;
    let m = f32::from_bits((bits & 0x007F_FFFF) | 0x3F80_0000);
    let large = m > std::f32::consts::SQRT_2;
    let (m, e) = if large { (m * 0.5, e + 1) } else { (m, e) };
    let y = ln_near_one(m, e as f32);
    if x >= f32::MIN_POSITIVE { y } else { f32::NAN }
}

/// ln(m · 2ᵉ) for √½ ≤ m ≤ √2.
#[inline(always)]
fn ln_near_one(m: f32, e: f32) -> f32 {
    let f = m - 1.0;
    let z = f * f;
    let mut p = 7.037_683_629_2e-2;
    p = p * f - 1.151_461_031_0e-1;
    p = p * f + 1.167_699_874_0e-1;
    p = p * f - 1.242_014_084_6e-1;
    p = p * f + 1.424_932_278_7e-1;
    p = p * f - 1.666_805_766_5e-1;
    p = p * f + 2.000_071_476_5e-1;
    p = p * f - 2.499_999_399_3e-1;
    p = p * f + 3.333_333_117_4e-1;
    let y = p * f * z + e * LN_2[1] - 0.5 * z;
    f + y + e * LN_2[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: f32, exact: f64, at: f32) {
        let off = (f64::from(ours) - exact).abs();
        assert!(off <= 3e-7 * exact.abs(), "{at}: {ours} {exact}");
    }

    #[test]
    fn functions_are_right_to_three_times_ten_to_the_minus_seven() {
        for i in 0..200_000 {
            let x = -87.0 * (i as f32 / 200_000.0);
            check(exp_of_negative(x), f64::from(x).exp(), x);
            let t = exp_of_negative(x);
            check(ln_1p_of_share(t), f64::from(t).ln_1p(), t);
            check(ln(t * 3.0), f64::from(t * 3.0).ln(), t);
            let large = 1.0 + i as f32 * 17.0;
            check(ln(large), f64::from(large).ln(), large);
        }
    }

    #[test]
    fn the_ends_are_finite_and_what_is_not_a_number_stays_so() {
        assert_eq!(exp_of_negative(0.0), 1.0);
        assert_eq!(exp_of_negative(f32::NEG_INFINITY), exp_of_negative(-87.0));
        assert!(exp_of_negative(f32::NEG_INFINITY) >= f32::MIN_POSITIVE);
        assert!(exp_of_negative(f32::NAN).is_nan());
        assert_eq!((ln(1.0), ln_1p_of_share(0.0)), (0.0, 0.0));
        assert!([0.0, -1.0, f32::NAN].map(ln).iter().all(|y| y.is_nan()));
    }
}
