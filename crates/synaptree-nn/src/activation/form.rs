//! An activation as it is written: `"relu"` or `{ kind = "leaky_relu", slope = 0.01 }`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Activation;

/// An activation: a name, or a table with `kind` and its parameters.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(untagged)]
#[schemars(rename = "Activation")]
pub(crate) enum ActivationForm {
    /// The name of an activation.
    Name(ActivationName),
    /// An activation with parameters.
    Table(ActivationTable),
}

/// The name of an activation.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActivationName {
    Linear,
    Step,
    Relu,
    LeakyRelu,
    Prelu,
    Selu,
    Tanh,
    Sigmoid,
    Gelu,
    Maxout,
}

/// An activation with parameters.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ActivationTable {
    /// The identity.
    Linear {},
    /// 1 above zero, else 0.
    Step {},
    /// `max(x, 0)`.
    Relu {},
    /// `x` above zero, else `slope · x`.
    LeakyRelu {
        /// The slope below zero.
        #[serde(default = "leaky_slope")]
        slope: f64,
    },
    /// `x` above zero, else `slope · x` with a learned slope for every unit.
    Prelu {
        /// The first value of every slope.
        #[serde(default = "prelu_slope")]
        slope: f64,
    },
    /// The scaled exponential linear unit.
    Selu {},
    /// The hyperbolic tangent.
    Tanh {},
    /// `1 / (1 + exp(−x))`.
    Sigmoid {},
    /// `x · Φ(x)`.
    Gelu {},
    /// The largest of several linear pieces.
    Maxout {
        /// How many pieces every unit has.
        #[serde(default = "maxout_pieces")]
        #[schemars(range(min = 2, max = 64))]
        pieces: usize,
    },
}

fn leaky_slope() -> f64 {
    0.01
}

fn prelu_slope() -> f64 {
    0.25
}

fn maxout_pieces() -> usize {
    2
}

impl From<ActivationForm> for Activation {
    fn from(form: ActivationForm) -> Self {
        match form {
            ActivationForm::Name(name) => match name {
                ActivationName::Linear => Self::Linear,
                ActivationName::Step => Self::Step,
                ActivationName::Relu => Self::Relu,
                ActivationName::LeakyRelu => Self::LeakyRelu {
                    slope: leaky_slope(),
                },
                ActivationName::Prelu => Self::Prelu {
                    slope: prelu_slope(),
                },
                ActivationName::Selu => Self::Selu,
                ActivationName::Tanh => Self::Tanh,
                ActivationName::Sigmoid => Self::Sigmoid,
                ActivationName::Gelu => Self::Gelu,
                ActivationName::Maxout => Self::Maxout {
                    pieces: maxout_pieces(),
                },
            },
            ActivationForm::Table(table) => match table {
                ActivationTable::Linear {} => Self::Linear,
                ActivationTable::Step {} => Self::Step,
                ActivationTable::Relu {} => Self::Relu,
                ActivationTable::LeakyRelu { slope } => Self::LeakyRelu { slope },
                ActivationTable::Prelu { slope } => Self::Prelu { slope },
                ActivationTable::Selu {} => Self::Selu,
                ActivationTable::Tanh {} => Self::Tanh,
                ActivationTable::Sigmoid {} => Self::Sigmoid,
                ActivationTable::Gelu {} => Self::Gelu,
                ActivationTable::Maxout { pieces } => Self::Maxout { pieces },
            },
        }
    }
}

impl From<Activation> for ActivationForm {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Linear => Self::Name(ActivationName::Linear),
            Activation::Step => Self::Name(ActivationName::Step),
            Activation::Relu => Self::Name(ActivationName::Relu),
            Activation::LeakyRelu { slope } => Self::Table(ActivationTable::LeakyRelu { slope }),
            Activation::Prelu { slope } => Self::Table(ActivationTable::Prelu { slope }),
            Activation::Selu => Self::Name(ActivationName::Selu),
            Activation::Tanh => Self::Name(ActivationName::Tanh),
            Activation::Sigmoid => Self::Name(ActivationName::Sigmoid),
            Activation::Gelu => Self::Name(ActivationName::Gelu),
            Activation::Maxout { pieces } => Self::Table(ActivationTable::Maxout { pieces }),
        }
    }
}
