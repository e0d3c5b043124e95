//! What a finished run folder says.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use synaptree_train::{Event, Experiment, SeedsOutcome, resume_seeds, train_seeds};

use crate::common::{metrics, train, write_table};

#[test]
fn the_weights_of_a_linear_network_stand_beside_their_own_task() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let path = folder.path().join("linear.toml");
    // The name of the second task ends that of the first.
    fs::write(
        &path,
        r#"
        data = { train = "things.csv" }
        tasks = [
            { name = "resize", kind = "regression", target = "a" },
            { name = "size", kind = "regression", target = "b" },
        ]
        network = { trunk = [], heads = [] }
        training = { epochs = 2 }
        "#,
    )
    .unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let run = folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), &run);
    let text = fs::read_to_string(run.join("importance.json")).unwrap();
    let importance: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(importance["kind"], "weights");
    assert_ne!(
        importance["tasks"][0]["values"],
        importance["tasks"][1]["values"]
    );
}

#[test]
fn the_importance_of_columns_is_bounded_in_rows_and_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let path = folder.path().join("things.toml");
    fs::write(
        &path,
        r#"
        data = { train = "things.csv", validation = 0.5 }
        tasks = [{ name = "round", kind = "binary" }]
        network = { trunk = [4] }
        training = { epochs = 1 }
        "#,
    )
    .unwrap();
    let trained = |rows: &str| {
        let set = [format!("training.importance_rows={rows}")];
        let experiment = Experiment::read_with(&path, &set).unwrap();
        let run = folder.path().join(format!("run-{rows}"));
        train(&experiment, &experiment.load_data().unwrap(), &run);
        assert!(run.join("report.html").exists());
        run.join("importance.json")
    };
    assert!(!trained("0").exists());
    let text = fs::read_to_string(trained("7")).unwrap();
    let importance: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(importance["rows"], 7);
    assert_eq!(importance["kind"], "permutation");
}

#[test]
fn seeds_that_were_stopped_and_resumed_equal_those_that_were_not() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let path = folder.path().join("alone.toml");
    fs::write(
        &path,
        r#"
        data = { train = "things.csv", validation = false, test = false }
        tasks = [{ name = "round", kind = "binary" }, { name = "kind", kind = "multiclass" }]
        synapses = { noise = "gaussian" }
        training = { epochs = 2, batch_size = 16 }
        "#,
    )
    .unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    let outcome = train_seeds(&experiment, &data, 3..5, Some(&straight), None, |_| {});
    let SeedsOutcome::Finished { summary, .. } = outcome.unwrap() else {
        panic!("nobody stopped it");
    };
    // Without other rows the figures are those of the rows that were learnt from.
    assert_eq!(summary["train"]["overall"]["score"]["n"], 2);

    let resumed = folder.path().join("resumed");
    let stop = AtomicBool::new(false);
    let mut steps = 0;
    let watch = |event: &Event| {
        if matches!(event, Event::Step { .. }) {
            steps += 1;
            // Within the second seed: an epoch has 6 steps.
            stop.store(steps == 17, Ordering::Relaxed);
        }
    };
    let outcome = train_seeds(&experiment, &data, 3..5, Some(&resumed), Some(&stop), watch);
    assert!(matches!(outcome.unwrap(), SeedsOutcome::Interrupted(_)));
    assert!(resumed.join("seed-3/summary.json").exists());
    assert!(!resumed.join("seed-4/summary.json").exists());
    resume_seeds(&resumed, None, |_| {}).unwrap();
    for seed in ["seed-3", "seed-4"] {
        let file = |run: &Path, name: &str| fs::read(run.join(seed).join(name)).unwrap();
        for name in ["model/model.safetensors", "evaluation/train.json"] {
            assert!(
                file(&straight, name) == file(&resumed, name),
                "{seed}/{name}"
            );
        }
        assert_eq!(metrics(&straight.join(seed)), metrics(&resumed.join(seed)));
    }
}
