//! Stochastic synapses on modules that know nothing of them.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::conv::{Conv1d, Conv1dConfig, Conv2dConfig};
use burn::nn::{
    BatchNormConfig, Embedding, EmbeddingConfig, Gru, GruConfig, LayerNormConfig, Linear,
    LinearConfig, Lstm, LstmConfig,
};
use burn::tensor::{Device, Gradients, Int, Tensor};
use synaptree_nn::{
    Draw, Estimator, FixedPrior, Noise, Prior, StochasticSynapses, SynapseSpec, WeightSynapse,
};

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

/// A convolution, an embedding and recurrent layers.
#[derive(Module, Debug)]
struct Layers {
    convolution: Conv1d,
    embedding: Embedding,
    lstm: Lstm,
    gru: Gru,
}

fn layers(device: &Device) -> Layers {
    Layers {
        convolution: Conv1dConfig::new(2, 3, 2).init(device),
        embedding: EmbeddingConfig::new(5, 4).init(device),
        lstm: LstmConfig::new(2, 3, true).init(device),
        gru: GruConfig::new(2, 3, true).init(device),
    }
}

/// Rows 0, 3 and 0 of an embedding.
fn embedded(layers: &Layers) -> Vec<f32> {
    let codes = Tensor::<2, Int>::from_data([[0, 3, 0]], &Device::flex());
    vec(layers.embedding.forward(codes))
}

fn outputs(layers: &Layers) -> Vec<Vec<f32>> {
    let ones = |shape: [usize; 3]| Tensor::<3>::ones(shape, &Device::flex());
    vec![
        vec(layers.convolution.forward(ones([1, 2, 4]))),
        embedded(layers),
        vec(layers.lstm.forward(ones([1, 4, 2]), None).0),
        vec(layers.gru.forward(ones([1, 4, 2]), None)),
    ]
}

const KINDS: [Noise; 6] = [
    Noise::Gaussian,
    Noise::Multiplicative,
    Noise::Filter,
    Noise::Bernoulli,
    Noise::Variational,
    Noise::VariationalDropout,
];

fn synapses(noise: Noise) -> StochasticSynapses {
    let scale = 0.3;
    let spec = SynapseSpec {
        noise,
        scale,
        ..SynapseSpec::default()
    };
    StochasticSynapses::new(spec).unwrap()
}

#[test]
fn every_kind_draws_convolutions_embeddings_and_recurrent_layers() {
    let plain = layers(&Device::flex());
    for noise in KINDS {
        let noisy = plain.clone().apply_reparameterization(synapses(noise));
        let drawn = |sample| Draw::predict(7, sample).scope(|| outputs(&noisy));
        let (first, again, second) = (drawn(0), drawn(0), drawn(1));
        assert_eq!(first, again, "{noise:?}");
        for (layer, (first, second)) in first.iter().zip(&second).enumerate() {
            assert_ne!(first, second, "{noise:?}, layer {layer}");
            assert!(first.iter().all(|v| v.is_finite()));
        }
    }
}

/// The rows of an embedding are linear in its weights: their mean over draws is that of the mean network, and a row that
/// is read twice is the same twice.
#[test]
fn the_mean_of_draws_is_the_mean_network() {
    let plain = layers(&Device::flex());
    for noise in KINDS {
        let noisy = plain.clone().apply_reparameterization(synapses(noise));
        let mut sum = [0.0; 12];
        for sample in 0..4000 {
            let drawn = Draw::predict(7, sample).scope(|| embedded(&noisy));
            assert_eq!(drawn[..4], drawn[8..], "{noise:?}");
            for (sum, value) in sum.iter_mut().zip(drawn) {
                *sum += f64::from(value) / 4000.0;
            }
        }
        for (found, expected) in sum.iter().zip(embedded(&noisy)) {
            let off = (found - f64::from(expected)).abs();
            assert!(off < 0.1, "{noise:?}: {found} is not {expected}");
        }
    }
}

#[test]
fn noise_of_units_follows_the_norm_of_columns_and_of_kernels() {
    let device = Device::flex();
    let scale = 0.3;
    let deviations = |noisy: Tensor<2>, plain: Tensor<2>| {
        let squares = (noisy - plain).square().mean_dim(1).sqrt();
        squares.into_data().try_into_vec::<f32>().unwrap()
    };
    let norms = |plain: Tensor<2>| {
        let norms = plain.square().mean_dim(1).sqrt() * scale;
        norms.into_data().try_into_vec::<f32>().unwrap()
    };
    let near = |found: Vec<f32>, expected: Vec<f32>| {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 0.15, "{found} {expected}");
        }
    };
    // A unit of a matrix is a column, a unit of a kernel its first axis.
    let linear = LinearConfig::new(400, 3).init(&device);
    let plain = linear.weight.val();
    let noisy = linear.apply_reparameterization(synapses(Noise::Filter));
    let drawn = Draw::predict(7, 1).scope(|| noisy.weight.val());
    near(
        deviations(drawn.transpose(), plain.clone().transpose()),
        norms(plain.transpose()),
    );
    let convolution = Conv2dConfig::new([16, 3], [5, 5]).init(&device);
    let plain = convolution.weight.val().reshape([3, 400]);
    let noisy = convolution.apply_reparameterization(synapses(Noise::Filter));
    let drawn = Draw::predict(7, 1).scope(|| noisy.weight.val().reshape([3, 400]));
    near(deviations(drawn, plain.clone()), norms(plain));
}

