//! The task tree: labels, losses, coherence, weighting and metrics.
//!
//! A [`TaskSpec`] is what a person writes about a task. [`TaskTree::new`] joins the
//! specifications with the vocabularies and labels of the training rows; the tree then says which
//! heads a network needs ([`TaskTree::head_configs`]), what training minimises
//! ([`TaskTree::losses`]) and what raw outputs mean ([`TaskTree::distributions`],
//! [`TaskTree::decide`]). Labels may be missing in any row; answers of tasks that are joined by
//! `refines`, and of the nodes of one label hierarchy, never contradict each other.

mod build;
mod calibration;
mod check;
pub mod codes;
mod coherence;
mod decide;
mod distribution;
mod error;
mod error_code;
mod evaluation;
mod hierarchy;
mod kind;
mod labels;
pub mod loss;
pub mod metrics;
mod relations;
mod saved;
mod spec;
mod target;
mod tree;
mod uncertainty;
mod vocabulary;
pub mod weighting;

pub use calibration::{
    Answer, AnswerRule, Approximation, Basis, Conformal, FittedOn, Guarantees, Region,
    TaskCalibration,
};
pub use check::check_tasks;
pub use coherence::{Refinement, Role, Suggestion, suggest_refinements};
pub use distribution::{Decision, Distribution};
pub use error::TaskError;
pub use evaluation::{
    Baseline, Before, Details, Doubt, Evaluation, Histogram, IntervalPoint, Level, Scatter,
    SetSize, TaskEvaluation, headline_metric, higher_is_better, metric_names, needs_variance,
};
pub use hierarchy::{Hierarchy, ROOT};
pub use kind::Kind;
pub use labels::Labels;
pub use spec::{
    ClassWeightRule, ClassWeights, Decode, HierarchyEntries, HierarchySpec, LossChoice, LossName,
    LossSpec, OneOrMany, Reduction, TaskSpec, UncertaintySpec,
};
pub use target::Target;
pub use tree::{Task, TaskLoss, TaskTree};
pub use uncertainty::{SampleMoments, Uncertain, summarise_samples};
pub use vocabulary::Vocabulary;
pub use weighting::{Weighting, WeightingSpec, check_weighting};
