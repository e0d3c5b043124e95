//! How the losses of several tasks become one step.

mod equal;
mod fixed;
mod uncertainty;

pub use equal::Equal;
pub use fixed::Fixed;
pub use uncertainty::Uncertainty;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use synaptree_config::{Diagnostic, Diagnostics, nearest};

use crate::codes::section;
use crate::error::TaskError;
use crate::kind::Kind;
use crate::spec::TaskSpec;
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
    /// The name of the method.
    pub const fn method(&self) -> &'static str {
        match self {
            WeightingSpec::Equal {} => "equal",
            WeightingSpec::Fixed { .. } => "fixed",
            WeightingSpec::Uncertainty { .. } => "uncertainty",
        }
    }

    /// The method, for the tasks of a tree.
    pub fn build(&self, tree: &TaskTree) -> Box<dyn Weighting> {
        let tasks = tree.tasks();
        match self {
            WeightingSpec::Equal {} => Box::new(Equal),
            WeightingSpec::Fixed { weights } => {
                let weight = |name: &String| weights.get(name).copied();
                let weights = tasks
                    .iter()
                    .map(|task| weight(&task.name).unwrap_or(task.weight));
                Box::new(Fixed::new(weights.collect()))
            }
            WeightingSpec::Uncertainty {
                learning_rate,
                initial,
                limit,
            } => {
                let regression = tasks
                    .iter()
                    .map(|task| task.kind == Kind::Regression)
                    .collect();
                Box::new(Uncertainty::new(
                    regression,
                    *learning_rate,
                    *initial,
                    *limit,
                ))
            }
        }
    }
}

/// Pushes a diagnostic for every mistake in the `[weighting]` section and every task weight that
/// it would ignore.
pub fn check_weighting(spec: &WeightingSpec, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let mut range = |key: &str, value: f64, fits: bool, expected: &str| {
        if !fits {
            let message = format!("`{key}` is {value}, expected {expected}");
            let path = format!("weighting.{key}");
            diagnostics.push(Diagnostic::error(&section::WEIGHTING_RANGE, path, message));
        }
    };
    match spec {
        WeightingSpec::Equal {} => {}
        WeightingSpec::Fixed { weights } => {
            for (name, &weight) in weights {
                let fits = weight >= 0.0 && weight.is_finite();
                range(
                    &format!("weights.{name}"),
                    weight,
                    fits,
                    "a number of at least 0",
                );
            }
            for name in weights.keys() {
                if !tasks.iter().any(|task| task.name == *name) {
                    let names = tasks.iter().map(|task| task.name.as_str());
                    let help = match nearest(name, names.clone()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the tasks are: {}", names.collect::<Vec<_>>().join(", ")),
                    };
                    let path = format!("weighting.weights.{name}");
                    let message = format!("there is no task `{name}`");
                    diagnostics.push(
                        Diagnostic::error(&section::WEIGHTING_TASK, path, message)
                            .help(help)
                            .at_key(),
                    );
                }
            }
        }
        WeightingSpec::Uncertainty {
            learning_rate,
            initial,
            limit,
        } => {
            let positive = |value: f64| value > 0.0 && value.is_finite();
            range(
                "learning_rate",
                *learning_rate,
                positive(*learning_rate),
                "more than 0",
            );
            range("limit", *limit, positive(*limit), "more than 0");
            range(
                "initial",
                *initial,
                initial.abs() <= *limit,
                "at most `limit` either way",
            );
        }
    }
    if matches!(spec, WeightingSpec::Fixed { .. }) {
        return;
    }
    for (index, task) in tasks.iter().enumerate() {
        if task.weight.is_some() {
            let message = format!(
                "`weight` has no effect under the weighting `{}`",
                spec.method()
            );
            let path = format!("tasks[{index}].weight");
            diagnostics.push(
                Diagnostic::error(&section::UNUSED_WEIGHT, path, message)
                    .help("write `method = \"fixed\"` under `[weighting]`, or remove the weight")
                    .at_key(),
            );
        }
    }
}

