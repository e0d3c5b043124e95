//! An initialiser as it is written: `"he"` or `{ kind = "normal", std = 0.02 }`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Initialiser;

/// An initialiser: a name, or a table with `kind` and its parameters.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(untagged)]
#[schemars(rename = "Initialiser")]
pub(crate) enum InitialiserForm {
    /// The name of an initialiser.
    Name(InitialiserName),
    /// An initialiser with parameters.
    Table(InitialiserTable),
}

/// The name of an initialiser.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InitialiserName {
    Zero,
    Normal,
    Uniform,
    Xavier,
    He,
    Lecun,
}

/// An initialiser with parameters.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum InitialiserTable {
    /// All zero.
    Zero {},
    /// `N(0, std²)`.
    Normal {
        /// The standard deviation.
        #[serde(default = "default_std")]
        #[schemars(range(min = 0.0))]
        std: f64,
    },
    /// Uniform in `[−bound, bound]`.
    Uniform {
        /// The largest absolute value.
        #[serde(default = "default_bound")]
        #[schemars(range(min = 0.0))]
        bound: f64,
    },
    /// Uniform in `±√(6 / (fan_in + fan_out))`.
    Xavier {},
    /// `N(0, 2 / fan_in)`.
    He {},
    /// `N(0, 1 / fan_in)`.
    Lecun {},
}

fn default_std() -> f64 {
    0.05
}

fn default_bound() -> f64 {
    0.05
}

impl From<InitialiserForm> for Initialiser {
    fn from(form: InitialiserForm) -> Self {
        match form {
            InitialiserForm::Name(name) => match name {
                InitialiserName::Zero => Self::Zero,
                InitialiserName::Normal => Self::Normal { std: default_std() },
                InitialiserName::Uniform => Self::Uniform {
                    bound: default_bound(),
                },
                InitialiserName::Xavier => Self::Xavier,
                InitialiserName::He => Self::He,
                InitialiserName::Lecun => Self::Lecun,
            },
            InitialiserForm::Table(table) => match table {
                InitialiserTable::Zero {} => Self::Zero,
                InitialiserTable::Normal { std } => Self::Normal { std },
                InitialiserTable::Uniform { bound } => Self::Uniform { bound },
                InitialiserTable::Xavier {} => Self::Xavier,
                InitialiserTable::He {} => Self::He,
                InitialiserTable::Lecun {} => Self::Lecun,
            },
        }
    }
}

impl From<Initialiser> for InitialiserForm {
    fn from(initialiser: Initialiser) -> Self {
        match initialiser {
            Initialiser::Zero => Self::Name(InitialiserName::Zero),
            Initialiser::Normal { std } => Self::Table(InitialiserTable::Normal { std }),
            Initialiser::Uniform { bound } => Self::Table(InitialiserTable::Uniform { bound }),
            Initialiser::Xavier => Self::Name(InitialiserName::Xavier),
            Initialiser::He => Self::Name(InitialiserName::He),
            Initialiser::Lecun => Self::Name(InitialiserName::Lecun),
        }
    }
}
