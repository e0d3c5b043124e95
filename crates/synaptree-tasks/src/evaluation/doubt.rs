//! How the doubt about rows is spread.

use serde::{Deserialize, Serialize};

use super::Evaluation;
use super::out_of_distribution::row_means;
use crate::tree::TaskTree;
use crate::uncertainty::Uncertain;

/// Bins of a histogram.
const BINS: usize = 30;

/// How often doubt of each size occurs, one number a row: of several nodes or columns the mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// The samples that it rests on; 1 is the mean network.
    pub samples: usize,
    /// The rows that were looked at.
    pub rows: usize,
    /// The total uncertainty, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Histogram>,
    /// The epistemic uncertainty, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epistemic: Option<Histogram>,
}

/// Counts of values in adjoining ranges of one width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The ends of the ranges, one more than there are counts.
    pub edges: Vec<f64>,
    /// The counts.
    pub counts: Vec<u64>,
    /// The mean of the values.
    pub mean: f64,
}

impl Doubt {
    /// The doubt of one task.
    pub fn new(answer: &Uncertain) -> Self {
        let of = |part: &Option<Vec<f32>>| {
            let rows = row_means(part.as_ref()?, answer.width);
            Histogram::new(&rows)
        };
        Self {
            samples: answer.samples,
            rows: answer.mean.rows,
            total: of(&answer.total),
            epistemic: of(&answer.epistemic),
        }
    }
}

impl Histogram {
    /// Thirty ranges from 0 to the largest value, which none is below; `None` without a value, or where one is
    /// not finite.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::Histogram;
    /// let histogram = Histogram::new(&[0.0, 0.2, 3.0]).unwrap();
    /// assert_eq!((histogram.counts[0], histogram.counts[2], histogram.counts[29]), (1, 1, 1));
    /// assert_eq!(histogram.edges[30], 3.0);
    /// ```
    pub fn new(values: &[f32]) -> Option<Self> {
        let largest = values.iter().copied().fold(0.0, f32::max);
        if values.is_empty()
            || values
                .iter()
                .any(|value| !value.is_finite() || *value < 0.0)
        {
            return None;
        }
        let width = if largest > 0.0 {
            f64::from(largest) / BINS as f64
        } else {
            1.0
        };
        let mut counts = vec![0; BINS];
        for &value in values {
            counts[((f64::from(value) / width) as usize).min(BINS - 1)] += 1;
        }
        let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
        Some(Self {
            edges: (0..=BINS).map(|edge| width * edge as f64).collect(),
            counts,
            mean: sum / values.len() as f64,
        })
    }
}

impl TaskTree {
    /// Adds to the details of `evaluation` how the doubt of these answers is spread.
    ///
    /// # Panics
    /// If there is not one answer a task.
    pub fn add_doubt(&self, evaluation: &mut Evaluation, answers: &[Uncertain]) {
        assert_eq!(answers.len(), self.tasks().len(), "one answer a task");
        for (task, answer) in self.tasks().iter().zip(answers) {
            let entry = evaluation.tasks.get_mut(&task.name);
            if let Some(details) = entry.and_then(|entry| entry.details.as_mut()) {
                details.doubt = Some(Doubt::new(answer));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_all_zero_fall_into_the_first_range() {
        let histogram = Histogram::new(&[0.0; 4]).unwrap();
        assert_eq!((histogram.counts[0], histogram.mean), (4, 0.0));
        assert_eq!(Histogram::new(&[]), None);
        assert_eq!(Histogram::new(&[f32::NAN]), None);
    }
}
