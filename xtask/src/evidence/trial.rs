//! A small run that is disturbed, continued and compared with one that was not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::compare::difference;
use crate::repository::{cargo, root, run};

/// The release build of the command, and the run that nobody disturbed.
pub(crate) struct Trial {
    program: PathBuf,
    straight: PathBuf,
    /// How long the undisturbed run took.
    pub(crate) duration: Duration,
}

impl Trial {
    /// Builds the command and trains once without disturbance, in a folder below `work`.
    pub(crate) fn new(work: &Path) -> Result<Self, String> {
        run(cargo().args(["build", "--release"]))?;
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root().join("target"), PathBuf::from);
        let mut trial = Self {
            program: target.join("release/synaptree"),
            straight: work.join("straight"),
            duration: Duration::ZERO,
        };
        // The first run warms the caches of the system, the second one is timed.
        for _ in 0..2 {
            let _ = fs::remove_dir_all(&trial.straight);
            let began = Instant::now();
            let output = finished(trial.train(&trial.straight)?)?;
            if !output.status.success() {
                return Err(said(&output));
            }
            trial.duration = began.elapsed();
        }
        Ok(trial)
    }

    /// Begins a run. A checkpoint is written whenever 10 ms have passed since the last one, far more
    /// often than anybody would ask for, so that many moments fall into one.
    pub(crate) fn train(&self, folder: &Path) -> Result<Child, String> {
        let settings = [
            "training.epochs=25",
            "training.checkpoint_every.seconds=0.01",
        ];
        let mut command = Command::new(&self.program);
        command
            .arg("train")
            .arg(root().join("examples/animals/animals.toml"));
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.arg("--output").arg(folder);
        spawn(&mut command)
    }

    /// Continues a run to its end, and says where it differs from the undisturbed one. A run that was
    /// stopped before it had written what it is about is begun again, as its message advises.
    pub(crate) fn difference_after_resume(&self, folder: &Path) -> Result<Option<String>, String> {
        let child = if recorded(folder) {
            let mut command = Command::new(&self.program);
            command.args(["train", "--resume"]).arg(folder);
            spawn(&mut command)?
        } else {
            let _ = fs::remove_dir_all(folder);
            self.train(folder)?
        };
        let output = finished(child)?;
        if !output.status.success() {
            return Ok(Some(said(&output)));
        }
        difference(&self.straight, folder)
    }
}

/// Whether a run can be continued: its experiment and its data are written down.
pub(crate) fn recorded(folder: &Path) -> bool {
    folder.join("environment.json").exists()
}

fn spawn(command: &mut Command) -> Result<Child, String> {
    command
        .arg("--quiet")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))
}

/// Waits for the end of a process.
pub(crate) fn finished(child: Child) -> Result<Output, String> {
    child.wait_with_output().map_err(|error| error.to_string())
}

/// How a process ended, and its complaint.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A folder that goes away.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("synaptree-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What remains lies in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
