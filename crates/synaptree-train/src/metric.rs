//! The metric that `best`, early stopping and `plateau` watch.

use synaptree_tasks::{Evaluation, higher_is_better};

/// `score`, or one metric of one task, turned so that higher is better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Watched {
    Score,
    Task { task: String, metric: String },
}

impl Watched {
    /// Reads `score` or `task.metric`. The name of a task holds no dot, that of a metric may (`rmse.Y1`), so the
    /// first dot divides.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((task, metric)) => Self::Task {
                task: task.to_owned(),
                metric: metric.to_owned(),
            },
            None => Self::Score,
        }
    }

    /// The value to watch; `None` where the metric is undefined. What is not a number would stay the best for ever,
    /// and a checkpoint could not hold it.
    pub(crate) fn value(&self, evaluation: &Evaluation) -> Option<f64> {
        let value = match self {
            Self::Score => evaluation.score?,
            Self::Task { task, metric } => {
                let value = evaluation.metric(task, metric)?;
                if higher_is_better(metric) {
                    value
                } else {
                    -value
                }
            }
        };
        value.is_finite().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(value: f64) -> Evaluation {
        let text = r#"{"tasks": {"size": {"kind": "regression", "observed": 3, "metrics": {"rmse.w": 2.0}}},
                       "overall": {"score": 0.5, "violation_rate": 0.0}}"#;
        let mut evaluation: Evaluation = serde_json::from_str(text).unwrap();
        evaluation.tasks["size"].metrics["rmse.w"] = Some(value);
        evaluation
    }

    #[test]
    fn higher_is_always_better() {
        assert_eq!(Watched::parse("score").value(&evaluation(2.0)), Some(0.5));
        let watched = Watched::parse("size.rmse.w");
        assert_eq!(watched.value(&evaluation(2.0)), Some(-2.0));
    }

    #[test]
    fn what_is_not_a_finite_number_is_never_the_best() {
        for value in [f64::NAN, f64::INFINITY] {
            assert_eq!(
                Watched::parse("size.rmse.w").value(&evaluation(value)),
                None
            );
        }
    }
}
