//! What each subcommand does with good input.

use std::fs;

use crate::common::Folder;

const SHORT: &[&str] = &["--set", "training.epochs=3", "--quiet"];

fn trained() -> Folder {
    let folder = Folder::with_animals();
    let mut arguments = vec!["train", "animals.toml", "--output", "run"];
    arguments.extend(SHORT);
    folder.done(&arguments);
    folder
}

#[test]
fn the_help_lists_every_subcommand() {
    let help = Folder::new().done(&["--help"]).stdout();
    insta::assert_snapshot!(help);
}

#[test]
fn the_help_of_train_lists_every_option() {
    insta::assert_snapshot!(Folder::new().done(&["train", "--help"]).stdout());
}

#[test]
fn an_example_is_written_checked_and_trained() {
    let folder = Folder::new();
    folder.done(&["example", "xor"]);
    folder.done(&["check", "xor/xor.toml"]);
    let printed = folder
        .done(&[
            "train",
            "xor/xor.toml",
            "--set",
            "training.epochs=2",
            "--quiet",
        ])
        .stdout();
    assert!(printed.contains("runs/xor/report.html"), "{printed}");
    assert!(folder.path("runs/xor/report.html").is_file());
    folder.write("taken", "");
    assert_eq!(folder.run(&["example", "xor", "taken"]).code(), Some(2));
    let again = folder.run(&["example", "xor"]);
    assert_eq!(again.code(), Some(2));
    assert!(again.stderr().contains("exists"));
}

