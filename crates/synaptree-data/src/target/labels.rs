//! Targets with any number of labels a row.

use std::collections::{BTreeSet, HashMap};

use synaptree_tasks::{Labels, Vocabulary};

use super::{Target, Unknown};
use crate::columns::cells_of;
use crate::error::DataError;
use crate::preprocess::boolean;
use crate::table::Table;

/// Missing, in [`Labels::Nodes`].
const MISSING: u8 = 2;

impl Target {
    /// Several columns hold a flag each and name the labels; one column holds lists of labels.
    pub(super) fn fit_labels(
        &mut self,
        table: &Table,
        rows: &[usize],
        warnings: &mut Vec<String>,
    ) -> Result<usize, DataError> {
        let names = if self.columns.len() > 1 {
            self.columns.clone()
        } else {
            let cells = cells_of(table, &self.columns[0], &self.role())?;
            let mut seen: BTreeSet<String> = BTreeSet::new();
            let mut observed = 0;
            for &row in rows {
                let Some(labels) = cells.labels(row, self.between()) else {
                    continue;
                };
                observed += 1;
                seen.extend(labels.into_iter().map(std::borrow::Cow::into_owned));
            }
            if observed == 0 {
                return Err(self.all_missing(&self.columns[0], rows).into());
            }
            if seen.is_empty() {
                let nothing = self.constant(&self.columns[0], "without a label", observed);
                return Err(nothing.into());
            }
            seen.into_iter().collect()
        };
        self.vocabulary = Vocabulary::Labels(names.clone());
        let labels = self.encode_labels(table, rows, &names, Unknown::Refused("train"))?;
        let Labels::Nodes { width, values } = &labels else {
            unreachable!("labels are encoded as nodes")
        };
        let mut varies = false;
        let mut constant = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let mut counts = [0_usize; 3];
            for row in values.chunks(*width) {
                counts[usize::from(row[index])] += 1;
            }
            if self.columns.len() > 1 && counts[0] + counts[1] == 0 {
                return Err(self.all_missing(name, rows).into());
            }
            match counts {
                [0, _, _] | [_, 0, _] => constant.push(format!("`{name}`")),
                _ => varies = true,
            }
        }
        let observed = labels.observed();
        if !varies {
            let value = if values.contains(&1) {
                "the same"
            } else {
                "without a label"
            };
            let constant = self.constant(&self.columns.join(", "), value, observed);
            return Err(constant.into());
        }
        if !constant.is_empty() {
            warnings.push(format!(
                "task `{}`: all labelled training rows agree on {}",
                self.task,
                constant.join(", ")
            ));
        }
        Ok(observed)
    }

    pub(super) fn encode_labels(
        &self,
        table: &Table,
        rows: &[usize],
        names: &[String],
        mut unknown: Unknown<'_>,
    ) -> Result<Labels, DataError> {
        let width = names.len();
        let mut values = vec![MISSING; rows.len() * width];
        if self.columns.len() > 1 {
            for (index, column) in self.columns.iter().enumerate() {
                let role = self.role();
                let cells = cells_of(table, column, &role)?;
                for (position, &row) in rows.iter().enumerate() {
                    if let Some(answer) = boolean(table, column, &role, &cells, row)? {
                        values[position * width + index] = u8::from(answer);
                    }
                }
            }
            return Ok(Labels::Nodes { width, values });
        }
        let cells = cells_of(table, &self.columns[0], &self.role())?;
        let index: HashMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (name.as_str(), index))
            .collect();
        for (position, &row) in rows.iter().enumerate() {
            let Some(labels) = cells.labels(row, self.between()) else {
                continue;
            };
            let answers = &mut values[position * width..(position + 1) * width];
            answers.fill(0);
            for label in labels {
                let Some(&index) = index.get(label.as_ref()) else {
                    unknown.meet(&label, table, row, |part| {
                        self.unseen_label(table, rows, &cells, &label, part)
                    })?;
                    continue;
                };
                answers[index] = 1;
            }
        }
        Ok(Labels::Nodes { width, values })
    }

    /// What stands between the labels of a cell.
    pub(super) fn between(&self) -> &str {
        self.separator.as_deref().unwrap_or("|")
    }
}
