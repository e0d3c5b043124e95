//! What a network is given: encoded features, labels with gaps, and where each row stands.

use arrow_array::{RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::ArrowError;
use arrow_select::take::take_record_batch;
use synaptree_tasks::{Labels, Vocabulary};

use crate::fingerprint::Fingerprint;
use crate::preprocess::Preprocessing;

/// The encoded inputs of some rows: plain numbers, row-major.
///
/// # Example
///
/// ```
/// use synaptree_data::Features;
///
/// let features = Features {
///     rows: 2,
///     numbers: vec![0.5, -1.0, 0.25, 2.0],
///     number_width: 2,
///     categories: vec![3, 1],
///     category_width: 1,
/// };
/// let second = features.select(&[1]);
/// assert_eq!(second.numbers, [0.25, 2.0]);
/// assert_eq!(second.categories, [1]);
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Features {
    /// Number of rows.
    pub rows: usize,
    /// `rows * number_width` scaled numbers.
    pub numbers: Vec<f32>,
    /// Numbers of one row.
    pub number_width: usize,
    /// `rows * category_width` codes; 0 is the unknown bucket of its column.
    pub categories: Vec<i32>,
    /// Codes of one row.
    pub category_width: usize,
}

impl Features {
    /// The given rows, in their order; rows may repeat.
    pub fn select(&self, rows: &[usize]) -> Features {
        Features {
            rows: rows.len(),
            numbers: select(&self.numbers, self.number_width, rows),
            number_width: self.number_width,
            categories: select(&self.categories, self.category_width, rows),
            category_width: self.category_width,
        }
    }
}

fn select<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    rows.iter()
        .flat_map(|&row| &values[row * width..(row + 1) * width])
        .copied()
        .collect()
}

/// Some rows with everything that training and evaluation need of them; a batch is one too.
#[derive(Clone, Debug)]
pub struct Split {
    /// The encoded inputs.
    pub features: Features,
    /// The labels of each task, in the order of the experiment.
    pub labels: Vec<Labels>,
    /// The position of each row in the rows it was read with; the address of its noise.
    pub rows: Vec<u64>,
    /// How much each row counts, where `[data] row_weight` names a column.
    pub row_weight: Option<Vec<f32>>,
    /// The columns named in `[data] id`.
    pub ids: RecordBatch,
}

impl Split {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.features.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows at the given positions, in their order: a batch.
    ///
    /// # Panics
    ///
    /// If a position is not below [`Split::len`].
    pub fn select(&self, positions: &[u32]) -> Split {
        let rows: Vec<usize> = positions.iter().map(|&row| row as usize).collect();
        Split {
            features: self.features.select(&rows),
            labels: self
                .labels
                .iter()
                .map(|labels| labels.select(&rows))
                .collect(),
            rows: rows.iter().map(|&row| self.rows[row]).collect(),
            row_weight: self
                .row_weight
                .as_ref()
                .map(|weights| rows.iter().map(|&row| weights[row]).collect()),
            ids: take_rows(&self.ids, &rows).expect("positions are below the row count"),
        }
    }
}

/// The given rows of a table, which may have no column.
pub(crate) fn take_rows(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, ArrowError> {
    if batch.num_columns() == 0 {
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        return RecordBatch::try_new_with_options(batch.schema(), Vec::new(), &options);
    }
    let taken = UInt64Array::from_iter_values(rows.iter().map(|&row| row as u64));
    take_record_batch(batch, &taken)
}

/// The data of an experiment: its parts, encoded by what was fitted on the training rows.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// What was fitted on the training rows; saved with the model.
    pub preprocessing: Preprocessing,
    /// The possible answers of each task, in the order of the experiment.
    pub vocabularies: Vec<Vocabulary>,
    /// The rows that are trained on.
    pub train: Split,
    /// The rows that choose the best weights.
    pub validation: Option<Split>,
    /// The rows that are only scored.
    pub test: Option<Split>,
    /// The rows kept for the calibration of guarantees.
    pub calibration: Option<Split>,
    /// What identifies the content of every file that was read.
    pub fingerprints: Vec<Fingerprint>,
    /// What a person should know: columns left out, tasks with few labels.
    pub warnings: Vec<String>,
}
