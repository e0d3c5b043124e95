//! How much a row of each class counts, as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a row of each class counts in a loss.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ClassWeights {
    /// A rule.
    Rule(ClassWeightRule),
    /// A weight for each class named; 1 for the others.
    Given(BTreeMap<String, f64>),
}

/// A rule that gives each class its weight.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeightRule {
    /// All classes count the same.
    None,
    /// `rows / (classes · rows of the class)` in the training rows.
    Balanced,
}

impl Default for ClassWeights {
    fn default() -> Self {
        ClassWeights::Rule(ClassWeightRule::None)
    }
}

impl ClassWeights {
    /// Whether all classes count the same.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::LossSpec;

    #[test]
    fn class_weights_are_a_rule_or_a_table() {
        let loss: LossSpec =
            serde_json::from_str(r#"{"kind":"cross_entropy","class_weights":"balanced"}"#).unwrap();
        assert_eq!(
            loss.class_weights(),
            Some(&ClassWeights::Rule(ClassWeightRule::Balanced))
        );
        let loss: LossSpec =
            serde_json::from_str(r#"{"kind":"cross_entropy","class_weights":{"a":2.0}}"#).unwrap();
        assert!(matches!(loss.class_weights(), Some(ClassWeights::Given(map)) if map["a"] == 2.0));
        assert!(!loss.is_likelihood());
    }
}
