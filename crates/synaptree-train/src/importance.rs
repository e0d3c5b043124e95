//! Which input columns each task leans on: `importance.json`.

use burn::tensor::Device;
use serde_json::{Value, json};
use synaptree_data::{Features, Split};
use synaptree_kernels::{Key, Purpose, permutation};
use synaptree_model::{ForecastOptions, forecast};
use synaptree_nn::{Network, parameters};

use crate::data::ExperimentData;
use crate::pruning::spread;

/// Rows that permutation importance looks at: enough for a ranking, few enough to stay quick.
const ROWS: usize = 500;
/// Rows that it looks at however long that takes.
const FEWEST: usize = 50;
/// Products of a weight and a row that it may take beyond these rows, over all columns: some seconds.
const PRODUCTS: f64 = 2e11;

/// `importance.json`.
///
/// Without a trunk and hidden layers the weights themselves: per task and input, the mean over outputs of the weight's
/// absolute value, signed where the task has a single output. Otherwise permutation importance
/// (Breiman 2001, section 10): how much a task's loss rises when one column is shuffled between rows; of `asked`
/// rows, else of 500, or of fewer, down to 50, where columns and weights are many. `None` where 0 rows are asked for.
///
/// # Randomness
///
/// Purpose `augment`, stream `importance/<column>`.
pub(crate) fn importance(
    network: &Network,
    data: &ExperimentData,
    seed: u64,
    linear: bool,
    asked: Option<usize>,
    device: &Device,
) -> Option<Value> {
    match asked {
        Some(0) => None,
        _ if linear => Some(weights(network, data)),
        _ => Some(permuted(network, data, seed, asked, device)),
    }
}

fn weights(network: &Network, data: &ExperimentData) -> Value {
    let parameters = parameters(network);
    let names = data.dataset.preprocessing.encoded_names();
    let tasks: Vec<Value> = data
        .tree
        .tasks()
        .iter()
        .filter_map(|task| {
            let of_task = format!("heads.{}.output.weight", task.name);
            let (_, _, values) = parameters.iter().find(|(path, _, _)| *path == of_task)?;
            let outputs = *values.shape().to_vec().get(1)?;
            let values = values.as_slice::<f32>().ok()?;
            let bars: Vec<f32> = values
                .chunks(outputs)
                .take(names.len())
                .map(|row| match row {
                    [one] => *one,
                    several => several.iter().map(|w| w.abs()).sum::<f32>() / outputs as f32,
                })
                .collect();
            Some(json!({ "name": task.name, "values": bars }))
        })
        .collect();
    json!({ "kind": "weights", "features": names, "tasks": tasks })
}

fn permuted(
    network: &Network,
    data: &ExperimentData,
    seed: u64,
    asked: Option<usize>,
    device: &Device,
) -> Value {
    let split = data
        .dataset
        .validation
        .as_ref()
        .unwrap_or(&data.dataset.train);
    let columns = data.dataset.preprocessing.source_columns();
    let unasked = || rows(columns.len(), crate::describe::trainable(network));
    let split = spread(split, asked.unwrap_or_else(unasked));
    let losses = |split: &Split| {
        forecast(
            network,
            &data.tree,
            &split.into(),
            &[],
            ForecastOptions {
                samples: 0,
                seed: 0,
                antithetic: false,
                posterior: None,
                tolerance: None,
            },
            device,
        )
        .losses
    };
    let before = losses(&split);
    let mut rises: Vec<Vec<f64>> = vec![Vec::new(); before.len()];
    for column in &columns {
        let key = Key::new(
            seed,
            Purpose::Augment,
            &format!("importance/{}", column.name),
        );
        let order = permutation(key, 0, split.features.rows);
        let mut shuffled = split.clone();
        shuffle(
            &mut shuffled.features,
            &split.features,
            &column.numbers,
            &column.categories,
            &order,
        );
        for ((rises, after), before) in rises.iter_mut().zip(losses(&shuffled)).zip(&before) {
            rises.push(
                after
                    .zip(*before)
                    .map_or(0.0, |(after, before)| after - before),
            );
        }
    }
    let tasks: Vec<Value> = data
        .tree
        .tasks()
        .iter()
        .zip(rises)
        .map(|(task, values)| json!({ "name": task.name, "values": values }))
        .collect();
    json!({
        "kind": "permutation",
        "features": columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
        "tasks": tasks,
        "rows": split.features.rows,
    })
}

/// How many rows are looked at: every column takes a pass of its own over them.
fn rows(columns: usize, weights: usize) -> usize {
    let affordable = PRODUCTS / (columns.max(1) as f64 * weights.max(1) as f64);
    (affordable as usize).clamp(FEWEST, ROWS)
}

/// Takes the encoded numbers and categories of one column from other rows.
fn shuffle(
    target: &mut Features,
    source: &Features,
    numbers: &[usize],
    categories: &[usize],
    order: &[u32],
) {
    for (row, &other) in order.iter().enumerate() {
        for &i in numbers {
            target.numbers[row * source.number_width + i] =
                source.numbers[other as usize * source.number_width + i];
        }
        for &i in categories {
            target.categories[row * source.category_width + i] =
                source.categories[other as usize * source.category_width + i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_columns_and_weights_leave_fewer_rows() {
        assert_eq!(rows(14, 20_000), 500);
        assert_eq!(rows(784, 1_000_000), 255);
        assert_eq!(rows(784, 30_000_000), 50);
        assert_eq!(rows(0, 0), 500);
    }
}
