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

/// How a category becomes numbers.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default)]
#[serde(rename_all = "snake_case")]
pub enum CategoryEncoding {
    /// `one_hot` up to `one_hot_max` codes, `embedding` up to `embedding_max`, `hash` above it.
    #[default]
    Auto,
    /// A 0/1 number for each code.
    OneHot,
    /// A learned vector for each code.
    Embedding,
    /// A learned vector for each of `hash_buckets` buckets, which values share.
    Hash,
}

/// The encoding of all category columns, or of some by name.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum EncodingSpec {
    /// The same for every category column.
    All(CategoryEncoding),
    /// By column name; `auto` for the others.
    Columns(BTreeMap<String, CategoryEncoding>),
}

impl Default for EncodingSpec {
    fn default() -> Self {
        Self::All(CategoryEncoding::Auto)
    }
}

impl EncodingSpec {
    /// The encoding of a column.
    pub fn of(&self, column: &str) -> CategoryEncoding {
        match self {
            Self::All(encoding) => *encoding,
            Self::Columns(columns) => columns.get(column).copied().unwrap_or_default(),
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
/// | `encoding` | `"auto"` | [`CategoryEncoding`], or by column | how categories become numbers |
/// | `one_hot_max` | 12 | ≥ 0 | up to this many codes a category is one-hot, above it embedded |
/// | `embedding_max` | 10 000 | ≥ 1 | up to this many codes a category is embedded, above it hashed |
/// | `hash_buckets` | 4096 | 1 to 10 000 000 | buckets that hashed values share |
/// | `embedding_width` | by size | ≥ 1 | width of the embeddings |
/// | `labels_max` | 1000 | ≥ 1 | the most frequent labels of a list that have a number |
/// | `rare` | 2 | ≥ 1, rows | values in fewer training rows join the unknown bucket |
///
/// A category has a code for each value that `rare` training rows have, one for all others, and one
/// for gaps where training rows have some. An embedding of `n` codes is
/// `min(64, round(1.6 · n^0.56))` wide unless `embedding_width` says otherwise, so that by default no
/// column has more than 640 000 weights of its own, and a hashed one 262 208: `synaptree check` says
/// how many there are.
///
/// A value that training did not have is read as unknown; where values are hashed, as whatever shares
/// its bucket. The bucket of a value is the same on every machine and in every version.
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
    /// How categories become numbers: for all, or by column name.
    pub encoding: EncodingSpec,
    /// Up to this many codes a category is one-hot; above it is embedded.
    pub one_hot_max: usize,
    /// Up to this many codes each has a vector of its own; above it values are hashed.
    #[schemars(range(min = 1))]
    pub embedding_max: usize,
    /// The buckets that hashed values share. The bucket of a value never changes; values in one bucket, also those that
    /// training did not have, look alike.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub hash_buckets: usize,
    /// The width of embeddings; by default `min(64, round(1.6 · n^0.56))` for `n` codes or buckets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub embedding_width: Option<usize>,
    /// Of lists of labels, the most frequent labels that have a number each.
    #[schemars(range(min = 1))]
    pub labels_max: usize,
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
            encoding: EncodingSpec::default(),
            one_hot_max: 12,
            embedding_max: 10_000,
            hash_buckets: 4096,
            embedding_width: None,
            labels_max: 1000,
            rare: 2,
        }
    }
}
