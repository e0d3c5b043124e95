//! The run folder: where each file of a run lies, and how it is written.
//!
//! Every file is written beside its place and renamed into it, so a reader finds the old content or
//! the new, and never half of either.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use synaptree_config::write_beside;

use crate::error::TrainError;

/// Paths within one run folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    root: PathBuf,
}

impl RunFolder {
    /// Makes the folder of a new run: `output` where given, else the next free `runs/<name>[-n]`
    /// below `base`.
    ///
    /// # Errors
    ///
    /// [`TrainError::RunExists`] if `output` is there already, [`TrainError::OutputIsFile`] if it is a file.
    pub fn create(output: Option<&Path>, base: &Path, name: &str) -> Result<Self, TrainError> {
        let root = if let Some(output) = output {
            if output.is_file() {
                return Err(TrainError::OutputIsFile(output.to_owned()));
            }
            if output.exists() {
                return Err(TrainError::RunExists(output.to_owned()));
            }
            fs::create_dir_all(output).map_err(TrainError::file("create", output))?;
            output.to_owned()
        } else {
            next_free(&base.join("runs"), name)?
        };
        Ok(Self { root })
    }

    /// A folder that is there.
    pub fn open(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The experiment as resolved.
    pub fn experiment(&self) -> PathBuf {
        self.root.join("experiment.toml")
    }

    /// One line a look at the training or validation rows.
    pub fn metrics(&self) -> PathBuf {
        self.root.join("metrics.jsonl")
    }

    /// The newest state of training.
    pub fn last_checkpoint(&self) -> PathBuf {
        self.root.join("checkpoints/last/checkpoint.safetensors")
    }

    /// The state at the best epoch.
    pub fn best_checkpoint(&self) -> PathBuf {
        self.root.join("checkpoints/best/checkpoint.safetensors")
    }

    /// The trained model.
    pub fn model(&self) -> PathBuf {
        self.root.join("model")
    }

    /// The final figures.
    pub fn summary(&self) -> PathBuf {
        self.root.join("summary.json")
    }

    /// The folder of one seed of several.
    pub fn seed(&self, seed: u64) -> PathBuf {
        self.root.join(format!("seed-{seed}"))
    }

    /// Writes a text file of the run.
    ///
    /// # Errors
    ///
    /// [`TrainError::File`].
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), TrainError> {
        let path = self.root.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(TrainError::file("create", parent))?;
        }
        write_beside(&path, content).map_err(TrainError::file("write", path))
    }

    /// Writes a JSON file of the run.
    ///
    /// # Errors
    ///
    /// [`TrainError::File`].
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), TrainError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(std::io::Error::other)
            .map_err(TrainError::file("write", self.root.join(name)))?;
        self.write(name, format!("{text}\n").as_bytes())
    }

    /// Reads a JSON file of the run.
    ///
    /// # Errors
    ///
    /// [`TrainError::NotARun`] if it is absent or damaged.
    pub fn read_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, TrainError> {
        let not_a_run = |reason: String| TrainError::NotARun {
            path: self.root.clone(),
            reason,
            help: "give the folder that `synaptree train` made",
        };
        let text = fs::read(self.root.join(name))
            .map_err(|error| not_a_run(format!("`{name}` cannot be read ({error})")))?;
        serde_json::from_slice(&text)
            .map_err(|error| not_a_run(format!("`{name}` is damaged ({error})")))
    }
}

/// Takes `<name>`, `<name>-2`, … : `create_dir` decides, so that two runs started together never
/// share a folder.
fn next_free(runs: &Path, name: &str) -> Result<PathBuf, TrainError> {
    fs::create_dir_all(runs).map_err(TrainError::file("create", runs))?;
    for n in 1_u32.. {
        let candidate = if n == 1 {
            runs.join(name)
        } else {
            runs.join(format!("{name}-{n}"))
        };
        match fs::create_dir(&candidate) {
            Ok(()) => return Ok(candidate),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(TrainError::file("create", candidate)(error)),
        }
    }
    unreachable!("fewer than 2³² folders fit on a disk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_folder_is_the_next_free_one() {
        let base = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..3)
            .map(|_| RunFolder::create(None, base.path(), "xor").unwrap())
            .map(|f| f.root().file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["xor", "xor-2", "xor-3"]);
    }

    #[test]
    fn an_explicit_folder_that_exists_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let error = RunFolder::create(Some(base.path()), base.path(), "xor").unwrap_err();
        assert!(matches!(error, TrainError::RunExists(_)));
        assert!(error.to_string().contains("give another `--output`"));
    }
}
