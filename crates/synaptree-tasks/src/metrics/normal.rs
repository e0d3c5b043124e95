//! The normal distribution, as far as metrics need it.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The density of the standard normal distribution.
pub(super) fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

/// The probability that a standard normal number lies within `z` of 0.
pub(super) fn within(z: f64) -> f64 {
    libm::erf(z * FRAC_1_SQRT_2)
}
