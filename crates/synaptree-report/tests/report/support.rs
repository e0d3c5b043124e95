//! A run folder as training writes it, small and the same every time.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::uncertain::{calibrate, pruning};

/// Writes every file of a run of the animals experiment with one seed.
pub(crate) fn write_run(folder: &Path, seed: u64) {
    let name = "animals";
    // Seeds differ a little, as they do.
    let luck = (seed % 5) as f64 * 0.008;
    text(folder, "metrics.jsonl", &metrics(luck));
    let validation = evaluation("validation", luck - 0.01);
    let mut test = evaluation("test", luck);
    calibrate(&mut test);
    json_file(
        folder,
        "summary.json",
        &summary(name, seed, &validation, &test),
    );
    json_file(folder, "evaluation/validation.json", &validation);
    json_file(folder, "evaluation/test.json", &test);
    json_file(folder, "network.json", &network());
    json_file(folder, "synapses.json", &synapses());
    json_file(folder, "importance.json", &importance());
    json_file(folder, "environment.json", &environment(name));
    text(folder, "experiment.toml", EXPERIMENT);
}

/// Writes the folders of several seeds and the summary above them.
pub(crate) fn write_seeds(folder: &Path, seeds: u64) {
    for seed in 0..seeds {
        write_run(&folder.join(format!("seed-{seed}")), seed);
    }
    let (validation, test) = (evaluation("validation", 0.006), evaluation("test", 0.016));
    let mut joined = over_seeds(&summary("animals", 0, &validation, &test), seeds);
    let object = joined.as_object_mut().expect("a summary is an object");
    object.remove("seed");
    object.insert("seeds".to_owned(), json!((0..seeds).collect::<Vec<_>>()));
    json_file(folder, "summary.json", &joined);
    json_file(folder, "environment.json", &environment("animals"));
    text(folder, "experiment.toml", EXPERIMENT);
}

/// Every number becomes the mean of several; counts of labels stay.
fn over_seeds(value: &Value, n: u64) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| {
                let value = if key == "observed" {
                    value.clone()
                } else {
                    over_seeds(value, n)
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Number(mean) => json!({ "mean": mean, "ci95": 0.014, "n": n }),
        other => other.clone(),
    }
}

pub(crate) fn text(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, content).expect("a file");
}

pub(crate) fn json_file(folder: &Path, name: &str, value: &Value) {
    text(folder, name, &format!("{value:#}\n"));
}

/// A number in −1..1 that looks drawn but is not.
fn wiggle(index: usize) -> f64 {
    let x = (index as f64 * 12.9898 + 4.1414).sin() * 43_758.547;
    2.0 * (x - x.floor()) - 1.0
}

