//! Noise on the tables that embed categorical inputs.

use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    CategoryShape, Draw, HeadConfig, Network, NetworkConfig, NetworkSpec, Noise, Pass, SynapseSpec,
    TableInput, TableShape, parameters,
};

fn config(noise: Noise, embeddings: bool) -> NetworkConfig {
    let mut synapses = SynapseSpec {
        noise,
        embeddings,
        scale: 0.3,
        ..SynapseSpec::default()
    };
    if !noise.has_divergence() {
        // Only the table draws.
        synapses.scales.insert("heads".to_owned(), 0.0);
    }
    NetworkConfig {
        table: TableShape {
            numbers: 1,
            categories: vec![CategoryShape {
                size: 5,
                embedding: Some(3),
            }],
        },
        network: NetworkSpec {
            trunk: vec![],
            heads: vec![],
            ..NetworkSpec::default()
        },
        synapses,
        heads: vec![HeadConfig::new("size", 2)],
    }
}

fn answers(network: &Network, draw: Option<Draw>) -> Vec<f32> {
    let device = Device::flex();
    let table = &network.config().table;
    let input = TableInput::new(table, vec![0.5; 3], vec![4, 1, 4], &device).unwrap();
    let pass = match draw {
        Some(draw) => Pass::sample(draw, &[3, 8, 9]),
        None => Pass::mean(&[3, 8, 9]),
    };
    let output: Tensor<2> = network.forward(&input, &pass).remove(0);
    output.into_data().try_into_vec().unwrap()
}

#[test]
fn a_table_draws_once_for_all_rows_of_a_pass() {
    for noise in [Noise::Gaussian, Noise::Multiplicative, Noise::Filter] {
        let config = config(noise, true);
        assert!(config.is_stochastic());
        let network = config.init(7, &Device::flex()).unwrap();
        let first = answers(&network, Some(Draw::predict(7, 0)));
        assert_eq!(first, answers(&network, Some(Draw::predict(7, 0))));
        assert_ne!(first, answers(&network, Some(Draw::predict(7, 1))));
        // Rows of one category see one draw.
        assert_eq!(first[..2], first[4..]);
        let mean = answers(&network, None);
        let mut sum = [0.0; 6];
        for sample in 0..2000 {
            let drawn = answers(&network, Some(Draw::predict(7, sample)));
            for (sum, value) in sum.iter_mut().zip(drawn) {
                *sum += value / 2000.0;
            }
        }
        for (sum, mean) in sum.iter().zip(mean) {
            assert!((sum - mean).abs() < 0.05, "{noise:?}: {sum} is not {mean}");
        }
    }
}

#[test]
fn the_weights_of_a_table_are_listed_with_their_noise() {
    for noise in Noise::ALL {
        let Ok(network) = config(noise, noise != Noise::None).init(7, &Device::flex()) else {
            continue;
        };
        let table = network.weights().remove(0);
        assert_eq!(table.path, "encoder.embeddings.0");
        assert_eq!(table.values.dims(), [5, 3]);
        let listed = table.drawn.map(|drawn| drawn.map(|all| all.dims()));
        let expected = (noise != Noise::None).then_some([[5, 3], [5, 3]]);
        assert_eq!(listed, expected, "{noise:?}");
    }
}

/// The network is linear in its table, and nothing else draws.
#[test]
fn the_noise_of_a_table_cancels_in_pairs() {
    for noise in [Noise::Gaussian, Noise::Multiplicative, Noise::Filter] {
        let network = config(noise, true).init(7, &Device::flex()).unwrap();
        let mean = answers(&network, None);
        let drawn = |sample| answers(&network, Some(Draw::predict(7, sample).in_pairs()));
        let (first, second) = (drawn(4), drawn(5));
        assert_ne!(first, second, "{noise:?}");
        for (i, mean) in mean.iter().enumerate() {
            let off = f32::midpoint(first[i], second[i]) - mean;
            assert!(off.abs() < 1e-5, "{noise:?}: {off}");
        }
    }
}

#[test]
fn without_the_key_tables_are_plain() {
    let config = config(Noise::Gaussian, false);
    assert!(!config.is_stochastic());
    let network = config.init(7, &Device::flex()).unwrap();
    let drawn = answers(&network, Some(Draw::predict(7, 0)));
    assert_eq!(drawn, answers(&network, None));
}

#[test]
fn what_is_learned_of_a_table_has_a_parameter_and_a_divergence() {
    let device = Device::flex();
    let network = |embeddings| {
        config(Noise::Variational, embeddings)
            .init(7, &device)
            .unwrap()
    };
    let learned = |network: &Network| {
        let listed = parameters(network).into_iter();
        let found = listed.filter(|(path, _, _)| path == "encoder.synapses.0.rho");
        found
            .map(|(_, _, data)| data.shape().num_elements())
            .sum::<usize>()
    };
    assert_eq!((learned(&network(true)), learned(&network(false))), (15, 0));
    let divergence = |network: &Network| {
        let sum = network.divergence(None).unwrap();
        sum.into_scalar::<f32>()
    };
    assert!(divergence(&network(true)) > divergence(&network(false)) + 1.0);
}

#[test]
fn noise_that_a_table_cannot_have_is_refused() {
    let error = config(Noise::Rank1, true)
        .init(7, &Device::flex())
        .unwrap_err();
    assert_eq!(error.code(), "synapses/unsupported-noise");
}
