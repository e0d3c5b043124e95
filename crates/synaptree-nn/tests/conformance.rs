//! What every kind of noise must hold, with every estimator that it offers: a new one joins by standing in `Noise::ALL`.

#[path = "common/gradients.rs"]
mod gradients;
#[path = "common/statistics.rs"]
mod statistics;

use burn::tensor::{Device, Tensor, TensorData};
use gradients::gradients_of;
use statistics::Moments;
use synaptree_nn::{
    Dense, DenseConfig, Draw, Estimator, Noise, Pass, Prior, SynapseSpec, parameters,
};

const ROWS: [u64; 2] = [11, 5];

/// Every noise with every estimator that it offers.
fn table() -> Vec<(Noise, Estimator)> {
    let offered = |noise: Noise| noise.estimators().iter().map(move |e| (noise, *e));
    Noise::ALL.into_iter().flat_map(offered).collect()
}

fn layer(noise: Noise, estimator: Estimator, scale: f64, device: &Device) -> Dense {
    DenseConfig::new(4, 3)
        .with_synapses(SynapseSpec {
            noise,
            estimator,
            scale,
            ..SynapseSpec::default()
        })
        .init(7, "trunk.0.dense", device)
        .unwrap()
}

fn input(device: &Device) -> Tensor<2> {
    Tensor::from_data([[0.5, -1.0, 2.0, 0.3], [1.5, 0.1, -0.7, 1.0]], device)
}

fn pass(draw: Draw) -> Pass<'static> {
    Pass {
        draw: Some(draw),
        rows: &ROWS,
        training: true,
        samples: 1,
    }
}

fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

#[test]
fn equal_draws_are_equal_and_others_differ() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        let y = |draw| vec(layer.forward(input(&device), &pass(draw)));
        let base = Draw::training(7, 3);
        assert_eq!(y(base), y(base), "{noise:?} {estimator:?}");
        let others = (4..12).map(|step| y(Draw::training(7, step)));
        let differ = others.filter(|other| *other != y(base)).count();
        assert_eq!(differ > 0, noise != Noise::None, "{noise:?} {estimator:?}");
    }
}

#[test]
fn samples_at_once_are_those_of_their_draws_one_by_one() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        for draw in [Draw::predict(7, 3), Draw::predict(7, 3).in_pairs()] {
            let sample = |ahead: u32| Draw {
                sample: 3 + ahead,
                ..draw
            };
            let alone = |ahead, x| vec(layer.forward(x, &Pass::sample(sample(ahead), &ROWS)));
            // Rows that all samples have in common, then rows of each.
            let common = layer.forward(input(&device), &Pass::samples(draw, &ROWS, 5));
            let each = Tensor::cat(
                (0..5_u32).map(|i| input(&device) * f64::from(i)).collect(),
                0,
            );
            let each = layer.forward(each, &Pass::samples(draw, &ROWS, 5));
            let (common, each) = (vec(common), vec(each));
            if noise == Noise::None {
                assert_eq!(common, alone(0, input(&device)));
                continue;
            }
            for i in 0..5_u32 {
                let at = 6 * i as usize..6 * i as usize + 6;
                let near = |a: &[f32], b: &[f32]| {
                    let far = a.iter().zip(b).map(|(a, b)| (a - b).abs());
                    let far = far.fold(0.0, f32::max);
                    assert!(far < 1e-5, "{noise:?} {estimator:?} sample {i}: {far}");
                };
                near(&common[at.clone()], &alone(i, input(&device)));
                near(&each[at], &alone(i, input(&device) * f64::from(i)));
            }
        }
    }
}

