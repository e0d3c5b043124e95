//! A run that was stopped and continued ends like one that was not.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use synaptree_train::{Event, Experiment, Outcome, TrainError, Trainer};

/// Two related tasks with gaps on four columns, made by a formula.
fn write_table(folder: &Path) {
    let mut csv = String::from("a,b,colour,size,round,kind\n");
    for i in 0..97_u32 {
        let (a, b) = ((i * 37 % 101) as f32 / 101.0, (i * 53 % 89) as f32 / 89.0);
        let colour = ["red", "green", "blue"][(i % 3) as usize];
        let round = if i % 7 == 0 {
            ""
        } else if a + b > 1.0 {
            "yes"
        } else {
            "no"
        };
        let kind = match (a + b > 1.0, i % 3 == 0) {
            _ if i % 5 == 0 => "",
            (true, true) => "ball",
            (true, false) => "coin",
            (false, true) => "box",
            (false, false) => "card",
        };
        writeln!(csv, "{a},{b},{colour},{},{round},{kind}", i % 11).unwrap();
    }
    fs::write(folder.join("things.csv"), csv).unwrap();
}

/// Everything that has a state or draws numbers, switched on.
fn experiment(folder: &Path, regime: &str, method: &str) -> Experiment {
    write_table(folder);
    let text = format!(
        r#"
        seed = 11
        [data]
        train = "things.csv"
        validation = 0.2
        test = 0.2
        [[tasks]]
        name = "round"
        kind = "binary"
        [[tasks]]
        name = "kind"
        kind = "multiclass"
        refines = "round"
        share = 0.5
        [network]
        trunk = [16, 16]
        heads = [8]
        normalisation = "batch"
        activation = "prelu"
        dropout = 0.2
        [synapses]
        noise = "gaussian"
        scale = 0.05
        [weighting]
        method = "{method}"
        [training]
        epochs = 6
        batch_size = 16
        regime = "{regime}"
        optimizer = {{ kind = "adam", learning_rate = 0.01 }}
        schedule = {{ kind = "plateau", patience = 1, factor = 0.5 }}
        early_stopping = {{ patience = 50 }}
        gradient_clip = {{ norm = 1.0 }}
        gradient_noise = {{ eta = 0.001 }}
        "#
    );
    let path = folder.join("things.toml");
    fs::write(&path, text).unwrap();
    Experiment::read(&path).unwrap()
}

fn finish(outcome: Outcome) -> std::path::PathBuf {
    match outcome {
        Outcome::Finished(run) => run.folder,
        Outcome::Interrupted(folder) => panic!("{} was interrupted", folder.display()),
    }
}

/// `metrics.jsonl` without the times.
fn metrics(run: &Path) -> Vec<serde_json::Value> {
    fs::read_to_string(run.join("metrics.jsonl"))
        .unwrap()
        .lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            value.as_object_mut().unwrap().remove("seconds");
            value
        })
        .collect()
}

fn assert_equal_runs(straight: &Path, resumed: &Path) {
    let weights = |run: &Path| fs::read(run.join("model/model.safetensors")).unwrap();
    assert!(weights(straight) == weights(resumed), "the weights differ");
    assert_eq!(metrics(straight), metrics(resumed));
    let figures = |run: &Path| fs::read(run.join("evaluation/test.json")).unwrap();
    assert_eq!(figures(straight), figures(resumed));
}

fn stopped_and_resumed(regime: &str, method: &str, stop_after: &[usize]) {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), regime, method);
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    let outcome = Trainer::new()
        .output(&straight)
        .run(&experiment, &data, |_| {});
    finish(outcome.unwrap());

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
            Trainer::new().stop(&stop).resume(&resumed, watch)
        };
        assert!(matches!(outcome.unwrap(), Outcome::Interrupted(_)));
    }
    finish(Trainer::new().resume(&resumed, |_| {}).unwrap());
    assert_equal_runs(&straight, &resumed);
}

#[test]
fn a_joint_run_stopped_within_an_epoch_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("joint", "uncertainty", &[1, 9]);
}

#[test]
fn an_alternating_run_stopped_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("alternating", "equal", &[11]);
}

#[test]
fn a_sampled_run_stopped_and_resumed_equals_the_uninterrupted_one() {
    stopped_and_resumed("sampled", "uncertainty", &[7]);
}

#[test]
fn a_folder_without_a_checkpoint_starts_from_the_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    finish(
        Trainer::new()
            .output(&straight)
            .run(&experiment, &data, |_| {})
            .unwrap(),
    );
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
    let often = experiment(folder.path(), "joint", "equal");
    let data = often.load_data().unwrap();
    let straight = folder.path().join("straight");
    finish(
        Trainer::new()
            .output(&straight)
            .run(&often, &data, |_| {})
            .unwrap(),
    );
    let set = ["training.checkpoint_every.seconds=0.000001".to_owned()];
    let often = Experiment::read_with(folder.path().join("things.toml"), &set).unwrap();
    let output = folder.path().join("often");
    finish(
        Trainer::new()
            .output(&output)
            .run(&often, &data, |_| {})
            .unwrap(),
    );
    assert_equal_runs(&straight, &output);
}

#[test]
fn data_that_changed_since_the_run_began_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    finish(
        Trainer::new()
            .output(&output)
            .run(&experiment, &data, |_| {})
            .unwrap(),
    );
    let table = folder.path().join("things.csv");
    let changed = fs::read_to_string(&table)
        .unwrap()
        .replacen("red", "blue", 1);
    fs::write(&table, changed).unwrap();
    let error = Trainer::new().resume(&output, |_| {}).unwrap_err();
    assert!(matches!(error, TrainError::DataChanged { .. }), "{error}");
}

#[test]
fn a_damaged_or_newer_checkpoint_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    finish(
        Trainer::new()
            .output(&output)
            .run(&experiment, &data, |_| {})
            .unwrap(),
    );
    let path = output.join("checkpoints/last/checkpoint.safetensors");
    let whole = fs::read(&path).unwrap();

    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = Trainer::new()
        .resume(&output, |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("damaged"), "{error}");

    let key = br#"\"format\":1"#;
    let at = whole
        .windows(key.len())
        .position(|bytes| bytes == key)
        .unwrap();
    let mut newer = whole;
    newer[at + key.len() - 1] = b'9';
    fs::write(&path, newer).unwrap();
    let error = Trainer::new()
        .resume(&output, |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("newer version"), "{error}");
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_and_names_its_task() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let path = folder.path().join("hot.toml");
    fs::write(
        &path,
        r#"
        data = { train = "things.csv" }
        tasks = [{ name = "size", kind = "regression" }]
        network = { trunk = [16], activation = "linear" }
        training = { epochs = 50, optimizer = { kind = "sgd", learning_rate = 1e9 } }
        "#,
    )
    .unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    let error = Trainer::new()
        .output(&output)
        .run(&experiment, &data, |_| {})
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, TrainError::NotFinite { .. }), "{text}");
    assert!(
        text.contains("size") || text.contains("gradient of"),
        "{text}"
    );
    assert!(text.contains("learning_rate"), "{text}");
}
