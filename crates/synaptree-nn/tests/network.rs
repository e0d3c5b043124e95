//! The network as a whole: seeds, noise, batches.

mod common;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    Activation, Draw, EdgeKind, Estimator, HeadConfig, Initialiser, Network, NetworkConfig,
    NetworkError, Noise, Normalisation, Pass, TableShape, load_parameters, parameters,
};

use common::{ROWS, config, input, named, vec};

fn all(outputs: Vec<Tensor<2>>) -> Vec<Vec<f32>> {
    outputs.into_iter().map(vec).collect()
}

fn run(network: &Network, pass: &Pass) -> Vec<Vec<f32>> {
    all(network.forward(&input(&[0, 1, 2, 3], &Device::flex()), pass))
}

#[test]
fn parameters_are_a_function_of_the_seed_and_of_their_path() {
    let device = Device::flex();
    let network = named(&config().init(7, &device).unwrap());
    assert_eq!(network, named(&config().init(7, &device).unwrap()));
    assert_ne!(network, named(&config().init(8, &device).unwrap()));

    // Other heads, in another order: whatever bears the same path has the same values.
    let mut other = config();
    other.heads = vec![HeadConfig::new("habitat", 2), HeadConfig::new("mammal", 1)];
    let other = named(&other.init(7, &device).unwrap());
    let common: Vec<_> = other
        .iter()
        .filter(|(path, _)| !path.contains("habitat"))
        .collect();
    assert!(common.len() >= 8);
    for entry in common {
        assert!(network.contains(entry), "{}", entry.0);
    }
}

#[test]
fn every_weight_starts_with_the_stream_of_its_listed_path() {
    let network = config().init(7, &Device::flex()).unwrap();
    for (path, _, data) in parameters(&network) {
        let shape = data.shape().as_slice().to_vec();
        let initialiser = match path.as_str() {
            path if path.starts_with("encoder.") => Initialiser::Normal { std: 0.5 },
            path if path.ends_with("output.weight") => Initialiser::Xavier,
            path if path.ends_with("weight") => Initialiser::He,
            _ => continue,
        };
        let fans = synaptree_nn::Fans {
            inputs: shape[0],
            outputs: shape[1],
        };
        let drawn = initialiser.draw(7, &path, [shape[0], shape[1]], fans, &Device::flex());
        assert_eq!(vec(drawn), data.try_into_vec::<f32>().unwrap(), "{path}");
    }
}

#[test]
fn paths_are_stable_names() {
    let mut config = config();
    config.network.normalisation = Normalisation::Batch;
    config.network.activation = Activation::Prelu { slope: 0.25 };
    let paths: Vec<String> = named(&config.init(7, &Device::flex()).unwrap())
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    for path in [
        "encoder.embeddings.0",
        "trunk.1.dense.weight",
        "trunk.1.dense.bias",
        "trunk.1.batch_norm.gamma",
        "trunk.1.batch_norm.running_variance",
        "trunk.1.activation.slope",
        "heads.diet.hidden.0.dense.weight",
        "heads.diet.output.bias",
    ] {
        assert!(paths.iter().any(|p| p == path), "{path} in {paths:?}");
    }
}

#[test]
fn equal_draws_are_equal_and_all_others_differ() {
    let network = config().init(7, &Device::flex()).unwrap();
    let noisy = |draw| run(&network, &Pass::sample(draw, &ROWS));
    let base = Draw::predict(7, 0);
    assert_eq!(noisy(base), noisy(base));
    assert_ne!(noisy(base), noisy(Draw::predict(7, 1)));
    assert_ne!(noisy(base), noisy(Draw::predict(8, 0)));
    assert_ne!(noisy(base), noisy(Draw::training(7, 0)));
    assert_ne!(noisy(base), run(&network, &Pass::mean(&ROWS)));
}

#[test]
fn no_draw_is_the_network_without_noise_and_dropout() {
    let noisy = config().init(7, &Device::flex()).unwrap();
    let mut plain = config();
    plain.synapses.noise = Noise::None;
    plain.network.dropout = 0.0;
    let plain = plain.init(7, &Device::flex()).unwrap();
    let mean = run(&noisy, &Pass::mean(&ROWS));
    assert_eq!(mean, run(&plain, &Pass::mean(&ROWS)));
    assert_eq!(
        mean,
        run(&plain, &Pass::training(Draw::training(7, 2), &ROWS))
    );
    assert_eq!(mean, run(&noisy.valid(), &Pass::mean(&ROWS)));
}

