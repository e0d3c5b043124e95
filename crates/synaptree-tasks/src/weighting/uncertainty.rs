//! Homoscedastic uncertainty, learned together with the network.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Combination, Needs, Signals, Weighting};
use crate::error::TaskError;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Weights tasks by a learned log-variance `s_t` each.
///
/// ```text
/// regression:      minimise  exp(−s)/2 · L + s/2,   w = exp(−s)/2
/// classification:  minimise  exp(−s) · L + s/2,     w = exp(−s)
/// ds = 1/2 − w · L
/// ```
///
/// The network is trained on `w · L`. The log-variances take a step of Adam of their own after
/// each combination, with the analytic gradient `ds`; without a bound the objective falls for ever
/// as a loss goes to 0, so they are kept within `±limit`. A task without a loss in a step keeps its
/// log-variance, both moments and its step count.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `learning_rate` | 0.01 | > 0 | step of the log-variances |
/// | `initial` | 0 | within ±`limit` | log-variances at the start |
/// | `limit` | 10 | > 0 | largest absolute log-variance |
///
/// # Example
///
/// ```
/// use synaptree_tasks::weighting::{Combination, Signals, Uncertainty, Weighting};
///
/// let mut method = Uncertainty::new(vec![true, false], 0.01, 0.0, 10.0);
/// let signals = Signals { active: vec![0, 1], losses: vec![3.0, 0.1], ..Signals::default() };
/// assert_eq!(method.combine(&signals), Combination::Losses(vec![0.5, 1.0]));
/// // The first task looks noisy (½ − ½ · 3 < 0): its log-variance rises. The second falls.
/// let moved = method.log_variances();
/// assert!((moved[0] - 0.01).abs() < 1e-9 && (moved[1] + 0.01).abs() < 1e-9);
/// ```
///
/// # References
///
/// Kendall, Gal, Cipolla: Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry
/// and Semantics, 2018, [arXiv:1705.07115](https://arxiv.org/abs/1705.07115), equations 7 and 10.
///
/// # Differences
///
/// The log-variances have an Adam and a learning rate of their own and are bounded. Ordinal,
/// multilabel and hierarchical tasks take the classification form.
#[derive(Clone, Debug)]
pub struct Uncertainty {
    /// Whether each task takes the regression form.
    regression: Vec<bool>,
    learning_rate: f64,
    limit: f64,
    states: Vec<TaskState>,
}

/// What is remembered of one task.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskState {
    log_variance: f64,
    first_moment: f64,
    second_moment: f64,
    steps: i32,
}

impl Uncertainty {
    /// One task for each entry of `regression`.
    pub fn new(regression: Vec<bool>, learning_rate: f64, initial: f64, limit: f64) -> Self {
        let start = TaskState {
            log_variance: initial.clamp(-limit, limit),
            first_moment: 0.0,
            second_moment: 0.0,
            steps: 0,
        };
        Self {
            states: vec![start; regression.len()],
            regression,
            learning_rate,
            limit,
        }
    }

    /// The log-variance of each task.
    pub fn log_variances(&self) -> Vec<f64> {
        self.states.iter().map(|state| state.log_variance).collect()
    }

    fn weight(&self, task: usize) -> f64 {
        let precision = (-self.states[task].log_variance).exp();
        if self.regression[task] {
            0.5 * precision
        } else {
            precision
        }
    }
}

impl Weighting for Uncertainty {
    fn name(&self) -> &'static str {
        "uncertainty"
    }

    fn needs(&self) -> Needs {
        Needs {
            losses: true,
            ..Needs::default()
        }
    }

    fn combine(&mut self, signals: &Signals) -> Combination {
        let weights: Vec<f64> = signals
            .active
            .iter()
            .map(|&task| self.weight(task))
            .collect();
        for ((&task, &loss), &weight) in signals.active.iter().zip(&signals.losses).zip(&weights) {
            let gradient = 0.5 - weight * loss;
            let state = &mut self.states[task];
            state.steps += 1;
            state.first_moment += (1.0 - BETA_1) * (gradient - state.first_moment);
            state.second_moment += (1.0 - BETA_2) * (gradient * gradient - state.second_moment);
            let first = state.first_moment / (1.0 - BETA_1.powi(state.steps));
            let second = state.second_moment / (1.0 - BETA_2.powi(state.steps));
            let moved = state.log_variance - self.learning_rate * first / (second.sqrt() + EPSILON);
            state.log_variance = moved.clamp(-self.limit, self.limit);
        }
        Combination::Losses(weights)
    }

    fn state(&self) -> Value {
        json!({ "tasks": self.states })
    }

    fn load_state(&mut self, state: &Value) -> Result<(), TaskError> {
        let wrong = |reason: String| TaskError::WeightingState {
            method: self.name(),
            reason,
        };
        let saved = state
            .get("tasks")
            .ok_or_else(|| wrong("it has no `tasks`".into()))?;
        let saved: Vec<TaskState> =
            serde_json::from_value(saved.clone()).map_err(|error| wrong(error.to_string()))?;
        if saved.len() != self.states.len() {
            let (got, expected) = (saved.len(), self.states.len());
            return Err(wrong(format!("it is of {got} tasks, expected {expected}")));
        }
        self.states = saved;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(losses: &[f64]) -> Signals {
        Signals {
            active: (0..losses.len()).collect(),
            losses: losses.to_vec(),
            ..Signals::default()
        }
    }

    #[test]
    fn log_variances_settle_where_the_gradient_is_zero() {
        let mut method = Uncertainty::new(vec![true, false], 0.01, 0.0, 10.0);
        for _ in 0..5000 {
            method.combine(&signals(&[3.0, 0.2]));
        }
        // exp(s) = L for regression, 2 L for classification.
        let found = method.log_variances();
        assert!((found[0] - 3.0_f64.ln()).abs() < 1e-3, "{found:?}");
        assert!((found[1] - 0.4_f64.ln()).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn the_first_step_is_the_learning_rate_against_the_sign_of_the_gradient() {
        let mut method = Uncertainty::new(vec![false], 0.25, 1.0, 10.0);
        method.combine(&signals(&[0.0]));
        assert!((method.log_variances()[0] - 0.75).abs() < 1e-6);
    }

    #[test]
    fn a_vanishing_loss_stops_at_the_limit() {
        let mut method = Uncertainty::new(vec![false], 0.5, 0.0, 2.0);
        for _ in 0..100 {
            method.combine(&signals(&[0.0]));
        }
        assert_eq!(method.log_variances(), [-2.0]);
    }

    #[test]
    fn a_state_of_other_tasks_is_refused() {
        let mut method = Uncertainty::new(vec![false], 0.5, 0.0, 2.0);
        let two = Uncertainty::new(vec![false; 2], 0.5, 0.0, 2.0).state();
        assert!(
            method
                .load_state(&two)
                .unwrap_err()
                .to_string()
                .contains("2 tasks")
        );
        assert!(method.load_state(&Value::Null).is_err());
    }
}
