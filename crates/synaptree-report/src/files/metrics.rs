//! `metrics.jsonl`: the course of training.

use std::path::Path;

use serde::Deserialize;

use super::ordered::Ordered;
use super::{bytes, lines};
use crate::error::ReportError;

/// One line of `metrics.jsonl`: a look at the training or validation rows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct MetricsLine {
    /// The epoch.
    pub epoch: u64,
    /// Optimizer steps so far.
    pub step: u64,
    /// `train` or `validation`.
    pub split: String,
    /// The loss of each task.
    pub losses: Ordered<Option<f64>>,
    /// The metrics of each task.
    pub metrics: Ordered<Ordered<Option<f64>>>,
    /// The weight of each task in the objective.
    pub weights: Ordered<Option<f64>>,
    /// The variance of the gradient of recent steps, summed over the parameters.
    pub gradient_variance: Option<f64>,
    /// How much the noise of the synapses makes gradients vary.
    pub estimators: Option<EstimatorsLine>,
    /// The learning rate.
    pub learning_rate: Option<f64>,
    /// The mean of the headline metrics.
    pub score: Option<f64>,
    /// Seconds since training started.
    pub seconds: Option<f64>,
}

/// The variance of the gradient of one batch between draws of the noise.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct EstimatorsLine {
    /// Rows of the batch.
    pub rows: u64,
    /// The squared norm of the mean gradient.
    pub signal: Option<f64>,
    /// The variance of each estimator, summed over the parameters.
    pub variance: Ordered<Option<f64>>,
}

impl MetricsLine {
    /// The lines of the run in the folder `run`; none where it has no such file.
    ///
    /// # Errors
    ///
    /// [`ReportError::Read`] and [`ReportError::Json`] if the file is damaged.
    pub fn of_run(run: &Path) -> Result<Vec<Self>, ReportError> {
        let path = run.join("metrics.jsonl");
        let text = bytes(&path)?.unwrap_or_default();
        Ok(lines(&path, &text)?.0)
    }
}
