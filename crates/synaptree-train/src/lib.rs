//! From an experiment to a run folder: training, checkpoints, resume.
//!
//! [`Experiment`] joins the sections that the other crates own and checks them together;
//! [`Trainer`] turns it into a run folder, or continues one bit for bit.
#![recursion_limit = "256"]

mod batches;
mod calibration;
mod check;
mod checkpoint;
pub mod codes;
mod data;
mod describe;
mod dry_run;
mod early_stopping;
mod environment;
mod error;
mod estimators;
mod event;
mod evidence;
mod experiment;
mod finish;
mod flatness;
mod folder;
mod gradient;
mod importance;
mod init;
mod keep;
mod lock;
mod memory;
mod metric;
mod optimizer;
mod posterior;
mod preset;
mod pruning;
mod record;
mod schedule;
mod seeds;
mod session;
mod spec;
mod step;
mod synapses;
mod time;
mod time_limit;
mod train;

pub use data::ExperimentData;
pub use dry_run::{DryBatch, DryRun, MemoryEstimate, TimeEstimate, dry_run};
pub use early_stopping::Best;
pub use error::TrainError;
pub use estimators::EstimatorVariance;
pub use event::{EpochReport, Event};
pub use experiment::{Experiment, ExperimentSpec};
pub use finish::evaluation_document;
pub use flatness::FlatnessSpec;
pub use folder::RunFolder;
pub use gradient::{GradientClipSpec, GradientNoiseSpec, Gradients};
pub use init::{Draft, Init, InitError, init};
pub use keep::needed_by;
pub use optimizer::{Optimizer, OptimizerSpec, ParameterState};
pub use posterior::{LaplaceLayers, LaplaceStructure, PosteriorSpec};
pub use preset::Preset;
pub use schedule::{Schedule, ScheduleSpec};
pub use seeds::{SeedsOutcome, holds_seeds, interval, resume_seeds, train_seeds};
pub use spec::{BatchSize, CheckpointSpec, EarlyStoppingSpec, Full, Regime, TrainingSpec};
pub use time_limit::TimeLimit;
pub use train::{Outcome, Run, Trainer, recorded_data, recorded_experiment};
