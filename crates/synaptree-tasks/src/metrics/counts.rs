//! How often each class was observed, decided, and both.

use super::MISSING_NODE;

/// Counts of each class (or label) over the observed cells: what precision, recall and F1 are made of.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::Counts;
/// let counts = Counts::of_classes(&[0, 1, 1, -1], &[0, 1, 0, 1], 2);
/// assert_eq!(counts.observed, [1, 2]);
/// assert_eq!(counts.decided, [2, 1]);
/// assert_eq!(counts.both, [1, 1]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in which the class was observed: true positives and false negatives.
    pub observed: Vec<u64>,
    /// Rows with a known label for which the class was decided: true and false positives.
    pub decided: Vec<u64>,
    /// Rows in which the class was both: true positives.
    pub both: Vec<u64>,
}

impl Counts {
    /// Counts of one class a row.
    ///
    /// # Shapes
    /// - `observed`: `[rows]`, negative = missing. `decided`: `[rows]`.
    pub fn of_classes(observed: &[i32], decided: &[u32], classes: usize) -> Self {
        let mut counts = Self::zero(classes);
        for (&observed, &decided) in observed.iter().zip(decided) {
            let Ok(observed) = usize::try_from(observed) else {
                continue;
            };
            let decided = decided as usize;
            counts.observed[observed] += 1;
            counts.decided[decided] += 1;
            counts.both[decided] += u64::from(observed == decided);
        }
        counts
    }

    /// Counts of several labels a row.
    ///
    /// # Shapes
    /// - `observed`: `[rows, width]`, 2 = missing. `decided`: `[rows, width]`.
    pub fn of_labels(observed: &[u8], decided: &[bool], width: usize) -> Self {
        let mut counts = Self::zero(width);
        let width = width.max(1);
        for (observed, decided) in observed
            .chunks_exact(width)
            .zip(decided.chunks_exact(width))
        {
            for (label, (&observed, &decided)) in observed.iter().zip(decided).enumerate() {
                let (present, known) = (observed == 1, observed != MISSING_NODE);
                counts.observed[label] += u64::from(present);
                counts.decided[label] += u64::from(decided && known);
                counts.both[label] += u64::from(present && decided);
            }
        }
        counts
    }

    fn zero(classes: usize) -> Self {
        Self {
            observed: vec![0; classes],
            decided: vec![0; classes],
            both: vec![0; classes],
        }
    }

    /// (observed, decided, both) of each class that was observed or decided at least once.
    pub(crate) fn present(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.observed
            .iter()
            .zip(&self.decided)
            .zip(&self.both)
            .filter(|((observed, decided), _)| **observed + **decided > 0)
            .map(|((&observed, &decided), &both)| (observed as f64, decided as f64, both as f64))
    }

    /// (observed, decided, both) summed over the classes.
    pub(crate) fn total(&self) -> (f64, f64, f64) {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
        (sum(&self.observed), sum(&self.decided), sum(&self.both))
    }
}
