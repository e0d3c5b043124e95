//! What each subcommand does with good input.

use std::fs;

use crate::common::Folder;

const SHORT: &[&str] = &["--set", "training.epochs=3", "--quiet"];

pub(crate) fn trained() -> Folder {
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
    let beyond = "network.trunk=[4000000000,4000000000,4000000000]";
    let run = folder.run(&["train", "animals.toml", "--set", beyond]);
    assert_eq!(run.code(), Some(2), "{}", run.stderr());
    assert!(run.stderr().contains("2^64 bytes"), "{}", run.stderr());
}

/// A limit that a shell or a queue of jobs sets counts as well as what the machine has.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_the_process_counts_as_memory() {
    let folder = Folder::with_animals();
    let command = folder.command(&[
        "train",
        "animals.toml",
        "--set",
        "network.trunk=[12000,12000]",
    ]);
    let mut limited = std::process::Command::new("sh");
    limited
        .args(["-c", "ulimit -v 2000000 && exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        limited.current_dir(directory);
    }
    let output = limited.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("error[train/memory]"), "{told}");
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

#[test]
fn what_is_said_of_the_data_stands_in_the_summary_and_the_report() {
    let folder = Folder::new();
    let mut rows = String::from("a,y\n");
    for n in 0..200 {
        rows += &format!("{},{}\n", n * 37 % 101, u8::from(n % 90 == 7));
    }
    folder.write("rare.csv", rows).write(
        "rare.toml",
        "data = { train = \"rare.csv\" }\ntasks = [{ name = \"y\", kind = \"binary\" }]\n",
    );
    folder.done(&[&["train", "rare.toml", "--output", "run"][..], SHORT].concat());
    let summary = fs::read_to_string(folder.path("run/summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let said = summary["warnings"].to_string();
    assert!(said.contains("too few to learn from"), "{said}");
    let report = fs::read_to_string(folder.path("run/report.html")).unwrap();
    assert!(report.contains("too few to learn from"));
}