/// The sums of independent weights have mean x·E[W] and variance Σ x² Var[W]; with 20,000 draws the mean is within five
/// standard errors, the variance within 6 %.
#[test]
fn outputs_have_the_mean_and_the_variance_of_independent_weights() {
    let device = Device::flex();
    let x: [[f64; 4]; 2] = [[0.5, -1.0, 2.0, 0.3], [1.5, 0.1, -0.7, 1.0]];
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        let Some(deviation) = layer.deviation() else {
            continue;
        };
        let (mean, deviation) = (vec(layer.sampled_weight(None)), vec(deviation));
        let mut seen = Moments::default();
        for step in 0..20_000 {
            seen.add(&vec(
                layer.forward(input(&device), &pass(Draw::training(7, step)))
            ));
        }
        for (row, x) in x.iter().enumerate() {
            for column in 0..3 {
                let of = |values: &[f32], power: i32| -> f64 {
                    (0..4)
                        .map(|i| (x[i] * f64::from(values[3 * i + column])).powi(power))
                        .sum()
                };
                // A sum of squares of products: x² σ².
                let (expected, variance) = (of(&mean, 1), of(&deviation, 2));
                let i = 3 * row + column;
                let off = (seen.mean[i] - expected).abs();
                assert!(
                    off < 5.0 * seen.error(i),
                    "{noise:?} {estimator:?}: mean {} instead of {expected}",
                    seen.mean[i]
                );
                let ratio = seen.variance(i) / variance;
                assert!(
                    (ratio - 1.0).abs() < 0.06,
                    "{noise:?} {estimator:?}: variance ratio {ratio}"
                );
            }
        }
    }
}

/// An input of 1 alone puts a weight out: over 10,000 draws its mean is within five standard errors of what is said of it, its
/// variance within 8 %.
#[test]
fn weights_have_the_mean_and_the_deviation_that_is_said_of_them() {
    let device = Device::flex();
    let rows = [11, 5, 8, 2];
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        let Some(drawn) = layer.drawn_weights() else {
            assert_eq!(noise, Noise::None);
            continue;
        };
        let [mean, deviation] = drawn.map(vec);
        let mut seen = Moments::default();
        for step in 0..10_000 {
            let pass = Pass::training(Draw::training(7, step), &rows);
            seen.add(&vec(layer.forward(Tensor::eye(4, &device), &pass)));
        }
        for i in 0..12 {
            let off = (seen.mean[i] - f64::from(mean[i])).abs();
            assert!(
                off < 5.0 * seen.error(i) + 1e-6,
                "{noise:?} {estimator:?}: mean {} instead of {}",
                seen.mean[i],
                mean[i]
            );
            let ratio = seen.variance(i) / f64::from(deviation[i]).powi(2);
            assert!(
                (ratio - 1.0).abs() < 0.08,
                "{noise:?} {estimator:?}: variance ratio {ratio}"
            );
        }
    }
}

/// Gradients of a loss of the parameters, by path.
fn gradients(layer: &Dense, x: &Tensor<2>, draw: Draw, rows: &[u64]) -> Vec<(String, Vec<f32>)> {
    // As in the middle of a network, the gradient goes on to the input.
    let y = layer.forward(
        x.clone().require_grad(),
        &Pass {
            draw: Some(draw),
            rows,
            training: true,
            samples: 1,
        },
    );
    // A mean over rows of a quadratic, so that its expectation depends on two moments of each output alone.
    gradients_of(layer, &y.square().sum_dim(1).mean())
}

#[test]
fn gradients_of_all_estimators_agree_on_average() {
    let device = Device::flex().autodiff();
    let x = input(&device);
    for noise in Noise::ALL {
        let estimators = noise.estimators();
        let mean = |estimator| {
            let layer = layer(noise, estimator, 0.4, &device);
            let mut paths = Vec::new();
            let mut all: Vec<Moments> = Vec::new();
            for step in 0..6000 {
                let found = gradients(&layer, &x, Draw::training(7, step), &ROWS);
                all.resize_with(found.len(), Moments::default);
                paths = found.iter().map(|(path, _)| path.clone()).collect();
                for (moments, (_, values)) in all.iter_mut().zip(&found) {
                    moments.add(values);
                }
            }
            (paths, all)
        };
        let Some((first, others)) = estimators.split_first() else {
            continue;
        };
        if others.is_empty() || noise == Noise::None {
            continue;
        }
        let (paths, expected) = mean(*first);
        for estimator in others {
            let (_, seen) = mean(*estimator);
            for ((path, a), b) in paths.iter().zip(&expected).zip(&seen) {
                for i in 0..a.mean.len() {
                    let error = a.error(i).hypot(b.error(i)) + 1e-6;
                    let off = (a.mean[i] - b.mean[i]).abs() / error;
                    assert!(
                        off < 5.5,
                        "{noise:?} {estimator:?} {path}[{i}]: {off} standard errors"
                    );
                }
            }
        }
    }
}

