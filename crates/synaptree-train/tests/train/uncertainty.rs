//! Guarantees that are fitted at the end of a run, saved with the model, and kept.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use synaptree_kernels::{Key, Purpose, fill_normal, fill_uniform};
use synaptree_model::{Model, Predict};
use synaptree_tasks::{Approximation, FittedOn};
use synaptree_train::{Experiment, TrainError};

use crate::common::train;

const ROWS: usize = 6000;

/// A class and its coarser one that the inputs tell only in part, and a number with noise; labels are missing here
/// and there.
fn write_table(folder: &Path) {
    let (mut uniform, mut normal) = (vec![0.0; 3 * ROWS], vec![0.0; 2 * ROWS]);
    fill_uniform(Key::new(5, Purpose::Split, "table"), 0, 0, 0, &mut uniform);
    fill_normal(Key::new(5, Purpose::Noise, "table"), 0, 0, 0, &mut normal);
    let mut csv = String::from("a,b,kind,group,size\n");
    for row in 0..ROWS {
        let [a, b, missing] = [0, 1, 2].map(|part| uniform[3 * row + part]);
        let [first, second] = [0, 1].map(|part| normal[2 * row + part]);
        let (left, low) = (a + 0.15 * first < 0.5, b + 0.25 * second < 0.5);
        let kind = match (left, low) {
            (true, true) => "bat",
            (true, false) => "rat",
            (false, true) => "owl",
            (false, false) => "jay",
        };
        let group = if left { "mammal" } else { "bird" };
        let size = 3.0 * a - b + 0.5 * second;
        let known = |text: &str, share: f32| {
            if missing < share {
                String::new()
            } else {
                text.to_owned()
            }
        };
        let (kind, group) = (known(kind, 0.1), known(group, 0.05));
        writeln!(csv, "{a},{b},{kind},{group},{size}").unwrap();
    }
    fs::write(folder.join("things.csv"), csv).unwrap();
}

fn experiment(folder: &Path, data: &str, uncertainty: &str) -> Result<Experiment, TrainError> {
    if !folder.join("things.csv").exists() {
        write_table(folder);
    }
    let text = format!(
        r#"
        [data]
        train = "things.csv"
        validation = 0.1
        test = 0.4
        {data}
        [[tasks]]
        name = "group"
        kind = "binary"
        [[tasks]]
        name = "kind"
        kind = "multiclass"
        refines = "group"
        [[tasks]]
        name = "size"
        kind = "regression"
        [network]
        trunk = [12]
        heads = []
        dropout = 0.1
        [training]
        epochs = 4
        batch_size = 64
        optimizer = {{ kind = "adam", learning_rate = 0.01 }}
        [uncertainty]
        {uncertainty}
        "#
    );
    let path = folder.join("things.toml");
    fs::write(&path, text).unwrap();
    Experiment::read(&path)
}

/// The run folder of an experiment with these keys.
fn run(folder: &Path, name: &str, data: &str, uncertainty: &str) -> PathBuf {
    let experiment = experiment(folder, data, uncertainty).unwrap();
    let output = folder.join(name);
    train(&experiment, &experiment.load_data().unwrap(), &output);
    output
}

