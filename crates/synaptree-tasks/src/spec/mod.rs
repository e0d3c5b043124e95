//! What a person writes about a task: one `[[tasks]]` table of the experiment file.

mod class_weights;
mod decode;
mod hierarchy;
mod loss;
mod task;
mod uncertainty;
mod words;

pub use class_weights::{ClassWeightRule, ClassWeights};
pub use decode::Decode;
pub use hierarchy::{HierarchyEntries, HierarchySpec};
pub use loss::{LossChoice, LossName, LossSpec, Reduction};
pub use task::TaskSpec;
pub use uncertainty::UncertaintySpec;
pub use words::OneOrMany;
