//! The estimator `moments` against networks whose weights are drawn.

use burn::tensor::activation::{gelu, sigmoid};
use burn::tensor::{DType, Device, Tensor, TensorData};
use synaptree_nn::{
    Activation, Draw, Estimator, HeadConfig, Moments, NetworkConfig, NetworkSpec, Noise, Pass,
    SynapseSpec, TableInput, TableShape,
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

/// What a layer makes of numbers that are not known exactly.
type Passed = fn(Moments) -> Moments;

/// Central differences in double precision leave no room for a wrong term: they agree to seven digits.
#[test]
fn gradients_of_moments_are_those_of_differences_in_double_precision() {
    const MEANS: [f64; 5] = [-3.0, -0.4, 0.0, 0.7, 2.5];
    const VARIANCES: [f64; 5] = [0.25, 1.0, 4.0, 0.09, 2.25];
    let device = Device::flex().autodiff();
    let row = |values: [f64; 5]| {
        let data = TensorData::new(values.to_vec(), [1, 5]);
        Tensor::<2>::from_data(data, (&device, DType::F64))
    };
    let gradient = |of: &Tensor<2>, gradients: &burn::tensor::Gradients| -> Vec<f64> {
        let gradient = of.grad(gradients).unwrap();
        gradient.into_data().try_into_vec().unwrap()
    };
    let passes: [(&str, Passed); 4] = [
        ("relu", Moments::relu),
        ("tanh", |x| x.through(Tensor::tanh)),
        ("sigmoid", |x| x.through(sigmoid)),
        ("gelu", |x| x.through(gelu)),
    ];
    for (name, pass) in passes {
        let sum = |mean: Tensor<2>, variance: Tensor<2>| {
            let y = pass(Moments { mean, variance });
            (y.mean + y.variance * 0.5).sum()
        };
        let (mean, variance) = (row(MEANS).require_grad(), row(VARIANCES).require_grad());
        let gradients = sum(mean.clone(), variance.clone()).backward();
        let found = [gradient(&mean, &gradients), gradient(&variance, &gradients)];
        for i in 0..5 {
            let moved = |by: f64| {
                let mut step = [0.0; 5];
                step[i] = by;
                row(step)
            };
            let value = |sum: Tensor<1>| sum.into_scalar::<f64>();
            let h = 1e-4;
            let slopes = [
                value(sum(row(MEANS) + moved(h), row(VARIANCES)))
                    - value(sum(row(MEANS) + moved(-h), row(VARIANCES))),
                value(sum(row(MEANS), row(VARIANCES) + moved(h)))
                    - value(sum(row(MEANS), row(VARIANCES) + moved(-h))),
            ];
            for (side, slope) in slopes.into_iter().enumerate() {
                let (found, slope) = (found[side][i], slope / (2.0 * h));
                assert!(
                    (found - slope).abs() < 1e-7 * slope.abs().max(1.0),
                    "{name} {side} {i}: {found} {slope}"
                );
            }
        }
    }
}
