//! Recurrent layers: those of Burn without noise, with noise one draw a sequence.

#[path = "common/gradients.rs"]
mod gradients;

use burn::nn::{Lstm as BurnLayer, LstmConfig as BurnLstm};
use burn::tensor::{Device, Tensor, TensorData};
use gradients::gradients_of;

use synaptree_nn::{
    Draw, Estimator, Lstm, LstmConfig, Noise, Pass, Prior, SynapseSpec, parameters,
};

const ROWS: [u64; 2] = [11, 5];
const TIMES: usize = 6;

/// Every noise with every estimator that a recurrent layer offers.
fn table() -> Vec<(Noise, Estimator)> {
    let offered = |noise: Noise| noise.estimators().iter().map(move |e| (noise, *e));
    let all = Noise::ALL.into_iter().flat_map(offered);
    all.filter(|(noise, estimator)| {
        let known = *noise != Noise::Adaptive && !noise.fires();
        known && !matches!(estimator, Estimator::Local | Estimator::Moments)
    })
    .collect()
}

fn layer(noise: Noise, estimator: Estimator, device: &Device) -> Lstm {
    LstmConfig::new(3, 4)
        .with_synapses(SynapseSpec {
            noise,
            estimator,
            scale: 0.3,
            ..SynapseSpec::default()
        })
        .init(7, "memory", device)
        .unwrap()
}

fn series(device: &Device) -> Tensor<3> {
    let values: Vec<f32> = (0..36_u8).map(|i| (f32::from(i) * 0.7).sin()).collect();
    Tensor::from_data(TensorData::new(values, [2, TIMES, 3]), device)
}

fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn near(what: &str, a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-5, "{what}: {a} {b}");
    }
}

/// The layer of Burn with these weights, for `[inputs, 4 × outputs]` and `[outputs, 4 × outputs]`.
fn burn(layer: &Lstm, weights: &[Tensor<2>; 2], device: &Device) -> BurnLayer {
    let mut plain = BurnLstm::new(3, 4, true).init(device);
    let gates = |of: &Tensor<2>, gate: usize| of.clone().narrow(1, 4 * gate, 4).detach();
    let bias = layer.gates()[0].bias.val();
    let parts = [
        &mut plain.input_gate,
        plain.forget_gate.as_mut().unwrap(),
        &mut plain.cell_gate,
        &mut plain.output_gate,
    ];
    for (gate, part) in parts.into_iter().enumerate() {
        part.input_transform.weight = burn::module::Param::from_tensor(gates(&weights[0], gate));
        part.hidden_transform.weight = burn::module::Param::from_tensor(gates(&weights[1], gate));
        let zero = Tensor::zeros([4], device);
        let bias = bias.clone().narrow(0, 4 * gate, 4).detach();
        part.input_transform.bias = Some(burn::module::Param::from_tensor(bias));
        part.hidden_transform.bias = Some(burn::module::Param::from_tensor(zero));
    }
    plain
}

#[test]
fn without_noise_it_is_the_layer_of_burn_with_its_gradients() {
    let device = Device::flex().autodiff();
    let layer = layer(Noise::None, Estimator::Auto, &device);
    let ours = layer.forward(series(&device), &Pass::mean(&ROWS));
    let weights = layer.gates().map(|gates| gates.weight.val());
    let plain = burn(&layer, &weights, &device);
    let theirs = plain.forward(series(&device), None).0;
    near("states", &vec(ours.clone()), &vec(theirs.clone()));

    let (ours, theirs) = [ours, theirs].map(|y| y.square().sum().backward()).into();
    let gates = [
        &plain.input_gate,
        plain.forget_gate.as_ref().unwrap(),
        &plain.cell_gate,
        &plain.output_gate,
    ];
    for (part, weight) in weights.iter().enumerate() {
        let expected = gates.map(|gate| {
            let linear = [&gate.input_transform, &gate.hidden_transform][part];
            linear.weight.val().grad(&theirs).unwrap()
        });
        let expected = vec(Tensor::cat(expected.to_vec(), 1));
        for (a, b) in vec(weight.grad(&ours).unwrap()).iter().zip(&expected) {
            assert!((a - b).abs() < 1e-4 * b.abs().max(1.0), "{a} {b}");
        }
    }
}