/// Of rows that are equal but for their noise, the variance of the mean gradient falls with their number where each
/// has noise of its own, and not at all where they share it.
#[test]
fn the_variance_of_gradients_falls_with_the_rows_as_each_estimator_promises() {
    let device = Device::flex().autodiff();
    let row = [0.5_f32, -1.0, 2.0, 0.3];
    let variance = |noise, estimator, rows: usize| {
        let layer = layer(noise, estimator, 0.4, &device);
        let values: Vec<f32> = row.iter().copied().cycle().take(4 * rows).collect();
        let x = Tensor::from_data(TensorData::new(values, [rows, 4]), &device);
        let ids: Vec<u64> = (0..rows as u64).collect();
        let mut moments = Moments::default();
        for step in 0..2000 {
            moments.add(&gradients(&layer, &x, Draw::training(7, step), &ids)[0].1);
        }
        (0..12).map(|i| moments.variance(i)).sum::<f64>()
    };
    for (noise, estimator) in table() {
        if !matches!(
            noise,
            Noise::Gaussian | Noise::Variational | Noise::Bernoulli | Noise::Rank1
        ) {
            continue;
        }
        let ratio = variance(noise, estimator, 16) / variance(noise, estimator, 1);
        let (low, high) = match estimator {
            // Members differ from row to row, as their factors do.
            Estimator::Local | Estimator::Moments | Estimator::Rank1 => (0.04, 0.09),
            Estimator::Flipout => (0.05, 0.6),
            Estimator::Weight | Estimator::Auto => (0.85, 1.2),
        };
        assert!(
            (low..high).contains(&ratio),
            "{noise:?} {estimator:?}: {ratio}"
        );
    }
}

#[test]
fn a_row_of_zeros_has_finite_gradients() {
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::from_data([[0.0; 4], [1.0, 0.0, -1.0, 0.5]], &device);
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        for (path, gradient) in gradients(&layer, &x, Draw::training(7, 1), &ROWS) {
            assert!(
                gradient.iter().all(|g| g.is_finite()),
                "{noise:?} {estimator:?} {path}"
            );
        }
    }
}

#[test]
fn a_vanishing_scale_is_the_mean_layer() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        if !noise.uses_scale() {
            continue;
        }
        let scale = if noise.has_divergence() { 1e-7 } else { 0.0 };
        let layer = layer(noise, estimator, scale, &device);
        let mean = vec(layer.forward(input(&device), &Pass::mean(&ROWS)));
        let noisy = vec(layer.forward(input(&device), &pass(Draw::training(7, 1))));
        // Members stay apart however small their noise is.
        if matches!(noise, Noise::Rank1 | Noise::BatchEnsemble) {
            continue;
        }
        for (a, b) in mean.iter().zip(&noisy) {
            assert!((a - b).abs() < 1e-5, "{noise:?} {estimator:?}: {a} {b}");
        }
    }
}

#[test]
fn a_huge_rho_stays_finite() {
    let device = Device::flex().autodiff();
    for noise in [Noise::Variational, Noise::Adaptive] {
        for estimator in noise.estimators() {
            let layer = layer(noise, *estimator, 0.3, &device);
            let huge: Vec<_> = parameters(&layer)
                .into_iter()
                .map(|(path, id, data)| {
                    let data = if path.ends_with("rho") {
                        TensorData::new(vec![200.0_f32; 12], [4, 3])
                    } else {
                        data
                    };
                    (path, id, data)
                })
                .collect();
            let layer = synaptree_nn::load_parameters(layer, huge).unwrap();
            for (path, gradient) in gradients(&layer, &input(&device), Draw::training(7, 1), &ROWS)
            {
                assert!(
                    gradient.iter().all(|g| g.is_finite()),
                    "{noise:?} {estimator:?} {path}"
                );
            }
            let divergence = layer.divergence(Prior::Empirical, None).unwrap();
            assert!(divergence.into_scalar::<f32>().is_finite());
        }
    }
}

