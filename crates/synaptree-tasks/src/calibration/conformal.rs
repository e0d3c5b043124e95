//! Prediction sets and intervals that hold the truth in a stated share of rows.

use serde::{Deserialize, Serialize};

use super::temperature::node_labels;
use crate::distribution::Distribution;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::metrics::{MISSING_NODE, column, mean, observed_rows};
use crate::tree::Task;

/// Split conformal prediction for one task.
///
/// | Kind | score of a row | set or interval | thresholds |
/// |---|---|---|---|
/// | binary, multiclass, ordinal | `p_y` | classes with `p_c ≥ t`, and the likeliest | 1 |
/// | multilabel, hierarchical | `p_l` if present, `1 − p_l` if absent | of each node: present, absent or both | nodes |
/// | regression | `|y − μ| / σ` | `μ ± t σ` | columns |
///
/// ```text
/// k = ⌈(n + 1) q⌉          t = the k-th largest probability, or the k-th smallest |y − μ| / σ
/// P(the truth is inside) ≥ q       over calibration rows and a new row that are exchangeable
/// ```
///
/// The probabilities are those before any temperature: a temperature that was fitted on the same rows
/// would cost the guarantee. σ is the predicted deviation, or 1 where none is known.
///
/// # References
/// - Vovk, Gammerman and Shafer, *Algorithmic learning in a random world*, 2005, section 4.1: the quantile.
/// - Sadinle, Lei and Wasserman, *Least ambiguous set-valued classifiers with bounded error levels*,
///   [arXiv 1609.00451](https://arxiv.org/abs/1609.00451): the sets of classes.
/// - Lei et al., *Distribution-free predictive inference for regression*,
///   [arXiv 1604.04173](https://arxiv.org/abs/1604.04173), section 5.2: intervals by the predicted deviation.
///
/// # Differences
/// The likeliest class, or the likelier state of a node, is always in the set: no set is empty. Each node
/// has a guarantee of its own; there is none for all nodes of a row together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conformal {
    /// The share of rows whose set or interval holds the truth.
    pub level: f64,
    /// The labels that each threshold rests on.
    pub rows: Vec<usize>,
    /// The least probability, or the greatest distance; `None` where there are too few labels for the
    /// level, and nothing can be ruled out.
    pub thresholds: Vec<Option<f32>>,
}

/// What is not ruled out, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// Whether each class is in the row's set.
    Classes {
        /// Classes.
        width: usize,
        /// `rows * width` answers.
        inside: Vec<bool>,
    },
    /// Whether each node may be present, and whether it may be absent.
    Nodes {
        /// Nodes.
        width: usize,
        /// `rows * width`: the presence is not ruled out.
        present: Vec<bool>,
        /// `rows * width`: the absence is not ruled out.
        absent: Vec<bool>,
    },
    /// The ends of each interval; infinite where nothing can be ruled out.
    Intervals {
        /// Columns.
        width: usize,
        /// `rows * width` lower ends.
        low: Vec<f32>,
        /// `rows * width` upper ends.
        high: Vec<f32>,
    },
}

/// The place of the quantile among `n` scores, from 1: `⌈(n + 1) q⌉`; `None` above `n`.
///
/// ```text
/// n = 9, q = 0.9: the 9th          n = 8, q = 0.9: ⌈8.1⌉ = 9 > 8
/// ```
pub(super) fn rank(scores: usize, level: f64) -> Option<usize> {
    let exact = (scores as f64 + 1.0) * level;
    // 10 · 0.9 must not become 10 by rounding.
    let rank = (exact - 1e-9 * exact).ceil().max(1.0) as usize;
    (rank <= scores).then_some(rank)
}

/// The quantile of scores that are better the larger they are.
fn of_probabilities(mut scores: Vec<f32>, level: f64) -> Option<f32> {
    let rank = rank(scores.len(), level)?;
    scores.sort_unstable_by(|left, right| right.total_cmp(left));
    Some(scores[rank - 1])
}

