//! The `[network]` section of an experiment file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Activation, Initialiser};

/// The `[network]` section: the shared trunk and the shape of every head.
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `trunk` | `[128, 64]` | widths ≥ 1 | hidden layers that all tasks share; `[]` gives the heads the encoded input |
/// | `heads` | `[32]` | widths ≥ 1 | hidden layers of every head, before its linear output |
/// | `activation` | `"relu"` | [`Activation`] | after every hidden layer |
/// | `dropout` | `0.0` | `[0, 1)` | share of hidden units dropped in each training step |
/// | `normalisation` | `"none"` | [`Normalisation`] | between a hidden layer and its activation |
/// | `skip` | `false` | | adds the input of a hidden layer to its output where both have equal width |
/// | `initialiser` | by activation | [`Initialiser`] | first values of the weights |
/// | `sharing` | `"hard"` | [`Sharing`] | how tasks share the trunk |
///
/// # Example
///
/// ```
/// use synaptree_nn::NetworkSpec;
///
/// let spec = NetworkSpec::default();
/// assert_eq!(spec.trunk, [128, 64]);
/// ```
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSpec {
    /// Widths of the hidden layers that all tasks share; `[]` gives the heads the encoded input.
    #[schemars(inner(range(min = 1)))]
    pub trunk: Vec<usize>,
    /// Widths of the hidden layers of every head, before its linear output.
    #[schemars(inner(range(min = 1)))]
    pub heads: Vec<usize>,
    /// The activation after every hidden layer.
    pub activation: Activation,
    /// The share of hidden units that is dropped in each training step.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub dropout: f64,
    /// The normalisation between a hidden layer and its activation.
    pub normalisation: Normalisation,
    /// Adds the input of a hidden layer to its output where both have equal width.
    pub skip: bool,
    /// The first values of the weights; chosen by the activation when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initialiser: Option<Initialiser>,
    /// How tasks share the trunk.
    pub sharing: Sharing,
}

impl Default for NetworkSpec {
    fn default() -> Self {
        Self {
            trunk: vec![128, 64],
            heads: vec![32],
            activation: Activation::Relu,
            dropout: 0.0,
            normalisation: Normalisation::None,
            skip: false,
            initialiser: None,
            sharing: Sharing::Hard,
        }
    }
}

/// The normalisation between a hidden layer and its activation.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// No normalisation.
    #[default]
    None,
    /// Batch normalisation: per unit, over the rows of a batch.
    Batch,
    /// Layer normalisation: per row, over the units of a layer.
    Layer,
}

/// How tasks share the trunk.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// One trunk for all tasks.
    #[default]
    Hard,
}
