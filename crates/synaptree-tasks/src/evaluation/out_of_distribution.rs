//! How well doubt tells rows of another kind from those that the network was made for.

use super::Evaluation;
use crate::metrics::{fpr95, ood_auroc};
use crate::tree::{Task, TaskTree};
use crate::uncertainty::Uncertain;

impl TaskTree {
    /// Adds to `evaluation` how well each task's doubt tells rows of another kind from known ones:
    ///
    /// | Metric | Score of a row |
    /// |---|---|
    /// | `ood_auroc.total`, `ood_fpr95.total` | total uncertainty |
    /// | `ood_auroc.epistemic`, `ood_fpr95.epistemic` | epistemic uncertainty |
    /// | `ood_auroc.max_probability`, `ood_fpr95.max_probability` | 1 − the highest probability; tasks with classes |
    ///
    /// Of several nodes or columns a row's score is the mean; figures are `None` where the part is not known.
    ///
    /// # Panics
    /// If `known` and `other` are not of these tasks.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, Labels, TaskSpec, TaskTree, Vocabulary, summarise_samples};
    ///
    /// let labels = [Labels::Classes(vec![0, 1])];
    /// let names = Vocabulary::Classes(vec!["no".into(), "yes".into()]);
    /// let tree = TaskTree::new(&[TaskSpec::new("wet", Kind::Binary)], vec![names], &labels).unwrap();
    /// let said = |values: Vec<f32>| {
    ///     let own = Distribution { rows: 2, width: 2, values, variance: None };
    ///     summarise_samples(&[Kind::Binary], &[vec![own]], &[])
    /// };
    /// let (known, other) = (said(vec![0.9, 0.1, 0.2, 0.8]), said(vec![0.5, 0.5, 0.85, 0.15]));
    /// let means = [known[0].mean.clone()];
    ///
    /// let mut evaluation = tree.evaluate(&means, &labels);
    /// tree.compare_kinds(&mut evaluation, &known, &other);
    /// // Three of the four pairs have the row of another kind less sure.
    /// assert_eq!(evaluation.metric("wet", "ood_auroc.total"), Some(0.75));
    /// assert_eq!(evaluation.metric("wet", "ood_auroc.epistemic"), None);
    /// ```
    ///
    /// # References
    /// As [`ood_auroc`] and [`fpr95`].
    pub fn compare_kinds(
        &self,
        evaluation: &mut Evaluation,
        known: &[Uncertain],
        other: &[Uncertain],
    ) {
        for ((task, known), other) in self.tasks().iter().zip(known).zip(other) {
            let Some(entry) = evaluation.tasks.get_mut(&task.name) else {
                continue;
            };
            for (what, scores) in scores(task) {
                let pair = scores(known).zip(scores(other));
                let figures = pair.map_or((None, None), |(known, other)| {
                    (ood_auroc(&known, &other), fpr95(&known, &other))
                });
                let mut add = |name: &str, value| {
                    entry.metrics.insert(format!("{name}.{what}"), value);
                };
                add("ood_auroc", figures.0);
                add("ood_fpr95", figures.1);
            }
        }
    }
}

/// One number a row, larger where it is less sure; `None` where it is not known.
type Scores = fn(&Uncertain) -> Option<Vec<f32>>;

fn scores(task: &Task) -> Vec<(&'static str, Scores)> {
    let mut scores: Vec<(&'static str, Scores)> = vec![
        ("total", |u| Some(row_means(u.total.as_ref()?, u.width))),
        ("epistemic", |u| {
            Some(row_means(u.epistemic.as_ref()?, u.width))
        }),
    ];
    if task.kind.has_classes() {
        scores.push(("max_probability", |u| {
            let rows = (0..u.mean.rows).map(|row| u.mean.row(row));
            Some(
                rows.map(|p| 1.0 - p.iter().copied().fold(0.0, f32::max))
                    .collect(),
            )
        }));
    }
    scores
}

/// The mean over the nodes or columns of each row.
pub(super) fn row_means(values: &[f32], width: usize) -> Vec<f32> {
    values
        .chunks_exact(width.max(1))
        .map(|row| {
            let sum: f64 = row.iter().map(|&value| f64::from(value)).sum();
            (sum / row.len() as f64) as f32
        })
        .collect()
}
