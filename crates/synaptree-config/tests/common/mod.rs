//! A small experiment with every shape of value that specifications have.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_config::Document;

/// Everything a file says.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Experiment {
    /// Where every random stream starts.
    pub seed: u64,
    pub data: Data,
    #[schemars(length(min = 1))]
    pub tasks: Vec<Task>,
    pub network: Network,
    pub training: Training,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Data {
    pub train: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Part>,
    pub types: BTreeMap<String, ColumnType>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum Source {
    One(String),
    Many(Vec<File>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum File {
    Path(String),
    Renamed(Renamed),
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renamed {
    pub file: String,
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum Part {
    Fraction(#[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))] f64),
    Off(#[schemars(extend("const" = false))] bool),
    Files(Source),
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnType {
    Number,
    Category,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Task {
    pub name: String,
    /// What kind of answer it asks for.
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OneOrMany>,
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub weight: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hierarchy: Option<Hierarchy>,
}

fn one() -> f64 {
    1.0
}

/// What kind of answer a task asks for.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Yes or no.
    Binary,
    /// One of several.
    Multiclass,
    /// Any number of several.
    Multilabel,
    /// Numbers.
    Regression,
    /// One of several in order.
    Ordinal,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hierarchy {
    Paths(Vec<String>),
    Edges(Vec<String>),
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Network {
    #[schemars(inner(range(min = 1)))]
    pub trunk: Vec<usize>,
    #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
    pub dropout: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<[f64; 2]>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Activation {
    Relu,
    Tanh,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Training {
    #[schemars(range(min = 1))]
    pub epochs: usize,
    pub batch_size: BatchSize,
    pub shuffle: bool,
    pub optimizer: Optimizer,
    pub steps: u32,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch_size: BatchSize::Rows(32),
            shuffle: true,
            optimizer: Optimizer::Adam {
                learning_rate: 1e-3,
                beta_1: 0.9,
            },
            steps: 1,
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum BatchSize {
    Rows(#[schemars(range(min = 1))] usize),
    All(Full),
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Full {
    Full,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Optimizer {
    Adam {
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        #[serde(default = "one")]
        beta_1: f64,
    },
    Sgd {
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        #[serde(default)]
        nesterov: bool,
    },
}

/// What a person sees who runs this text, changed by these assignments.
pub(crate) fn said(text: &str, assignments: &[&str]) -> String {
    let mut document = match Document::parse("run.toml", text) {
        Ok(document) => document,
        Err(error) => return error.to_string(),
    };
    for assignment in assignments {
        if let Err(error) = document.set(assignment) {
            return error.to_string();
        }
    }
    match document.deserialize::<Experiment>() {
        Ok(experiment) => format!("{experiment:#?}"),
        Err(mistakes) => document.render(&mistakes, false),
    }
}
