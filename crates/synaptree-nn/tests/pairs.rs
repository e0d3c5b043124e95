//! Samples in pairs of opposite noise.

use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    Dense, DenseConfig, Draw, Noise, Pass, PosteriorPart, Rotation, SynapseSpec, WeightPosterior,
};

fn vec(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

const ROWS: [u64; 2] = [11, 5];

/// Noise that is Gaussian under every estimator.
const GAUSSIAN: [Noise; 6] = [
    Noise::Gaussian,
    Noise::Multiplicative,
    Noise::Filter,
    Noise::Variational,
    Noise::Adaptive,
    Noise::VariationalDropout,
];

fn output(layer: &Dense, draw: Draw) -> Vec<f32> {
    let x = [[0.5, -1.0, 2.0, 0.3], [1.5, 0.1, -0.7, 1.0]];
    let x = Tensor::<2>::from_data(x, &Device::flex());
    vec(layer.forward(x, &Pass::sample(draw, &ROWS)))
}

fn layers(noise: Noise) -> Vec<Dense> {
    let with = |estimator| {
        let synapses = SynapseSpec {
            noise,
            estimator,
            scale: 0.3,
            ..SynapseSpec::default()
        };
        DenseConfig::new(4, 3)
            .with_synapses(synapses)
            .init(7, "trunk.0.dense", &Device::flex())
            .unwrap()
    };
    noise.estimators().iter().map(|e| with(*e)).collect()
}

fn pair(number: u32) -> [Draw; 2] {
    [2 * number, 2 * number + 1].map(|sample| Draw::predict(7, sample).in_pairs())
}

#[test]
fn the_noise_of_a_pair_cancels_in_the_sums_of_a_layer() {
    for noise in GAUSSIAN {
        for layer in layers(noise) {
            let x = [[0.5, -1.0, 2.0, 0.3], [1.5, 0.1, -0.7, 1.0]];
            let x = Tensor::<2>::from_data(x, &Device::flex());
            let mean = vec(layer.forward(x, &Pass::mean(&ROWS)));
            for number in 0..4 {
                let [first, second] = pair(number).map(|draw| output(&layer, draw));
                assert_ne!(first, second, "{noise:?}");
                for ((first, second), mean) in first.iter().zip(&second).zip(&mean) {
                    let off = (first + second) / 2.0 - mean;
                    assert!(off.abs() < 1e-5, "{noise:?}: {off}");
                }
            }
        }
    }
}

#[test]
fn pairs_are_independent_of_each_other_and_the_first_of_each_is_a_plain_sample() {
    for noise in GAUSSIAN {
        for layer in layers(noise) {
            for number in 0..4 {
                let plain = output(&layer, Draw::predict(7, number));
                assert_eq!(output(&layer, pair(number)[0]), plain, "{noise:?}");
            }
        }
    }
}

#[test]
fn noise_without_a_sign_stays_independent() {
    for noise in [Noise::Bernoulli, Noise::Rank1, Noise::NeuralSampling] {
        for layer in layers(noise) {
            let weights = |draw| vec(layer.sampled_weight(Some(draw)));
            for sample in 0..4 {
                let draw = Draw::predict(7, sample);
                assert_eq!(weights(draw), weights(draw.in_pairs()), "{noise:?}");
            }
        }
    }
}

#[test]
fn draws_of_a_posterior_in_a_pair_are_opposite_whatever_its_parts() {
    let layer = DenseConfig::new(1, 2).init(7, "dense", &Device::flex());
    let layer = layer.unwrap();
    let (weight, bias) = (String::from("weight"), String::from("bias"));
    let columns = vec![(weight.clone(), vec![1.0, -0.5, 0.2, 0.7])];
    let posterior = WeightPosterior::new(vec![
        PosteriorPart::Diagonal {
            path: weight.clone(),
            deviation: vec![0.5, 2.0],
        },
        PosteriorPart::Factor {
            name: "network".to_owned(),
            rank: 2,
            columns,
        },
        PosteriorPart::Rotated(Rotation {
            weight,
            bias,
            inputs: vec![0.6, -0.8, 0.8, 0.6],
            outputs: vec![0.8, 0.6, -0.6, 0.8],
            deviation: vec![1.0, 0.5, 0.1, 2.0],
        }),
    ]);
    posterior.check(&layer).unwrap();
    let moved = |draw| {
        let drawn = posterior.draw(&layer, draw);
        let weight = vec(drawn.weight.val() - layer.weight.val());
        let bias = drawn.bias.val() - layer.bias.val();
        [weight, bias.into_data().try_into_vec().unwrap()].concat()
    };
    for number in 0..4 {
        let [first, second] = pair(number).map(moved);
        assert_eq!(first, moved(Draw::predict(7, number)));
        for (first, second) in first.iter().zip(&second) {
            assert!(
                first.abs() > 1e-3 && (first + second).abs() < 1e-5,
                "{first} {second}"
            );
        }
    }
}
