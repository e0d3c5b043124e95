//! The labels of a task: its vocabulary fitted on the training rows, its cells encoded by it.

mod classes;
mod doubt;
mod hierarchy;
mod labels;
mod numbers;
mod pair;
mod unknown;

use std::path::Path;

use serde::{Deserialize, Serialize};
use synaptree_config::counted;
use synaptree_tasks::{Kind, Labels, TaskSpec, Vocabulary};

use crate::error::{DataError, TargetError};
use crate::table::Table;
use crate::warn::Strangers;

pub use self::pair::{is_of_a_pair, negative_first};
pub(crate) use self::unknown::Unknown;

/// The target columns of a task and how their cells become labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) task: String,
    pub(crate) kind: Kind,
    pub(crate) columns: Vec<String>,
    /// Between the labels of one cell.
    separator: Option<String>,
    /// Whether a label outside the vocabulary may just not have occurred in training.
    is_declared: bool,
    /// What speaks against the classes of training being classes.
    #[serde(skip)]
    doubt: Option<String>,
    pub(crate) vocabulary: Vocabulary,
}

/// Training rows below which a task is said to have few labels.
const FEW_LABELS: usize = 30;

impl Target {
    /// Fits the vocabulary of a task on the training rows.
    pub(crate) fn fit(
        task: &TaskSpec,
        table: &Table,
        rows: &[usize],
        base: &Path,
        warnings: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        let columns = task.targets();
        let takes_several = matches!(task.kind, Kind::Regression | Kind::Multilabel);
        if columns.is_empty() || (columns.len() > 1 && !takes_several) {
            return Err(TargetError::TargetCount {
                task: task.name.clone(),
                kind: task.kind.as_str(),
                found: columns.len(),
            }
            .into());
        }
        let mut target = Self {
            task: task.name.clone(),
            kind: task.kind,
            columns: columns.to_vec(),
            separator: task.separator().map(str::to_owned),
            is_declared: false,
            doubt: None,
            vocabulary: Vocabulary::Classes(Vec::new()),
        };
        let observed = match task.kind {
            Kind::Binary => target.fit_binary(table, rows, task.positive.as_deref(), warnings)?,
            Kind::Multiclass => target.fit_multiclass(table, rows, warnings)?,
            Kind::Ordinal => target.fit_ordinal(table, rows, task.order.as_deref(), warnings)?,
            Kind::Multilabel => target.fit_labels(table, rows, warnings)?,
            Kind::Hierarchical => {
                target.fit_hierarchy(table, rows, task.hierarchy.as_ref(), base)?
            }
            Kind::Regression => target.fit_numbers(table, rows)?,
        };
        if observed < FEW_LABELS {
            warnings.push(format!(
                "task `{}` has only {} among {}",
                task.name,
                counted(observed, "label"),
                counted(rows.len(), "training row")
            ));
        }
        Ok(target)
    }

    /// The labels of some rows of a table that has the target columns.
    pub(crate) fn encode(
        &self,
        table: &Table,
        rows: &[usize],
        unknown: Unknown<'_>,
    ) -> Result<Labels, DataError> {
        match &self.vocabulary {
            Vocabulary::Classes(classes) => self.encode_classes(table, rows, classes, unknown),
            Vocabulary::Real { .. } => self.encode_numbers(table, rows),
            Vocabulary::Labels(labels) => self.encode_labels(table, rows, labels, unknown),
            Vocabulary::Hierarchy(hierarchy) => {
                self.encode_hierarchy(table, rows, hierarchy, unknown)
            }
        }
    }

    /// The labels of some rows; missing where the table lacks a target column, and where no training row had the
    /// answer.
    pub(crate) fn encode_present(
        &self,
        table: &Table,
        rows: &[usize],
        unknown: &mut Strangers,
    ) -> Result<Labels, DataError> {
        if self
            .columns
            .iter()
            .all(|column| table.column(column).is_some())
        {
            return self.encode(table, rows, Unknown::LeftOut(unknown));
        }
        Ok(match &self.vocabulary {
            Vocabulary::Classes(_) => Labels::Classes(vec![-1; rows.len()]),
            Vocabulary::Real { columns, .. } => Labels::Real {
                width: columns.len(),
                values: vec![f32::NAN; rows.len() * columns.len()],
            },
            Vocabulary::Labels(labels) => Labels::Nodes {
                width: labels.len(),
                values: vec![2; rows.len() * labels.len()],
            },
            Vocabulary::Hierarchy(_) => Labels::Sets(vec![None; rows.len()]),
        })
    }

    /// What the columns are for, in messages.
    pub(crate) fn role(&self) -> String {
        format!("a target of task `{}`", self.task)
    }

    fn all_missing(&self, column: &str, rows: &[usize]) -> TargetError {
        TargetError::AllMissing {
            task: self.task.clone(),
            column: column.to_owned(),
            rows: rows.len(),
        }
    }

    fn constant(&self, column: &str, value: &str, rows: usize) -> TargetError {
        TargetError::ConstantTarget {
            task: self.task.clone(),
            column: column.to_owned(),
            value: value.to_owned(),
            rows,
        }
    }

    fn unseen(&self, table: &Table, class: &str, part: &str, rows: &[usize]) -> TargetError {
        let help = match self.kind {
            Kind::Hierarchical => {
                "declare the hierarchy of the task, or give the training rows some that have it"
                    .to_owned()
            }
            _ => self.or_else(&format!(
                "give the training rows some (`[data] stratify_by = \"{}\"` does where the parts \
                 are fractions), remove these rows, or merge the class with another",
                self.task
            )),
        };
        TargetError::UnseenClass {
            task: self.task.clone(),
            class: class.to_owned(),
            part: part.to_owned(),
            places: crate::columns::places(table, rows),
            help,
        }
    }
}
