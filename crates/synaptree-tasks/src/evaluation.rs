//! What a set of predictions is worth, task by task and overall.

mod baseline;
mod contradictions;
mod details;
mod doubt;
mod guarantees;
mod headline;
mod levels;
mod measure;
mod out_of_distribution;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use levels::levels;
pub(crate) use measure::scored_cells;

pub use baseline::Baseline;
pub use details::{Before, Details, IntervalPoint, Scatter, SetSize};
pub use doubt::{Doubt, Histogram};
pub use headline::{headline_metric, higher_is_better, metric_names, needs_variance};
pub use levels::Level;

use crate::calibration::Basis;
use crate::distribution::{Decision, Distribution};
use crate::kind::Kind;
use crate::labels::Labels;
use crate::tree::TaskTree;

/// What a set of predictions is worth.
///
/// It serialises as `evaluate --json` prints it; undefined figures are `null`:
///
/// ```text
/// {"tasks": {NAME: {"kind": …, "observed": n, "metrics": {…}}},
///  "overall": {"score": x, "violation_rate": 0.0, "baseline": y,
///              "guarantees": {"fitted_on": "calibration", "approximate": []}}}
/// ```
///
/// ```text
/// score = mean over tasks of the headline metric        (r2 floored at 0; undefined ones left out;
///                                                        negated where lower is better)
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::Evaluation;
///
/// let text = r#"{"tasks":{"colour":{"kind":"binary","observed":3,"metrics":{"auroc":null}}},
///                "overall":{"score":null,"violation_rate":0.0}}"#;
/// let evaluation: Evaluation = serde_json::from_str(text).unwrap();
/// assert_eq!(evaluation.tasks["colour"].observed, 3);
/// assert_eq!(evaluation.metric("colour", "auroc"), None);
/// assert_eq!(evaluation.violation_rate, 0.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Document", into = "Document")]
pub struct Evaluation {
    /// Each task's figures, by name, in the order of the experiment file.
    pub tasks: IndexMap<String, TaskEvaluation>,
    /// The mean of the headline metrics; `None` where none is defined.
    pub score: Option<f64>,
    /// The share of rows whose answers contradict each other.
    pub violation_rate: f64,
    /// What always answering the majority class or the mean scores, where that was asked for.
    pub baseline: Option<f64>,
    /// What prediction sets, intervals and answers at a stated risk rest on, where there are any.
    pub guarantees: Option<Basis>,
}

/// The figures of one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskEvaluation {
    /// The kind of the task.
    pub kind: Kind,
    /// The number of rows with a label: what the metrics rest on.
    pub observed: usize,
    /// The metrics by name, the headline of the kind first; `None` where undefined.
    pub metrics: IndexMap<String, Option<f64>>,
    /// What a report draws, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// The JSON form of [`Evaluation`].
#[derive(Clone, Serialize, Deserialize)]
struct Document {
    tasks: IndexMap<String, TaskEvaluation>,
    overall: Overall,
}

#[derive(Clone, Serialize, Deserialize)]
struct Overall {
    score: Option<f64>,
    violation_rate: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guarantees: Option<Basis>,
}

impl From<Document> for Evaluation {
    fn from(document: Document) -> Self {
        let Overall {
            score,
            violation_rate,
            baseline,
            guarantees,
        } = document.overall;
        Self {
            tasks: document.tasks,
            score,
            violation_rate,
            baseline,
            guarantees,
        }
    }
}

impl From<Evaluation> for Document {
    fn from(evaluation: Evaluation) -> Self {
        let Evaluation {
            tasks,
            score,
            violation_rate,
            baseline,
            guarantees,
        } = evaluation;
        Self {
            tasks,
            overall: Overall {
                score,
                violation_rate,
                baseline,
                guarantees,
            },
        }
    }
}

impl Evaluation {
    /// A metric of a task; `None` where there is no such figure or it is undefined.
    pub fn metric(&self, task: &str, name: &str) -> Option<f64> {
        *self.tasks.get(task)?.metrics.get(name)?
    }

