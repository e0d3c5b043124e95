//! The sum of the losses.

use serde_json::Value;

use super::{Combination, Needs, Signals, Weighting};
use crate::error::TaskError;

/// The sum of the losses.
///
/// ```text
/// w_t = 1
/// ```
///
/// # Example
///
/// ```
/// use synaptree_tasks::weighting::{Combination, Equal, Signals, Weighting};
///
/// let signals = Signals { active: vec![0, 2], losses: vec![0.3, 9.0], ..Signals::default() };
/// assert_eq!(Equal.combine(&signals), Combination::Losses(vec![1.0, 1.0]));
/// ```
#[derive(Copy, Clone, Debug, Default)]
pub struct Equal;

impl Weighting for Equal {
    fn name(&self) -> &'static str {
        "equal"
    }

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn combine(&mut self, signals: &Signals) -> Combination {
        Combination::Losses(vec![1.0; signals.active.len()])
    }

    fn state(&self) -> Value {
        Value::Null
    }

    fn load_state(&mut self, state: &Value) -> Result<(), TaskError> {
        super::expect_no_state(self.name(), state)
    }
}
