//! `[training] optimizer`: which rule moves the weights, and its constants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

fn one_thousandth() -> f64 {
    1e-3
}

fn one_hundredth() -> f64 {
    1e-2
}

fn beta_1() -> f64 {
    0.9
}

fn beta_2() -> f64 {
    0.999
}

fn epsilon() -> f64 {
    1e-8
}

fn decoupled_decay() -> f64 {
    1e-2
}

fn one_tenth() -> f64 {
    1e-1
}

fn one() -> f64 {
    1.0
}

fn prior() -> f64 {
    1e-4
}

fn slow_curvature() -> f64 {
    0.999_5
}

fn smoothing() -> f64 {
    0.99
}

/// The rule that turns a gradient into a change of the weights.
///
/// Definitions and defaults are PyTorch's, and those of its paper for `ivon`. With gradient g, weights w, learning rate η and L2
/// penalty λ (`weight_decay`; added to the gradient except for `adamw`, which decays the weights
/// themselves):
///
/// ```text
/// sgd       w ← w − η g
/// momentum  v ← μ v + g;                       w ← w − η v
/// nesterov  v ← μ v + g;                       w ← w − η (g + μ v)
/// rmsprop   s ← α s + (1−α) g²;                w ← w − η g / (√s + ε)   (then momentum, if any)
/// adam      m ← β₁ m + (1−β₁) g, s ← β₂ s + (1−β₂) g²;
///           w ← w − η (m / (1−β₁ᵗ)) / (√(s / (1−β₂ᵗ)) + ε)
/// adamw     w ← (1 − η λ) w, then as adam with λ = 0
/// ivon      g at θ = w + σ ε with σ = 1 / √(N (h + λ)), ε ~ N(0, 1), drawn in every step;
///           ĥ = g (θ − w) / σ²,  m ← β₁ m + (1−β₁) g,
///           h ← β₂ h + (1−β₂) ĥ + ½ (1−β₂)² (h − ĥ)² / (h + λ);
///           w ← w − η (h₀ + λ) (m / (1−β₁ᵗ) + λ w) / (h + λ)
/// ```
///
/// `ivon` learns the distribution N(w, σ²) of the weights, for a prior N(0, 1 / (N λ)): it is saved with the model, and
/// `--samples` draws from it. Its loss is the mean negative log-likelihood of a row, as for `[synapses]` that are learned.
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `learning_rate` | 0.001 (`sgd`, `momentum`, `nesterov`, `rmsprop`: 0.01) | > 0 | η, before the schedule |
/// | `weight_decay` | 0 (`adamw`: 0.01) | ≥ 0 | λ; for weights and biases, not for what `[synapses]` learn beside them |
/// | `momentum` | 0.9 (`rmsprop`: 0) | [0, 1) | μ |
/// | `smoothing` | 0.99 | [0, 1) | α of `rmsprop` |
/// | `beta_1`, `beta_2` | 0.9, 0.999 | [0, 1) | decay of the two moments |
/// | `epsilon` | 1e-8 | > 0 | ε |
///
/// Those of `ivon`:
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `learning_rate` | 0.1 | > 0 | η |
/// | `weight_decay` | 0.0001 | > 0 | λ, the precision of the prior a row |
/// | `beta_1`, `beta_2` | 0.9, 0.9995 | [0, 1) | decay of gradient and curvature |
/// | `curvature` | 1 | > 0 | h₀, where the curvature starts |
/// | `effective_rows` | the training rows | > 0 | N |
/// | `radius` | none | > 0 | largest change of a weight in units of the rate |
///
/// # Randomness
///
/// `ivon` draws from stream `noise/posterior/<path>` at the step, one element a weight, row after row.
///
/// # References
///
/// Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013; Hinton 2012, lecture 6e;
/// Kingma and Ba 2015, arXiv 1412.6980, algorithm 1; Loshchilov and Hutter 2019, arXiv 1711.05101,
/// algorithm 2; Shen et al. 2024, arXiv 2402.17641, algorithm 1.
///
/// # Differences
///
/// One draw a step. β₂ is a value for runs of some thousand steps; the paper's, for long ones, is 0.99999. A gradient of a
/// weight counts as at most 10 √(h + λ), before both sums: where a network fits, √h is the deviation of the gradients of single
/// rows, so that only outliers are as large. h + λ at most doubles in a step; by its formula it at least halves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OptimizerSpec {
    /// Stochastic gradient descent.
    Sgd {
        /// Step size before the schedule.
        #[serde(default = "one_hundredth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// L2 penalty, added to the gradient.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
    },
    /// Stochastic gradient descent with heavy-ball momentum.
    Momentum {
        /// Step size before the schedule.
        #[serde(default = "one_hundredth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// L2 penalty, added to the gradient.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
        /// Share of the last step's velocity that is kept.
        #[serde(default = "beta_1")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        momentum: f64,
    },
    /// Stochastic gradient descent with Nesterov's momentum.
    Nesterov {
        /// Step size before the schedule.
        #[serde(default = "one_hundredth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// L2 penalty, added to the gradient.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
        /// Share of the last step's velocity that is kept.
        #[serde(default = "beta_1")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        momentum: f64,
    },
    /// Gradient divided by a running root mean square.
    Rmsprop {
        /// Step size before the schedule.
        #[serde(default = "one_hundredth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// L2 penalty, added to the gradient.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
        /// Decay of the running mean square.
        #[serde(default = "smoothing")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        smoothing: f64,
        /// Share of the last step's velocity that is kept.
        #[serde(default)]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        momentum: f64,
        /// Added to the root, so that a flat gradient does not divide by zero.
        #[serde(default = "epsilon")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        epsilon: f64,
    },
    /// Adaptive moments.
    Adam {
        /// Step size before the schedule.
        #[serde(default = "one_thousandth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// L2 penalty, added to the gradient.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
        /// Decay of the running mean of gradients.
        #[serde(default = "beta_1")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_1: f64,
        /// Decay of the running mean of squared gradients.
        #[serde(default = "beta_2")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_2: f64,
        /// Added to the root, so that a flat gradient does not divide by zero.
        #[serde(default = "epsilon")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        epsilon: f64,
    },
    /// Adaptive moments with decoupled weight decay.
    Adamw {
        /// Step size before the schedule.
        #[serde(default = "one_thousandth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// Share of the weights, times the learning rate, that each step takes away.
        #[serde(default = "decoupled_decay")]
        #[schemars(range(min = 0.0, max = 1e6))]
        weight_decay: f64,
        /// Decay of the running mean of gradients.
        #[serde(default = "beta_1")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_1: f64,
        /// Decay of the running mean of squared gradients.
        #[serde(default = "beta_2")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_2: f64,
        /// Added to the root, so that a flat gradient does not divide by zero.
        #[serde(default = "epsilon")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        epsilon: f64,
    },
    /// A variational Newton method: it learns a Gaussian distribution of every weight.
    Ivon {
        /// Step size before the schedule.
        #[serde(default = "one_tenth")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: f64,
        /// The precision of the prior a row: weights come from N(0, 1 / (rows · `weight_decay`)).
        #[serde(default = "prior")]
        #[schemars(range(min = 1e-12, max = 1e6))]
        weight_decay: f64,
        /// Decay of the running mean of gradients.
        #[serde(default = "beta_1")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_1: f64,
        /// Decay of the running mean of curvature.
        #[serde(default = "slow_curvature")]
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        beta_2: f64,
        /// Where the curvature of every weight starts.
        #[serde(default = "one")]
        #[schemars(range(min = 1e-12, max = 1e6))]
        curvature: f64,
        /// How many rows the distribution of the weights has seen; fewer make it wider. Absent: the training rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1e-3, max = 1e15))]
        effective_rows: Option<f64>,
        /// The largest change of a weight in one step, in units of the rate. Absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        radius: Option<f64>,
    },
}

