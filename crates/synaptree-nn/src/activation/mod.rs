//! Activations and how they are written in an experiment file.

mod form;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use form::ActivationForm;

/// The function after a hidden layer: a name, or a table with its parameters.
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
