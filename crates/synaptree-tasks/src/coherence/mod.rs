//! Answers that never contradict each other.
//!
//! Tasks joined by `refines` are one distribution: below one coarse task, `P(fine) = P(coarse) ·
//! softmax` within the classes of that coarse class; below several, one softmax over the finest
//! task, whose sums are the coarser probabilities. Nodes of a label hierarchy take the maximum
//! over their descendants.

mod conditional;
mod distributions;
mod joint;
mod learn;
pub(crate) mod max_constraint;
mod suggest;

pub(crate) use conditional::Groups;
pub(crate) use distributions::distributions;
pub(crate) use joint::joint_losses;
pub(crate) use learn::{fill, learn};
pub use suggest::{Suggestion, suggest_refinements};

use serde::{Deserialize, Serialize};

/// A coarser task and the class of it that each class of a finer task belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refinement {
    /// The coarser task, as an index into the tasks.
    pub coarse: usize,
    /// The coarse class of each fine class.
    pub map: Vec<u32>,
}

/// How the probabilities of a task arise from those it is joined to by `refines`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// From its own head alone.
    Free,
    /// `P(coarse) · softmax` over its classes within each coarse class.
    Conditional(Refinement),
    /// One softmax over its classes; the coarser tasks, coarsest first, are sums of it.
    Finest(Vec<Refinement>),
    /// Sums of the probabilities of a finer task.
    Marginal {
        /// The finest task, as an index into the tasks.
        finest: usize,
    },
}
