//! The tasks of an experiment as a tree or DAG, ready for training and prediction.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use synaptree_nn::{EdgeKind, HeadConfig};

use crate::build;
use crate::coherence::{self, Refinement, Role};
use crate::decide;
use crate::distribution::{Decision, Distribution};
use crate::error::TaskError;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::loss;
use crate::saved::Saved;
use crate::spec::{Decode, LossSpec, Reduction, TaskSpec};
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
    /// What stands between the labels of one cell, for kinds with several; see
    /// [`Task::separator`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
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

impl Task {
    /// What stands between several labels in one cell: that of the experiment, or that of the
    /// kind; empty for kinds with one label a cell.
    pub fn separator(&self) -> &str {
        self.separator
            .as_deref()
            .or(self.kind.default_separator())
            .unwrap_or_default()
    }
}

/// The loss of one task in one batch.
///
/// ```text
/// value = Σ w · l / Σ w               Σ w · l under `reduction = "sum"`
/// mean of several batches = Σ sum() / Σ weight
/// ```
///
/// The weights `w` hold the row weight and the class weight of each observed term `l`.
#[derive(Clone, Debug)]
pub struct TaskLoss {
    /// What is minimised, `[1]`.
    pub value: Tensor<1>,
    /// The number of rows that it rests on: those with a label and a positive weight.
    pub observed: usize,
    /// The sum of the weights of all terms; positive.
    pub weight: f64,
    /// Whether `value` is the sum of the terms, or their mean.
    pub reduction: Reduction,
}

impl TaskLoss {
    /// The weighted sum of the terms, whatever the reduction; it waits for the device.
    pub fn sum(&self) -> f64 {
        self.sum_of(f64::from(self.value.clone().into_scalar::<f32>()))
    }

    /// The same, where the number behind `value` is known already.
    pub fn sum_of(&self, value: f64) -> f64 {
        match self.reduction {
            Reduction::Mean => value * self.weight,
            Reduction::Sum => value,
        }
    }
}

