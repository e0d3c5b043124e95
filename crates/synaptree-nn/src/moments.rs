//! Mean and variance of numbers that are not known exactly, and what layers make of them.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use synaptree_kernels::ROOT_FLOOR;

/// √½ and 1 / √(2π).
const HALF_ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;
const DENSITY: f64 = 0.398_942_280_401_432_7;

/// The distance of two points of the trapezoidal rule, and how many there are on either side.
const STEP: f64 = 0.5;
const POINTS: i32 = 10;

/// Mean and variance of independent numbers.
///
/// # Shapes
///
/// - mean, variance: `[rows, units]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::Moments;
///
/// let device = Device::flex();
/// let x = Moments::known(Tensor::zeros([1, 1], &device));
/// let x = Moments { variance: x.variance + 1.0, ..x };
/// // The mean of max(0, z) is 1 / √(2π), its variance ½ − 1 / (2π).
/// let y = x.relu();
/// assert!((y.mean.into_scalar::<f32>() - 0.398_942).abs() < 1e-5);
/// assert!((y.variance.into_scalar::<f32>() - 0.340_845).abs() < 1e-5);
/// ```
///
/// # References
///
/// Wu et al. 2019, Deterministic variational inference for robust Bayesian neural networks, arXiv 1810.03958.
#[derive(Clone, Debug)]
pub struct Moments {
    /// The means.
    pub mean: Tensor<2>,
    /// The variances.
    pub variance: Tensor<2>,
}

impl Moments {
    /// Numbers that are known exactly.
    pub fn known(mean: Tensor<2>) -> Self {
        Self {
            variance: mean.zeros_like().detach(),
            mean,
        }
    }

    /// The moments of max(0, x) for Gaussian x, exactly.
    ///
    /// ```text
    /// a = m / s,  E = m Φ(a) + s φ(a),  E₂ = (m² + s²) Φ(a) + m s φ(a),  variance = E₂ − E²
    /// ```
    pub fn relu(self) -> Self {
        let Self { mean, variance } = self;
        let spread = (variance.clone() + ROOT_FLOOR).sqrt();
        let ratio = mean.clone() / spread.clone();
        let below = (ratio.clone() * HALF_ROOT).erf() * 0.5 + 0.5;
        let density = (ratio.square() * -0.5).exp() * DENSITY;
        let tail = spread * density;
        let first = mean.clone() * below.clone() + tail.clone();
        let second = (mean.clone().square() + variance) * below + mean * tail;
        Self {
            // Rounding may leave a difference just below 0.
            variance: relu(second - first.clone().square()),
            mean: first,
        }
    }

    /// The moments of a smooth function of Gaussian x, by the trapezoidal rule on 21 points from −5 to 5 standard deviations.
    ///
    /// For tanh its error falls like exp(−2 π² / s) with the standard deviation s: below 2 · 10⁻³ for s up to 2.
    pub fn through(self, function: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        let Self { mean, variance } = self;
        let spread = (variance + ROOT_FLOOR).sqrt();
        let (mut first, mut second): (Option<Tensor<2>>, Option<Tensor<2>>) = (None, None);
        let centre = function(mean.clone());
        let density = |i: i32| (-0.5 * (f64::from(i) * STEP).powi(2)).exp();
        let all: f64 = (-POINTS..=POINTS).map(density).sum();
        for i in (-POINTS..=POINTS).filter(|i| *i != 0) {
            // Differences from the value at the mean keep their digits where the spread is small.
            let at = mean.clone() + spread.clone() * (f64::from(i) * STEP);
            let value = function(at) - centre.clone();
            let weight = density(i) / all;
            let square = value.clone().square() * weight;
            let value = value * weight;
            first = Some(match first {
                Some(sum) => sum + value,
                None => value,
            });
            second = Some(match second {
                Some(sum) => sum + square,
                None => square,
            });
        }
        match (first, second) {
            (Some(first), Some(second)) => Self {
                variance: relu(second - first.clone().square()),
                mean: centre + first,
            },
            _ => Self::known(centre),
        }
    }

    /// Numbers side by side.
    pub(crate) fn cat(parts: Vec<Self>) -> Self {
        let (means, variances) = parts.into_iter().map(|x| (x.mean, x.variance)).unzip();
        Self {
            mean: Tensor::cat(means, 1),
            variance: Tensor::cat(variances, 1),
        }
    }

