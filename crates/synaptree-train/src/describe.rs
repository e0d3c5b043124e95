//! What the report says about the network: `network.json`.

use serde_json::{Value, json};
use synaptree_nn::{Network, parameters};

use crate::data::ExperimentData;

/// How many numbers of the network training changes.
pub(crate) fn trainable(network: &Network) -> usize {
    burn::module::Module::num_params(network)
}

/// `network.json`: the tasks as they hang together, and every layer's shape.
pub(crate) fn network(network: &Network, data: &ExperimentData) -> Value {
    let tasks = data.tree.tasks();
    let name = |i: &usize| tasks[*i].name.clone();
    let described: Vec<Value> = tasks
        .iter()
        .enumerate()
        .map(|(index, task)| {
            let observed = |split: &str| data.observed(split, index).unwrap_or(0);
            json!({
                "name": task.name,
                "kind": task.kind,
                "parents": task.parents.iter().map(name).collect::<Vec<_>>(),
                "refines": task.refines.iter().map(|r| name(&r.coarse)).collect::<Vec<_>>(),
                "edge": task.edge,
                "share": task.share,
                "outputs": task.outputs,
                "observed": {
                    "train": observed("train"),
                    "validation": observed("validation"),
                    "test": observed("test"),
                },
            })
        })
        .collect();
    let layers: Vec<Value> = parameters(network)
        .iter()
        .map(|(path, _, values)| {
            json!({
                "path": path,
                "shape": values.shape().to_vec(),
                "parameters": values.shape().num_elements(),
            })
        })
        .collect();
    json!({ "parameters": trainable(network), "tasks": described, "layers": layers })
}

pub(crate) fn moments(values: &[f32]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
    let variance = values
        .iter()
        .map(|v| (f64::from(*v) - mean).powi(2))
        .sum::<f64>()
        / n;
    (mean, variance.sqrt())
}

/// Thirty equal bins from the smallest to the largest value.
pub(crate) fn histogram(values: &[f32]) -> Value {
    const BINS: usize = 30;
    let (low, high) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| {
            (l.min(*v), h.max(*v))
        });
    let width = if high > low {
        (high - low) / BINS as f32
    } else {
        1.0
    };
    let mut counts = vec![0_u64; BINS];
    for value in values {
        counts[(((value - low) / width) as usize).min(BINS - 1)] += 1;
    }
    let edges: Vec<f32> = (0..=BINS).map(|i| low + width * i as f32).collect();
    json!({ "edges": edges, "counts": counts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_falls_into_one_bin() {
        let values: Vec<f32> = (0..100).map(|i| i as f32).collect();
        let histogram = histogram(&values);
        let counts: u64 = histogram["counts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_u64().unwrap())
            .sum();
        assert_eq!(counts, 100);
        assert_eq!(histogram["edges"][30], 99.0);
    }
}