#[test]
fn the_training_network_and_its_valid_form_agree_under_a_draw() {
    let trained = config().init(7, &Device::flex().autodiff()).unwrap();
    let pass = Pass::sample(Draw::predict(7, 5), &ROWS);
    let tracked = all(trained.forward(&input(&[0, 1, 2, 3], &Device::flex().autodiff()), &pass));
    assert_eq!(tracked, run(&trained.valid(), &pass));
}

/// A product of more rows may be summed in another order, hence the tolerance; masks are exact.
#[test]
fn an_answer_does_not_depend_on_its_batch() {
    let network = config().init(7, &Device::flex()).unwrap();
    let draw = Draw::predict(7, 3);
    let together = run(&network, &Pass::sample(draw, &ROWS));
    for row in 0..4 {
        let alone = network.forward(
            &input(&[row], &Device::flex()),
            &Pass::sample(draw, &ROWS[row..=row]),
        );
        for (alone, together) in all(alone).iter().zip(&together) {
            let width = alone.len();
            for (a, b) in alone.iter().zip(&together[row * width..]) {
                assert!((a - b).abs() < 1e-5, "{a} {b}");
            }
        }
    }
}

#[test]
fn an_empty_trunk_hands_the_encoded_row_to_the_heads() {
    let mut config = config();
    config.network.trunk = vec![];
    config.network.heads = vec![];
    let network = config.init(7, &Device::flex()).unwrap();
    let input = input(&[0, 1, 2, 3], &Device::flex());
    let representation = network.represent(&input, &Pass::mean(&ROWS));
    assert_eq!(representation.dims(), [4, config.table.width()]);
    assert_eq!(
        vec(representation.narrow(1, 0, 2)),
        vec(input.numbers.clone())
    );
    let outputs = network.forward(&input, &Pass::mean(&ROWS));
    assert_eq!(outputs[2].dims(), [4, 5]);
    // The head of `order` reads the row and the outputs of both parents.
    let order = named(&network)
        .into_iter()
        .find(|(path, _)| path == "heads.order.output.weight")
        .unwrap();
    assert_eq!(order.1.len(), (config.table.width() + 1 + 3) * 5);
}

#[test]
fn every_activation_normalisation_and_initialiser_trains() {
    let activations = [
        Activation::Linear,
        Activation::Step,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.01 },
        Activation::Prelu { slope: 0.25 },
        Activation::Selu,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Gelu,
        Activation::Maxout { pieces: 3 },
    ];
    let device = Device::flex().autodiff();
    for activation in activations {
        for normalisation in [
            Normalisation::None,
            Normalisation::Batch,
            Normalisation::Layer,
        ] {
            let mut config = config();
            config.network.activation = activation;
            config.network.normalisation = normalisation;
            config.network.skip = true;
            let network = config.init(7, &device).unwrap();
            let outputs = network.forward(
                &input(&[0, 1, 2, 3], &device),
                &Pass::training(Draw::training(7, 0), &ROWS),
            );
            let gradients = Tensor::cat(outputs, 1).square().sum().backward();
            let mut reached = 0;
            let mut visitor = Reached {
                gradients: &gradients,
                reached: &mut reached,
            };
            network.visit(&mut visitor);
            assert!(reached >= 10, "{activation:?} {normalisation:?}: {reached}");
        }
    }
}

#[test]
fn a_batch_without_rows_has_outputs_without_rows() {
    let device = Device::flex();
    for activation in [Activation::Relu, Activation::Maxout { pieces: 3 }] {
        for normalisation in [
            Normalisation::None,
            Normalisation::Batch,
            Normalisation::Layer,
        ] {
            let mut config = config();
            config.network.activation = activation;
            config.network.normalisation = normalisation;
            let network = config.init(7, &device).unwrap();
            for pass in [Pass::mean(&[]), Pass::sample(Draw::predict(7, 0), &[])] {
                let outputs = network.forward(&input(&[], &device), &pass);
                let shapes: Vec<[usize; 2]> = outputs.iter().map(Tensor::dims).collect();
                assert_eq!(shapes, [[0, 1], [0, 3], [0, 5]]);
            }
        }
    }
}

