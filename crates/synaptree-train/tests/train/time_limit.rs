//! Training that may take only so long.

use std::fs;

use synaptree_train::{Event, Trainer};

use crate::common::{changed, experiment, finish, metrics, train};

#[test]
fn a_run_whose_time_is_used_up_is_evaluated_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let set = [
        "training.epochs=1000000",
        "training.early_stopping.patience=1000000",
        "training.time_limit=300ms",
    ];
    let experiment = changed(folder.path(), &set);
    let run = folder.path().join("run");
    let mut told = Vec::new();
    let outcome =
        Trainer::new()
            .output(&run)
            .run(&experiment, &experiment.load_data().unwrap(), |event| {
                told.push(event.clone());
            });
    finish(outcome.unwrap());
    let ended = told.iter().find_map(|event| match event {
        Event::Evaluating {
            epochs,
            stopped_early,
            out_of_time,
            ..
        } => Some((*epochs, *stopped_early, *out_of_time)),
        _ => None,
    });
    let (epochs, stopped_early, out_of_time) = ended.unwrap();
    assert!((1..1_000_000).contains(&epochs));
    assert!(out_of_time && !stopped_early);
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(run.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["stopped"], "time_limit");
    assert!(summary["test"]["overall"]["score"].is_number());
    assert!(run.join("report.html").exists());

    // Continuing it finds that it has come to its end.
    finish(Trainer::new().resume(&run, |_| {}).unwrap());
    assert_eq!(metrics(&run).last().unwrap()["epoch"], epochs);
}

#[test]
fn a_limit_that_is_not_reached_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let free = experiment(folder.path(), "joint", "equal");
    let data = free.load_data().unwrap();
    let limited = changed(folder.path(), &["training.time_limit=10h"]);
    let [a, b] = ["free", "limited"].map(|name| folder.path().join(name));
    train(&free, &data, &a);
    train(&limited, &data, &b);
    crate::common::assert_equal_runs(&a, &b);
    let summary = fs::read_to_string(b.join("summary.json")).unwrap();
    assert!(summary.contains("\"stopped\": \"epochs\""), "{summary}");
}

#[test]
fn a_limit_that_is_no_length_of_time_is_shown_in_its_line() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let set = ["training.time_limit=soon".to_owned()];
    let path = folder.path().join("things.toml");
    let error = synaptree_train::Experiment::read_with(path, &set).unwrap_err();
    let text = error.render(false);
    assert!(
        text.contains("not a length of time") && text.contains("10m"),
        "{text}"
    );
}
