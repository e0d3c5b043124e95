//! Distributions of the weights: learned or fitted, saved with the model, drawn from in predictions.

use std::path::Path;

use synaptree_model::{Model, Predict};
use synaptree_train::ExperimentData;

use crate::common::{changed, experiment, train};

/// A run with these changes, without noise and dropout; its data.
fn run(folder: &Path, set: &[&str]) -> ExperimentData {
    experiment(folder, "joint", "equal");
    let plain = ["synapses.noise=none", "network.dropout=0.0"];
    let experiment = changed(folder, &[&plain, set].concat());
    let data = experiment.load_data().unwrap();
    train(&experiment, &data, &folder.join("run"));
    data
}

#[test]
fn ivon_leaves_a_distribution_that_predictions_draw_from() {
    let folder = tempfile::tempdir().unwrap();
    let set = ["training.optimizer={ kind = \"ivon\" }"];
    let data = run(folder.path(), &set);
    let model = Model::load(folder.path().join("run")).unwrap();
    let posterior = model.posterior().unwrap();
    let deviation = posterior.deviation("trunk.0.dense.weight").unwrap();
    assert!(deviation.iter().all(|d| d.is_finite() && *d > 0.0));
    assert!(
        posterior
            .deviation("trunk.0.batch_norm.running_mean")
            .is_none()
    );

    let asked = |how: Predict| model.forecast(data.split("test").unwrap(), how).tasks;
    let (mean, drawn) = (asked(Predict::mean()), asked(Predict::samples(16)));
    assert!(mean[0].epistemic.is_none());
    let epistemic = drawn[0].epistemic.as_ref().unwrap();
    assert!(epistemic.iter().any(|doubt| *doubt > 1e-4), "{epistemic:?}");
    assert_eq!(
        drawn[0].mean.values,
        asked(Predict::samples(16))[0].mean.values
    );
    let other = Predict {
        seed: Some(1),
        ..Predict::samples(16)
    };
    assert_ne!(drawn[0].mean.values, asked(other)[0].mean.values);
}
