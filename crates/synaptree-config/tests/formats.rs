//! TOML, YAML and JSON files that say the same are the same, right or wrong.

mod common;

use common::{Experiment, said};
use insta::assert_snapshot;
use synaptree_config::Document;

const TOML: &str = r#"
seed = 7

[data]
train = [{ file = "a.csv", rename = { old = "new" } }]

[[tasks]]
name = "mammal"
kind = "binary"

[[tasks]]
name = "order"
kind = "multiclass"

[training]
epochs = 10
"#;

const YAML: &str = r#"
# The same in YAML.
seed: 7
data:
  train:
    - file: a.csv
      rename: {old: "new"}
tasks:
  - name: mammal
    kind: binary
  - name: 'order'
    kind: multiclass
training:
  epochs: 0xA
"#;

const JSON: &str = r#"
{
  // The same in JSON.
  "seed": 7,
  "data": { "train": [{ "file": "a.csv", "rename": { "old": "new" } }] },
  "tasks": [{ "name": "mammal", "kind": "binary" }, { "name": "order", "kind": "multiclass" }],
  "training": { "epochs": 10 }
}
"#;

fn read(name: &str, text: &str) -> Experiment {
    let document = Document::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
    document
        .deserialize()
        .unwrap_or_else(|mistakes| panic!("{}", document.render(&mistakes, false)))
}

/// What is said about a file with mistakes.
fn told(name: &str, text: &str) -> String {
    match Document::parse(name, text) {
        Err(error) => error.to_string(),
        Ok(document) => match document.deserialize::<Experiment>() {
            Ok(_) => String::new(),
            Err(mistakes) => document.render(&mistakes, false),
        },
    }
}

#[test]
fn the_three_formats_say_the_same() {
    let toml = read("run.toml", TOML);
    assert_eq!(said(TOML, &[]), format!("{toml:#?}"));
    assert_eq!(toml.tasks.len(), 2);
    assert_eq!(read("run.yaml", YAML), toml);
    assert_eq!(read("run.YML", YAML), toml);
    assert_eq!(read("run.json", JSON), toml);
    // JSON is YAML, but for comments.
    assert_eq!(
        read("run.yaml", &JSON.replace("// The same in JSON.", "")),
        toml
    );
}

#[test]
fn the_three_formats_have_the_same_mistakes() {
    let wrong = |text: &str, name: &str| {
        let text = text.replace("seed", "sed").replace('7', "\"7\"");
        let document = Document::parse(name, &text).unwrap();
        document
            .deserialize::<Experiment>()
            .unwrap_err()
            .to_string()
    };
    let toml = wrong(TOML, "run.toml");
    assert!(toml.contains("config/unknown-key"), "{toml}");
    assert_eq!(wrong(YAML, "run.yaml"), toml);
    assert_eq!(wrong(JSON, "run.json"), toml);
}

#[test]
fn a_mistake_in_yaml_is_shown_in_its_line() {
    let text = YAML.replace("epochs: 0xA", "epocs: é\n  batch_size:");
    assert_snapshot!(told("run.yaml", &text));
}

#[test]
fn a_mistake_in_json_is_shown_in_its_line() {
    let text = JSON.replace("\"epochs\": 10", "\"epochs\": \"10\", \"é\": null");
    assert_snapshot!(told("run.json", &text));
}

#[test]
fn what_follows_neither_format_is_shown_where_it_breaks() {
    let texts = [
        ("run.yaml", "seed: 1\n\ttraining: 2\n"),
        ("run.yaml", "seed: [1, 2\n"),
        ("run.yaml", "seed: 1\nseed: 2\n"),
        ("run.yaml", "- seed\n"),
        ("run.yaml", "seed: !mine 1\n"),
        ("run.yaml", "a: 1\n---\nb: 2\n"),
        ("run.yaml", "? [a]\n: 1\n"),
        ("run.json", ""),
        ("run.json", "[1]"),
        ("run.json", "{ \"seed\": 1, }"),
        ("run.json", "{ \"seed\": 1 \"name\": 2 }"),
        ("run.json", "{ \"seed\": 1, \"seed\": 2 }"),
        ("run.json", "{ seed: 1 }"),
    ];
    let all: Vec<String> = texts
        .iter()
        .map(|(name, text)| {
            let told = told(name, text);
            assert!(told.contains("error[config/"), "{text}: {told}");
            told
        })
        .collect();
    assert_snapshot!(all.join("\n\n"));
}

#[test]
fn aliases_stand_for_their_values_but_not_for_billions() {
    let aliased = YAML
        .replace("name: mammal", "name: &word mammal")
        .replace("'order'", "*word");
    let read = read("run.yaml", &aliased);
    assert_eq!(read.tasks[1].name, "mammal");
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let parts = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{parts}]\n"));
    }
    assert!(told("run.yaml", &bomb).contains("more than 100000 values"));
}

#[test]
fn tables_within_tables_without_end_are_refused() {
    let deep = "[".repeat(5000);
    for name in ["run.yaml", "run.json"] {
        let told = told(name, &deep);
        assert!(told.contains("error[config/syntax]"), "{name}: {told}");
    }
    let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    assert!(told("run.yaml", &deep).contains("in one another"));
}

#[test]
fn the_environment_overrides_the_file_and_set_overrides_both() {
    let text = "seed = 1\n[data]\ntrain = 'a.csv'\n[[tasks]]\nname = 'Mammal'\nkind = 'binary'\n[training]\nepochs = 10\n";
    let mut document = Document::parse("run.toml", text).unwrap();
    for (name, value) in [
        ("SYNAPTREE__SEED", "2"),
        ("SYNAPTREE__TRAINING__EPOCHS", "20"),
        ("SYNAPTREE__TASKS__MAMMAL__NAME", "bird"),
        ("SYNAPTREE__NETWORK__DROPOUT", "0.5"),
    ] {
        document.set_variable(name, value).unwrap();
    }
    document.set("training.epochs=30").unwrap();
    let origins = [
        "data.train",
        "seed",
        "tasks[0].name",
        "training.epochs",
        "training.optimizer",
    ]
    .map(|path| document.origin(path));
    assert_eq!(
        origins,
        ["file:3", "environment", "environment", "--set", "default"]
    );
}

#[test]
fn a_wrong_variable_is_shown_as_it_was_written() {
    let shown = |name: &str, value: &str| {
        let mut document = Document::parse(
            "run.toml",
            "data = { train = 'a.csv' }\ntasks = [{ name = 'x', kind = 'binary' }]\n",
        )
        .unwrap();
        match document.set_variable(name, value) {
            Err(error) => error.to_string(),
            Ok(()) => match document.deserialize::<Experiment>() {
                Ok(_) => String::new(),
                Err(mistakes) => document.render(&mistakes, false),
            },
        }
    };
    assert_snapshot!(
        [
            shown("SYNAPTREE__TRAINING__EPOCS", "3"),
            shown("SYNAPTREE__TRAINING__EPOCHS", ""),
            shown("SYNAPTREE__TRAINING____EPOCHS", "3"),
            shown("SYNAPTREE__TASKS__7__NAME", "y"),
            shown("SYNAPTREE__SEED", "many"),
        ]
        .join("\n\n")
    );
}
