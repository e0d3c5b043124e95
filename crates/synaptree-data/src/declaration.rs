//! What an ARFF file says about its columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The type that an ARFF file declares for a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeclaredType {
    /// `numeric` or `real`: the column is `Float64`.
    Numeric,
    /// `integer`: the column is `Float64`, its values are whole.
    Integer,
    /// `{a, b, c}`: the column is `Utf8`; the values in the order of the file.
    Nominal(Vec<String>),
    /// `string`: the column is `Utf8`.
    String,
    /// `date`, with its format where one is given: the column is `Utf8`.
    Date(Option<String>),
    /// `hierarchical`: the column is `Utf8`, labels joined by `@`; the labels and their order
    /// are in [`Table::hierarchies`](crate::Table::hierarchies).
    Hierarchical,
}

impl DeclaredType {
    /// The word for this type.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Numeric => "numeric",
            Self::Integer => "integer",
            Self::Nominal(_) => "nominal",
            Self::String => "string",
            Self::Date(_) => "date",
            Self::Hierarchical => "hierarchical",
        }
    }
}

/// How the entries of a `hierarchical` attribute are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HierarchyDialect {
    /// Every entry is a label, written as its path from the top: `01/01/03`.
    Paths,
    /// Every entry is an edge `parent/child` between two labels; a label may have several parents.
    Edges,
}

/// The labels of a `hierarchical` attribute of an ARFF file.
///
/// The format does not say which of its two dialects a file uses. The rule, first match wins:
///
/// 1. an entry has no `/` or more than one: **paths**;
/// 2. a label in a row contains `/`: **paths**; edges give their labels bare names;
/// 3. the rows have labels, or some entry begins with `root` or with what another entry ends in:
///    **edges**;
/// 4. else (entries of two parts, no chain, no row with a label): **paths**.
///
/// # Example
///
/// ```
/// use synaptree_data::{HierarchyDeclaration, HierarchyDialect};
///
/// let entries = ["root/cell", "cell/wall", "cell/core"].map(String::from).to_vec();
/// let declared = HierarchyDeclaration { dialect: HierarchyDialect::Edges, entries };
/// assert_eq!(declared.labels().len(), 4);
/// assert_eq!(declared.edges()[1], ("cell", "wall"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HierarchyDeclaration {
    /// Whether `entries` are paths or edges.
    pub dialect: HierarchyDialect,
    /// The entries as the file has them, in its order.
    pub entries: Vec<String>,
}

impl HierarchyDeclaration {
    /// Every label a row may hold: both ends of each edge, or each path and its prefixes.
    pub fn labels(&self) -> BTreeSet<&str> {
        let mut labels = BTreeSet::new();
        for entry in &self.entries {
            match self.dialect {
                HierarchyDialect::Edges => labels.extend(entry.split('/')),
                HierarchyDialect::Paths => {
                    labels.extend(entry.match_indices('/').map(|(end, _)| &entry[..end]));
                    labels.insert(entry);
                }
            }
        }
        labels
    }

    /// The (parent, child) pairs; for paths, each label below the top with the one above it.
    pub fn edges(&self) -> Vec<(&str, &str)> {
        match self.dialect {
            HierarchyDialect::Edges => self
                .entries
                .iter()
                .filter_map(|entry| entry.split_once('/'))
                .collect(),
            HierarchyDialect::Paths => {
                let labels = self.labels();
                let above = |label: &&'_ str| label.rfind('/');
                labels
                    .iter()
                    .filter_map(|label| Some((&label[..above(label)?], *label)))
                    .collect()
            }
        }
    }

    /// Whether labels of rows may be needed to decide the dialect of `entries`.
    pub(crate) fn is_open(entries: &[String]) -> bool {
        entries.iter().all(|entry| entry.matches('/').count() == 1)
    }

    /// Decides the dialect of `entries`; `row_labels` are labels found in rows.
    pub(crate) fn decide<'a>(
        entries: &[String],
        mut row_labels: impl Iterator<Item = &'a str>,
    ) -> HierarchyDialect {
        if !Self::is_open(entries) {
            return HierarchyDialect::Paths;
        }
        if let Some(first) = row_labels.next() {
            let path = first.contains('/') || row_labels.any(|label| label.contains('/'));
            return if path {
                HierarchyDialect::Paths
            } else {
                HierarchyDialect::Edges
            };
        }
        let children: BTreeSet<&str> = entries
            .iter()
            .filter_map(|entry| Some(entry.split_once('/')?.1))
            .collect();
        let chained = entries
            .iter()
            .filter_map(|entry| Some(entry.split_once('/')?.0))
            .any(|parent| parent == "root" || children.contains(parent));
        if chained {
            HierarchyDialect::Edges
        } else {
            HierarchyDialect::Paths
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(entries: &str, labels: &str) -> HierarchyDialect {
        let entries: Vec<String> = entries.split(',').map(String::from).collect();
        HierarchyDeclaration::decide(
            &entries,
            labels.split('@').filter(|label| !label.is_empty()),
        )
    }

    #[test]
    fn entries_of_mixed_depth_are_paths_though_their_parts_repeat() {
        assert_eq!(decide("2,3,2/3,3/2,4/6/2", ""), HierarchyDialect::Paths);
    }

    #[test]
    fn entries_that_chain_are_edges() {
        assert_eq!(decide("root/a,a/b,c/b", ""), HierarchyDialect::Edges);
        assert_eq!(decide("top/a,a/b", ""), HierarchyDialect::Edges);
        assert_eq!(decide("root/a,root/b", ""), HierarchyDialect::Edges);
        assert_eq!(decide("x/1,x/2,y/1", ""), HierarchyDialect::Paths);
    }

    #[test]
    fn labels_of_rows_decide_between_entries_of_two_parts() {
        assert_eq!(decide("2/0,2/1,0/1", "0/1@2/0"), HierarchyDialect::Paths);
        assert_eq!(decide("2/0,2/1,0/1", "1"), HierarchyDialect::Edges);
        assert_eq!(decide("x/1,x/2,y/1", "1@2"), HierarchyDialect::Edges);
    }

    #[test]
    fn paths_imply_their_prefixes() {
        let declared = HierarchyDeclaration {
            dialect: HierarchyDialect::Paths,
            entries: vec!["a/b/c".into(), "d".into()],
        };
        assert_eq!(
            declared.labels().into_iter().collect::<Vec<_>>(),
            ["a", "a/b", "a/b/c", "d"]
        );
        assert_eq!(declared.edges(), [("a", "a/b"), ("a/b", "a/b/c")]);
    }
}
