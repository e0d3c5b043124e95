//! What a report draws of one task beside its figures.

use serde::{Deserialize, Serialize};

use super::measure::scored_cells;
use crate::distribution::{Decision, Distribution};
use crate::labels::Labels;
use crate::metrics::{Confusion, ReliabilityBin, reliability, reliability_labels};
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
                scatter: None,
            },
            (Labels::Nodes { values, .. }, _) => Self {
                reliability: reliability_labels(values, &distribution.values),
                ..Self::default()
            },
            (Labels::Sets(sets), _) => Self {
                reliability: task
                    .vocabulary
                    .hierarchy()
                    .map_or_else(Vec::new, |hierarchy| {
                        reliability_labels(&scored_cells(hierarchy, sets), &distribution.values)
                    }),
                ..Self::default()
            },
            (
                Labels::Real { width, values },
                Decision::Real {
                    values: predicted, ..
                },
            ) => Self {
                scatter: names
                    .first()
                    .map(|name| scatter(name, values, predicted, *width)),
                ..Self::default()
            },
            _ => Self::default(),
        }
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
