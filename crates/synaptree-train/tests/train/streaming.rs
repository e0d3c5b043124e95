//! Training and prediction on data that stay in their files.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use synaptree_data::{ReadOptions, Remarks, Source, read_files, write_table};
use synaptree_model::{Model, Predict};
use synaptree_train::{Event, Experiment, Outcome, Trainer};

use crate::common::{assert_equal_runs, changed, experiment, finish, train};

const STREAMED: &str = "data.streaming=true";

/// Trains the experiment of [`experiment`] with changes, in a folder of its own below.
fn run(folder: &Path, name: &str, set: &[&str]) -> std::path::PathBuf {
    let experiment = changed(folder, set);
    let output = folder.join(name);
    train(&experiment, &experiment.load_data().unwrap(), &output);
    output
}

#[test]
fn rows_that_fit_into_the_buffer_train_bit_for_bit_as_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "uncertainty");
    let in_memory = run(folder.path(), "in-memory", &[]);
    let streamed = run(folder.path(), "streamed", &[STREAMED]);
    assert_equal_runs(&in_memory, &streamed);
    let in_order = ["training.shuffle=false"];
    let in_memory = run(folder.path(), "in-memory-in-order", &in_order);
    let streamed = run(folder.path(), "streamed-in-order", &[STREAMED, in_order[0]]);
    assert_equal_runs(&in_memory, &streamed);
}

#[test]
fn parquet_streams_as_csv_does() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let csv = folder.path().join("things.csv");
    let table = read_files(&[Source::from(csv.as_path())], &ReadOptions::default()).unwrap();
    write_table(&table.batch, &folder.path().join("things.parquet")).unwrap();
    let set = [STREAMED, "data.shuffle_buffer=20"];
    let from_csv = run(folder.path(), "csv", &set);
    let set = [set[0], set[1], "data.train=\"things.parquet\""];
    assert_equal_runs(&from_csv, &run(folder.path(), "parquet", &set));
}

#[test]
fn a_streamed_run_stopped_within_an_epoch_and_resumed_equals_the_uninterrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "uncertainty");
    let set = [
        STREAMED,
        "data.shuffle_buffer=13",
        "data.fit_rows=40",
        "data.evaluate_rows=12",
        "training.batch_size=7",
    ];
    let experiment = changed(folder.path(), &set);
    let data = experiment.load_data().unwrap();
    let straight = folder.path().join("straight");
    train(&experiment, &data, &straight);
    let resumed = folder.path().join("resumed");
    for (n, steps) in [3, 11, 8].into_iter().enumerate() {
        let stop = AtomicBool::new(false);
        let mut seen = 0;
        let watch = |event: &Event| {
            if matches!(event, Event::Step { .. }) {
                seen += 1;
                stop.store(seen == steps, Ordering::Relaxed);
            }
        };
        let trainer = Trainer::new().stop(&stop);
        let outcome = if n == 0 {
            trainer.output(&resumed).run(&experiment, &data, watch)
        } else {
            trainer.resume(&resumed, watch)
        };
        assert!(matches!(outcome.unwrap(), Outcome::Interrupted(_)));
    }
    finish(Trainer::new().resume(&resumed, |_| {}).unwrap());
    assert_equal_runs(&straight, &resumed);
}

#[test]
fn the_rows_of_a_streamed_run_are_those_of_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let whole = experiment(folder.path(), "joint", "equal")
        .load_data()
        .unwrap();
    let set = [STREAMED, "data.fit_rows=30", "data.evaluate_rows=5"];
    let data = changed(folder.path(), &set).load_data().unwrap();
    assert_eq!(data.rows(), whole.rows());
    assert_eq!(data.dataset.test.as_ref().unwrap().len(), 5);
    for split in ["train", "validation", "test"] {
        for task in 0..2 {
            assert_eq!(data.observed(split, task), whole.observed(split, task));
        }
    }
    assert_eq!(data.observed("calibration", 0), None);
}

#[test]
fn a_file_that_shrinks_while_it_is_trained_on_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    // Rows that all fit into the buffer would not be read again.
    let experiment = changed(folder.path(), &[STREAMED, "data.shuffle_buffer=13"]);
    let data = experiment.load_data().unwrap();
    let csv = folder.path().join("things.csv");
    let text = fs::read_to_string(&csv).unwrap();
    let half: Vec<&str> = text.lines().take(40).collect();
    fs::write(&csv, half.join("\n")).unwrap();
    let output = folder.path().join("run");
    let error = Trainer::new()
        .output(&output)
        .run(&experiment, &data, |_| {})
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("things.csv"), "{text}");
    assert!(
        text.contains("is not the file that this run was started with"),
        "{text}"
    );
}

