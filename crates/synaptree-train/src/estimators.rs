//! How much the noise of the synapses makes gradients vary, estimator by estimator.

use burn::tensor::{Device, Tensor};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::json;
use synaptree_data::Split;
use synaptree_model::table_input;
use synaptree_nn::{
    Draw, Estimator, Network, NetworkConfig, NetworkSpec, Noise, Pass, SynapseSpec,
    load_parameters, parameters,
};
use synaptree_tasks::{Target, TaskTree};

use crate::data::ExperimentData;
use crate::evidence::Evidence;
use crate::gradient::Gradients;
use crate::pruning::spread;
use crate::spec::TrainingSpec;

/// Draws that a variance is taken over.
const DRAWS: u32 = 4;
/// Rows of the batch at most.
const ROWS: usize = 512;

/// How much the gradient of one batch varies between draws of the noise.
///
/// ```text
/// variance of an estimator = Σ_i Var(g_i)          signal = Σ_i (E g_i)²          i over all parameters
/// ```
///
/// Above 1, `variance / signal` says that a step follows the noise more than the data. The batch is the same in every epoch, so
/// nothing but the weights and the noise moves the figures; dropout is off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimatorVariance {
    /// Rows of the batch.
    pub rows: usize,
    /// Draws of the noise that a variance is taken over.
    pub draws: u32,
    /// The squared norm of the mean gradient, without what the draws leave of the noise; 0 where they leave nothing else.
    pub signal: f64,
    /// The variance of each estimator that the noise can be computed by.
    pub variance: IndexMap<String, f64>,
}

/// What measures it.
pub(crate) struct EstimatorProbe<'a> {
    tree: &'a TaskTree,
    evidence: Option<&'a Evidence<'a>>,
    seed: u64,
    device: Device,
    batch: Split,
    /// The network with each estimator.
    configs: Vec<(Estimator, NetworkConfig)>,
}

impl<'a> EstimatorProbe<'a> {
    /// `None` for a network without noise in its synapses.
    pub(crate) fn new(
        config: &NetworkConfig,
        training: &TrainingSpec,
        data: &'a ExperimentData,
        evidence: Option<&'a Evidence<'a>>,
        seed: u64,
        device: Device,
    ) -> Option<Self> {
        let noise = config.synapses.noise;
        if noise == Noise::None {
            return None;
        }
        let with = |estimator| NetworkConfig {
            network: NetworkSpec {
                dropout: 0.0,
                ..config.network.clone()
            },
            synapses: SynapseSpec {
                estimator,
                ..config.synapses.clone()
            },
            ..config.clone()
        };
        let offered = noise.estimators().iter();
        let configs = offered
            .map(|estimator| (*estimator, with(*estimator)))
            .filter(|(_, config)| config.check().is_ok())
            .collect();
        let rows = training.batch_size.rows(data.rows()[0]).min(ROWS);
        Some(Self {
            tree: &data.tree,
            evidence,
            seed,
            device,
            batch: spread(&data.dataset.train, rows),
            configs,
        })
    }

    /// Whether the end of this epoch, counted from 1, is one to measure at: the first, those whose number is a power of four, and the
    /// last. Their number grows with the logarithm of the epochs, whether or not early stopping ends them.
    pub(crate) fn is_due(epoch: usize, last: bool) -> bool {
        let is_power_of_four = epoch.is_power_of_two() && epoch.trailing_zeros().is_multiple_of(2);
        is_power_of_four || last
    }

    /// Measures at the weights of `network`, with these coefficients of the tasks' losses; `None` where no label is in the
    /// batch, or where the weights ran away.
    ///
    /// # Randomness
    ///
    /// The training draws of `step`, from sample 1 on; training takes sample 0.
    pub(crate) fn measure(
        &self,
        network: &Network,
        coefficients: &[Option<f64>],
        step: u64,
    ) -> Option<EstimatorVariance> {
        let weights = parameters(network);
        let mut variance = IndexMap::new();
        let mut signal = Signal::default();
        for (index, (estimator, config)) in self.configs.iter().enumerate() {
            let network = config.init(self.seed, &self.device).ok()?;
            let network = load_parameters(network, weights.clone()).ok()?;
            let mut gradients = Mean::default();
            for draw in 0..DRAWS {
                let draw = Draw {
                    sample: 1 + index as u32 * DRAWS + draw,
                    ..Draw::training(self.seed, step as u32)
                };
                gradients.add(&self.gradient(&network, coefficients, draw)?);
            }
            variance.insert(name(*estimator), gradients.variance());
            if *estimator != Estimator::Moments {
                signal.add(gradients);
            }
        }
        Some(EstimatorVariance {
            rows: self.batch.features.rows,
            draws: DRAWS,
            signal: signal.value(),
            variance,
        })
    }

