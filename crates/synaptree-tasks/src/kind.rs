//! What kind of answer a task asks for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of answer a task asks for.
///
/// # Example
///
/// ```
/// use synaptree_tasks::Kind;
///
/// assert_eq!(Kind::Ordinal.as_str(), "ordinal");
/// assert!(Kind::Ordinal.has_classes() && !Kind::Multilabel.has_classes());
/// ```
#[derive(
    Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of two classes.
    Binary,
    /// One of several classes.
    Multiclass,
    /// Any number of labels out of a list.
    Multilabel,
    /// Any number of nodes of a label tree or DAG; a node brings its ancestors.
    Hierarchical,
    /// One or several real numbers.
    Regression,
    /// One of several classes that have an order.
    Ordinal,
}

impl Kind {
    /// Every kind, in the order of the reference pages.
    pub const ALL: [Kind; 6] = [
        Kind::Binary,
        Kind::Multiclass,
        Kind::Multilabel,
        Kind::Hierarchical,
        Kind::Regression,
        Kind::Ordinal,
    ];

    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Binary => "binary",
            Kind::Multiclass => "multiclass",
            Kind::Multilabel => "multilabel",
            Kind::Hierarchical => "hierarchical",
            Kind::Regression => "regression",
            Kind::Ordinal => "ordinal",
        }
    }

    /// What stands between the labels of one cell where nothing else is given; `None` for kinds
    /// with one label a cell.
    pub const fn default_separator(self) -> Option<&'static str> {
        match self {
            Kind::Multilabel => Some("|"),
            Kind::Hierarchical => Some("@"),
            _ => None,
        }
    }

    /// Whether a row has exactly one class: only such tasks refine or are refined.
    pub const fn has_classes(self) -> bool {
        matches!(self, Kind::Binary | Kind::Multiclass | Kind::Ordinal)
    }

    /// Whether a row has a set of labels.
    pub const fn has_nodes(self) -> bool {
        matches!(self, Kind::Multilabel | Kind::Hierarchical)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
