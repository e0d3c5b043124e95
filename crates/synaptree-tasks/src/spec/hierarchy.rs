//! Where the labels of a hierarchical task stand, as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::TaskError;
use crate::hierarchy::Hierarchy;

/// Where the labels of a hierarchical task stand in relation to each other.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum HierarchySpec {
    /// A text file with one entry a line, read like a list; empty lines and lines that begin
    /// with `#` are skipped.
    File(String),
    /// Entries: edges `"parent/child"` where every entry has exactly two parts, otherwise paths
    /// `"a/b/c"` whose labels are the full paths.
    Entries(Vec<String>),
    /// Entries of which it is said what they are.
    Explicit(HierarchyEntries),
}

impl HierarchySpec {
    /// The hierarchy of entries that are written out; `None` where they stand in a file.
    ///
    /// # Errors
    ///
    /// As [`Hierarchy::from_entries`].
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_tasks::HierarchySpec;
    ///
    /// let cycle = HierarchySpec::Entries(vec!["a/b".into(), "b/a".into()]);
    /// assert!(cycle.written().unwrap().is_err());
    /// assert!(HierarchySpec::File("tree.txt".into()).written().is_none());
    /// ```
    pub fn written(&self) -> Option<Result<Hierarchy, TaskError>> {
        match self {
            HierarchySpec::File(_) => None,
            HierarchySpec::Entries(entries) => Some(Hierarchy::from_entries(entries)),
            HierarchySpec::Explicit(HierarchyEntries::Paths(paths)) => {
                Some(Hierarchy::from_paths(paths))
            }
            HierarchySpec::Explicit(HierarchyEntries::Edges(edges)) => Some(from_edges(edges)),
        }
    }
}

fn from_edges(entries: &[String]) -> Result<Hierarchy, TaskError> {
    let pairs: Result<Vec<(&str, &str)>, TaskError> = entries
        .iter()
        .map(|entry| {
            entry
                .split_once('/')
                .ok_or_else(|| TaskError::HierarchyEntry {
                    entry: entry.clone(),
                    reason: "an edge needs a parent and a child",
                })
        })
        .collect();
    Hierarchy::from_edges(pairs?)
}

/// Hierarchy entries of one declared form.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HierarchyEntries {
    /// Paths `"a/b/c"`; the labels are the full paths.
    Paths(Vec<String>),
    /// Edges `"parent/child"`; the labels are the names of the nodes.
    Edges(Vec<String>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hierarchies_are_files_lists_or_tables() {
        let of = |text: &str| serde_json::from_str::<HierarchySpec>(text).unwrap();
        assert_eq!(of(r#""tree.txt""#), HierarchySpec::File("tree.txt".into()));
        assert_eq!(of(r#"["a/b"]"#), HierarchySpec::Entries(vec!["a/b".into()]));
        let edges = HierarchyEntries::Edges(vec!["a/b".into()]);
        assert_eq!(of(r#"{"edges":["a/b"]}"#), HierarchySpec::Explicit(edges));
    }
}
