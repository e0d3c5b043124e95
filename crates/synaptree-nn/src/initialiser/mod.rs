//! The first values of weights.

mod form;

use burn::tensor::{Device, Tensor, TensorData};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_kernels::{Key, Purpose, fill_scaled_normal, fill_uniform};

use crate::NetworkError;
use form::InitialiserForm;

/// The first values of weights: a name, or a table with its parameters.
///
/// # Parameters
///
/// | Written | Distribution | Made for |
/// |---|---|---|
/// | `"zero"` | 0 | linear models |
/// | `"normal"`, `{ kind = "normal", std = 0.05 }` | `N(0, std²)` | |
/// | `"uniform"`, `{ kind = "uniform", bound = 0.05 }` | uniform in `±bound` | |
/// | `"xavier"` | uniform in `±√(6 / (fan_in + fan_out))` | linear, step, tanh, sigmoid |
/// | `"he"` | `N(0, 2 / fan_in)` | relu, `leaky_relu`, prelu, gelu, maxout |
/// | `"lecun"` | `N(0, 1 / fan_in)` | selu |
///
/// # Randomness
///
/// A weight is a pure function of the seed and of its path: the order in which layers are made
/// does not matter. Biases start at 0.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{Fans, Initialiser};
///
/// let fans = Fans { inputs: 50, outputs: 200 };
/// let weight = Initialiser::He.draw(7, "dense.weight", [50, 200], fans, &Device::flex());
/// let variance = weight.square().mean().into_scalar::<f32>();
/// assert!((variance - 2.0 / 50.0).abs() < 0.002);
/// ```
///
/// # References
///
/// - Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks"
///   (2010), equation 16.
/// - He, Zhang, Ren, Sun, "Delving deep into rectifiers" (2015), arXiv:1502.01852, equation 10.
/// - LeCun, Bottou, Orr, Müller, "Efficient `BackProp`" (1998), equation 16.
///
/// # Differences
///
/// `"he"` uses 2 / `fan_in` for the whole relu family; slopes below zero are not taken into account.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(from = "InitialiserForm", into = "InitialiserForm")]
pub enum Initialiser {
    /// All zero.
    Zero,
    /// `N(0, std²)`.
    Normal {
        /// The standard deviation.
        std: f64,
    },
    /// Uniform in `[−bound, bound]`.
    Uniform {
        /// The largest absolute value.
        bound: f64,
    },
    /// Uniform in `±√(6 / (fan_in + fan_out))`.
    Xavier,
    /// `N(0, 2 / fan_in)`.
    He,
    /// `N(0, 1 / fan_in)`.
    Lecun,
}

/// How many inputs one unit sums, and how many units one input reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fans {
    /// `fan_in`.
    pub inputs: usize,
    /// `fan_out`.
    pub outputs: usize,
}

impl Initialiser {
    /// Draws the weight at `path`.
    ///
    /// # Shapes
    ///
    /// - result: `shape`
    ///
    /// # Randomness
    ///
    /// Stream `init/path`, step 0, sample 0, elements in row-major order.
    pub fn draw<const D: usize>(
        self,
        seed: u64,
        path: &str,
        shape: [usize; D],
        fans: Fans,
        device: &Device,
    ) -> Tensor<D> {
        let key = Key::new(seed, Purpose::Init, path);
        let fan_in = fans.inputs.max(1) as f64;
        let fan_sum = (fans.inputs + fans.outputs).max(1) as f64;
        let mut values = vec![0.0; shape.iter().product()];
        let mut normal = |std: f64| fill_scaled_normal(key, 0, 0, 0, std as f32, &mut values);
        match self {
            Self::Zero => {}
            Self::Normal { std } => normal(std),
            Self::He => normal((2.0 / fan_in).sqrt()),
            Self::Lecun => normal((1.0 / fan_in).sqrt()),
            Self::Uniform { bound } => uniform(key, bound, &mut values),
            Self::Xavier => uniform(key, (6.0 / fan_sum).sqrt(), &mut values),
        }
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// Checks the parameters of an initialiser that was made in code.
    pub(crate) fn check(self, key: &str) -> Result<(), NetworkError> {
        let value = match self {
            Self::Normal { std } => std,
            Self::Uniform { bound } => bound,
            _ => return Ok(()),
        };
        if value.is_finite() && value >= 0.0 {
            return Ok(());
        }
        Err(NetworkError::OutOfRange {
            key: key.to_owned(),
            got: value.to_string(),
            expected: "a finite number of at least 0",
        })
    }
}

fn uniform(key: Key, bound: f64, values: &mut [f32]) {
    let bound = bound as f32;
    fill_uniform(key, 0, 0, 0, values);
    for value in values {
        *value = (2.0 * *value - 1.0) * bound;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FANS: Fans = Fans {
        inputs: 80,
        outputs: 250,
    };

    fn draw(initialiser: Initialiser, seed: u64, path: &str) -> Vec<f32> {
        initialiser
            .draw(seed, path, [80, 250], FANS, &Device::flex())
            .into_data()
            .try_into_vec::<f32>()
            .unwrap()
    }

    fn moments(values: &[f32]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
        let variance = values
            .iter()
            .map(|v| (f64::from(*v) - mean).powi(2))
            .sum::<f64>()
            / n;
        (mean, variance)
    }

    #[test]
    fn variances_are_those_of_the_formulas() {
        let cases = [
            (Initialiser::Zero, 0.0),
            (Initialiser::Normal { std: 0.3 }, 0.09),
            (Initialiser::Uniform { bound: 0.3 }, 0.03),
            (Initialiser::Xavier, 2.0 / 330.0),
            (Initialiser::He, 2.0 / 80.0),
            (Initialiser::Lecun, 1.0 / 80.0),
        ];
        for (initialiser, expected) in cases {
            let (mean, variance) = moments(&draw(initialiser, 7, "dense.weight"));
            // Four standard errors of 20 000 draws: the variance of a squared normal is twice its square.
            assert!(
                (variance - expected).abs() <= 0.04 * expected,
                "{initialiser:?}: {variance}"
            );
            assert!(
                mean.abs() <= 4.0 * (expected / 20_000.0).sqrt(),
                "{initialiser:?}: {mean}"
            );
        }
    }

    #[test]
    fn uniform_values_stay_within_their_bound() {
        let largest = draw(Initialiser::Xavier, 7, "a")
            .into_iter()
            .fold(0.0, |m: f32, v| m.max(v.abs()));
        let bound = (6.0_f32 / 330.0).sqrt();
        assert!(largest <= bound && largest > 0.99 * bound);
    }

    #[test]
    fn seed_and_path_choose_the_values() {
        let base = draw(Initialiser::He, 7, "trunk.0.dense.weight");
        assert_eq!(base, draw(Initialiser::He, 7, "trunk.0.dense.weight"));
        assert_ne!(base, draw(Initialiser::He, 8, "trunk.0.dense.weight"));
        assert_ne!(base, draw(Initialiser::He, 7, "trunk.1.dense.weight"));
    }

    #[test]
    fn names_and_tables_read_into_the_same_type() {
        let read = |text: &str| serde_json::from_str::<Initialiser>(text).unwrap();
        assert_eq!(read("\"lecun\""), Initialiser::Lecun);
        assert_eq!(read("\"normal\""), Initialiser::Normal { std: 0.05 });
        assert_eq!(
            read(r#"{"kind": "uniform", "bound": 0.5}"#),
            Initialiser::Uniform { bound: 0.5 }
        );
        assert!(serde_json::from_str::<Initialiser>("\"glorot\"").is_err());
    }
}
