//! Stochastic synapses on modules that know nothing of them.

use burn::module::{Module, Param};
use burn::nn::{BatchNormConfig, LayerNormConfig, Linear, LinearConfig, LstmConfig};
use burn::tensor::{Device, Tensor};
use synaptree_nn::{Draw, StochasticSynapses};

#[derive(Module, Debug)]
struct HandWritten {
    kernel: Param<Tensor<2>>,
    bias: Param<Tensor<2>>,
    norm: burn::nn::LayerNorm,
    inner: Vec<Linear>,
}

fn hand_written(device: &Device) -> HandWritten {
    HandWritten {
        kernel: Param::from_tensor(Tensor::ones([3, 4], device)),
        bias: Param::from_tensor(Tensor::ones([1, 4], device)),
        norm: LayerNormConfig::new(4).init(device),
        inner: vec![LinearConfig::new(4, 2).init(device)],
    }
}

fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

#[test]
fn weights_are_noisy_in_a_scope_while_biases_and_norms_are_not() {
    let device = Device::flex();
    let plain = hand_written(&device);
    let noisy = plain
        .clone()
        .apply_reparameterization(StochasticSynapses::gaussian(0.1).unwrap());
    Draw::training(7, 0).scope(|| {
        assert_ne!(vec(noisy.kernel.val()), vec(plain.kernel.val()));
        assert_ne!(
            vec(noisy.inner[0].weight.val()),
            vec(plain.inner[0].weight.val())
        );
        assert_eq!(vec(noisy.bias.val()), vec(plain.bias.val()));
        assert_eq!(vec(noisy.norm.gamma.val()), vec(plain.norm.gamma.val()));
        let bias = |module: &HandWritten| vec(module.inner[0].bias.as_ref().unwrap().val());
        assert_eq!(bias(&noisy), bias(&plain));
    });
    assert_eq!(vec(noisy.kernel.val()), vec(plain.kernel.val()));
    assert_eq!(
        noisy.num_params(),
        plain.num_params(),
        "the scale is not a parameter"
    );
}

#[test]
fn each_step_and_each_sample_is_a_fresh_draw_also_after_valid() {
    let device = Device::flex().autodiff();
    let module =
        hand_written(&device).apply_reparameterization(StochasticSynapses::gaussian(0.1).unwrap());
    let kernel = |module: &HandWritten, draw: Draw| draw.scope(|| vec(module.kernel.val()));
    assert_eq!(
        kernel(&module, Draw::training(7, 1)),
        kernel(&module, Draw::training(7, 1))
    );
    assert_ne!(
        kernel(&module, Draw::training(7, 1)),
        kernel(&module, Draw::training(7, 2))
    );
    let valid = module.valid();
    assert_ne!(
        kernel(&valid, Draw::predict(7, 1)),
        kernel(&valid, Draw::predict(7, 2))
    );
    assert_eq!(
        kernel(&valid, Draw::predict(7, 1)),
        kernel(&module, Draw::predict(7, 1))
    );
}

#[test]
fn materialized_outside_a_scope_it_is_the_mean_network() {
    let device = Device::flex().autodiff();
    let plain = hand_written(&device);
    let noisy = plain
        .clone()
        .apply_reparameterization(StochasticSynapses::gaussian(0.1).unwrap());
    let mean = noisy.valid().materialize();
    Draw::predict(7, 0).scope(|| assert_eq!(vec(mean.kernel.val()), vec(plain.kernel.val())));
}

#[test]
fn the_gradient_reaches_the_mean_weight() {
    let device = Device::flex().autodiff();
    let module =
        hand_written(&device).apply_reparameterization(StochasticSynapses::gaussian(0.1).unwrap());
    let (weight, gradients) = Draw::training(7, 0).scope(|| {
        let weight = module.kernel.val();
        (vec(weight.clone()), weight.square().sum().backward())
    });
    let gradient = vec(module.kernel.base().grad(&gradients).unwrap());
    let expected: Vec<f32> = weight.iter().map(|w| 2.0 * w).collect();
    assert_eq!(gradient, expected);
}

#[test]
fn scale_zero_changes_no_bit() {
    let device = Device::flex();
    let plain = LinearConfig::new(3, 2).init(&device);
    let silent = plain
        .clone()
        .apply_reparameterization(StochasticSynapses::gaussian(0.0).unwrap());
    let x = Tensor::<2>::from_data([[0.1, -2.0, 3.0]], &device);
    let noisy = Draw::predict(7, 0).scope(|| vec(silent.forward(x.clone())));
    assert_eq!(noisy, vec(plain.forward(x)));
}

/// An LSTM reads its weights at every time step: in one scope it reads the same ones.
#[test]
fn a_recurrent_layer_keeps_one_draw_for_the_sequence() {
    let device = Device::flex();
    let lstm = LstmConfig::new(2, 3, true)
        .init(&device)
        .apply_reparameterization(StochasticSynapses::gaussian(0.2).unwrap());
    let draw = Draw::predict(7, 0);
    let x = Tensor::<3>::ones([1, 4, 2], &device);
    let whole = draw.scope(|| vec(lstm.forward(x.clone(), None).0));
    let (first, state) = draw.scope(|| lstm.forward(x.clone().narrow(1, 0, 2), None));
    let (second, _) = draw.scope(|| lstm.forward(x.narrow(1, 2, 2), Some(state)));
    let parts = [vec(first), vec(second)].concat();
    for (whole, part) in whole.iter().zip(&parts) {
        assert!((whole - part).abs() < 1e-6);
    }
}

#[test]
fn batch_norm_of_burn_is_left_alone() {
    let device = Device::flex();
    let plain = BatchNormConfig::new(3).init(&device);
    let noisy = plain
        .clone()
        .apply_reparameterization(StochasticSynapses::gaussian(0.5).unwrap());
    let x = Tensor::<2>::from_data([[0.1, -2.0, 3.0], [1.0, 1.0, 0.0]], &device);
    let under_noise = Draw::predict(7, 0).scope(|| vec(noisy.forward(x.clone())));
    assert_eq!(under_noise, vec(plain.forward(x)));
}

#[test]
fn impossible_scales_are_errors() {
    for scale in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(StochasticSynapses::gaussian(scale).is_err());
    }
}
