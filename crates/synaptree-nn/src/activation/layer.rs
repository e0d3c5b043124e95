//! An activation as a module.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, activation};

use super::Activation;

const SELU_LAMBDA: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

/// An activation with its learned slopes, if it has any.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Activation, ActivationLayer};
///
/// let device = Device::flex();
/// let layer = ActivationLayer::new(Activation::Maxout { pieces: 2 }, 2, &device);
/// let x = Tensor::<2>::from_data([[1.0, 3.0, -5.0, -4.0]], &device);
/// assert_eq!(layer.forward(x).into_data().try_into_vec::<f32>().unwrap(), [3.0, -4.0]);
/// ```
#[derive(Module, Debug)]
pub struct ActivationLayer {
    slope: Option<Param<Tensor<1>>>,
    #[module(skip)]
    kind: Activation,
    #[module(skip)]
    units: usize,
}

impl ActivationLayer {
    /// Makes the activation of a layer with `units` units.
    pub fn new(kind: Activation, units: usize, device: &Device) -> Self {
        let slope = match kind {
            Activation::Prelu { slope } => {
                Some(Param::from_tensor(Tensor::full([units], slope, device)))
            }
            _ => None,
        };
        Self { slope, kind, units }
    }

    /// The choice this layer was made for.
    pub(crate) fn kind(&self) -> Activation {
        self.kind
    }

    /// Applies the activation.
    ///
    /// # Shapes
    ///
    /// - x: `[rows, units · pieces]`; the pieces of a unit stand side by side
    /// - result: `[rows, units]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        match self.kind {
            Activation::Linear => x,
            Activation::Step => step(x),
            Activation::Relu => activation::relu(x),
            Activation::LeakyRelu { slope } => activation::leaky_relu(x, slope),
            Activation::Prelu { .. } => match &self.slope {
                Some(slope) => activation::prelu(x, slope.val()),
                None => x,
            },
            Activation::Selu => selu(x),
            Activation::Tanh => x.tanh(),
            Activation::Sigmoid => activation::sigmoid(x),
            Activation::Gelu => activation::gelu(x),
            Activation::Maxout { pieces } => {
                let rows = x.dims()[0];
                x.reshape([rows, self.units, pieces])
                    .max_dim(2)
                    .reshape([rows, self.units])
            }
        }
    }
}

/// The step function with the derivative of the hard sigmoid.
fn step(x: Tensor<2>) -> Tensor<2> {
    let hard = x.clone().greater_elem(0.0).float();
    if !x.is_autodiff() {
        return hard;
    }
    let soft = x.mul_scalar(0.5).add_scalar(0.5).clamp(0.0, 1.0);
    // The difference is exactly zero, so the value stays 0 or 1.
    hard + (soft.clone() - soft.detach())
}

