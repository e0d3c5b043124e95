//! Learning-rate schedules: the factor on the optimizer's step size at a point of training.

use std::f64::consts::PI;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

fn tenth() -> f64 {
    0.1
}

fn one_per_mille() -> f64 {
    1e-3
}

fn ninety_five_percent() -> f64 {
    0.95
}

fn thirty_percent() -> f64 {
    0.3
}

fn twenty_five() -> f64 {
    25.0
}

fn ten_thousand() -> f64 {
    1e4
}

fn ten() -> f64 {
    10.0
}

fn thirty() -> f64 {
    30.0
}

fn ten_epochs() -> usize {
    10
}

/// How the learning rate changes while training goes on.
///
/// With e the epochs done so far (a fraction within an epoch), E all epochs and W `warmup_epochs`, the
/// factor is `min(1, (e + 1 step) / W)` during the warm-up and afterwards, with t = (e − W) / (E − W):
///
/// ```text
/// constant     1
/// step         factor ^ floor((e − W) / every_epochs)
/// exponential  factor ^ (e − W)
/// cosine       minimum + (1 − minimum) (1 + cos π t) / 2
/// cyclic       triangle wave between minimum and 1, period `period_epochs`
/// one_cycle    cosine from 1/start_divisor up to 1 in the first `rise` of training,
///              then cosine down to 1/(start_divisor · end_divisor)
/// plateau      factor ^ (number of times that the metric stood still for `patience` epochs)
/// ```
///
/// # References
///
/// Loshchilov and Hutter 2017, arXiv 1608.03983 (cosine); Smith 2017, arXiv 1506.01186 (cyclic);
/// Smith and Topin 2018, arXiv 1708.07120 (one cycle; the constants are PyTorch's `OneCycleLR`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ScheduleSpec {
    /// The same rate throughout.
    Constant {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
    },
    /// Multiplied by `factor` every `every_epochs` epochs.
    Step {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
        /// Epochs between two drops.
        #[serde(default = "thirty")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        every_epochs: f64,
        /// What each drop multiplies the rate by.
        #[serde(default = "tenth")]
        #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0))]
        factor: f64,
    },
    /// Multiplied by `factor` each epoch, smoothly.
    Exponential {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
        /// What each epoch multiplies the rate by.
        #[serde(default = "ninety_five_percent")]
        #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0))]
        factor: f64,
    },
    /// Half a cosine wave from the full rate to `minimum` times it.
    Cosine {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
        /// Share of the rate that is left at the end.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0))]
        minimum: f64,
    },
    /// Up and down between `minimum` times the rate and the rate.
    Cyclic {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
        /// Share of the rate at the bottom of the wave.
        #[serde(default = "one_per_mille")]
        #[schemars(range(min = 0.0, max = 1.0))]
        minimum: f64,
        /// Epochs of one rise and fall.
        #[serde(default = "ten")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        period_epochs: f64,
    },
    /// One rise and one long fall over the whole training.
    OneCycle {
        /// Share of training spent rising.
        #[serde(default = "thirty_percent")]
        #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
        rise: f64,
        /// The rate starts at the full rate divided by this.
        #[serde(default = "twenty_five")]
        #[schemars(range(min = 1.0))]
        start_divisor: f64,
        /// The rate ends at the starting rate divided by this.
        #[serde(default = "ten_thousand")]
        #[schemars(range(min = 1.0))]
        end_divisor: f64,
    },
    /// Multiplied by `factor` whenever the watched metric stands still.
    Plateau {
        /// Epochs in which the rate rises linearly from near zero.
        #[serde(default)]
        #[schemars(range(min = 0.0))]
        warmup_epochs: f64,
        /// What each drop multiplies the rate by.
        #[serde(default = "tenth")]
        #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
        factor: f64,
        /// Epochs without improvement before a drop.
        #[serde(default = "ten_epochs")]
        #[schemars(range(min = 1))]
        patience: usize,
        /// Share of the rate below which it never falls.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0))]
        minimum: f64,
    },
}

impl Default for ScheduleSpec {
    fn default() -> Self {
        Self::Constant { warmup_epochs: 0.0 }
    }
}

