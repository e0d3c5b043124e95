//! The loss of a task, as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClassWeights;
use crate::kind::Kind;

/// The loss of a task: its name, or a table of its settings.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum LossChoice {
    /// The name of a loss with its default settings.
    Name(LossName),
    /// A loss with settings: `{ kind = "focal", gamma = 2.0 }`.
    Settings(LossSpec),
}

impl LossChoice {
    /// The loss with all its settings.
    pub fn settings(&self) -> LossSpec {
        match self {
            LossChoice::Name(name) => name.settings(),
            LossChoice::Settings(settings) => settings.clone(),
        }
    }
}

/// The name of a loss.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum LossName {
    /// Negative log-likelihood of the class.
    CrossEntropy,
    /// Negative log-likelihood of yes and no.
    BinaryCrossEntropy,
    /// Cross-entropy that counts confident rows less.
    Focal,
    /// Divergence from a target distribution.
    KlDivergence,
    /// Proportional odds with ordered thresholds.
    Ordinal,
    /// Squared difference.
    SquaredError,
    /// Absolute difference.
    AbsoluteError,
    /// Squared near zero, absolute far from it.
    Huber,
    /// Gaussian negative log-likelihood with a predicted variance.
    GaussianNll,
    /// Max-constraint loss of a label hierarchy.
    MaxConstraint,
}

impl LossName {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            LossName::CrossEntropy => "cross_entropy",
            LossName::BinaryCrossEntropy => "binary_cross_entropy",
            LossName::Focal => "focal",
            LossName::KlDivergence => "kl_divergence",
            LossName::Ordinal => "ordinal",
            LossName::SquaredError => "squared_error",
            LossName::AbsoluteError => "absolute_error",
            LossName::Huber => "huber",
            LossName::GaussianNll => "gaussian_nll",
            LossName::MaxConstraint => "max_constraint",
        }
    }

    /// The losses a kind of task can have; the first is the default.
    pub const fn valid_for(kind: Kind) -> &'static [LossName] {
        match kind {
            Kind::Binary => &[
                LossName::BinaryCrossEntropy,
                LossName::Focal,
                LossName::SquaredError,
            ],
            Kind::Multiclass => &[
                LossName::CrossEntropy,
                LossName::Focal,
                LossName::KlDivergence,
            ],
            Kind::Multilabel => &[LossName::BinaryCrossEntropy, LossName::Focal],
            Kind::Hierarchical => &[LossName::MaxConstraint, LossName::BinaryCrossEntropy],
            Kind::Regression => &[
                LossName::SquaredError,
                LossName::AbsoluteError,
                LossName::Huber,
                LossName::GaussianNll,
                LossName::KlDivergence,
            ],
            Kind::Ordinal => &[LossName::Ordinal, LossName::CrossEntropy],
        }
    }

    /// The loss with its default settings.
    pub fn settings(self) -> LossSpec {
        match self {
            LossName::CrossEntropy => LossSpec::CrossEntropy {
                label_smoothing: 0.0,
                class_weights: ClassWeights::default(),
            },
            LossName::BinaryCrossEntropy => LossSpec::BinaryCrossEntropy {
                label_smoothing: 0.0,
                class_weights: ClassWeights::default(),
            },
            LossName::Focal => LossSpec::Focal {
                gamma: default_gamma(),
                class_weights: ClassWeights::default(),
            },
            LossName::KlDivergence => LossSpec::KlDivergence {
                label_smoothing: 0.0,
            },
            LossName::Ordinal => LossSpec::Ordinal {
                class_weights: ClassWeights::default(),
            },
            LossName::SquaredError => LossSpec::SquaredError {
                reduction: Reduction::Mean,
            },
            LossName::AbsoluteError => LossSpec::AbsoluteError {
                reduction: Reduction::Mean,
            },
            LossName::Huber => LossSpec::Huber {
                delta: default_delta(),
            },
            LossName::GaussianNll => LossSpec::GaussianNll {},
            LossName::MaxConstraint => LossSpec::MaxConstraint {},
        }
    }
}

