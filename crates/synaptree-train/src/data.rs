//! The data of an experiment, ready for training.

use std::sync::Arc;

use synaptree_data::{Dataset, Part, Split, Stream};
use synaptree_tasks::{Labels, Suggestion, TaskSpec, TaskTree, suggest_refinements};

use crate::error::TrainError;

/// The encoded splits of an experiment with the tasks that were fitted on the training rows.
///
/// Labels that follow from others (a species names its class) are filled in, in every split.
///
/// Where the data are streamed, `dataset.train` holds the rows that preprocessing was fitted on, the
/// other splits those that are scored, and `stream` reads the training rows.
#[derive(Debug, Clone)]
pub struct ExperimentData {
    /// The splits, their preprocessing and vocabularies.
    pub dataset: Dataset,
    /// The tasks.
    pub tree: TaskTree,
    /// Reads the training rows piece by piece; `None` where they are all in `dataset`.
    pub stream: Option<Arc<Stream>>,
}

impl ExperimentData {
    /// Fits the task tree on the training labels, then fills implied labels in.
    ///
    /// # Errors
    ///
    /// [`TrainError::Tasks`] if labels contradict a `refines`.
    pub fn new(mut dataset: Dataset, tasks: &[TaskSpec]) -> Result<Self, TrainError> {
        let tree = TaskTree::new(tasks, dataset.vocabularies.clone(), &dataset.train.labels)?;
        for split in [
            Some(&mut dataset.train),
            dataset.validation.as_mut(),
            dataset.test.as_mut(),
        ]
        .into_iter()
        .chain([dataset.calibration.as_mut()])
        .flatten()
        {
            tree.fill(&mut split.labels)?;
        }
        Ok(Self {
            dataset,
            tree,
            stream: None,
        })
    }

    /// Fits the task tree on the training labels of the survey, then reads every row once to keep
    /// those that are scored.
    ///
    /// # Errors
    ///
    /// [`TrainError::Tasks`] if labels contradict a `refines`, [`TrainError::Data`] for a cell that
    /// does not fit.
    pub fn streamed(
        mut stream: Stream,
        mut dataset: Dataset,
        tasks: &[TaskSpec],
    ) -> Result<Self, TrainError> {
        let tree = TaskTree::new(tasks, dataset.vocabularies.clone(), &dataset.train.labels)?;
        tree.fill(&mut dataset.train.labels)?;
        let mut fill = |labels: &mut [Labels]| -> Result<(), TrainError> {
            tree.fill(labels)?;
            Ok(())
        };
        stream.encode(&mut dataset, &mut fill)?;
        Ok(Self {
            dataset,
            tree,
            stream: Some(Arc::new(stream)),
        })
    }

    /// Tasks whose value follows from another's in every row, and that no `refines` joins yet.
    pub fn suggestions(&self, tasks: &[TaskSpec]) -> Vec<Suggestion> {
        let splits: Vec<&[Labels]> = ["train", "validation"]
            .into_iter()
            .filter_map(|name| Some(self.split(name)?.labels.as_slice()))
            .collect();
        suggest_refinements(tasks, &self.dataset.vocabularies, &splits)
    }

    /// Rows of training, validation and test; where the data are streamed, all of them and not
    /// only those that are scored.
    pub fn rows(&self) -> [usize; 3] {
        [
            (Part::Train, Some(&self.dataset.train)),
            (Part::Validation, self.dataset.validation.as_ref()),
            (Part::Test, self.dataset.test.as_ref()),
        ]
        .map(|(part, split)| match &self.stream {
            Some(stream) => stream.rows(part),
            None => split.map_or(0, |split| split.features.rows),
        })
    }

    /// Rows kept for the calibration of guarantees; where the data are streamed, all of them.
    pub fn calibration_rows(&self) -> usize {
        match &self.stream {
            Some(stream) => stream.rows(Part::Calibration),
            None => self.split("calibration").map_or(0, Split::len),
        }
    }

    /// How many rows of `train`, `validation`, `test` or `calibration` have a label of a task,
    /// implied ones counted; `None` where there is no such split.
    pub fn observed(&self, name: &str, task: usize) -> Option<usize> {
        let split = self.split(name)?;
        let part = match name {
            "validation" => Part::Validation,
            "test" => Part::Test,
            "calibration" => Part::Calibration,
            _ => Part::Train,
        };
        match &self.stream {
            Some(stream) => stream.observed(part).get(task).copied(),
            None => split.labels.get(task).map(Labels::observed),
        }
    }

    /// How many labels of a task the training rows have: one of each row and column, implied ones counted.
    pub(crate) fn entries(&self, task: usize) -> usize {
        let entries = match &self.stream {
            Some(stream) => stream.entries().get(task).copied(),
            None => self.dataset.train.labels.get(task).map(Labels::entries),
        };
        entries.unwrap_or(0)
    }

    /// The split of that name, or the rows of it that are in memory: `train`, `validation`, `test` or `calibration`.
    pub fn split(&self, name: &str) -> Option<&Split> {
        match name {
            "train" => Some(&self.dataset.train),
            "validation" => self.dataset.validation.as_ref(),
            "test" => self.dataset.test.as_ref(),
            "calibration" => self.dataset.calibration.as_ref(),
            _ => None,
        }
    }
}
