//! One batch of everything, before hours are spent: `train --dry-run`.

use burn::tensor::Device;
use serde::Serialize;
use synaptree_data::BatchPlan;
use synaptree_model::table_input;
use synaptree_nn::{Draw, Pass, parameters};
use synaptree_tasks::Target;

use crate::data::ExperimentData;
use crate::describe::trainable;
use crate::error::TrainError;
use crate::experiment::Experiment;
use crate::gradient::Gradients;
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
    /// The loss of each task on the first batch; none without a label in it.
    pub losses: Vec<(String, Option<f64>)>,
    /// Parameters that no loss of the first batch reaches.
    pub without_gradient: Vec<String>,
}

/// Runs the first batch forward and backward, and one batch of validation and test forward;
/// nothing is written.
///
/// # Errors
///
/// [`TrainError`], among them [`TrainError::NotFinite`] for a loss or gradient that is not finite.
pub fn dry_run(experiment: &Experiment, data: &ExperimentData) -> Result<DryRun, TrainError> {
    let spec = experiment.spec();
    let device = Device::flex().autodiff();
    let network = network_config(experiment, data).init(spec.seed, &device)?;
    let train = &data.dataset.train;
    let plan = BatchPlan {
        batch_size: spec.training.batch_size.rows(train.features.rows),
        shuffle: spec.training.shuffle,
        seed: spec.seed,
    };
    let not_finite = |what: String| TrainError::NotFinite {
        what,
        step: 0,
        epoch: 1,
        learning_rate: spec.training.optimizer.learning_rate(),
    };
    let mut losses = Vec::new();
    let mut total = None;
    let tasks = data.tree.tasks();
    let first = plan.joint(train, 0).into_iter().next();
    let splits = [
        first.map(|batch| train.select(&batch.rows)),
        data.dataset
            .validation
            .as_ref()
            .map(|s| head(s, plan.batch_size)),
        data.dataset.test.as_ref().map(|s| head(s, plan.batch_size)),
    ];
    for (n, split) in splits.into_iter().enumerate() {
        let Some(split) = split else { continue };
        let input = table_input(&split.features, 0..split.features.rows, &device);
        let pass = if n == 0 {
            Pass::training(Draw::training(spec.seed, 0), &split.rows)
        } else {
            Pass::mean(&split.rows)
        };
        let outputs = network.forward(&input, &pass);
        let targets: Vec<Target> = tasks
            .iter()
            .zip(&split.labels)
            .map(|(task, labels)| Target::new(labels, task, split.row_weight.as_deref(), &device))
            .collect();
        for (task, loss) in tasks.iter().zip(data.tree.losses(&outputs, &targets)) {
            let value = loss
                .as_ref()
                .map(|loss| f64::from(loss.value.clone().into_scalar::<f32>()));
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(not_finite(format!("the loss of task `{}`", task.name)));
            }
            if n > 0 {
                continue;
            }
            losses.push((task.name.clone(), value));
            if let Some(loss) = loss {
                total = Some(match total {
                    Some(sum) => sum + loss.value,
                    None => loss.value,
                });
            }
        }
    }
    let mut without_gradient = Vec::new();
    if let Some(total) = total {
        let gradients = Gradients::take(&mut total.backward(), &network);
        if let Some(path) = gradients.first_not_finite() {
            return Err(not_finite(format!("the gradient of `{path}`")));
        }
        let reached: std::collections::BTreeSet<&str> = gradients.paths().collect();
        without_gradient = parameters(&network)
            .into_iter()
            .map(|(path, _, _)| path)
            // Running statistics follow the batches and have no gradient by nature.
            .filter(|path| !is_running_statistic(path) && !reached.contains(path.as_str()))
            .collect();
    }
    Ok(DryRun {
        rows: data.rows(),
        parameters: trainable(&network),
        layers: parameters(&network)
            .into_iter()
            .map(|(path, _, values)| (path, values.shape().to_vec()))
            .collect(),
        losses,
        without_gradient,
    })
}

fn is_running_statistic(path: &str) -> bool {
    path.rsplit('.')
        .next()
        .is_some_and(|name| name.starts_with("running_"))
}

fn head(split: &synaptree_data::Split, rows: usize) -> synaptree_data::Split {
    let rows: Vec<u32> = (0..split.features.rows.min(rows) as u32).collect();
    split.select(&rows)
}
