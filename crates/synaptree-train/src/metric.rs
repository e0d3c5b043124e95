//! The metric that `best`, early stopping and `plateau` watch.

use synaptree_tasks::{Evaluation, higher_is_better};

/// `score`, or one metric of one task, turned so that higher is better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Watched {
    Score,
    Task { task: String, metric: String },
}

impl Watched {
    /// Reads `score` or `task.metric`. Task names may hold dots, metric names of a column too
    /// (`rmse.Y1`), so the longest task name that fits wins at look-up; here the first dot divides.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((task, metric)) => Self::Task {
                task: task.to_owned(),
                metric: metric.to_owned(),
            },
            None => Self::Score,
        }
    }

    /// The value to watch; `None` where the metric is undefined.
    pub(crate) fn value(&self, evaluation: &Evaluation) -> Option<f64> {
        match self {
            Self::Score => evaluation.score,
            Self::Task { task, metric } => {
                let value = evaluation.metric(task, metric)?;
                Some(if higher_is_better(metric) {
                    value
                } else {
                    -value
                })
            }
        }
    }
}
