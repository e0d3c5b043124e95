//! One network for a tree of related tasks, with stochastic synapses.
//!
//! What the command does, in five lines:
//!
//! ```
//! use synaptree::{Experiment, Model, Predict};
//! # let folder = tempfile::tempdir()?;
//! # let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/animals/animals.toml");
//! # let overrides = ["training.epochs=2".to_owned()];
//!
//! # let experiment = Experiment::read_with(example, &overrides)?;
//! # #[cfg(any())]
//! let experiment = Experiment::read("examples/animals/animals.toml")?;
//! let data = experiment.load_data()?;
//! # std::env::set_current_dir(folder.path())?;
//! let run = experiment.train(&data, |event| drop(event))?;
//! let predictions = run.model.predict(&data.dataset.train, Predict::samples(32));
//! run.model.save("animals-model")?;
//! let model = Model::load("animals-model")?;
//! # assert_eq!(predictions.rows(), data.rows()[0]);
//! # assert_eq!(model.tasks(), run.model.tasks());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Below that the parts compose without an experiment file: [`StochasticSynapses`] on any Burn
//! module, the losses and metrics of a [`TaskTree`] on plain tensors, and [`Network`] with heads of
//! your own. Each crate that is re-exported here can be used alone.
#![recursion_limit = "256"]

pub use synaptree_config::{
    Code, ConfigError, Diagnostic, Diagnostics, Document, OVERRIDE_PREFIX, Remark, codes, counted,
    nearest, write_beside,
};
pub use synaptree_data::{
    BatchPlan, CategoryEncoding, CodesProfile, ColumnProfile, DataError, DataSpec, Dataset,
    Encoding, Features, InputSpec, Look, NumberSummary, Preprocessing, Profile, ReadOptions,
    Reading, Source, Split, Table, read_unknown,
};
pub use synaptree_kernels::{
    Key, NOISE_FORMAT, Purpose, fill_normal, fill_uniform, permutation, philox4x32_10,
};
pub use synaptree_model::{
    Calibration, Forecast, ForecastOptions, LayerNoise, Model, ModelConfig, ModelError, Predict,
    Predictions, TaskPrediction,
};
pub use synaptree_nn::{
    Convolution, ConvolutionConfig, Dense, DenseConfig, Draw, HeadConfig, Lstm, LstmConfig,
    Network, NetworkConfig, NetworkError, NetworkSpec, Noise, Pass, PosteriorKind, PosteriorPart,
    StochasticSynapses, SynapseSpec, TableInput, TableShape, Tangent, WeightPosterior, parameters,
};
pub use synaptree_report::codes as report_codes;
pub use synaptree_report::{
    EstimatorsLine, MetricsLine, ReportError, RunFiles, draw_report, write_figures, write_report,
};
pub use synaptree_tasks::{
    Answer, Approximation, Basis, Decision, Distribution, Evaluation, FittedOn, Guarantees,
    Hierarchy, Kind, Labels, Region, Target, Task, TaskCalibration, TaskEvaluation, TaskLoss,
    TaskSpec, TaskTree, Uncertain, UncertaintySpec, Vocabulary, Weighting, WeightingSpec,
    higher_is_better,
};
pub use synaptree_train::codes::all as all_codes;
pub use synaptree_train::{
    Draft, DryRun, EpochReport, Event, Experiment, ExperimentData, ExperimentSpec, FlatnessSpec,
    Gradients, Init, InitError, Optimizer, OptimizerSpec, Outcome, PosteriorSpec, Preset, Run,
    SeedsOutcome, TimeLimit, TrainError, Trainer, TrainingSpec, dry_run, evaluation_document,
    holds_seeds, init, needed_by, recorded_data, recorded_experiment, resume_seeds, train_seeds,
};

/// Compiles the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
