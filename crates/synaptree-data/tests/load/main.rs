//! From files on disk to encoded parts, as an experiment asks for them.

mod dates;
mod encodings;
mod errors;
mod features;
mod parts;
mod public_data;
mod spec;
mod streaming;
mod targets;

use std::path::Path;

use synaptree_data::{DataError, DataSpec, Dataset, InputSpec, PartSpec, Split, load};
use synaptree_tasks::{Kind, TaskSpec};
use tempfile::TempDir;

/// A folder with files, and an experiment on them.
struct Case {
    folder: TempDir,
    data: DataSpec,
    inputs: Vec<InputSpec>,
    tasks: Vec<TaskSpec>,
}

impl Case {
    /// All rows of `text` train on one task named like its column.
    fn new(text: &str, kind: Kind, target: &str) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            data: DataSpec {
                validation: Some(PartSpec::Off(false)),
                test: Some(PartSpec::Off(false)),
                ..DataSpec::new("train.csv")
            },
            inputs: Vec::new(),
            tasks: vec![TaskSpec::new(target, kind)],
        };
        case.write("train.csv", text);
        case
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The same with a test part of its own.
    fn test(mut self, text: &str) -> Self {
        self.write("test.csv", text);
        self.data.test = Some(PartSpec::Files("test.csv".into()));
        self
    }

    fn input(mut self, input: InputSpec) -> Self {
        self.inputs.push(input);
        self
    }

    fn task(mut self, change: impl FnOnce(&mut TaskSpec)) -> Self {
        change(&mut self.tasks[0]);
        self
    }

    fn data(mut self, change: impl FnOnce(&mut DataSpec)) -> Self {
        change(&mut self.data);
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self) -> Dataset {
        self.try_load().unwrap()
    }

    fn try_load(&self) -> Result<Dataset, DataError> {
        load(&self.data, &self.inputs, &self.tasks, self.path())
    }

    /// The message of the error, the folder left out.
    fn error(&self) -> String {
        let folder = format!("{}{}", self.path().display(), std::path::MAIN_SEPARATOR);
        self.try_load()
            .unwrap_err()
            .to_string()
            .replace(&folder, "")
    }
}

/// The first number of each row.
fn numbers(split: &Split) -> Vec<f32> {
    split
        .features
        .numbers
        .chunks(split.features.number_width)
        .map(|row| row[0])
        .collect()
}