impl Conformal {
    /// Fits the thresholds on calibration rows.
    pub(super) fn fit(task: &Task, own: &Distribution, labels: &Labels, level: f64) -> Self {
        let scores: Vec<Vec<f32>> = match labels {
            Labels::Classes(observed) => vec![
                observed_rows(observed, &own.values, own.width)
                    .map(|(class, row)| row[class])
                    .collect(),
            ],
            Labels::Real { width, values } => (0..*width)
                .map(|column| distances(own, values, *width, column))
                .collect(),
            Labels::Nodes { .. } | Labels::Sets(_) => {
                let cells = node_labels(task, labels).unwrap_or_default();
                (0..own.width)
                    .map(|node| {
                        column(&cells, own.width, node)
                            .zip(column(&own.values, own.width, node))
                            .filter(|(label, _)| *label != MISSING_NODE)
                            .map(|(label, p)| if label == 1 { p } else { 1.0 - p })
                            .collect()
                    })
                    .collect()
            }
        };
        let rows = scores.iter().map(Vec::len).collect();
        let real = matches!(labels, Labels::Real { .. });
        let thresholds = scores
            .into_iter()
            .map(|mut scores| {
                if !real {
                    return of_probabilities(scores, level);
                }
                let rank = rank(scores.len(), level)?;
                scores.sort_unstable_by(f32::total_cmp);
                Some(scores[rank - 1])
            })
            .collect();
        Self {
            level,
            rows,
            thresholds,
        }
    }

    /// The sets or intervals of new rows; where a probability is not a number nothing is ruled out.
    pub(super) fn region(&self, kind: Kind, own: &Distribution) -> Region {
        let (width, values) = (own.width, &own.values);
        let threshold = |cell: usize| self.thresholds[cell % width.max(1)];
        if kind.has_classes() {
            let least = self.thresholds[0].unwrap_or(f32::NEG_INFINITY);
            let inside = values.chunks_exact(width.max(1)).flat_map(|row| {
                let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                row.iter()
                    .map(move |&p| p >= least || p == highest || p.is_nan())
            });
            return Region::Classes {
                width,
                inside: inside.collect(),
            };
        }
        if kind.has_nodes() {
            let state = |cell: usize, p: f32, other: f32| {
                p >= threshold(cell).unwrap_or(f32::NEG_INFINITY) || p >= other || p.is_nan()
            };
            let cells = || values.iter().enumerate();
            return Region::Nodes {
                width,
                present: cells().map(|(cell, &p)| state(cell, p, 1.0 - p)).collect(),
                absent: cells().map(|(cell, &p)| state(cell, 1.0 - p, p)).collect(),
            };
        }
        let end = |sign: f64| -> Vec<f32> {
            let ends = values.iter().enumerate().map(|(cell, &mean)| {
                let reach = threshold(cell).map_or(f64::INFINITY, f64::from);
                (f64::from(mean) + sign * reach * deviation(own, cell)) as f32
            });
            ends.collect()
        };
        Region::Intervals {
            width,
            low: end(-1.0),
            high: end(1.0),
        }
    }
}

/// The predicted deviation of a cell; 1 where none is known.
fn deviation(own: &Distribution, cell: usize) -> f64 {
    own.variance.as_ref().map_or(1.0, |variance| {
        let deviation = f64::from(variance[cell]).sqrt();
        if deviation < f64::MIN_POSITIVE {
            f64::MIN_POSITIVE
        } else {
            deviation
        }
    })
}

/// `|y − μ| / σ` of the known cells of one column, rounded up.
fn distances(own: &Distribution, observed: &[f32], width: usize, wanted: usize) -> Vec<f32> {
    (wanted..observed.len())
        .step_by(width.max(1))
        .filter(|&cell| !observed[cell].is_nan())
        .map(|cell| {
            let error = f64::from(observed[cell]) - f64::from(own.values[cell]);
            ((error.abs() / deviation(own, cell)) as f32).next_up()
        })
        .collect()
}

