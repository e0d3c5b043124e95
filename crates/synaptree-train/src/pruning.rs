//! How many weights can be left out: those whose signal is weakest against their noise.

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::{Value, json};
use synaptree_data::Split;
use synaptree_model::{ForecastOptions, Question, forecast};
use synaptree_nn::{Network, Noise, load_parameters, parameters};

use crate::data::ExperimentData;

/// The shares of weights that are left out.
const SHARES: [f64; 12] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];
/// Rows that the score rests on at most.
const ROWS: usize = 2000;

/// The validation score of the mean network without its weakest weights, for networks that learn the scale of
/// their noise; `None` for others, and without validation rows.
///
/// ```text
/// signal to noise = |mean| / deviation          the lowest ones of all layers together become 0
/// ```
///
/// # References
/// Graves, *Practical variational inference for neural networks* (2011), section 5: pruning by this ratio;
/// Blundell et al., *Weight uncertainty in neural networks*, [arXiv 1505.05424](https://arxiv.org/abs/1505.05424), section 5.1.
pub(crate) fn curve(
    network: &Network,
    noise: Noise,
    data: &ExperimentData,
    device: &Device,
) -> Option<Value> {
    let learned = matches!(
        noise,
        Noise::Variational | Noise::Adaptive | Noise::VariationalDropout
    );
    let split = data.split("validation").filter(|_| learned)?;
    let split = spread(split, ROWS);
    let ratios = ratios(network);
    let mut sorted: Vec<f32> = ratios
        .iter()
        .flat_map(|(_, ratios)| ratios.clone())
        .collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let points: Vec<Value> = SHARES
        .iter()
        .map(|share| {
            let count = (share * sorted.len() as f64) as usize;
            let least = if count == 0 {
                f32::NEG_INFINITY
            } else {
                sorted[count]
            };
            let pruned = without(network, &ratios, least);
            let score = pruned.and_then(|network| score(&network, &split, data, device));
            json!({ "pruned": share, "score": score })
        })
        .collect();
    Some(json!({
        "split": "validation",
        "rows": split.len(),
        "weights": sorted.len(),
        "points": points,
    }))
}

/// At most so many rows, evenly spaced.
pub(crate) fn spread(split: &Split, most: usize) -> Split {
    let rows = split.len().min(most);
    let positions: Vec<u32> = (0..rows)
        .map(|row| (row * split.len() / rows) as u32)
        .collect();
    split.select(&positions)
}

/// |mean| / deviation of every weight, layer by layer.
fn ratios(network: &Network) -> Vec<(String, Vec<f32>)> {
    let values = |tensor: Tensor<2>| tensor.into_data().try_into_vec::<f32>().unwrap_or_default();
    let all = network.weights().into_iter();
    all.filter_map(|weights| {
        let [mean, deviation] = weights.drawn?;
        let ratios = values(mean)
            .into_iter()
            .zip(values(deviation))
            .map(|(mean, deviation)| mean.abs() / deviation.max(f32::MIN_POSITIVE));
        Some((weights.path, ratios.collect()))
    })
    .collect()
}

/// The network with 0 for every weight whose ratio is below `least`.
fn without(network: &Network, ratios: &[(String, Vec<f32>)], least: f32) -> Option<Network> {
    let mut all = parameters(network);
    for (path, _, data) in &mut all {
        let Some((_, ratios)) = ratios.iter().find(|(of, _)| of == path) else {
            continue;
        };
        let shape = data.shape().clone();
        let mut weights: Vec<f32> = data.clone().try_into_vec().ok()?;
        for (weight, ratio) in weights.iter_mut().zip(ratios) {
            if *ratio < least {
                *weight = 0.0;
            }
        }
        *data = TensorData::new(weights, shape);
    }
    load_parameters(network.clone(), all).ok()
}

fn score(network: &Network, split: &Split, data: &ExperimentData, device: &Device) -> Option<f64> {
    let options = ForecastOptions {
        samples: 0,
        seed: 0,
        antithetic: false,
        posterior: None,
        tolerance: None,
    };
    let question = Question {
        labels: None,
        ..split.into()
    };
    let answer = forecast(network, &data.tree, &question, &[], options, device);
    data.tree
        .evaluate(&answer.distributions(), &split.labels)
        .score
}