    /// The gradient of the tasks' losses on the batch; `None` without a label in it.
    fn gradient(
        &self,
        network: &Network,
        coefficients: &[Option<f64>],
        draw: Draw,
    ) -> Option<Gradients> {
        let rows = self.batch.features.rows;
        let input = table_input(&self.batch.features, 0..rows, &self.device);
        let outputs = network.forward(&input, &Pass::training(draw, &self.batch.rows));
        let targets: Vec<Target> = self
            .tree
            .tasks()
            .iter()
            .zip(&self.batch.labels)
            .map(|(task, labels)| {
                Target::new(labels, task, self.batch.row_weight.as_deref(), &self.device)
            })
            .collect();
        let losses = self.tree.losses(&outputs, &targets).into_iter().enumerate();
        let terms = losses.filter_map(|(task, loss)| {
            let likelihood = self.evidence.map_or(1.0, |all| all.likelihood(task));
            let coefficient = coefficients.get(task).copied().flatten().unwrap_or(1.0);
            Some(loss?.value * (coefficient * likelihood))
        });
        let total: Tensor<1> = terms.reduce(|sum, term| sum + term)?;
        Some(Gradients::take(&mut total.backward(), network))
    }
}

/// The sum of gradients and that of their squares.
#[derive(Default)]
struct Mean {
    draws: f64,
    sum: Vec<f64>,
    squares: f64,
}

impl Mean {
    fn add(&mut self, gradients: &Gradients) {
        let values = || gradients.values().flatten().map(|value| f64::from(*value));
        self.draws += 1.0;
        self.squares += values().map(|value| value * value).sum::<f64>();
        if self.sum.is_empty() {
            self.sum = values().collect();
        } else {
            for (sum, value) in self.sum.iter_mut().zip(values()) {
                *sum += value;
            }
        }
    }

    /// Σ Var(g), unbiased.
    fn variance(&self) -> f64 {
        let mean: f64 = self.sum.iter().map(|sum| sum * sum).sum::<f64>() / self.draws;
        ((self.squares - mean) / (self.draws - 1.0)).max(0.0)
    }
}

/// Σ (E g)² of estimators with one expectation: the square of the mean over all draws, less the noise that is left in it.
#[derive(Default)]
struct Signal {
    draws: f64,
    sum: Vec<f64>,
    noise: f64,
}

impl Signal {
    /// Takes the gradients of one estimator; of several no more than their sum is kept.
    fn add(&mut self, one: Mean) {
        self.draws += one.draws;
        self.noise += one.draws * one.variance();
        if self.sum.is_empty() {
            self.sum = one.sum;
        } else {
            for (sum, more) in self.sum.iter_mut().zip(&one.sum) {
                *sum += more;
            }
        }
    }

    fn value(&self) -> f64 {
        let square: f64 = self.sum.iter().map(|sum| sum * sum).sum();
        ((square - self.noise) / (self.draws * self.draws)).max(0.0)
    }
}

/// The name of an estimator in files.
fn name(estimator: Estimator) -> String {
    let name = json!(estimator);
    name.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(draws: &[[f32; 2]]) -> Mean {
        let mut mean = Mean::default();
        for values in draws {
            mean.add(&Gradients::from_values([("w".into(), values.to_vec())]));
        }
        mean
    }

    #[test]
    fn variances_are_those_of_the_sample_and_signals_have_no_noise_left() {
        let first = mean(&[[1.0, 2.0], [3.0, 2.0]]);
        assert!((first.variance() - 2.0).abs() < 1e-12);
        let second = mean(&[[2.0, 1.0], [2.0, 3.0]]);
        // The mean of all is (2, 2), with a noise of 2 · (2 + 2) / 4² = 0.5.
        let mut both = Signal::default();
        both.add(first);
        both.add(second);
        assert!((both.value() - 7.5).abs() < 1e-12);
        let mut none = Signal::default();
        none.add(mean(&[[1.0, 0.0], [-1.0, 0.0]]));
        assert_eq!(none.value(), 0.0);
    }

    #[test]
    fn powers_of_four_and_the_last_epoch_are_measured() {
        let due = (1..=21).filter(|epoch| EstimatorProbe::is_due(*epoch, *epoch == 21));
        assert_eq!(due.collect::<Vec<_>>(), [1, 4, 16, 21]);
    }
}
