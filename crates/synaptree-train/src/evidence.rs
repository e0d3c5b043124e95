//! What turns the losses of a step into an evidence lower bound, where distributions of weights are learned.

use synaptree_nn::SynapseSpec;
use synaptree_tasks::Reduction;

use crate::data::ExperimentData;
use crate::spec::{Regime, TrainingSpec};

/// The weights of likelihood and divergence in the loss of a step.
///
/// ```text
/// loss = Σ_t w_t (N_t / N) · mean over observed (nll_t) + (kl_weight / N) · KL
/// ```
///
/// `N` is the number of training rows, `N_t` that of the labels of task t: a row of a task with several columns has one of
/// each, and its likelihood is their product. `w_t` is the coefficient that `[weighting]` gives the task. Where a step visits
/// one task, its likelihood is divided by the probability of the visit, the share of the task in all rows with labels. An
/// optimizer that learns a distribution of the weights brings its divergence itself.
#[derive(Clone, Debug)]
pub(crate) struct Evidence<'a> {
    spec: &'a SynapseSpec,
    /// The epochs of the whole training.
    epochs: usize,
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
        let counts = (0..tasks).map(|task| {
            let observed = data.observed("train", task).unwrap_or(0) as f64;
            let entries = match data.tree.tasks()[task].loss.reduction() {
                Reduction::Mean => data.entries(task) as f64,
                // The step has added up the columns already.
                Reduction::Sum => observed,
            };
            [observed, entries]
        });
        Some(Self {
            spec: synapses,
            epochs: training.epochs,
            rows,
            likelihood: likelihoods(rows, &counts.collect::<Vec<_>>(), training.regime),
        })
    }

    /// The factor on the mean loss of a task.
    pub(crate) fn likelihood(&self, task: usize) -> f64 {
        self.likelihood[task]
    }

    /// The factor on the divergence in an epoch, counted from 0.
    pub(crate) fn divergence(&self, epoch: usize) -> f64 {
        self.spec.kl_weight_at(epoch, self.epochs) / self.rows
    }

    /// Nats per training row of a divergence.
    pub(crate) fn per_row(&self, divergence: f64) -> f64 {
        divergence / self.rows
    }
}

/// The factors on the mean losses, from the rows with a label and the labels of each task.
fn likelihoods(rows: f64, counts: &[[f64; 2]], regime: Regime) -> Vec<f64> {
    let all: f64 = counts.iter().map(|[observed, _]| observed).sum();
    let factor = |[observed, entries]: &[f64; 2]| match regime {
        Regime::Joint => entries / rows,
        Regime::Alternating | Regime::Sampled if *observed == 0.0 => 0.0,
        Regime::Alternating | Regime::Sampled => (entries / rows) / (observed / all),
    };
    counts.iter().map(factor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One column in half of 100 rows; three columns in 80 rows, of which 20 lack one.
    const COUNTS: [[f64; 2]; 2] = [[50.0, 50.0], [80.0, 220.0]];

    #[test]
    fn a_rows_likelihood_is_the_product_over_its_columns() {
        let joint = likelihoods(100.0, &COUNTS, Regime::Joint);
        assert_eq!(joint, [0.5, 2.2]);
    }

    #[test]
    fn visits_of_single_tasks_add_up_to_the_joint_loss() {
        for regime in [Regime::Alternating, Regime::Sampled] {
            let factors = likelihoods(100.0, &COUNTS, regime);
            let visits = COUNTS.map(|[observed, _]| observed / 130.0);
            let expected: Vec<f64> = factors.iter().zip(visits).map(|(f, v)| f * v).collect();
            assert!((expected[0] - 0.5).abs() < 1e-12 && (expected[1] - 2.2).abs() < 1e-12);
        }
    }
}
