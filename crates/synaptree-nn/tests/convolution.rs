//! Convolutions: those of Burn without noise, with noise what a kernel that all places share says.

#[path = "common/gradients.rs"]
mod gradients;
#[path = "common/statistics.rs"]
mod statistics;

use burn::tensor::module::{conv1d, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData};
use gradients::gradients_of;
use statistics::Moments;
use synaptree_nn::{
    Convolution, ConvolutionConfig, Draw, Estimator, Noise, Pass, Prior, SynapseSpec, parameters,
};

const ROWS: [u64; 2] = [11, 5];
const CHANNELS: [usize; 2] = [2, 3];
const KERNEL: [usize; 2] = [2, 3];

/// Every noise with every estimator that a convolution offers.
fn table() -> Vec<(Noise, Estimator)> {
    let offered = |noise: Noise| noise.estimators().iter().map(move |e| (noise, *e));
    let all = Noise::ALL.into_iter().flat_map(offered);
    all.filter(|(noise, estimator)| *noise != Noise::Adaptive && *estimator != Estimator::Moments)
        .collect()
}

fn config(noise: Noise, estimator: Estimator) -> ConvolutionConfig {
    ConvolutionConfig::new(CHANNELS, KERNEL)
        .with_stride([1, 2])
        .with_padding([1, 0])
        .with_synapses(SynapseSpec {
            noise,
            estimator,
            scale: 0.3,
            ..SynapseSpec::default()
        })
}

fn layer(noise: Noise, estimator: Estimator, device: &Device) -> Convolution {
    let config = config(noise, estimator);
    config.init(7, "stem", device).unwrap()
}

/// Two images of 3 × 5 with two channels.
fn images(device: &Device) -> Tensor<4> {
    let values: Vec<f32> = (0..60_u8).map(|i| (f32::from(i) * 0.7).sin()).collect();
    Tensor::from_data(TensorData::new(values, [2, 2, 3, 5]), device)
}

fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn near(what: &str, a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-4 * b.abs().max(1.0), "{what}: {a} {b}");
    }
}

/// A flat kernel in the order that Burn has: `[outputs, inputs, height, width]`.
fn kernel(weight: Tensor<2>) -> Tensor<4> {
    weight
        .reshape([KERNEL[0], KERNEL[1], CHANNELS[0], CHANNELS[1]])
        .permute([3, 2, 0, 1])
}

fn convolved(x: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    conv2d(
        x,
        kernel(weight),
        None,
        ConvOptions::new([1, 2], [1, 0], [1, 1], 1),
    )
}

#[test]
fn without_noise_it_is_the_convolution_of_burn_with_its_gradients() {
    let device = Device::flex().autodiff();
    let layer = layer(Noise::None, Estimator::Auto, &device);
    let x = images(&device).require_grad();
    let weight = layer.dense().weight.val();
    let ours = layer.forward(x.clone(), &Pass::mean(&ROWS));
    assert_eq!(ours.dims(), [2, 3, 4, 2]);
    near(
        "sums",
        &vec(ours.clone()),
        &vec(convolved(x.clone(), weight.clone())),
    );
    let gradients = |y: Tensor<4>| {
        let tape = y.square().sum().backward();
        let found = [
            vec(weight.grad(&tape).unwrap()),
            vec(x.grad(&tape).unwrap()),
        ];
        found.concat()
    };
    near(
        "gradients",
        &gradients(ours),
        &gradients(convolved(x.clone(), weight.clone())),
    );
}

#[test]
fn a_height_of_one_is_a_convolution_over_a_series() {
    let device = Device::flex();
    let layer = ConvolutionConfig::new([2, 3], [1, 3])
        .with_padding([0, 1])
        .init(7, "stem", &device)
        .unwrap();
    let x = images(&device).reshape([2, 2, 1, 15]);
    let ours = layer.forward(x.clone(), &Pass::mean(&ROWS));
    let weight = layer.dense().weight.val().reshape([3, 2, 3]);
    let options = ConvOptions::new([1], [1], [1], 1);
    let plain = conv1d(
        x.reshape([2, 2, 15]),
        weight.permute([2, 1, 0]),
        None,
        options,
    );
    near("series", &vec(ours), &vec(plain));
}

#[test]
fn one_draw_is_a_convolution_with_the_weights_that_were_drawn() {
    let device = Device::flex();
    for (noise, _) in table().iter().filter(|(_, e)| *e == Estimator::Weight) {
        let layer = layer(*noise, Estimator::Weight, &device);
        for step in 0..3 {
            let draw = Draw::training(7, step);
            let drawn = layer.forward(images(&device), &Pass::training(draw, &ROWS));
            let weight = layer.dense().sampled_weight(Some(draw));
            let plain = convolved(images(&device), weight);
            near(&format!("{noise:?}"), &vec(drawn), &vec(plain));
        }
    }
}

