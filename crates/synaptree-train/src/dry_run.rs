//! One batch of everything, before hours are spent: `train --dry-run`.

use std::collections::BTreeSet;
use std::time::Instant;

use burn::tensor::Device;
use indexmap::IndexMap;
use serde::Serialize;
use synaptree_data::{BatchPlan, Split};
use synaptree_model::table_input;
use synaptree_nn::{Draw, Network, Pass, is_running, parameters};
use synaptree_tasks::{Labels, Target};

use crate::data::ExperimentData;
use crate::describe::trainable;
use crate::error::TrainError;
use crate::evidence::Evidence;
use crate::experiment::Experiment;
use crate::gradient::Gradients;
use crate::memory;
use crate::optimizer::Optimizer;
use crate::spec::Regime;
use crate::step::Step;
use crate::train::network_config;

/// What a dry run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// Rows of training, validation and test.
    pub rows: [usize; 3],
    /// Numbers that training changes.
    pub parameters: usize,
    /// Path and shape of every layer's parameters.
    pub layers: Vec<(String, Vec<usize>)>,
    /// One batch of each split: training, validation, test and calibration, those that there are.
    pub batches: Vec<DryBatch>,
    /// Parameters that no loss of the first batch reaches.
    pub without_gradient: Vec<String>,
    /// What training keeps in memory.
    pub memory: MemoryEstimate,
    /// How long training will take.
    pub time: TimeEstimate,
}

/// One batch of a split.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryBatch {
    /// The split.
    pub split: String,
    /// Rows of the batch.
    pub rows: usize,
    /// The loss of each task; none without a label in the batch.
    pub losses: IndexMap<String, Option<f64>>,
}

/// Bytes that training keeps in memory, counted from shapes; the program itself comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryEstimate {
    /// The encoded rows of all splits.
    pub data: usize,
    /// Weights, their gradients and what the optimizer remembers of each.
    pub network: usize,
    /// The units of one batch: values, values before the activation, and gradients.
    pub batch: usize,
}

impl MemoryEstimate {
    /// Everything together.
    pub const fn total(&self) -> usize {
        self.data + self.network + self.batch
    }
}

/// Seconds, from two steps and one look at the validation rows on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeEstimate {
    /// Steps of an epoch.
    pub steps_per_epoch: usize,
    /// One step.
    pub step: f64,
    /// One epoch with its look at the validation rows.
    pub epoch: f64,
    /// All epochs; early stopping and `time_limit` may end them before.
    pub run: f64,
}

/// Runs the first batch of every split forward, that of training also backward and twice through a
/// whole step; nothing is written.
///
/// Where the first training batch has no label of some task, two rows with one are added, so that
/// every parameter can receive a gradient.
///
/// # Errors
///
/// [`TrainError`], among them [`TrainError::Memory`] for a network that does not fit into memory and
/// [`TrainError::NotFinite`] for a loss or gradient that is not finite.
pub fn dry_run(experiment: &Experiment, data: &ExperimentData) -> Result<DryRun, TrainError> {
    let spec = experiment.spec();
    let device = Device::flex().autodiff();
    let config = network_config(experiment, data);
    memory::check(&config, &spec.training, data)?;
    let network = config.init(spec.seed, &device)?;
    let train = &data.dataset.train;
    let plan = BatchPlan {
        batch_size: spec.training.batch_size.rows(train.features.rows),
        shuffle: spec.training.shuffle,
        seed: spec.seed,
    };
    let steps = match (&data.stream, spec.training.regime) {
        (Some(stream), _) => stream.labelled().div_ceil(plan.batch_size),
        (None, Regime::Joint) => plan.joint(train, 0).len(),
        (None, Regime::Alternating) => plan.alternating(train, 0).len(),
        (None, Regime::Sampled) => plan.sampled(train, 0).len(),
    };
    let batch = train.select(&first_rows(train, &plan));
    let one = Batch {
        experiment,
        data,
        network: &network,
        device: &device,
    };
    let (first, without_gradient) = one.backward(&batch)?;
    let mut batches = vec![first];
    let mut look = 0.0;
    for (name, split) in [
        ("validation", data.dataset.validation.as_ref()),
        ("test", data.dataset.test.as_ref()),
        ("calibration", data.dataset.calibration.as_ref()),
    ] {
        let Some(split) = split else { continue };
        let some = head(split, plan.batch_size);
        let began = Instant::now();
        batches.push(one.forward(name, &some)?);
        if name == "validation" {
            let share = split.len() as f64 / some.len().max(1) as f64;
            look = began.elapsed().as_secs_f64() * share / spec.training.evaluate_every as f64;
        }
    }
    let step = one.time_of_a_step(&batch)?;
    let epoch = step * steps as f64 + look;
    let layers: Vec<(String, Vec<usize>)> = parameters(&network)
        .into_iter()
        .map(|(path, _, values)| (path, values.shape().to_vec()))
        .collect();
    let units: usize = layers
        .iter()
        .filter(|(_, shape)| shape.len() == 2)
        .map(|(_, shape)| shape[1])
        .sum();
    let parameters = trainable(&network);
    Ok(DryRun {
        rows: data.rows(),
        parameters,
        layers,
        batches,
        without_gradient,
        memory: MemoryEstimate {
            data: data_bytes(data),
            network: memory::of_network(parameters, &spec.training),
            batch: memory::of_batch(units, batch.len()),
        },
        time: TimeEstimate {
            steps_per_epoch: steps,
            step,
            epoch,
            run: epoch * spec.training.epochs as f64,
        },
    })
}

