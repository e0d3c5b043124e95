//! A trained network with its tasks and preprocessing.

use std::path::Path;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use synaptree_data::{Features, Preprocessing, Split, Table};
use synaptree_kernels::NOISE_FORMAT;
use synaptree_nn::{Network, NetworkConfig, WeightPosterior};
use synaptree_tasks::{Evaluation, TaskTree};

use crate::calibration::Calibration;
use crate::error::ModelError;
use crate::forecast::{Forecast, ForecastOptions, Question, forecast, whole_cycles};
use crate::predictions::Predictions;

/// Raised when the meaning of a field of `config.json` changes.
pub(crate) const FORMAT: u32 = 1;

/// What `config.json` of a model says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    /// The layout of the model folder.
    pub format: u32,
    /// The transform from random bits to noise; predictions with samples depend on it.
    pub noise_format: u32,
    /// The version of synaptree that wrote the model.
    pub version: String,
    /// What the experiment was called.
    pub name: String,
    /// The seed of the run; predictions draw their samples from it.
    pub seed: u64,
    /// The layers.
    pub network: NetworkConfig,
    /// The tasks with their vocabularies.
    pub tasks: TaskTree,
    /// Per task: the residual variance on the validation rows for each column of a regression, which
    /// stands in for the noise of the data where the network does not predict it.
    pub residual: Vec<Option<Vec<f32>>>,
}

impl ModelConfig {
    /// A configuration written by this version.
    pub fn new(
        name: impl Into<String>,
        seed: u64,
        network: NetworkConfig,
        tasks: TaskTree,
    ) -> Self {
        let residual = vec![None; tasks.tasks().len()];
        Self {
            format: FORMAT,
            noise_format: NOISE_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            name: name.into(),
            seed,
            network,
            tasks,
            residual,
        }
    }
}

/// How to predict.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `samples` | 0 | ≥ 0 | Monte Carlo samples; 0 asks the mean network |
/// | `seed` | the model's | | the seed of the samples |
/// | `independent` | false | | draws every sample on its own instead of in pairs of opposite noise |
/// | `tolerance` | none | > 0 | the standard error at which a row gets no more samples |
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Predict {
    /// Monte Carlo samples; 0 asks the mean network. The members of `rank1` and `batch_ensemble` take turns, and the number is
    /// rounded up so that each is asked equally often.
    pub samples: u32,
    /// The seed of the samples; `None` is the model's.
    pub seed: Option<u64>,
    /// Draws every sample on its own instead of in pairs of opposite noise, which have the same distribution and
    /// whose means vary less.
    pub independent: bool,
    /// The standard error at which the answer for a row is settled, and gets no more samples: of every probability, and of a
    /// number in units of its own standard deviation, total doubt included. At least 16 samples are drawn, and at most `samples`.
    ///
    /// ```text
    /// error² = Σ_k (m_k − m)² / (K (K − 1))          m_k the means of K pairs of consecutive samples
    /// ```
    ///
    /// Where samples ask members in turn, the means are those of K cycles of all members (of two cycles, if their number is odd),
    /// and at least eight of these are drawn; two cycles, where every cycle is the same.
    ///
    /// A row's samples are the first ones of the same sequence for all rows, and when they end depends on that row alone.
    pub tolerance: Option<f64>,
}

impl Predict {
    /// Predicts with the mean network.
    pub const fn mean() -> Self {
        Self {
            samples: 0,
            seed: None,
            independent: false,
            tolerance: None,
        }
    }

    /// Whether samples are not all drawn, and in pairs, as a calibration is fitted.
    pub(crate) fn is_another_law(&self) -> bool {
        self.independent || self.tolerance.is_some()
    }

    /// Predicts with this many Monte Carlo samples.
    ///
    /// ```
    /// assert_eq!(synaptree_model::Predict::samples(32).samples, 32);
    /// ```
    pub const fn samples(samples: u32) -> Self {
        Self {
            samples,
            seed: None,
            independent: false,
            tolerance: None,
        }
    }
}