    /// The same with what the majority class or the mean scores beside it.
    #[must_use]
    pub fn with_baseline(self, baseline: Option<f64>) -> Self {
        Self { baseline, ..self }
    }

    /// The same with what its guarantees rest on.
    #[must_use]
    pub fn with_guarantees(self, guarantees: Option<Basis>) -> Self {
        Self { guarantees, ..self }
    }

    /// The same without what only a report draws.
    #[must_use]
    pub fn without_details(mut self) -> Self {
        for task in self.tasks.values_mut() {
            task.details = None;
        }
        self
    }
}

impl TaskTree {
    /// Compares distributions, and the decisions drawn from them, with labels.
    ///
    /// All slices are indexed as [`TaskTree::tasks`] and have the same rows. Missing labels are
    /// skipped; contradictions are counted over all rows.
    ///
    /// # Panics
    /// If a distribution or labels are not of their task's kind.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, Labels, TaskSpec, TaskTree, Vocabulary};
    ///
    /// let train = [Labels::Classes(vec![0, 1])];
    /// let names = Vocabulary::Classes(vec!["no".into(), "yes".into()]);
    /// let tree = TaskTree::new(&[TaskSpec::new("wet", Kind::Binary)], vec![names], &train).unwrap();
    /// let values = vec![0.8, 0.2, 0.1, 0.9, 0.5, 0.5];
    /// let predicted = Distribution { rows: 3, width: 2, values, variance: None };
    ///
    /// let evaluation = tree.evaluate(&[predicted], &[Labels::Classes(vec![0, 1, -1])]);
    /// assert_eq!(evaluation.tasks["wet"].observed, 2);
    /// assert_eq!(evaluation.metric("wet", "auroc"), Some(1.0));
    /// assert_eq!(evaluation.score, Some(1.0));
    /// ```
    pub fn evaluate(&self, distributions: &[Distribution], labels: &[Labels]) -> Evaluation {
        self.evaluate_decisions(distributions, &self.decide(distributions), labels)
    }

    /// As [`TaskTree::evaluate`], with the [`Details`] of every task.
    ///
    /// # Panics
    /// As [`TaskTree::evaluate`].
    pub fn evaluate_in_detail(
        &self,
        distributions: &[Distribution],
        labels: &[Labels],
    ) -> Evaluation {
        let decisions = self.decide(distributions);
        let mut evaluation = self.evaluate_decisions(distributions, &decisions, labels);
        for (index, task) in self.tasks().iter().enumerate() {
            if let Some(entry) = evaluation.tasks.get_mut(&task.name) {
                let details = Details::new(
                    task,
                    &distributions[index],
                    &decisions[index],
                    &labels[index],
                );
                entry.details = Some(details);
            }
        }
        evaluation
    }

    /// As [`TaskTree::evaluate`], with decisions that were made elsewhere.
    ///
    /// # Panics
    /// As [`TaskTree::evaluate`].
    pub fn evaluate_decisions(
        &self,
        distributions: &[Distribution],
        decisions: &[Decision],
        labels: &[Labels],
    ) -> Evaluation {
        let tasks: IndexMap<String, TaskEvaluation> = self
            .tasks()
            .iter()
            .enumerate()
            .map(|(index, task)| {
                let metrics = measure::metrics(
                    task,
                    &distributions[index],
                    &decisions[index],
                    &labels[index],
                );
                let evaluation = TaskEvaluation {
                    kind: task.kind,
                    observed: labels[index].observed(),
                    metrics,
                    details: None,
                };
                (task.name.clone(), evaluation)
            })
            .collect();
        Evaluation {
            score: headline::score(self.tasks(), &tasks),
            tasks,
            violation_rate: self.contradictions(distributions, decisions).rate(),
            baseline: None,
            guarantees: None,
        }
    }
}
