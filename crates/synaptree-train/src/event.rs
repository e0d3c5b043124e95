//! What training tells whoever listens.

use std::path::PathBuf;

use indexmap::IndexMap;
use synaptree_tasks::Evaluation;

use crate::estimators::EstimatorVariance;

/// Something that happened in a run.
///
/// A callback receives every event by reference; it cannot change the run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// The run folder is made, the data are read, the network stands.
    Started {
        /// Where the run is written.
        folder: PathBuf,
        /// The seed.
        seed: u64,
        /// Rows of training, validation and test.
        rows: [usize; 3],
        /// Numbers that training changes.
        parameters: usize,
        /// Epochs that are planned.
        epochs: usize,
        /// Epochs that were done before, when the run continues.
        resumed_epochs: usize,
        /// Remarks about data and experiment.
        warnings: Vec<String>,
    },
    /// A step is done.
    Step {
        /// The epoch, from 1.
        epoch: usize,
        /// The batch within the epoch, from 1.
        batch: usize,
        /// Batches of this epoch.
        batches: usize,
    },
    /// An epoch is done.
    Epoch(Box<EpochReport>),
    /// Training ended; final figures follow.
    Evaluating {
        /// Epochs done.
        epochs: usize,
        /// The epoch whose weights are kept.
        best_epoch: usize,
        /// Whether early stopping ended it.
        stopped_early: bool,
        /// Whether `time_limit` ended it.
        out_of_time: bool,
    },
    /// The run is complete.
    Finished {
        /// Where it lies.
        folder: PathBuf,
    },
    /// The run was asked to stop and saved its state.
    Interrupted {
        /// Where it lies.
        folder: PathBuf,
    },
}

/// The figures of one epoch.
#[derive(Debug, Clone)]
pub struct EpochReport {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Steps so far.
    pub step: u64,
    /// Mean training loss of each task; a task without labels in the epoch has none.
    pub losses: IndexMap<String, f64>,
    /// Coefficient of each task's loss in the last step.
    pub weights: IndexMap<String, f64>,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// Mean validation loss of each task, where there are validation rows.
    pub validation_losses: IndexMap<String, f64>,
    /// Nats per training row between the learned distributions of the weights and their prior; apart from the losses, and
    /// before its weight.
    pub divergence: Option<f64>,
    /// The variance of the gradient of recent steps, summed over the parameters, from what Adam remembers; see
    /// [`Optimizer::gradient_variance`](crate::Optimizer::gradient_variance).
    pub gradient_variance: Option<f64>,
    /// How much the noise of the synapses makes gradients vary, at the epochs where it is measured.
    pub estimators: Option<EstimatorVariance>,
    /// Metrics on the validation rows.
    pub validation: Option<Evaluation>,
    /// Whether this epoch is the best so far.
    pub best: bool,
    /// Seconds of training so far.
    pub seconds: f64,
    /// Seconds that the steps of this epoch waited for their rows; of an epoch that was resumed, those since then.
    pub waited: f64,
}
