//! `metrics.jsonl`: the course of training.

use serde::Deserialize;

use super::ordered::Ordered;

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
    /// The learning rate.
    pub learning_rate: Option<f64>,
    /// The mean of the headline metrics.
    pub score: Option<f64>,
    /// Seconds since training started.
    pub seconds: Option<f64>,
}
