//! How far confidence is from accuracy.

use serde::{Deserialize, Serialize};

use super::{known_cells, observed_rows, ratio};

/// The number of equal-width bins between confidence 0 and 1.
pub const RELIABILITY_BINS: usize = 15;

/// The predictions whose confidence falls into one bin of the reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// The mean confidence of the bin's predictions.
    pub confidence: f64,
    /// The share of them that were right.
    pub accuracy: f64,
    /// How many they are.
    pub count: u64,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    confidence: f64,
    right: u64,
    count: u64,
}

fn bins(predictions: impl Iterator<Item = (f64, bool)>) -> Vec<ReliabilityBin> {
    let mut sums = [Sums::default(); RELIABILITY_BINS];
    for (confidence, right) in predictions {
        // Bins are (lower, upper]; the cast saturates, so 0 falls into the first one.
        let bin = ((confidence * RELIABILITY_BINS as f64).ceil() as usize).saturating_sub(1);
        let sum = &mut sums[bin.min(RELIABILITY_BINS - 1)];
        sum.confidence += confidence;
        sum.right += u64::from(right);
        sum.count += 1;
    }
    sums.iter()
        .filter(|sum| sum.count > 0)
        .map(|sum| ReliabilityBin {
            confidence: sum.confidence / sum.count as f64,
            accuracy: sum.right as f64 / sum.count as f64,
            count: sum.count,
        })
        .collect()
}

/// The bins of the reliability diagram that hold a prediction: the confidence is the top probability.
///
/// # Shapes
/// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::reliability;
/// let bins = reliability(&[0, 1, 0], &[0.9, 0.1, 0.9, 0.1, 0.3, 0.7], 2);
/// assert_eq!(bins.len(), 2);
/// assert_eq!((bins[1].accuracy, bins[1].count), (0.5, 2));
/// ```
///
/// # References
/// As [`ece`].
pub fn reliability(observed: &[i32], probabilities: &[f32], classes: usize) -> Vec<ReliabilityBin> {
    bins(
        observed_rows(observed, probabilities, classes).filter_map(|(class, row)| {
            let (top, &confidence) = row
                .iter()
                .enumerate()
                .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
            Some((f64::from(confidence), top == class))
        }),
    )
}

/// The bins of the reliability diagram over all known cells, each a binary problem: the confidence is
/// the larger of the probabilities of presence and absence.
///
/// # Shapes
/// - `observed`, `probabilities`: `[rows, width]`; 2 = missing.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::reliability_labels;
/// let bins = reliability_labels(&[1, 0, 2], &[0.75, 0.25, 0.1]);
/// assert_eq!((bins[0].confidence, bins[0].accuracy, bins[0].count), (0.75, 1.0, 2));
/// ```
///
/// # References
/// As [`ece`].
pub fn reliability_labels(observed: &[u8], probabilities: &[f32]) -> Vec<ReliabilityBin> {
    bins(known_cells(observed, probabilities).map(|(present, p)| {
        let p = f64::from(p);
        (p.max(1.0 - p), (p > 0.5) == present)
    }))
}

/// The expected calibration error of the bins that [`reliability`] gives.
///
/// ```text
/// ece = Σ_b (count_b / Σ count) · |accuracy_b − confidence_b|          15 equal-width bins
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{ece, reliability};
/// let bins = reliability(&[0, 1], &[0.75, 0.25, 0.75, 0.25], 2);
/// assert_eq!(ece(&bins), Some(0.25));
/// assert_eq!(ece(&[]), None);
/// ```
///
/// # References
/// Guo et al., *On calibration of modern neural networks*,
/// [arXiv 1706.04599](https://arxiv.org/abs/1706.04599), equation 3.
pub fn ece(bins: &[ReliabilityBin]) -> Option<f64> {
    let gap = |bin: &ReliabilityBin| bin.count as f64 * (bin.accuracy - bin.confidence).abs();
    let count = bins.iter().map(|bin| bin.count).sum::<u64>();
    ratio(bins.iter().map(gap).sum(), count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_and_right_has_no_error() {
        let bins = reliability(&[0, 1], &[1.0, 0.0, 0.0, 1.0], 2);
        assert_eq!(ece(&bins), Some(0.0));
        assert_eq!(bins.len(), 1);
    }

    #[test]
    fn an_edge_belongs_to_the_bin_below() {
        let bins = reliability_labels(&[1, 1], &[0.6, 0.600_001]);
        // 0.6 in f32 lies just above 9/15, the other a little further in the same bin.
        assert_eq!(bins.len(), 1);
        assert_eq!(reliability(&[0], &[1.0], 1)[0].count, 1);
    }
}
