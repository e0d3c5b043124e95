//! The labels of one batch as a loss reads them.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::coherence::{Groups, Role};
use crate::kind::Kind;
use crate::labels::Labels;
use crate::loss::Weights;
use crate::spec::{LossName, LossSpec};
use crate::tree::Task;
use crate::vocabulary::Vocabulary;

/// A logarithm that stands for probability 0 and stays finite in differences.
pub(crate) const LOG_ZERO: f32 = -1e30;

/// The labels of one task and batch. Only rows with a label, and with a weight, take part in a
/// loss: the others are left out before anything is computed.
#[derive(Clone, Debug)]
pub struct Target {
    /// The labels of all rows, for terms that depend on the labels of other tasks.
    pub(crate) labels: Labels,
    /// How much each row counts, class weight included; 0 for rows that do not.
    pub(crate) row_weights: Vec<f32>,
    /// The rows that count, ascending.
    pub(crate) rows: Vec<usize>,
    /// Their tensor, where they are not all rows.
    selection: Option<Tensor<1, Int>>,
    pub(crate) values: Values,
    /// How much each of the rows (or their entries) counts.
    pub(crate) weights: Weights,
}

/// What the loss compares with, for the rows that count.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one a task and batch; a box would only add an allocation"
)]
pub(crate) enum Values {
    /// Nothing: no row counts, or the term is computed from plain labels.
    Nothing,
    /// Class per row.
    Classes(Classes),
    /// `[rows, columns]`: −1 and 1 for no and yes, standardised values, or probabilities.
    Entries(Tensor<2>),
}

/// The class of each row, among all classes or among those of its coarse class.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    /// The candidates of each row as columns of the output, `[rows, candidates]`, and 0 or
    /// [`LOG_ZERO`] for padding; `None` where every class is a candidate.
    pub(crate) candidates: Option<(Tensor<2, Int>, Tensor<2>)>,
    /// The position of the class among the candidates, `[rows, 1]`.
    pub(crate) position: Tensor<2, Int>,
    /// Smoothed target of each candidate, `[rows, candidates]`, and the mean of its negative
    /// entropy; where there is label smoothing.
    pub(crate) smoothed: Option<(Tensor<2>, f64)>,
}

impl Target {
    /// The labels of a batch, with how much each row counts (1 without `row_weight`). The device
    /// is that of the outputs it will be compared with.
    ///
    /// # Panics
    ///
    /// If the labels are not those of the task's kind and width, or `row_weight` has not one
    /// weight a row: labels are checked where they are read.
    pub fn new(labels: &Labels, task: &Task, row_weight: Option<&[f32]>, device: &Device) -> Self {
        let all = labels.len();
        if let Some(weights) = row_weight {
            assert_eq!(weights.len(), all, "one row weight a row");
        }
        let distribution = task.loss.name() == LossName::KlDivergence;
        let mut row_weights: Vec<f32> = (0..all)
            .map(|row| {
                let observed =
                    labels.is_observed(row) && (!distribution || is_distribution(labels, row));
                if observed {
                    row_weight.map_or(1.0, |weights| weights[row])
                } else {
                    0.0
                }
            })
            .collect();
        if let (Labels::Classes(classes), Some(weights)) = (labels, &task.class_weights) {
            for (weight, &class) in row_weights.iter_mut().zip(classes) {
                if class >= 0 {
                    *weight *= weights[class as usize];
                }
            }
        }
        let rows: Vec<usize> = (0..all).filter(|&row| row_weights[row] > 0.0).collect();
        let selection = (rows.len() < all && !rows.is_empty()).then(|| {
            let indices: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
            Tensor::from_data(TensorData::new(indices, [rows.len()]), device)
        });
        let counted: Vec<f32> = rows.iter().map(|&row| row_weights[row]).collect();
        let (values, weights) = if rows.is_empty() {
            (Values::Nothing, Weights::rows(&[], 1, device))
        } else {
            match labels {
                Labels::Classes(classes) => (
                    class_values(classes, task, &rows, &counted, device),
                    Weights::rows(&counted, 1, device),
                ),
                Labels::Real { width, values } => {
                    real_values(values, *width, task, &rows, &counted, device)
                }
                Labels::Nodes { width, values } => {
                    node_values(values, *width, &rows, &counted, device)
                }
                Labels::Sets(sets) => {
                    let width = task.vocabulary.len();
                    let mut signs = vec![-1.0_f32; rows.len() * width];
                    for (signs, &row) in signs.chunks_mut(width).zip(&rows) {
                        for &node in sets[row].iter().flatten() {
                            signs[node as usize] = 1.0;
                        }
                    }
                    let signs =
                        Tensor::from_data(TensorData::new(signs, [rows.len(), width]), device);
                    (
                        Values::Entries(signs),
                        Weights::rows(&counted, width, device),
                    )
                }
            }
        };
        Self {
            labels: labels.clone(),
            row_weights,
            rows,
            selection,
            values,
            weights,
        }
    }

