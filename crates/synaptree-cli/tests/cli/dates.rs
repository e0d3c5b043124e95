//! Dates from the file to the prediction.

use std::fmt::Write;

use crate::common::Folder;

/// Visits over a year: late in the week people stay longer, and some days were not written down.
fn visits() -> Folder {
    let folder = Folder::new();
    let mut csv = String::from("visited,rooms,long\n");
    for n in 0..364 {
        // The first of January 2024 is a Monday.
        let (month, day) = (n / 28 % 12 + 1, n % 28 + 1);
        let date = if n % 40 == 5 {
            String::new()
        } else {
            format!("2024-{month:02}-{day:02} {:02}:30", 8 + n % 10)
        };
        let long = if n % 7 >= 4 { "yes" } else { "no" };
        let _ = writeln!(csv, "{date},{},{long}", n * 5 % 7 % 3);
    }
    folder.write("visits.csv", csv);
    folder
}

const NEW: &str = "visited,rooms\n2031-12-31 23:59,1\n,2\n31.05.2024,0\n";

#[test]
fn dates_go_from_init_to_prediction() {
    let folder = visits();
    folder.done(&[
        "init",
        "visits.csv",
        "--target",
        "long",
        "--preset",
        "quick",
    ]);
    let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
    assert!(!written.contains("exclude"), "{written}");
    folder.done(&["check", "experiment.toml"]);
    for (run, streaming) in [("held", "false"), ("streamed", "true")] {
        let set = format!("data.streaming={streaming}");
        folder.done(&[
            "train",
            "experiment.toml",
            "--quiet",
            "--output",
            run,
            "--set",
            &set,
            "--set",
            "training.epochs=2",
        ]);
        folder.write("new.csv", NEW);
        let output = format!("{run}.csv");
        folder.done(&["predict", run, "--data", "new.csv", "--output", &output]);
        let predicted = std::fs::read_to_string(folder.path(&output)).unwrap();
        assert_eq!(predicted.lines().count(), 4, "{predicted}");
        assert!(!predicted.contains("NaN"), "{predicted}");
        // Training rows of either way have the same features.
        let saved =
            std::fs::read_to_string(folder.path(run).join("model/preprocessing.json")).unwrap();
        assert!(saved.contains("\"date\""), "{saved}");

        folder.write("new.csv", format!("{NEW}2024-02-30,1\n"));
        let refused = folder.run(&[
            "predict",
            run,
            "--data",
            "new.csv",
            "--output",
            "refused.csv",
        ]);
        assert_ne!(refused.code(), Some(0));
        let said = refused.stderr();
        assert!(
            said.contains("data/not-a-date") && said.contains("line 5") && said.contains("visited"),
            "{said}"
        );
        assert!(!folder.path("refused.csv").exists());
    }
}

#[test]
fn init_leaves_out_dates_with_slips_and_names_them() {
    let folder = visits();
    let text = std::fs::read_to_string(folder.path("visits.csv")).unwrap();
    folder.write("visits.csv", text.replace("2024-03-01 ", "2024-02-30 "));
    let told = folder
        .done(&[
            "init",
            "visits.csv",
            "--target",
            "long",
            "--preset",
            "quick",
        ])
        .stdout();
    let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
    assert!(
        written.contains("1 of its cells is no date: `2024-02-30 ")
            && written.contains("exclude = [\"visited\"]"),
        "{told}\n{written}"
    );
}
