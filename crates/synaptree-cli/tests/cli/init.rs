//! From a file to a trained model without editing.

use crate::common::Folder;

/// Twelve rows of each of five kinds of fruit.
fn fruit() -> Folder {
    let folder = Folder::new();
    let mut csv = String::from("no,weight,colour,origin,kind\n");
    for n in 0..60 {
        let kind = n % 5;
        csv += &format!(
            "{},{},{},{},{}\n",
            n + 1,
            40 * kind + n * 7 % 60,
            ["green", "red", "yellow", "red", "green"][(kind + n / 17) % 5],
            ["north", "south"][n / 3 % 2],
            ["apple", "cherry", "lemon", "plum", "kiwi"][kind]
        );
    }
    folder.write("fruit.csv", csv);
    folder
}

#[test]
fn describe_shows_every_column() {
    let printed = fruit().done(&["describe", "fruit.csv"]).stdout();
    insta::assert_snapshot!(printed);
}

#[test]
fn describe_prints_one_document_where_it_is_asked_to() {
    let document = fruit().done(&["describe", "fruit.csv", "--json"]).json();
    assert_eq!(document["rows"], 60);
    assert_eq!(document["columns"][4]["look"], "category");
    assert_eq!(document["columns"][4]["distinct"], 5);
}

#[test]
fn init_writes_an_experiment_that_check_and_train_take_as_it_is() {
    let folder = fruit();
    let told = folder.done(&["init", "fruit.csv", "--target", "kind", "--preset", "quick"]);
    assert!(
        told.stdout().contains("synaptree train experiment.toml"),
        "{}",
        told.stdout()
    );
    let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
    insta::assert_snapshot!(written);
    folder.done(&["check", "experiment.toml"]);
    let dry = folder
        .done(&["train", "experiment.toml", "--dry-run"])
        .stdout();
    assert!(dry.contains("every parameter receives a gradient"), "{dry}");
    let run = folder
        .done(&["train", "experiment.toml", "--quiet", "--json"])
        .json();
    assert!(run["test"]["overall"]["score"].is_number());

    let again = folder.run(&["init", "fruit.csv", "--target", "kind"]);
    assert_eq!(again.code(), Some(2));
    assert!(again.stderr().contains("--output"), "{}", again.stderr());
}

#[test]
fn what_is_known_of_a_file_is_said_once_and_stands_in_the_experiment() {
    let folder = Folder::new();
    let mut csv = b"Caf\xE9s of the town\nname;size;kind\n".to_vec();
    for n in 0..60 {
        let kind = [&b"caf\xE9"[..], b"bar"][n % 2];
        csv.extend(format!("n{n};{};", n * 7 % 31).bytes());
        csv.extend(kind);
        csv.push(b'\n');
    }
    folder.write("towns.csv", csv);
    let refused = folder.run(&["init", "towns.csv"]).stderr();
    assert!(refused.contains("data/invalid-utf8"), "{refused}");
    assert!(refused.contains("`--encoding latin-1`"), "{refused}");
    let refused = folder.run(&["init", "towns.csv", "--encoding", "latin-1"]);
    let refused = refused.stderr();
    assert!(refused.contains("`--skip-rows 1`"), "{refused}");
    let known = [
        "--encoding",
        "latin-1",
        "--skip-rows",
        "1",
        "--separator",
        ";",
    ];
    let with = |first: &[&'static str]| [first, &known[..]].concat();
    let listed = folder.run(&with(&["init", "towns.csv"])).stderr();
    assert!(
        listed.contains("synaptree init towns.csv --encoding latin-1 --separator \";\" --skip-rows 1 --target kind"),
        "{listed}"
    );
    let described = folder.done(&with(&["describe", "towns.csv"])).stdout();
    assert!(described.contains("caf\u{e9}, bar"), "{described}");
    folder.done(&with(&["init", "towns.csv", "--target", "kind"]));
    let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
    assert!(
        written.contains("encoding = \"latin-1\"\nseparator = \";\"\nskip_rows = 1\n"),
        "{written}"
    );
    folder.done(&["check", "experiment.toml"]);
}

#[test]
fn an_experiment_is_written_under_an_ending_that_it_is_read_by() {
    let folder = Folder::new();
    folder.write("a.csv", "legs,kind\n4,cow\n2,hen\n");
    for name in ["a.yaml", "a.json", "b.csv"] {
        let refused = folder.run(&["init", "a.csv", "--target", "kind", "--output", name]);
        assert_eq!(refused.code(), Some(2));
        let told = refused.stderr();
        assert!(told.contains("error[command/not-toml]"), "{told}");
        let cure = name
            .replace("yaml", "toml")
            .replace("json", "toml")
            .replace("csv", "toml");
        assert!(told.contains(&format!("name it `{cure}`")), "{told}");
    }
}

#[test]
fn columns_that_give_a_target_away_are_told_to_the_terminal_too() {
    let folder = Folder::new();
    let mut csv = String::from("legs,skin,kind\n");
    for n in 0..60 {
        csv += ["4,fur,mammal\n", "2,feathers,bird\n", "4,scales,reptile\n"][n % 3];
    }
    folder.write("animals.csv", csv);
    let told = folder
        .done(&["init", "animals.csv", "--target", "kind"])
        .stderr();
    insta::assert_snapshot!(told, @"warning: column `skin` is left out: it gives `kind` away: rows with the same value have the same answer (60 rows, without an exception); take it out of `exclude` if it is known before the answer is");
}

#[test]
fn a_doubtful_separator_is_named_wherever_it_is_guessed() {
    let folder = Folder::new();
    let rows = (0..60).map(|n| format!("{} {} {}\n", n * 7 % 31, n * 5 % 13, n % 2));
    folder.write(
        "a.csv",
        format!("size weight y\n{}", rows.collect::<String>()),
    );
    let doubt = "a.csv: the cells were divided at ' '";
    let described = folder.done(&["describe", "a.csv"]);
    assert!(described.stderr().contains(doubt), "{}", described.stderr());
    assert!(described.stdout().contains("60 rows, 3 columns"));
    folder.done(&["init", "a.csv", "--target", "y"]);
    let written = std::fs::read_to_string(folder.path("experiment.toml")).unwrap();
    assert!(written.contains(doubt), "{written}");
}

#[test]
fn init_without_a_target_lists_the_likely_ones_and_what_to_type() {
    let run = fruit().run(&["init", "fruit.csv"]);
    assert_eq!(run.code(), Some(2));
    insta::assert_snapshot!(run.stderr());
}
