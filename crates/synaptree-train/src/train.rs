//! Training from an experiment to a finished run folder, and continuing one.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use burn::tensor::Device;
use serde_json::Value;
use synaptree_config::Document;
use synaptree_model::Model;
use synaptree_nn::{NetworkConfig, TableShape};

use crate::data::ExperimentData;
use crate::environment::Environment;
use crate::error::TrainError;
use crate::event::Event;
use crate::evidence::Evidence;
use crate::experiment::Experiment;
use crate::finish::finish;
use crate::folder::RunFolder;
use crate::lock::Lock;
use crate::memory;
use crate::session::{Ending, Session};

/// A finished run.
#[derive(Debug)]
pub struct Run {
    /// Where it lies.
    pub folder: PathBuf,
    /// The model of the best epoch.
    pub model: Model,
    /// What `summary.json` says.
    pub summary: Value,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The run is complete.
    Finished(Box<Run>),
    /// It was asked to stop; [`Trainer::resume`] continues it.
    Interrupted(PathBuf),
}

/// Starts and continues runs.
///
/// | Name | Default | Purpose |
/// |---|---|---|
/// | `output` | the next free `runs/<name>` | the run folder |
/// | `stop` | none | set it to true and the run saves its state and ends |
#[derive(Debug, Clone, Default)]
pub struct Trainer<'a> {
    output: Option<PathBuf>,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Trainer<'a> {
    /// A trainer that writes to the next free folder below `runs`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the run to this folder, which must not be there.
    pub fn output(mut self, folder: impl Into<PathBuf>) -> Self {
        self.output = Some(folder.into());
        self
    }

    /// Looks at this flag before each step.
    pub fn stop(mut self, stop: &'a AtomicBool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Trains an experiment on its data.
    ///
    /// # Errors
    ///
    /// [`TrainError`]; nothing is written before the network is built.
    pub fn run(
        &self,
        experiment: &Experiment,
        data: &ExperimentData,
        mut callback: impl FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        let config = network_config(experiment, data);
        memory::check(&config, &experiment.spec().training, data)?;
        // Building the network is the last check, so a mistake leaves no folder behind.
        config.init(experiment.spec().seed, &Device::flex())?;
        let resolved = experiment.resolved()?;
        let folder = RunFolder::create(self.output.as_deref(), Path::new(""), experiment.name())?;
        let _lock = Lock::take(&folder)?;
        folder.write("experiment.toml", resolved.as_bytes())?;
        let environment = Environment::now(
            experiment.name(),
            experiment.directory(),
            &data.dataset.fingerprints,
        );
        folder.write_json("environment.json", &environment)?;
        self.drive(experiment, data, &folder, &config, &mut callback)
    }

    /// Continues the run in `folder` from its last checkpoint, or from its first step if it has none.
    ///
    /// # Errors
    ///
    /// [`TrainError::NotARun`] if the folder is no run or is damaged, [`TrainError::DataChanged`] or
    /// [`TrainError::DataFiles`] if the data files are not those that the run began with,
    /// [`TrainError::InUse`] if another process trains in it.
    pub fn resume(
        &self,
        folder: impl AsRef<Path>,
        mut callback: impl FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        let folder = RunFolder::open(folder.as_ref());
        let experiment = recorded_experiment(folder.root())?;
        let _lock = Lock::take(&folder)?;
        let data = recorded_rows(&folder, &experiment)?;
        let config = network_config(&experiment, &data);
        self.drive(&experiment, &data, &folder, &config, &mut callback)
    }

    /// As [`resume`](Self::resume), where the experiment and its data are at hand and need not be read again.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume).
    pub fn resume_with(
        &self,
        folder: impl AsRef<Path>,
        experiment: &Experiment,
        data: &ExperimentData,
        mut callback: impl FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        let folder = RunFolder::open(folder.as_ref());
        let _lock = Lock::take(&folder)?;
        same_data(&folder, data)?;
        let config = network_config(experiment, data);
        self.drive(experiment, data, &folder, &config, &mut callback)
    }

    fn drive(
        &self,
        experiment: &Experiment,
        data: &ExperimentData,
        folder: &RunFolder,
        config: &NetworkConfig,
        callback: &mut dyn FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        let session = Session {
            experiment,
            data,
            folder,
            config,
            stop: self.stop,
            device: Device::flex(),
            evidence: Evidence::new(&config.synapses, &experiment.spec().training, data),
        };
        let (progress, ending) = session.run(callback)?;
        let Ending::Complete { stopped_early } = ending else {
            callback(&Event::Interrupted {
                folder: folder.root().to_owned(),
            });
            return Ok(Outcome::Interrupted(folder.root().to_owned()));
        };
        callback(&Event::Evaluating {
            epochs: progress.epoch,
            best_epoch: session.model_epoch(&progress),
            stopped_early,
            out_of_time: progress.out_of_time,
        });
        let (model, summary) = finish(&session, &progress)?;
        callback(&Event::Finished {
            folder: folder.root().to_owned(),
        });
        Ok(Outcome::Finished(Box::new(Run {
            folder: folder.root().to_owned(),
            model,
            summary,
        })))
    }
}

