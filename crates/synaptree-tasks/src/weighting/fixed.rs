//! A constant weight for each task.

use serde_json::Value;

use super::{Combination, Needs, Signals, Weighting};
use crate::error::TaskError;

/// A constant weight for each task, as given; they need not add up to anything.
///
/// ```text
/// w_t = weights[t]
/// ```
///
/// # Example
///
/// ```
/// use synaptree_tasks::weighting::{Combination, Fixed, Signals, Weighting};
///
/// let mut fixed = Fixed::new(vec![1.0, 5.0, 0.5]);
/// let signals = Signals { active: vec![0, 2], losses: vec![0.3, 9.0], ..Signals::default() };
/// assert_eq!(fixed.combine(&signals), Combination::Losses(vec![1.0, 0.5]));
/// ```
#[derive(Clone, Debug)]
pub struct Fixed {
    weights: Vec<f64>,
}

impl Fixed {
    /// One weight a task.
    pub fn new(weights: Vec<f64>) -> Self {
        Self { weights }
    }
}

impl Weighting for Fixed {
    fn name(&self) -> &'static str {
        "fixed"
    }

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn combine(&mut self, signals: &Signals) -> Combination {
        Combination::Losses(
            signals
                .active
                .iter()
                .map(|&task| self.weights[task])
                .collect(),
        )
    }

    fn state(&self) -> Value {
        Value::Null
    }

    fn load_state(&mut self, state: &Value) -> Result<(), TaskError> {
        super::expect_no_state(self.name(), state)
    }
}
