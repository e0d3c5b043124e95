//! `metrics.jsonl`: one line for each look at the training or validation rows.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::error::TrainError;
use crate::event::EpochReport;

/// Appends to `metrics.jsonl`, and forgets on resume what came after the checkpoint.
pub(crate) struct Recorder {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Recorder {
    /// Opens the file and cuts it to `bytes`.
    pub(crate) fn open(path: &Path, bytes: u64) -> Result<Self, TrainError> {
        // Lengthening the file would fill it with zeros.
        let there = std::fs::metadata(path).map_or(0, |file| file.len());
        if there < bytes {
            return Err(TrainError::NotARun {
                path: path.to_owned(),
                reason: format!("it has {there} bytes, and the checkpoint counts on {bytes}"),
                help: "put the original file back, or start the run again",
            });
        }
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)
            .and_then(|mut file| {
                file.set_len(bytes)?;
                file.seek(SeekFrom::End(0))?;
                Ok(file)
            });
        Ok(Self {
            file: file.map_err(TrainError::file("write", path))?,
            path: path.to_owned(),
            bytes,
        })
    }

    /// Bytes written so far, all of them whole lines.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes sure that the lines are on the disk before a checkpoint counts them.
    pub(crate) fn sync(&mut self) -> Result<(), TrainError> {
        self.file
            .sync_data()
            .map_err(TrainError::file("write", &self.path))
    }

    /// Writes the lines of an epoch.
    pub(crate) fn epoch(&mut self, report: &EpochReport) -> Result<(), TrainError> {
        let mut train = json!({
            "epoch": report.epoch,
            "step": report.step,
            "split": "train",
            "losses": report.losses,
            "weights": report.weights,
            "learning_rate": report.learning_rate,
            "seconds": report.seconds,
            "waited": report.waited,
        });
        if let Some(divergence) = report.divergence {
            train["kl"] = json!(divergence);
        }
        if let Some(variance) = report.gradient_variance {
            train["gradient_variance"] = json!(variance);
        }
        if let Some(estimators) = &report.estimators {
            train["estimators"] = json!(estimators);
        }
        self.line(&train)?;
        let Some(evaluation) = &report.validation else {
            return Ok(());
        };
        let metrics: Map<String, Value> = evaluation
            .tasks
            .iter()
            .map(|(name, task)| (name.clone(), json!(task.metrics)))
            .collect();
        self.line(&json!({
            "epoch": report.epoch,
            "step": report.step,
            "split": "validation",
            "losses": report.validation_losses,
            "metrics": metrics,
            "score": evaluation.score,
            "best": report.best,
            "seconds": report.seconds,
        }))
    }

    fn line(&mut self, value: &Value) -> Result<(), TrainError> {
        let line = format!("{value}\n");
        self.file
            .write_all(line.as_bytes())
            .map_err(TrainError::file("write", &self.path))?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}
