//! What can go wrong between an experiment and its run folder.

use std::io;
use std::path::{Path, PathBuf};

use synaptree_config::{ConfigError, Remark};
use synaptree_data::DataError;
use synaptree_model::ModelError;
use synaptree_nn::NetworkError;
use synaptree_report::ReportError;
use synaptree_tasks::TaskError;
use thiserror::Error;

use crate::codes;
use crate::memory::{count, gib};

/// An error of a training run.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The experiment file could not be read, is not TOML, or says what cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data do not fit the experiment.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The labels contradict the tasks.
    #[error(transparent)]
    Tasks(#[from] TaskError),
    /// The network cannot be built as asked.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The model could not be put together, saved or loaded.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The report could not be drawn.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file or folder of the run could not be read or written.
    #[error(
        "could not {action} `{}`: {source}{}", path.display(),
        if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded) {
            "\nhelp: make room, then continue with `--resume`; the last complete checkpoint is intact"
        } else { "" }
    )]
    File {
        /// What was tried, such as `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The output folder is already there.
    #[error(
        "the folder `{}` exists\nhelp: give another `--output`{}",
        .0.display(), or_resume(.0)
    )]
    RunExists(PathBuf),
    /// A file stands where the run folder would be made.
    #[error(
        "`{}` is a file, and a run is written into a folder of its own\nhelp: give `--output` a folder that is not \
         there yet, or leave it out for the next free name below `runs`", .0.display()
    )]
    OutputIsFile(PathBuf),
    /// Another process trains in the run folder.
    #[error(
        "another process is training in `{}`\nhelp: wait until it ends, or stop it with Ctrl-C there; it saves its \
         state, and `--resume {}` goes on from it", .0.display(), .0.display()
    )]
    InUse(PathBuf),
    /// The folder is not a run folder.
    #[error("`{}` is not a run folder: {reason}\nhelp: {help}", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// A loss or gradient is not a finite number.
    #[error(
        "{what} is not finite in step {step} (epoch {epoch})\nhelp: lower `training.optimizer.learning_rate` \
         (now {}), set `training.gradient_clip = {{ norm = 1.0 }}`, or look for extreme values in \
         the inputs and targets; the last checkpoint was not touched",
        rounded(*learning_rate)
    )]
    NotFinite {
        /// Which loss or gradient.
        what: String,
        /// The step, from 0.
        step: u64,
        /// The epoch, from 1.
        epoch: usize,
        /// The learning rate of that step.
        learning_rate: f64,
    },
    /// Streamed data with training that needs all rows at once.
    #[error(
        "`{key}` needs all rows at once, and `data.streaming = true` reads them piece by piece\nhelp: set `{instead}`, or \
         `data.streaming = false` if the data fit in memory"
    )]
    CannotStream {
        /// The key that needs them.
        key: &'static str,
        /// What to write in its place.
        instead: &'static str,
    },
    /// A level of `[uncertainty]` that needs more labels than there are.
    #[error(
        "task `{task}` has {observed} labels among the {part} rows, and `uncertainty.{key} = {level}` needs at least {needed}\n\
         help: raise `data.{part}`, add rows, or ask for {}", if *key == "risk" { "a higher risk" } else { "a lower level" }
    )]
    FewCalibrationRows {
        /// The task.
        task: String,
        /// The part that it would be fitted on.
        part: &'static str,
        /// Labels of the task, or of its rarest column or node.
        observed: usize,
        /// The key that needs more: `conformal` or `risk`.
        key: &'static str,
        /// Its value.
        level: f64,
        /// How many it needs.
        needed: usize,
    },
    /// A network that does not fit into memory.
    #[error(
        "training this network needs at least {} of memory, and {} are free: {} parameters ({} with gradients and \
         what the optimizer remembers) and batches of {rows} rows ({}); the largest layer is `{layer}`, {} x {}\n\
         help: make `network.trunk` or `network.heads` narrower, or lower `training.batch_size`",
        gib(network.saturating_add(*batch)), gib(*free), count(*parameters), gib(*network), gib(*batch), shape[0], shape[1]
    )]
    Memory {
        /// The numbers that training learns, at the least.
        parameters: usize,
        /// Bytes of them, their gradients and the state of the optimizer.
        network: usize,
        /// Bytes of the units of one batch.
        batch: usize,
        /// Rows of a batch.
        rows: usize,
        /// Bytes that are free.
        free: usize,
        /// The layer with the most weights.
        layer: String,
        /// Its inputs and outputs.
        shape: [usize; 2],
    },
    /// A Laplace approximation that would keep too many pairs.
    #[error(
        "the last layer of task `{task}` has {weights} weights, and `structure = \"full\"` keeps every pair of at most {limit}\n\
         help: write `training.posterior.structure = \"kronecker\"`"
    )]
    LargeCurvature {
        /// The task.
        task: String,
        /// Its weights.
        weights: usize,
        /// The largest number.
        limit: usize,
    },
    /// The experiment names more or fewer files than when the run began.
    #[error(
        "this run was started with {then} data files, and there are {now} now\nhelp: put the original files back, or \
         start a new run"
    )]
    DataFiles {
        /// Files at the start.
        then: usize,
        /// Files now.
        now: usize,
    },
    /// The data changed since the run began.
    #[error(
        "`{}` is not the file that this run was started with (its content differs)\nhelp: put the original file back, \
         or start a new run", file.display()
    )]
    DataChanged {
        /// The file.
        file: PathBuf,
    },
}

