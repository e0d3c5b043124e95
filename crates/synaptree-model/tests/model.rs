//! Models that are saved, loaded and asked.

use std::fmt::Write;
use std::path::Path;

use burn::tensor::Device;
use synaptree_data::{DataSpec, Dataset, PartSpec, load};
use synaptree_model::{Model, ModelConfig, ModelError, Predict, Predictions, table_input};
use synaptree_nn::{
    NetworkConfig, NetworkSpec, Noise, Pass, PosteriorPart, SynapseSpec, WeightPosterior,
};
use synaptree_tasks::{
    Basis, FittedOn, Kind, LossChoice, Target, TaskSpec, TaskTree, UncertaintySpec,
};

/// More rows than one batch of a forecast holds.
const ROWS: usize = 1500;

/// A class that depends on the place in the file, and tags.
fn table() -> String {
    let mut text = "x,late,tags\n".to_owned();
    for row in 0..ROWS {
        let late = if row < 1100 { "no" } else { "yes" };
        let tags = ["", "b", "a;b|c", "a"][row % 4];
        writeln!(text, "{},{late},{tags}", row * 7919 % 101).unwrap();
    }
    text
}

fn untrained(folder: &Path) -> (Model, Dataset) {
    std::fs::write(folder.join("rows.csv"), table()).unwrap();
    let data = DataSpec {
        validation: Some(PartSpec::Off(false)),
        test: Some(PartSpec::Off(false)),
        ..DataSpec::new("rows.csv")
    };
    let loss = r#"{"kind":"binary_cross_entropy","class_weights":{"yes":5.0}}"#;
    let tasks = [
        TaskSpec {
            loss: Some(LossChoice::Settings(serde_json::from_str(loss).unwrap())),
            ..TaskSpec::new("late", Kind::Binary)
        },
        TaskSpec {
            separator: Some(";".into()),
            threshold: Some(0.0),
            ..TaskSpec::new("tags", Kind::Multilabel)
        },
    ];
    let dataset = load(&data, &[], &tasks, folder).unwrap();
    let vocabularies = dataset.vocabularies.clone();
    let tree = TaskTree::new(&tasks, vocabularies, &dataset.train.labels).unwrap();
    let network = NetworkConfig {
        table: dataset.preprocessing.table_shape(),
        network: NetworkSpec {
            trunk: vec![4],
            heads: vec![],
            ..NetworkSpec::default()
        },
        synapses: SynapseSpec::default(),
        heads: tree.head_configs(),
    };
    let device = Device::flex();
    let made = network.init(7, &device).unwrap();
    let config = ModelConfig::new("rows", 7, network, tree);
    let model = Model::new(config, dataset.preprocessing.clone(), made, device);
    (model, dataset)
}

#[test]
fn the_losses_of_a_forecast_are_those_of_all_rows_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = untrained(folder.path());
    let split = &dataset.train;
    let device = Device::flex();
    let input = table_input(&split.features, 0..split.len(), &device);
    let outputs = model.network().forward(&input, &Pass::mean(&split.rows));
    let targets: Vec<Target> = model
        .tasks()
        .tasks()
        .iter()
        .zip(&split.labels)
        .map(|(task, labels)| Target::new(labels, task, None, &device))
        .collect();
    let expected = model.tasks().losses(&outputs, &targets);
    let found = model.forecast(split, Predict::mean()).losses;
    for (found, expected) in found.into_iter().zip(expected) {
        let expected = f64::from(expected.unwrap().value.into_scalar::<f32>());
        assert!((found.unwrap() - expected).abs() < 1e-5, "{expected}");
    }
}

#[test]
fn predicted_labels_read_back_with_the_separator_they_were_written_with() {
    let folder = tempfile::tempdir().unwrap();
    let (model, _) = untrained(folder.path());
    let answers = model
        .predict_file(&folder.path().join("rows.csv"), Predict::mean())
        .unwrap();
    let path = folder.path().join("answers.csv");
    answers.write(&path).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    // The threshold is 0, so every label is answered.
    assert!(
        text.lines().nth(1).unwrap().contains("a;b;b|c"),
        "{text:.200}"
    );
}

#[test]
fn a_network_without_noise_says_nothing_about_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = untrained(folder.path());
    assert!(!model.is_stochastic());
    for answer in model.forecast(&dataset.train, Predict::samples(8)).tasks {
        assert_eq!((answer.std, answer.epistemic), (None, None));
        assert!(answer.aleatoric.is_some());
    }
}

#[test]
fn a_model_that_was_saved_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = untrained(folder.path());
    model.save(folder.path().join("model")).unwrap();
    let loaded = Model::load(folder.path().join("model")).unwrap();
    let answers = |model: &Model| {
        let answers = model.predict(&dataset.train, Predict::mean());
        answers.to_record_batch().unwrap()
    };
    assert_eq!(answers(&model), answers(&loaded));
}