    /// Number of rows that count.
    pub fn observed(&self) -> usize {
        self.rows.len()
    }

    /// The rows of `outputs` that count, `[rows, columns]`.
    pub(crate) fn select(&self, outputs: Tensor<2>) -> Tensor<2> {
        match &self.selection {
            Some(rows) => outputs.select(0, rows.clone()),
            None => outputs,
        }
    }

    /// The class of a row, where the task has classes and the row counts.
    pub(crate) fn class(&self, row: usize) -> Option<usize> {
        match &self.labels {
            Labels::Classes(classes) if self.row_weights[row] > 0.0 => {
                usize::try_from(classes[row]).ok()
            }
            _ => None,
        }
    }
}

/// Whether the target columns of a row are shares of a whole; a gap or a zero sum is none.
pub(crate) fn is_distribution(labels: &Labels, row: usize) -> bool {
    match labels {
        Labels::Real { width, values } => {
            let values = &values[row * width..(row + 1) * width];
            values.iter().all(|&value| value >= 0.0) && values.iter().sum::<f32>() > 0.0
        }
        _ => true,
    }
}

fn class_values(
    classes: &[i32],
    task: &Task,
    rows: &[usize],
    counted: &[f32],
    device: &Device,
) -> Values {
    let of_rows = rows.iter().map(|&row| classes[row] as usize);
    if task.kind == Kind::Binary && task.role == Role::Free {
        let signs: Vec<f32> = of_rows
            .map(|class| if class == 1 { 1.0 } else { -1.0 })
            .collect();
        return Values::Entries(Tensor::from_data(
            TensorData::new(signs, [rows.len(), 1]),
            device,
        ));
    }
    if !matches!(task.role, Role::Free | Role::Conditional(_)) {
        return Values::Nothing;
    }
    let count = task.vocabulary.len();
    let groups = match &task.role {
        Role::Conditional(refinement) => Some((Groups::new(&refinement.map), &refinement.map)),
        _ => None,
    };
    let width = groups
        .as_ref()
        .map_or(count, |(groups, _)| groups.largest());
    let everyone: Vec<usize> = (0..count).collect();
    let members = |class: usize| match &groups {
        Some((groups, map)) => groups.members(map[class] as usize),
        None => everyone.as_slice(),
    };
    let shape = [rows.len(), width];
    let place = |class: usize| members(class).binary_search(&class).unwrap_or_default();
    let positions: Vec<i32> = of_rows.clone().map(|class| place(class) as i32).collect();
    let candidates = groups.as_ref().map(|_| {
        let mut columns = vec![0_i32; rows.len() * width];
        let mut padding = vec![LOG_ZERO; rows.len() * width];
        for (index, class) in of_rows.clone().enumerate() {
            for (position, &member) in members(class).iter().enumerate() {
                columns[index * width + position] = member as i32;
                padding[index * width + position] = 0.0;
            }
        }
        (
            Tensor::from_data(TensorData::new(columns, shape), device),
            Tensor::from_data(TensorData::new(padding, shape), device),
        )
    });
    let smoothing = task.loss.label_smoothing();
    let smoothed = (smoothing > 0.0).then(|| {
        let mut target = vec![0.0_f32; rows.len() * width];
        let mut negative_entropy = 0.0;
        let weight_of = |class: usize| {
            task.class_weights
                .as_ref()
                .map_or(1.0, |weights| f64::from(weights[class]))
        };
        for (index, class) in of_rows.clone().enumerate() {
            let members = members(class);
            let even = smoothing / members.len() as f64;
            // `counted` already holds the class weight of the row; what is spread over the other
            // classes counts by theirs.
            let row = f64::from(counted[index]) / weight_of(class);
            for (position, &member) in members.iter().enumerate() {
                let share = if member == class {
                    1.0 - smoothing + even
                } else {
                    even
                };
                target[index * width + position] = (row * weight_of(member) * share) as f32;
                negative_entropy += row * weight_of(member) * share * share.ln();
            }
        }
        let total: f64 = counted.iter().map(|&weight| f64::from(weight)).sum();
        (
            Tensor::from_data(TensorData::new(target, shape), device),
            negative_entropy / total,
        )
    });
    Values::Classes(Classes {
        candidates,
        position: Tensor::from_data(TensorData::new(positions, [rows.len(), 1]), device),
        smoothed,
    })
}

