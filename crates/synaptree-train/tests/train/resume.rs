//! A run that was stopped and continued ends like one that was not.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use synaptree_train::{Event, Outcome, Trainer};

use crate::common::{assert_equal_runs, changed, experiment, finish, metrics, refusal, train};

/// Stops a run after each of these numbers of steps and continues it, with `set` changed in the experiment.
fn stopped_and_resumed(regime: &str, method: &str, set: &[&str], stop_after: &[usize]) {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), regime, method);
    let experiment = changed(folder.path(), set);
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    train(&experiment, &data, &straight);

    let resumed = folder.path().join("resumed");
    for (n, steps) in stop_after.iter().enumerate() {
        let stop = AtomicBool::new(false);
        let mut seen = 0;
        let watch = |event: &Event| {
            if matches!(event, Event::Step { .. }) {
                seen += 1;
                stop.store(seen == *steps, Ordering::Relaxed);
            }
        };
        let outcome = if n == 0 {
            Trainer::new()
                .output(&resumed)
                .stop(&stop)
                .run(&experiment, &data, watch)
        } else {
            // The experiment and its data are at hand still.
            let trainer = Trainer::new().stop(&stop);
            trainer.resume_with(&resumed, &experiment, &data, watch)
        };
        assert!(matches!(outcome.unwrap(), Outcome::Interrupted(_)));
    }
    finish(Trainer::new().resume(&resumed, |_| {}).unwrap());
    assert_equal_runs(&straight, &resumed);
}

#[test]
fn a_joint_run_stopped_within_an_epoch_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("joint", "uncertainty", &[], &[1, 9]);
}

#[test]
fn an_alternating_run_stopped_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("alternating", "equal", &[], &[11]);
}

#[test]
fn a_sampled_run_stopped_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("sampled", "uncertainty", &[], &[7]);
}

#[test]
fn a_resumed_run_is_calibrated_like_the_uninterrupted_one() {
    let set = [
        "data.calibration=0.3",
        "uncertainty.temperature=true",
        "uncertainty.conformal=0.8",
        "uncertainty.samples=3",
    ];
    stopped_and_resumed("joint", "equal", &set, &[5]);
}

#[test]
fn a_run_that_learns_a_distribution_of_the_weights_resumes_bit_for_bit() {
    let set = ["training.optimizer={ kind = \"ivon\" }"];
    stopped_and_resumed("joint", "equal", &set, &[1, 9]);
    stopped_and_resumed("sampled", "equal", &set, &[7]);
}

#[test]
fn a_run_that_averages_its_last_epochs_resumes_bit_for_bit() {
    let swag = "training.posterior={ kind = \"swag\", epochs = 4, rank = 3 }";
    let set = ["-early_stopping", "-schedule", swag];
    stopped_and_resumed("joint", "equal", &set, &[5, 6, 8]);
}

#[test]
fn a_run_with_gradients_at_moved_weights_resumes_bit_for_bit() {
    let set = ["training.flatness={ radius = 0.05 }"];
    stopped_and_resumed("joint", "equal", &set, &[7]);
    let set = ["training.flatness={ radius = 0.05, share = 1.0 }"];
    stopped_and_resumed("sampled", "equal", &set, &[5]);
}

#[test]
fn a_folder_without_a_checkpoint_starts_from_the_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    train(&experiment, &data, &straight);
    let cut = folder.path().join("cut");
    fs::create_dir(&cut).unwrap();
    for file in ["experiment.toml", "environment.json"] {
        fs::copy(straight.join(file), cut.join(file)).unwrap();
    }
    finish(Trainer::new().resume(&cut, |_| {}).unwrap());
    assert_equal_runs(&straight, &cut);
}

#[test]
fn another_number_of_threads_gives_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let runs: Vec<_> = [1, 3]
        .into_iter()
        .map(|threads| {
            let output = folder.path().join(format!("threads-{threads}"));
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            finish(
                pool.install(|| {
                    Trainer::new()
                        .output(&output)
                        .run(&experiment, &data, |_| {})
                })
                .unwrap(),
            )
        })
        .collect();
    assert_equal_runs(&runs[0], &runs[1]);
}

#[test]
fn a_timed_checkpoint_never_changes_the_computation() {
    let folder = tempfile::tempdir().unwrap();
    let seldom = experiment(folder.path(), "joint", "equal");
    let data = seldom.load_data().unwrap();
    let straight = folder.path().join("straight");
    train(&seldom, &data, &straight);
    let often = changed(
        folder.path(),
        &["training.checkpoint_every.seconds=0.000001"],
    );
    let output = folder.path().join("often");
    train(&often, &data, &output);
    assert_equal_runs(&straight, &output);
}

#[test]
fn a_run_that_stops_early_stops_at_the_same_epoch_when_resumed() {
    let set = [
        "training.epochs=40",
        "training.evaluate_every=2",
        "training.early_stopping={ patience = 5, min_delta = 1.0 }",
        "training.optimizer={ kind = \"nesterov\" }",
        "training.schedule={ kind = \"one_cycle\" }",
    ];
    stopped_and_resumed("joint", "equal", &set, &[9, 14]);

    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let experiment = changed(folder.path(), &set);
    let run = folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), &run);
    let epochs = metrics(&run).last().unwrap()["epoch"].clone();
    // Nothing rises by 1 after the first look at epoch 2; epoch 8 is the first look 5 epochs later.
    assert_eq!(epochs, 8);
    let mut told = Vec::new();
    let again = Trainer::new().resume(&run, |event| told.push(event.clone()));
    finish(again.unwrap());
    assert!(
        told.iter().any(|event| matches!(
            event,
            Event::Evaluating {
                stopped_early: true,
                epochs: 8,
                ..
            }
        )),
        "{told:?}"
    );
    assert!(
        told.iter().any(|event| matches!(
            event,
            Event::Started {
                epochs: 8,
                resumed_epochs: 8,
                ..
            }
        )),
        "{told:?}"
    );
}

#[test]
fn a_run_that_is_under_way_cannot_be_resumed_a_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    train(&experiment, &data, &straight);

    let run = folder.path().join("run");
    let mut refused = 0;
    let watch = |event: &Event| {
        if matches!(event, Event::Step { .. }) {
            let error = refusal(&run);
            assert_eq!(error.code(), "train/in-use");
            assert!(error.to_string().contains("--resume"), "{error}");
            refused += 1;
        }
    };
    finish(
        Trainer::new()
            .output(&run)
            .run(&experiment, &data, watch)
            .unwrap(),
    );
    assert!(refused > 0);
    assert_equal_runs(&straight, &run);
    // The folder is free once the run is over.
    finish(Trainer::new().resume(&run, |_| {}).unwrap());
}

#[test]
fn a_run_that_was_stopped_before_its_first_step_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    fs::create_dir(&run).unwrap();
    fs::write(run.join("experiment.toml"), "").unwrap();
    let error = refusal(&run).to_string();
    assert!(error.contains("stopped before its first step"), "{error}");
    assert!(error.contains("start the run again"), "{error}");
    assert!(
        !run.join(".lock").exists(),
        "a folder that is no run stays as it is"
    );
}
