//! Normalisations between a hidden layer and its activation.

mod batch;
mod carry;
mod layer;
mod running;

pub use batch::BatchNorm;
pub use carry::{is_running, with_running_of};
pub use layer::LayerNorm;
pub use running::Running;

/// Added to every variance; PyTorch's default.
const EPSILON: f64 = 1e-5;