/// What a batch is run through.
struct Batch<'a> {
    experiment: &'a Experiment,
    data: &'a ExperimentData,
    network: &'a Network,
    device: &'a Device,
}

impl Batch<'_> {
    fn forward(&self, name: &str, split: &Split) -> Result<DryBatch, TrainError> {
        Ok(self.losses(name, split, &Pass::mean(&split.rows))?.0)
    }

    /// The losses of a training batch, and the parameters that they do not reach.
    fn backward(&self, split: &Split) -> Result<(DryBatch, Vec<String>), TrainError> {
        let draw = Draw::training(self.experiment.spec().seed, 0);
        let (found, total) = self.losses("train", split, &Pass::training(draw, &split.rows))?;
        let Some(total) = total else {
            return Ok((found, Vec::new()));
        };
        let gradients = Gradients::take(&mut total.backward(), self.network);
        if let Some(path) = gradients.first_not_finite() {
            return Err(self.not_finite(format!("the gradient of `{path}`")));
        }
        let reached: BTreeSet<&str> = gradients.paths().collect();
        let without_gradient = parameters(self.network)
            .into_iter()
            .map(|(path, _, _)| path)
            // Running statistics follow the batches and have no gradient by nature.
            .filter(|path| !is_running(path) && !reached.contains(path.as_str()))
            .collect();
        Ok((found, without_gradient))
    }

    fn losses(
        &self,
        name: &str,
        split: &Split,
        pass: &Pass<'_>,
    ) -> Result<(DryBatch, Option<burn::tensor::Tensor<1>>), TrainError> {
        let tree = &self.data.tree;
        let input = table_input(&split.features, 0..split.features.rows, self.device);
        let outputs = self.network.forward(&input, pass);
        let row_weight = split.row_weight.as_deref();
        let targets: Vec<Target> = tree
            .tasks()
            .iter()
            .zip(&split.labels)
            .map(|(task, labels)| Target::new(labels, task, row_weight, self.device))
            .collect();
        let mut losses = IndexMap::new();
        let mut total = None;
        for (task, loss) in tree.tasks().iter().zip(tree.losses(&outputs, &targets)) {
            let value = loss
                .as_ref()
                .map(|loss| f64::from(loss.value.clone().into_scalar::<f32>()));
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(self.not_finite(format!(
                    "the loss of task `{}` on the {name} rows",
                    task.name
                )));
            }
            losses.insert(task.name.clone(), value);
            if let Some(loss) = loss {
                total = Some(match total {
                    Some(sum) => sum + loss.value,
                    None => loss.value,
                });
            }
        }
        let found = DryBatch {
            split: name.to_owned(),
            rows: split.len(),
            losses,
        };
        Ok((found, total))
    }

    /// Seconds of the second of two steps: the first one has to warm up.
    fn time_of_a_step(&self, batch: &Split) -> Result<f64, TrainError> {
        let spec = self.experiment.spec();
        let mut optimizer =
            Optimizer::new(spec.training.optimizer.clone()).for_rows(self.data.rows()[0]);
        let mut weighting = spec.weighting.build(&self.data.tree);
        let mut network = self.network.clone();
        let evidence = Evidence::new(&spec.synapses, &spec.training, self.data);
        let mut seconds = 0.0;
        for number in 0..2 {
            let step = Step {
                tree: &self.data.tree,
                spec: &spec.training,
                seed: spec.seed,
                device: self.device,
                batch,
                only: None,
                number,
                epoch: 0,
                learning_rate: spec.training.optimizer.learning_rate(),
                evidence: evidence.as_ref(),
            };
            let began = Instant::now();
            (network, _) = step.run(network, &mut optimizer, weighting.as_mut())?;
            seconds = began.elapsed().as_secs_f64();
        }
        Ok(seconds)
    }

    fn not_finite(&self, what: String) -> TrainError {
        TrainError::NotFinite {
            what,
            step: 0,
            epoch: 1,
            learning_rate: self.experiment.spec().training.optimizer.learning_rate(),
        }
    }
}

/// The rows of the first batch, and two with a label of each task that has none among them.
fn first_rows(train: &Split, plan: &BatchPlan) -> Vec<u32> {
    let first = plan.joint(train, 0).into_iter().next();
    let mut rows = first.map(|batch| batch.rows).unwrap_or_default();
    for labels in &train.labels {
        if !rows.iter().any(|&row| labels.is_observed(row as usize)) {
            let observed = (0..train.len()).filter(|&row| labels.is_observed(row));
            rows.extend(observed.take(2).map(|row| row as u32));
        }
    }
    rows
}

fn head(split: &Split, rows: usize) -> Split {
    let rows: Vec<u32> = (0..split.features.rows.min(rows) as u32).collect();
    split.select(&rows)
}

/// Bytes of the encoded rows.
fn data_bytes(data: &ExperimentData) -> usize {
    let of = |split: &Split| {
        let labels: usize = split
            .labels
            .iter()
            .map(|labels| match labels {
                Labels::Classes(classes) => 4 * classes.len(),
                Labels::Real { values, .. } => 4 * values.len(),
                Labels::Nodes { values, .. } => values.len(),
                Labels::Sets(sets) => sets.iter().flatten().map(|set| 24 + 4 * set.len()).sum(),
            })
            .sum();
        4 * (split.features.numbers.len() + split.features.categories.len())
            + labels
            + 8 * split.rows.len()
    };
    ["train", "validation", "test", "calibration"]
        .into_iter()
        .filter_map(|name| data.split(name))
        .map(of)
        .sum()
}