#[test]
fn parts_of_different_models_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (model, _) = untrained(folder.path());
    let place = folder.path().join("model");
    model.save(&place).unwrap();
    let file = place.join("config.json");
    let whole: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let damages: [(&str, serde_json::Value); 4] = [
        ("/network/heads/0/outputs", 2.into()),
        ("/network/table/numbers", 9.into()),
        ("/residual", serde_json::json!([])),
        ("/tasks/order", serde_json::json!([0, 0])),
    ];
    for (key, value) in damages {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(key).unwrap() = value;
        std::fs::write(&file, serde_json::to_vec(&damaged).unwrap()).unwrap();
        let error = Model::load(&place).unwrap_err();
        assert!(matches!(error, ModelError::NotAModel { .. }), "{key}");
    }
}

#[test]
fn a_calibration_of_other_tasks_or_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = untrained(folder.path());
    let spec = UncertaintySpec {
        temperature: true,
        conformal: Some(0.9),
        ..UncertaintySpec::default()
    };
    let basis = Basis::new(FittedOn::Calibration);
    let fitted = model.fit_calibration(&spec, &dataset.train, basis);
    let model = model.with_calibration(Some(fitted.clone()));
    let place = folder.path().join("model");
    model.save(&place).unwrap();
    assert_eq!(Model::load(&place).unwrap().calibration(), Some(&fitted));

    let file = place.join("calibration.json");
    let whole: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let damages: [(&str, serde_json::Value); 5] = [
        ("/format", 99.into()),
        ("/mean", serde_json::json!([])),
        ("/samples", 4.into()),
        ("/mean/0/temperature", 0.into()),
        ("/mean/1/conformal/thresholds", serde_json::json!([0.5])),
    ];
    for (key, value) in damages {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(key).unwrap() = value;
        std::fs::write(&file, serde_json::to_vec(&damaged).unwrap()).unwrap();
        let error = Model::load(&place).unwrap_err();
        assert!(matches!(error, ModelError::NotAModel { .. }), "{key}");
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(Model::load(&place).unwrap().calibration(), None);
}

#[test]
fn a_model_without_a_calibration_leaves_none_of_another_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (model, _) = untrained(folder.path());
    let place = folder.path().join("model");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("calibration.json"), "{}").unwrap();
    model.save(&place).unwrap();
    assert!(!place.join("calibration.json").exists());
}

/// The model with noise and dropout, and its rows.
fn noisy(folder: &Path) -> (Model, Dataset) {
    let (plain, dataset) = untrained(folder);
    let mut config = plain.config().clone();
    config.network.synapses = SynapseSpec {
        noise: Noise::Gaussian,
        scale: 0.1,
        ..SynapseSpec::default()
    };
    config.network.network.dropout = 0.1;
    let device = Device::flex();
    let network = config.network.init(7, &device).unwrap();
    let preprocessing = dataset.preprocessing.clone();
    (Model::new(config, preprocessing, network, device), dataset)
}

#[test]
fn settled_rows_take_fewer_samples_whatever_rows_are_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = noisy(folder.path());
    let how = Predict {
        tolerance: Some(0.01),
        ..Predict::samples(128)
    };
    let all = model.predict(&dataset.train, how);
    let used = all.used.clone().unwrap();
    assert!(used.iter().all(|n| (16..=128).contains(n) && n % 8 == 0));
    assert!(used.iter().any(|n| *n < 128) && used.iter().any(|n| *n > 16));
    let means = |answers: &Predictions| answers.tasks[0].uncertain.mean.values.clone();
    for row in [0, 3, 700, 1499] {
        let alone = model.predict(&dataset.train.select(&[row]), how);
        let row = row as usize;
        assert_eq!(alone.used, Some(vec![used[row]]));
        let together = &means(&all)[2 * row..2 * row + 2];
        for (a, b) in means(&alone).iter().zip(together) {
            assert!((a - b).abs() < 1e-6, "row {row}: {a} {b}");
        }
    }
    // The answers of rows that were settled are about as near to the limit as was asked: all rows see the same weights, so
    // their errors are one draw, and whoever looks more than once stops a little early.
    let limit = means(&model.predict(&dataset.train, Predict::samples(2048)));
    let settled = means(&all)
        .into_iter()
        .zip(&limit)
        .zip(used.iter().flat_map(|n| [n; 2]));
    let squares: Vec<f32> = settled
        .filter(|(_, used)| **used < 128)
        .map(|((mean, limit), _)| (mean - limit).powi(2))
        .collect();
    let error = (squares.iter().sum::<f32>() / squares.len() as f32).sqrt();
    assert!(error < 0.02, "{error} over {} numbers", squares.len());
    let columns = all.to_record_batch().unwrap();
    assert_eq!(columns.schema().fields().last().unwrap().name(), "samples");
}

