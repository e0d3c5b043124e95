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

/// The mean of each bin that holds a prediction.
fn summed(predictions: impl Iterator<Item = (usize, f64, bool)>) -> Vec<ReliabilityBin> {
    let mut sums = [Sums::default(); RELIABILITY_BINS];
    for (bin, confidence, right) in predictions {
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

/// Bins of equal width.
fn bins(predictions: impl Iterator<Item = (f64, bool)>) -> Vec<ReliabilityBin> {
    summed(predictions.map(|(confidence, right)| {
        // Bins are (lower, upper]; the cast saturates, so 0 falls into the first one.
        let bin = ((confidence * RELIABILITY_BINS as f64).ceil() as usize).saturating_sub(1);
        (bin, confidence, right)
    }))
}

/// Bins of equal mass; predictions of one confidence share a bin, so no order of rows matters.
fn bins_adaptive(predictions: impl Iterator<Item = (f64, bool)>) -> Vec<ReliabilityBin> {
    let mut predictions: Vec<(f64, bool)> = predictions.collect();
    predictions
        .sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let all = predictions.len();
    let mut lower = 0;
    let placed = (0..all).map(|rank| {
        if predictions[rank].0 > predictions[lower].0 {
            lower = rank;
        }
        let (confidence, right) = predictions[rank];
        (lower * RELIABILITY_BINS / all, confidence, right)
    });
    summed(placed)
}

/// The top probability of each known row and whether its class is the observed one.
pub(super) fn confidences<'a>(
    observed: &'a [i32],
    probabilities: &'a [f32],
    classes: usize,
) -> impl Iterator<Item = (f64, bool)> + 'a {
    observed_rows(observed, probabilities, classes).filter_map(|(class, row)| {
        let (top, &confidence) = row
            .iter()
            .enumerate()
            .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some((f64::from(confidence), top == class))
    })
}

/// The larger of the probabilities of presence and absence of each known cell and whether it is right.
pub(super) fn confidences_labels<'a>(
    observed: &'a [u8],
    probabilities: &'a [f32],
) -> impl Iterator<Item = (f64, bool)> + 'a {
    known_cells(observed, probabilities).map(|(present, p)| {
        let p = f64::from(p);
        (p.max(1.0 - p), (p > 0.5) == present)
    })
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
    bins(confidences(observed, probabilities, classes))
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
    bins(confidences_labels(observed, probabilities))
}

/// As [`reliability`], with bins that hold about as many predictions each.
///
/// ```text
/// bin = ⌊15 · (predictions of a smaller confidence) / n⌋
/// ```
///
/// # Shapes
/// As [`reliability`].
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{ece, reliability_adaptive};
/// let bins = reliability_adaptive(&[0, 1, 0], &[0.9, 0.1, 0.9, 0.1, 0.3, 0.7], 2);
/// assert_eq!((bins[0].confidence as f32, bins[0].count), (0.7, 1));
/// assert_eq!((bins[1].accuracy, bins[1].count), (0.5, 2));
/// ```
///
/// # References
/// Nguyen and O'Connor, *Posterior calibration and exploratory analysis for natural language processing
/// models*, [arXiv 1508.05154](https://arxiv.org/abs/1508.05154), section 3.1; Nixon et al., *Measuring
/// calibration in deep learning*, [arXiv 1904.01685](https://arxiv.org/abs/1904.01685).
///
/// # Differences
/// Equal confidences are never divided between bins, so the order of rows does not matter. Like [`ece`],
/// and unlike the class-wise measure of Nixon et al., only the top class counts.
pub fn reliability_adaptive(
    observed: &[i32],
    probabilities: &[f32],
    classes: usize,
) -> Vec<ReliabilityBin> {
    bins_adaptive(confidences(observed, probabilities, classes))
}

/// As [`reliability_labels`], with bins that hold about as many cells each.
///
/// # Shapes
/// As [`reliability_labels`].
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{ece, reliability_labels_adaptive};
/// let bins = reliability_labels_adaptive(&[1, 0, 2], &[0.75, 0.75, 0.1]);
/// assert_eq!(ece(&bins), Some(0.25));
/// ```
///
/// # References
/// As [`reliability_adaptive`].
pub fn reliability_labels_adaptive(observed: &[u8], probabilities: &[f32]) -> Vec<ReliabilityBin> {
    bins_adaptive(confidences_labels(observed, probabilities))
}

/// The expected calibration error of the bins that [`reliability`] gives; of those that
/// [`reliability_adaptive`] gives, the adaptive one.
///
/// ```text
/// ece = Σ_b (count_b / Σ count) · |accuracy_b − confidence_b|          15 bins
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
    fn bins_of_equal_mass_hold_as_many_each() {
        let p: Vec<f32> = (0..300)
            .map(|cell| 0.5 + (cell * 7 % 300) as f32 / 1024.0)
            .collect();
        let bins = reliability_labels_adaptive(&[1; 300], &p);
        assert_eq!(bins.len(), RELIABILITY_BINS);
        assert!(bins.iter().all(|bin| bin.count == 20));
        assert!(bins.is_sorted_by(|left, right| left.confidence < right.confidence));
    }

    #[test]
    fn equal_confidences_share_a_bin_of_equal_mass() {
        let bins = reliability_labels_adaptive(&[1, 0, 1, 0], &[0.75, 0.75, 0.25, 0.75]);
        assert_eq!(bins.len(), 1);
        assert_eq!(reliability_labels_adaptive(&[], &[]), []);
    }

    #[test]
    fn an_edge_belongs_to_the_bin_below() {
        let bins = reliability_labels(&[1, 1], &[0.6, 0.600_001]);
        // 0.6 in f32 lies just above 9/15, the other a little further in the same bin.
        assert_eq!(bins.len(), 1);
        assert_eq!(reliability(&[0], &[1.0], 1)[0].count, 1);
    }
}
