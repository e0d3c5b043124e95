//! What `predict` writes.

use std::fs;

use crate::commands::trained;
use crate::common::Folder;

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