/// A loss with its settings.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LossSpec {
    /// Negative log-likelihood of the class.
    CrossEntropy {
        /// Share of the target spread evenly over all classes.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
        /// How much a row of each class counts.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Negative log-likelihood of yes and no.
    BinaryCrossEntropy {
        /// Share of the target spread evenly over yes and no.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
        /// How much a row of each class counts; for binary tasks.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Cross-entropy times `(1 − p)^gamma`, where `p` is the probability of the true class.
    Focal {
        /// How much less confident rows count; 0 is cross-entropy.
        #[serde(default = "default_gamma")]
        #[schemars(range(min = 0.0))]
        gamma: f64,
        /// How much a row of each class counts; for binary and multiclass tasks.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Kullback–Leibler divergence from the target distribution to the predicted one.
    KlDivergence {
        /// Share of the target spread evenly over all classes.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
    },
    /// Proportional odds: one score and ordered thresholds.
    Ordinal {
        /// How much a row of each class counts.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Squared difference, without a factor of one half.
    SquaredError {
        /// Mean or sum over the observed values.
        #[serde(default)]
        reduction: Reduction,
    },
    /// Absolute difference.
    AbsoluteError {
        /// Mean or sum over the observed values.
        #[serde(default)]
        reduction: Reduction,
    },
    /// Half the squared difference up to `delta`, then linear.
    Huber {
        /// Where it becomes linear, in standard deviations of the target.
        #[serde(default = "default_delta")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        delta: f64,
    },
    /// Gaussian negative log-likelihood; the head predicts a mean and a variance.
    GaussianNll {},
    /// Max-constraint loss of a label hierarchy.
    MaxConstraint {},
}

fn default_gamma() -> f64 {
    2.0
}

fn default_delta() -> f64 {
    1.0
}

impl LossSpec {
    /// The loss a kind of task has when none is given.
    pub fn default_for(kind: Kind) -> LossSpec {
        LossName::valid_for(kind)[0].settings()
    }

    /// The name of the loss.
    pub const fn name(&self) -> LossName {
        match self {
            LossSpec::CrossEntropy { .. } => LossName::CrossEntropy,
            LossSpec::BinaryCrossEntropy { .. } => LossName::BinaryCrossEntropy,
            LossSpec::Focal { .. } => LossName::Focal,
            LossSpec::KlDivergence { .. } => LossName::KlDivergence,
            LossSpec::Ordinal { .. } => LossName::Ordinal,
            LossSpec::SquaredError { .. } => LossName::SquaredError,
            LossSpec::AbsoluteError { .. } => LossName::AbsoluteError,
            LossSpec::Huber { .. } => LossName::Huber,
            LossSpec::GaussianNll {} => LossName::GaussianNll,
            LossSpec::MaxConstraint {} => LossName::MaxConstraint,
        }
    }

    /// The class weights, for losses that have them.
    pub const fn class_weights(&self) -> Option<&ClassWeights> {
        match self {
            LossSpec::CrossEntropy { class_weights, .. }
            | LossSpec::BinaryCrossEntropy { class_weights, .. }
            | LossSpec::Focal { class_weights, .. }
            | LossSpec::Ordinal { class_weights } => Some(class_weights),
            _ => None,
        }
    }

    /// The label smoothing; 0 for losses without it.
    pub const fn label_smoothing(&self) -> f64 {
        match self {
            LossSpec::CrossEntropy {
                label_smoothing, ..
            }
            | LossSpec::BinaryCrossEntropy {
                label_smoothing, ..
            }
            | LossSpec::KlDivergence { label_smoothing } => *label_smoothing,
            _ => 0.0,
        }
    }

    /// How the terms are put together; the mean for losses without the setting.
    pub const fn reduction(&self) -> Reduction {
        match self {
            LossSpec::SquaredError { reduction } | LossSpec::AbsoluteError { reduction } => {
                *reduction
            }
            _ => Reduction::Mean,
        }
    }

    /// Whether it is the plain negative log-likelihood of the labels: no weights, smoothing or
    /// focus tempers it.
    pub fn is_likelihood(&self) -> bool {
        let plain = self.class_weights().is_none_or(ClassWeights::is_none);
        plain
            && self.label_smoothing() == 0.0
            && matches!(
                self.name(),
                LossName::CrossEntropy
                    | LossName::BinaryCrossEntropy
                    | LossName::Ordinal
                    | LossName::GaussianNll
            )
    }
}

/// How the terms of a regression loss are put together.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Their mean over the observed values.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_default_loss_that_is_valid_for_it() {
        for kind in Kind::ALL {
            assert!(LossName::valid_for(kind).contains(&LossSpec::default_for(kind).name()));
        }
    }
}
