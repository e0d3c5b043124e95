//! A document held against the schema of what it should describe.

use crate::diagnostic::Diagnostic;
use crate::node::Node;

pub(crate) fn validate(_root: &Node, _schema: &serde_json::Value) -> Vec<Diagnostic> {
    Vec::new()
}