#[test]
fn without_an_initialiser_the_activation_chooses_one() {
    let device = Device::flex();
    let cases = [
        (Activation::Linear, Initialiser::Xavier),
        (Activation::Step, Initialiser::Xavier),
        (Activation::Relu, Initialiser::He),
        (Activation::LeakyRelu { slope: 0.01 }, Initialiser::He),
        (Activation::Prelu { slope: 0.25 }, Initialiser::He),
        (Activation::Selu, Initialiser::Lecun),
        (Activation::Tanh, Initialiser::Xavier),
        (Activation::Sigmoid, Initialiser::Xavier),
        (Activation::Gelu, Initialiser::He),
        (Activation::Maxout { pieces: 3 }, Initialiser::He),
    ];
    for (activation, expected) in cases {
        for given in [None, Some(Initialiser::Uniform { bound: 0.2 })] {
            let mut config = config();
            config.network.activation = activation;
            config.network.initialiser = given;
            let network = config.init(7, &device).unwrap();
            let path = "trunk.1.dense.weight";
            let (_, _, data) = parameters(&network)
                .into_iter()
                .find(|(other, ..)| other == path)
                .unwrap();
            let shape = [16, 16 * activation.pieces()];
            let fans = synaptree_nn::Fans {
                inputs: shape[0],
                outputs: shape[1],
            };
            let drawn = given
                .unwrap_or(expected)
                .draw(7, path, shape, fans, &device);
            let found = data.try_into_vec::<f32>().unwrap();
            assert_eq!(vec(drawn), found, "{activation:?}");
        }
    }
}

#[test]
fn selu_layers_drop_units_to_their_floor_and_other_layers_to_zero() {
    let device = Device::flex();
    let dropped = |activation| {
        let mut config = config();
        config.network.activation = activation;
        config.network.dropout = 0.5;
        config.synapses.noise = Noise::None;
        let network = config.init(7, &device).unwrap();
        let input = input(&[0, 1, 2, 3], &device);
        let pass = Pass::sample(Draw::predict(7, 0), &ROWS);
        let units = vec(network.represent(&input, &pass));
        // What is dropped does not depend on the row: it is the value that occurs most often.
        let most = units
            .iter()
            .copied()
            .max_by_key(|&value| units.iter().filter(|&&other| other == value).count())
            .unwrap();
        (most, units.iter().filter(|&&unit| unit == most).count())
    };
    let (zero, count) = dropped(Activation::Tanh);
    assert_eq!(zero, 0.0);
    assert!((16..48).contains(&count), "{count}");
    // Klambauer et al.: a α′ + b with α′ = −1.7581 and half of the units kept.
    let alpha = -1.758_099_3_f64;
    let a = (0.5 + alpha * alpha * 0.25).sqrt().recip();
    let expected = a * alpha - a * 0.5 * alpha;
    let (floor, count) = dropped(Activation::Selu);
    assert!((f64::from(floor) - expected).abs() < 1e-5, "{floor}");
    assert!((16..48).contains(&count), "{count}");
}

struct Reached<'a> {
    gradients: &'a burn::tensor::Gradients,
    reached: &'a mut usize,
}

impl burn::module::ModuleVisitor for Reached<'_> {
    fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad(self.gradients) {
            assert!(vec(gradient).iter().all(|g| g.is_finite()));
            *self.reached += 1;
        }
    }
}

#[test]
fn skips_add_the_input_where_widths_are_equal() {
    let mut config = config();
    config.synapses.noise = Noise::None;
    config.network.initialiser = Some(Initialiser::Zero);
    config.network.skip = true;
    config.network.trunk = vec![config.table.width(), 5];
    let network = config.init(7, &Device::flex()).unwrap();
    let input = input(&[0, 1, 2, 3], &Device::flex());
    // Zero weights: the first layer is the identity by its skip, the second has none and is zero.
    assert_eq!(
        vec(network.represent(&input, &Pass::mean(&ROWS))),
        [0.0; 20]
    );
    config.network.trunk.pop();
    let network = config.init(7, &Device::flex()).unwrap();
    let identity = vec(network.represent(&input, &Pass::mean(&ROWS)));
    assert_eq!(identity[..2], [0.5, -1.0]);
}

#[test]
fn loaded_parameters_restore_answers_and_identities() {
    let mut config = config();
    config.network.normalisation = Normalisation::Batch;
    let device = Device::flex().autodiff();
    let network = config.init(7, &device).unwrap();
    let pass = Pass::training(Draw::training(7, 0), &ROWS);
    network.forward(&input(&[0, 1, 2, 3], &device), &pass);
    let stored = parameters(&network);
    let restored = load_parameters(config.init(99, &device).unwrap(), stored.clone()).unwrap();
    assert_eq!(parameters(&restored), stored);
    assert_eq!(
        run(&restored.valid(), &Pass::mean(&ROWS)),
        run(&network.valid(), &Pass::mean(&ROWS))
    );
}

