//! What bad input gets: exit code 2, a message that says what, where and what to do, and no run folder.

use std::fs;

use crate::common::Folder;

/// Trains; the run must fail with exit code 2, name all of `told`, and leave nothing behind.
fn refused(folder: &Folder, arguments: &[&str], told: &[&str]) -> String {
    let mut all = vec!["train"];
    all.extend(arguments);
    let run = folder.run(&all);
    let text = run.stderr();
    assert_eq!(run.code(), Some(2), "{text}");
    for part in told {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    assert!(!text.contains("panicked"), "{text}");
    assert!(
        !folder.path("runs").exists(),
        "a run folder was left behind"
    );
    text
}

/// An experiment on `t.csv` with one binary task `y`.
const EXPERIMENT: &str =
    "data = { train = \"t.csv\" }\ntasks = [{ name = \"y\", kind = \"binary\" }]\n";

fn table(rows: usize) -> String {
    let mut csv = String::from("a,b,y\n");
    for i in 0..rows {
        csv.push_str(&format!("{},{},{}\n", i % 7, i * 3 % 11, i % 2));
    }
    csv
}

fn with_table(csv: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.write("e.toml", EXPERIMENT).write("t.csv", csv);
    folder
}

#[test]
fn every_mistake_of_an_experiment_file_is_shown_at_once() {
    let folder = Folder::with_animals();
    let experiment = fs::read_to_string(folder.path("animals.toml"))
        .unwrap()
        .replace("activation = \"relu\"", "activation = \"relo\"")
        .replace("epochs = 150", "epocs = 150")
        .replace("learning_rate = 2e-3", "learning_rate = nan")
        .replace("scale = 0.05", "scale = -0.05")
        .replace("batch_size = 16", "batch_size = 0")
        .replace("refines = \"mammal\"", "refines = \"mamal\"");
    folder.write("bad.toml", experiment);
    let text = refused(
        &folder,
        &["bad.toml"],
        &[
            "did you mean \"relu\"?",
            "did you mean `epochs`?",
            "must be a finite number",
            "did you mean `mammal`?",
            "bad.toml:",
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_missing_experiment_or_data_file_is_named() {
    let folder = Folder::new();
    refused(&folder, &["nowhere.toml"], &["nowhere.toml"]);
    folder.write("e.toml", EXPERIMENT);
    refused(&folder, &["e.toml"], &["t.csv"]);
    fs::create_dir(folder.path("t.csv")).unwrap();
    refused(&folder, &["e.toml"], &["t.csv"]);
}

#[test]
fn an_unset_variable_in_a_path_is_named() {
    let folder = Folder::new();
    folder.write(
        "e.toml",
        EXPERIMENT.replace("t.csv", "${SYNAPTREE_NO_SUCH_VARIABLE}/t.csv"),
    );
    refused(&folder, &["e.toml"], &["SYNAPTREE_NO_SUCH_VARIABLE"]);
}

#[test]
fn a_ragged_line_is_named_by_its_number() {
    let csv = table(40).replacen("3,9,1\n", "3,9\n", 1);
    let line = csv.lines().position(|line| line == "3,9").unwrap() + 1;
    refused(&with_table(csv), &["e.toml"], &["t.csv", &line.to_string()]);
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let mut csv = table(40).into_bytes();
    csv.extend(b"1,\xff,0\n");
    refused(&with_table(csv), &["e.toml"], &["t.csv", "UTF-8"]);
}

#[test]
fn an_empty_file_a_header_alone_and_one_row_are_refused() {
    refused(&with_table(""), &["e.toml"], &["t.csv", "empty"]);
    refused(&with_table("a,b,y\n"), &["e.toml"], &["t.csv"]);
    refused(&with_table("a,b,y\n1,2,0\n"), &["e.toml"], &["row"]);
}

#[test]
fn a_target_that_is_absent_constant_or_missing_is_refused() {
    let rows = |y: &str| {
        let mut csv = String::from("a,b,y\n");
        (0..40).for_each(|i| csv.push_str(&format!("{i},{},{y}\n", i % 3)));
        csv
    };
    refused(
        &with_table(table(40).replace("a,b,y", "a,b,z")),
        &["e.toml"],
        &["`y`", "t.csv"],
    );
    refused(&with_table(rows("1")), &["e.toml"], &["`y`"]);
    refused(&with_table(rows("")), &["e.toml"], &["`y`"]);
}

#[test]
fn a_class_that_only_the_test_rows_have_is_named() {
    let folder = Folder::new();
    folder
        .write(
            "e.toml",
            "data = { train = \"t.csv\", test = \"u.csv\" }\ntasks = [{ name = \"y\", kind = \"multiclass\" }]\n",
        )
        .write("t.csv", "a,y\n1,red\n2,blue\n3,red\n4,blue\n5,green\n6,green\n")
        .write("u.csv", "a,y\n1,red\n2,purple\n");
    refused(&folder, &["e.toml"], &["purple", "`y`"]);
}

#[test]
fn a_cycle_of_parents_is_named() {
    let folder = with_table(table(40));
    folder.write(
        "e.toml",
        "data = { train = \"t.csv\" }\n\
         tasks = [{ name = \"a\", kind = \"binary\", parent = \"y\" }, { name = \"y\", kind = \"binary\", parent = \"a\" }]\n",
    );
    refused(&folder, &["e.toml"], &["cycle", "a", "y"]);
}

#[test]
fn a_hierarchy_label_that_no_edge_leads_to_is_named() {
    let folder = Folder::new();
    folder.write(
        "t.arff",
        "@relation r\n@attribute x numeric\n@attribute class hierarchical root/a,a/b,root/c\n@data\n\
         1,b\n2,c\n3,zebra\n4,a\n5,b\n6,c\n",
    );
    folder.write(
        "e.toml",
        "data = { train = \"t.arff\", validation = false, test = false }\n\
         tasks = [{ name = \"f\", kind = \"hierarchical\", target = \"class\" }]\n",
    );
    refused(&folder, &["e.toml"], &["zebra"]);
}

#[test]
fn a_wrong_override_is_shown_as_it_was_written() {
    let folder = with_table(table(40));
    let text = refused(
        &folder,
        &["e.toml", "--set", "training.epocs=3"],
        &["did you mean `epochs`?"],
    );
    assert!(text.contains("--set"), "{text}");
    refused(
        &folder,
        &["e.toml", "--set", "training.batch_size=0"],
        &["batch_size"],
    );
    refused(
        &folder,
        &["e.toml", "--set", "synapses.scale=-1"],
        &["scale"],
    );
    refused(
        &folder,
        &["e.toml", "--set", "training.optimizer.learning_rate=nan"],
        &["learning_rate"],
    );
}

#[test]
fn an_output_folder_that_exists_is_refused() {
    let folder = with_table(table(40));
    fs::create_dir(folder.path("there")).unwrap();
    let run = folder.run(&["train", "e.toml", "--output", "there"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains("give another `--output`"));
    // Only a run can go on.
    assert!(!run.stderr().contains("--resume"), "{}", run.stderr());
    assert_eq!(fs::read_dir(folder.path("there")).unwrap().count(), 0);

    fs::write(folder.path("there/environment.json"), "{}").unwrap();
    let run = folder.run(&["train", "e.toml", "--output", "there"]);
    assert!(run.stderr().contains("--resume there"), "{}", run.stderr());
}

#[test]
fn a_folder_that_is_no_run_or_no_model_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path("empty")).unwrap();
    for arguments in [
        &["train", "--resume", "empty"][..],
        &["train", "--resume", "nowhere"],
        &["evaluate", "empty"],
        &["inspect", "empty"],
        &["plot", "nowhere"],
        &["predict", "empty", "--data", "x.csv", "--output", "p.csv"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code(), Some(2), "{arguments:?}: {}", run.stderr());
        assert!(
            run.stderr().contains("help:"),
            "{arguments:?}: {}",
            run.stderr()
        );
    }
}

#[test]
fn a_damaged_or_newer_model_is_refused() {
    let folder = with_table(table(60));
    folder.done(&[
        "train",
        "e.toml",
        "--set",
        "training.epochs=1",
        "--output",
        "run",
        "--quiet",
    ]);
    let config = folder.path("run/model/config.json");
    let whole = fs::read_to_string(&config).unwrap();
    let damages = [
        whole.replacen("\"format\": 1", "\"format\": 99", 1),
        whole[..whole.len() / 2].to_owned(),
    ];
    for (damage, told) in damages.iter().zip(["newer version", "damaged"]) {
        fs::write(&config, damage).unwrap();
        let run = folder.run(&["inspect", "run"]);
        assert_eq!(run.code(), Some(2));
        assert!(run.stderr().contains(told), "{}", run.stderr());
    }
    fs::write(&config, &whole).unwrap();
    let weights = folder.path("run/model/model.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() - 8]).unwrap();
    let run = folder.run(&["inspect", "run"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains("damaged"), "{}", run.stderr());
}

#[test]
fn a_prediction_file_without_an_input_column_names_it() {
    let folder = with_table(table(60));
    folder.done(&[
        "train",
        "e.toml",
        "--set",
        "training.epochs=1",
        "--output",
        "run",
        "--quiet",
    ]);
    folder.write("q.csv", "a\n1\n");
    let run = folder.run(&["predict", "run", "--data", "q.csv", "--output", "p.csv"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains("`b`"), "{}", run.stderr());
    assert!(!folder.path("p.csv").exists());
    folder.write("r.csv", "a,b\n1,2\n");
    let run = folder.run(&["predict", "run", "--data", "r.csv", "--output", "p.docx"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains(".parquet"), "{}", run.stderr());
    // Before any row is read.
    folder.write("none.csv", "a,b\n1\n");
    for (output, told) in [
        ("absent/p.csv", "its folder does not exist, create it first"),
        ("r.csv/p.csv", "what stands for its folder is a file"),
    ] {
        let run = folder.run(&["predict", "run", "--data", "none.csv", "--output", output]);
        assert_eq!(run.code(), Some(2));
        assert!(
            run.stderr().contains("error[data/write]"),
            "{}",
            run.stderr()
        );
        assert!(run.stderr().contains(told), "{}", run.stderr());
    }
}

#[test]
fn a_number_of_seeds_threads_or_a_seed_that_cannot_be_is_refused() {
    let folder = with_table(table(40));
    for threads in ["0", "65535"] {
        refused(&folder, &["e.toml", "--threads", threads], &["--threads"]);
    }
    for arguments in [
        ["--seed", "18446744073709551616"],
        ["--seeds", "0..18446744073709551615"],
        ["--seeds", "3..1"],
        ["--set", "seed=-1"],
    ] {
        let mut all = vec!["e.toml"];
        all.extend(arguments);
        refused(&folder, &all, &["seed"]);
    }
}

#[test]
fn a_name_that_leads_out_of_the_runs_folder_is_refused() {
    let folder = with_table(table(40));
    refused(
        &folder,
        &["e.toml", "--set", "name=../x"],
        &["folder", "--set"],
    );
}

#[test]
fn evaluating_rows_that_changed_since_the_run_began_is_refused() {
    let folder = with_table(table(60));
    folder.done(&[
        "train",
        "e.toml",
        "--set",
        "training.epochs=1",
        "--output",
        "run",
        "--quiet",
    ]);
    folder.done(&["evaluate", "run"]);
    folder.write("t.csv", table(61));
    let run = folder.run(&["evaluate", "run", "--json"]);
    assert_eq!(run.code(), Some(2));
    assert!(run.stderr().contains("t.csv"), "{}", run.stderr());
    assert_eq!(run.stdout(), "");
}

#[test]
fn a_data_file_given_as_the_experiment_leads_to_init() {
    let folder = with_table(table(40));
    refused(
        &folder,
        &["t.csv"],
        &["config/is-data", "`synaptree init t.csv --target COLUMN`"],
    );
}

#[test]
fn an_output_that_is_a_file_is_not_called_a_run() {
    let folder = with_table(table(40));
    let text = refused(
        &folder,
        &["e.toml", "--output", "t.csv"],
        &["train/output-is-file", "`t.csv` is a file"],
    );
    assert!(!text.contains("--resume"), "{text}");
    assert_eq!(fs::read_to_string(folder.path("t.csv")).unwrap(), table(40));
}

#[test]
fn predictions_are_not_written_over_files_that_are_needed() {
    let folder = with_table(table(40));
    let quick = ["train", "e.toml", "--set", "training.epochs=1", "--quiet"];
    folder.done(&quick);
    fs::create_dir(folder.path("sub")).unwrap();
    for output in ["t.csv", "./sub/../t.csv"] {
        let run = folder.run(&["predict", "runs/e", "--data", "t.csv", "--output", output]);
        assert_eq!(run.code(), Some(2), "{}", run.stderr());
        assert!(
            run.stderr().contains("model/output-is-data"),
            "{}",
            run.stderr()
        );
        assert_eq!(fs::read_to_string(folder.path("t.csv")).unwrap(), table(40));
    }
    folder.write("new.csv", table(3));
    // A copy of the training rows has their content, which is all that is known of a run that was moved.
    fs::copy(folder.path("t.csv"), folder.path("copy.csv")).unwrap();
    for (run, output) in [
        ("runs/e", "t.csv"),
        ("runs/e/model", "t.csv"),
        ("runs/e", "copy.csv"),
        ("runs/e", "runs/e/predictions/test.parquet"),
        ("runs/e", "runs/e/model/model.safetensors"),
        ("runs/e", "e.toml"),
    ] {
        let before = fs::read(folder.path(output)).unwrap();
        let told = folder.run(&["predict", run, "--data", "new.csv", "--output", output]);
        assert_eq!(told.code(), Some(2), "{}", told.stderr());
        assert!(told.stderr().contains(output), "{}", told.stderr());
        assert_eq!(fs::read(folder.path(output)).unwrap(), before, "{output}");
    }
    folder.done(&["predict", "runs/e", "--data", "t.csv", "--output", "p.csv"]);
    // What is there already and is no data of the run is replaced.
    folder.done(&["predict", "runs/e", "--data", "t.csv", "--output", "p.csv"]);
}

#[test]
fn settings_given_as_options_are_met_with_how_they_are_set() {
    let folder = with_table(table(40));
    for (option, tip) in [
        ("--epochs", "`--set training.epochs=VALUE`"),
        ("--batch-size", "`--set training.batch_size=VALUE`"),
        ("--split-seed", "`--set data.split_seed=VALUE`"),
        ("--name", "`--set name=VALUE`"),
    ] {
        let told = folder.run(&["train", "e.toml", option, "3"]).stderr();
        assert!(
            told.contains(tip) && !told.contains("as a value"),
            "{option}: {told}"
        );
    }
    let told = folder.run(&["train", "e.toml", "--colour", "3"]).stderr();
    assert!(!told.contains("--set"), "{told}");
}

#[test]
fn a_model_without_its_run_asks_for_rows_and_one_that_is_not_there_is_not_called_damaged() {
    let folder = with_table(table(40));
    folder.done(&["train", "e.toml", "--set", "training.epochs=1", "--quiet"]);
    fs::rename(folder.path("runs/e/model"), folder.path("m")).unwrap();
    let told = folder.run(&["evaluate", "m"]).stderr();
    assert!(told.contains("give rows with `--data FILE`"), "{told}");
    folder.done(&["evaluate", "m", "--data", "t.csv"]);
    let told = folder.run(&["evaluate", "n", "--data", "t.csv"]).stderr();
    assert!(
        told.contains("`n` holds no model: there is no such folder"),
        "{told}"
    );
}
