//! The terms of tasks that are sums of one finest task, by the chain rule.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::Refinement;
use crate::loss::{Weights, class_log_probabilities, class_scores, class_terms};
use crate::spec::Reduction;
use crate::target::{LOG_ZERO, Target};
use crate::tree::{Task, TaskLoss};

/// The logarithm of the joint softmax over the classes of the finest task, `[rows, classes]`.
///
/// ```text
/// log P(f) = log_softmax_f(score(f) + Σ_t log p_t(t(f)))
/// ```
///
/// where `p_t` are the probabilities of the coarse tasks' own heads: a product of the heads, so
/// that each of them takes part and none is left untrained.
pub(crate) fn joint_log_probabilities(
    tasks: &[Task],
    finest: usize,
    coarse: &[Refinement],
    outputs: &[Tensor<2>],
) -> Tensor<2> {
    let mut scores = class_scores(&tasks[finest], outputs[finest].clone());
    for refinement in coarse {
        let output = outputs[refinement.coarse].clone();
        let device = output.device();
        let columns: Vec<i32> = refinement.map.iter().map(|&class| class as i32).collect();
        let columns = TensorData::new(columns, [refinement.map.len()]);
        let columns = Tensor::<1, Int>::from_data(columns, &device);
        let own = class_log_probabilities(&tasks[refinement.coarse], output);
        scores = scores + own.select(1, columns);
    }
    log_softmax(scores, 1)
}

/// The losses of a finest task and the tasks it determines, coarsest first:
///
/// ```text
/// l_t = log Σ_{f consistent before t} P(f) − log Σ_{f consistent with t too} P(f)
/// ```
///
/// so that the terms of a row add up to the negative logarithm of the probability of all its
/// labels together. A label that no class of the finest task has together with the labels before
/// it does not count.
pub(crate) fn joint_losses(
    tasks: &[Task],
    finest: usize,
    coarse: &[Refinement],
    outputs: &[Tensor<2>],
    targets: &[Target],
) -> Vec<(usize, Option<TaskLoss>)> {
    let classes = tasks[finest].vocabulary.len();
    let rows = targets[finest].row_weights.len();
    let identity: Vec<u32> = (0..classes as u32).collect();
    let steps: Vec<(usize, &[u32])> = coarse
        .iter()
        .map(|refinement| (refinement.coarse, refinement.map.as_slice()))
        .chain([(finest, identity.as_slice())])
        .collect();
    if steps.iter().all(|(task, _)| targets[*task].rows.is_empty()) {
        return steps.iter().map(|&(task, _)| (task, None)).collect();
    }
    let log_probabilities = joint_log_probabilities(tasks, finest, coarse, outputs);
    let device = log_probabilities.device();
    // 0 for the classes that the labels seen so far leave open, LOG_ZERO for the others.
    let mut open = vec![0.0_f32; rows * classes];
    let mut losses = Vec::with_capacity(steps.len());
    for (task, map) in steps {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let (mut counted, mut weights) = (Vec::new(), Vec::new());
        for &row in &targets[task].rows {
            let Some(label) = targets[task].class(row) else {
                continue;
            };
            let open = &mut open[row * classes..(row + 1) * classes];
            let agrees = |class: usize| map[class] as usize == label;
            if !(0..classes).any(|class| agrees(class) && open[class] == 0.0) {
                continue;
            }
            before.extend_from_slice(open);
            for (class, open) in open.iter_mut().enumerate() {
                if !agrees(class) {
                    *open = LOG_ZERO;
                }
            }
            after.extend_from_slice(open);
            counted.push(row as i32);
            weights.push(targets[task].row_weights[row]);
        }
        let observed = counted.len();
        if observed == 0 {
            losses.push((task, None));
            continue;
        }
        let of_rows = if observed == rows {
            log_probabilities.clone()
        } else {
            let rows = TensorData::new(counted, [observed]);
            log_probabilities
                .clone()
                .select(0, Tensor::<1, Int>::from_data(rows, &device))
        };
        let shape = [observed, classes];
        let everything_open = before.iter().all(|&mask| mask == 0.0);
        let total = (!everything_open).then(|| log_sum(of_rows.clone(), before, shape, &device));
        let part = log_sum(of_rows, after, shape, &device);
        let log_conditional = match total {
            Some(total) => part - total,
            None => part,
        };
        let terms = class_terms(&tasks[task].loss, log_conditional);
        let weights = Weights::rows(&weights, 1, &device);
        let loss = TaskLoss {
            value: weights.mean(terms),
            observed,
            weight: weights.total(),
            reduction: Reduction::Mean,
        };
        losses.push((task, Some(loss)));
    }
    losses
}

/// The logarithm of the sum over the open classes, `[rows, 1]`.
fn log_sum(
    log_probabilities: Tensor<2>,
    open: Vec<f32>,
    shape: [usize; 2],
    device: &Device,
) -> Tensor<2> {
    let masked = log_probabilities + Tensor::from_data(TensorData::new(open, shape), device);
    let largest = masked.clone().detach().max_dim(1);
    (masked - largest.clone()).exp().sum_dim(1).log() + largest
}