/// What methods without state do with a saved one.
fn expect_no_state(method: &'static str, state: &Value) -> Result<(), TaskError> {
    if state.is_null() {
        Ok(())
    } else {
        let reason = format!("`{method}` remembers nothing, but something was saved");
        Err(TaskError::WeightingState { method, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every method, for three tasks. A new method joins here and inherits the tests below.
    fn methods() -> Vec<Box<dyn Weighting>> {
        vec![
            Box::new(Equal),
            Box::new(Fixed::new(vec![1.0, 0.5, 2.0])),
            Box::new(Uncertainty::new(vec![true, false, true], 0.1, 0.0, 10.0)),
        ]
    }

    fn step(number: u64, active: &[usize]) -> Signals {
        let loss = |&task: &usize| 0.3 + task as f64 + 0.1 * number as f64;
        Signals {
            step: number,
            losses: active.iter().map(loss).collect(),
            active: active.to_vec(),
            ..Signals::default()
        }
    }

    fn weights(combination: Combination) -> Vec<f64> {
        match combination {
            Combination::Losses(weights) => weights,
            other => panic!("no loss weights: {other:?}"),
        }
    }

    #[test]
    fn every_method_returns_a_finite_weight_for_each_active_task() {
        for mut method in methods() {
            for number in 0..20 {
                let active = if number % 3 == 0 { vec![1] } else { vec![0, 2] };
                let weights = weights(method.combine(&step(number, &active)));
                assert_eq!(weights.len(), active.len(), "{}", method.name());
                assert!(
                    weights.iter().all(|w| w.is_finite() && *w >= 0.0),
                    "{}",
                    method.name()
                );
            }
        }
    }

    #[test]
    fn a_restored_method_continues_bit_for_bit() {
        for (mut method, mut restored) in methods().into_iter().zip(methods()) {
            for number in 0..5 {
                method.combine(&step(number, &[0, 1, 2]));
            }
            let text = serde_json::to_string(&method.state()).unwrap();
            restored
                .load_state(&serde_json::from_str(&text).unwrap())
                .unwrap();
            for number in 5..10 {
                let signals = step(number, &[0, 2]);
                assert_eq!(method.combine(&signals), restored.combine(&signals));
            }
            assert_eq!(method.state(), restored.state());
        }
    }

    #[test]
    fn an_absent_task_leaves_no_trace() {
        for (mut with, mut without) in methods().into_iter().zip(methods()) {
            for number in 0..5 {
                with.combine(&step(number, &[1]));
            }
            let first = weights(with.combine(&step(9, &[0])));
            assert_eq!(
                first,
                weights(without.combine(&step(9, &[0]))),
                "{}",
                with.name()
            );
        }
    }

    #[test]
    fn foreign_state_is_refused() {
        for mut method in methods() {
            assert!(method.load_state(&serde_json::json!({ "x": 1 })).is_err());
        }
    }

    #[test]
    fn the_section_is_tagged_by_its_method() {
        let of = |text: &str| serde_json::from_str::<WeightingSpec>(text);
        assert_eq!(
            of(r#"{"method":"equal"}"#).unwrap(),
            WeightingSpec::default()
        );
        assert!(of(r#"{"method":"equal","weights":{}}"#).is_err());
        let fixed = of(r#"{"method":"fixed","weights":{"a":2}}"#).unwrap();
        assert_eq!(fixed.method(), "fixed");
        assert!(of(r#"{"method":"uncertainty","limit":4}"#).is_ok());
    }

    #[test]
    fn weights_that_are_unknown_negative_or_ignored_are_mistakes() {
        let weighted = TaskSpec {
            weight: Some(2.0),
            ..TaskSpec::new("income", Kind::Binary)
        };
        let tasks = [weighted];
        let mut found = Diagnostics::default();
        check_weighting(&WeightingSpec::Equal {}, &tasks, &mut found);
        assert_eq!(found.0[0].path, "tasks[0].weight");
        let weights = BTreeMap::from([("incme".to_owned(), -1.0)]);
        let mut found = Diagnostics::default();
        check_weighting(&WeightingSpec::Fixed { weights }, &tasks, &mut found);
        assert_eq!(found.0.len(), 2);
        assert_eq!(found.0[1].help.as_deref(), Some("did you mean `income`?"));
        let wrong = WeightingSpec::Uncertainty {
            learning_rate: f64::NAN,
            initial: 20.0,
            limit: 10.0,
        };
        let mut found = Diagnostics::default();
        check_weighting(&wrong, &[], &mut found);
        assert_eq!(found.0.len(), 2);
    }
}
