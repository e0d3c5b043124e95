//! Distributions of the weights: learned or fitted, saved with the model, drawn from in predictions.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use synaptree_model::{Model, Predict, table_input};
use synaptree_nn::{
    Draw, Network, Pass, PosteriorKind, PosteriorPart, WeightPosterior, parameters, shifted,
};
use synaptree_tasks::{Labels, Vocabulary};
use synaptree_train::{Experiment, ExperimentData};

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

#[test]
fn swag_leaves_the_average_of_the_last_epochs_and_a_distribution_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let swag = "training.posterior={ kind = \"swag\", epochs = 4, rank = 3 }";
    let data = run(folder.path(), &["-early_stopping", "-schedule", swag]);
    let model = Model::load(folder.path().join("run")).unwrap();
    let posterior = model.posterior().unwrap();
    let ranks: Vec<usize> = posterior
        .parts()
        .iter()
        .filter_map(|part| match part {
            PosteriorPart::Factor { rank, .. } => Some(*rank),
            _ => None,
        })
        .collect();
    assert_eq!(ranks, [3]);
    let summary = fs::read_to_string(folder.path().join("run/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["best_epoch"], 6);
    let drawn = model.forecast(data.split("test").unwrap(), Predict::samples(16));
    let epistemic = drawn.tasks[0].epistemic.as_ref().unwrap();
    assert!(epistemic.iter().any(|doubt| *doubt > 1e-6), "{epistemic:?}");
    let synapses = fs::read_to_string(folder.path().join("run/synapses.json")).unwrap();
    let synapses: serde_json::Value = serde_json::from_str(&synapses).unwrap();
    assert!(synapses["layers"][0]["noise"].as_f64().unwrap() > 0.0);
    assert!(synapses["layers"][0]["signal_to_noise"]["counts"].is_array());
}

/// A run on two numbers with these tasks, network and training.
fn plain_run(folder: &Path, text: &str) -> (Model, ExperimentData) {
    let mut csv = String::from("a,b,size,round,kind\n");
    for i in 0..120_u32 {
        let (a, b) = ((i * 37 % 101) as f32 / 101.0, (i * 53 % 89) as f32 / 89.0);
        let size = 2.0 * a - b + 0.3 * ((i * 29 % 17) as f32 / 17.0 - 0.5);
        let round = if i % 6 == 0 {
            ""
        } else if a + b > 1.0 {
            "yes"
        } else {
            "no"
        };
        let kind = ["x", "y", "z"][((a * 2.9) as usize + i as usize % 2).min(2)];
        writeln!(csv, "{a},{b},{size},{round},{kind}").unwrap();
    }
    fs::write(folder.join("rows.csv"), csv).unwrap();
    let path = folder.join("rows.toml");
    let head = "data = { train = \"rows.csv\", test = 0.2 }\ninputs = [{ name = \"t\", kind = \"table\", columns = [\"a\", \"b\"] }]\n";
    fs::write(&path, format!("{head}{text}")).unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let data = experiment.load_data().unwrap();
    let output = folder.join("run");
    train(&experiment, &data, &output);
    (Model::load(&output).unwrap(), data)
}

#[test]
fn the_laplace_posterior_of_a_linear_regression_is_the_exact_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = "tasks = [{ name = \"size\", kind = \"regression\" }]
        network = { trunk = [], heads = [] }
        [training]
        epochs = 30
        optimizer = { kind = \"adam\", learning_rate = 0.05 }
        posterior = { kind = \"laplace\", structure = \"full\", prior_precision = 3.0 }";
    let (model, data) = plain_run(folder.path(), text);
    let rows = &data.dataset.train;
    let x: Vec<[f64; 3]> = rows
        .features
        .numbers
        .chunks_exact(2)
        .map(|row| [f64::from(row[0]), f64::from(row[1]), 1.0])
        .collect();
    let Labels::Real { values, .. } = &rows.labels[0] else {
        panic!("a regression")
    };
    let Vocabulary::Real { std, .. } = &data.tree.tasks()[0].vocabulary else {
        panic!("a regression")
    };
    let mean = model.forecast(rows, Predict::mean()).tasks[0]
        .mean
        .values
        .clone();
    let residuals = values
        .iter()
        .zip(&mean)
        .map(|(y, f)| f64::from((y - f) / std[0]).powi(2));
    let variance = residuals.sum::<f64>() / x.len() as f64;
    let mut precision = [[0.0; 3]; 3];
    for row in &x {
        for i in 0..3 {
            for j in 0..3 {
                precision[i][j] += row[i] * row[j] / variance;
            }
        }
    }
    (0..3).for_each(|i| precision[i][i] += 3.0);
    // The diagonal of the inverse by Cramer's rule.
    let minor = |i: usize| {
        let [j, k] = [[1, 2], [0, 2], [0, 1]][i];
        precision[j][j] * precision[k][k] - precision[j][k] * precision[k][j]
    };
    let determinant = precision[0][0] * minor(0)
        - precision[0][1] * (precision[1][0] * precision[2][2] - precision[1][2] * precision[2][0])
        + precision[0][2] * (precision[1][0] * precision[2][1] - precision[1][1] * precision[2][0]);
    let posterior = model.posterior().unwrap();
    let mut found = posterior.deviation("heads.size.output.weight").unwrap();
    found.extend(posterior.deviation("heads.size.output.bias").unwrap());
    for (i, found) in found.into_iter().enumerate() {
        let exact = (minor(i) / determinant).sqrt();
        assert!(
            (f64::from(found) / exact - 1.0).abs() < 1e-3,
            "{i}: {found} is not {exact}"
        );
    }
}

/// Two tasks of which one reads the features of the other, every dense layer random.
const DEEP: &str = "tasks = [
        { name = \"round\", kind = \"binary\" },
        { name = \"kind\", kind = \"multiclass\", parent = \"round\", share = 0.3 },
        { name = \"size\", kind = \"regression\" },
    ]
    network = { trunk = [4], heads = [3], activation = \"tanh\" }
    [training]
    epochs = 5
    posterior = { kind = \"laplace\", layers = \"all\", prior_precision = 2.0 }";

#[test]
fn the_diagonal_curvature_is_that_of_differences_of_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let (model, data) = plain_run(folder.path(), DEEP);
    let rows = &data.dataset.train;
    let device = Device::flex();
    let input = table_input(&rows.features, 0..rows.len(), &device);
    let outputs = |network: &Network| -> Vec<Vec<f32>> {
        let outputs = network.forward(&input, &Pass::mean(&rows.rows));
        let read = |output: Tensor<2>| output.into_data().try_into_vec::<f32>().unwrap();
        outputs.into_iter().map(read).collect()
    };
    let heads: Vec<usize> = data.tree.order().to_vec();
    let at = outputs(model.network());
    let Labels::Real { values, .. } = &rows.labels[2] else {
        panic!("a regression")
    };
    let Vocabulary::Real { mean, std, .. } = &data.tree.tasks()[2].vocabulary else {
        panic!("a regression")
    };
    let size = heads.iter().position(|task| *task == 2).unwrap();
    let residuals = values.iter().zip(&at[size]);
    let residuals = residuals.map(|(y, f)| f64::from((y - mean[0]) / std[0] - f).powi(2));
    let variance = residuals.sum::<f64>() / rows.len() as f64;
    for (path, index) in [
        ("trunk.0.dense.weight", 1),
        ("trunk.0.dense.bias", 2),
        ("heads.round.hidden.0.dense.weight", 5),
        ("heads.kind.output.weight", 4),
        ("heads.size.output.bias", 0),
    ] {
        let listed = parameters(model.network());
        let length = listed.iter().find(|(name, _, _)| name == path).unwrap();
        let length = length.2.shape().num_elements();
        let step = 1e-2_f32;
        let moved = |by: f32| {
            let mut moves = vec![0.0; length];
            moves[index] = by;
            outputs(&shifted(model.network(), [(path.to_owned(), moves)]))
        };
        let (up, down) = (moved(step), moved(-step));
        let mut curvature = 2.0;
        for (head, task) in heads.iter().enumerate() {
            let width = at[head].len() / rows.len();
            for row in 0..rows.len() {
                if !rows.labels[*task].is_observed(row) {
                    continue;
                }
                let of = |all: &[Vec<f32>], k: usize| f64::from(all[head][row * width + k]);
                let slope = |k: usize| (of(&up, k) - of(&down, k)) / f64::from(2.0 * step);
                curvature += match task {
                    0 => {
                        let p = 1.0 / (1.0 + (-of(&at, 0)).exp());
                        p * (1.0 - p) * slope(0).powi(2)
                    }
                    1 => {
                        let sum: f64 = (0..width).map(|k| of(&at, k).exp()).sum();
                        let p = |k: usize| of(&at, k).exp() / sum;
                        let mean: f64 = (0..width).map(|k| p(k) * slope(k)).sum();
                        (0..width).map(|k| p(k) * (slope(k) - mean).powi(2)).sum()
                    }
                    _ => slope(0).powi(2) / variance,
                };
            }
        }
        let found = f64::from(model.posterior().unwrap().deviation(path).unwrap()[index]);
        let expected = curvature.sqrt().recip();
        assert!(
            (found / expected - 1.0).abs() < 5e-3,
            "{path}: {found} is not {expected}"
        );
    }
}

#[test]
fn samples_of_a_deep_laplace_posterior_have_the_mean_of_the_mean_network_and_those_of_last_layers_are_drawn()
 {
    let folder = tempfile::tempdir().unwrap();
    let (model, data) = plain_run(folder.path(), DEEP);
    let posterior = model.posterior().unwrap();
    assert_eq!(posterior.kind(), Some(PosteriorKind::Laplace));
    assert!(posterior.is_linearised());
    let rows = data.split("test").unwrap();
    let size = |how| model.forecast(rows, how).tasks.remove(2).mean.values;
    let mean = size(Predict::mean());
    let off = |found: Vec<f32>| {
        let off = found.iter().zip(&mean).map(|(a, b)| (a - b).abs());
        off.fold(0.0, f32::max)
    };
    // A number is linear in what it is linearised in: two opposite draws have the mean in their middle.
    assert!(off(size(Predict::samples(2))) < 1e-3);
    let drawn = Model::load(folder.path().join("run")).unwrap();
    let parts = posterior.parts().to_vec();
    let drawn = drawn.with_posterior(Some(WeightPosterior::new(parts)));
    let drawn = drawn.forecast(rows, Predict::samples(2)).tasks.remove(2);
    assert!(off(drawn.mean.values) > 1e-2);
    // A third sample without its opposite moves the mean by a third of what its weights do.
    let Vocabulary::Real { std, .. } = &data.tree.tasks()[2].vocabulary else {
        panic!("a regression")
    };
    let head = data
        .tree
        .order()
        .iter()
        .position(|task| *task == 2)
        .unwrap();
    let input = table_input(&rows.features, 0..rows.len(), &Device::flex());
    let draw = Draw::predict(model.config().seed, 2).in_pairs();
    let ask = |network: &Network| network.forward(&input, &Pass::mean(&rows.rows));
    let [third, opposite] = posterior.tangent(model.network(), draw).outputs(ask);
    let apart = (third[head].clone() - opposite[head].clone()) * (0.5 * std[0] / 3.0);
    let apart = apart.into_data().try_into_vec::<f32>().unwrap();
    let three = size(Predict::samples(3));
    for ((three, mean), apart) in three.iter().zip(&mean).zip(apart) {
        assert!(
            (three - mean - apart).abs() < 1e-3,
            "{three} {mean} {apart}"
        );
    }

    let heads = tempfile::tempdir().unwrap();
    let text = DEEP.replace("layers = \"all\"", "layers = \"heads\"");
    let (heads, _) = plain_run(heads.path(), &text);
    assert!(!heads.posterior().unwrap().is_linearised());
    // Without hidden layers a head reads the random outputs of another: their product is not linear.
    let bare = tempfile::tempdir().unwrap();
    let (bare, _) = plain_run(bare.path(), &text.replace("heads = [3]", "heads = []"));
    assert!(bare.posterior().unwrap().is_linearised());
}

#[test]
fn the_last_layers_have_one_diagonal_however_it_is_found() {
    let all = tempfile::tempdir().unwrap();
    let (all, _) = plain_run(all.path(), DEEP);
    let heads = tempfile::tempdir().unwrap();
    let text = DEEP.replace("layers = \"all\"", "structure = \"diagonal\"");
    let (heads, _) = plain_run(heads.path(), &text);
    assert!(
        heads
            .posterior()
            .unwrap()
            .deviation("trunk.0.dense.weight")
            .is_none()
    );
    for task in ["round", "kind", "size"] {
        for end in ["weight", "bias"] {
            let path = format!("heads.{task}.output.{end}");
            let of = |model: &Model| model.posterior().unwrap().deviation(&path).unwrap();
            for (a, b) in of(&all).iter().zip(of(&heads)) {
                assert!((a / b - 1.0).abs() < 1e-3, "{path}: {a} and {b}");
            }
        }
    }
}

#[test]
fn the_prior_of_a_kronecker_posterior_is_found_and_its_samples_differ() {
    let folder = tempfile::tempdir().unwrap();
    let text = DEEP.replace(
        "layers = \"all\", prior_precision = 2.0",
        "layers = \"heads\"",
    );
    let (model, data) = plain_run(folder.path(), &text);
    let rotated = |part: &PosteriorPart| matches!(part, PosteriorPart::Rotated(_));
    assert!(model.posterior().unwrap().parts().iter().all(rotated));
    let answer = model.forecast(data.split("test").unwrap(), Predict::samples(32));
    for task in answer.tasks {
        assert!(task.epistemic.unwrap().iter().any(|doubt| *doubt > 1e-4));
    }
}

#[test]
fn a_laplace_approximation_without_labels_is_refused_before_training() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("rows.csv"),
        "a,size,fold\n1,,t\n2,,t\n3,4,v\n4,5,v\n",
    )
    .unwrap();
    let text = "data = { train = \"rows.csv\", validation = { column = \"fold\", value = \"v\" }, test = false }
        tasks = [{ name = \"size\", kind = \"regression\" }]
        training = { posterior = { kind = \"laplace\" } }";
    let path = folder.path().join("rows.toml");
    fs::write(&path, text).unwrap();
    let error = Experiment::read(&path).unwrap().load_data().unwrap_err();
    assert!(error.to_string().contains("`size` has no value"), "{error}");
}

#[test]
fn a_layer_with_too_many_pairs_is_refused_before_training() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("rows.csv"),
        "a,size\n1,2\n2,3\n3,4\n4,5\n",
    )
    .unwrap();
    let text = "data = { train = \"rows.csv\", validation = false, test = false }
        tasks = [{ name = \"size\", kind = \"regression\" }]
        network = { heads = [4000] }
        training = { posterior = { kind = \"laplace\", structure = \"full\" } }";
    let path = folder.path().join("rows.toml");
    fs::write(&path, text).unwrap();
    let error = Experiment::read(&path).unwrap().load_data().unwrap_err();
    assert_eq!(error.code(), "posterior/large");
    assert!(error.to_string().contains("4001 weights"), "{error}");
}

#[test]
fn monte_carlo_dropout_needs_no_synapses_and_draws_each_row_its_own_masks() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let set = ["synapses.noise=none", "network.dropout=0.3"];
    let experiment = changed(folder.path(), &set);
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    train(&experiment, &data, &output);
    let model = Model::load(&output).unwrap();
    assert!(model.is_stochastic() && model.posterior().is_none());
    let rows = data.split("test").unwrap();
    let answer = |split| model.forecast(split, Predict::samples(16)).tasks.remove(0);
    let whole = answer(rows);
    let epistemic = whole.epistemic.unwrap();
    assert!(epistemic.iter().any(|doubt| *doubt > 1e-3), "{epistemic:?}");
    let alone = answer(&rows.select(&[3]));
    assert_eq!(
        alone.mean.values,
        whole.mean.values[3 * whole.mean.width..][..alone.mean.width]
    );
}