#[test]
fn an_unknown_example_names_the_nearest() {
    let run = Folder::new().run(&["example", "animal"]);
    assert_eq!(run.code(), Some(2));
    assert!(
        run.stderr().contains("did you mean `animals`?"),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_finished_run_holds_every_file_of_its_layout() {
    let folder = trained();
    for file in [
        "experiment.toml",
        "environment.json",
        "metrics.jsonl",
        "checkpoints/last/checkpoint.safetensors",
        "checkpoints/best/checkpoint.safetensors",
        "model/model.safetensors",
        "model/config.json",
        "model/preprocessing.json",
        "model/README.md",
        "summary.json",
        "evaluation/validation.json",
        "evaluation/test.json",
        "predictions/test.parquet",
        "network.json",
        "synapses.json",
        "importance.json",
        "report.html",
    ] {
        assert!(folder.path("run").join(file).is_file(), "{file} is missing");
    }
}

#[test]
fn the_recorded_experiment_trains_to_the_same_weights() {
    let folder = trained();
    fs::copy(
        folder.path("run/experiment.toml"),
        folder.path("resolved.toml"),
    )
    .unwrap();
    folder.done(&["train", "resolved.toml", "--output", "again", "--quiet"]);
    let weights = |run: &str| fs::read(folder.path(run).join("model/model.safetensors")).unwrap();
    assert!(weights("run") == weights("again"));
}

#[test]
fn train_with_json_prints_one_document_and_nothing_else() {
    let folder = Folder::with_animals();
    let document = folder
        .done(&[
            "train",
            "animals.toml",
            "--set",
            "training.epochs=2",
            "--json",
        ])
        .json();
    assert_eq!(document["run"], "runs/animals");
    assert_eq!(document["headline"]["mammal"], "auroc");
    assert!(document["test"]["overall"]["score"].is_number());
}

#[test]
fn without_a_terminal_a_line_an_epoch_tells_losses_metrics_and_the_time_left() {
    let folder = Folder::with_animals();
    let run = folder.done(&["train", "animals.toml", "--set", "training.epochs=2"]);
    let text = run.stderr();
    let first = text.lines().find(|line| line.starts_with("epoch 1/2"));
    let first = first.unwrap_or_else(|| panic!("no epoch 1 in:\n{text}"));
    for part in [
        "mammal loss ",
        " auroc ",
        "order loss ",
        "score ",
        " s left",
    ] {
        assert!(first.contains(part), "`{part}` is not in: {first}");
    }
    assert!(
        text.contains("epoch 2/2") && text.contains("best epoch"),
        "{text}"
    );
    // The table of figures is the result, and so it alone is on standard output.
    assert!(run.stdout().starts_with("task "), "{}", run.stdout());
    let again = folder.done(&["train", "--resume", "runs/animals"]).stderr();
    assert!(again.contains("trained to its end before"), "{again}");
}

#[test]
fn evaluate_prints_the_documented_json() {
    let folder = trained();
    let document = folder.done(&["evaluate", "run", "--json"]).json();
    assert_eq!(document["split"], "test");
    assert_eq!(document["tasks"]["order"]["kind"], "multiclass");
    assert!(document["tasks"]["order"]["observed"].as_u64().unwrap() > 0);
    assert!(document["tasks"]["mammal"]["metrics"]["auroc"].is_number());
    assert_eq!(document["overall"]["violation_rate"], 0.0);
    let validation = folder
        .done(&["evaluate", "run", "--split", "validation", "--json"])
        .json();
    assert_eq!(validation["split"], "validation");
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("run/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["test"]["tasks"], document["tasks"]);
}

#[test]
fn evaluate_works_from_a_copied_model_and_a_file() {
    let folder = trained();
    fs::rename(folder.path("run/model"), folder.path("copied")).unwrap();
    fs::remove_dir_all(folder.path("run")).unwrap();
    let document = folder
        .done(&[
            "evaluate",
            "copied",
            "--data",
            "animals.csv",
            "--samples",
            "4",
            "--json",
        ])
        .json();
    assert!(document["tasks"]["class"]["metrics"]["accuracy"].is_number());
    assert_eq!(document["overall"]["violation_rate"], 0.0);
}

#[test]
fn predict_writes_decisions_probabilities_and_uncertainty() {
    let folder = trained();
    folder.done(&[
        "predict",
        "run",
        "--data",
        "animals.csv",
        "--output",
        "p.csv",
        "--samples",
        "4",
    ]);
    let csv = fs::read_to_string(folder.path("p.csv")).unwrap();
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(&header[..4], ["name", "mammal", "mammal.p", "mammal.std"]);
    for column in [
        "class.p.bird",
        "class.std",
        "class.total",
        "class.aleatoric",
        "class.epistemic",
    ] {
        assert!(header.contains(&column), "{column}");
    }
    let rows = fs::read_to_string(folder.path("animals.csv"))
        .unwrap()
        .lines()
        .count();
    assert_eq!(csv.lines().count(), rows);
    folder.done(&[
        "predict",
        "run",
        "--data",
        "animals.csv",
        "--output",
        "p.parquet",
    ]);
    assert_eq!(&fs::read(folder.path("p.parquet")).unwrap()[..4], b"PAR1");
}

#[test]
fn answers_that_are_no_numbers_are_left_empty_and_told() {
    let folder = Folder::with_animals();
    // Weights that are large enough to run over.
    let first = "network.initialiser={ kind = \"normal\", std = 2.0 }";
    let mut arguments = vec!["train", "animals.toml", "--output", "run", "--quiet"];
    arguments.extend(["--set", "training.epochs=1", "--set", first]);
    folder.done(&arguments);
    let table = fs::read_to_string(folder.path("animals.csv")).unwrap();
    let mut lines: Vec<String> = table.lines().take(3).map(ToOwned::to_owned).collect();
    let wings = lines[0]
        .split(',')
        .position(|name| name == "wings")
        .unwrap();
    let mut cells: Vec<&str> = table.lines().nth(2).unwrap().split(',').collect();
    cells[wings] = "3e38";
    lines[2] = cells.join(",");
    folder.write("far.csv", lines.join("\n"));
    for samples in ["0", "4"] {
        let mut arguments = vec!["predict", "run", "--data", "far.csv", "--output", "p.csv"];
        arguments.extend(["--samples", samples]);
        let told = folder.done(&arguments).stderr();
        assert!(
            told.contains("1 row has an answer that is no number (far.csv, line 3)"),
            "{told}"
        );
        let csv = fs::read_to_string(folder.path("p.csv")).unwrap();
        let row: Vec<&str> = csv.lines().nth(2).unwrap().split(',').collect();
        assert!(row[1..].iter().all(|cell| cell.is_empty()), "{row:?}");
        assert!(!csv.lines().nth(1).unwrap().contains(",,"), "{csv}");
    }
}

#[test]
fn equal_seeds_draw_equal_samples_and_other_seeds_others() {
    let folder = trained();
    let predicted = |seed: &[&str], output: &str| {
        let mut arguments = vec!["predict", "run", "--data", "animals.csv", "--samples", "3"];
        arguments.extend(["--output", output]);
        arguments.extend(seed);
        folder.done(&arguments);
        fs::read(folder.path(output)).unwrap()
    };
    let unasked = predicted(&[], "unasked.csv");
    let one = predicted(&["--seed", "1"], "one.csv");
    assert_eq!(one, predicted(&["--seed", "1"], "again.csv"));
    assert_ne!(one, predicted(&["--seed", "2"], "two.csv"));
    // Unasked it is the seed of the experiment.
    assert_eq!(unasked, predicted(&["--seed", "7"], "seven.csv"));
    let evaluated = |seed: &str| {
        let arguments = [
            "evaluate",
            "run",
            "--json",
            "--samples",
            "3",
            "--seed",
            seed,
        ];
        folder.done(&arguments).stdout()
    };
    assert_eq!(evaluated("1"), evaluated("1"));
    assert_ne!(evaluated("1"), evaluated("2"));
    // A mean network draws nothing.
    let refused = folder.run(&["evaluate", "run", "--seed", "1"]);
    assert_eq!(refused.code(), Some(2), "{}", refused.stderr());
}

#[test]
fn a_prediction_does_not_depend_on_the_other_rows() {
    let folder = trained();
    let table = fs::read_to_string(folder.path("animals.csv")).unwrap();
    let few: Vec<&str> = table.lines().take(4).collect();
    folder.write("few.csv", few.join("\n"));
    for (data, output) in [("animals.csv", "all.csv"), ("few.csv", "some.csv")] {
        folder.done(&[
            "predict",
            "run",
            "--data",
            data,
            "--output",
            output,
            "--samples",
            "3",
        ]);
    }
    let cells = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(folder.path(name)).unwrap();
        let lines: Vec<&str> = text.lines().take(4).collect();
        lines.join(",").split(',').map(ToOwned::to_owned).collect()
    };
    // The draws are the same to the bit; sums of another number of rows may round differently.
    for (one, other) in cells("all.csv").iter().zip(cells("some.csv")) {
        let numbers = (one.parse::<f32>(), other.parse::<f32>());
        match numbers {
            (Ok(one), Ok(other)) => assert!((one - other).abs() < 1e-5, "{one} is not {other}"),
            _ => assert_eq!(*one, other),
        }
    }
}

#[test]
fn prediction_files_need_no_label_columns() {
    let folder = trained();
    let table = fs::read_to_string(folder.path("animals.csv")).unwrap();
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let keep: Vec<usize> = (0..header.len())
        .filter(|i| !["mammal", "diet", "class", "order"].contains(&header[*i]))
        .collect();
    let bare: String = table
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let kept: Vec<&str> = keep.iter().map(|&i| cells[i]).collect();
            format!("{}\n", kept.join(","))
        })
        .collect();
    folder.write("bare.csv", bare);
    folder.done(&["predict", "run", "--data", "bare.csv", "--output", "p.csv"]);
}