/// A member of a batch ensemble is a plain layer whose weights have its factors, at all times.
#[test]
fn a_member_is_the_layer_of_burn_with_its_factors() {
    let device = Device::flex();
    let layer = layer(Noise::BatchEnsemble, Estimator::Rank1, &device);
    for member in 0..4_usize {
        let weights = ["input", "recurrent"].map(|part| {
            let factors = |end: &str| {
                let path = format!("{part}.synapse.rank_one.{end}");
                let (_, _, data) = parameters(&layer)
                    .into_iter()
                    .find(|(found, ..)| *found == path)
                    .unwrap();
                Tensor::<2>::from_data(data, &device).narrow(0, member, 1)
            };
            let [input, recurrent] = layer.gates();
            let gates = if part == "input" { input } else { recurrent };
            factors("input").transpose() * gates.weight.val() * factors("output")
        });
        let draw = Draw::predict(7, member as u32);
        let ours = layer.forward(series(&device), &Pass::sample(draw, &ROWS));
        let plain = burn(&layer, &weights, &device);
        let plain = plain.forward(series(&device), None).0;
        near("member", &vec(ours), &vec(plain));
    }
}

#[test]
fn one_draw_holds_for_the_whole_sequence() {
    let device = Device::flex();
    for (noise, _) in table().iter().filter(|(_, e)| *e == Estimator::Weight) {
        let layer = layer(*noise, Estimator::Weight, &device);
        let draw = Draw::training(7, 3);
        let ours = layer.forward(series(&device), &Pass::training(draw, &ROWS));
        let weights = layer.gates().map(|gates| gates.sampled_weight(Some(draw)));
        let plain = burn(&layer, &weights, &device);
        let plain = plain.forward(series(&device), None).0;
        near(&format!("{noise:?}"), &vec(ours), &vec(plain));
    }
}

/// Inputs that are equal at all times have equal sums: signs, factors and weights of a row stay what they are.
#[test]
fn a_row_keeps_its_noise_from_time_to_time() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let layer = layer(noise, estimator, &device);
        let draw = Draw::training(7, 3);
        let ids: Vec<u64> = ROWS.iter().flat_map(|row| [*row; TIMES]).collect();
        for (gates, width) in layer.gates().into_iter().zip([3, 4]) {
            let x = Tensor::<2>::ones([2 * TIMES, width], &device);
            let sums = gates.forward(x, &Pass::training(draw, &ids));
            // The recurrent gates are asked once a time, with each row once.
            let once = Tensor::<2>::ones([2, width], &device);
            let once = gates.forward(once, &Pass::training(draw, &ROWS));
            for (row, first) in sums.chunk(2, 0).into_iter().zip(once.chunk(2, 0)) {
                let change = (row - first).abs().max().into_scalar::<f32>();
                assert!(change < 1e-6, "{noise:?} {estimator:?}: {change}");
            }
        }
    }
}

#[test]
fn draws_repeat_samples_agree_and_rows_do_not_depend_on_their_batch() {
    let device = Device::flex();
    for (noise, estimator) in table() {
        let what = format!("{noise:?} {estimator:?}");
        let layer = layer(noise, estimator, &device);
        let y = |step| {
            let draw = Draw::training(7, step);
            vec(layer.forward(series(&device), &Pass::training(draw, &ROWS)))
        };
        assert_eq!(y(3), y(3), "{what}");
        assert_eq!((4..12).any(|step| y(step) != y(3)), noise != Noise::None);

        let draw = Draw::predict(7, 3);
        let together = vec(layer.forward(series(&device), &Pass::sample(draw, &ROWS)));
        let second = series(&device).narrow(0, 1, 1);
        let alone = vec(layer.forward(second, &Pass::sample(draw, &ROWS[1..])));
        near(&what, &alone, &together[TIMES * 4..]);

        let four = layer.forward(series(&device), &Pass::samples(draw, &ROWS, 4));
        let samples = four.dims()[0] / 2;
        assert_eq!(samples == 4, noise != Noise::None, "{what}");
        for (i, one) in four.chunk(samples, 0).into_iter().enumerate() {
            let draw = Draw {
                sample: 3 + i as u32,
                ..draw
            };
            let alone = layer.forward(series(&device), &Pass::sample(draw, &ROWS));
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
        let y = layer.forward(series(&device), &Pass::training(draw, &ROWS));
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
fn empty_layers_and_what_recurrent_layers_do_not_have_are_refused() {
    let device = Device::flex();
    assert!(LstmConfig::new(0, 4).init(7, "memory", &device).is_err());
    let refused = |noise, estimator| {
        let synapses = SynapseSpec {
            noise,
            estimator,
            ..SynapseSpec::default()
        };
        let error = LstmConfig::new(3, 4).with_synapses(synapses);
        error.init(7, "memory", &device).unwrap_err().to_string()
    };
    assert!(refused(Noise::Adaptive, Estimator::Auto).contains("`rank1`"));
    assert!(refused(Noise::BlankOut, Estimator::Auto).contains("`bernoulli`"));
    assert!(refused(Noise::Gaussian, Estimator::Local).contains("`flipout`"));
    let empty = Tensor::<3>::zeros([2, 0, 3], &device);
    let layer = layer(Noise::None, Estimator::Auto, &device);
    assert_eq!(layer.forward(empty, &Pass::mean(&ROWS)).dims(), [2, 0, 4]);
}
