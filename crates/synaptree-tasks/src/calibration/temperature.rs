//! One number a task that makes its probabilities, or its deviations, as sure as they ought to be.

use crate::coherence::{Groups, Role};
use crate::distribution::Distribution;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::metrics::{MISSING_NODE, mean, observed_rows};
use crate::tree::{Task, TaskTree};
use crate::uncertainty::Uncertain;

/// Temperatures beyond 20 and below 1/20 say no more than that nothing, or everything, is certain.
const WIDEST: f64 = 20.0;
/// The largest 32-bit number below 1.
const ALMOST_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// ln p, finite also where the probability is 0 in 32 bits.
fn log(p: f32) -> f64 {
    // What is not a number stays so.
    let least = f32::MIN_POSITIVE;
    f64::from(if p < least { least } else { p }).ln()
}

/// ln p / (1 − p), finite also at 0 and 1.
fn logit(p: f32) -> f64 {
    let p = f64::from(p.clamp(f32::MIN_POSITIVE, ALMOST_ONE));
    p.ln() - (-p).ln_1p()
}

/// The first and second derivative in β of the negative log-likelihood −ln softmax(β z)_y.
fn slopes(beta: f64, logits: &[f64], observed: usize) -> (f64, f64) {
    let highest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for &logit in logits {
        // Distances from the highest logit: their powers do not cancel.
        let below = logit - highest;
        let weight = (beta * below).exp();
        sum += weight;
        first += weight * below;
        second += weight * below * below;
    }
    let expected = first / sum;
    let variance = second / sum - expected * expected;
    (expected - (logits[observed] - highest), variance.max(0.0))
}

/// The first and second derivative in β of the penalty β − 1 − ln β.
///
/// It is convex, so its sum with the likelihood has one lowest point, at 1 without rows, and grows without
/// bound at both ends, so rows that are all answered rightly have theirs at a finite β.
fn prior(beta: f64) -> (f64, f64) {
    (1.0 - 1.0 / beta, 1.0 / (beta * beta))
}

/// The β where the penalised likelihood, whose own slopes these are, is best: Newton steps within a shrinking
/// bracket, or the end of the range that it lies beyond.
fn best(of_labels: impl Fn(f64) -> (f64, f64)) -> f64 {
    let of = |beta: f64| total([of_labels(beta), prior(beta)].into_iter());
    let (mut low, mut high, mut at) = (1.0 / WIDEST, WIDEST, 1.0);
    if of(low).0 >= 0.0 {
        return low;
    }
    if of(high).0 <= 0.0 {
        return high;
    }
    for _ in 0..200 {
        let (value, slope) = of(at);
        if value == 0.0 {
            return at;
        }
        if value < 0.0 {
            low = at;
        } else {
            high = at;
        }
        let newton = at - value / slope;
        let next = if newton > low && newton < high {
            newton
        } else {
            (low * high).sqrt()
        };
        if (next - at).abs() <= 1e-12 * at {
            return next;
        }
        at = next;
    }
    at
}

/// The temperature with the highest penalised likelihood of the labels; `None` without any, and for a task
/// whose probabilities are sums of another's.
pub(super) fn fit(
    tree: &TaskTree,
    index: usize,
    distributions: &[Distribution],
    labels: &Labels,
) -> Option<f64> {
    let task = &tree.tasks()[index];
    let own = &distributions[index];
    if labels.observed() == 0 || task.kind == Kind::Regression {
        return None;
    }
    let beta = match (labels, &task.role) {
        (Labels::Classes(_), Role::Marginal { .. }) => return None,
        (Labels::Classes(observed), Role::Conditional(refinement)) => {
            let groups = Groups::new(&refinement.map);
            best(|beta| {
                total(
                    observed_rows(observed, &own.values, own.width).map(|(class, row)| {
                        let members = groups.members(refinement.map[class] as usize);
                        let logits: Vec<f64> =
                            members.iter().map(|&member| log(row[member])).collect();
                        let place = members.iter().position(|&member| member == class);
                        slopes(beta, &logits, place.unwrap_or(0))
                    }),
                )
            })
        }
        (Labels::Classes(observed), _) => best(|beta| {
            total(
                observed_rows(observed, &own.values, own.width).map(|(class, row)| {
                    let logits: Vec<f64> = row.iter().map(|&p| log(p)).collect();
                    slopes(beta, &logits, class)
                }),
            )
        }),
        _ => {
            let cells = node_labels(task, labels)?;
            best(|beta| {
                let known = cells.iter().zip(&own.values);
                total(
                    known
                        .filter(|(label, _)| **label != MISSING_NODE)
                        .map(|(&label, &p)| {
                            slopes(beta, &[0.0, logit(p)], usize::from(label == 1))
                        }),
                )
            })
        }
    };
    Some(1.0 / beta)
}

fn total(terms: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    terms.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1))
}