#[test]
fn inspect_and_plot_read_the_run_folder() {
    let folder = trained();
    let text = folder.done(&["inspect", "run"]).stdout();
    assert!(text.contains("trunk.0.dense.weight"), "{text}");
    assert!(text.contains("between draws of the noise"), "{text}");
    let document = folder.done(&["inspect", "run", "--json"]).json();
    assert_eq!(document["estimators"][0]["epoch"], 1);
    assert!(document["estimators"][0]["variance"]["local"].as_f64() > Some(0.0));
    assert_eq!(document["tasks"][2]["refines"][0], "mammal");
    let plotted = folder.done(&["plot", "run"]).stdout();
    for path in plotted.lines() {
        assert!(folder.path(path).is_file(), "{path}");
    }
    assert!(plotted.lines().count() > 5, "{plotted}");
}

#[test]
fn inspect_shows_the_distribution_that_was_found_of_the_weights_layer_by_layer() {
    let folder = Folder::with_animals();
    let text = std::fs::read_to_string(folder.path("animals.toml")).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("early_stopping"));
    folder.write("animals.toml", lines.collect::<Vec<_>>().join("\n"));
    let found = |run: &str, set: &[&str]| {
        let mut command = vec!["train", "animals.toml", "--output", run, "--quiet"];
        let plain = ["synapses.noise=none", "training.epochs=4"];
        for set in plain.iter().chain(set) {
            command.extend(["--set", set]);
        }
        folder.done(&command);
        let text = folder.done(&["inspect", run]).stdout();
        (text, folder.done(&["inspect", run, "--json"]).json())
    };
    let (text, document) = found("ivon", &["training.optimizer={ kind = \"ivon\" }"]);
    assert!(text.contains("that IVON found"), "{text}");
    assert!(text.contains("signal/noise"), "{text}");
    assert_eq!(document["posterior"]["kind"], "ivon");
    let noise = document["noise"].as_array().unwrap();
    assert_eq!(noise[0]["path"], "trunk.0.dense.weight");
    // The same as the report shows.
    let synapses = std::fs::read_to_string(folder.path("ivon/synapses.json")).unwrap();
    let synapses: serde_json::Value = serde_json::from_str(&synapses).unwrap();
    for (layer, shown) in noise.iter().zip(synapses["layers"].as_array().unwrap()) {
        assert_eq!(layer["path"], shown["path"]);
        let (a, b) = (layer["scale"].as_f64(), shown["noise"].as_f64());
        assert!((a.unwrap() / b.unwrap() - 1.0).abs() < 1e-6, "{a:?} {b:?}");
        assert!(layer["signal_to_noise"].as_f64() > Some(0.0));
    }
    let swag = "training.posterior={ kind = \"swag\", epochs = 3, rank = 2 }";
    let (text, document) = found("swag", &[swag]);
    assert!(text.contains("that SWAG found, and samples answer with the drawn weights"));
    assert!(document["noise"][0]["scale"].as_f64() > Some(0.0), "{text}");
}