impl Region {
    /// Adds the rows that follow.
    ///
    /// # Panics
    /// If they are of another kind.
    pub fn append(&mut self, further: Region) {
        match (self, further) {
            (Region::Classes { inside, .. }, Region::Classes { inside: more, .. }) => {
                inside.extend(more);
            }
            (
                Region::Nodes {
                    present, absent, ..
                },
                Region::Nodes {
                    present: more_present,
                    absent: more_absent,
                    ..
                },
            ) => {
                present.extend(more_present);
                absent.extend(more_absent);
            }
            (
                Region::Intervals { low, high, .. },
                Region::Intervals {
                    low: more_low,
                    high: more_high,
                    ..
                },
            ) => {
                low.extend(more_low);
                high.extend(more_high);
            }
            _ => panic!("one task has regions of one kind"),
        }
    }

    /// The size of the set of each row and node, or the width of each interval.
    pub(crate) fn sizes(&self) -> Vec<f64> {
        match self {
            Region::Classes { width, inside } => inside
                .chunks_exact((*width).max(1))
                .map(|row| row.iter().filter(|inside| **inside).count() as f64)
                .collect(),
            Region::Nodes {
                present, absent, ..
            } => present
                .iter()
                .zip(absent)
                .map(|(&present, &absent)| f64::from(u8::from(present) + u8::from(absent)))
                .collect(),
            Region::Intervals { low, high, .. } => low
                .iter()
                .zip(high)
                .map(|(&low, &high)| f64::from(high) - f64::from(low))
                .collect(),
        }
    }

    /// The share of known labels that are inside, and the mean size over the cells of known labels.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Labels, Region};
    ///
    /// let intervals = Region::Intervals { width: 1, low: vec![0.0, 0.0], high: vec![1.0, 3.0] };
    /// let labels = Labels::Real { width: 1, values: vec![0.5, 4.0] };
    /// assert_eq!(intervals.coverage(&labels, None), (Some(0.5), Some(2.0)));
    /// ```
    pub fn coverage(&self, labels: &Labels, task: Option<&Task>) -> (Option<f64>, Option<f64>) {
        let sizes = self.sizes();
        let hits: Vec<Option<bool>> = match (self, labels) {
            (Region::Classes { width, inside }, Labels::Classes(observed)) => observed
                .iter()
                .enumerate()
                .map(|(row, &class)| {
                    let class = usize::try_from(class).ok()?;
                    Some(inside[row * width + class])
                })
                .collect(),
            (Region::Intervals { low, high, .. }, Labels::Real { values, .. }) => values
                .iter()
                .zip(low.iter().zip(high))
                .map(|(&y, (&low, &high))| (!y.is_nan()).then_some(low <= y && y <= high))
                .collect(),
            (
                Region::Nodes {
                    present, absent, ..
                },
                labels,
            ) => {
                let cells = match (labels, task) {
                    (Labels::Nodes { values, .. }, _) => values.clone(),
                    (_, Some(task)) => node_labels(task, labels).unwrap_or_default(),
                    _ => Vec::new(),
                };
                let states = present.iter().zip(absent);
                cells
                    .iter()
                    .zip(states)
                    .map(|(&label, (&present, &absent))| {
                        (label != MISSING_NODE).then_some(if label == 1 { present } else { absent })
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        let known = || {
            hits.iter()
                .zip(&sizes)
                .filter_map(|(hit, size)| Some(((*hit)?, *size)))
        };
        (
            mean(known().map(|(hit, _)| f64::from(u8::from(hit)))),
            mean(known().map(|(_, size)| size)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_is_that_of_the_finite_sample() {
        assert_eq!(rank(9, 0.9), Some(9));
        assert_eq!(rank(8, 0.9), None);
        assert_eq!(rank(19, 0.95), Some(19));
        assert_eq!(rank(99, 0.9), Some(90));
        assert_eq!(rank(100, 0.9), Some(91));
        assert_eq!(rank(0, 0.5), None);
    }

    #[test]
    fn nothing_is_ruled_out_where_a_probability_is_not_a_number() {
        let own = Distribution {
            rows: 2,
            width: 2,
            values: vec![f32::NAN, f32::NAN, 0.9, 0.1],
            variance: None,
        };
        let fitted = Conformal {
            level: 0.9,
            rows: vec![100],
            thresholds: vec![Some(0.5)],
        };
        let Region::Classes { inside, .. } = fitted.region(Kind::Multiclass, &own) else {
            panic!("a task of classes has sets of them");
        };
        assert_eq!(inside, [true, true, true, false]);
    }
}