fn metrics(luck: f64) -> String {
    let mut lines = String::new();
    // Task, loss at the start and in the end, headline metric at the start and in the end.
    let tasks = [
        ("mammal", "auroc", 0.69, 0.05, 0.55, 0.99),
        ("diet", "accuracy", 1.38, 0.52, 0.30, 0.80),
        ("class", "accuracy", 1.60, 0.09, 0.41, 0.96),
        ("order", "accuracy", 2.60, 0.35, 0.12, 0.89),
        ("mass", "r2", 1.05, 0.14, -0.10, 0.86),
        ("habitats", "f1_macro", 0.70, 0.28, 0.20, 0.74),
    ];
    for epoch in 1..=80_usize {
        let time = epoch as f64;
        let gone = |speed: f64| 1.0 - (-time / speed).exp();
        let mut train = [json!({}), json!({}), json!({})];
        let mut validation = [json!({}), json!({})];
        let mut score = 0.0;
        for (index, (task, metric, start, end, low, high)) in tasks.into_iter().enumerate() {
            let noise = |at: usize, size: f64| wiggle(epoch * 31 + index * 7 + at) * size;
            let speed = 8.0 + 3.0 * index as f64;
            let fall = start + (end - start) * gone(speed);
            let memorised = f64::max(0.0, time - 52.0) * 0.0035 * start;
            train[0][task] = json!(fall * 0.85 + noise(1, 0.012 * start));
            train[1][task] = json!(1.0 + 0.3 * gone(40.0) * (index as f64 - 2.5));
            validation[0][task] = json!(fall + memorised + noise(2, 0.03 * start));
            let value = low + (high - low) * gone(speed) - memorised * 0.1 + luck + noise(3, 0.02);
            validation[1][task] = json!({ metric: f64::min(value, 1.0), "ece": null });
            score += f64::min(value, 1.0) / 6.0;
        }
        let rate = 2e-3 * (0.5 + 0.5 * (std::f64::consts::PI * time / 80.0).cos());
        let mut line = json!({
            "epoch": epoch, "step": epoch * 14, "split": "train", "losses": train[0],
            "weights": train[1], "learning_rate": rate, "gradient_variance": 0.4 / time, "seconds": time * 0.21,
        });
        if matches!(epoch, 1 | 4 | 16 | 64 | 80) {
            line["estimators"] = json!({
                "rows": 32, "draws": 4, "signal": 0.9 / time.powi(2),
                "variance": { "weight": 0.5 / time, "local": 0.03 / time, "flipout": 0.1 / time, "moments": 0.02 / time },
            });
        }
        lines += &format!("{line}\n");
        let line = json!({
            "epoch": epoch, "step": epoch * 14, "split": "validation", "losses": validation[0],
            "metrics": validation[1], "score": score, "best": epoch == 52, "seconds": time * 0.21,
        });
        lines += &format!("{line}\n");
    }
    lines
}

const CLASSES: [&str; 5] = ["mammal", "bird", "reptile", "fish", "insect"];
const ORDERS: [&str; 12] = [
    "Carnivora",
    "Rodentia",
    "Primates",
    "Chiroptera",
    "Passeriformes",
    "Anseriformes",
    "Squamata",
    "Testudines",
    "Salmoniformes",
    "Perciformes",
    "Coleoptera",
    "Lepidoptera",
];

/// A confusion matrix with that many rows a class, one in twelve of them wrong, and its accuracy.
fn confusion(labels: &[&str], rows: &[u64]) -> (Value, f64) {
    let counts: Vec<Vec<u64>> = rows
        .iter()
        .enumerate()
        .map(|(class, &rows)| {
            let mut counts = vec![0; labels.len()];
            let wrong = rows / 12;
            counts[class] = rows - wrong;
            counts[(class + 1) % labels.len()] += wrong;
            counts
        })
        .collect();
    let right: u64 = counts
        .iter()
        .enumerate()
        .map(|(class, row)| row[class])
        .sum();
    let accuracy = right as f64 / rows.iter().sum::<u64>() as f64;
    (json!({ "labels": labels, "counts": counts }), accuracy)
}

fn reliability(count: u64) -> Value {
    let bins: Vec<Value> = (6..15_u64)
        .map(|bin| {
            let confidence = (bin as f64 + 0.5) / 15.0;
            let accuracy = (confidence - 0.04 + 0.05 * wiggle(bin as usize)).min(1.0);
            json!({ "confidence": confidence, "accuracy": accuracy, "count": 1 + count * bin * bin / 1200 })
        })
        .collect();
    json!(bins)
}

