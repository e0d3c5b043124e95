//! `[[inputs]]`: what the network sees.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an input reads.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Columns of a table: numbers, categories, booleans, lists of labels.
    #[default]
    Table,
    /// Running text; not in this release.
    Text,
    /// Images; not in this release.
    Image,
    /// Series; not in this release.
    Series,
}

impl InputKind {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            InputKind::Table => "table",
            InputKind::Text => "text",
            InputKind::Image => "image",
            InputKind::Series => "series",
        }
    }
}

/// How numbers are brought to a common scale.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Mean 0 and standard deviation 1 over the training rows.
    #[default]
    Standard,
    /// The rank among the training rows, turned into a standard normal number.
    Quantile,
    /// As they are.
    None,
}

/// The scaling of all number columns, or of some by name.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum ScalingSpec {
    /// The same for every number column.
    All(Scaling),
    /// By column name; `standard` for the others.
    Columns(BTreeMap<String, Scaling>),
}

impl Default for ScalingSpec {
    fn default() -> Self {
        ScalingSpec::All(Scaling::Standard)
    }
}

impl ScalingSpec {
    /// The scaling of a column.
    pub fn of(&self, column: &str) -> Scaling {
        match self {
            ScalingSpec::All(scaling) => *scaling,
            ScalingSpec::Columns(columns) => columns.get(column).copied().unwrap_or_default(),
        }
    }
}

/// What fills a missing number.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
#[serde(rename_all = "snake_case")]
pub enum Impute {
    /// The mean of the training rows: 0 after `standard` scaling.
    #[default]
    Mean,
    /// The median of the training rows.
    Median,
}

/// One `[[inputs]]` table: which columns the network sees and how they become numbers.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `name` | `"table"` | unique | names the input |
/// | `kind` | `"table"` | `"table"` | what it reads |
/// | `columns` | all that are left | column names | the columns, in this order |
/// | `exclude` | none | column names | columns to leave out |
/// | `scaling` | `"standard"` | [`Scaling`], or by column | how numbers are scaled |
/// | `impute` | `"mean"` | `"mean"`, `"median"` | what fills a missing number |
/// | `missing_indicator` | true | | a 0/1 column beside each column with gaps in the training rows |
/// | `one_hot_max` | 12 | ≥ 0 | up to this many codes a category is one-hot, above it embedded |
/// | `embedding_width` | by size | ≥ 1 | width of the embeddings |
/// | `rare` | 2 | ≥ 1, rows | values in fewer training rows join the unknown bucket |
///
/// An embedding of `n` codes is `min(600, round(1.6 · n^0.56))` wide unless `embedding_width`
/// says otherwise.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct InputSpec {
    /// Names the input.
    pub name: String,
    /// What it reads.
    pub kind: InputKind,
    /// The columns, in this order; by default all that are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Columns to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// How numbers are scaled: for all, or by column name.
    pub scaling: ScalingSpec,
    /// What fills a missing number.
    pub impute: Impute,
    /// Whether a column with gaps in the training rows gets a 0/1 column that marks them.
    pub missing_indicator: bool,
    /// Up to this many codes a category is one-hot; above it is embedded.
    pub one_hot_max: usize,
    /// The width of embeddings; by default it follows from the number of codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub embedding_width: Option<usize>,
    /// Values in fewer training rows join the unknown bucket.
    #[schemars(range(min = 1))]
    pub rare: usize,
}

impl Default for InputSpec {
    fn default() -> Self {
        Self {
            name: "table".to_owned(),
            kind: InputKind::Table,
            columns: None,
            exclude: Vec::new(),
            scaling: ScalingSpec::default(),
            impute: Impute::default(),
            missing_indicator: true,
            one_hot_max: 12,
            embedding_width: None,
            rare: 2,
        }
    }
}