/// A schedule with what it remembers of the past, which only `plateau` uses.
///
/// # Example
///
/// ```
/// use synaptree_train::{Schedule, ScheduleSpec};
///
/// let spec = ScheduleSpec::Cosine { warmup_epochs: 0.0, minimum: 0.0 };
/// let schedule = Schedule::new(spec);
/// assert_eq!(schedule.factor(0, 10, 100), 1.0);
/// assert!((schedule.factor(500, 10, 100) - 0.5).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    spec: ScheduleSpec,
    best: Option<f64>,
    /// The epoch of the best value or of the last drop.
    since: usize,
    drops: u32,
}

impl Schedule {
    /// A schedule at the start of training.
    pub fn new(spec: ScheduleSpec) -> Self {
        Self {
            spec,
            best: None,
            since: 0,
            drops: 0,
        }
    }

    /// The factor on the learning rate in step `step` (from 0) of `epochs` epochs of
    /// `steps_per_epoch` steps.
    pub fn factor(&self, step: u64, steps_per_epoch: usize, epochs: usize) -> f64 {
        let per_epoch = steps_per_epoch.max(1) as f64;
        let epoch = step as f64 / per_epoch;
        let total = epochs as f64;
        let warmup = self.warmup_epochs();
        if epoch < warmup {
            return ((step + 1) as f64 / (warmup * per_epoch)).min(1.0);
        }
        let since = epoch - warmup;
        let progress = (since / (total - warmup).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        match self.spec {
            ScheduleSpec::Constant { .. } => 1.0,
            ScheduleSpec::Step {
                every_epochs,
                factor,
                ..
            } => factor.powf((since / every_epochs).floor()),
            ScheduleSpec::Exponential { factor, .. } => factor.powf(since),
            ScheduleSpec::Cosine { minimum, .. } => minimum + (1.0 - minimum) * fall(progress),
            ScheduleSpec::Cyclic {
                minimum,
                period_epochs,
                ..
            } => {
                let phase = (since / period_epochs).fract();
                let height = 1.0 - (2.0 * phase - 1.0).abs();
                minimum + (1.0 - minimum) * height
            }
            ScheduleSpec::OneCycle {
                rise,
                start_divisor,
                end_divisor,
            } => {
                let start = 1.0 / start_divisor;
                let end = start / end_divisor;
                if progress < rise {
                    1.0 + (start - 1.0) * fall(progress / rise)
                } else {
                    end + (1.0 - end) * fall((progress - rise) / (1.0 - rise))
                }
            }
            ScheduleSpec::Plateau {
                factor, minimum, ..
            } => factor.powi(self.drops as i32).max(minimum),
        }
    }

    /// Tells the schedule the watched metric after `epoch`, from 1 (higher is better; an undefined one is no rise).
    pub fn observe(&mut self, epoch: usize, metric: Option<f64>) {
        let ScheduleSpec::Plateau { patience, .. } = self.spec else {
            return;
        };
        if metric.is_some_and(|value| self.best.is_none_or(|best| value > best)) {
            self.best = metric;
            self.since = epoch;
        } else if epoch.saturating_sub(self.since) >= patience {
            self.since = epoch;
            self.drops += 1;
        }
    }

    /// Whether the schedule reacts to a metric, and so needs validation rows.
    pub fn needs_metric(&self) -> bool {
        matches!(self.spec, ScheduleSpec::Plateau { .. })
    }

    fn warmup_epochs(&self) -> f64 {
        match self.spec {
            ScheduleSpec::Constant { warmup_epochs }
            | ScheduleSpec::Step { warmup_epochs, .. }
            | ScheduleSpec::Exponential { warmup_epochs, .. }
            | ScheduleSpec::Cosine { warmup_epochs, .. }
            | ScheduleSpec::Cyclic { warmup_epochs, .. }
            | ScheduleSpec::Plateau { warmup_epochs, .. } => warmup_epochs,
            ScheduleSpec::OneCycle { .. } => 0.0,
        }
    }
}

/// Half a cosine wave: 1 at 0, ½ at ½, 0 at 1.
fn fall(progress: f64) -> f64 {
    f64::midpoint(1.0, (PI * progress).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(spec: ScheduleSpec, epoch: f64) -> f64 {
        Schedule::new(spec).factor((epoch * 10.0).round() as u64, 10, 100)
    }

    #[test]
    fn warm_up_rises_linearly_to_the_full_rate() {
        let spec = ScheduleSpec::Constant { warmup_epochs: 2.0 };
        assert!((factor(spec.clone(), 0.0) - 1.0 / 20.0).abs() < 1e-12);
        assert!((factor(spec.clone(), 1.0) - 11.0 / 20.0).abs() < 1e-12);
        assert_eq!(factor(spec, 2.0), 1.0);
    }

    #[test]
    fn step_drops_at_the_stated_epochs() {
        let spec = ScheduleSpec::Step {
            warmup_epochs: 0.0,
            every_epochs: 30.0,
            factor: 0.1,
        };
        assert_eq!(factor(spec.clone(), 29.9), 1.0);
        assert!((factor(spec.clone(), 30.0) - 0.1).abs() < 1e-12);
        assert!((factor(spec, 60.0) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn exponential_multiplies_once_an_epoch() {
        let spec = ScheduleSpec::Exponential {
            warmup_epochs: 0.0,
            factor: 0.5,
        };
        assert!((factor(spec, 3.0) - 0.125).abs() < 1e-12);
    }

    #[test]
    fn cosine_ends_at_its_minimum() {
        let spec = ScheduleSpec::Cosine {
            warmup_epochs: 0.0,
            minimum: 0.2,
        };
        assert!((factor(spec.clone(), 50.0) - 0.6).abs() < 1e-12);
        assert!((factor(spec, 100.0) - 0.2).abs() < 1e-12);
    }

    #[test]
    fn cyclic_peaks_in_the_middle_of_its_period() {
        let spec = ScheduleSpec::Cyclic {
            warmup_epochs: 0.0,
            minimum: 0.0,
            period_epochs: 10.0,
        };
        assert_eq!(factor(spec.clone(), 0.0), 0.0);
        assert_eq!(factor(spec.clone(), 5.0), 1.0);
        assert!((factor(spec, 12.5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_cycle_has_pytorch_s_start_peak_and_end() {
        let spec = ScheduleSpec::OneCycle {
            rise: 0.3,
            start_divisor: 25.0,
            end_divisor: 1e4,
        };
        assert!((factor(spec.clone(), 0.0) - 0.04).abs() < 1e-12);
        assert!((factor(spec.clone(), 30.0) - 1.0).abs() < 1e-12);
        assert!((factor(spec, 100.0) - 4e-6).abs() < 1e-12);
    }

    #[test]
    fn plateau_drops_after_patience_epochs_without_improvement() {
        let mut schedule = Schedule::new(ScheduleSpec::Plateau {
            warmup_epochs: 0.0,
            factor: 0.1,
            patience: 2,
            minimum: 0.0,
        });
        for (epoch, metric) in [(1, 0.5), (2, 0.6), (3, 0.6)] {
            schedule.observe(epoch, Some(metric));
        }
        assert_eq!(schedule.factor(30, 10, 100), 1.0);
        schedule.observe(4, Some(0.55));
        assert!((schedule.factor(40, 10, 100) - 0.1).abs() < 1e-12);
        schedule.observe(5, None);
        assert!((schedule.factor(50, 10, 100) - 0.1).abs() < 1e-12);
        schedule.observe(6, None);
        assert!((schedule.factor(60, 10, 100) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn plateau_counts_epochs_and_not_looks_at_the_validation_rows() {
        let mut schedule = Schedule::new(ScheduleSpec::Plateau {
            warmup_epochs: 0.0,
            factor: 0.1,
            patience: 10,
            minimum: 0.0,
        });
        for (epoch, factor) in [(5, 1.0), (10, 1.0), (15, 0.1)] {
            schedule.observe(epoch, Some(0.5));
            assert_eq!(schedule.factor(0, 10, 100), factor, "epoch {epoch}");
        }
    }
}