    /// The same with every tensor changed.
    pub(crate) fn map(self, change: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        Self {
            mean: change(self.mean),
            variance: change(self.variance),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    const MEANS: [f32; 5] = [-3.0, -0.4, 0.0, 0.7, 2.5];
    const SPREADS: [f32; 5] = [0.5, 1.0, 2.0, 0.3, 1.5];

    fn gaussian(device: &Device) -> Moments {
        let row =
            |values: [f32; 5]| Tensor::from_data(TensorData::new(values.to_vec(), [1, 5]), device);
        Moments {
            mean: row(MEANS),
            variance: row(SPREADS).square(),
        }
    }

    fn vec(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    /// Mean and variance of a function of N(m, s²) by the trapezoid rule on ± 9 s.
    fn integrated(function: &dyn Fn(f64) -> f64, m: f64, s: f64) -> (f64, f64) {
        let (mut first, mut second) = (0.0, 0.0);
        let step = 1e-3;
        for i in -9000..=9000 {
            let z = f64::from(i) * step;
            let weight = DENSITY * (-0.5 * z * z).exp() * step;
            let value = function(m + s * z);
            first += weight * value;
            second += weight * value * value;
        }
        (first, second - first * first)
    }

    fn assert_moments(found: Moments, function: &dyn Fn(f64) -> f64, tolerance: f64) {
        let (means, variances) = (vec(found.mean), vec(found.variance));
        for i in 0..5 {
            let (mean, variance) = integrated(function, f64::from(MEANS[i]), f64::from(SPREADS[i]));
            assert!(
                (f64::from(means[i]) - mean).abs() < tolerance,
                "mean {i}: {} {mean}",
                means[i]
            );
            let off = (f64::from(variances[i]) - variance).abs();
            assert!(off < tolerance, "variance {i}: {} {variance}", variances[i]);
        }
    }

    #[test]
    fn moments_are_those_of_numeric_integration() {
        let device = Device::flex();
        assert_moments(gaussian(&device).relu(), &|x| x.max(0.0), 1e-5);
        let through = |f: fn(Tensor<2>) -> Tensor<2>| gaussian(&device).through(f);
        assert_moments(through(|x| x * 2.0 - 1.0), &|x| 2.0 * x - 1.0, 1e-4);
        assert_moments(through(Tensor::tanh), &f64::tanh, 2e-3);
    }

    #[test]
    fn known_numbers_pass_exactly_with_finite_gradients() {
        let device = Device::flex().autodiff();
        let x = Tensor::<2>::from_data([[-1.0, 0.0, 2.0]], &device).require_grad();
        for smooth in [false, true] {
            let known = Moments::known(x.clone());
            let y = if smooth {
                known.through(Tensor::tanh)
            } else {
                known.relu()
            };
            let expected: fn(f32) -> f32 = if smooth { f32::tanh } else { |x| x.max(0.0) };
            for (found, x) in vec(y.mean.clone()).into_iter().zip([-1.0, 0.0, 2.0]) {
                assert!((found - expected(x)).abs() < 1e-6);
            }
            assert!(vec(y.variance.clone()).iter().all(|v| *v < 1e-6));
            let gradients = (y.mean + y.variance).sum().backward();
            let gradient = vec(x.grad(&gradients).unwrap());
            assert!(gradient.iter().all(|g| g.is_finite()), "{gradient:?}");
        }
    }

    #[test]
    fn gradients_are_those_of_differences() {
        let device = Device::flex().autodiff();
        let sum = |x: Moments, smooth: bool| {
            let y = if smooth {
                x.through(Tensor::tanh)
            } else {
                x.relu()
            };
            (y.mean + y.variance * 0.5).sum()
        };
        for smooth in [false, true] {
            let x = gaussian(&device).map(Tensor::require_grad);
            let gradients = sum(x.clone(), smooth).backward();
            let found = [
                vec(x.mean.grad(&gradients).unwrap()),
                vec(x.variance.grad(&gradients).unwrap()),
            ];
            for (side, found) in found.iter().enumerate() {
                for (i, found) in found.iter().enumerate() {
                    let moved = |by: f32| {
                        let mut step = [0.0; 5];
                        step[i] = by;
                        let step =
                            Tensor::from_data(TensorData::new(step.to_vec(), [1, 5]), &device);
                        let mut x = gaussian(&device);
                        if side == 0 {
                            x.mean = x.mean + step;
                        } else {
                            x.variance = x.variance + step;
                        }
                        sum(x, smooth).into_scalar::<f32>()
                    };
                    let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                    assert!(
                        (found - slope).abs() < 5e-3,
                        "{smooth} {side} {i}: {found} {slope}"
                    );
                }
            }
        }
    }
}
