//! Where the deviations of learned noise start.

/// The x with log(1 + eˣ) = y, for y > 0.
pub(crate) fn inverse_softplus(y: f64) -> f64 {
    y + (-(-y).exp()).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_gives_the_argument_back() {
        for y in [1e-6, 0.01, 0.5, 3.0, 50.0] {
            let x = inverse_softplus(y);
            let back = x.max(0.0) + (-x.abs()).exp().ln_1p();
            assert!((back / y - 1.0).abs() < 1e-9, "{y}: {back}");
        }
    }
}
