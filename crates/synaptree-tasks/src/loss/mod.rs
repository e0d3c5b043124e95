//! What training minimises: masked means over observed labels, one loss a file.
//!
//! Every function here returns the unreduced terms of a loss on plain tensors; [`Weights::mean`]
//! reduces them over what is observed.

mod absolute_error;
mod binary_cross_entropy;
mod cross_entropy;
mod focal;
mod gaussian_nll;
mod huber;
mod kl_divergence;
mod max_constraint;
mod ordinal;
mod squared_error;
mod weights;

pub use absolute_error::absolute_error;
pub use binary_cross_entropy::binary_cross_entropy;
pub use cross_entropy::cross_entropy;
pub use focal::{binary_focal, focal};
pub use gaussian_nll::{LOG_VARIANCE_LIMIT, gaussian_nll, log_variance};
pub use huber::huber;
pub use kl_divergence::kl_divergence;
pub use max_constraint::{max_constraint, max_constraint_logits};
pub use ordinal::ordinal_log_probabilities;
pub use squared_error::squared_error;
pub use weights::Weights;

use burn::tensor::Tensor;
use burn::tensor::activation::{log_sigmoid, log_softmax};

use synaptree_kernels::{sigmoid_likelihood, softmax_likelihood};

use crate::kind::Kind;
use crate::spec::{LossName, LossSpec, Reduction};
use crate::target::{Classes, Target, Values};
use crate::tree::{Task, TaskLoss};

/// The loss of a task whose term depends on no other task's label.
pub(crate) fn task_loss(task: &Task, outputs: Tensor<2>, target: &Target) -> Option<TaskLoss> {
    let observed = target.observed();
    let value = match &target.values {
        Values::Nothing => return None,
        Values::Classes(classes) => {
            let scores = class_scores(task, target.select(outputs));
            class_loss(&task.loss, scores, classes, &target.weights)
        }
        Values::Entries(entries) => entry_loss(
            task,
            target.select(outputs),
            entries.clone(),
            &target.weights,
        ),
    };
    Some(TaskLoss {
        value,
        observed,
        weight: target.weights.total(),
        reduction: task.loss.reduction(),
    })
}

/// Unnormalised log-probabilities of the classes, `[rows, classes]`, from raw outputs.
pub(crate) fn class_scores(task: &Task, outputs: Tensor<2>) -> Tensor<2> {
    match task.kind {
        Kind::Binary => Tensor::cat(vec![outputs.zeros_like(), outputs], 1),
        Kind::Ordinal if task.thresholds > 0 => ordinal_log_probabilities(outputs),
        _ => outputs,
    }
}

/// Log-probabilities of the classes, `[rows, classes]`, from raw outputs.
pub(crate) fn class_log_probabilities(task: &Task, outputs: Tensor<2>) -> Tensor<2> {
    match task.kind {
        Kind::Binary => Tensor::cat(vec![log_sigmoid(-outputs.clone()), log_sigmoid(outputs)], 1),
        Kind::Ordinal if task.thresholds > 0 => ordinal_log_probabilities(outputs),
        _ => log_softmax(outputs, 1),
    }
}

/// The term of a class given its log-probability, for losses without smoothing.
pub(crate) fn class_terms(loss: &LossSpec, log_probability: Tensor<2>) -> Tensor<2> {
    match loss {
        LossSpec::Focal { gamma, .. } => focal(log_probability, *gamma),
        _ => -log_probability,
    }
}

fn class_loss(
    loss: &LossSpec,
    scores: Tensor<2>,
    classes: &Classes,
    weights: &Weights,
) -> Tensor<1> {
    let scores = match &classes.candidates {
        Some((columns, padding)) => scores.gather(1, columns.clone()) + padding.clone(),
        None => scores,
    };
    if classes.smoothed.is_none() && !matches!(loss, LossSpec::Focal { .. }) {
        let sum = |weights| softmax_likelihood(scores, classes.position.clone(), weights);
        return weights.mean_of_sum(sum);
    }
    // Normalised scores stay as they are: the logarithm of their sum is 0.
    let log_probabilities = log_softmax(scores, 1);
    if let Some((smoothed, negative_entropy)) = &classes.smoothed {
        let cross = weights.mean_of_weighted(-(log_probabilities * smoothed.clone()));
        return match loss {
            LossSpec::KlDivergence { .. } => cross + *negative_entropy,
            _ => cross,
        };
    }
    let of_class = cross_entropy(log_probabilities, classes.position.clone()).neg();
    weights.mean(class_terms(loss, of_class))
}

fn entry_loss(task: &Task, outputs: Tensor<2>, entries: Tensor<2>, weights: &Weights) -> Tensor<1> {
    match &task.loss {
        LossSpec::SquaredError { reduction } => {
            reduce(squared_error(outputs, entries), *reduction, weights)
        }
        LossSpec::AbsoluteError { reduction } => {
            reduce(absolute_error(outputs, entries), *reduction, weights)
        }
        LossSpec::Huber { delta } => weights.mean(huber(outputs, entries, *delta)),
        LossSpec::GaussianNll {} => weights.mean(gaussian_nll(outputs, entries)),
        LossSpec::KlDivergence { .. } => {
            weights.mean(kl_divergence(log_softmax(outputs, 1), entries))
        }
        LossSpec::Focal { gamma, .. } => weights.mean(binary_focal(outputs * entries, *gamma)),
        loss => match (loss, task.vocabulary.hierarchy()) {
            (LossSpec::MaxConstraint {}, Some(hierarchy)) => {
                weights.mean(max_constraint(outputs, entries, hierarchy))
            }
            _ if loss.label_smoothing() == 0.0 => {
                weights.mean_of_sum(|weights| sigmoid_likelihood(outputs, entries, weights))
            }
            _ => weights.mean(binary_cross_entropy(
                outputs * entries,
                loss.label_smoothing(),
            )),
        },
    }
}

fn reduce(terms: Tensor<2>, reduction: Reduction, weights: &Weights) -> Tensor<1> {
    match reduction {
        Reduction::Mean => weights.mean(terms),
        Reduction::Sum => weights.sum(terms),
    }
}

/// Number of raw outputs of a task's head: those that depend on the row, and thresholds.
pub(crate) fn head_outputs(kind: Kind, loss: &LossSpec, width: usize) -> (usize, usize) {
    match (kind, loss.name()) {
        (Kind::Binary, _) => (1, 0),
        (Kind::Ordinal, LossName::Ordinal) => (1, width - 1),
        (Kind::Regression, LossName::GaussianNll) => (2 * width, 0),
        _ => (width, 0),
    }
}