impl Experiment {
    /// Trains on the data; the run folder is the next free one below `runs`.
    ///
    /// # Errors
    ///
    /// [`TrainError`].
    pub fn train(
        &self,
        data: &ExperimentData,
        callback: impl FnMut(&Event),
    ) -> Result<Run, TrainError> {
        match Trainer::new().run(self, data, callback)? {
            Outcome::Finished(run) => Ok(*run),
            Outcome::Interrupted(_) => unreachable!("nobody can ask this run to stop"),
        }
    }
}

/// The experiment that a run folder recorded, its relative paths starting where they did.
///
/// # Errors
///
/// [`TrainError::NotARun`].
pub fn recorded_experiment(folder: impl AsRef<Path>) -> Result<Experiment, TrainError> {
    let folder = &RunFolder::open(folder.as_ref());
    let environment = folder.root().join("environment.json");
    if folder.experiment().is_file() && !environment.exists() {
        return Err(TrainError::NotARun {
            path: folder.root().to_owned(),
            reason: "it was stopped before its first step".to_owned(),
            help: "nothing is lost: remove the folder and start the run again",
        });
    }
    let environment: Environment = folder.read_json("environment.json")?;
    let not_a_run = |reason: String| TrainError::NotARun {
        path: folder.root().to_owned(),
        reason,
        help: "give the folder that `synaptree train` made",
    };
    let document = Document::read(&folder.experiment())
        .map_err(|error| not_a_run(format!("`experiment.toml` cannot be read ({error})")))?;
    let spec = document
        .deserialize()
        .map_err(|error| not_a_run(format!("`experiment.toml` is damaged ({error})")))?;
    Ok(Experiment::from_parts(
        spec,
        environment.name,
        environment.directory,
    ))
}

/// The data that a run folder's experiment names, split and encoded as they were.
///
/// # Errors
///
/// [`TrainError::NotARun`] if the folder is no run, [`TrainError::Data`] if the files are gone,
/// [`TrainError::DataChanged`] or [`TrainError::DataFiles`] if they are not those that the run began with.
pub fn recorded_data(folder: impl AsRef<Path>) -> Result<ExperimentData, TrainError> {
    let folder = RunFolder::open(folder.as_ref());
    recorded_rows(&folder, &recorded_experiment(folder.root())?)
}

/// The data that a run folder's experiment names, if they are the very data that the run began with: other rows would be
/// split and encoded in another way.
pub(crate) fn recorded_rows(
    folder: &RunFolder,
    experiment: &Experiment,
) -> Result<ExperimentData, TrainError> {
    let data = experiment.load_data()?;
    same_data(folder, &data)?;
    Ok(data)
}

/// Whether these are the files that the run began with.
fn same_data(folder: &RunFolder, data: &ExperimentData) -> Result<(), TrainError> {
    let Environment { data: then, .. } = folder.read_json("environment.json")?;
    let now = &data.dataset.fingerprints;
    for (then, now) in then.iter().zip(now) {
        if then.hash != now.hash {
            return Err(TrainError::DataChanged {
                file: now.path.clone(),
            });
        }
    }
    if then.len() != now.len() {
        return Err(TrainError::DataFiles {
            then: then.len(),
            now: now.len(),
        });
    }
    Ok(())
}

/// What the network is built from.
pub(crate) fn network_config(experiment: &Experiment, data: &ExperimentData) -> NetworkConfig {
    let spec = experiment.spec();
    let table: TableShape = data.dataset.preprocessing.table_shape();
    NetworkConfig {
        table,
        network: spec.network.clone(),
        synapses: spec.synapses.clone(),
        heads: data.tree.head_configs(),
    }
}
