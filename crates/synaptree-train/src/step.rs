//! One training step: forward, losses, combination, backward, clip, noise, move.

use std::ops::Range;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_data::Split;
use synaptree_model::table_input;
use synaptree_nn::{Draw, Network, Pass, with_running_of};
use synaptree_tasks::weighting::{Combination, Signals};
use synaptree_tasks::{Target, TaskTree, Weighting};

use crate::error::TrainError;
use crate::evidence::Evidence;
use crate::gradient::Gradients;
use crate::optimizer::Optimizer;
use crate::spec::TrainingSpec;

/// What a step needs besides the network.
pub(crate) struct Step<'a> {
    pub(crate) tree: &'a TaskTree,
    pub(crate) spec: &'a TrainingSpec,
    pub(crate) seed: u64,
    /// A device with gradients.
    pub(crate) device: &'a Device,
    /// The rows of the batch.
    pub(crate) batch: &'a Split,
    /// The one task that this step looks at; `None` is all of them.
    pub(crate) only: Option<usize>,
    /// The step, from 0.
    pub(crate) number: u64,
    /// The epoch, from 0.
    pub(crate) epoch: usize,
    /// The learning rate after the schedule.
    pub(crate) learning_rate: f64,
    /// Weights of likelihood and divergence, where distributions of weights are learned.
    pub(crate) evidence: Option<&'a Evidence<'a>>,
}

/// What a step reports.
pub(crate) struct StepResult {
    /// The sum of the loss's terms and of their weights for each task; `None` without a label in the batch.
    pub(crate) losses: Vec<Option<(f64, f64)>>,
    /// Coefficient of each task's loss; `None` without a label in the batch.
    pub(crate) weights: Vec<Option<f64>>,
}

impl Step<'_> {
    /// Moves the network by one step.
    pub(crate) fn run(
        &self,
        network: Network,
        optimizer: &mut Optimizer,
        weighting: &mut dyn Weighting,
    ) -> Result<(Network, StepResult), TrainError> {
        let tasks = self.tree.tasks();
        // A network draws at most 2³² times, one a step.
        let draw = Draw::training(self.seed, self.number as u32);
        let sampled = match self.spec.flatness {
            Some(flatness) => Some(flatness.moved(&network, self.seed, draw.step)),
            None => optimizer.sample(&network, draw),
        };
        let asked = sampled.as_ref().unwrap_or(&network);
        let rows = self.batch.features.rows;
        let forward = |network: &Network, rows: Range<usize>| {
            let input = table_input(&self.batch.features, rows.clone(), self.device);
            network.forward(&input, &Pass::training(draw, &self.batch.rows[rows]))
        };
        // Where the gradient is taken at two places, each of them sees its own rows.
        let split = self
            .spec
            .flatness
            .filter(|flatness| flatness.share < 1.0 && rows > 1);
        let half = rows.div_ceil(2);
        let outputs = match split {
            Some(_) => forward(asked, 0..half)
                .into_iter()
                .zip(forward(&network, half..rows))
                .map(|(moved, still)| Tensor::cat(vec![moved, still], 0))
                .collect(),
            None => forward(asked, 0..rows),
        };
        let weights = split.map(|flatness| self.shares(flatness.share, half));
        let row_weight = weights.as_deref().or(self.batch.row_weight.as_deref());
        let targets: Vec<Target> = tasks
            .iter()
            .zip(&self.batch.labels)
            .map(|(task, labels)| Target::new(labels, task, row_weight, self.device))
            .collect();
        let losses = self.tree.losses(&outputs, &targets);

        let mut result = StepResult {
            losses: vec![None; tasks.len()],
            weights: vec![None; tasks.len()],
        };
        let mut signals = Signals {
            step: self.number,
            epoch: self.epoch as u64,
            ..Signals::default()
        };
        let mut tensors = Vec::new();
        for (index, loss) in losses.into_iter().enumerate() {
            let Some(loss) = loss else { continue };
            if self.only.is_some_and(|only| only != index) {
                continue;
            }
            let value = f64::from(loss.value.clone().into_scalar::<f32>());
            if !value.is_finite() {
                return Err(self.not_finite(format!("the loss of task `{}`", tasks[index].name)));
            }
            result.losses[index] = Some((loss.sum_of(value), loss.weight));
            signals.active.push(index);
            signals.losses.push(value);
            tensors.push(loss.value);
        }
        if tensors.is_empty() {
            return Ok((network, result));
        }

        let coefficients = match weighting.combine(&signals) {
            Combination::Losses(coefficients) => coefficients,
            // The methods of this release ask for no gradients, so none can be combined.
            Combination::Coefficients(_) | Combination::Gradients(_) => {
                unreachable!("`{}` asked for no gradients", weighting.name())
            }
        };
        let mut total: Option<Tensor<1>> = None;
        for ((index, loss), coefficient) in signals.active.iter().zip(tensors).zip(&coefficients) {
            result.weights[*index] = Some(*coefficient);
            let likelihood = self
                .evidence
                .map_or(1.0, |evidence| evidence.likelihood(*index));
            let factor = coefficient * likelihood;
            let term = if factor == 1.0 {
                loss
            } else {
                loss.mul_scalar(factor)
            };
            total = Some(match total {
                Some(sum) => sum + term,
                None => term,
            });
        }
        let Some(mut total) = total else {
            return Ok((network, result));
        };
        if let Some(evidence) = self.evidence
            && let Some(divergence) = network.divergence(Some(draw))
        {
            total = total + divergence * evidence.divergence(self.epoch);
        }
        let mut tape = total.backward();
        let mut gradients = Gradients::take(&mut tape, asked);
        if self.spec.flatness.is_some() {
            // Half of the rows, or the divergence alone.
            gradients.add(Gradients::take(&mut tape, &network));
        }
        drop(tape);
        if let Some(path) = gradients.first_not_finite() {
            return Err(self.not_finite(format!("the gradient of `{path}`")));
        }
        if let Some(clip) = self.spec.gradient_clip {
            gradients.clip(clip);
        }
        if let Some(noise) = self.spec.gradient_noise {
            gradients.disturb(noise, self.seed, self.number as u32);
        }
        let network = match &sampled {
            // The pass has moved the running statistics of the copy.
            Some(sampled) if split.is_none() => with_running_of(network, sampled),
            _ => network,
        };
        let network = optimizer.step(network, gradients, self.learning_rate);
        Ok((network, result))
    }

    /// The weight of every row where the first `half` has this share in the gradient.
    fn shares(&self, share: f64, half: usize) -> Vec<f32> {
        (0..self.batch.features.rows)
            .map(|row| {
                let own = self
                    .batch
                    .row_weight
                    .as_ref()
                    .map_or(1.0, |weights| weights[row]);
                let part = if row < half { share } else { 1.0 - share };
                own * 2.0 * part as f32
            })
            .collect()
    }

    fn not_finite(&self, what: String) -> TrainError {
        TrainError::NotFinite {
            what,
            step: self.number,
            epoch: self.epoch + 1,
            learning_rate: self.learning_rate,
        }
    }
}

/// The network on a device without gradients, sharing its buffers until either side changes.
pub(crate) fn plain(network: &Network) -> Network {
    network.valid()
}
