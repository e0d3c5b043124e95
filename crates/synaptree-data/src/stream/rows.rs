//! Encoded rows that come one after the other.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use arrow_select::concat::concat_batches;
use synaptree_tasks::Labels;

use crate::dataset::{Features, Split, take_rows};
use crate::error::DataError;

/// Encoded rows without ids, to which rows are added and in which rows are replaced.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    features: Features,
    labels: Vec<Labels>,
    positions: Vec<u64>,
    row_weight: Option<Vec<f32>>,
}

impl From<Split> for Rows {
    fn from(split: Split) -> Self {
        Self {
            features: split.features,
            labels: split.labels,
            positions: split.rows,
            row_weight: split.row_weight,
        }
    }
}

impl Rows {
    /// No rows, with the columns of others.
    pub(super) fn like(other: &Self) -> Self {
        Self {
            features: Features {
                number_width: other.features.number_width,
                category_width: other.features.category_width,
                ..Features::default()
            },
            labels: other.labels.iter().map(none).collect(),
            positions: Vec::new(),
            row_weight: other.row_weight.as_ref().map(|_| Vec::new()),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.features.rows
    }

    /// Whether a row has a label of any task.
    pub(super) fn is_labelled(&self, row: usize) -> bool {
        self.labels.iter().any(|labels| labels.is_observed(row))
    }

    /// Adds a row of others with the same columns.
    pub(super) fn push(&mut self, other: &Self, row: usize) {
        let (numbers, categories) = cells(&other.features, row);
        self.features.numbers.extend_from_slice(numbers);
        self.features.categories.extend_from_slice(categories);
        self.features.rows += 1;
        for (labels, others) in self.labels.iter_mut().zip(&other.labels) {
            push(labels, others, row);
        }
        self.positions.push(other.positions[row]);
        if let (Some(weights), Some(others)) = (&mut self.row_weight, &other.row_weight) {
            weights.push(others[row]);
        }
    }

    /// Puts a row of others in the place of one of these.
    pub(super) fn replace(&mut self, place: usize, other: &Self, row: usize) {
        let (numbers, categories) = cells(&other.features, row);
        let Features {
            number_width,
            category_width,
            ..
        } = self.features;
        self.features.numbers[place * number_width..][..number_width].copy_from_slice(numbers);
        self.features.categories[place * category_width..][..category_width]
            .copy_from_slice(categories);
        for (labels, others) in self.labels.iter_mut().zip(&other.labels) {
            replace(labels, place, others, row);
        }
        self.positions[place] = other.positions[row];
        if let (Some(weights), Some(others)) = (&mut self.row_weight, &other.row_weight) {
            weights[place] = others[row];
        }
    }

    /// The rows with the given ids.
    fn with_ids(self, ids: RecordBatch) -> Split {
        Split {
            features: self.features,
            labels: self.labels,
            rows: self.positions,
            row_weight: self.row_weight,
            ids,
        }
    }
}

impl From<Rows> for Split {
    fn from(rows: Rows) -> Self {
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let schema = Arc::new(Schema::empty());
        let ids = RecordBatch::try_new_with_options(schema, Vec::new(), &options)
            .expect("a table without columns has any number of rows");
        rows.with_ids(ids)
    }
}

/// Rows of a part that are kept in memory, with their ids.
#[derive(Default)]
pub(super) struct Kept {
    rows: Option<Rows>,
    ids: Vec<RecordBatch>,
}

impl Kept {
    /// Adds the rows at some positions of a split.
    pub(super) fn extend(&mut self, split: Split, positions: &[usize]) -> Result<(), DataError> {
        self.ids.push(take_rows(&split.ids, positions)?);
        let others = Rows::from(split);
        let rows = self.rows.get_or_insert_with(|| Rows::like(&others));
        for &position in positions {
            rows.push(&others, position);
        }
        Ok(())
    }

    /// All of them as one split.
    pub(super) fn finish(self) -> Result<Split, DataError> {
        let rows = self.rows.expect("a part is kept once it has rows");
        let Some(first) = self.ids.first().filter(|ids| ids.num_columns() > 0) else {
            return Ok(rows.into());
        };
        let ids = concat_batches(&first.schema(), &self.ids)?;
        Ok(rows.with_ids(ids))
    }
}

fn cells(features: &Features, row: usize) -> (&[f32], &[i32]) {
    let Features {
        number_width,
        category_width,
        ..
    } = *features;
    (
        &features.numbers[row * number_width..][..number_width],
        &features.categories[row * category_width..][..category_width],
    )
}

fn none(labels: &Labels) -> Labels {
    match labels {
        Labels::Classes(_) => Labels::Classes(Vec::new()),
        Labels::Real { width, .. } => Labels::Real {
            width: *width,
            values: Vec::new(),
        },
        Labels::Nodes { width, .. } => Labels::Nodes {
            width: *width,
            values: Vec::new(),
        },
        Labels::Sets(_) => Labels::Sets(Vec::new()),
    }
}

fn push(labels: &mut Labels, others: &Labels, row: usize) {
    match (labels, others) {
        (Labels::Classes(classes), Labels::Classes(others)) => classes.push(others[row]),
        (Labels::Real { width, values }, Labels::Real { values: others, .. }) => {
            values.extend_from_slice(&others[row * *width..][..*width]);
        }
        (Labels::Nodes { width, values }, Labels::Nodes { values: others, .. }) => {
            values.extend_from_slice(&others[row * *width..][..*width]);
        }
        (Labels::Sets(sets), Labels::Sets(others)) => sets.push(others[row].clone()),
        _ => unreachable!("one task has labels of one kind"),
    }
}

fn replace(labels: &mut Labels, place: usize, others: &Labels, row: usize) {
    match (labels, others) {
        (Labels::Classes(classes), Labels::Classes(others)) => classes[place] = others[row],
        (Labels::Real { width, values }, Labels::Real { values: others, .. }) => {
            values[place * *width..][..*width].copy_from_slice(&others[row * *width..][..*width]);
        }
        (Labels::Nodes { width, values }, Labels::Nodes { values: others, .. }) => {
            values[place * *width..][..*width].copy_from_slice(&others[row * *width..][..*width]);
        }
        (Labels::Sets(sets), Labels::Sets(others)) => sets[place].clone_from(&others[row]),
        _ => unreachable!("one task has labels of one kind"),
    }
}
