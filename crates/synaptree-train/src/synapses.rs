//! What the report says about the synapses: `synapses.json`.

use burn::tensor::Tensor;
use serde_json::{Value, json};
use synaptree_kernels::{Key, Purpose, fill_bits, fill_noise};
use synaptree_nn::{Dense, Network, Noise, SynapseSpec, WeightPosterior};

use crate::describe::{histogram, moments};

/// Draws shown of one synapse.
const DRAWS: u32 = 1000;

/// `synapses.json`: for every layer the spread of its weights, how strong its noise is, or how wide the distribution that was found
/// of them, and how its signal compares with it;
/// and what one stochastic synapse puts out.
///
/// # Randomness
///
/// Purpose `predict`, the stream of the shown weight's path, samples 0 to 999.
pub(crate) fn describe(
    network: &Network,
    spec: &SynapseSpec,
    posterior: Option<&WeightPosterior>,
    seed: u64,
) -> Value {
    let layers = network.layers();
    let described: Vec<Value> = layers
        .iter()
        .map(|(path, layer)| one(path, layer, posterior))
        .collect();
    let mut all = json!({
        "noise": spec.noise,
        "estimator": spec.estimator,
        "scale": spec.noise.uses_scale().then_some(spec.scale),
        "layers": described,
    });
    if let Some((path, layer)) = layers.first()
        && let Some(outputs) = outputs(path, layer, spec, seed)
    {
        all["outputs"] = outputs;
    }
    all
}

fn values(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().unwrap_or_default()
}

fn one(path: &str, layer: &Dense, posterior: Option<&WeightPosterior>) -> Value {
    let weights = values(layer.weight.val());
    let (mean, deviation) = moments(&weights);
    let mut described = json!({
        "path": format!("{path}.weight"),
        "weights": histogram(&weights),
        "mean": mean,
        "std": deviation,
    });
    let found = posterior.and_then(|posterior| posterior.deviation(&format!("{path}.weight")));
    if let Some(noise) = found.or_else(|| layer.deviation().map(values)) {
        let centre = values(layer.sampled_weight(None));
        described["noise"] = json!(moments(&noise).0);
        // Decibels: 20 log₁₀(|mean| / deviation). A weight that is exactly 0 has no signal at all.
        let ratios: Vec<f32> = centre
            .iter()
            .zip(&noise)
            .filter(|(mean, noise)| **mean != 0.0 && **noise > 0.0)
            .map(|(mean, noise)| 20.0 * (mean.abs() / noise).log10())
            .collect();
        if !ratios.is_empty() {
            described["signal_to_noise"] = histogram(&ratios);
        }
    }
    if let Some(log_alpha) = layer.log_alpha() {
        let log_alpha = values(log_alpha);
        let prunable = log_alpha.iter().filter(|a| **a > 3.0).count();
        described["prunable"] = json!(prunable as f64 / log_alpha.len().max(1) as f64);
    }
    described
}

/// What the first synapse of a layer puts out for an input of 1.
fn outputs(path: &str, layer: &Dense, spec: &SynapseSpec, seed: u64) -> Option<Value> {
    if spec.noise == Noise::None {
        return None;
    }
    let path = format!("{path}.weight");
    let weight = values(layer.weight.val()).first().copied()?;
    let deviation = values(layer.deviation()?).first().copied()?;
    let key = Key::new(seed, Purpose::Predict, &path);
    let kept = matches!(spec.noise, Noise::Bernoulli | Noise::BlankOut);
    let outputs: Vec<f32> = (0..DRAWS)
        .map(|sample| {
            if kept {
                let mut word = [0];
                fill_bits(key, 0, sample, 0, &mut word);
                let limit = spec.probability * 4_294_967_296.0;
                return if f64::from(word[0]) < limit {
                    weight
                } else {
                    0.0
                };
            }
            let mut noise = [0.0];
            fill_noise(spec.quality.into(), key, 0, sample, 0, &mut noise);
            weight + deviation * noise[0]
        })
        .collect();
    let (mean, spread) = moments(&outputs);
    let mut described = histogram(&outputs);
    described["mean"] = json!(mean);
    described["std"] = json!(spread);
    let what = if kept {
        format!(
            "{weight:.4}, which transmits with probability {}",
            spec.probability
        )
    } else {
        format!("{weight:.4} plus noise of standard deviation {deviation:.4}")
    };
    described["description"] = json!(format!(
        "{DRAWS} draws of the first weight of {path}: {what}"
    ));
    Some(described)
}
