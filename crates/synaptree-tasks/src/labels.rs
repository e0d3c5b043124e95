//! The labels of one task, row by row, with gaps.

use serde::{Deserialize, Serialize};

/// The labels of one task for some rows. A label may be missing in any row.
///
/// # Example
///
/// ```
/// use synaptree_tasks::Labels;
///
/// let labels = Labels::Classes(vec![2, -1, 0]);
/// assert_eq!(labels.observed(), 2);
/// assert_eq!(labels.select(&[2, 1]), Labels::Classes(vec![0, -1]));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Labels {
    /// Class indices of a binary (0 and 1), multiclass or ordinal task; -1 is missing.
    Classes(Vec<i32>),
    /// Values of a regression task in original units, row-major; NaN is missing.
    Real {
        /// Columns of one row.
        width: usize,
        /// `rows * width` values.
        values: Vec<f32>,
    },
    /// Labels of a multilabel task, row-major: 0 no, 1 yes, 2 missing.
    Nodes {
        /// Labels of one row.
        width: usize,
        /// `rows * width` values.
        values: Vec<u8>,
    },
    /// Sorted node indices of a hierarchical task, closed upward; `None` is missing.
    Sets(Vec<Option<Vec<u32>>>),
}

impl Labels {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Labels::Classes(classes) => classes.len(),
            Labels::Real { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Labels::Nodes { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Labels::Sets(sets) => sets.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the row has a label; with several columns, whether at least one is there.
    pub fn is_observed(&self, row: usize) -> bool {
        match self {
            Labels::Classes(classes) => classes[row] >= 0,
            Labels::Real { width, values } => values[row * width..(row + 1) * width]
                .iter()
                .any(|value| !value.is_nan()),
            Labels::Nodes { width, values } => values[row * width..(row + 1) * width]
                .iter()
                .any(|&value| value < 2),
            Labels::Sets(sets) => sets[row].is_some(),
        }
    }

    /// Number of rows with a label.
    pub fn observed(&self) -> usize {
        (0..self.len()).filter(|&row| self.is_observed(row)).count()
    }

    /// Number of labels: with several columns, one of each row and column that is there.
    ///
    /// ```
    /// use synaptree_tasks::Labels;
    ///
    /// let labels = Labels::Real { width: 2, values: vec![0.5, f32::NAN, 1.0, 2.0] };
    /// assert_eq!((labels.observed(), labels.entries()), (2, 3));
    /// ```
    pub fn entries(&self) -> usize {
        match self {
            Labels::Classes(_) | Labels::Sets(_) => self.observed(),
            Labels::Real { values, .. } => values.iter().filter(|value| !value.is_nan()).count(),
            Labels::Nodes { values, .. } => values.iter().filter(|&&value| value < 2).count(),
        }
    }

    /// Adds the labels of further rows of the same task.
    ///
    /// ```
    /// use synaptree_tasks::Labels;
    ///
    /// let mut labels = Labels::Classes(vec![2, -1]);
    /// labels.append(Labels::Classes(vec![0]));
    /// assert_eq!(labels, Labels::Classes(vec![2, -1, 0]));
    /// ```
    ///
    /// # Panics
    ///
    /// If they are of another kind or width.
    pub fn append(&mut self, further: Labels) {
        match (self, further) {
            (Labels::Classes(classes), Labels::Classes(more)) => classes.extend(more),
            (
                Labels::Real { width, values },
                Labels::Real {
                    width: other,
                    values: more,
                },
            ) if *width == other => values.extend(more),
            (
                Labels::Nodes { width, values },
                Labels::Nodes {
                    width: other,
                    values: more,
                },
            ) if *width == other => values.extend(more),
            (Labels::Sets(sets), Labels::Sets(more)) => sets.extend(more),
            _ => panic!("one task has labels of one kind and width"),
        }
    }

    /// The labels of the given rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Labels {
        match self {
            Labels::Classes(classes) => {
                Labels::Classes(rows.iter().map(|&row| classes[row]).collect())
            }
            Labels::Real { width, values } => Labels::Real {
                width: *width,
                values: select_rows(values, *width, rows),
            },
            Labels::Nodes { width, values } => Labels::Nodes {
                width: *width,
                values: select_rows(values, *width, rows),
            },
            Labels::Sets(sets) => Labels::Sets(rows.iter().map(|&row| sets[row].clone()).collect()),
        }
    }
}

fn select_rows<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    rows.iter()
        .flat_map(|&row| &values[row * width..(row + 1) * width])
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_observed_when_one_of_its_columns_is() {
        let real = Labels::Real {
            width: 2,
            values: vec![f32::NAN, 1.0, f32::NAN, f32::NAN],
        };
        assert_eq!((real.len(), real.observed()), (2, 1));
        let nodes = Labels::Nodes {
            width: 2,
            values: vec![2, 2, 2, 0, 1, 1],
        };
        assert_eq!((nodes.len(), nodes.observed()), (3, 2));
        let sets = Labels::Sets(vec![None, Some(vec![])]);
        assert!(!sets.is_observed(0) && sets.is_observed(1));
    }

    #[test]
    fn selecting_rows_may_repeat_and_reorder_them() {
        let nodes = Labels::Nodes {
            width: 2,
            values: vec![0, 1, 1, 1],
        };
        assert_eq!(
            nodes.select(&[1, 0, 1]),
            Labels::Nodes {
                width: 2,
                values: vec![1, 1, 0, 1, 1, 1]
            }
        );
    }
}
