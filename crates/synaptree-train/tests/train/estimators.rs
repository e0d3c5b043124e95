//! The variance of gradients by estimator, in `metrics.jsonl`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use synaptree_train::Experiment;

use crate::common::{metrics, train};

/// Inputs of the linear network; each is −1 or 1, so that ‖x‖² is the same for every row.
const INPUTS: usize = 7;
const SCALE: f64 = 0.5;

/// The mean over all measurements of what `estimator` varies by, for a linear regression with Gaussian noise.
fn variances(folder: &Path, batch: usize) -> impl Fn(&str) -> f64 {
    let mut csv: String = (0..INPUTS).map(|i| format!("x{i},")).collect();
    csv += "y\n";
    for row in 0..128_usize {
        // The signs of a Hadamard matrix without its first column, in an order in which every 16th row alone is such a matrix
        // too: columns are orthogonal, and each has mean 0.
        let place = row.reverse_bits() >> (usize::BITS - 7);
        let sign = |column: usize| 1 - 2 * ((place & column).count_ones() as i32 % 2);
        for input in 0..INPUTS {
            write!(csv, "{},", sign(input + 1)).unwrap();
        }
        writeln!(csv, "{}", sign(1) + 2 * sign(6) + sign(100)).unwrap();
    }
    fs::write(folder.join("signs.csv"), csv).unwrap();
    let inputs: Vec<String> = (0..INPUTS).map(|i| format!("x{i} = \"number\"")).collect();
    let text = format!(
        r#"
        [data]
        train = "signs.csv"
        validation = false
        test = false
        types = {{ {} }}
        [[tasks]]
        name = "y"
        kind = "regression"
        [network]
        trunk = []
        heads = []
        [synapses]
        noise = "gaussian"
        scale = {SCALE}
        [training]
        epochs = 128
        batch_size = {batch}
        optimizer = {{ kind = "sgd", learning_rate = 0.001 }}
        "#,
        inputs.join(", ")
    );
    let experiment = folder.join("signs.toml");
    fs::write(&experiment, text).unwrap();
    let experiment = Experiment::read(&experiment).unwrap();
    let output = folder.join(format!("batch-{batch}"));
    train(&experiment, &experiment.load_data().unwrap(), &output);
    let measured: Vec<_> = metrics(&output)
        .into_iter()
        .filter_map(|mut line| Some(line.get_mut("estimators")?.take()))
        .collect();
    assert_eq!(measured.len(), 5, "epochs 1, 4, 16, 64 and 128");
    assert!(measured.iter().all(|found| found["rows"] == batch));
    move |estimator| {
        let found = measured.iter();
        let sum: f64 = found
            .map(|found| found["variance"][estimator].as_f64().unwrap())
            .sum();
        sum / measured.len() as f64
    }
}

/// loss = mean (w̃ x + b − y)²: the gradients are 2 mean (x ‖x‖ s ε) and 2 mean (‖x‖ s ε) with one ε a row under `local`; with one
/// ε a weight under `weight` they are 2 s mean(x xᵀ) ε and 2 s mean(x)ᵀ ε.
#[test]
fn the_variance_of_local_falls_with_the_rows_of_the_batch_and_that_of_weight_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (few, many) = (variances(folder.path(), 8), variances(folder.path(), 128));
    let (d, strength) = (INPUTS as f64, 4.0 * SCALE.powi(2));
    for (found, expected) in [
        (few("local"), strength * d * (d + 1.0) / 8.0),
        (many("local"), strength * d * (d + 1.0) / 128.0),
        // mean(x xᵀ) = 1 and mean(x) = 0, however many rows.
        (few("weight"), strength * d),
        (many("weight"), strength * d),
    ] {
        // 5 measurements of 4 draws of at least 7 numbers: the standard error is 0.14.
        assert!(
            (found / expected - 1.0).abs() < 0.4,
            "{found}, expected {expected}"
        );
    }
    // Signs of its own for every row: between the two.
    assert!(many("flipout") < 0.5 * many("weight"));
}

#[test]
fn a_network_without_noise_has_no_variance_by_estimator() {
    let folder = tempfile::tempdir().unwrap();
    crate::common::experiment(folder.path(), "joint", "equal");
    let set = ["synapses.noise=\"none\"", "training.epochs=2"];
    let experiment = crate::common::changed(folder.path(), &set);
    let output = folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), &output);
    assert!(
        metrics(&output)
            .iter()
            .all(|line| line.get("estimators").is_none())
    );
}
