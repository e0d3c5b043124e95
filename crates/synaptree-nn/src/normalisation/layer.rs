//! Layer normalisation.

use burn::module::{Module, Param};
use burn::tensor::module::layer_norm;
use burn::tensor::{Device, Tensor};

use super::EPSILON;

/// Layer normalisation: every row to mean 0 and variance 1 over its units, then a learned line.
///
/// ```text
/// y = γ · (x − mean of the row) / √(variance of the row + 1e-5) + β
/// ```
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::LayerNorm;
///
/// let device = Device::flex();
/// let x = Tensor::<2>::from_data([[1.0, 3.0]], &device);
/// let y = LayerNorm::new(2, &device).forward(x).into_data().try_into_vec::<f32>().unwrap();
/// assert!((y[0] + 1.0).abs() < 1e-4 && (y[1] - 1.0).abs() < 1e-4);
/// ```
///
/// # References
///
/// Ba, Kiros, Hinton, "Layer Normalization" (2016), arXiv:1607.06450, equation 4.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// The learned slope, `[units]`.
    pub gamma: Param<Tensor<1>>,
    /// The learned offset, `[units]`.
    pub beta: Param<Tensor<1>>,
}

impl LayerNorm {
    /// Slope 1, offset 0.
    pub fn new(units: usize, device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([units], device)),
            beta: Param::from_tensor(Tensor::zeros([units], device)),
        }
    }

    /// Normalises every row.
    ///
    /// # Shapes
    ///
    /// - x: `[rows, units]`
    /// - result: `[rows, units]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        layer_norm(x, self.gamma.val(), Some(self.beta.val()), EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Central differences in `f32`; the tolerance is that of rounding with a step of 1/64.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let device = Device::flex().autodiff();
        let norm = LayerNorm::new(3, &device);
        let weight = Tensor::<2>::from_data([[1.0, -2.0, 0.5]], &device);
        let at = [0.3_f32, -1.0, 2.0];
        let loss = |x: Tensor<2>| (norm.forward(x) * weight.clone()).sum();
        let input = |x: [f32; 3]| Tensor::<2>::from_data([x], &device);
        let x = input(at).require_grad();
        let gradients = loss(x.clone()).backward();
        let gradient: Vec<f32> = x
            .grad(&gradients)
            .unwrap()
            .into_data()
            .try_into_vec()
            .unwrap();
        let h = 1.0 / 64.0;
        for i in 0..3 {
            let moved = |h: f32| {
                let mut x = at;
                x[i] += h;
                loss(input(x)).into_scalar::<f32>()
            };
            let difference = (moved(h) - moved(-h)) / (2.0 * h);
            assert!(
                (gradient[i] - difference).abs() < 2e-3,
                "{i}: {} {difference}",
                gradient[i]
            );
        }
    }
}