/// The exponential sees no positive number: its overflow would turn the masked gradient into NaN.
fn selu(x: Tensor<2>) -> Tensor<2> {
    let positive = activation::relu(x.clone());
    let negative = (x - positive.clone()).exp().sub_scalar(1.0);
    positive.mul_scalar(SELU_LAMBDA) + negative.mul_scalar(SELU_LAMBDA * SELU_ALPHA)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f32; 6] = [-3.0, -1.0, -0.5, 0.5, 1.0, 3.0];

    /// Value and gradient of the sum.
    fn apply(kind: Activation, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let device = Device::flex().autodiff();
        let units = x.len() / kind.pieces();
        let layer = ActivationLayer::new(kind, units, &device);
        let x = Tensor::<1>::from_floats(x, &device)
            .reshape([1, x.len()])
            .require_grad();
        let y = layer.forward(x.clone());
        let gradients = y.clone().sum().backward();
        let vec = |t: Tensor<2>| t.into_data().try_into_vec::<f32>().unwrap();
        (vec(y), vec(x.grad(&gradients).unwrap()))
    }

    fn assert_close(got: &[f32], expected: &[f32], tolerance: f32, what: &str) {
        for (got, expected) in got.iter().zip(expected) {
            assert!(
                (got - expected).abs() <= tolerance,
                "{what}: {got} for {expected}"
            );
        }
    }

    /// Reference values: the formulas in Python's `math` with 64-bit floats, printed by
    /// `scripts/activations.py`.
    #[test]
    fn values_are_those_of_the_reference_formulas() {
        let cases: [(Activation, [f32; 6]); 9] = [
            (Activation::Linear, X),
            (Activation::Step, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
            (Activation::Relu, [0.0, 0.0, 0.0, 0.5, 1.0, 3.0]),
            (
                Activation::LeakyRelu { slope: 0.01 },
                [-0.03, -0.01, -0.005, 0.5, 1.0, 3.0],
            ),
            (
                Activation::Prelu { slope: 0.25 },
                [-0.75, -0.25, -0.125, 0.5, 1.0, 3.0],
            ),
            (
                Activation::Selu,
                [
                    -1.670_568_7,
                    -1.111_330_7,
                    -0.691_758_2,
                    0.525_350_5,
                    1.050_701,
                    3.152_103,
                ],
            ),
            (
                Activation::Tanh,
                [
                    -0.995_054_8,
                    -0.761_594_2,
                    -0.462_117_2,
                    0.462_117_2,
                    0.761_594_2,
                    0.995_054_8,
                ],
            ),
            (
                Activation::Sigmoid,
                [
                    0.047_425_87,
                    0.268_941_4,
                    0.377_540_7,
                    0.622_459_3,
                    0.731_058_6,
                    0.952_574_1,
                ],
            ),
            (
                Activation::Gelu,
                [
                    -0.004_049_694,
                    -0.158_655_3,
                    -0.154_268_8,
                    0.345_731_2,
                    0.841_344_8,
                    2.995_950_3,
                ],
            ),
        ];
        for (kind, expected) in cases {
            let (values, _) = apply(kind, &X);
            assert_close(&values, &expected, 2e-6, &format!("{kind:?}"));
        }
    }

    /// Central differences in `f32`: a step of 1/64 keeps rounding near 1e-5 and the cubic term
    /// below 1e-4.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let kinds = [
            Activation::Linear,
            Activation::Relu,
            Activation::LeakyRelu { slope: 0.01 },
            Activation::Prelu { slope: 0.25 },
            Activation::Selu,
            Activation::Tanh,
            Activation::Sigmoid,
            Activation::Gelu,
        ];
        let h = 1.0 / 64.0;
        for kind in kinds {
            let (_, gradient) = apply(kind, &X);
            let (above, _) = apply(kind, &X.map(|x| x + h));
            let (below, _) = apply(kind, &X.map(|x| x - h));
            let difference: Vec<f32> = above
                .iter()
                .zip(&below)
                .map(|(a, b)| (a - b) / (2.0 * h))
                .collect();
            assert_close(&gradient, &difference, 2e-4, &format!("{kind:?}"));
        }
    }

    #[test]
    fn step_has_the_gradient_of_the_hard_sigmoid() {
        let (_, gradient) = apply(Activation::Step, &[-3.0, -0.5, 0.5, 3.0]);
        assert_eq!(gradient, [0.0, 0.5, 0.5, 0.0]);
    }

    #[test]
    fn maxout_takes_the_largest_piece_and_sends_the_gradient_there() {
        let (values, gradient) = apply(
            Activation::Maxout { pieces: 3 },
            &[1.0, 3.0, 2.0, -1.0, -3.0, -2.0],
        );
        assert_eq!(values, [3.0, -1.0]);
        assert_eq!(gradient, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn prelu_learns_its_slopes() {
        let device = Device::flex().autodiff();
        let layer = ActivationLayer::new(Activation::Prelu { slope: 0.25 }, 2, &device);
        let x = Tensor::<2>::from_data([[-2.0, 3.0], [-1.0, -4.0]], &device);
        let gradients = layer.forward(x).sum().backward();
        let slope = layer
            .slope
            .as_ref()
            .unwrap()
            .val()
            .grad(&gradients)
            .unwrap();
        assert_eq!(
            slope.into_data().try_into_vec::<f32>().unwrap(),
            [-3.0, -4.0]
        );
    }

    #[test]
    fn large_inputs_give_finite_values_and_gradients() {
        for kind in [
            Activation::Selu,
            Activation::Sigmoid,
            Activation::Gelu,
            Activation::Tanh,
        ] {
            let (values, gradient) = apply(kind, &[-1e4, -100.0, 100.0, 1e4]);
            assert!(
                values.iter().chain(&gradient).all(|v| v.is_finite()),
                "{kind:?}"
            );
        }
    }

    /// The fixed point of SELU: inputs of mean 0 and variance 1 keep both (Klambauer et al., theorem 1).
    #[test]
    fn selu_keeps_mean_zero_and_variance_one() {
        use synaptree_kernels::{Key, Purpose, normal_tensor};

        let device = Device::flex();
        let key = Key::new(7, Purpose::Augment, "inputs");
        let x = normal_tensor(key, 0, 0, [1, 200_000], &device);
        let y = ActivationLayer::new(Activation::Selu, 200_000, &device).forward(x);
        let mean = y.clone().mean().into_scalar::<f32>();
        let variance = y.square().mean().into_scalar::<f32>();
        assert!(mean.abs() < 0.01, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }
}