#[test]
fn a_network_may_cross_threads() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Network>();
}

#[test]
fn mistakes_are_errors_that_name_their_place() {
    let error = |change: &dyn Fn(&mut NetworkConfig)| {
        let mut config = config();
        change(&mut config);
        config.init(7, &Device::flex()).unwrap_err()
    };
    assert_eq!(error(&|c| c.heads.clear()), NetworkError::NoHeads);
    assert_eq!(
        error(&|c| c.table = TableShape::default()),
        NetworkError::NoInputs
    );
    assert!(
        error(&|c| c.network.trunk[1] = 0)
            .to_string()
            .contains("network.trunk[1]")
    );
    assert!(
        error(&|c| c.heads[1].name = "mammal".to_owned())
            .to_string()
            .contains("`mammal`")
    );
    assert!(
        error(&|c| c.heads[0].parents = vec![1])
            .to_string()
            .contains("`mammal`")
    );
    assert!(
        error(&|c| c.heads[1].share = 1.5)
            .to_string()
            .contains("1.5")
    );
    assert!(
        error(&|c| c.network.dropout = 1.0)
            .to_string()
            .contains("network.dropout")
    );
    assert!(
        error(&|c| c.synapses.scale = f64::NAN)
            .to_string()
            .contains("synapses.scale")
    );
    assert!(
        error(&|c| c.network.activation = Activation::Maxout { pieces: 1 })
            .to_string()
            .contains("2 pieces")
    );
    let pull = error(&|c| c.heads[1].edge = EdgeKind::Pull).to_string();
    assert!(
        pull.contains("`diet`") && pull.contains("`mammal`"),
        "{pull}"
    );
}

#[test]
fn what_all_samples_share_is_computed_once_with_the_same_bits() {
    let device = Device::flex();
    let mut quiet_trunk = config();
    quiet_trunk.network.dropout = 0.0;
    quiet_trunk.synapses.noise = Noise::Gaussian;
    quiet_trunk.synapses.scale = 0.2;
    quiet_trunk.synapses.scales = [("trunk".to_owned(), 0.0)].into_iter().collect();
    let mut dropped = config();
    dropped.network.dropout = 0.3;
    let mut drawn_sums = dropped.clone();
    drawn_sums.synapses.noise = Noise::Gaussian;
    drawn_sums.synapses.scale = 0.2;
    drawn_sums.synapses.estimator = Estimator::Local;
    let mut normalised = drawn_sums.clone();
    normalised.network.normalisation = Normalisation::Layer;
    normalised.network.skip = true;
    for config in [config(), quiet_trunk, dropped, drawn_sums, normalised] {
        let network = config.init(7, &device).unwrap();
        let (input, rows) = (input(&[0, 1, 2, 3], &device), [0, 1, 2, 3]);
        let stem = network.stem(&input, &rows);
        for sample in 0..3 {
            let pass = Pass::sample(Draw::predict(7, sample).in_pairs(), &rows);
            let whole: Vec<_> = network
                .forward(&input, &pass)
                .into_iter()
                .map(vec)
                .collect();
            let rest: Vec<_> = network
                .forward_from(&stem, &pass)
                .into_iter()
                .map(vec)
                .collect();
            assert_eq!(whole, rest);
        }
    }
}

#[test]
fn a_settled_network_answers_with_the_same_bits() {
    for noise in [
        Noise::Gaussian,
        Noise::Variational,
        Noise::Adaptive,
        Noise::VariationalDropout,
        Noise::Rank1,
    ] {
        for estimator in noise.estimators() {
            let mut config = config();
            config.synapses.noise = noise;
            config.synapses.estimator = *estimator;
            let network = config.init(7, &Device::flex()).unwrap();
            let settled = network.settled();
            for sample in 0..3 {
                let pass = Pass::sample(Draw::predict(7, sample), &ROWS);
                let answer = run(&network, &pass);
                assert_eq!(run(&settled, &pass), answer, "{noise:?} {estimator:?}");
                // Settling twice changes nothing.
                assert_eq!(run(&settled.settled(), &pass), answer, "{noise:?}");
            }
        }
    }
}