/// A trained network with its tasks and preprocessing.
///
/// It is `Send + Sync`: one model answers on many threads.
#[derive(Debug)]
pub struct Model {
    pub(crate) config: ModelConfig,
    pub(crate) preprocessing: Preprocessing,
    pub(crate) network: Network,
    pub(crate) device: Device,
    pub(crate) calibration: Option<Calibration>,
    pub(crate) posterior: Option<WeightPosterior>,
}

impl Model {
    /// Puts a model together. `network` lies on a device without gradients.
    pub fn new(
        config: ModelConfig,
        preprocessing: Preprocessing,
        network: Network,
        device: Device,
    ) -> Self {
        Self {
            config,
            preprocessing,
            network,
            device,
            calibration: None,
            posterior: None,
        }
    }

    /// The same model with a distribution of its weights, from which samples are drawn.
    pub fn with_posterior(mut self, posterior: Option<WeightPosterior>) -> Self {
        self.posterior = posterior;
        self
    }

    /// The distribution of the weights that was learned or fitted, if any.
    pub fn posterior(&self) -> Option<&WeightPosterior> {
        self.posterior.as_ref()
    }

    /// What `config.json` says.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The tasks.
    pub fn tasks(&self) -> &TaskTree {
        &self.config.tasks
    }

    /// The preprocessing that was fitted on the training rows.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.preprocessing
    }

    /// The network, on a device without gradients.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Whether two samples of the network can differ: by noise, dropout or a distribution of the weights.
    pub fn is_stochastic(&self) -> bool {
        self.posterior.is_some() || self.config.network.is_stochastic()
    }

    /// Predicts every row of a file.
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the file cannot be read or lacks an input column.
    pub fn predict_file(&self, path: &Path, how: Predict) -> Result<Predictions, ModelError> {
        self.predict_table(&self.preprocessing.read(path)?, how)
    }

    /// Predicts every row of a table.
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the table lacks an input column.
    pub fn predict_table(&self, table: &Table, how: Predict) -> Result<Predictions, ModelError> {
        self.predict_rows(table, 0, how)
    }

    /// Predicts the rows of a table, the first of which stands at `first` among all rows.
    pub(crate) fn predict_rows(
        &self,
        table: &Table,
        first: u64,
        how: Predict,
    ) -> Result<Predictions, ModelError> {
        let features = self.preprocessing.apply(table)?;
        self.predict_features(table, &features, first, how)
    }

    /// Predicts rows whose features are known.
    pub(crate) fn predict_features(
        &self,
        table: &Table,
        features: &Features,
        first: u64,
        how: Predict,
    ) -> Result<Predictions, ModelError> {
        let rows: Vec<u64> = (first..).take(features.rows).collect();
        let question = Question {
            features,
            rows: &rows,
            labels: None,
        };
        let answers = self.answer(question, how);
        Ok(Predictions::new(
            self,
            answers,
            self.preprocessing.ids(table)?,
            how,
        ))
    }

    /// Predicts the rows of an encoded split.
    pub fn predict(&self, split: &Split, how: Predict) -> Predictions {
        let answers = self.answer(split.into(), how);
        Predictions::new(self, answers, split.ids.clone(), how)
    }

    /// Distributions and mean losses of an encoded split, before any calibration.
    pub fn forecast(&self, split: &Split, how: Predict) -> Forecast {
        self.ask(split.into(), how)
    }

    /// Compares predictions with the labels of a split.
    pub fn evaluate(&self, split: &Split, how: Predict) -> Evaluation {
        let answers = self.answer(split.into(), how);
        self.evaluate_answers(&answers, &split.labels)
    }

    pub(crate) fn ask(&self, question: Question, how: Predict) -> Forecast {
        let options = ForecastOptions {
            samples: self.samples(how),
            seed: how.seed.unwrap_or(self.config.seed),
            antithetic: !how.independent,
            posterior: self.posterior.as_ref(),
            tolerance: how.tolerance,
        };
        forecast(
            &self.network,
            self.tasks(),
            &question,
            &self.config.residual,
            options,
            &self.device,
        )
    }

    /// Samples of a network without noise and dropout are all the same one.
    pub(crate) fn samples(&self, how: Predict) -> u32 {
        if self.is_stochastic() {
            whole_cycles(&self.config.network, how.samples)
        } else {
            0
        }
    }
}
