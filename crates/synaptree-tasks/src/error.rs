//! What can go wrong between task specifications and labels.

use thiserror::Error;

/// What can go wrong between task specifications and labels.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The specifications contradict themselves; the first mistake `check_tasks` found.
    #[error("the tasks are not valid: {path}: {message}")]
    Invalid {
        /// Key path of the mistake, such as `tasks[1].parent`.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The number of vocabularies or label sets is not the number of tasks.
    #[error("expected {expected} {what}, one a task, got {got}")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How many tasks there are.
        expected: usize,
        /// How many were given.
        got: usize,
    },
    /// Label sets of different lengths.
    #[error("task `{task}` has labels for {got} rows, the first task has {expected}")]
    Rows {
        /// The task whose labels differ.
        task: String,
        /// Rows of the first task.
        expected: usize,
        /// Rows of this task.
        got: usize,
    },
    /// A vocabulary or label set of the wrong kind or width.
    #[error("task `{task}` is {kind}: expected {expected}, got {got}")]
    Mismatch {
        /// The task.
        task: String,
        /// Its kind.
        kind: &'static str,
        /// What fits the kind.
        expected: String,
        /// What was given.
        got: String,
    },
    /// Fewer classes, labels or columns than the kind needs.
    #[error(
        "task `{task}` is {kind} and needs at least {needed} {what}, but the training rows have {got}{names}"
    )]
    TooFew {
        /// The task.
        task: String,
        /// Its kind.
        kind: &'static str,
        /// Least number.
        needed: usize,
        /// Classes, labels or columns.
        what: &'static str,
        /// Number found.
        got: usize,
        /// The names found, as a suffix of the message.
        names: String,
    },
    /// A value of the training rows that an ordinal task cannot place.
    #[error(
        "task `{task}` is ordinal and its classes are not numbers ({class:?} is one of them): list them from low to high in `order`"
    )]
    NoOrder {
        /// The task.
        task: String,
        /// A class without a place.
        class: String,
    },
    /// A class weight for a class that does not exist.
    #[error(
        "`class_weights` of task `{task}` names {class:?}, which is not one of its classes ({classes})"
    )]
    UnknownClass {
        /// The task.
        task: String,
        /// The unknown class.
        class: String,
        /// The classes there are.
        classes: String,
    },
    /// A target that is not a distribution under a loss that needs one.
    #[error(
        "task `{task}` uses `kl_divergence`, which needs target columns that are not negative and do not sum to 0; row {row} has {values:?}"
    )]
    NotADistribution {
        /// The task.
        task: String,
        /// Row, from 0, within the labels.
        row: usize,
        /// The values of that row.
        values: Vec<f32>,
    },
    /// The value of a finer task does not determine a coarser one.
    #[error("task `{fine}` refines `{coarse}`, but {count} {rows_word} contradict it: {examples}; {help}", count = rows.len(), rows_word = if rows.len() == 1 { "row" } else { "rows" })]
    Contradiction {
        /// The task that refines.
        fine: String,
        /// The task it refines.
        coarse: String,
        /// The rows, from 0, within the labels given.
        rows: Vec<usize>,
        /// The first few of them with their values.
        examples: String,
        /// What to do.
        help: &'static str,
    },
    /// A fine class whose coarse class is not known.
    #[error(
        "task `{fine}` refines `{coarse}`, but no training row with `{fine}` = {class:?} has a label of `{coarse}`: label one, or use `parent` instead of `refines`"
    )]
    NeverTogether {
        /// The task that refines.
        fine: String,
        /// The task it refines.
        coarse: String,
        /// The fine class.
        class: String,
    },
    /// A coarse class without any fine class.
    #[error(
        "task `{fine}` refines `{coarse}`, but no class of `{fine}` belongs to `{coarse}` = {class:?}: give these rows a class of their own (such as \"none\"), or use `parent` instead of `refines`"
    )]
    NoFineClass {
        /// The task that refines.
        fine: String,
        /// The task it refines.
        coarse: String,
        /// The coarse class.
        class: String,
    },
    /// A fine class that leads to two coarse ones along different tasks.
    #[error(
        "`{fine}` = {class:?} leads to `{coarse}` = {first:?} along one task it refines and to {second:?} along another: correct the rows or use `parent` for one of them"
    )]
    TwoWays {
        /// The task that refines.
        fine: String,
        /// The task that both ways lead to.
        coarse: String,
        /// The fine class.
        class: String,
        /// The coarse class along one way.
        first: String,
        /// The coarse class along the other.
        second: String,
    },
    /// Raw outputs of a parent and a child joined by `edge = "pull"` that differ in shape.
    #[error(
        "task `{child}` pulls on `{parent}`, but has {child_outputs} outputs and `{parent}` has {parent_outputs}: `edge = \"pull\"` needs equal shapes; use `edge = \"shortcut\"`"
    )]
    PullShape {
        /// The child.
        child: String,
        /// Its outputs.
        child_outputs: usize,
        /// The parent.
        parent: String,
        /// The parent's outputs.
        parent_outputs: usize,
    },
    /// A label hierarchy with a cycle.
    #[error("the label hierarchy has a cycle: {}", cycle.join(" → "))]
    HierarchyCycle {
        /// The labels of the cycle, the first repeated at the end.
        cycle: Vec<String>,
    },
    /// An entry of a label hierarchy that cannot be read.
    #[error("the hierarchy entry {entry:?} is not valid: {reason}")]
    HierarchyEntry {
        /// The entry.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A hierarchy without nodes, or a saved one that does not fit together.
    #[error("the label hierarchy is not usable: {reason}")]
    Hierarchy {
        /// What is wrong with it.
        reason: String,
    },
    /// A saved task tree that does not fit together.
    #[error("the saved tasks cannot be used: {reason}")]
    Saved {
        /// What is wrong with it.
        reason: String,
    },
    /// Saved weighting state that does not belong to this method.
    #[error("the saved state of the weighting `{method}` cannot be used: {reason}")]
    WeightingState {
        /// The weighting method.
        method: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}