fn evaluation(split: &str, luck: f64) -> Value {
    let observed: Vec<f64> = (0..70).map(|row| 40.0 + 38.0 * wiggle(row)).collect();
    let predicted: Vec<f64> = observed
        .iter()
        .enumerate()
        .map(|(row, mass)| 4.0 + 0.9 * mass + 9.0 * wiggle(row + 500))
        .collect();
    let misses: Vec<f64> = observed
        .iter()
        .zip(&predicted)
        .map(|(a, b)| a - b)
        .collect();
    let mean = observed.iter().sum::<f64>() / 70.0;
    let squares: f64 = misses.iter().map(|miss| miss * miss).sum();
    let r2 = 1.0
        - squares
            / observed
                .iter()
                .map(|mass| (mass - mean).powi(2))
                .sum::<f64>();
    let mae = misses.iter().map(|miss| miss.abs()).sum::<f64>() / 70.0;
    let (mammal, mammal_right) = confusion(&["no", "yes"], &[59, 41]);
    let (diet, diet_right) = confusion(&["carnivore", "herbivore", "omnivore"], &[36, 30, 22]);
    let (class, class_right) = confusion(&CLASSES, &[41, 23, 14, 12, 10]);
    let (order, order_right) = confusion(&ORDERS, &[14, 9, 10, 6, 12, 8, 9, 4, 7, 6, 6, 5]);
    json!({
        "split": split,
        "tasks": {
            "mammal": {
                "kind": "binary", "observed": 100,
                "metrics": { "auroc": 0.98 + luck / 4.0, "accuracy": mammal_right, "f1_macro": 0.937,
                             "average_precision": 0.971, "log_loss": 0.162, "brier": 0.09, "ece": 0.031 },
                "details": { "confusion": mammal, "reliability": reliability(100) },
            },
            "diet": {
                "kind": "multiclass", "observed": 88,
                "metrics": { "accuracy": diet_right, "balanced_accuracy": 0.741, "f1_macro": 0.748,
                             "auroc": 0.91, "log_loss": 0.61, "ece": 0.052 },
                "details": { "confusion": diet,
                             "reliability": reliability(88) },
            },
            "class": {
                "kind": "multiclass", "observed": 100,
                "metrics": { "accuracy": class_right, "balanced_accuracy": 0.921, "auroc": 0.993, "ece": 0.024 },
                "details": { "confusion": class, "reliability": reliability(100) },
            },
            "order": {
                "kind": "multiclass", "observed": 96,
                "metrics": { "accuracy": order_right, "balanced_accuracy": 0.8, "auroc": 0.97, "ece": 0.047 },
                "details": { "confusion": order,
                             "reliability": reliability(96) },
            },
            "mass": {
                "kind": "regression", "observed": 70,
                "metrics": { "r2": r2, "rmse": (squares / 70.0).sqrt(), "mae": mae, "nll": null },
                "details": { "scatter": { "column": "mass_kg", "observed": observed, "predicted": predicted } },
            },
            "habitats": {
                "kind": "multilabel", "observed": 24,
                "metrics": { "f1_macro": 0.712 + luck, "f1_micro": 0.75, "auroc": 0.86, "ece": 0.06 },
                "details": { "reliability": reliability(120) },
            },
        },
        "overall": { "score": 0.851 + luck / 2.0, "violation_rate": 0.0, "baseline": 0.287 },
    })
}

fn summary(name: &str, seed: u64, validation: &Value, test: &Value) -> Value {
    let guesses = json!({
        "mammal": 0.5, "diet": 0.409, "class": 0.41, "order": 0.146, "mass": -0.012, "habitats": 0.21,
    });
    json!({
        "name": name, "seed": seed, "seconds": 16.8, "epochs": 80, "best_epoch": 52,
        "rows": { "train": 468, "validation": 100, "test": 100 }, "parameters": 6_214,
        "validation": without_details(validation), "test": without_details(test),
        "baseline": { "validation": 0.281, "test": 0.287 },
        "majority": { "validation": guesses, "test": guesses },
        "headline": { "mammal": "auroc", "diet": "accuracy", "class": "accuracy", "order": "accuracy",
                      "mass": "r2", "habitats": "f1_macro" },
    })
}

fn without_details(evaluation: &Value) -> Value {
    let mut plain = evaluation.clone();
    for (_, task) in plain["tasks"].as_object_mut().expect("tasks by name") {
        task.as_object_mut().expect("a task").remove("details");
    }
    plain
}