fn evaluation(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("evaluation/test.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

const ALL: &str = "temperature = true\nconformal = 0.9\nrisk = 0.2\nsamples = 4";

#[test]
fn promises_of_sets_intervals_and_risk_are_kept_on_rows_that_were_never_seen() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), "run", "calibration = 0.2", ALL);
    let evaluation = evaluation(&run);
    assert_eq!(
        evaluation["overall"]["guarantees"],
        serde_json::json!({ "fitted_on": "calibration", "approximate": [], "conformal": 0.9, "risk": 0.2 })
    );
    let metric = |task: &str, name: &str| {
        evaluation["tasks"][task]["metrics"][name]
            .as_f64()
            .unwrap_or_else(|| panic!("{task}.{name}"))
    };
    // 1200 calibration and 2400 test rows: the coverage of the test rows has a deviation of
    // √(0.09/1200 + 0.09/2400) ≈ 0.011 around at least 0.9; sets of a few classes may hold more.
    for task in ["group", "kind", "size"] {
        let coverage = metric(task, "conformal_coverage");
        assert!(coverage > 0.9 - 4.0 * 0.011, "{task}: {coverage}");
    }
    assert!(metric("size", "conformal_coverage") < 0.9 + 4.0 * 0.011);
    assert!(metric("kind", "conformal_size") > 1.2 && metric("kind", "conformal_size") < 3.0);
    for task in ["group", "kind"] {
        let (risk, share) = (metric(task, "answer_risk"), metric(task, "answer_coverage"));
        assert!(risk < 0.2 + 0.02, "{task}: {risk}");
        assert!(share > 0.5, "{task}: {share}");
    }
    // Species are told less well than their groups, so some rows are answered by the group alone.
    let depth = metric("kind", "answer_depth");
    assert!(depth > 1.0 && depth < 2.0, "{depth}");

    let model = Model::load(&run).unwrap();
    let fitted = model.calibration().unwrap();
    assert_eq!(
        (fitted.samples, fitted.basis.fitted_on),
        (4, FittedOn::Calibration)
    );
    assert!(model.basis(Predict::mean()).unwrap().is_exact());
    assert!(model.basis(Predict::samples(4)).unwrap().is_exact());
    let other = model.basis(Predict::samples(5)).unwrap();
    assert_eq!(other.approximate, [Approximation::OtherSamples]);
    let seeded = Predict {
        seed: Some(77),
        ..Predict::samples(4)
    };
    let other = model.basis(seeded).unwrap();
    assert_eq!(other.approximate, [Approximation::OtherSeed]);

    let answers = folder.path().join("answers.csv");
    let rows = folder.path().join("things.csv");
    let how = Predict::samples(4);
    model
        .predict_into(&rows, &answers, how, &mut Vec::new())
        .unwrap();
    let text = fs::read_to_string(&answers).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    for column in [
        "kind.set",
        "kind.answer",
        "kind.answer.task",
        "group.answer",
        "size.low",
        "size.high",
    ] {
        assert!(header.contains(&column), "{column}: {header:?}");
    }
    assert!(!header.contains(&"group.answer.task"), "{header:?}");
    let place = |name| header.iter().position(|column| *column == name).unwrap();
    let mut seen = [0; 3];
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name| cells[place(name)];
        assert!(
            cell("kind.set")
                .split('|')
                .any(|class| class == cell("kind"))
        );
        let number = |name| cell(name).parse::<f32>().unwrap();
        assert!(number("size.low") < number("size") && number("size") < number("size.high"));
        match cell("kind.answer.task") {
            "kind" => assert_eq!(cell("kind.answer"), cell("kind")),
            "group" => assert_eq!(cell("kind.answer"), cell("group")),
            other => assert_eq!((other, cell("kind.answer")), ("", "")),
        }
        seen[["kind", "group", ""]
            .iter()
            .position(|task| *task == cell("kind.answer.task"))
            .unwrap()] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[test]
fn without_calibration_rows_promises_are_marked_as_approximate() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), "run", "", "conformal = 0.9");
    assert_eq!(
        evaluation(&run)["overall"]["guarantees"],
        serde_json::json!({ "fitted_on": "validation", "approximate": ["validation_rows"], "conformal": 0.9 })
    );
    let basis = Model::load(&run).unwrap().basis(Predict::mean()).unwrap();
    let text = basis.to_string();
    assert!(text.starts_with("conformal = 0.9, approximate: "), "{text}");
}

#[test]
fn a_temperature_alone_promises_nothing_and_lowers_the_surprise() {
    let folder = tempfile::tempdir().unwrap();
    let data = "calibration = 0.2";
    let plain = evaluation(&run(folder.path(), "plain", data, ""));
    let run = run(folder.path(), "tempered", data, "temperature = true");
    let tempered = evaluation(&run);
    assert_eq!(tempered["overall"]["guarantees"], Value::Null);
    let before = &tempered["tasks"]["kind"]["details"]["before"]["metrics"]["log_loss"];
    assert_eq!(before, &plain["tasks"]["kind"]["metrics"]["log_loss"]);
    let after = tempered["tasks"]["kind"]["metrics"]["log_loss"].as_f64();
    // Fitted on 1200 rows, it may be worse on others by chance, but not by much.
    assert!(after.unwrap() < before.as_f64().unwrap() + 0.002);
    assert_eq!(
        tempered["tasks"]["kind"]["metrics"]["accuracy"],
        plain["tasks"]["kind"]["metrics"]["accuracy"]
    );
}

#[test]
fn streamed_rows_are_calibrated_as_those_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let in_memory = run(folder.path(), "memory", "calibration = 0.2", ALL);
    let data = "calibration = 0.2\nstreaming = true";
    let streamed = run(folder.path(), "streamed", data, ALL);
    let fitted = |run: &Path| fs::read(run.join("model/calibration.json")).unwrap();
    assert_eq!(fitted(&in_memory), fitted(&streamed));
}

#[test]
fn too_few_rows_for_a_level_are_refused_before_training() {
    let folder = tempfile::tempdir().unwrap();
    let few = |keys: &str| {
        let experiment = experiment(folder.path(), "calibration = 0.003", keys).unwrap();
        experiment.load_data().unwrap_err()
    };
    let error = few("conformal = 0.99");
    assert_eq!(error.code(), "uncertainty/few-rows");
    assert!(error.to_string().contains("needs at least 99"), "{error}");
    assert!(error.is_input());
    let error = few("risk = 0.01");
    assert!(error.to_string().contains("needs at least 368"), "{error}");
}

#[test]
fn levels_that_nobody_can_keep_are_refused_when_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for keys in [
        "conformal = 1.0",
        "conformal = 0",
        "risk = -0.1",
        "samples = -1",
    ] {
        let error = experiment(folder.path(), "", keys).unwrap_err();
        assert_eq!(error.code(), "config/out-of-range", "{keys}");
    }
}
