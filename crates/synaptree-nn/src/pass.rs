//! One forward pass: is it noisy, which rows are they, do batch statistics count.

use crate::Draw;

/// One forward pass through a network.
///
/// # Parameters
///
/// | Name | Purpose |
/// |---|---|
/// | `draw` | the noise on weights and the dropout masks; `None` is the mean network |
/// | `rows` | the index of each row in its file: masks are addressed by it, so no answer depends on its batch |
/// | `training` | batch normalisation uses the batch's statistics and updates the running ones |
///
/// # Example
///
/// ```
/// use synaptree_nn::{Draw, Pass};
///
/// let rows = [4, 9];
/// assert!(Pass::mean(&rows).draw.is_none());
/// assert!(Pass::training(Draw::training(7, 0), &rows).training);
/// assert!(!Pass::sample(Draw::predict(7, 0), &rows).training);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Pass<'a> {
    /// The noise on weights and the dropout masks; `None` is the mean network.
    pub draw: Option<Draw>,
    /// The index of each row in its file.
    pub rows: &'a [u64],
    /// Whether batch normalisation uses the batch's statistics and updates the running ones.
    pub training: bool,
}

impl<'a> Pass<'a> {
    /// A pass through the mean network: no noise, no dropout, running statistics.
    pub const fn mean(rows: &'a [u64]) -> Self {
        Self {
            draw: None,
            rows,
            training: false,
        }
    }

    /// A training pass: noise, dropout and batch statistics.
    pub const fn training(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: true,
        }
    }

    /// A Monte Carlo pass of a prediction: noise and dropout, running statistics.
    pub const fn sample(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: false,
        }
    }
}
