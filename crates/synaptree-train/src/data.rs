//! The data of an experiment, ready for training.

use synaptree_data::{Dataset, Split};
use synaptree_tasks::{Labels, Suggestion, TaskSpec, TaskTree, suggest_refinements};

use crate::error::TrainError;

/// The encoded splits of an experiment with the tasks that were fitted on the training rows.
///
/// Labels that follow from others (a species names its class) are filled in, in every split.
#[derive(Debug, Clone)]
pub struct ExperimentData {
    /// The splits, their preprocessing and vocabularies.
    pub dataset: Dataset,
    /// The tasks.
    pub tree: TaskTree,
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
        Ok(Self { dataset, tree })
    }

    /// Tasks whose value follows from another's in every row, and that no `refines` joins yet.
    pub fn suggestions(&self, tasks: &[TaskSpec]) -> Vec<Suggestion> {
        let splits: Vec<&[Labels]> = ["train", "validation"]
            .into_iter()
            .filter_map(|name| Some(self.split(name)?.labels.as_slice()))
            .collect();
        suggest_refinements(tasks, &self.dataset.vocabularies, &splits)
    }

    /// Rows of training, validation and test.
    pub fn rows(&self) -> [usize; 3] {
        let rows = |split: Option<&Split>| split.map_or(0, |s| s.features.rows);
        [
            rows(Some(&self.dataset.train)),
            rows(self.dataset.validation.as_ref()),
            rows(self.dataset.test.as_ref()),
        ]
    }

    /// The split of that name: `train`, `validation`, `test` or `calibration`.
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