#[test]
fn several_seeds_share_a_folder_and_a_summary() {
    let folder = Folder::with_animals();
    folder.done(&[
        "train",
        "animals.toml",
        "--seeds",
        "0..2",
        "--output",
        "seeds",
        "--set",
        "training.epochs=2",
        "--quiet",
    ]);
    assert!(folder.path("seeds/seed-0/summary.json").is_file());
    assert!(folder.path("seeds/seed-1/report.html").is_file());
    assert!(folder.path("seeds/report.html").is_file());
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("seeds/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["test"]["overall"]["score"]["n"], 2);
    assert!(summary["test"]["overall"]["score"]["ci95"].is_number());
    let run = folder.run(&["evaluate", "seeds"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains("seeds/seed-0"), "{}", run.stderr());
}

#[test]
fn a_network_that_does_not_fit_into_memory_is_refused_before_it_is_built() {
    let folder = Folder::with_animals();
    let huge = "network.trunk=[1000000,1000000]";
    for arguments in [
        &["train", "animals.toml", "--dry-run", "--set", huge][..],
        &["train", "animals.toml", "--set", huge],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code(), Some(2), "{}", run.stderr());
        let told = run.stderr();
        assert!(told.contains("error[train/memory]"), "{told}");
        assert!(
            told.contains("`trunk.1.dense`, 1000000 x 1000000"),
            "{told}"
        );
        assert!(!folder.path("runs").exists());
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = Folder::with_animals();
    let printed = folder
        .done(&["train", "animals.toml", "--dry-run"])
        .stdout();
    assert!(
        printed.contains("every parameter receives a gradient"),
        "{printed}"
    );
    assert!(!folder.path("runs").exists());
}

#[test]
fn check_shows_where_every_value_comes_from() {
    let folder = Folder::new();
    folder.write(
        "e.yaml",
        "preset: quick\nseed: 1\ndata: {train: t.csv}\ntasks:\n  - {name: y, kind: binary}\n\
         training:\n  epochs: 10\n  batch_size: 4\n",
    );
    let mut command = folder.command(&["check", "e.yaml", "--resolved", "--set", "seed=3"]);
    command
        .env("SYNAPTREE__SEED", "2")
        .env("SYNAPTREE__TRAINING__EPOCHS", "20");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "seed = 3  # --set",
        "epochs = 20  # environment",
        "batch_size = 4  # file:8",
        "trunk = [64, 32]  # preset",
        "activation = \"relu\"  # default",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    // What is printed is an experiment that says the same.
    folder.write("again.toml", &text);
    let again = folder.done(&["check", "again.toml", "--resolved"]).stdout();
    let bare = |text: &str| -> Vec<String> {
        let lines = text.lines();
        lines
            .map(|line| line.split("  # ").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(bare(&again), bare(&text));
}

#[test]
fn a_wrong_variable_of_the_environment_is_refused() {
    let folder = Folder::with_animals();
    let mut command = folder.command(&["check", "animals.toml"]);
    let output = command
        .env("SYNAPTREE__TRAINING__EPOCS", "3")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--> environment:1:22"), "{text}");
    assert!(text.contains("did you mean `epochs`?"), "{text}");
}

#[test]
fn check_prints_every_default_and_suggests_what_the_labels_bear_out() {
    let folder = Folder::with_animals();
    let resolved = folder
        .done(&["check", "animals.toml", "--resolved"])
        .stdout();
    assert!(resolved.contains("beta_1 = 0.9"), "{resolved}");
    let experiment = fs::read_to_string(folder.path("animals.toml")).unwrap();
    folder.write("loose.toml", experiment.replace("refines = \"mammal\"", ""));
    let checked = folder.done(&["check", "loose.toml"]).stdout();
    assert!(checked.contains("`class` determines `mammal`"), "{checked}");
}
