//! Layers and networks on the first device that wgpu finds, against the processor.
//!
//! ```sh
//! cargo test -p synaptree-nn --features wgpu --test gpu -- --nocapture
//! ```
#![cfg(feature = "wgpu")]

#[expect(dead_code, reason = "what other tests need stands there too")]
mod common;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, DeviceType, Gradients, Tensor};
use synaptree_nn::{Dense, DenseConfig, Draw, Estimator, Noise, Pass, SynapseSpec};

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn gpu() -> Option<Device> {
    let found = Device::enumerate(DeviceType::Wgpu).into_iter().next();
    match &found {
        Some(device) => eprintln!("on {:?}", device.identity()),
        None => eprintln!("no device that wgpu finds: the test is skipped"),
    }
    found
}

fn near(what: &str, there: &[f32], here: &[f32]) {
    assert_eq!(there.len(), here.len(), "{what}");
    for (a, b) in there.iter().zip(here) {
        assert!((a - b).abs() < 1e-4 * b.abs().max(1.0), "{what}: {a} {b}");
    }
}

struct Collector {
    tape: Gradients,
    found: Vec<Vec<f32>>,
}

impl ModuleVisitor for Collector {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.base().grad_remove(&mut self.tape);
        self.found
            .push(gradient.map(common::vec).unwrap_or_default());
    }
}

/// The output of a layer, then the gradients of its parameters.
fn run(noise: Noise, estimator: Estimator, device: &Device) -> Vec<Vec<f32>> {
    let device = device.clone().autodiff();
    let layer: Dense = DenseConfig::new(4, 3)
        .with_synapses(SynapseSpec {
            noise,
            estimator,
            scale: 0.3,
            ..SynapseSpec::default()
        })
        .init(7, "trunk.0.dense", &device)
        .unwrap();
    let x = Tensor::<2>::from_data([[0.5, -1.0, 2.0, 0.3], [1.5, 0.1, -0.7, 1.0]], &device);
    let pass = Pass {
        draw: Some(Draw::training(7, 3)),
        rows: &[11, 5],
        training: true,
        samples: 1,
    };
    let y = layer.forward(x.require_grad(), &pass);
    let tape = y.clone().square().sum_dim(1).mean().backward();
    let mut collector = Collector {
        tape,
        found: vec![common::vec(y)],
    };
    layer.visit(&mut collector);
    collector.found
}

#[test]
fn every_noise_with_every_estimator_is_the_same_on_the_device() {
    let Some(device) = gpu() else { return };
    for noise in Noise::ALL {
        for estimator in noise.estimators() {
            let there = run(noise, *estimator, &device);
            let here = run(noise, *estimator, &Device::flex());
            assert_eq!(there.len(), here.len());
            for (i, (there, here)) in there.iter().zip(&here).enumerate() {
                near(&format!("{noise:?} {estimator:?} {i}"), there, here);
            }
        }
    }
}

#[test]
fn a_network_answers_the_same_on_the_device() {
    let Some(device) = gpu() else { return };
    let answers = |device: &Device| -> Vec<Vec<f32>> {
        let network = common::config().init(7, device).unwrap();
        let pass = Pass {
            draw: Some(Draw::training(7, 3)),
            rows: &common::ROWS,
            training: true,
            samples: 1,
        };
        let outputs = network.forward(&common::input(&[0, 1, 2, 3], device), &pass);
        outputs.into_iter().map(common::vec).collect()
    };
    for (there, here) in answers(&device).iter().zip(&answers(&Device::flex())) {
        near("network", there, here);
    }
}
