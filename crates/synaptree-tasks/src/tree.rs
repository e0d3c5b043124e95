//! The tasks of an experiment as a tree or DAG, ready for training and prediction.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use synaptree_nn::{EdgeKind, HeadConfig};

use crate::coherence::{Refinement, Role};
use crate::distribution::{Decision, Distribution};
use crate::error::TaskError;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::spec::{Decode, LossSpec, TaskSpec};
use crate::target::Target;
use crate::vocabulary::Vocabulary;

/// One task with its possible answers and its place among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The name.
    pub name: String,
    /// What kind of answer it asks for.
    pub kind: Kind,
    /// The possible answers.
    pub vocabulary: Vocabulary,
    /// Raw outputs of its head that depend on the row.
    pub outputs: usize,
    /// Raw outputs of its head that are the same for every row (ordinal thresholds); they
    /// stand behind the others.
    pub thresholds: usize,
    /// Tasks whose features its head reads, as indices into [`TaskTree::tasks`].
    pub parents: Vec<usize>,
    /// How it is joined to its parents.
    pub edge: EdgeKind,
    /// Share of its gradient that its parents' heads receive.
    pub share: f64,
    /// What training minimises.
    pub loss: LossSpec,
    /// How much a row of each class counts in the loss; `None` is 1 for all.
    pub class_weights: Option<Vec<f32>>,
    /// The weight under the fixed weighting.
    pub weight: f64,
    /// The headline metric, where one was chosen.
    pub metric: Option<String>,
    /// The probability from which the answer is yes.
    pub threshold: f64,
    /// How it and the tasks it refines are decided together.
    pub decode: Decode,
    /// The tasks that its value determines, without those that follow from others of them.
    pub refines: Vec<Refinement>,
    /// How its probabilities arise from those of the tasks it is joined to by `refines`.
    pub role: Role,
}

/// The loss of one task in one batch.
#[derive(Clone, Debug)]
pub struct TaskLoss {
    /// The masked mean, `[1]`.
    pub value: Tensor<1>,
    /// The number of rows with a label that it rests on.
    pub observed: usize,
}

/// The tasks of an experiment: their order, losses, distributions and decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskTree {
    pub(crate) tasks: Vec<Task>,
    pub(crate) order: Vec<usize>,
}

impl TaskTree {
    /// Builds the tree and learns from the training labels what the specifications leave open:
    /// class weights, and for `refines` which fine class belongs to which coarse one.
    ///
    /// # Errors
    ///
    /// [`TaskError`]: a mistake of the specifications, labels that do not fit them, or training
    /// rows that contradict a `refines`.
    pub fn new(
        _specs: &[TaskSpec],
        _vocabularies: Vec<Vocabulary>,
        _train: &[Labels],
    ) -> Result<Self, TaskError> {
        todo!()
    }

    /// The tasks, in the order of the experiment file.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The tasks with parents before children: the order of the heads of the network.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The index of the task of that name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.tasks.iter().position(|task| task.name == name)
    }

    /// The heads of the network, in [`TaskTree::order`]; `parents` index into this list.
    pub fn head_configs(&self) -> Vec<HeadConfig> {
        todo!()
    }

    /// Fills in coarse labels that follow from fine ones and returns how many.
    ///
    /// # Errors
    ///
    /// [`TaskError::Contradiction`] where a known coarse label disagrees.
    pub fn fill(&self, _labels: &mut [Labels]) -> Result<usize, TaskError> {
        todo!()
    }

    /// The loss of every task: `outputs` in head order ([`TaskTree::order`]), `targets` and the
    /// result indexed as [`TaskTree::tasks`]; `None` without an observed label.
    pub fn losses(&self, _outputs: &[Tensor<2>], _targets: &[Target]) -> Vec<Option<TaskLoss>> {
        todo!()
    }

    /// Coherent distributions: `outputs` in head order ([`TaskTree::order`]), the result indexed
    /// as [`TaskTree::tasks`].
    pub fn distributions(&self, _outputs: &[Tensor<2>]) -> Vec<Distribution> {
        todo!()
    }

    /// Coherent decisions from distributions; both indexed as [`TaskTree::tasks`].
    pub fn decide(&self, _distributions: &[Distribution]) -> Vec<Decision> {
        todo!()
    }
}