#[test]
fn what_is_learned_is_a_parameter_with_a_gradient_and_a_divergence() {
    let device = Device::flex().autodiff();
    for noise in [Noise::Variational, Noise::VariationalDropout] {
        let synapses = synapses(noise);
        let plain = LinearConfig::new(3, 2).init(&device);
        let learned = plain.clone().apply_reparameterization(synapses.clone());
        assert_eq!(learned.num_params(), plain.num_params() + 6);
        let draw = Draw::training(7, 0);
        let x = Tensor::<2>::from_data([[0.1, -2.0, 3.0]], &device);
        let y = draw.scope(|| learned.forward(x)).square().sum();
        let divergence = synapses.divergence(&learned, Some(draw)).unwrap();
        assert!(divergence.clone().into_scalar::<f32>() > 0.0);
        let gradients = (y + divergence).backward();
        let rho = learned
            .weight
            .reparameterization::<WeightSynapse>()
            .unwrap();
        let mut gradient = None;
        rho.visit(&mut FirstGradient(&gradients, &mut gradient));
        let gradient = gradient.unwrap();
        assert!(
            gradient.iter().all(|g| g.is_finite() && *g != 0.0),
            "{gradient:?}"
        );
    }
    let fixed = synapses(Noise::Gaussian);
    let linear = LinearConfig::new(3, 2).init(&device);
    let linear = linear.apply_reparameterization(fixed.clone());
    assert!(fixed.divergence(&linear, None).is_none());
}

struct FirstGradient<'a>(&'a Gradients, &'a mut Option<Vec<f32>>);

impl ModuleVisitor for FirstGradient<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        *self.1 = param.base().grad(self.0).map(vec);
    }
}

/// KL(N(μ, σ²) ‖ N(0, 1)) summed over the weights, by its formula.
#[test]
fn the_divergence_is_that_of_every_weight() {
    let device = Device::flex();
    let synapses = StochasticSynapses::new(SynapseSpec {
        noise: Noise::Variational,
        scale: 0.5,
        prior: Prior::Fixed(FixedPrior::Gaussian { deviation: 1.0 }),
        ..SynapseSpec::default()
    })
    .unwrap();
    let linear = LinearConfig::new(3, 2).init(&device);
    let weights = vec(linear.weight.val());
    let spread = weights.iter().map(|w| f64::from(w * w)).sum::<f64>() / 6.0;
    let sigma = 0.5 * spread.sqrt();
    let expected: f64 = weights
        .iter()
        .map(|w| 0.5 * (sigma * sigma + f64::from(w * w) - 1.0) - sigma.ln())
        .sum();
    let learned = linear.apply_reparameterization(synapses.clone());
    let found = synapses
        .divergence(&learned, None)
        .unwrap()
        .into_scalar::<f32>();
    assert!(
        (f64::from(found) / expected - 1.0).abs() < 1e-4,
        "{found} is not {expected}"
    );
}

/// A GRU reads its weights at every time step: in one scope it reads the same ones, of every kind.
#[test]
fn a_gru_keeps_one_draw_of_every_kind_for_the_sequence() {
    let device = Device::flex();
    for noise in KINDS {
        let gru = GruConfig::new(2, 3, true)
            .init(&device)
            .apply_reparameterization(synapses(noise));
        let draw = Draw::predict(7, 0);
        let x = Tensor::<3>::ones([1, 4, 2], &device);
        let whole = draw.scope(|| vec(gru.forward(x.clone(), None)));
        let first = draw.scope(|| gru.forward(x.clone().narrow(1, 0, 2), None));
        let state = first.clone().narrow(1, 1, 1).reshape([1, 3]);
        let second = draw.scope(|| gru.forward(x.narrow(1, 2, 2), Some(state)));
        let parts = [vec(first), vec(second)].concat();
        for (whole, part) in whole.iter().zip(&parts) {
            assert!((whole - part).abs() < 1e-6, "{noise:?}");
        }
    }
}

#[test]
fn noise_that_belongs_to_dense_layers_is_refused() {
    for noise in [
        Noise::Rank1,
        Noise::BlankOut,
        Noise::NeuralSampling,
        Noise::None,
    ] {
        let spec = SynapseSpec {
            noise,
            ..SynapseSpec::default()
        };
        let error = StochasticSynapses::new(spec).unwrap_err();
        assert_eq!(error.code(), "synapses/unsupported-noise");
    }
    let spec = SynapseSpec {
        noise: Noise::Gaussian,
        estimator: Estimator::Local,
        ..SynapseSpec::default()
    };
    assert_eq!(
        StochasticSynapses::new(spec).unwrap_err().code(),
        "synapses/estimator"
    );
}
