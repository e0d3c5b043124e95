//! The estimator `moments` against networks whose weights are drawn.

use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    Activation, Draw, Estimator, HeadConfig, NetworkConfig, NetworkSpec, Noise, Pass, SynapseSpec,
    TableInput, TableShape,
};

/// Outputs of many draws, entry by entry.
struct Seen {
    draws: Vec<Vec<f32>>,
}

impl Seen {
    fn mean(&self, i: usize) -> f64 {
        let sum: f64 = self.draws.iter().map(|draw| f64::from(draw[i])).sum();
        sum / self.draws.len() as f64
    }

    fn variance(&self, i: usize) -> f64 {
        let mean = self.mean(i);
        let squares = self
            .draws
            .iter()
            .map(|draw| (f64::from(draw[i]) - mean).powi(2));
        squares.sum::<f64>() / (self.draws.len() as f64 - 1.0)
    }

    /// The standard error of the mean.
    fn error(&self, i: usize) -> f64 {
        (self.variance(i) / self.draws.len() as f64).sqrt()
    }
}

fn vec(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// The estimator `moments` takes hidden units as independent, as they are behind one layer of independent weights: the
/// outputs have the mean and the variance of networks whose weights are drawn for every row.
#[test]
fn moments_of_one_hidden_layer_are_those_of_drawn_networks() {
    let device = Device::flex();
    let rows: Vec<u64> = (0..2).collect();
    let table = TableShape {
        numbers: 3,
        categories: vec![],
    };
    let input = vec![0.5, -1.0, 2.0, 1.5, 0.1, -0.7];
    let input = TableInput::new(&table, input, vec![], &device).unwrap();
    for (noise, dropout) in [
        (Noise::Gaussian, 0.0),
        (Noise::Multiplicative, 0.2),
        (Noise::Bernoulli, 0.0),
        (Noise::Variational, 0.0),
    ] {
        for activation in [Activation::Linear, Activation::Relu, Activation::Tanh] {
            let network = |estimator| {
                let config = NetworkConfig {
                    table: table.clone(),
                    network: NetworkSpec {
                        trunk: vec![16],
                        heads: vec![],
                        activation,
                        dropout,
                        ..NetworkSpec::default()
                    },
                    synapses: SynapseSpec {
                        noise,
                        estimator,
                        scale: 0.2,
                        ..SynapseSpec::default()
                    },
                    heads: vec![HeadConfig::new("size", 2)],
                };
                config.init(7, &device).unwrap()
            };
            let seen = |estimator| {
                let network = network(estimator);
                let drawn = |sample| {
                    let pass = Pass::sample(Draw::predict(7, sample), &rows);
                    vec(network.forward(&input, &pass).remove(0))
                };
                Seen {
                    draws: (0..8000).map(drawn).collect(),
                }
            };
            let (moments, drawn) = (seen(Estimator::Moments), seen(Estimator::Local));
            for i in 0..4 {
                let off = (moments.mean(i) - drawn.mean(i)).abs();
                let error = moments.error(i).hypot(drawn.error(i));
                // The rule for tanh may be off by a little more.
                assert!(
                    off < 5.0 * error + 2e-3,
                    "{noise:?} {activation:?}: mean off by {off}"
                );
                let ratio = moments.variance(i) / drawn.variance(i);
                assert!(
                    (ratio - 1.0).abs() < 0.12,
                    "{noise:?} {activation:?}: ratio {ratio}"
                );
            }
        }
    }
}