impl Default for OptimizerSpec {
    fn default() -> Self {
        Self::Adam {
            learning_rate: one_thousandth(),
            weight_decay: 0.0,
            beta_1: beta_1(),
            beta_2: beta_2(),
            epsilon: epsilon(),
        }
    }
}

impl OptimizerSpec {
    /// The step size before the schedule.
    ///
    /// ```
    /// use synaptree_train::OptimizerSpec;
    /// assert_eq!(OptimizerSpec::default().learning_rate(), 1e-3);
    /// ```
    pub fn learning_rate(&self) -> f64 {
        match self {
            Self::Sgd { learning_rate, .. }
            | Self::Momentum { learning_rate, .. }
            | Self::Nesterov { learning_rate, .. }
            | Self::Rmsprop { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::Adamw { learning_rate, .. }
            | Self::Ivon { learning_rate, .. } => *learning_rate,
        }
    }

    /// Whether the rule learns a distribution of the weights.
    ///
    /// ```
    /// assert!(!synaptree_train::OptimizerSpec::default().is_variational());
    /// ```
    pub fn is_variational(&self) -> bool {
        matches!(self, Self::Ivon { .. })
    }

    /// How many buffers the rule keeps for each parameter.
    pub(crate) fn buffers(&self) -> usize {
        match self {
            Self::Sgd { .. } => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } => 1,
            Self::Rmsprop { .. } | Self::Adam { .. } | Self::Adamw { .. } | Self::Ivon { .. } => 2,
        }
    }

    /// What the buffer `n` of every parameter starts with.
    pub(super) fn first(&self, n: usize) -> f32 {
        match self {
            Self::Ivon { curvature, .. } if n == 1 => *curvature as f32,
            _ => 0.0,
        }
    }
}
