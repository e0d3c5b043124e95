//! What turns the losses of a step into an evidence lower bound, where distributions of weights are learned.

use synaptree_nn::SynapseSpec;

use crate::data::ExperimentData;
use crate::spec::{Regime, TrainingSpec};

/// The weights of likelihood and divergence in the loss of a step.
///
/// ```text
/// loss = Σ_t w_t (N_t / N) · mean over observed (nll_t) + (kl_weight / N) · KL
/// ```
///
/// `N` is the number of training rows, `N_t` that of the rows with a label of task t, `w_t` the coefficient that
/// `[weighting]` gives the task. Where a step visits one task, its likelihood is divided by the probability of the visit,
/// `N_t / Σ N_t`. An optimizer that learns a distribution of the weights brings its divergence itself.
#[derive(Clone, Debug)]
pub(crate) struct Evidence<'a> {
    spec: &'a SynapseSpec,
    rows: f64,
    /// `N_t / N`, divided by the probability of a visit.
    likelihood: Vec<f64>,
}

impl<'a> Evidence<'a> {
    /// `None` where nothing is learned but plain weights.
    pub(crate) fn new(
        synapses: &'a SynapseSpec,
        training: &TrainingSpec,
        data: &ExperimentData,
    ) -> Option<Self> {
        if !synapses.noise.has_divergence() && !training.optimizer.is_variational() {
            return None;
        }
        let rows = data.rows()[0].max(1) as f64;
        let tasks = data.tree.tasks().len();
        let observed = (0..tasks).map(|task| data.observed("train", task).unwrap_or(0) as f64);
        let observed: Vec<f64> = observed.collect();
        let all: f64 = observed.iter().sum();
        let likelihood = match training.regime {
            Regime::Joint => observed.iter().map(|n| n / rows).collect(),
            Regime::Alternating | Regime::Sampled => vec![all / rows; tasks],
        };
        Some(Self {
            spec: synapses,
            rows,
            likelihood,
        })
    }

    /// The factor on the mean loss of a task.
    pub(crate) fn likelihood(&self, task: usize) -> f64 {
        self.likelihood[task]
    }

    /// The factor on the divergence in an epoch, counted from 0.
    pub(crate) fn divergence(&self, epoch: usize) -> f64 {
        self.spec.kl_weight_at(epoch) / self.rows
    }

    /// Nats per training row of a divergence.
    pub(crate) fn per_row(&self, divergence: f64) -> f64 {
        divergence / self.rows
    }
}