/// The tasks of an experiment: their order, losses, distributions and decisions.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::{Decision, Kind, Labels, Target, TaskSpec, TaskTree, Vocabulary};
///
/// let specs = [
///     TaskSpec::new("mammal", Kind::Binary),
///     TaskSpec { refines: Some("mammal".into()), ..TaskSpec::new("order", Kind::Multiclass) },
/// ];
/// let words = |words: &[&str]| Vocabulary::Classes(words.iter().map(|w| w.to_string()).collect());
/// let vocabularies = vec![words(&["no", "yes"]), words(&["bat", "owl", "rodent"])];
/// let train = [Labels::Classes(vec![1, 0, 1]), Labels::Classes(vec![0, 1, 2])];
/// let tree = TaskTree::new(&specs, vocabularies, &train).unwrap();
///
/// // P(mammal) = σ(0) = 1/2 is shared evenly by bats and rodents; every other animal is an owl.
/// let outputs = [
///     Tensor::<2>::from_data([[0.0]], &Device::flex()),
///     Tensor::<2>::from_data([[3.0, -9.0, 3.0]], &Device::flex()),
/// ];
/// let distributions = tree.distributions(&outputs);
/// assert_eq!(distributions[1].values, [0.25, 0.5, 0.25]);
/// assert_eq!(tree.decide(&distributions)[0], Decision::Classes(vec![0]));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
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
        specs: &[TaskSpec],
        vocabularies: Vec<Vocabulary>,
        train: &[Labels],
    ) -> Result<Self, TaskError> {
        build::build(specs, vocabularies, train)
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
        let mut position = vec![0; self.tasks.len()];
        for (head, &task) in self.order.iter().enumerate() {
            position[task] = head;
        }
        self.order
            .iter()
            .map(|&index| {
                let task = &self.tasks[index];
                let mut parents: Vec<usize> = task.parents.iter().map(|&p| position[p]).collect();
                parents.sort_unstable();
                HeadConfig::new(task.name.clone(), task.outputs)
                    .below(parents, task.edge, task.share)
                    .with_thresholds(task.thresholds)
            })
            .collect()
    }

    /// Fills in coarse labels that follow from fine ones and returns how many.
    ///
    /// # Errors
    ///
    /// [`TaskError::Contradiction`] where a known coarse label disagrees, [`TaskError::Count`]
    /// where there is not one label set a task, [`TaskError::Rows`] where they differ in length.
    pub fn fill(&self, labels: &mut [Labels]) -> Result<usize, TaskError> {
        self.expect("label sets", labels.len())?;
        let expected = labels.first().map_or(0, Labels::len);
        for (task, labels) in self.tasks.iter().zip(&*labels) {
            if labels.len() != expected {
                return Err(TaskError::Rows {
                    task: task.name.clone(),
                    expected,
                    got: labels.len(),
                });
            }
        }
        coherence::fill(&self.tasks, &self.order, labels)
    }

    /// The loss of every task; `None` where no row of the batch counts.
    ///
    /// A task that refines contributes its conditional term: the losses of one group add up to
    /// the negative logarithm of the joint probability of its labels, counted once. A coarse
    /// label that a fine one implies takes part only after [`TaskTree::fill`].
    ///
    /// # Shapes
    ///
    /// - `outputs`: one a head, in head order ([`TaskTree::order`]) as the network returns them,
    ///   `[rows, outputs + thresholds]`
    /// - `targets`, result: one a task, indexed as [`TaskTree::tasks`]
    ///
    /// # Panics
    ///
    /// If there is not one output and one target a task.
    pub fn losses(&self, outputs: &[Tensor<2>], targets: &[Target]) -> Vec<Option<TaskLoss>> {
        assert_eq!(targets.len(), self.tasks.len(), "one target a task");
        let outputs = self.by_task(outputs);
        let mut losses: Vec<Option<TaskLoss>> = vec![None; self.tasks.len()];
        for (index, task) in self.tasks.iter().enumerate() {
            match &task.role {
                Role::Free | Role::Conditional(_) => {
                    losses[index] = loss::task_loss(task, outputs[index].clone(), &targets[index]);
                }
                Role::Finest(coarse) => {
                    let terms =
                        coherence::joint_losses(&self.tasks, index, coarse, &outputs, targets);
                    for (term, loss) in terms {
                        losses[term] = loss;
                    }
                }
                Role::Marginal { .. } => {}
            }
        }
        losses
    }

    /// Coherent distributions from raw outputs.
    ///
    /// # Shapes
    ///
    /// - `outputs`: one a head, in head order ([`TaskTree::order`]) as the network returns them
    /// - result: one a task, indexed as [`TaskTree::tasks`]
    ///
    /// # Panics
    ///
    /// If there is not one output a task.
    pub fn distributions(&self, outputs: &[Tensor<2>]) -> Vec<Distribution> {
        coherence::distributions(&self.tasks, &self.order, &self.by_task(outputs))
    }

    /// Coherent decisions from distributions, or from their means over samples; both indexed as
    /// [`TaskTree::tasks`]. Ties go to the lowest index.
    ///
    /// # Panics
    ///
    /// If there is not one distribution a task.
    pub fn decide(&self, distributions: &[Distribution]) -> Vec<Decision> {
        assert_eq!(
            distributions.len(),
            self.tasks.len(),
            "one distribution a task"
        );
        decide::decide(&self.tasks, &self.order, distributions)
    }

    fn by_task(&self, outputs: &[Tensor<2>]) -> Vec<Tensor<2>> {
        assert_eq!(outputs.len(), self.tasks.len(), "one output a task");
        let mut by_task: Vec<Option<Tensor<2>>> = vec![None; self.tasks.len()];
        for (output, &task) in outputs.iter().zip(&self.order) {
            by_task[task] = Some(output.clone());
        }
        by_task.into_iter().flatten().collect()
    }

    pub(crate) fn expect(&self, what: &'static str, got: usize) -> Result<(), TaskError> {
        let expected = self.tasks.len();
        if got == expected {
            Ok(())
        } else {
            Err(TaskError::Count {
                what,
                expected,
                got,
            })
        }
    }
}
