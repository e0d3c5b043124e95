//! log(1 + eˣ) without overflow, and its inverse.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// log(1 + eˣ) = −log sigmoid(−x), which Burn computes without overflow.
pub(crate) fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    -log_sigmoid(-x)
}

/// The x with log(1 + eˣ) = y, for y > 0.
pub(crate) fn inverse_softplus(y: f64) -> f64 {
    y + (-(-y).exp()).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn large_and_small_arguments_stay_finite_with_finite_gradients() {
        let device = Device::flex().autodiff();
        let x = Tensor::<1>::from_floats([-1e30, -200.0, -1.0, 0.0, 1.0, 200.0, 1e30], &device)
            .require_grad();
        let y = softplus(x.clone());
        let gradients = y.clone().sum().backward();
        let values: Vec<f32> = y.into_data().try_into_vec().unwrap();
        let slopes: Vec<f32> = x
            .grad(&gradients)
            .unwrap()
            .into_data()
            .try_into_vec()
            .unwrap();
        assert!(
            values.iter().chain(&slopes).all(|v| v.is_finite()),
            "{values:?} {slopes:?}"
        );
        assert!((values[4] - 1.313_261_7).abs() < 1e-6);
        assert!((slopes[4] - 0.731_058_6).abs() < 1e-6);
        assert_eq!((values[5], values[6]), (200.0, 1e30));
        assert!((slopes[3] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_inverse_gives_the_argument_back() {
        for y in [1e-6, 0.01, 0.5, 3.0, 50.0] {
            let x = inverse_softplus(y);
            let back = x.max(0.0) + (-x.abs()).exp().ln_1p();
            assert!((back / y - 1.0).abs() < 1e-9, "{y}: {back}");
        }
    }
}
