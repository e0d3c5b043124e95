//! How many mistakes are left where only the surest predictions are answered.

use serde::{Deserialize, Serialize};

use super::ece::{confidences, confidences_labels};
use super::ranking::Ranking;
use super::ratio;

/// The points of a risk-coverage curve that are drawn.
const POINTS: usize = 50;

/// A point of the risk-coverage curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// The share of predictions that are answered: the surest ones.
    pub coverage: f64,
    /// The share of them that are wrong.
    pub risk: f64,
}

/// The mistakes among the surest 1, 2, … n predictions.
///
/// Predictions of one confidence are answered in a random order; the curve is the mean over these orders.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// The expected number of mistakes among the surest `1..=n` predictions.
    mistakes: Vec<f64>,
}

impl RiskCoverage {
    fn new(predictions: impl Iterator<Item = (f64, bool)>) -> Option<Self> {
        let ranking = Ranking::new(predictions.map(|(sure, right)| (!right, sure as f32)))?;
        let mut mistakes = Vec::new();
        let mut before = 0.0;
        for (wrong, right) in ranking.groups() {
            let (rows, wrong) = (wrong + right, wrong as f64);
            mistakes.extend((1..=rows).map(|row| before + wrong * row as f64 / rows as f64));
            before += wrong;
        }
        Some(Self { mistakes })
    }

    /// The curve of class probabilities: the confidence is the top probability.
    ///
    /// `None` where a probability is not a number.
    ///
    /// # Shapes
    /// - `observed`: `[rows]`, negative = missing. `probabilities`: `[rows, classes]`.
    pub fn of_classes(observed: &[i32], probabilities: &[f32], classes: usize) -> Option<Self> {
        Self::new(confidences(observed, probabilities, classes))
    }

    /// The curve over all known cells, each a binary problem.
    ///
    /// `None` where a probability is not a number.
    ///
    /// # Shapes
    /// - `observed`, `probabilities`: `[rows, width]`; 2 = missing.
    pub fn of_labels(observed: &[u8], probabilities: &[f32]) -> Option<Self> {
        Self::new(confidences_labels(observed, probabilities))
    }

    /// At most 50 points, evenly spread over the coverage and ending at 1.
    pub fn points(&self) -> Vec<RiskPoint> {
        let rows = self.mistakes.len();
        let points = rows.min(POINTS);
        (1..=points)
            .map(|point| {
                let answered = point * rows / points;
                RiskPoint {
                    coverage: answered as f64 / rows as f64,
                    risk: self.mistakes[answered - 1] / answered as f64,
                }
            })
            .collect()
    }
}

/// The area under the risk-coverage curve: the mean risk over all shares that could be answered.
///
/// ```text
/// aurc = (1/n) Σ_k (mistakes among the k surest) / k          0 where nothing is wrong
/// ```
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::{RiskCoverage, aurc};
/// // Sure and right, less sure and wrong: risks 0 and 1/2.
/// let curve = RiskCoverage::of_classes(&[0, 1], &[0.9, 0.1, 0.6, 0.4], 2).unwrap();
/// assert_eq!(aurc(&curve), Some(0.25));
/// ```
///
/// # References
/// Geifman, Uziel and El-Yaniv, *Bias-reduced uncertainty estimation for deep neural classifiers*,
/// [arXiv 1805.08206](https://arxiv.org/abs/1805.08206), section 2.
///
/// # Differences
/// Equal confidences are averaged over all their orders; the paper does not say.
pub fn aurc(curve: &RiskCoverage) -> Option<f64> {
    let risks = (1_u32..).zip(&curve.mistakes);
    let sum = risks.map(|(k, mistakes)| mistakes / f64::from(k)).sum();
    ratio(sum, curve.mistakes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_confidences_are_averaged_over_their_orders() {
        // Orders: wrong first (1, 1/2) or last (0, 1/2).
        let curve = RiskCoverage::of_labels(&[1, 0], &[0.75, 0.75]).unwrap();
        assert_eq!(aurc(&curve), Some(0.5));
    }

    #[test]
    fn the_curve_ends_with_every_prediction() {
        let observed: Vec<u8> = (0..1000).map(|row| u8::from(row % 5 > 0)).collect();
        let curve = RiskCoverage::of_labels(&observed, &[0.9; 1000]).unwrap();
        let points = curve.points();
        assert_eq!(points.len(), 50);
        assert_eq!((points[49].coverage, points[49].risk), (1.0, 0.2));
        assert!((points[0].coverage, points[0].risk) == (0.02, 0.2));
    }

    #[test]
    fn no_prediction_has_no_curve() {
        let curve = RiskCoverage::of_labels(&[2], &[0.5]).unwrap();
        assert_eq!((aurc(&curve), curve.points()), (None, Vec::new()));
        assert_eq!(RiskCoverage::of_labels(&[1], &[f32::NAN]), None);
    }
}
