//! What the run remembers of its best epoch, and when it has waited long enough.

use serde::{Deserialize, Serialize};

use crate::spec::EarlyStoppingSpec;

/// The best value of the watched metric so far (higher is better).
///
/// # Example
///
/// ```
/// use synaptree_train::{Best, EarlyStoppingSpec};
///
/// let spec = EarlyStoppingSpec { patience: 2, min_delta: 0.0 };
/// let mut best = Best::default();
/// assert!(best.observe(1, Some(0.5), Some(&spec)));
/// assert!(!best.observe(2, Some(0.4), Some(&spec)));
/// assert!(!best.observe(3, Some(0.4), Some(&spec)));
/// assert!(best.exhausted(&spec));
/// assert_eq!(best.epoch, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Best {
    /// The epoch of the best value, from 1; 0 before the first.
    pub epoch: usize,
    /// The best value.
    pub value: Option<f64>,
    /// The value that patience is counted from.
    reference: Option<f64>,
    /// The epoch of `reference`; 0 before the first.
    since: usize,
    /// Epochs from `since` to the last look at the validation rows.
    waiting: usize,
}

impl Best {
    /// Tells the value after `epoch`; returns whether it is the best so far.
    pub fn observe(
        &mut self,
        epoch: usize,
        value: Option<f64>,
        spec: Option<&EarlyStoppingSpec>,
    ) -> bool {
        let min_delta = spec.map_or(0.0, |s| s.min_delta);
        let rises = |old: Option<f64>, by: f64| match (value, old) {
            (Some(new), Some(old)) => new > old + by,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if rises(self.reference, min_delta) {
            self.reference = value;
            self.since = epoch;
        }
        self.waiting = epoch.saturating_sub(self.since);
        let improved = rises(self.value, 0.0);
        if improved {
            self.value = value;
            self.epoch = epoch;
        }
        improved
    }

    /// Whether `patience` epochs have brought no rise of at least `min_delta`.
    pub fn exhausted(&self, spec: &EarlyStoppingSpec) -> bool {
        self.waiting >= spec.patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_below_min_delta_is_kept_as_best_but_does_not_reset_patience() {
        let spec = EarlyStoppingSpec {
            patience: 2,
            min_delta: 0.1,
        };
        let mut best = Best::default();
        best.observe(1, Some(0.50), Some(&spec));
        assert!(best.observe(2, Some(0.55), Some(&spec)));
        assert!(best.observe(3, Some(0.59), Some(&spec)));
        assert!(best.exhausted(&spec));
        assert_eq!(best.epoch, 3);
    }

    #[test]
    fn patience_counts_epochs_and_not_looks_at_the_validation_rows() {
        let spec = EarlyStoppingSpec {
            patience: 10,
            min_delta: 0.0,
        };
        let mut best = Best::default();
        for (epoch, exhausted) in [(5, false), (10, false), (15, true)] {
            best.observe(epoch, Some(0.5), Some(&spec));
            assert_eq!(best.exhausted(&spec), exhausted, "epoch {epoch}");
        }
    }

    #[test]
    fn an_undefined_metric_counts_as_no_rise() {
        let spec = EarlyStoppingSpec {
            patience: 1,
            min_delta: 0.0,
        };
        let mut best = Best::default();
        assert!(!best.observe(1, None, Some(&spec)));
        assert!(best.exhausted(&spec));
        assert_eq!(best.value, None);
    }
}
