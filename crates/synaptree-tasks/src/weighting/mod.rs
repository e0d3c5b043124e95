//! How the losses of several tasks become one step.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::TaskError;
use crate::tree::TaskTree;

/// Where the shared gradients that a method asks for are taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// At the representation that the trunk hands to the heads: one row a task, one trunk backward.
    Representation,
    /// At the shared parameters: one trunk backward a task.
    Parameters,
}

/// What a method reads of the shared gradients.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Their inner products.
    Gram,
    /// The gradients themselves, and therefore their inner products too.
    Gradients,
}

/// What one block of shared gradients holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// All shared coordinates together.
    All,
    /// One layer.
    Layer,
    /// One parameter tensor.
    Tensor,
}

/// The shared gradients that a method asks for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct GradientNeeds {
    /// Where they are taken.
    pub site: Site,
    /// What of them is read.
    pub form: Form,
    /// How they are divided.
    pub block: Block,
}

/// What a method must be given before it can combine.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub struct Needs {
    /// The losses of the step.
    pub losses: bool,
    /// The losses of the same batch after the step, through [`Weighting::after_step`].
    pub losses_after_step: bool,
    /// The mean losses of each epoch, through [`Weighting::after_epoch`].
    pub epoch_losses: bool,
    /// Shared gradients.
    pub gradients: Option<GradientNeeds>,
}

/// The shared gradients of one block; a row is an active task.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockSignal {
    /// Path of the block, such as `trunk.0.weight`; empty where all is one block.
    pub path: String,
    /// Inner products of the gradients, `[active, active]` row-major; empty if not needed.
    pub gram: Vec<f64>,
    /// The gradients, `[active, coordinates]`; empty if not needed.
    pub gradients: Vec<Vec<f32>>,
}

/// What a method sees of one step. Tasks without an observed label have no entry.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// The step, from 0.
    pub step: u64,
    /// The epoch, from 0.
    pub epoch: u64,
    /// The tasks with an observed label, as indices into the tasks, ascending.
    pub active: Vec<usize>,
    /// Their losses, in the order of `active`.
    pub losses: Vec<f64>,
    /// Their shared gradients by block, where the method needs them.
    pub blocks: Vec<BlockSignal>,
}

/// What a method returns.
#[derive(Clone, Debug, PartialEq)]
pub enum Combination {
    /// A factor for the loss of each active task: trunk and heads both see it.
    Losses(Vec<f64>),
    /// For each block a factor for the shared gradient of each active task; every head receives
    /// its own unweighted gradient.
    Coefficients(Vec<Vec<f64>>),
    /// For each block the combined shared gradient; every head receives its own unweighted one.
    Gradients(Vec<Vec<f32>>),
}

/// How the losses of several tasks become one step.
///
/// The step, not the method, runs backward passes. State belongs to tasks: a task that is absent
/// from a step has no entry in [`Signals`], and its state does not move.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a weighting method",
    note = "implement `synaptree_tasks::Weighting`: `name`, `needs`, `combine`, `state` and `load_state`"
)]
pub trait Weighting: fmt::Debug + Send + Sync {
    /// The name used in experiment files.
    fn name(&self) -> &'static str;

    /// What the method must be given.
    fn needs(&self) -> Needs;

    /// The combination of one step.
    fn combine(&mut self, signals: &Signals) -> Combination;

    /// The losses of the same batch after the parameters moved.
    fn after_step(&mut self, _signals: &Signals) {}

    /// The mean loss of each task over the epoch; `None` for a task never observed in it.
    fn after_epoch(&mut self, _losses: &[Option<f64>]) {}

    /// Everything the method remembers.
    fn state(&self) -> Value;

    /// Puts a state back that [`Weighting::state`] returned.
    ///
    /// # Errors
    ///
    /// [`TaskError::WeightingState`] where it is not a state of this method and these tasks.
    fn load_state(&mut self, state: &Value) -> Result<(), TaskError>;
}

/// The `[weighting]` section.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum WeightingSpec {
    /// The sum of the losses.
    Equal {},
    /// A constant weight for each task.
    Fixed {
        /// The weight of each task named; the others keep the `weight` of their own table, or 1.
        #[serde(default)]
        weights: BTreeMap<String, f64>,
    },
    /// Homoscedastic uncertainty, learned together with the network.
    Uncertainty {
        /// Learning rate of the log-variances.
        #[serde(default = "default_learning_rate")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// The log-variances at the start.
        #[serde(default)]
        initial: f64,
        /// The largest absolute log-variance.
        #[serde(default = "default_limit")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        limit: f64,
    },
}

fn default_learning_rate() -> f64 {
    0.01
}

fn default_limit() -> f64 {
    10.0
}

impl Default for WeightingSpec {
    fn default() -> Self {
        WeightingSpec::Equal {}
    }
}

impl WeightingSpec {
    /// The method, for the tasks of a tree.
    pub fn build(&self, _tree: &TaskTree) -> Box<dyn Weighting> {
        todo!()
    }
}
