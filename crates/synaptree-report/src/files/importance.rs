//! `importance.json`: what each task looks at.

use std::path::Path;

use serde::Deserialize;

use crate::error::ReportError;

/// `importance.json`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Importance {
    /// `weights` (a linear model's own) or `permutation` (what shuffling a column costs).
    pub kind: String,
    /// The input columns.
    pub features: Vec<String>,
    /// How many rows were shuffled.
    pub rows: Option<u64>,
    /// Task by task.
    pub tasks: Vec<TaskImportance>,
}

/// What one task looks at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TaskImportance {
    /// The task.
    pub name: String,
    /// One number for each feature.
    pub values: Vec<Option<f64>>,
}

impl Importance {
    pub(crate) fn check(&self, path: &Path) -> Result<(), ReportError> {
        let features = self.features.len();
        match self.tasks.iter().find(|task| task.values.len() != features) {
            None => Ok(()),
            Some(task) => {
                let got = task.values.len();
                let reason = format!(
                    "task `{}` has {got} values for {features} features",
                    task.name
                );
                Err(ReportError::shape(path, reason))
            }
        }
    }
}
