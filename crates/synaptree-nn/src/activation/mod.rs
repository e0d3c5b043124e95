//! Activations and how they are written in an experiment file.

mod form;
mod layer;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Initialiser, NetworkError};
use form::ActivationForm;
pub use layer::ActivationLayer;

/// The function after a hidden layer: a name, or a table with its parameters.
///
/// # Parameters
///
/// | Written | Function | Gradient |
/// |---|---|---|
/// | `"linear"` | `x` | 1 |
/// | `"step"` | 1 for `x > 0`, else 0 | a surrogate: ½ for `|x| < 1`, else 0 |
/// | `"relu"` | `max(x, 0)` | exact |
/// | `"leaky_relu"`, `{ kind = "leaky_relu", slope = 0.01 }` | `x`, below zero `slope · x` | exact |
/// | `"prelu"`, `{ kind = "prelu", slope = 0.25 }` | as `leaky_relu`, a learned slope for every unit | exact |
/// | `"selu"` | `λ x`, below zero `λ α (exp(x) − 1)`; dropout becomes alpha dropout | exact |
/// | `"tanh"` | `tanh(x)` | exact |
/// | `"sigmoid"` | `1 / (1 + exp(−x))` | exact |
/// | `"gelu"` | `x · Φ(x)`, with the error function | exact |
/// | `"maxout"`, `{ kind = "maxout", pieces = 2 }` | the largest of `pieces` linear functions | exact |
///
/// # Example
///
/// ```
/// use synaptree_nn::{Activation, Initialiser};
///
/// let name: Activation = serde_json::from_str("\"leaky_relu\"")?;
/// assert_eq!(name, Activation::LeakyRelu { slope: 0.01 });
/// let table: Activation = serde_json::from_str(r#"{"kind": "maxout", "pieces": 3}"#)?;
/// assert_eq!(table, Activation::Maxout { pieces: 3 });
/// assert_eq!(table.pieces(), 3);
/// assert_eq!(Activation::Selu.initialiser(), Initialiser::Lecun);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # References
///
/// - Klambauer et al., "Self-Normalizing Neural Networks" (2017), arXiv:1706.02515 (selu).
/// - Goodfellow et al., "Maxout Networks" (2013), arXiv:1302.4389.
/// - He et al., "Delving deep into rectifiers" (2015), arXiv:1502.01852 (prelu).
/// - Hendrycks, Gimpel, "Gaussian Error Linear Units" (2016), arXiv:1606.08415.
/// - Courbariaux et al., "Binarized Neural Networks" (2016), arXiv:1602.02830: the hard sigmoid
///   `clip((x + 1) / 2, 0, 1)`, whose derivative is the surrogate of step.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Default)]
#[serde(from = "ActivationForm", into = "ActivationForm")]
pub enum Activation {
    /// The identity.
    Linear,
    /// 1 above zero, else 0.
    Step,
    /// `max(x, 0)`.
    #[default]
    Relu,
    /// `x` above zero, else `slope · x`.
    LeakyRelu {
        /// The slope below zero.
        slope: f64,
    },
    /// `x` above zero, else `slope · x` with a learned slope for every unit.
    Prelu {
        /// The first value of every slope.
        slope: f64,
    },
    /// The scaled exponential linear unit.
    Selu,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(−x))`.
    Sigmoid,
    /// `x · Φ(x)`.
    Gelu,
    /// The largest of several linear pieces.
    Maxout {
        /// How many pieces every unit has.
        pieces: usize,
    },
}

impl Activation {
    /// The initialiser that keeps the variance of this activation's inputs.
    pub fn initialiser(self) -> Initialiser {
        match self {
            Self::Selu => Initialiser::Lecun,
            Self::Relu
            | Self::LeakyRelu { .. }
            | Self::Prelu { .. }
            | Self::Gelu
            | Self::Maxout { .. } => Initialiser::He,
            Self::Linear | Self::Step | Self::Tanh | Self::Sigmoid => Initialiser::Xavier,
        }
    }

    /// How many inputs one unit of the activation has.
    pub fn pieces(self) -> usize {
        match self {
            Self::Maxout { pieces } => pieces,
            _ => 1,
        }
    }

    /// Checks the parameters of an activation that was made in code.
    pub(crate) fn check(self, key: &str) -> Result<(), NetworkError> {
        let (got, expected) = match self {
            Self::LeakyRelu { slope } | Self::Prelu { slope } if !slope.is_finite() => {
                (format!("a slope of {slope}"), "a finite slope")
            }
            Self::Maxout { pieces } if pieces < 2 => {
                (format!("maxout with {pieces} pieces"), "at least 2 pieces")
            }
            _ => return Ok(()),
        };
        Err(NetworkError::OutOfRange {
            key: key.to_owned(),
            got,
            expected,
        })
    }
}
