//! Some rows of what samples say.

use super::Uncertain;
use crate::distribution::Distribution;

/// The given rows of values that have `width` numbers a row.
pub(super) fn rows_of<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    let chosen = rows.iter();
    chosen
        .flat_map(|&row| &values[row * width..(row + 1) * width])
        .copied()
        .collect()
}

impl Uncertain {
    /// The given rows, in their order; rows may repeat.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, summarise_samples};
    ///
    /// let sample = Distribution { rows: 3, width: 1, values: vec![1.0, 2.0, 3.0], variance: None };
    /// let summary = &summarise_samples(&[Kind::Regression], &[vec![sample]], &[])[0];
    /// assert_eq!(summary.select(&[2, 0]).mean.values, [3.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If a row is not among those that there are.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let (width, parts) = (self.mean.width, self.width);
        let optional = |values: &Option<Vec<f32>>, width| {
            let values = values.as_ref();
            values.map(|values| rows_of(values, width, rows))
        };
        Self {
            samples: self.samples,
            mean: Distribution {
                rows: rows.len(),
                width,
                values: rows_of(&self.mean.values, width, rows),
                variance: optional(&self.mean.variance, width),
            },
            std: optional(&self.std, width),
            width: parts,
            total: optional(&self.total, parts),
            aleatoric: optional(&self.aleatoric, parts),
            epistemic: optional(&self.epistemic, parts),
            constant_aleatoric: self.constant_aleatoric,
        }
    }
}
