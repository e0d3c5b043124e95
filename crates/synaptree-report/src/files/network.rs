//! `network.json`: the task tree and the layers.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::ordered::Ordered;
use crate::error::ReportError;

/// `network.json`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NetworkFile {
    /// Trainable numbers.
    pub parameters: Option<u64>,
    /// The tasks.
    pub tasks: Vec<TaskNode>,
    /// The layers.
    pub layers: Vec<Layer>,
}

/// One task in the tree.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskNode {
    /// The name.
    pub name: String,
    /// The kind of answer.
    pub kind: String,
    /// The tasks it stands below.
    pub parents: Vec<String>,
    /// The tasks its value determines.
    pub refines: Vec<String>,
    /// `shortcut` or `pull`.
    pub edge: Option<String>,
    /// The share of its gradient that reaches its parents.
    pub share: Option<f64>,
    /// Raw outputs of its head.
    pub outputs: Option<u64>,
    /// Rows with a label, by split.
    pub observed: Ordered<u64>,
}

/// One layer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Layer {
    /// Where it stands in the network.
    pub path: String,
    /// The shape of its weights.
    pub shape: Vec<u64>,
    /// Trainable numbers.
    pub parameters: u64,
}

impl NetworkFile {
    pub(crate) fn check(&self, path: &Path) -> Result<(), ReportError> {
        let mut names = HashSet::new();
        for task in &self.tasks {
            if !names.insert(task.name.as_str()) {
                let reason = format!("two tasks are called `{}`", task.name);
                return Err(ReportError::shape(path, reason));
            }
        }
        for task in &self.tasks {
            for other in task.parents.iter().chain(&task.refines) {
                if !names.contains(other.as_str()) {
                    let reason = format!("task `{}` names `{other}`, which is no task", task.name);
                    return Err(ReportError::shape(path, reason));
                }
            }
        }
        Ok(())
    }
}
