//! Targets that are nodes of a label hierarchy.

use std::collections::BTreeSet;
use std::path::Path;

use synaptree_config::nearest;
use synaptree_tasks::{Hierarchy, HierarchyEntries, HierarchySpec, Labels, TaskError, Vocabulary};

use super::{Target, Unknown};
use crate::cells::Cells;
use crate::columns::cells_of;
use crate::declaration::{HierarchyDeclaration, HierarchyDialect};
use crate::error::{DataError, TargetError};
use crate::read::{Source, read_lines};
use crate::table::Table;

impl Target {
    /// The hierarchy is the one of the task, or else the one the file declares, or else the paths
    /// of the training rows.
    pub(super) fn fit_hierarchy(
        &mut self,
        table: &Table,
        rows: &[usize],
        spec: Option<&HierarchySpec>,
        base: &Path,
    ) -> Result<usize, DataError> {
        let column = &self.columns[0];
        let cells = cells_of(table, column, &self.role())?;
        let mut sets: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut observed = 0;
        for &row in rows {
            let Some(labels) = cells.labels(row, self.between()) else {
                continue;
            };
            observed += 1;
            let mut labels: Vec<String> = labels
                .into_iter()
                .map(std::borrow::Cow::into_owned)
                .collect();
            labels.sort_unstable();
            sets.insert(labels);
        }
        match (observed, sets.len(), sets.first()) {
            (0, ..) => return Err(self.all_missing(column, rows).into()),
            (_, 1, Some(only)) => {
                let only = only.join(self.between());
                return Err(self.constant(column, &only, observed).into());
            }
            _ => {}
        }
        let declared = table.hierarchies.get(column);
        self.is_declared = spec.is_some() || declared.is_some();
        let hierarchy = match (spec, declared) {
            (Some(spec), _) => Self::specified(spec, base)?,
            (None, Some(declared)) => build(declared),
            (None, None) => Hierarchy::from_paths(sets.iter().flatten()),
        };
        let hierarchy = hierarchy.map_err(|source| TargetError::Hierarchy {
            task: self.task.clone(),
            source,
        })?;
        self.vocabulary = Vocabulary::Hierarchy(hierarchy);
        Ok(observed)
    }

    pub(super) fn encode_hierarchy(
        &self,
        table: &Table,
        rows: &[usize],
        hierarchy: &Hierarchy,
        mut unknown: Unknown<'_>,
    ) -> Result<Labels, DataError> {
        let cells = cells_of(table, &self.columns[0], &self.role())?;
        let mut sets = Vec::with_capacity(rows.len());
        for &row in rows {
            let Some(labels) = cells.labels(row, self.between()) else {
                sets.push(None);
                continue;
            };
            let mut nodes = Vec::with_capacity(labels.len());
            let mut is_known = true;
            for label in labels {
                let Some(node) = hierarchy.index(&label) else {
                    unknown.meet(&label, table, row, |part| {
                        if self.is_declared {
                            self.unknown_label(table, row, &label, hierarchy)
                        } else {
                            self.unseen_label(table, rows, &cells, &label, part)
                        }
                    })?;
                    // Which of its ancestors are there is unknown too.
                    is_known = false;
                    break;
                };
                nodes.push(node);
            }
            hierarchy.close_upward(&mut nodes);
            sets.push(is_known.then_some(nodes));
        }
        Ok(Labels::Sets(sets))
    }

    fn specified(
        spec: &HierarchySpec,
        base: &Path,
    ) -> Result<Result<Hierarchy, TaskError>, DataError> {
        Ok(match spec {
            HierarchySpec::Entries(entries) => Hierarchy::from_entries(entries),
            HierarchySpec::Explicit(HierarchyEntries::Paths(paths)) => Hierarchy::from_paths(paths),
            HierarchySpec::Explicit(HierarchyEntries::Edges(edges)) => from_edges(edges),
            HierarchySpec::File(file) => {
                let path = Source::from(file.as_str()).relative_to(base)?.file;
                let path = Path::new(&path);
                let lines = read_lines(path)?;
                let entries: Vec<&str> = lines
                    .iter()
                    .map(|line| line.trim())
                    .filter(|line| !line.is_empty() && !line.starts_with('#'))
                    .collect();
                Hierarchy::from_entries(&entries)
            }
        })
    }

    /// A label in a list that no training row has.
    pub(super) fn unseen_label(
        &self,
        table: &Table,
        rows: &[usize],
        cells: &Cells<'_>,
        label: &str,
        part: &str,
    ) -> TargetError {
        let holds = |&row: &usize| {
            let found = cells.labels(row, self.between());
            found.is_some_and(|found| found.iter().any(|found| found == label))
        };
        let same: Vec<usize> = rows.iter().copied().filter(holds).collect();
        self.unseen(table, label, part, &same)
    }

    fn unknown_label(
        &self,
        table: &Table,
        row: usize,
        label: &str,
        hierarchy: &Hierarchy,
    ) -> TargetError {
        let help = match nearest(label, hierarchy.labels().iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`? else add it to the hierarchy"),
            None => "add it to the hierarchy, or correct the cell".to_owned(),
        };
        TargetError::UnknownLabel {
            place: table.origin(row).to_string(),
            task: self.task.clone(),
            label: label.to_owned(),
            help,
        }
    }
}

fn build(declared: &HierarchyDeclaration) -> Result<Hierarchy, TaskError> {
    match declared.dialect {
        HierarchyDialect::Paths => Hierarchy::from_paths(&declared.entries),
        HierarchyDialect::Edges => from_edges(&declared.entries),
    }
}

fn from_edges(entries: &[String]) -> Result<Hierarchy, TaskError> {
    let mut edges = Vec::with_capacity(entries.len());
    for entry in entries {
        let pair = entry
            .split_once('/')
            .ok_or_else(|| TaskError::HierarchyEntry {
                entry: entry.clone(),
                reason: "an edge needs a parent and a child",
            })?;
        edges.push(pair);
    }
    Hierarchy::from_edges(edges)
}
