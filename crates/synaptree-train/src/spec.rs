//! `[training]`: how the weights are learned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::flatness::FlatnessSpec;
use crate::gradient::{GradientClipSpec, GradientNoiseSpec};
use crate::optimizer::OptimizerSpec;
use crate::posterior::PosteriorSpec;
use crate::schedule::ScheduleSpec;
use crate::time_limit::TimeLimit;

/// Which labels a training step looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// All labels of the rows of a batch together.
    #[default]
    Joint,
    /// A batch a task, the tasks in turn.
    Alternating,
    /// A batch of a random task each step.
    Sampled,
}

/// The word `full`: every row in one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Full {
    /// Every training row in one batch.
    Full,
}

/// Rows a step: a number (1 is single-example descent) or `"full"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BatchSize {
    /// This many rows.
    Rows(#[schemars(range(min = 1))] usize),
    /// Every row: full-batch descent.
    All(Full),
}

impl BatchSize {
    /// Rows a step when `rows` are there.
    ///
    /// ```
    /// use synaptree_train::BatchSize;
    /// assert_eq!(BatchSize::Rows(32).rows(1000), 32);
    /// assert_eq!(BatchSize::Rows(32).rows(10), 10);
    /// ```
    pub fn rows(self, rows: usize) -> usize {
        match self {
            Self::Rows(size) => size.clamp(1, rows.max(1)),
            Self::All(_) => rows.max(1),
        }
    }
}

fn fifteen() -> usize {
    15
}

/// Stops training when the watched validation metric stands still.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `patience` | 15 | ≥ 1, epochs | epochs without improvement before training stops |
/// | `min_delta` | 0 | ≥ 0 | smallest rise that counts as improvement |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyStoppingSpec {
    /// Epochs without improvement before training stops.
    #[serde(default = "fifteen")]
    #[schemars(range(min = 1))]
    pub patience: usize,
    /// Smallest rise that counts as improvement.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    pub min_delta: f64,
}

fn one_epoch() -> usize {
    1
}

fn one_minute() -> f64 {
    60.0
}

/// How often the state of training is written to the run folder.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `epochs` | 1 | ≥ 1, epochs | a checkpoint after every so many epochs |
/// | `seconds` | 60 | > 0, seconds | and, within an epoch, when the last one is this old |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckpointSpec {
    /// A checkpoint after every so many epochs.
    #[serde(default = "one_epoch")]
    #[schemars(range(min = 1))]
    pub epochs: usize,
    /// And, within an epoch, when the last one is this many seconds old.
    #[serde(default = "one_minute")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub seconds: f64,
}

impl Default for CheckpointSpec {
    fn default() -> Self {
        Self {
            epochs: one_epoch(),
            seconds: one_minute(),
        }
    }
}

/// `[training]`: how the weights are learned.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `epochs` | 100 | ≥ 1 | passes over the training labels |
/// | `batch_size` | 32 | ≥ 1 or `"full"`, rows | rows a step |
/// | `regime` | `joint` | joint, alternating, sampled | which labels a step looks at |
/// | `shuffle` | true | | a new order of rows each epoch |
/// | `optimizer` | adam | | the update rule |
/// | `schedule` | constant | | how the learning rate changes |
/// | `early_stopping` | off | | when to stop before `epochs` |
/// | `time_limit` | none | a length of time | how long training may take |
/// | `metric` | `score` | `score` or `task.metric` | what `best` and early stopping watch, on validation |
/// | `gradient_clip` | off | | limit on the gradient |
/// | `gradient_noise` | off | | noise on the gradient |
/// | `flatness` | off | | gradients at weights that are moved at random |
/// | `posterior` | none | | a distribution of the weights around those that training found |
/// | `checkpoint_every` | 1 epoch, 60 s | | how often the state is saved |
/// | `evaluate_every` | 1 | ≥ 1, epochs | epochs between two looks at the validation rows |
/// | `importance_rows` | 500 or fewer | ≥ 0, rows | rows that the importance of columns is measured on at the end |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSpec {
    /// Passes over the training labels.
    #[schemars(range(min = 1))]
    pub epochs: usize,
    /// Rows a step: a number, or "full".
    pub batch_size: BatchSize,
    /// Which labels a step looks at.
    pub regime: Regime,
    /// Whether each epoch takes the rows in a new order.
    pub shuffle: bool,
    /// The update rule.
    pub optimizer: OptimizerSpec,
    /// How the learning rate changes while training goes on.
    pub schedule: ScheduleSpec,
    /// When to stop before `epochs`. Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<EarlyStoppingSpec>,
    /// How long training may take, such as `"10m"` or `"1h30m"`. Absent: as long as it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub time_limit: Option<TimeLimit>,
    /// What `best`, early stopping and `plateau` watch on the validation rows: `score`, or
    /// `task.metric` such as `species.accuracy`.
    pub metric: String,
    /// Limit on the gradient. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_clip: Option<GradientClipSpec>,
    /// Noise on the gradient. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_noise: Option<GradientNoiseSpec>,
    /// Gradients at weights that are moved at random, for flat minima. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flatness: Option<FlatnessSpec>,
    /// A distribution of the weights around those that training found. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posterior: Option<PosteriorSpec>,
    /// How often the state of training is written to the run folder.
    pub checkpoint_every: CheckpointSpec,
    /// Epochs between two looks at the validation rows.
    #[schemars(range(min = 1))]
    pub evaluate_every: usize,
    /// Rows that the importance of columns is measured on at the end of training: it takes a pass over them for every
    /// column. 0 leaves it out. Absent: 500, or fewer, down to 50, where columns and weights are many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance_rows: Option<usize>,
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch_size: BatchSize::Rows(32),
            regime: Regime::default(),
            shuffle: true,
            optimizer: OptimizerSpec::default(),
            schedule: ScheduleSpec::default(),
            early_stopping: None,
            time_limit: None,
            metric: "score".to_owned(),
            gradient_clip: None,
            gradient_noise: None,
            flatness: None,
            posterior: None,
            checkpoint_every: CheckpointSpec::default(),
            evaluate_every: 1,
            importance_rows: None,
        }
    }
}
