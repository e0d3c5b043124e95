//! What one gets without looking at the inputs.

use serde::{Deserialize, Serialize};

use super::Evaluation;
use crate::distribution::{Decision, Distribution};
use crate::kind::Kind;
use crate::labels::Labels;
use crate::tree::{Task, TaskTree};
use crate::vocabulary::Vocabulary;

/// The same answer for every row: the frequencies of the training labels, or their mean.
///
/// The decision is the majority class, each node that most rows have, or the mean. It is evaluated by the
/// same code as any prediction, so its `auroc` is 0.5 and its `r2` about 0.
///
/// # Example
/// ```
/// use synaptree_tasks::{Baseline, Kind, Labels, TaskSpec, TaskTree, Vocabulary};
///
/// let train = [Labels::Classes(vec![0, 1, 1, 1, -1])];
/// let names = Vocabulary::Classes(vec!["no".into(), "yes".into()]);
/// let tree = TaskTree::new(&[TaskSpec::new("wet", Kind::Binary)], vec![names], &train).unwrap();
///
/// let baseline = Baseline::fit(&tree, &train);
/// assert_eq!(baseline.distributions(1)[0].values, [0.25, 0.75]);
/// let evaluation = baseline.evaluate(&tree, &[Labels::Classes(vec![0, 1])]);
/// assert_eq!(evaluation.metric("wet", "auroc"), Some(0.5));
/// assert_eq!(evaluation.metric("wet", "accuracy"), Some(0.5));
/// ```
///
/// # References
/// scikit-learn, [`DummyClassifier`](https://scikit-learn.org/stable/modules/generated/sklearn.dummy.DummyClassifier.html)
/// with `strategy="prior"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The kind of each task with its one row of a distribution.
    rows: Vec<(Kind, Vec<f32>)>,
}

impl Baseline {
    /// Counts the training labels, indexed as [`TaskTree::tasks`].
    ///
    /// A task without any label is taken to have equally frequent classes, no nodes, or the mean of its
    /// vocabulary.
    pub fn fit(tree: &TaskTree, train: &[Labels]) -> Self {
        let rows = tree
            .tasks()
            .iter()
            .zip(train)
            .map(|(task, labels)| (task.kind, row(task, labels)));
        Self {
            rows: rows.collect(),
        }
    }

    /// The distribution of each task, the same for every row.
    pub fn distributions(&self, rows: usize) -> Vec<Distribution> {
        self.rows
            .iter()
            .map(|(_, row)| Distribution {
                rows,
                width: row.len(),
                values: row.repeat(rows),
                variance: None,
            })
            .collect()
    }

    /// The decision of each task, the same for every row.
    pub fn decisions(&self, rows: usize) -> Vec<Decision> {
        self.rows
            .iter()
            .map(|(kind, row)| match kind {
                Kind::Binary | Kind::Multiclass | Kind::Ordinal => {
                    let majority = (0..row.len())
                        .reduce(|best, next| if row[next] > row[best] { next } else { best });
                    Decision::Classes(vec![majority.unwrap_or(0) as u32; rows])
                }
                Kind::Multilabel | Kind::Hierarchical => {
                    let decided: Vec<bool> = row.iter().map(|&share| share >= 0.5).collect();
                    Decision::Nodes {
                        width: row.len(),
                        values: decided.repeat(rows),
                    }
                }
                Kind::Regression => Decision::Real {
                    width: row.len(),
                    values: row.repeat(rows),
                },
            })
            .collect()
    }

    /// Evaluates it on labels, indexed as [`TaskTree::tasks`].
    ///
    /// # Panics
    /// As [`TaskTree::evaluate`].
    pub fn evaluate(&self, tree: &TaskTree, labels: &[Labels]) -> Evaluation {
        let rows = labels.first().map_or(0, Labels::len);
        tree.evaluate_decisions(&self.distributions(rows), &self.decisions(rows), labels)
    }
}

fn row(task: &Task, labels: &Labels) -> Vec<f32> {
    let width = task.vocabulary.len();
    match labels {
        Labels::Classes(classes) => {
            let mut counts = vec![0_u64; width];
            for class in classes
                .iter()
                .filter_map(|&class| usize::try_from(class).ok())
            {
                counts[class] += 1;
            }
            let total = counts.iter().sum::<u64>();
            let share = |count: u64| match total {
                0 => 1.0 / width as f64,
                _ => count as f64 / total as f64,
            };
            counts
                .into_iter()
                .map(|count| share(count) as f32)
                .collect()
        }
        Labels::Nodes { values, .. } => (0..width)
            .map(|label| {
                let known = values
                    .iter()
                    .skip(label)
                    .step_by(width)
                    .filter(|&&value| value < 2);
                average(known.map(|&value| f64::from(value))).unwrap_or(0.0)
            })
            .collect(),
        Labels::Sets(sets) => {
            let mut counts = vec![0_u64; width];
            for &node in sets.iter().flatten().flatten() {
                counts[node as usize] += 1;
            }
            let total = sets.iter().flatten().count().max(1);
            counts
                .into_iter()
                .map(|count| (count as f64 / total as f64) as f32)
                .collect()
        }
        Labels::Real { values, .. } => (0..width)
            .map(|column| {
                let known = values
                    .iter()
                    .skip(column)
                    .step_by(width)
                    .filter(|value| !value.is_nan());
                average(known.map(|&value| f64::from(value))).unwrap_or_else(|| {
                    match &task.vocabulary {
                        Vocabulary::Real { mean, .. } => mean[column],
                        _ => 0.0,
                    }
                })
            })
            .collect(),
    }
}

fn average(values: impl Iterator<Item = f64>) -> Option<f32> {
    crate::metrics::mean(values).map(|mean| mean as f32)
}
