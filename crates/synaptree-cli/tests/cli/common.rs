//! Runs the real binary in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for one test, removed at its end.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the animals example.
    pub(crate) fn with_animals() -> Self {
        let folder = Self::new();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/animals");
        for file in ["animals.toml", "animals.csv"] {
            fs::copy(examples.join(file), folder.path(file)).unwrap();
        }
        folder
    }

    /// A path within the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    /// The command, ready to run here.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synaptree"));
        command
            .current_dir(self.0.path())
            .args(arguments)
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run(self.command(arguments).output().unwrap())
    }

    /// Runs the command, which must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code(), Some(0), "{}", run.stderr());
        run
    }
}

/// What a command printed and how it ended.
pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    /// Standard error without the remark that tests are debug builds.
    pub(crate) fn stderr(&self) -> String {
        let text = String::from_utf8(self.0.stderr.clone()).unwrap();
        text.lines()
            .filter(|line| !line.starts_with("note: this is a debug build"))
            .map(|line| format!("{line}\n"))
            .collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.stdout).unwrap()
    }
}
