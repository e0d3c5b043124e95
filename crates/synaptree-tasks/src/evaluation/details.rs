//! What a report draws of one task beside its figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use indexmap::IndexMap;

use super::doubt::Doubt;
use super::levels::Level;
use super::measure::{self, scored_cells};
use crate::calibration::Region;
use crate::distribution::{Decision, Distribution};
use crate::labels::Labels;
use crate::metrics::{
    Confusion, ReliabilityBin, RiskCoverage, RiskPoint, coverage, reliability, reliability_labels,
};
use crate::tree::Task;

/// More classes than this share a row of the confusion matrix.
const MOST_CLASSES: usize = 40;
/// More rows than this are thinned out in a scatter plot.
const MOST_POINTS: usize = 500;

/// What a report draws of one task: the parts that its kind has.
///
/// | Part | Kinds |
/// |---|---|
/// | `confusion` | binary, multiclass, ordinal; at most 40 classes, the rarer ones as `(other)` |
/// | `reliability` | all but regression |
/// | `scatter` | regression; at most 500 rows, evenly spaced |
/// | `risk_coverage` | all but regression |
/// | `intervals` | regression with a variance |
/// | `set_sizes` | tasks with prediction sets |
/// | `levels` | all but regression |
/// | `doubt` | all, where it was asked for |
/// | `before` | tasks that a temperature or scale changed |
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Which class was taken for which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
    /// How often predictions of each confidence are right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<ReliabilityBin>,
    /// Predicted against observed values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scatter: Option<Scatter>,
    /// How many mistakes are left where only the surest predictions count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk_coverage: Vec<RiskPoint>,
    /// How often central intervals of each level hold the truth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<IntervalPoint>,
    /// How many prediction sets there are of each size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_sizes: Vec<SetSize>,
    /// The doubt at each depth of its hierarchy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// How the doubt about rows is spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// What it was before calibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// How often the central intervals of one level hold the truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntervalPoint {
    /// The share of the truth that they ought to hold.
    pub level: f64,
    /// The share that they hold.
    pub coverage: f64,
}

/// The prediction sets of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSize {
    /// Classes in the set; of a node, 2 where neither presence nor absence is ruled out.
    pub size: u64,
    /// How many sets.
    pub count: u64,
}

/// What a task was before calibration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// The metrics by name.
    pub metrics: IndexMap<String, Option<f64>>,
    /// How often predictions of each confidence were right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<ReliabilityBin>,
    /// How often central intervals of each level held the truth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<IntervalPoint>,
}

/// Predicted against observed values of the first target column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// The target column.
    pub column: String,
    /// The observed values.
    pub observed: Vec<f32>,
    /// The predicted value of each.
    pub predicted: Vec<f32>,
}

impl Details {
    pub(super) fn new(
        task: &Task,
        distribution: &Distribution,
        decision: &Decision,
        labels: &Labels,
    ) -> Self {
        let names = task.vocabulary.names();
        match (labels, decision) {
            (Labels::Classes(observed), Decision::Classes(decided)) => Self {
                confusion: Some(Confusion::new(observed, decided, names, MOST_CLASSES)),
                reliability: reliability(observed, &distribution.values, distribution.width),
                risk_coverage: RiskCoverage::of_classes(
                    observed,
                    &distribution.values,
                    distribution.width,
                )
                .map_or_else(Vec::new, |curve| curve.points()),
                ..Self::default()
            },
            (Labels::Nodes { values, .. }, _) => of_nodes(values, &distribution.values),
            (Labels::Sets(sets), _) => task
                .vocabulary
                .hierarchy()
                .map_or_else(Self::default, |hierarchy| {
                    of_nodes(&scored_cells(hierarchy, sets), &distribution.values)
                }),
            (
                Labels::Real { width, values },
                Decision::Real {
                    values: predicted, ..
                },
            ) => Self {
                scatter: names
                    .first()
                    .map(|name| scatter(name, values, predicted, *width)),
                intervals: distribution
                    .variance
                    .as_ref()
                    .map_or_else(Vec::new, |variance| {
                        interval_points(values, predicted, variance)
                    }),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

fn of_nodes(observed: &[u8], probabilities: &[f32]) -> Details {
    Details {
        reliability: reliability_labels(observed, probabilities),
        risk_coverage: RiskCoverage::of_labels(observed, probabilities)
            .map_or_else(Vec::new, |curve| curve.points()),
        ..Details::default()
    }
}

fn interval_points(observed: &[f32], predicted: &[f32], variance: &[f32]) -> Vec<IntervalPoint> {
    (1..=19)
        .filter_map(|step| {
            let level = f64::from(step) / 20.0;
            let coverage = coverage(observed, predicted, variance, level)?;
            Some(IntervalPoint { level, coverage })
        })
        .collect()
}

/// How many sets there are of each size; none of intervals.
pub(super) fn set_sizes(region: &Region) -> Vec<SetSize> {
    if matches!(region, Region::Intervals { .. }) {
        return Vec::new();
    }
    let mut counts = BTreeMap::new();
    for size in region.sizes() {
        *counts.entry(size as u64).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .map(|(size, count)| SetSize { size, count })
        .collect()
}

/// The figures of the distributions before calibration.
pub(super) fn before(
    task: &Task,
    distribution: &Distribution,
    decision: &Decision,
    labels: &Labels,
) -> Before {
    let details = Details::new(task, distribution, decision, labels);
    Before {
        metrics: measure::metrics(task, distribution, decision, labels),
        reliability: details.reliability,
        intervals: details.intervals,
    }
}

fn scatter(column: &str, observed: &[f32], predicted: &[f32], width: usize) -> Scatter {
    let known: Vec<(f32, f32)> = observed
        .iter()
        .zip(predicted)
        .step_by(width.max(1))
        .filter(|(observed, _)| !observed.is_nan())
        .map(|(&observed, &predicted)| (observed, predicted))
        .collect();
    let points = known.len().min(MOST_POINTS);
    let (observed, predicted) = (0..points)
        .map(|point| known[point * known.len() / points])
        .unzip();
    Scatter {
        column: column.to_owned(),
        observed,
        predicted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scatter_keeps_at_most_500_known_points_spread_over_all_rows() {
        let observed: Vec<f32> = (0..2000)
            .map(|row| if row % 2 == 0 { row as f32 } else { f32::NAN })
            .collect();
        let scatter = scatter("mass", &observed, &observed, 1);
        assert_eq!(scatter.observed.len(), 500);
        assert_eq!(scatter.observed, scatter.predicted);
        assert_eq!((scatter.observed[0], scatter.observed[499]), (0.0, 1996.0));
    }

    #[test]
    fn a_scatter_of_several_columns_shows_the_first() {
        let scatter = scatter("a", &[1.0, 9.0, 2.0, 9.0], &[3.0, 0.0, 4.0, 0.0], 2);
        assert_eq!(
            (scatter.observed, scatter.predicted),
            (vec![1.0, 2.0], vec![3.0, 4.0])
        );
    }
}