fn network() -> Value {
    let task = |name: &str, kind: &str, parents: Value, refines: Value, edge: &str, share: f64| {
        json!({
            "name": name, "kind": kind, "parents": parents, "refines": refines, "edge": edge, "share": share,
            "outputs": 4, "observed": { "train": 468, "validation": 100, "test": 100 },
        })
    };
    json!({
        "parameters": 6_214,
        "tasks": [
            task("mammal", "binary", json!([]), json!([]), "shortcut", 1.0),
            task("diet", "multiclass", json!(["mammal"]), json!([]), "pull", 0.5),
            task("class", "multiclass", json!(["mammal"]), json!(["mammal"]), "shortcut", 1.0),
            task("order", "multiclass", json!(["class"]), json!(["class"]), "shortcut", 1.0),
            task("mass", "regression", json!(["order", "diet"]), json!([]), "shortcut", 0.25),
            task("habitats", "multilabel", json!(["mammal"]), json!([]), "shortcut", 0.5),
        ],
        "layers": [
            { "path": "trunk.0.weight", "shape": [20, 64], "parameters": 1280 },
            { "path": "trunk.0.bias", "shape": [64], "parameters": 64 },
            { "path": "trunk.1.weight", "shape": [64, 32], "parameters": 2048 },
            { "path": "heads.order.0.weight", "shape": [32, 16], "parameters": 512 },
        ],
    })
}

/// A bell of 30 ranges.
fn bell(mean: f64, std: f64, total: f64) -> (Vec<f64>, Vec<u64>) {
    let width = 6.0 * std / 30.0;
    let edges: Vec<f64> = (0..=30)
        .map(|edge| mean - 3.0 * std + width * f64::from(edge))
        .collect();
    let counts = (0..30)
        .map(|bin| {
            let z = (f64::from(bin) - 14.5) / 5.0;
            (total / 12.5 * (-z * z / 2.0).exp() * (1.0 + 0.12 * wiggle(bin as usize))).round()
                as u64
        })
        .collect();
    (edges, counts)
}

fn synapses() -> Value {
    let layer = |path: &str, std: f64, total: f64| {
        let (edges, counts) = bell(0.004, std, total);
        json!({ "path": path, "weights": { "edges": edges, "counts": counts }, "mean": 0.004, "std": std, "noise": 0.05 })
    };
    let (edges, counts) = bell(0.2134, 0.05, 1000.0);
    json!({
        "noise": "gaussian", "scale": 0.05,
        "layers": [
            layer("trunk.0.weight", 0.21, 1280.0), layer("trunk.1.weight", 0.16, 2048.0),
            layer("heads.order.0.weight", 0.19, 512.0),
        ],
        "outputs": {
            "description": "1000 draws of the first weight of trunk.0.weight: 0.2134 plus noise of standard deviation 0.05",
            "edges": edges, "counts": counts, "mean": 0.2131, "std": 0.0497,
        },
        "estimator": "weight", "pruning": pruning(),
    })
}

fn importance() -> Value {
    let features = [
        "milk",
        "feathers",
        "eggs",
        "legs",
        "aquatic",
        "airborne",
        "teeth",
        "backbone",
        "breathes",
        "fins",
        "venomous",
        "tail",
        "domestic",
        "lifespan in the wild (years)",
        "hair",
        "clutch_size",
        "nocturnal",
        "region",
    ];
    let tasks: Vec<Value> = ["mammal", "diet", "class", "order", "mass", "habitats"]
        .iter()
        .enumerate()
        .map(|(task, name)| {
            let values: Vec<f64> = (0..features.len())
                .map(|feature| {
                    let size = 0.9 / (1.0 + 0.5 * feature as f64);
                    (size * (0.6 + 0.5 * wiggle(task * 40 + feature))).max(-0.02)
                })
                .collect();
            json!({ "name": name, "values": values })
        })
        .collect();
    json!({ "kind": "permutation", "features": features, "tasks": tasks, "rows": 100 })
}

fn environment(name: &str) -> Value {
    json!({
        "version": "0.1.0", "commit": "3f9c2ab", "os": "linux", "architecture": "x86_64", "device": "cpu",
        "threads": 8, "started": "2026-11-21T09:41:07Z", "name": name, "directory": "/home/ada/animals",
        "data": [{
            "path": "/home/ada/animals/animals.csv", "rows": 668, "bytes": 41_220,
            "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }],
    })
}

const EXPERIMENT: &str = r#"seed = 7

[data]
train = "animals.csv"
stratify_by = "order"

[[tasks]]
name = "mammal"
kind = "binary"
target = "mammal"
positive = "yes"

[training]
epochs = 80
optimizer = { kind = "adam", learning_rate = 2e-3 }
"#;