fn real_values(
    values: &[f32],
    width: usize,
    task: &Task,
    rows: &[usize],
    counted: &[f32],
    device: &Device,
) -> (Values, Weights) {
    let shape = [rows.len(), width];
    let of_row = |row: usize| &values[row * width..(row + 1) * width];
    if let LossSpec::KlDivergence { label_smoothing } = task.loss {
        let (kept, even) = (
            1.0 - label_smoothing as f32,
            label_smoothing as f32 / width as f32,
        );
        let shares: Vec<f32> = rows
            .iter()
            .flat_map(|&row| {
                let sum: f32 = of_row(row).iter().sum();
                of_row(row)
                    .iter()
                    .map(move |value| kept * value / sum + even)
            })
            .collect();
        let shares = Tensor::from_data(TensorData::new(shares, shape), device);
        return (Values::Entries(shares), Weights::rows(counted, 1, device));
    }
    let Vocabulary::Real { mean, std, .. } = &task.vocabulary else {
        return (Values::Nothing, Weights::rows(&[], 1, device));
    };
    let mut standardised = Vec::with_capacity(rows.len() * width);
    let mut entries = Vec::with_capacity(rows.len() * width);
    for (&row, &weight) in rows.iter().zip(counted) {
        for (column, &value) in of_row(row).iter().enumerate() {
            let missing = value.is_nan();
            standardised.push(if missing {
                0.0
            } else {
                (value - mean[column]) / std[column]
            });
            entries.push(if missing { 0.0 } else { weight });
        }
    }
    let weights = if entries.contains(&0.0) {
        Weights::entries(&entries, shape, device)
    } else {
        Weights::rows(counted, width, device)
    };
    (
        Values::Entries(Tensor::from_data(
            TensorData::new(standardised, shape),
            device,
        )),
        weights,
    )
}

fn node_values(
    values: &[u8],
    width: usize,
    rows: &[usize],
    counted: &[f32],
    device: &Device,
) -> (Values, Weights) {
    let shape = [rows.len(), width];
    let mut signs = Vec::with_capacity(rows.len() * width);
    let mut entries = Vec::with_capacity(rows.len() * width);
    for (&row, &weight) in rows.iter().zip(counted) {
        for &value in &values[row * width..(row + 1) * width] {
            signs.push(if value == 1 { 1.0_f32 } else { -1.0 });
            entries.push(if value < 2 { weight } else { 0.0 });
        }
    }
    let weights = if entries.contains(&0.0) {
        Weights::entries(&entries, shape, device)
    } else {
        Weights::rows(counted, width, device)
    };
    (
        Values::Entries(Tensor::from_data(TensorData::new(signs, shape), device)),
        weights,
    )
}