/// How a run goes on, where the folder is one.
fn or_resume(folder: &Path) -> String {
    let signs = ["environment.json", "checkpoints"];
    if signs.iter().any(|sign| folder.join(sign).exists()) {
        format!(
            ", or continue that run with `--resume {}`",
            folder.display()
        )
    } else {
        String::new()
    }
}

impl TrainError {
    /// The stable name of the mistake, such as `train/not-finite`; `synaptree explain` tells more.
    /// Of several mistakes in one experiment file it is that of the first.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Config(error) => return error.code(),
            Self::Data(error) => return error.code(),
            Self::Tasks(error) => return error.code(),
            Self::Network(error) => return error.code(),
            Self::Model(error) => return error.code(),
            Self::Report(error) => return error.code(),
            Self::File { .. } => &codes::FILE,
            Self::RunExists(_) => &codes::RUN_EXISTS,
            Self::OutputIsFile(_) => &codes::OUTPUT_IS_FILE,
            Self::InUse(_) => &codes::IN_USE,
            Self::NotARun { .. } => &codes::NOT_A_RUN,
            Self::NotFinite { .. } => &codes::NOT_FINITE,
            Self::CannotStream { .. } => &codes::CANNOT_STREAM,
            Self::Memory { .. } => &codes::MEMORY,
            Self::FewCalibrationRows { .. } => &codes::uncertainty::FEW_ROWS,
            Self::LargeCurvature { .. } => &codes::posterior::LARGE_CURVATURE,
            Self::DataFiles { .. } => &codes::DATA_FILES,
            Self::DataChanged { .. } => &codes::DATA_CHANGED,
        };
        code.code
    }

    /// Every mistake, as programs read it.
    pub fn remarks(&self) -> Vec<Remark> {
        match self {
            Self::Config(error) => error.remarks(),
            other => vec![Remark::new(other.code(), &other.to_string())],
        }
    }

    /// The error as text, with terminal colours if asked.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Config(error) => error.render(color),
            other => other.to_string(),
        }
    }

    /// Whether the input was wrong (exit code 2), as opposed to something breaking (exit code 1).
    pub fn is_input(&self) -> bool {
        match self {
            // Training writes the predictions itself: nobody gave a path that could be wrong.
            Self::Model(ModelError::Data(DataError::Write { .. }))
            | Self::File { .. }
            | Self::NotFinite { .. }
            | Self::Report(_) => false,
            Self::Model(error) => error.is_input(),
            _ => true,
        }
    }

    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

/// Four digits of a number; schedules make rates that no one wrote.
fn rounded(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fails_is_not_the_fault_of_the_input() {
        let source = || io::Error::from(io::ErrorKind::StorageFull);
        let path = || PathBuf::from("run/model");
        let model = TrainError::Model(ModelError::File {
            action: "write",
            path: path(),
            source: source(),
        });
        let predictions = TrainError::Model(ModelError::Data(DataError::Write {
            path: path(),
            help: "make room",
            source: source(),
        }));
        assert!(!model.is_input() && !predictions.is_input());
        assert!(TrainError::RunExists(path()).is_input());
    }
}