#[test]
fn training_that_needs_all_rows_at_once_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "alternating", "equal");
    let told = |set: &[&str]| {
        let error = changed(folder.path(), set).load_data().unwrap_err();
        assert!(error.is_input());
        error.to_string()
    };
    let regime = told(&[STREAMED]);
    assert!(
        regime.contains("`training.regime` needs all rows at once"),
        "{regime}"
    );
    assert!(regime.contains("`regime = \"joint\"`"), "{regime}");
    let full = told(&[
        STREAMED,
        "training.regime=\"joint\"",
        "training.batch_size=\"full\"",
    ]);
    assert!(
        full.contains("`training.batch_size` needs all rows"),
        "{full}"
    );
}

/// An experiment with noise in its answers, trained in no time, and 40 000 rows to predict.
fn model_and_rows(folder: &Path) -> Model {
    experiment(folder, "joint", "equal");
    let run = run(folder, "run", &["training.epochs=1"]);
    let mut csv = String::from("a,b,colour,size,name\n");
    for row in 0..40_000_u32 {
        let colour = ["red", "green", "blue", "pink", ""][(row % 5) as usize];
        let (a, b) = (f64::from(row % 997) / 997.0, f64::from(row % 89) / 89.0);
        writeln!(csv, "{a},{b},{colour},{},n{row}", row % 13).unwrap();
    }
    fs::write(folder.join("new.csv"), csv).unwrap();
    Model::load(&run).unwrap()
}

#[test]
fn predictions_written_piece_by_piece_are_those_of_the_whole_file_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let model = model_and_rows(folder.path());
    let new = folder.path().join("new.csv");
    for how in [Predict::mean(), Predict::samples(3)] {
        let whole = model.predict_file(&new, how).unwrap();
        for ending in ["csv", "parquet", "arrow"] {
            let path = |name: &str| folder.path().join(format!("{name}.{ending}"));
            whole.write(path("whole")).unwrap();
            let rows = model
                .predict_into(&new, &path("pieces"), how, &mut Vec::new())
                .unwrap();
            assert_eq!(rows, 40_000);
            let read = |name: &str| {
                let path = path(name);
                read_files(&[Source::from(path.as_path())], &ReadOptions::default()).unwrap()
            };
            assert!(
                read("pieces").batch == read("whole").batch,
                "{how:?} {ending}"
            );
        }
    }
}

#[test]
fn a_prediction_that_fails_midway_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let model = model_and_rows(folder.path());
    let new = folder.path().join("new.csv");
    let text = fs::read_to_string(&new).unwrap();
    fs::write(&new, text.replacen("n39000\n", "n39000,more\n", 1)).unwrap();
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let before = files();
    let output = folder.path().join("answers.csv");
    let error = model
        .predict_into(&new, &output, Predict::mean(), &mut Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("line 39002"), "{error}");
    assert_eq!(files(), before);
}

#[test]
fn a_file_is_evaluated_piece_by_piece_as_it_is_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let model = model_and_rows(folder.path());
    let csv = fs::read_to_string(folder.path().join("new.csv")).unwrap();
    let lines = csv.lines().enumerate().map(|(line, text)| {
        let cells = text.rsplit_once(',').map_or(text, |(cells, _)| cells);
        let answer = if line == 0 {
            "round"
        } else {
            ["yes", "no", ""][line % 3]
        };
        format!("{cells},{answer}")
    });
    let path = folder.path().join("labelled.csv");
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let table = model.preprocessing().read(&path).unwrap();
    let mut remarks = Remarks::new(model.preprocessing());
    let mut split = model.preprocessing().split(&table, &mut remarks).unwrap();
    model.tasks().fill(&mut split.labels).unwrap();
    let whole = model.evaluate(&split, Predict::mean());
    let pieces = model
        .evaluate_file(&path, Predict::mean(), &mut Vec::new())
        .unwrap();
    assert_eq!(pieces, whole);
    assert!(whole.tasks["round"].observed > 26_000);
}

#[test]
fn adult_streamed_through_small_buffers_reaches_what_it_reaches_in_memory() {
    let Some(data) = std::env::var_os("SYNAPTREE_DATA") else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: SYNAPTREE_DATA is not set");
        }
        return;
    };
    assert!(Path::new(&data).join("adult").is_dir());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/adult/adult.toml");
    let folder = tempfile::tempdir().unwrap();
    let score = |name: &str, set: &[&str]| {
        let mut all = vec!["training.epochs=4".to_owned()];
        all.extend(set.iter().map(|&change| change.to_owned()));
        let experiment = Experiment::read_with(&example, &all).unwrap();
        let data = experiment.load_data().unwrap();
        let output = folder.path().join(name);
        train(&experiment, &data, &output);
        let summary = fs::read_to_string(output.join("summary.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
        summary["test"]["overall"]["score"].as_f64().unwrap()
    };
    let in_memory = score("in-memory", &[]);
    let small = [STREAMED, "data.shuffle_buffer=2000", "data.fit_rows=4000"];
    let streamed = score("streamed", &small);
    assert!(
        (in_memory - streamed).abs() < 0.01 && streamed > 0.7,
        "{streamed} streamed, {in_memory} in memory"
    );
}