/// Node labels as a matrix, the cells of roots missing.
pub(crate) fn node_labels(task: &Task, labels: &Labels) -> Option<Vec<u8>> {
    match labels {
        Labels::Nodes { values, .. } => Some(values.clone()),
        Labels::Sets(sets) => Some(crate::evaluation::scored_cells(
            task.vocabulary.hierarchy()?,
            sets,
        )),
        _ => None,
    }
}

/// For each column, the factor of the deviation with the highest likelihood of the labels.
///
/// ```text
/// s² = mean (y − μ)² / σ²
/// ```
///
/// `None` where no variance is known, or a column has no label or no spread at all.
pub(super) fn fit_scale(own: &Distribution, labels: &Labels) -> Option<Vec<f64>> {
    let (Labels::Real { width, values }, Some(variance)) = (labels, &own.variance) else {
        return None;
    };
    (0..*width)
        .map(|column| {
            let cells = values.iter().zip(&own.values).zip(variance);
            let ratios = cells
                .skip(column)
                .step_by(*width)
                .filter(|((y, _), _)| !y.is_nan())
                .map(|((&y, &mean), &variance)| {
                    (f64::from(y) - f64::from(mean)).powi(2) / f64::from(variance)
                });
            mean(ratios).map(f64::sqrt).filter(|scale| *scale > 0.0)
        })
        .collect()
}

/// Rescales the probabilities of every task that has a temperature, parents before children, so that
/// what was coherent stays so.
pub(super) fn apply(tree: &TaskTree, temperatures: &[Option<f64>], answers: &mut [Uncertain]) {
    for &index in tree.order() {
        let task = &tree.tasks()[index];
        let temperature = temperatures[index];
        match &task.role {
            // The shares within a coarse class are tempered, and the coarse class may have changed too.
            Role::Conditional(refinement) => {
                let groups = Groups::new(&refinement.map);
                let coarse = answers[refinement.coarse].mean.clone();
                let fine = &mut answers[index].mean;
                let beta = 1.0 / temperature.unwrap_or(1.0);
                let width = fine.width.max(1);
                for (row, values) in fine.values.chunks_exact_mut(width).enumerate() {
                    for (members, &of_group) in groups.iter().zip(coarse.row(row)) {
                        let shares =
                            softmax(members.iter().map(|&member| beta * log(values[member])));
                        for (&member, share) in members.iter().zip(shares) {
                            values[member] = (f64::from(of_group) * share) as f32;
                        }
                    }
                }
            }
            Role::Marginal { .. } => {}
            Role::Free | Role::Finest(_) => {
                if let Some(temperature) = temperature {
                    temper(task, 1.0 / temperature, &mut answers[index].mean);
                }
                if let (Role::Finest(coarse), Some(_)) = (&task.role, temperature) {
                    let fine = answers[index].mean.clone();
                    for refinement in coarse {
                        let sums = &mut answers[refinement.coarse].mean;
                        sum_up(&fine, &refinement.map, sums);
                    }
                }
            }
        }
    }
}

fn temper(task: &Task, beta: f64, distribution: &mut Distribution) {
    if task.kind.has_nodes() {
        for p in &mut distribution.values {
            *p = (1.0 / (1.0 + (-beta * logit(*p)).exp())) as f32;
        }
        return;
    }
    for row in distribution
        .values
        .chunks_exact_mut(distribution.width.max(1))
    {
        let tempered = softmax(row.iter().map(|&p| beta * log(p)));
        for (p, tempered) in row.iter_mut().zip(tempered) {
            *p = tempered as f32;
        }
    }
}

fn sum_up(fine: &Distribution, map: &[u32], coarse: &mut Distribution) {
    let width = coarse.width;
    for row in 0..fine.rows {
        let mut sums = vec![0.0_f64; width];
        for (&class, &p) in map.iter().zip(fine.row(row)) {
            sums[class as usize] += f64::from(p);
        }
        for (value, sum) in coarse.values[row * width..].iter_mut().zip(sums) {
            *value = sum.min(1.0) as f32;
        }
    }
}

