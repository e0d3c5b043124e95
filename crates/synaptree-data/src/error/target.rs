//! What can be wrong with the targets of a task.

use crate::shown::cell;

/// Why a task cannot be learned from its columns, or its labels not be read by what was learned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Another number of target columns than the kind of the task takes.
    #[error(
        "task `{task}` is {kind} and takes one target column, {found} are given; make it `multilabel`, or give each column a task of its own"
    )]
    TargetCount {
        /// The task.
        task: String,
        /// Its kind.
        kind: &'static str,
        /// How many columns are given.
        found: usize,
    },

    /// A target without a value to learn from.
    #[error(
        "task `{task}`: column `{column}` has no value in any of the {rows} training rows; check the column, and `[data] missing`"
    )]
    AllMissing {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// How many rows were looked at.
        rows: usize,
    },

    /// A target with a single value.
    #[error(
        "task `{task}`: column `{column}` is `{}` in all of its {rows} labelled training rows, so there is nothing to learn; remove the task, or add rows with other values",
        cell(value)
    )]
    ConstantTarget {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// How many rows have a label.
        rows: usize,
    },

    /// A value beside the two of a binary task.
    #[error("{place}: task `{task}` is binary and its values are `{}` and `{}`, but column `{column}` holds `{}`; {help}", cell(&classes[0]), cell(&classes[1]), cell(value))]
    ThirdValue {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The two values of the task.
        classes: [String; 2],
        /// What to do.
        help: String,
    },

    /// A positive value that does not occur.
    #[error(
        "task `{task}`: `positive = \"{positive}\"` does not occur in column `{column}`; its values are {found}"
    )]
    NoPositive {
        /// The task.
        task: String,
        /// The column.
        column: String,
        /// The value that was named.
        positive: String,
        /// The values there are.
        found: String,
    },

    /// A value that an ordinal task cannot place.
    #[error(
        "{place}: task `{task}` is ordinal, but `{}` {reason}; {help}",
        cell(value)
    )]
    NoRank {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The value.
        value: String,
        /// Why it has no place.
        reason: String,
        /// What to do.
        help: String,
    },

    /// A class that the training rows do not have.
    #[error(
        "task `{task}`: the class `{}` occurs only in the {part} rows ({places}), never in training; {help}",
        cell(class)
    )]
    UnseenClass {
        /// The task.
        task: String,
        /// The class.
        class: String,
        /// The part it occurs in.
        part: String,
        /// The first rows that have it, and how many more do.
        places: String,
        /// What to do.
        help: String,
    },

    /// A label that the hierarchy of its task does not have.
    #[error(
        "{place}: task `{task}`: the label `{}` is not in the hierarchy; {help}",
        cell(label)
    )]
    UnknownLabel {
        /// The first such cell.
        place: String,
        /// The task.
        task: String,
        /// The label.
        label: String,
        /// The nearest spelling, or what to do.
        help: String,
    },

    /// A label hierarchy that cannot be built.
    #[error("task `{task}`: its label hierarchy cannot be used: {source}")]
    Hierarchy {
        /// The task.
        task: String,
        /// What is wrong with it.
        source: synaptree_tasks::TaskError,
    },
}
