//! The possible answers of a task, fitted on training rows.

use serde::{Deserialize, Serialize};

use crate::hierarchy::Hierarchy;

/// The possible answers of a task: class names, columns with their scale, or a label hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Vocabulary {
    /// Class names; binary: `[negative, positive]`, ordinal: from low to high.
    Classes(Vec<String>),
    /// Target columns of a regression with the mean and standard deviation of their training rows.
    Real {
        /// Column names.
        columns: Vec<String>,
        /// Mean of each column, in its units.
        mean: Vec<f32>,
        /// Standard deviation of each column, in its units; positive.
        std: Vec<f32>,
    },
    /// Label names of a multilabel task.
    Labels(Vec<String>),
    /// The label hierarchy of a hierarchical task.
    Hierarchy(Hierarchy),
}

impl Vocabulary {
    /// The width of a distribution over it: classes, columns, labels or nodes.
    pub fn len(&self) -> usize {
        self.names().len()
    }

    /// Whether there is no possible answer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the classes, columns, labels or nodes, in the order of a distribution.
    pub fn names(&self) -> &[String] {
        match self {
            Vocabulary::Classes(names) | Vocabulary::Labels(names) => names,
            Vocabulary::Real { columns, .. } => columns,
            Vocabulary::Hierarchy(hierarchy) => hierarchy.labels(),
        }
    }

    /// The label hierarchy, for a hierarchical task.
    pub fn hierarchy(&self) -> Option<&Hierarchy> {
        match self {
            Vocabulary::Hierarchy(hierarchy) => Some(hierarchy),
            _ => None,
        }
    }
}
