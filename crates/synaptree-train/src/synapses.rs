//! What the report says about the synapses: `synapses.json`.

use burn::tensor::Tensor;
use serde_json::{Value, json};
use synaptree_kernels::{Key, Purpose, fill_bits, fill_noise};
use synaptree_nn::{Dense, Draw, Network, Noise, Pass, SynapseSpec, WeightPosterior, Weights};

use crate::describe::{histogram, moments};

/// Draws shown of one synapse.
const DRAWS: u32 = 1000;

/// `synapses.json`: for every layer and every table of categories the spread of its weights, how strong its noise is, or how wide the distribution that was found
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
    let weights = network.weights();
    let described: Vec<Value> = weights.iter().map(|all| one(all, posterior)).collect();
    let mut all = json!({
        "noise": spec.noise,
        "estimator": spec.estimator,
        "scale": spec.noise.uses_scale().then_some(spec.scale),
        "layers": described,
    });
    if let Some((path, layer)) = network.layers().first()
        && let Some(outputs) = outputs(path, layer, spec, seed)
    {
        all["outputs"] = outputs;
    }
    all
}

fn values(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().unwrap_or_default()
}

fn one(weights: &Weights, posterior: Option<&WeightPosterior>) -> Value {
    let all = values(weights.values.clone());
    let (mean, deviation) = moments(&all);
    let mut described = json!({
        "path": weights.path,
        "weights": histogram(&all),
        "mean": mean,
        "std": deviation,
    });
    let found = posterior.and_then(|posterior| posterior.deviation(&weights.path));
    let drawn = match (found, &weights.drawn) {
        (Some(deviation), _) => Some((all, deviation)),
        (None, Some(drawn)) => Some((values(drawn[0].clone()), values(drawn[1].clone()))),
        (None, None) => None,
    };
    if let Some((centre, noise)) = drawn {
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
    if let Some(log_alpha) = &weights.log_alpha {
        let log_alpha = values(log_alpha.clone());
        let prunable = log_alpha.iter().filter(|a| **a > 3.0).count();
        described["prunable"] = json!(prunable as f64 / log_alpha.len().max(1) as f64);
    }
    described
}

/// What the first synapse of a layer puts out for an input of 1.
fn outputs(path: &str, layer: &Dense, spec: &SynapseSpec, seed: u64) -> Option<Value> {
    let [centre, deviation] = layer.drawn_weights()?;
    let first = |tensor| values(tensor).first().copied();
    let (centre, deviation) = (first(centre)?, first(deviation)?);
    let weight = first(layer.weight.val())?;
    let path = format!("{path}.weight");
    let key = Key::new(seed, Purpose::Predict, &path);
    let probability = spec.probability;
    let (outputs, what): (Vec<f32>, String) = match spec.noise {
        Noise::Rank1 | Noise::BatchEnsemble => (
            factored(layer, seed)?,
            format!(
                "{weight:.4} times the factors of its input and its output in {} members",
                spec.members
            ),
        ),
        Noise::Bernoulli | Noise::BlankOut | Noise::NeuralSampling => {
            let silent = centre - weight * probability as f32;
            let limit = probability * 4_294_967_296.0;
            let transmits = |sample| {
                let mut word = [0];
                fill_bits(key, 0, sample, 0, &mut word);
                f64::from(word[0]) < limit
            };
            let output = |sample| silent + if transmits(sample) { weight } else { 0.0 };
            let beside = if spec.noise == Noise::NeuralSampling {
                format!(", beside {silent:.4} that always comes through")
            } else {
                String::new()
            };
            (
                (0..DRAWS).map(output).collect(),
                format!("{weight:.4}, which transmits with probability {probability}{beside}"),
            )
        }
        _ => {
            let output = |sample| {
                let mut noise = [0.0];
                fill_noise(spec.quality.into(), key, 0, sample, 0, &mut noise);
                centre + deviation * noise[0]
            };
            (
                (0..DRAWS).map(output).collect(),
                format!("{weight:.4} plus noise of standard deviation {deviation:.4}"),
            )
        }
    };
    let (mean, spread) = moments(&outputs);
    let mut described = histogram(&outputs);
    described["mean"] = json!(mean);
    described["std"] = json!(spread);
    described["description"] = json!(format!(
        "{DRAWS} draws of the first weight of {path}: {what}"
    ));
    Some(described)
}

/// The first weight times its factors: the first output for a first input of 1, without the bias.
fn factored(layer: &Dense, seed: u64) -> Option<Vec<f32>> {
    let weight = layer.weight.val();
    let device = weight.device();
    let input = Tensor::eye(weight.dims()[0], &device).narrow(0, 0, 1);
    let pass = Pass::samples(Draw::predict(seed, 0), &[0], DRAWS);
    let sums = layer.forward(input, &pass).narrow(1, 0, 1);
    let bias = layer.bias.val().narrow(0, 0, 1);
    let outputs = sums - bias.unsqueeze::<2>();
    Some(values(outputs)).filter(|all| !all.is_empty())
}
