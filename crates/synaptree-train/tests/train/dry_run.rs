//! What a dry run finds before hours are spent.

use std::fs;

use synaptree_train::{Experiment, TrainError, dry_run};

use crate::common::{changed, experiment};

#[test]
fn one_batch_of_every_split_is_run() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "alternating", "uncertainty");
    let experiment = changed(folder.path(), &["data.calibration=0.1"]);
    let found = dry_run(&experiment, &experiment.load_data().unwrap()).unwrap();
    let splits: Vec<&str> = found
        .batches
        .iter()
        .map(|batch| batch.split.as_str())
        .collect();
    assert_eq!(splits, ["train", "validation", "test", "calibration"]);
    for batch in &found.batches {
        assert!((1..=16).contains(&batch.rows), "{batch:?}");
        assert!(batch.losses["round"].unwrap() > 0.0, "{batch:?}");
    }
    assert!(
        found.without_gradient.is_empty(),
        "{:?}",
        found.without_gradient
    );
    // adam keeps two numbers a parameter, beside the parameter and its gradient.
    assert_eq!(found.memory.network, 16 * found.parameters);
    assert!(found.memory.data > 0 && found.memory.batch > 0);
    assert!(found.time.step > 0.0 && found.time.run >= found.time.epoch);
    // The tasks take turns, so an epoch has more steps than one of all tasks together.
    assert!(found.time.steps_per_epoch > found.rows[0].div_ceil(16));
}

#[test]
fn a_task_without_a_label_in_the_first_batch_receives_gradients_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("a,often,seldom\n");
    for n in 0..200 {
        let seldom = if n >= 198 {
            (n % 2).to_string()
        } else {
            String::new()
        };
        csv += &format!("{},{},{seldom}\n", n * 7 % 31, n % 2);
    }
    fs::write(folder.path().join("a.csv"), csv).unwrap();
    let text = "data = { train = \"a.csv\", validation = false, test = false }\n\
                tasks = [{ name = \"often\", kind = \"binary\" }, { name = \"seldom\", kind = \"binary\" }]\n\
                network = { heads = [4] }\n\
                training = { batch_size = 8, shuffle = false }";
    let path = folder.path().join("a.toml");
    fs::write(&path, text).unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let found = dry_run(&experiment, &experiment.load_data().unwrap()).unwrap();
    assert_eq!(found.batches[0].rows, 10);
    assert!(found.batches[0].losses["seldom"].is_some());
    assert!(
        found.without_gradient.is_empty(),
        "{:?}",
        found.without_gradient
    );
}

#[test]
fn a_loss_that_is_not_finite_is_told_with_its_task_and_split() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |value: f64| format!("a,y\n{}", format!("1,{value}\n2,1\n").repeat(20));
    fs::write(folder.path().join("a.csv"), rows(2.0)).unwrap();
    // Numbers that fit, whose squares do not.
    fs::write(folder.path().join("b.csv"), rows(3e38)).unwrap();
    let text = "data = { train = \"a.csv\", validation = \"b.csv\" }\n\
                tasks = [{ name = \"y\", kind = \"regression\" }]";
    let path = folder.path().join("a.toml");
    fs::write(&path, text).unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let error = dry_run(&experiment, &experiment.load_data().unwrap()).unwrap_err();
    assert!(matches!(error, TrainError::NotFinite { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("task `y` on the validation rows"), "{text}");
}