/// A member of a batch ensemble scales the channels of the plain convolution.
#[test]
fn members_scale_channels() {
    let device = Device::flex();
    let layer = layer(Noise::BatchEnsemble, Estimator::Rank1, &device);
    let factors = |end: &str, width: usize| {
        let (_, _, data) = parameters(&layer)
            .into_iter()
            .find(|(path, ..)| path.ends_with(end))
            .unwrap();
        Tensor::<2>::from_data(data, &device).reshape([4, width, 1, 1])
    };
    let (inputs, outputs) = (factors("rank_one.input", 2), factors("rank_one.output", 3));
    for member in 0..4_u32 {
        let of = |all: &Tensor<4>| all.clone().narrow(0, member as usize, 1);
        let y = layer.forward(
            images(&device),
            &Pass::sample(Draw::predict(7, member), &ROWS),
        );
        let weight = layer.dense().weight.val();
        let plain = convolved(images(&device) * of(&inputs), weight) * of(&outputs);
        near(&format!("member {member}"), &vec(y), &vec(plain));
    }
}

/// Places share the kernel: the covariance of their sums is Σ x x′ σ², but for `local`, which takes them apart.
#[test]
fn places_have_the_moments_of_a_kernel_that_they_share() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, &device);
        let Some(deviation) = layer.dense().deviation() else {
            continue;
        };
        let mean = convolved(images(&device), layer.dense().sampled_weight(None));
        let variance = vec(convolved(
            images(&device).square(),
            deviation.clone().square(),
        ));
        let mean = vec(mean);
        let mut seen = Moments::default();
        let mut sums = Moments::default();
        for step in 0..12_000 {
            let pass = Draw::training(7, step);
            let y = vec(layer.forward(images(&device), &Pass::training(pass, &ROWS)));
            seen.add(&y);
            // The first two places of the first channel of the first image.
            sums.add(&[y[0] + y[1]]);
        }
        for (i, (mean, variance)) in mean.iter().zip(&variance).enumerate() {
            let off = (seen.mean[i] - f64::from(*mean)).abs();
            assert!(
                off < 5.0 * seen.error(i),
                "{noise:?} {estimator:?}: mean {} instead of {mean}",
                seen.mean[i]
            );
            let ratio = seen.variance(i) / f64::from(*variance);
            assert!(
                (ratio - 1.0).abs() < 0.08,
                "{noise:?} {estimator:?}: variance ratio {ratio}"
            );
        }
        let apart = f64::from(variance[0] + variance[1]);
        let together = {
            // What both places see of the kernel, added, times its variance.
            let padded = images(&device).narrow(0, 0, 1).pad([(1, 1), (0, 0)], 0.0);
            let place = |column: usize| padded.clone().narrow(2, 0, 2).narrow(3, column, 3);
            let seen = (place(0) + place(2)).square();
            let variance = kernel(deviation.square()).narrow(0, 0, 1);
            f64::from((seen * variance).sum().into_scalar::<f32>())
        };
        let expected = if estimator == Estimator::Local {
            apart
        } else {
            together
        };
        assert!((apart / together - 1.0).abs() > 0.1);
        let ratio = sums.variance(0) / expected;
        assert!(
            (ratio - 1.0).abs() < 0.08,
            "{noise:?} {estimator:?}: variance of two places {ratio}"
        );
    }
}

#[test]
fn draws_repeat_samples_agree_and_rows_do_not_depend_on_their_batch() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let what = format!("{noise:?} {estimator:?}");
        let layer = layer(noise, estimator, &device);
        let y = |draw| vec(layer.forward(images(&device), &Pass::training(draw, &ROWS)));
        assert_eq!(y(Draw::training(7, 3)), y(Draw::training(7, 3)), "{what}");
        let differ = (4..12).any(|step| y(Draw::training(7, step)) != y(Draw::training(7, 3)));
        assert_eq!(differ, noise != Noise::None, "{what}");

        let draw = Draw::predict(7, 3);
        let together = vec(layer.forward(images(&device), &Pass::sample(draw, &ROWS)));
        let second = images(&device).narrow(0, 1, 1);
        let alone = vec(layer.forward(second, &Pass::sample(draw, &ROWS[1..])));
        near(&what, &alone, &together[24..]);

        let four = layer.forward(images(&device), &Pass::samples(draw, &ROWS, 4));
        let samples = four.dims()[0] / 2;
        for (i, one) in four.chunk(samples, 0).into_iter().enumerate() {
            let draw = Draw {
                sample: 3 + i as u32,
                ..draw
            };
            let alone = layer.forward(images(&device), &Pass::sample(draw, &ROWS));
            near(&what, &vec(one), &vec(alone));
        }
    }
}

