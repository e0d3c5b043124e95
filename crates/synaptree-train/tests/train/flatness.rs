//! Gradients at weights that are moved at random.

use std::path::Path;

use synaptree_model::Model;
use synaptree_nn::parameters;

use crate::common::{changed, experiment, train};

/// The weights that training with these changes ends with, without other noise.
fn weights(set: &[&str]) -> Vec<f32> {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let plain = [
        "-gradient_noise",
        "synapses.noise=none",
        "network.dropout=0.0",
        "network.normalisation=none",
        "training.epochs=2",
    ];
    let experiment = changed(folder.path(), &[&plain, set].concat());
    let run: &Path = &folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), run);
    let listed = parameters(Model::load(run).unwrap().network());
    let values = listed.into_iter();
    values
        .flat_map(|(_, _, data)| data.try_into_vec::<f32>().unwrap())
        .collect()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    squares.sum::<f32>().sqrt()
}

#[test]
fn a_vanishing_radius_is_plain_training_whatever_the_share() {
    let plain = weights(&[]);
    for share in ["0.5", "1.0"] {
        let flatness = format!("training.flatness={{ radius = 1e-12, share = {share} }}");
        let off = distance(&plain, &weights(&[&flatness]));
        // Adam divides by the root of squares that may be small: rounding is enlarged.
        assert!(off < 0.02, "share {share}: {off}");
        let flatness = format!("training.flatness={{ radius = 0.3, share = {share} }}");
        let off = distance(&plain, &weights(&[&flatness]));
        assert!(off > 0.1, "share {share}: {off}");
    }
}