#[test]
fn members_are_asked_equally_often_and_a_tolerance_compares_whole_cycles_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, dataset) = untrained(folder.path());
    let rows = &dataset.train;
    let made = |noise, dropout| {
        let mut config = plain.config().clone();
        config.network.synapses = SynapseSpec {
            noise,
            ..SynapseSpec::default()
        };
        config.network.network.dropout = dropout;
        let device = Device::flex();
        let network = config.network.init(7, &device).unwrap();
        Model::new(config, dataset.preprocessing.clone(), network, device)
    };
    let within = |tolerance, samples| Predict {
        tolerance: Some(tolerance),
        ..Predict::samples(samples)
    };
    let used = |model: &Model, how| model.predict(rows, how).used.unwrap();
    for noise in [Noise::Rank1, Noise::BatchEnsemble] {
        let model = made(noise, 0.0);
        let (six, eight) = (Predict::samples(6), Predict::samples(8));
        let answers = |how| model.forecast(rows, how).tasks;
        assert_eq!(answers(six), answers(eight), "{noise:?}");
        let said = model.predict(rows, six);
        assert_eq!(said.samples, 8);
        assert!(used(&model, within(1e-12, 6)).iter().all(|n| *n == 8));
    }
    // All cycles are the same: the second one shows it.
    let ensemble = made(Noise::BatchEnsemble, 0.0);
    assert!(used(&ensemble, within(1e-6, 64)).iter().all(|n| *n == 8));
    let four = ensemble.forecast(rows, Predict::samples(4)).tasks;
    let settled = ensemble.forecast(rows, within(1e-6, 64)).tasks;
    for (four, settled) in four[0].mean.values.iter().zip(&settled[0].mean.values) {
        assert!((four - settled).abs() < 1e-6, "{four} {settled}");
    }
    // With dropout no cycle is that of another.
    let masked = made(Noise::BatchEnsemble, 0.3);
    assert!(used(&masked, within(1e-6, 64)).iter().all(|n| *n == 64));
    assert!(used(&masked, within(10.0, 64)).iter().all(|n| *n == 32));
    let drawn = made(Noise::Rank1, 0.0);
    assert!(used(&drawn, within(1e-9, 50)).iter().all(|n| *n == 52));
}

#[test]
fn means_over_pairs_of_opposite_noise_are_nearer_to_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, dataset) = untrained(folder.path());
    let mut config = plain.config().clone();
    config.network.synapses = SynapseSpec {
        noise: Noise::Gaussian,
        scale: 0.2,
        ..SynapseSpec::default()
    };
    let device = Device::flex();
    let network = config.network.init(7, &device).unwrap();
    let model = Model::new(config, dataset.preprocessing.clone(), network, device);
    let rows = dataset.train.select(&(0..40).collect::<Vec<u32>>());
    let ask = |samples, seed, independent| {
        let how = Predict {
            samples,
            seed: Some(seed),
            independent,
            tolerance: None,
        };
        model.forecast(&rows, how).tasks[0].mean.values.clone()
    };
    let limit = ask(4096, 0, true);
    let error = |independent| {
        let squares = |seed| {
            let values = ask(8, seed, independent);
            let off = values
                .iter()
                .zip(&limit)
                .map(|(a, b)| f64::from(a - b).powi(2));
            off.sum::<f64>()
        };
        (1..=20).map(squares).sum::<f64>()
    };
    let (pairs, independent) = (error(false), error(true));
    // Half the squared error means half the samples for the same accuracy.
    assert!(pairs < 0.5 * independent, "{pairs} {independent}");
}

#[test]
fn a_posterior_is_saved_drawn_from_and_refused_where_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (model, dataset) = untrained(folder.path());
    let place = folder.path().join("model");
    let file = place.join("posterior.safetensors");
    let part = |path: &str, length, value| PosteriorPart::Diagonal {
        path: path.to_owned(),
        deviation: vec![value; length],
    };
    let answers = |model: &Model, how| {
        model
            .predict(&dataset.train, how)
            .to_record_batch()
            .unwrap()
    };
    let mean = answers(&model, Predict::mean());
    let good = WeightPosterior::new(vec![part("trunk.0.dense.bias", 4, 0.5)]);
    let model = model.with_posterior(Some(good));
    model.save(&place).unwrap();
    let loaded = Model::load(&place).unwrap();
    assert!(loaded.is_stochastic());
    assert_eq!(answers(&loaded, Predict::mean()), mean);
    let drawn = answers(&loaded, Predict::samples(3));
    assert_eq!(drawn, answers(&model, Predict::samples(3)));
    assert_ne!(drawn, answers(&model, Predict::samples(4)));

    for bad in [
        part("trunk.0.dense.bias", 5, 0.5),
        part("trunk.9.dense.bias", 4, 0.5),
        part("trunk.0.dense.bias", 4, f32::NAN),
    ] {
        let bad = WeightPosterior::new(vec![bad]);
        let model = Model::load(&place).unwrap().with_posterior(Some(bad));
        let elsewhere = folder.path().join("bad");
        model.save(&elsewhere).unwrap();
        let error = Model::load(&elsewhere).unwrap_err();
        assert!(matches!(error, ModelError::NotAModel { .. }), "{error}");
        assert!(
            error.to_string().contains("posterior.safetensors"),
            "{error}"
        );
    }
    std::fs::write(&file, b"no tensors").unwrap();
    let error = Model::load(&place).unwrap_err();
    assert!(matches!(error, ModelError::NotAModel { .. }), "{error}");
    // A model without a distribution does not inherit that of another.
    model.with_posterior(None).save(&place).unwrap();
    assert!(!file.exists());
    assert!(!Model::load(&place).unwrap().is_stochastic());
}
