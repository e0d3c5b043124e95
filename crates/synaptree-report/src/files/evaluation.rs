//! `evaluation/<split>.json` and the same shape within `summary.json`.

use std::path::Path;

use serde::Deserialize;

use super::ordered::Ordered;
use super::score::{Score, countable, number_or_nan};
use super::synapses::Histogram;
use crate::error::ReportError;

/// What the model scored on one split.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Task by task.
    pub tasks: Ordered<TaskEvaluation>,
    /// All tasks together.
    pub overall: Overall,
}

/// What the model scored in one task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskEvaluation {
    /// The kind of answer: `binary`, `multiclass`, …
    pub kind: Option<String>,
    /// Rows with a label.
    pub observed: Score,
    /// The metrics by name.
    pub metrics: Ordered<Score>,
    /// What the figures are drawn from.
    pub details: Details,
}

/// All tasks together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Overall {
    /// The mean of the headline metrics.
    pub score: Score,
    /// The share of rows whose answers contradict each other.
    pub violation_rate: Score,
    /// The score of always answering the most common class, or the mean.
    pub baseline: Score,
    /// What was promised, where anything was.
    pub guarantees: Option<Guarantees>,
}

/// What the figures of one task are drawn from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Observed against decided classes.
    pub confusion: Option<Confusion>,
    /// How often the model was right, by how sure it was.
    pub reliability: Vec<ReliabilityBin>,
    /// Observed against predicted values.
    pub scatter: Option<Scatters>,
    /// How many answers are wrong where only the surest ones count.
    pub risk_coverage: Vec<RiskPoint>,
    /// How often central intervals of each level hold the truth.
    pub intervals: Vec<IntervalPoint>,
    /// How the doubt about rows is spread.
    pub doubt: Option<Doubt>,
    /// What it was before calibration.
    pub before: Option<Before>,
}

/// How many of the surest answers are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct RiskPoint {
    /// The share of rows that are answered: the surest ones.
    #[serde(deserialize_with = "number_or_nan")]
    pub coverage: f64,
    /// The share of them that is wrong.
    #[serde(deserialize_with = "number_or_nan")]
    pub risk: f64,
}

/// How often central intervals of one level hold the truth.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct IntervalPoint {
    /// The share of the truth that they are stated for.
    #[serde(deserialize_with = "number_or_nan")]
    pub level: f64,
    /// The share that they hold.
    #[serde(deserialize_with = "number_or_nan")]
    pub coverage: f64,
}

/// How the doubt about rows is spread.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Doubt {
    /// The samples that it rests on; 1 is the mean network.
    pub samples: u64,
    /// The total uncertainty.
    pub total: Option<Histogram>,
    /// The epistemic uncertainty.
    pub epistemic: Option<Histogram>,
}

/// What a task was before calibration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Before {
    /// How often the model was right, by how sure it was.
    pub reliability: Vec<ReliabilityBin>,
    /// How often central intervals of each level held the truth.
    pub intervals: Vec<IntervalPoint>,
}

/// What prediction sets, intervals and answers at a stated risk rest on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Guarantees {
    /// The part that they were fitted on.
    pub fitted_on: String,
    /// Why they hold only approximately; empty where they hold.
    pub approximate: Vec<String>,
    /// The share of rows whose set or interval is to hold the truth.
    pub conformal: Option<f64>,
    /// The share of answers that may be wrong.
    pub risk: Option<f64>,
}

/// Rows counted by observed class (rows of the matrix) and decided class (columns).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Confusion {
    /// The classes.
    pub labels: Vec<String>,
    /// One row for each observed class.
    pub counts: Vec<Vec<u64>>,
}

/// The rows whose confidence fell into one range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct ReliabilityBin {
    /// The mean confidence.
    #[serde(deserialize_with = "number_or_nan")]
    pub confidence: f64,
    /// The share that was right.
    #[serde(deserialize_with = "number_or_nan")]
    pub accuracy: f64,
    /// How many rows.
    pub count: u64,
}

/// The observed and predicted values of one column.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Scatter {
    /// The column.
    #[serde(default)]
    pub column: String,
    /// What was observed, in original units.
    pub observed: Vec<Option<f64>>,
    /// What was predicted, in original units.
    pub predicted: Vec<Option<f64>>,
}

/// The scatter of one column, or of each column of a vector target.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Scatters {
    /// One column.
    One(Scatter),
    /// Several.
    Several(Vec<Scatter>),
}

impl Scatters {
    /// The columns.
    pub fn columns(&self) -> &[Scatter] {
        match self {
            Self::One(scatter) => std::slice::from_ref(scatter),
            Self::Several(scatters) => scatters,
        }
    }
}

impl Evaluation {
    pub(crate) fn check(&self, path: &Path) -> Result<(), ReportError> {
        for (task, evaluation) in self.tasks.iter() {
            if let Some(confusion) = &evaluation.details.confusion {
                let classes = confusion.labels.len();
                if confusion.counts.len() != classes
                    || confusion.counts.iter().any(|row| row.len() != classes)
                {
                    return Err(ReportError::shape(
                        path,
                        format!(
                            "the confusion matrix of task `{task}` should have {classes} rows and \
                             columns, one for each of its labels"
                        ),
                    ));
                }
            }
            let confused = evaluation
                .details
                .confusion
                .iter()
                .flat_map(|c| c.counts.iter().flatten());
            let before = evaluation
                .details
                .before
                .iter()
                .flat_map(|b| &b.reliability);
            let binned = evaluation.details.reliability.iter().chain(before);
            if !countable(confused.chain(binned.map(|bin| &bin.count))) {
                return Err(ReportError::shape(
                    path,
                    format!("task `{task}` counts more rows than any file has"),
                ));
            }
            if let Some(doubt) = &evaluation.details.doubt {
                for histogram in [&doubt.total, &doubt.epistemic].into_iter().flatten() {
                    histogram.check(path, &format!("the doubt of task `{task}`"))?;
                }
            }
            let scatters = evaluation.details.scatter.as_ref();
            for scatter in scatters.map_or(&[][..], Scatters::columns) {
                if scatter.observed.len() != scatter.predicted.len() {
                    return Err(ReportError::shape(
                        path,
                        format!(
                            "the scatter of task `{task}` has {} observed and {} predicted values",
                            scatter.observed.len(),
                            scatter.predicted.len()
                        ),
                    ));
                }
            }
        }
        Ok(())
    }
}
