//! Things to train on, and what a finished run holds.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use synaptree_train::{Event, Experiment, ExperimentData, Outcome, TrainError, Trainer};

/// Two related tasks with gaps on four columns, made by a formula.
pub(crate) fn write_table(folder: &Path) {
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
pub(crate) fn experiment(folder: &Path, regime: &str, method: &str) -> Experiment {
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

/// The experiment that [`experiment`] wrote, with `key=value` changes; `-key` takes the line of a key away.
pub(crate) fn changed(folder: &Path, set: &[&str]) -> Experiment {
    let path = folder.join("things.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    let mut values = Vec::new();
    for change in set {
        match change.strip_prefix('-') {
            Some(key) => {
                let kept = text.lines().filter(|line| !line.trim().starts_with(key));
                text = kept.collect::<Vec<_>>().join("\n");
            }
            None => values.push((*change).to_owned()),
        }
    }
    fs::write(&path, text).unwrap();
    Experiment::read_with(path, &values).unwrap()
}

pub(crate) fn finish(outcome: Outcome) -> std::path::PathBuf {
    match outcome {
        Outcome::Finished(run) => run.folder,
        Outcome::Interrupted(folder) => panic!("{} was interrupted", folder.display()),
    }
}

/// `metrics.jsonl` without the times.
pub(crate) fn metrics(run: &Path) -> Vec<serde_json::Value> {
    fs::read_to_string(run.join("metrics.jsonl"))
        .unwrap()
        .lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            for time in ["seconds", "waited"] {
                value.as_object_mut().unwrap().remove(time);
            }
            value
        })
        .collect()
}

pub(crate) fn assert_equal_runs(straight: &Path, resumed: &Path) {
    let weights = |run: &Path| fs::read(run.join("model/model.safetensors")).unwrap();
    assert!(weights(straight) == weights(resumed), "the weights differ");
    let spread = |run: &Path| fs::read(run.join("model/posterior.safetensors")).ok();
    assert!(spread(straight) == spread(resumed), "the posteriors differ");
    assert_eq!(metrics(straight), metrics(resumed));
    let figures = |run: &Path| fs::read(run.join("evaluation/test.json")).unwrap();
    assert_eq!(figures(straight), figures(resumed));
    let calibration = |run: &Path| fs::read(run.join("model/calibration.json")).ok();
    assert_eq!(calibration(straight), calibration(resumed));
}

/// A run to its end.
pub(crate) fn train(experiment: &Experiment, data: &ExperimentData, output: &Path) {
    let outcome = Trainer::new().output(output).run(experiment, data, |_| {});
    finish(outcome.unwrap());
}

/// What continuing the run is refused with.
pub(crate) fn refusal(run: &Path) -> TrainError {
    Trainer::new().resume(run, |_: &Event| {}).unwrap_err()
}