#[test]
fn every_parameter_has_a_finite_gradient_and_what_is_learned_a_divergence() {
    let device = Device::flex().autodiff();
    for (noise, estimator) in table() {
        let what = format!("{noise:?} {estimator:?}");
        let layer = layer(noise, estimator, &device);
        let draw = Draw::training(7, 1);
        let y = layer.forward(images(&device).require_grad(), &Pass::training(draw, &ROWS));
        let found = gradients_of(&layer, &y.square().mean());
        assert!(
            found.iter().flat_map(|(_, g)| g).all(|g| g.is_finite()),
            "{what}"
        );
        assert_eq!(found.len(), parameters(&layer).len(), "{what}");
        let divergence = layer.divergence(Prior::Empirical, Some(draw));
        assert_eq!(divergence.is_some(), noise.has_divergence(), "{what}");
    }
}

#[test]
fn gradients_of_all_estimators_agree_on_average() {
    let device = Device::flex().autodiff();
    let mean = |noise, estimator| {
        let layer = layer(noise, estimator, &device);
        let mut all: Vec<Moments> = Vec::new();
        for step in 0..1500 {
            let pass = Draw::training(7, step);
            let x = images(&device).require_grad();
            let y = layer.forward(x, &Pass::training(pass, &ROWS));
            // A mean over places of a quadratic, so that its expectation depends on two moments of each sum alone.
            let found = gradients_of(&layer, &y.square().mean());
            all.resize_with(found.len(), Moments::default);
            for (moments, (_, values)) in all.iter_mut().zip(&found) {
                moments.add(values);
            }
        }
        all
    };
    for noise in [Noise::Gaussian, Noise::Variational, Noise::Bernoulli] {
        let expected = mean(noise, Estimator::Weight);
        let others = table().into_iter().filter(|(other, _)| *other == noise);
        for (_, estimator) in others.skip(1) {
            for (a, b) in expected.iter().zip(&mean(noise, estimator)) {
                for i in 0..a.mean.len() {
                    let error = a.error(i).hypot(b.error(i)) + 1e-6;
                    let off = (a.mean[i] - b.mean[i]).abs() / error;
                    assert!(off < 5.5, "{noise:?} {estimator:?} [{i}]: {off}");
                }
            }
        }
    }
}

#[test]
fn units_of_firing_noise_fire_place_by_place() {
    let device = Device::flex();
    for noise in [Noise::BlankOut, Noise::NeuralSampling] {
        let layer = layer(noise, Estimator::Auto, &device);
        let mean = vec(layer.fire(images(&device), &Pass::mean(&ROWS)).unwrap());
        let mut seen = Moments::default();
        let mut pairs = Moments::default();
        for step in 0..4000 {
            let draw = Draw::training(7, step);
            let z = layer.fire(images(&device), &Pass::training(draw, &ROWS));
            let z = vec(z.unwrap());
            assert!(
                z.iter()
                    .all(|z| z.abs() < 1e-6 || (z.abs() - 1.0).abs() < 1e-6)
            );
            pairs.add(&[z[0] * z[1]]);
            seen.add(&z);
        }
        for (i, mean) in mean.iter().enumerate() {
            let off = (seen.mean[i] - f64::from(*mean)).abs();
            assert!(off < 5.0 * seen.error(i) + 1e-3, "{noise:?}: {off}");
        }
        let off = (pairs.mean[0] - seen.mean[0] * seen.mean[1]).abs();
        assert!(off < 5.0 * pairs.error(0) + 1e-3, "{noise:?}: {off}");
    }
    let plain = layer(Noise::Gaussian, Estimator::Auto, &device);
    assert!(plain.fire(images(&device), &Pass::mean(&ROWS)).is_none());
}

#[test]
fn empty_layers_and_what_convolutions_do_not_have_are_refused() {
    let device = Device::flex();
    for config in [
        ConvolutionConfig::new([0, 3], KERNEL),
        ConvolutionConfig::new(CHANNELS, [3, 0]),
        ConvolutionConfig::new(CHANNELS, KERNEL).with_stride([0, 1]),
    ] {
        assert!(config.init(7, "stem", &device).is_err());
    }
    let refused = |noise, estimator| {
        let error = config(noise, estimator).init(7, "stem", &device);
        error.unwrap_err().to_string()
    };
    let message = refused(Noise::Adaptive, Estimator::Auto);
    assert!(message.contains("`adaptive`") && message.contains("`rank1`"));
    let message = refused(Noise::Gaussian, Estimator::Moments);
    assert!(message.contains("`moments`") && message.contains("`flipout`"));
    assert!(refused(Noise::Bernoulli, Estimator::Flipout).contains("`weight`"));
}
