//! Optimizers: one in-place pass over each parameter, with PyTorch's definitions and defaults where it has them.
//!
//! The update rules are plain functions of `(weights, gradients, state)`, so that a step allocates
//! nothing after the first one, a checkpoint is the state's buffers, and every optimizer is checked
//! against PyTorch's numbers.

mod adam;
mod ivon;
mod posterior;
mod rmsprop;
mod sgd;
mod spec;
mod state;
mod variance;

pub use spec::OptimizerSpec;
pub use state::{Optimizer, ParameterState};