/// Where noise belongs to rows, a row's answer does not depend on the rows beside it.
#[test]
fn a_rows_noise_does_not_depend_on_its_batch() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        let draw = Draw::training(7, 3);
        let together = vec(layer.forward(input(&device), &pass(draw)));
        let alone = vec(layer.forward(
            input(&device).narrow(0, 1, 1),
            &Pass {
                rows: &ROWS[1..],
                ..pass(draw)
            },
        ));
        for (a, b) in alone.iter().zip(&together[3..]) {
            assert!((a - b).abs() < 1e-5, "{noise:?} {estimator:?}: {a} {b}");
        }
    }
}

#[test]
fn every_parameter_receives_a_gradient_and_the_divergence_reaches_what_is_learned() {
    let device = Device::flex().autodiff();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, 0.3, &device);
        let found = gradients(&layer, &input(&device), Draw::training(7, 1), &ROWS);
        let listed: Vec<String> = parameters(&layer)
            .into_iter()
            .map(|(path, ..)| path)
            .collect();
        let reached: Vec<String> = found.into_iter().map(|(path, _)| path).collect();
        let mut missing = listed.iter().filter(|path| !reached.contains(path));
        assert_eq!(missing.next(), None, "{noise:?} {estimator:?}");
        let divergence = layer.divergence(Prior::Empirical, Some(Draw::training(7, 1)));
        assert_eq!(divergence.is_some(), noise.has_divergence(), "{noise:?}");
    }
}

/// The probability that a unit fires, counted over all 2¹² states of its synapses.
#[test]
fn units_fire_as_often_as_the_sum_over_all_states_of_their_synapses_says() {
    let device = Device::flex();
    let inputs = 12;
    let switched = [0.0, 1.0, 1.0].repeat(4);
    let signed = [-1.0, 1.0, 1.0].repeat(4);
    let scaled = [-1.5, 0.0, 0.4, 2.0].repeat(3);
    for (noise, x) in [
        (Noise::BlankOut, &switched),
        (Noise::BlankOut, &scaled),
        (Noise::NeuralSampling, &signed),
        (Noise::NeuralSampling, &scaled),
    ] {
        let signs = noise == Noise::NeuralSampling;
        let spec = SynapseSpec {
            noise,
            ..SynapseSpec::default()
        };
        let block = synaptree_nn::Block::new(
            &synaptree_nn::NetworkSpec::default(),
            &spec,
            inputs,
            6,
            7,
            "trunk.0",
            &device,
        )
        .unwrap();
        let input = Tensor::<2>::from_data(TensorData::new(x.clone(), [1, inputs]), &device);
        let output = vec(block.forward(input.clone(), &Pass::mean(&[0])));
        let weight = vec(block.dense().weight.val());
        let mut fired = [0_u32; 6];
        for draw in 0..4000 {
            let z = vec(block.forward(input.clone(), &Pass::sample(Draw::predict(7, draw), &[0])));
            let low = if signs { -1.0 } else { 0.0 };
            assert!(
                z.iter()
                    .all(|z| (*z - low).abs() < 1e-6 || (*z - 1.0).abs() < 1e-6),
                "{z:?}"
            );
            for (count, z) in fired.iter_mut().zip(&z) {
                *count += u32::from(*z > 0.5);
            }
        }
        for unit in 0..6 {
            // ξ is 0 or 1; a neural sampling machine adds a = c β − p with c = √½ and β = 1.
            let shift = if signs { 0.5_f64.sqrt() - 0.5 } else { 0.0 };
            let states = 1_u32 << inputs;
            let above = (0..states)
                .filter(|state| {
                    let sum: f64 = (0..inputs)
                        .map(|i| {
                            let xi = f64::from((state >> i) & 1) + shift;
                            xi * f64::from(weight[6 * i + unit]) * x[i]
                        })
                        .sum();
                    sum > 0.0
                })
                .count();
            let exact = above as f64 / f64::from(states);
            let mean = f64::from(output[unit]);
            let formula = if signs { 0.5 * (mean + 1.0) } else { mean };
            let seen = f64::from(fired[unit]) / 4000.0;
            // A sum of a dozen synapses is normal within some percent; 4000 draws add 0.8 %.
            assert!(
                (formula - exact).abs() < 0.05,
                "{noise:?}: {formula} {exact}"
            );
            assert!(
                (seen - formula).abs() < 0.035,
                "{noise:?}: {seen} {formula}"
            );
        }
    }
}
