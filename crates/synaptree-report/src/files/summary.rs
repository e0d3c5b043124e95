//! `summary.json`: the final figures.

use serde::Deserialize;

use super::evaluation::Evaluation;
use super::ordered::Ordered;
use super::score::Score;

/// `summary.json` of one run, or of several seeds.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// What the experiment is called.
    pub name: Option<String>,
    /// The seed.
    pub seed: Option<u64>,
    /// The seeds, where there are several.
    pub seeds: Vec<u64>,
    /// How long training took.
    pub seconds: Score,
    /// Epochs trained.
    pub epochs: Score,
    /// The epoch the model was taken from.
    pub best_epoch: Score,
    /// The figures on the validation rows.
    pub validation: Option<Evaluation>,
    /// The figures on the test rows.
    pub test: Option<Evaluation>,
    /// The figures on the training rows, where there are no others.
    pub train: Option<Evaluation>,
    /// The score of always answering the most common class, or the mean, by split.
    pub baseline: Ordered<Score>,
    /// The headline metric that always answering the most common class, or the mean, reaches: by split,
    /// then by task.
    pub majority: Ordered<Ordered<Score>>,
    /// Rows by split.
    pub rows: Ordered<Score>,
    /// Trainable numbers.
    pub parameters: Score,
    /// The headline metric of each task.
    pub headline: Ordered<String>,
    /// What a reader should know before trusting the figures.
    pub warnings: Vec<String>,
}
