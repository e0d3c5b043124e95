//! `synapses.json`: the weights, and what a stochastic synapse puts out.

use std::path::Path;

use serde::Deserialize;

use super::score::{countable, numbers_or_nan};
use crate::error::ReportError;

/// `synapses.json`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Synapses {
    /// The kind of noise; `none` for plain weights.
    pub noise: Option<String>,
    /// How the noisy product is computed.
    pub estimator: Option<String>,
    /// The standard deviation of the noise.
    pub scale: Option<f64>,
    /// The weights, layer by layer.
    pub layers: Vec<LayerWeights>,
    /// What repeated passes through one synapse put out.
    pub outputs: Option<Outputs>,
    /// What leaving out the weakest weights costs.
    pub pruning: Option<Pruning>,
}

/// What leaving out the weights with the weakest signal costs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Pruning {
    /// The split that is scored.
    pub split: String,
    /// The rows that are scored.
    pub rows: u64,
    /// The weights that can be left out.
    pub weights: u64,
    /// The score at each share of weights left out.
    pub points: Vec<PrunedPoint>,
}

/// The score without a share of the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PrunedPoint {
    /// The share of weights that are left out.
    pub pruned: Option<f64>,
    /// The score of the rest.
    pub score: Option<f64>,
}

/// The weights of one layer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct LayerWeights {
    /// Where it stands in the network.
    pub path: String,
    /// How many weights fall into each range.
    pub weights: Histogram,
    /// The mean of the weights.
    #[serde(default)]
    pub mean: Option<f64>,
    /// The standard deviation of the weights.
    #[serde(default)]
    pub std: Option<f64>,
    /// The mean standard deviation of the noise on a weight.
    #[serde(default)]
    pub noise: Option<f64>,
    /// 20 log₁₀(|mean| / deviation) of the weights.
    #[serde(default)]
    pub signal_to_noise: Option<Histogram>,
    /// The share of weights that noise has made useless.
    #[serde(default)]
    pub prunable: Option<f64>,
}

/// What repeated passes through one synapse put out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Outputs {
    /// Which synapse, and what went in.
    #[serde(default)]
    pub description: String,
    /// The ends of the ranges, one more than there are counts; NaN where the weights ran away.
    #[serde(deserialize_with = "numbers_or_nan")]
    pub edges: Vec<f64>,
    /// How many outputs fall into each range.
    pub counts: Vec<u64>,
    /// The mean of the outputs.
    #[serde(default)]
    pub mean: Option<f64>,
    /// The standard deviation of the outputs.
    #[serde(default)]
    pub std: Option<f64>,
}

impl Outputs {
    /// Edges and counts together.
    pub fn histogram(&self) -> Histogram {
        Histogram {
            edges: self.edges.clone(),
            counts: self.counts.clone(),
            mean: self.mean,
        }
    }
}

/// Counts of values in adjoining ranges.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Histogram {
    /// The ends of the ranges, one more than there are counts; NaN where the weights ran away.
    #[serde(deserialize_with = "numbers_or_nan")]
    pub edges: Vec<f64>,
    /// The counts.
    pub counts: Vec<u64>,
    /// The mean of the values, where it is stored.
    #[serde(default)]
    pub mean: Option<f64>,
}

impl Histogram {
    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether every edge is a number; training that diverged leaves others behind.
    pub fn is_finite(&self) -> bool {
        self.edges.iter().all(|edge| edge.is_finite())
    }

    pub(super) fn check(&self, path: &Path, what: &str) -> Result<(), ReportError> {
        let rising = self.edges.windows(2).all(|pair| pair[0] <= pair[1]) || !self.is_finite();
        if self.edges.len() == self.counts.len() + 1 && rising && countable(&self.counts) {
            return Ok(());
        }
        let reason = format!(
            "the histogram of {what} should have rising edges, one more than counts; it has {} \
             edges and {} counts",
            self.edges.len(),
            self.counts.len()
        );
        Err(ReportError::shape(path, reason))
    }
}

impl Synapses {
    pub(crate) fn check(&self, path: &Path) -> Result<(), ReportError> {
        for layer in &self.layers {
            layer
                .weights
                .check(path, &format!("layer `{}`", layer.path))?;
            if let Some(ratios) = &layer.signal_to_noise {
                ratios.check(path, &format!("the signal of layer `{}`", layer.path))?;
            }
        }
        match &self.outputs {
            Some(outputs) => outputs.histogram().check(path, "the outputs"),
            None => Ok(()),
        }
    }
}
