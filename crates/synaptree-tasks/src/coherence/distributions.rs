//! Raw outputs to coherent probabilities, in plain double-precision numbers.

use burn::tensor::Tensor;

use super::max_constraint::raise;
use super::{Groups, Refinement, Role};
use crate::distribution::Distribution;
use crate::kind::Kind;
use crate::loss::LOG_VARIANCE_LIMIT;
use crate::spec::LossName;
use crate::tree::Task;
use crate::vocabulary::Vocabulary;

/// Raw outputs of one task as rows of plain numbers.
struct Raw {
    rows: usize,
    width: usize,
    values: Vec<f32>,
}

impl Raw {
    fn new(output: &Tensor<2>) -> Self {
        let [rows, width] = output.dims();
        Self {
            rows,
            width,
            values: output.to_data().iter::<f32>().collect(),
        }
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}

/// The distribution of every task; `outputs` indexed as `tasks`.
pub(crate) fn distributions(
    tasks: &[Task],
    order: &[usize],
    outputs: &[Tensor<2>],
) -> Vec<Distribution> {
    let raw: Vec<Raw> = outputs.iter().map(Raw::new).collect();
    let mut results: Vec<Option<Distribution>> = tasks.iter().map(|_| None).collect();
    for ((task, raw), result) in tasks.iter().zip(&raw).zip(&mut results) {
        if task.role == Role::Free {
            *result = Some(free(task, raw));
        }
    }
    for (finest, task) in tasks.iter().enumerate() {
        if let Role::Finest(coarse) = &task.role {
            joint(tasks, finest, coarse, &raw, &mut results);
        }
    }
    for &fine in order {
        if let Role::Conditional(refinement) = &tasks[fine].role {
            let conditional = match &results[refinement.coarse] {
                Some(coarse) => conditional(&tasks[fine], &raw[fine], refinement, coarse),
                None => free(&tasks[fine], &raw[fine]),
            };
            results[fine] = Some(conditional);
        }
    }
    let empty = || Distribution::of_probabilities(0, 0, Vec::new());
    results
        .into_iter()
        .map(|result| result.unwrap_or_else(empty))
        .collect()
}

fn free(task: &Task, raw: &Raw) -> Distribution {
    match task.kind {
        Kind::Regression => regression(task, raw),
        Kind::Multilabel | Kind::Hierarchical => {
            let mut values: Vec<f32> = raw
                .values
                .iter()
                .map(|&logit| sigmoid(f64::from(logit)) as f32)
                .collect();
            if let Some(hierarchy) = task.vocabulary.hierarchy() {
                raise(&mut values, hierarchy);
            }
            Distribution::of_probabilities(raw.rows, raw.width, values)
        }
        Kind::Binary if task.loss.name() == LossName::SquaredError => {
            // Least squares towards −1 and 1 estimates 2 P − 1.
            let values = raw.values.iter().flat_map(|&score| {
                let positive = (0.5 * (1.0 + score)).clamp(0.0, 1.0);
                [1.0 - positive, positive]
            });
            Distribution::of_probabilities(raw.rows, 2, values.collect())
        }
        Kind::Binary | Kind::Multiclass | Kind::Ordinal => {
            let mut values = Vec::with_capacity(raw.rows * task.vocabulary.len());
            for row in 0..raw.rows {
                let scores = log_probabilities(task, raw.row(row));
                values.extend(scores.iter().map(|score| score.exp() as f32));
            }
            Distribution::of_probabilities(raw.rows, task.vocabulary.len(), values)
        }
    }
}

fn regression(task: &Task, raw: &Raw) -> Distribution {
    let Vocabulary::Real { mean, std, .. } = &task.vocabulary else {
        return Distribution::of_probabilities(raw.rows, raw.width, raw.values.clone());
    };
    let width = mean.len();
    let mut values = Vec::with_capacity(raw.rows * width);
    if task.loss.name() == LossName::KlDivergence {
        for row in 0..raw.rows {
            let scores: Vec<f64> = raw.row(row).iter().map(|&score| f64::from(score)).collect();
            values.extend(log_softmax(&scores).iter().map(|score| score.exp() as f32));
        }
        return Distribution::of_probabilities(raw.rows, width, values);
    }
    let has_variance = task.loss.name() == LossName::GaussianNll;
    let mut variance = Vec::new();
    for row in 0..raw.rows {
        let row = raw.row(row);
        for column in 0..width {
            values.push(row[column] * std[column] + mean[column]);
            if has_variance {
                let raw = f64::from(row[width + column]) / LOG_VARIANCE_LIMIT;
                let standardised = (raw.tanh() * LOG_VARIANCE_LIMIT).exp();
                variance.push((standardised * f64::from(std[column]).powi(2)) as f32);
            }
        }
    }
    Distribution {
        rows: raw.rows,
        width,
        values,
        variance: has_variance.then_some(variance),
    }
}

fn conditional(
    task: &Task,
    raw: &Raw,
    refinement: &Refinement,
    coarse: &Distribution,
) -> Distribution {
    let groups = Groups::new(&refinement.map);
    let classes = refinement.map.len();
    let mut values = vec![0.0_f32; raw.rows * classes];
    for row in 0..raw.rows {
        let scores = scores(task, raw.row(row));
        for (members, &of_group) in groups.iter().zip(coarse.row(row)) {
            let within: Vec<f64> = members.iter().map(|&class| scores[class]).collect();
            for (&class, log_share) in members.iter().zip(log_softmax(&within)) {
                values[row * classes + class] = (f64::from(of_group) * log_share.exp()) as f32;
            }
        }
    }
    Distribution::of_probabilities(raw.rows, classes, values)
}

fn joint(
    tasks: &[Task],
    finest: usize,
    coarse: &[Refinement],
    raw: &[Raw],
    results: &mut [Option<Distribution>],
) {
    let (rows, classes) = (raw[finest].rows, tasks[finest].vocabulary.len());
    let mut fine_values = Vec::with_capacity(rows * classes);
    let mut sums: Vec<Vec<f32>> = coarse.iter().map(|_| Vec::new()).collect();
    for row in 0..rows {
        let mut total = scores(&tasks[finest], raw[finest].row(row));
        for refinement in coarse {
            let own = log_probabilities(&tasks[refinement.coarse], raw[refinement.coarse].row(row));
            for (score, &class) in total.iter_mut().zip(&refinement.map) {
                *score += own[class as usize];
            }
        }
        let probabilities: Vec<f64> = log_softmax(&total)
            .iter()
            .map(|score| score.exp())
            .collect();
        fine_values.extend(probabilities.iter().map(|&probability| probability as f32));
        for (refinement, sums) in coarse.iter().zip(&mut sums) {
            let mut sum = vec![0.0_f64; tasks[refinement.coarse].vocabulary.len()];
            for (&class, probability) in refinement.map.iter().zip(&probabilities) {
                sum[class as usize] += probability;
            }
            sums.extend(sum.iter().map(|&probability| probability.min(1.0) as f32));
        }
    }
    for (refinement, sums) in coarse.iter().zip(sums) {
        let width = tasks[refinement.coarse].vocabulary.len();
        results[refinement.coarse] = Some(Distribution::of_probabilities(rows, width, sums));
    }
    results[finest] = Some(Distribution::of_probabilities(rows, classes, fine_values));
}

/// Unnormalised log-probabilities of the classes.
fn scores(task: &Task, raw: &[f32]) -> Vec<f64> {
    match task.kind {
        Kind::Binary => vec![0.0, f64::from(raw[0])],
        Kind::Ordinal if task.thresholds > 0 => ordinal(raw),
        _ => raw.iter().map(|&score| f64::from(score)).collect(),
    }
}

fn log_probabilities(task: &Task, raw: &[f32]) -> Vec<f64> {
    log_softmax(&scores(task, raw))
}

/// See [`crate::loss::ordinal_log_probabilities`].
fn ordinal(raw: &[f32]) -> Vec<f64> {
    let score = f64::from(raw[0]);
    let steps: Vec<f64> = raw[1..].iter().map(|&step| f64::from(step)).collect();
    let mut threshold = steps[0];
    let mut scores = vec![log_sigmoid(threshold - score)];
    for &step in &steps[1..] {
        let above = log_sigmoid(score - threshold);
        threshold += -log_sigmoid(-step);
        scores.push(log_sigmoid(threshold - score) + above + log_sigmoid(step));
    }
    scores.push(log_sigmoid(score - threshold));
    scores
}

fn log_softmax(scores: &[f64]) -> Vec<f64> {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = scores.iter().map(|score| (score - largest).exp()).sum();
    let log_sum = largest + sum.ln();
    scores.iter().map(|score| score - log_sum).collect()
}

fn log_sigmoid(x: f64) -> f64 {
    x.min(0.0) - (-x.abs()).exp().ln_1p()
}

fn sigmoid(x: f64) -> f64 {
    log_sigmoid(x).exp()
}
