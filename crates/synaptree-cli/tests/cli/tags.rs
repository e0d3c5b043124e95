//! Lists of labels and categories of many values, from the file to the prediction.

use std::fmt::Write;

use crate::common::Folder;

/// Notes with several tags in a cell, divided as asked for, and an author out of many.
fn notes(separator: &str) -> Folder {
    let folder = Folder::new();
    let mut csv = String::from("words,half,third,fifth,author,tags\n");
    for n in 0..360 {
        let mut tags = Vec::new();
        for (every, tag) in [(2, "rust"), (3, "data"), (5, "plots")] {
            if n % every == 0 {
                tags.push(tag);
            }
        }
        let _ = writeln!(
            csv,
            "{},h{},t{},f{},author {},{}",
            n * 7 % 43,
            n % 2,
            n % 3,
            n % 5,
            n % 31,
            tags.join(separator)
        );
    }
    folder.write("notes.csv", csv);
    folder
}

#[test]
fn lists_of_labels_become_a_multilabel_target() {
    for (separator, streaming) in [("|", "false"), (";", "true")] {
        let folder = notes(separator);
        folder.done(&["init", "notes.csv", "--target", "tags", "--preset", "quick"]);
        let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
        assert!(written.contains("kind = \"multilabel\""), "{written}");
        assert_eq!(written.contains("separator = \";\""), separator == ";");
        let checked = folder.done(&["check", "experiment.toml"]).stdout();
        let words: Vec<&str> = checked.split_whitespace().collect();
        assert!(
            words.windows(2).any(|pair| pair == ["multilabel", "3"]),
            "{checked}"
        );
        let set = format!("data.streaming={streaming}");
        let run = folder
            .done(&[
                "train",
                "experiment.toml",
                "--quiet",
                "--json",
                "--output",
                "run",
                "--set",
                &set,
                "--set",
                "training.epochs=30",
            ])
            .json();
        // The columns tell the labels, one each.
        let score = run["test"]["overall"]["score"].as_f64().unwrap();
        assert!(score > 0.8, "{score}");
        folder.write(
            "new.csv",
            "words,half,third,fifth,author\n0,h1,t0,f2,author 3\n23,h0,t1,f1,nobody\n",
        );
        folder.done(&["predict", "run", "--data", "new.csv", "--output", "p.csv"]);
        let predicted = std::fs::read_to_string(folder.path("p.csv")).unwrap();
        let header = predicted.lines().next().unwrap();
        for column in ["tags", "tags.p.data", "tags.p.plots", "tags.p.rust"] {
            assert!(header.split(',').any(|name| name == column), "{header}");
        }
    }
}

#[test]
fn check_says_how_categories_are_encoded_and_what_they_weigh() {
    let folder = notes("|");
    folder.done(&["init", "notes.csv", "--target", "tags", "--preset", "quick"]);
    let said = |set: &str| {
        folder
            .done(&["check", "experiment.toml", "--set", set])
            .stdout()
    };
    let embedded = said("seed=0");
    assert!(
        embedded.contains(
            "5 input columns: 1 number, 3 categories one-hot, 1 category embedded (352 weights)"
        ),
        "{embedded}"
    );
    let hashed = said("inputs[0].encoding=\"hash\"");
    assert!(
        hashed.contains("4 categories hashed (1048832 weights)"),
        "{hashed}"
    );
    let resolved = folder
        .done(&["check", "experiment.toml", "--resolved"])
        .stdout();
    for key in [
        "encoding = \"auto\"",
        "embedding_max = 10000",
        "hash_buckets = 4096",
    ] {
        assert!(resolved.contains(key), "{resolved}");
    }
}

#[test]
fn predict_and_evaluate_name_values_that_training_did_not_have() {
    let folder = notes("|");
    folder.done(&["init", "notes.csv", "--target", "tags", "--preset", "quick"]);
    folder.done(&[
        "train",
        "experiment.toml",
        "--quiet",
        "--output",
        "run",
        "--set",
        "training.epochs=1",
    ]);
    folder.write(
        "new.csv",
        "words,half,third,fifth,author,tags\n1,h0,t1,f1,nobody,data\n2,h0,t2,f2,author 3,rust\n",
    );
    for arguments in [
        &["predict", "run", "--data", "new.csv", "--output", "p.csv"][..],
        &["evaluate", "run", "--data", "new.csv"],
    ] {
        let said = folder.done(arguments).stderr();
        assert!(
            said.contains("column `author`") && said.contains("`nobody` (new.csv, line 2)"),
            "{said}"
        );
    }
    folder.write(
        "new.csv",
        "words,half,third,fifth,author,tags\n1,h0,t1,f1,author 3,data|tea\n2,h0,t2,f2,author 3,rust\n",
    );
    let evaluated = folder.done(&["evaluate", "run", "--data", "new.csv"]);
    assert!(
        evaluated.stderr().contains(
            "task `tags`: 2 of the rows to evaluate are labelled, with 1 label that no training row has: `tea` \
             (new.csv, line 2); the model knows"
        ),
        "{}",
        evaluated.stderr()
    );
    assert!(
        evaluated.stdout().contains("score 0."),
        "{}",
        evaluated.stdout()
    );
}