fn softmax(logits: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let highest = logits.clone().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logits.map(|logit| (logit - highest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// Rescales every deviation of a regression; its variances by the square.
pub(super) fn apply_scale(scale: &[f64], answer: &mut Uncertain) {
    let parts = [
        &mut answer.mean.variance,
        &mut answer.total,
        &mut answer.aleatoric,
        &mut answer.epistemic,
    ];
    for values in parts.into_iter().flatten() {
        rescale(values, scale, |scale| scale * scale);
    }
    if let Some(std) = &mut answer.std {
        rescale(std, scale, |scale| scale);
    }
}

fn rescale(values: &mut [f32], scale: &[f64], factor: impl Fn(f64) -> f64) {
    for (value, &scale) in values.iter_mut().zip(scale.iter().cycle()) {
        *value = (f64::from(*value) * factor(scale)) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn loss(beta: f64, rows: &[(Vec<f64>, usize)]) -> f64 {
        rows.iter()
            .map(|(logits, observed)| {
                let p = softmax(logits.iter().map(|logit| beta * logit));
                -p[*observed].ln()
            })
            .sum()
    }

    fn best_of(rows: &[(Vec<f64>, usize)]) -> f64 {
        best(|beta| total(rows.iter().map(|(logits, y)| slopes(beta, logits, *y))))
    }

    #[test]
    fn what_is_not_a_number_stays_so() {
        let row = [f32::NAN, f32::NAN];
        let tempered = softmax(row.iter().map(|&p| 0.5 * log(p)));
        assert!(tempered.iter().all(|p| p.is_nan()));
        assert!(log(0.0).is_finite() && logit(1.0).is_finite());
        assert!(logit(f32::NAN).is_nan());
    }

    fn penalty(beta: f64) -> f64 {
        beta - 1.0 - beta.ln()
    }

    /// So many rows of a class of probability `p`, of which the first `right` are right.
    fn rows_of(p: f64, right: usize, rows: usize) -> Vec<(Vec<f64>, usize)> {
        let logits = vec![(p / (1.0 - p)).ln(), 0.0];
        (0..rows)
            .map(|row| (logits.clone(), usize::from(row >= right)))
            .collect()
    }

    proptest! {
        #[test]
        fn no_other_temperature_on_a_fine_grid_is_better(
            rows in prop::collection::vec((prop::collection::vec(-6.0_f64..6.0, 3), 0_usize..3), 1..30)
        ) {
            let penalised = |beta: f64| loss(beta, &rows) + penalty(beta);
            let beta = best_of(&rows);
            let least = penalised(beta);
            for step in -300..=300 {
                let other = WIDEST.powf(f64::from(step) / 300.0);
                prop_assert!(least <= penalised(other) + 1e-9, "{beta} {other}");
            }
        }

        #[test]
        fn the_slopes_are_those_of_the_loss(
            logits in prop::collection::vec(-6.0_f64..6.0, 4), y in 0_usize..4, beta in 0.1_f64..5.0
        ) {
            let (h, rows) = (1e-5, [(logits.clone(), y)]);
            let (first, second) = slopes(beta, &logits, y);
            let numeric = (loss(beta + h, &rows) - loss(beta - h, &rows)) / (2.0 * h);
            prop_assert!((first - numeric).abs() < 1e-5 * (1.0 + first.abs()));
            let rise = slopes(beta + h, &logits, y).0 - slopes(beta - h, &logits, y).0;
            prop_assert!((second - rise / (2.0 * h)).abs() < 1e-4 * (1.0 + second));
        }
    }

    #[test]
    fn labels_that_say_nothing_leave_the_temperature_at_one() {
        assert_eq!(best_of(&[(vec![0.5, 0.5], 0), (vec![0.5, 0.5], 1)]), 1.0);
        assert_eq!(best_of(&[]), 1.0);
    }

    #[test]
    fn few_rows_that_are_all_right_keep_the_temperature_near_one() {
        // The roots of n z / (1 + exp(β z)) = 1 − 1/β with z = ln 9.
        for (rows, expected) in [(1, 0.847_177), (10, 0.563_561), (100, 0.374_985)] {
            let temperature = 1.0 / best_of(&rows_of(0.9, rows, rows));
            assert!(
                (temperature - expected).abs() < 1e-5,
                "{rows} rows: {temperature}"
            );
        }
    }

    #[test]
    fn rows_that_are_all_wrong_end_at_the_bound_once_there_are_many() {
        assert!(best_of(&rows_of(0.9, 0, 1)) > 0.3);
        assert_eq!(best_of(&rows_of(0.9, 0, 100)), 1.0 / WIDEST);
    }

    #[test]
    fn many_rows_hardly_notice_the_penalty() {
        // Without it σ(β ln 9) = 3/4 at T = ln 9 / ln 3 = 2.
        let temperature = |rows: usize| 1.0 / best_of(&rows_of(0.9, rows / 4 * 3, rows));
        assert!(
            (temperature(4) - 1.520_560).abs() < 1e-5,
            "{}",
            temperature(4)
        );
        assert!(
            (temperature(400) - 2.0).abs() < 0.03,
            "{}",
            temperature(400)
        );
        assert!(
            (temperature(40_000) - 2.0).abs() < 3e-4,
            "{}",
            temperature(40_000)
        );
    }

    #[test]
    fn the_scale_of_a_deviation_is_the_closed_form() {
        let own = Distribution {
            rows: 3,
            width: 1,
            values: vec![0.0; 3],
            variance: Some(vec![1.0, 4.0, 1.0]),
        };
        let labels = Labels::Real {
            width: 1,
            values: vec![2.0, 2.0, f32::NAN],
        };
        // (4/1 + 4/4) / 2
        assert_eq!(fit_scale(&own, &labels), Some(vec![2.5_f64.sqrt()]));
    }
}
