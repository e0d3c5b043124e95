//! Draws that answer with the linearised network, against derivatives in double precision.

use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    Activation, Draw, HeadConfig, Network, NetworkConfig, NetworkSpec, Pass, PosteriorPart,
    SynapseSpec, TableInput, TableShape, WeightPosterior, parameters,
};

const ROWS: usize = 40;
const INPUTS: usize = 3;

fn network(activation: Activation, dropout: f64) -> Network {
    let config = NetworkConfig {
        table: TableShape {
            numbers: INPUTS,
            categories: vec![],
        },
        network: NetworkSpec {
            trunk: vec![16, 8],
            heads: vec![],
            activation,
            dropout,
            ..NetworkSpec::default()
        },
        synapses: SynapseSpec::default(),
        heads: vec![HeadConfig::new("answer", 2)],
    };
    config.init(7, &Device::flex()).unwrap()
}

fn numbers() -> Vec<f32> {
    (0..ROWS * INPUTS)
        .map(|i| (i as f32 * 0.7).sin() * 1.5)
        .collect()
}

/// A deviation of this share of its layer's weights for every weight and bias.
fn posterior(network: &Network, share: f32) -> WeightPosterior {
    let parts = parameters(network).into_iter().map(|(path, _, values)| {
        let count = values.shape().num_elements();
        let deviation = vec![share * if path.contains("trunk.0") { 0.5 } else { 0.3 }; count];
        PosteriorPart::Diagonal { path, deviation }
    });
    WeightPosterior::new(parts.collect()).of_linearised()
}

/// The values of a layer's weight and bias.
fn layer(network: &Network, path: &str) -> [Vec<f64>; 2] {
    ["weight", "bias"].map(|end| {
        let listed = parameters(network).into_iter();
        let name = format!("{path}.{end}");
        let found = listed
            .filter(|(path, _, _)| *path == name)
            .map(|(_, _, v)| v);
        let values: Vec<f32> = found.last().unwrap().try_into_vec().unwrap();
        values.into_iter().map(f64::from).collect()
    })
}

/// f(θ*) + J δ, δ the difference of the two networks: value and derivative passed through the layers side by side, in double
/// precision.
fn exact(at: &Network, drawn: &Network, activation: Activation) -> Vec<f64> {
    let mut answers = Vec::new();
    for row in numbers().chunks_exact(INPUTS) {
        let mut x: Vec<[f64; 2]> = row.iter().map(|v| [f64::from(*v), 0.0]).collect();
        for path in ["trunk.0.dense", "trunk.1.dense", "heads.answer.output"] {
            let [weight, bias] = layer(at, path);
            let [moved_weight, moved_bias] = layer(drawn, path);
            let outputs = bias.len();
            let sums = (0..outputs).map(|k| {
                let mut sum = [bias[k], moved_bias[k] - bias[k]];
                for (i, [value, slope]) in x.iter().enumerate() {
                    let w = weight[i * outputs + k];
                    sum[0] += value * w;
                    sum[1] += slope * w + value * (moved_weight[i * outputs + k] - w);
                }
                sum
            });
            let hidden = path.starts_with("trunk");
            x = sums
                .map(|[value, slope]| match activation {
                    _ if !hidden => [value, slope],
                    Activation::Tanh => [value.tanh(), slope * (1.0 - value.tanh().powi(2))],
                    _ => [value.max(0.0), if value > 0.0 { slope } else { 0.0 }],
                })
                .collect();
        }
        answers.extend(x.into_iter().map(|[value, slope]| value + slope));
    }
    answers
}

fn ask(network: &Network, pass: &Pass) -> Vec<Tensor<2>> {
    let device = Device::flex();
    let input = TableInput::new(&network.config().table, numbers(), vec![], &device).unwrap();
    network.forward(&input, pass)
}

fn values(outputs: &[Tensor<2>]) -> Vec<f64> {
    let values = outputs[0].clone().into_data().try_into_vec::<f32>();
    values.unwrap().into_iter().map(f64::from).collect()
}

/// The root mean square of the differences, in units of the deviation of the second.
fn distance(found: &[f64], exact: &[f64]) -> f64 {
    let mean = exact.iter().sum::<f64>() / exact.len() as f64;
    let spread: f64 = exact.iter().map(|e| (e - mean).powi(2)).sum();
    let off: f64 = found.iter().zip(exact).map(|(f, e)| (f - e).powi(2)).sum();
    (off / spread).sqrt()
}

#[test]
fn a_linearised_draw_is_the_jacobian_times_the_draw_in_double_precision() {
    // Units that the difference moves across a kink are an error of the first order.
    for (activation, allowed) in [(Activation::Tanh, 1e-3), (Activation::Relu, 5e-3)] {
        let network = network(activation, 0.0);
        for share in [1e-2, 1.0, 10.0] {
            let posterior = posterior(&network, share);
            for sample in 0..4 {
                let draw = Draw::predict(7, sample);
                let rows: Vec<u64> = (0..ROWS as u64).collect();
                let pass = Pass::sample(draw, &rows);
                let drawn = posterior.draw(&network, draw);
                let exact = exact(&network, &drawn, activation);
                let tangent = posterior.tangent(&network, draw);
                let [found, _] = tangent.outputs(|network| ask(network, &pass));
                let off = distance(&values(&found), &exact);
                assert!(off < allowed, "{activation:?}, {share}, {sample}: {off}");
                if share >= 1.0 {
                    let other = distance(&values(&ask(&drawn, &pass)), &exact);
                    assert!(other > 20.0 * allowed, "the drawn weights: {other}");
                }
            }
        }
    }
}

#[test]
fn the_second_of_a_pair_is_the_opposite_answer_bit_for_bit() {
    let network = network(Activation::Tanh, 0.0);
    let posterior = posterior(&network, 1.0);
    let rows: Vec<u64> = (0..ROWS as u64).collect();
    let of = |sample| {
        let draw = Draw::predict(7, sample).in_pairs();
        let pass = Pass::sample(draw, &rows);
        let tangent = posterior.tangent(&network, draw);
        tangent
            .outputs(|network| ask(network, &pass))
            .map(|outputs| values(&outputs))
    };
    let [[first, opposite], [second, back]] = [of(4), of(5)];
    assert_eq!((&opposite, &back), (&second, &first));
    let mean = values(&ask(&network, &Pass::mean(&rows)));
    let middle: Vec<f64> = first
        .iter()
        .zip(&second)
        .map(|(a, b)| (a + b) / 2.0)
        .collect();
    assert!(distance(&middle, &mean) < 1e-3);
}

#[test]
fn both_sides_of_a_linearised_draw_have_the_same_dropout() {
    let network = network(Activation::Relu, 0.5);
    // A posterior that moves almost nothing leaves the network of that mask.
    let posterior = posterior(&network, 1e-6);
    let rows: Vec<u64> = (0..ROWS as u64).collect();
    let draw = Draw::predict(7, 3);
    let pass = Pass::sample(draw, &rows);
    let tangent = posterior.tangent(&network, draw);
    let [found, _] = tangent.outputs(|network| ask(network, &pass));
    let masked = values(&ask(&network, &pass));
    assert!(distance(&values(&found), &masked) < 1e-4);
    let mean = values(&ask(&network, &Pass::mean(&rows)));
    assert!(distance(&masked, &mean) > 0.1);
}
