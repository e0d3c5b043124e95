//! No text, assignment or path makes the crate panic, and what is valid survives being written.

mod common;

use common::{Experiment, said};
use proptest::prelude::*;
use synaptree_config::{Diagnostic, Document, to_toml};

const FILE: &str = r#"
seed = 7

[data]
train = ["a.csv", { file = "größe.csv", rename = { "blood type" = "blood" } }]
validation = 0.15
types = { age = "number" }

[[tasks]]
name = "mammal"
kind = "binary"

[[tasks]]
name = "order"
kind = "multiclass"
parent = ["mammal"]
hierarchy = { edges = ["a/b"] }

[network]
trunk = [64, 32]
activation = "relu"
clip = [-1, 1.5]

[training]
batch_size = "full"
optimizer = { kind = "sgd", learning_rate = 1e-5 }
"#;

#[test]
fn a_resolved_experiment_reads_back_as_itself() {
    let read = |text: &str| -> Experiment {
        Document::parse("run.toml", text)
            .unwrap()
            .deserialize()
            .unwrap()
    };
    let experiment = read(FILE);
    let resolved = to_toml(&experiment).unwrap();
    assert_eq!(read(&resolved), experiment);
    assert_eq!(to_toml(&read(&resolved)).unwrap(), resolved);
    insta::assert_snapshot!(resolved, @r#"
    seed = 7

    [data]
    train = ["a.csv", { file = "größe.csv", rename = { "blood type" = "blood" } }]
    validation = 0.15
    types = { age = "number" }

    [[tasks]]
    name = "mammal"
    kind = "binary"
    weight = 1.0

    [[tasks]]
    name = "order"
    kind = "multiclass"
    parent = ["mammal"]
    weight = 1.0
    hierarchy = { edges = ["a/b"] }

    [network]
    trunk = [64, 32]
    dropout = 0.0
    activation = "relu"
    clip = [-1.0, 1.5]

    [training]
    epochs = 100
    batch_size = "full"
    shuffle = true
    steps = 1
    optimizer = { kind = "sgd", learning_rate = 1e-5, nesterov = false }
    "#);
}

synaptree_config::codes! {
    ANY = "test/any", "Anything" { cause: "", example: "", cure: "" }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_explained(text in any::<String>()) {
        prop_assert!(!said(&text, &[]).is_empty());
    }

    #[test]
    fn any_text_like_toml_is_read_or_explained(text in r#"([\[\]{}=.,"'#\-+ \n\r\ta-c0-9_é🌲]|tasks|kind|nan|\[data\]\n){0,40}"#) {
        prop_assert!(!said(&text, &[]).is_empty());
    }

    #[test]
    fn any_damage_to_a_file_is_explained(
        at in 0..FILE.len(),
        length in 0_usize..20,
        text in r#"[\[\]{}=."'\n0-9a-cé]{0,4}"#,
    ) {
        let start = FILE.floor_char_boundary(at);
        let end = FILE.ceil_char_boundary((at + length).min(FILE.len()));
        let damaged = format!("{}{text}{}", &FILE[..start], &FILE[end..]);
        prop_assert!(!said(&damaged, &[]).is_empty());
    }

    #[test]
    fn any_assignment_is_carried_out_or_explained(
        path in r#"(seed|tasks|training|optimizer|order|kind|\[[0-3]\]|\.|"|'| ){0,6}"#,
        value in r#"=?([\[\]{}="',a-cé0-9.]|nan|true){0,6}"#,
    ) {
        let assignment = format!("{path}{value}");
        prop_assert!(!said(FILE, &[&assignment]).is_empty());
    }

    #[test]
    fn any_path_is_shown_somewhere(path in any::<String>(), tail in r#"[\[\].a-c0-9"'é]{0,8}"#, at_key: bool) {
        let document = Document::parse("run.toml", FILE).unwrap();
        for path in [path, format!("tasks[1]{tail}"), format!("training.{tail}")] {
            document.contains(&path);
            let diagnostic = Diagnostic::error(&ANY, path, "\u{1b}[31m\n\t").help("\r\n");
            let diagnostic = Diagnostic { at_key, ..diagnostic };
            prop_assert!(document.render(&diagnostic.into(), false).contains("run.toml"));
        }
    }
}
