//! What the network says about rows, in plain numbers: distributions and decisions.

use serde::{Deserialize, Serialize};

/// Predicted distributions of one task for some rows, row-major.
///
/// | Kind | `width` | `values` |
/// |---|---|---|
/// | binary | 2 | `P(negative)`, `P(positive)` |
/// | multiclass, ordinal | classes | class probabilities |
/// | multilabel, hierarchical | nodes | probability of each node |
/// | regression | columns | mean in original units; `variance` where it is predicted |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Number of rows.
    pub rows: usize,
    /// Numbers of one row.
    pub width: usize,
    /// `rows * width` numbers.
    pub values: Vec<f32>,
    /// `rows * width` variances in squared original units, where the task predicts them.
    pub variance: Option<Vec<f32>>,
}

impl Distribution {
    /// The numbers of one row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// Whether every number of a row is one, and none is infinite.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_tasks::Distribution;
    ///
    /// let values = vec![0.5, 0.5, f32::NAN, 1.0];
    /// let both = Distribution { rows: 2, width: 2, values, variance: None };
    /// assert!(both.is_finite(0) && !both.is_finite(1));
    /// ```
    pub fn is_finite(&self, row: usize) -> bool {
        let cells = row * self.width..(row + 1) * self.width;
        let spread = self.variance.as_ref().map(|all| &all[cells.clone()]);
        let numbers = self.values[cells].iter().chain(spread.unwrap_or_default());
        numbers.into_iter().all(|number| number.is_finite())
    }

    /// `rows` of the rows, from `first` on.
    ///
    /// # Panics
    ///
    /// When there are not that many.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_tasks::Distribution;
    ///
    /// let three = Distribution { rows: 3, width: 1, values: vec![0.1, 0.2, 0.3], variance: None };
    /// assert_eq!(three.part(1, 2).values, [0.2, 0.3]);
    /// ```
    #[must_use]
    pub fn part(&self, first: usize, rows: usize) -> Self {
        let of = |values: &Vec<f32>| values[first * self.width..][..rows * self.width].to_vec();
        Self {
            rows,
            width: self.width,
            values: of(&self.values),
            variance: self.variance.as_ref().map(of),
        }
    }

    /// The same without the rows' variances.
    pub(crate) fn of_probabilities(rows: usize, width: usize, values: Vec<f32>) -> Self {
        debug_assert_eq!(values.len(), rows * width);
        Self {
            rows,
            width,
            values,
            variance: None,
        }
    }
}

/// The answers drawn from the distributions of one task, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Decision {
    /// The class of each row: binary (0 or 1), multiclass, ordinal.
    Classes(Vec<u32>),
    /// Whether each node holds, row-major: multilabel, hierarchical.
    Nodes {
        /// Nodes of one row.
        width: usize,
        /// `rows * width` answers.
        values: Vec<bool>,
    },
    /// The predicted numbers in original units, row-major: regression.
    Real {
        /// Columns of one row.
        width: usize,
        /// `rows * width` numbers.
        values: Vec<f32>,
    },
}

impl Decision {
    /// Adds the answers of the rows that follow.
    ///
    /// # Panics
    /// If they are of another kind.
    pub fn append(&mut self, further: Decision) {
        match (self, further) {
            (Decision::Classes(classes), Decision::Classes(more)) => classes.extend(more),
            (Decision::Nodes { values, .. }, Decision::Nodes { values: more, .. }) => {
                values.extend(more);
            }
            (Decision::Real { values, .. }, Decision::Real { values: more, .. }) => {
                values.extend(more);
            }
            _ => panic!("one task has decisions of one kind"),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Decision::Classes(classes) => classes.len(),
            Decision::Nodes { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Decision::Real { width, values } => values.len().checked_div(*width).unwrap_or(0),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
