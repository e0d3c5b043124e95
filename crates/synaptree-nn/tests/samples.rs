//! Several Monte Carlo samples of the whole network in one pass.

#[expect(dead_code, reason = "what other tests need stands there too")]
mod common;

use burn::tensor::{Device, Tensor};
use common::{ROWS, config, input, vec};
use synaptree_nn::{Draw, Estimator, NetworkConfig, Noise, Normalisation, Pass};

/// Networks whose samples part at different places.
fn networks() -> Vec<(&'static str, NetworkConfig)> {
    let plain = || {
        let mut plain = config();
        plain.network.dropout = 0.0;
        plain
    };
    let with = |change: fn(&mut NetworkConfig)| {
        let mut config = plain();
        change(&mut config);
        config
    };
    vec![
        ("noise on weights", plain()),
        ("noise and dropout", config()),
        (
            "dropout alone",
            NetworkConfig {
                synapses: with(|c| c.synapses.noise = Noise::None).synapses,
                ..config()
            },
        ),
        (
            "noise on sums and skips",
            with(|c| {
                c.synapses.estimator = Estimator::Local;
                c.network.skip = true;
                c.network.normalisation = Normalisation::Layer;
            }),
        ),
        (
            "noise in the second layer",
            with(|c| {
                c.synapses.scales = [("trunk.0".to_owned(), 0.0)].into();
                c.network.skip = true;
            }),
        ),
        (
            "noise in one head",
            with(|c| {
                let silent = ["trunk", "heads.mammal", "heads.order"];
                c.synapses.scales = silent.map(|path| (path.to_owned(), 0.0)).into();
            }),
        ),
        ("no noise at all", with(|c| c.synapses.noise = Noise::None)),
        (
            "moments",
            with(|c| c.synapses.estimator = Estimator::Moments),
        ),
        ("embeddings", with(|c| c.synapses.embeddings = true)),
        (
            "units that fire",
            with(|c| c.synapses.noise = Noise::NeuralSampling),
        ),
        ("members", {
            with(|c| {
                c.synapses.noise = Noise::Rank1;
                c.synapses.members = 2;
            })
        }),
    ]
}

#[test]
fn samples_at_once_are_those_of_one_pass_each() {
    let device = Device::flex();
    for (name, config) in networks() {
        let network = config.init(7, &device).unwrap();
        let input = input(&[0, 1, 2, 3], &device);
        let first = Draw::predict(7, 2).in_pairs();
        let together = Pass::samples(first, &ROWS, 3);
        let mut answers = vec![network.forward(&input, &together)];
        // Noise on embeddings, and moments, leave nothing for all samples to share.
        if !matches!(name, "embeddings" | "moments") {
            answers.push(network.forward_from(&network.stem(&input, &ROWS), &together));
        }
        for outputs in answers {
            for (i, sample) in (2..5).enumerate() {
                let alone = network.forward(&input, &Pass::sample(Draw { sample, ..first }, &ROWS));
                for (all, alone) in outputs.iter().zip(alone) {
                    assert_eq!(all.dims(), [12, alone.dims()[1]], "{name}");
                    let of_sample: Tensor<2> = all.clone().narrow(0, i * 4, 4);
                    for (a, b) in vec(of_sample).iter().zip(&vec(alone)) {
                        assert!((a - b).abs() < 1e-5, "{name}, sample {sample}: {a} {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn samples_of_a_batch_without_rows_have_no_rows() {
    let network = config().init(7, &Device::flex()).unwrap();
    let nobody = input(&[], &Device::flex());
    for output in network.forward(&nobody, &Pass::samples(Draw::predict(7, 0), &[], 4)) {
        assert_eq!(output.dims()[0], 0);
    }
}
