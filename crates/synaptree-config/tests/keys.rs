//! What a person is told about keys that nothing reads and keys that are missing.

mod common;

use common::said;
use insta::assert_snapshot;

/// The least a file must say, before other sections.
const TASK: &str = "tasks = [{ name = 'mammal', kind = 'binary' }]\n";

fn said_after_task(text: &str) -> String {
    said(&format!("{TASK}{text}"), &[])
}

#[test]
fn a_misspelt_key_is_shown_with_the_key_that_was_meant() {
    assert_snapshot!(said_after_task("[training]\nepocs = 10\n"), @r#"
    error[config/unknown-key]: unknown key `epocs` in [training]
     --> run.toml:3:1
      |
    3 | epocs = 10
      | ^^^^^ not a key of [training]
      |
      = help: did you mean `epochs`?
    "#);
}

#[test]
fn a_misspelt_section_is_shown_at_its_header() {
    assert_snapshot!(said_after_task("[trainig]\nepochs = 10\n"), @r#"
    error[config/unknown-key]: unknown key `trainig`
     --> run.toml:2:2
      |
    2 | [trainig]
      |  ^^^^^^^ not a key of an experiment
      |
      = help: did you mean `training`?
    "#);
}

#[test]
fn a_key_of_another_section_is_sent_there() {
    assert_snapshot!(said_after_task("[network]\nepochs = 10\n"), @r#"
    error[config/unknown-key]: unknown key `epochs` in [network]
     --> run.toml:3:1
      |
    3 | epochs = 10
      | ^^^^^^ not a key of [network]
      |
      = help: `epochs` belongs in [training]
    "#);
}

#[test]
fn a_key_of_a_table_within_a_section_is_sent_there() {
    assert_snapshot!(said_after_task("[training]\nlearning_rate = 1e-3\n"), @r#"
    error[config/unknown-key]: unknown key `learning_rate` in [training]
     --> run.toml:3:1
      |
    3 | learning_rate = 1e-3
      | ^^^^^^^^^^^^^ not a key of [training]
      |
      = help: `learning_rate` belongs in `training.optimizer`
    "#);
}

#[test]
fn a_top_level_key_below_a_header_is_sent_to_the_top() {
    assert_snapshot!(said_after_task("[data]\nseed = 1\nweight = 2.0\n"), @r#"
    error[config/unknown-key]: unknown key `seed` in [data]
     --> run.toml:3:1
      |
    3 | seed = 1
      | ^^^^ not a key of [data]
      |
      = help: `seed` belongs at the top of the file

    error[config/unknown-key]: unknown key `weight` in [data]
     --> run.toml:4:1
      |
    4 | weight = 2.0
      | ^^^^^^ not a key of [data]
      |
      = help: `weight` belongs in [[tasks]]
    "#);
}

#[test]
fn the_keys_are_listed_where_none_is_near() {
    assert_snapshot!(said_after_task("[training]\ncolour = 'red'\n"), @r#"
    error[config/unknown-key]: unknown key `colour` in [training]
     --> run.toml:3:1
      |
    3 | colour = 'red'
      | ^^^^^^ not a key of [training]
      |
      = help: keys: epochs, batch_size, shuffle, optimizer, steps
    "#);
}

#[test]
fn a_missing_key_is_shown_at_the_header_of_its_table() {
    assert_snapshot!(said("[[tasks]]\nname = 'a'\nkind = 'binary'\n\n[[tasks]]\nname = 'b'\n", &[]), @r#"
    error[config/missing-key]: `kind` is missing in [[tasks]]
     --> run.toml:5:1
      |
    5 | [[tasks]]
      | ^^^^^^^^^ this has no `kind`
      |
      = help: add `kind = ...`; choices: "binary", "multiclass", "multilabel", "regression", "ordinal"
    "#);
}

#[test]
fn a_misspelt_key_is_not_missing_as_well() {
    assert_snapshot!(said("[[tasks]]\nnmae = 'a'\nkind = 'binary'\n", &[]), @r#"
    error[config/unknown-key]: unknown key `nmae` in [[tasks]]
     --> run.toml:2:1
      |
    2 | nmae = 'a'
      | ^^^^ not a key of [[tasks]]
      |
      = help: did you mean `name`?
    "#);
}

#[test]
fn a_key_of_another_form_is_sent_there() {
    assert_snapshot!(said_after_task("training.optimizer = { kind = 'adam', learning_rate = 1, nesterov = true }\n"), @r#"
    error[config/unknown-key]: unknown key `nesterov` in `training.optimizer`
     --> run.toml:2:58
      |
    2 | training.optimizer = { kind = 'adam', learning_rate = 1, nesterov = true }
      |                                                          ^^^^^^^^ not a key of `training.optimizer`
      |
      = help: `nesterov` goes with `kind = "sgd"`
    "#);
}

#[test]
fn an_empty_file_lacks_what_is_required() {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use synaptree_config::Document;

    #[derive(Deserialize, JsonSchema, Debug)]
    #[expect(dead_code, reason = "only its schema is of interest")]
    struct Strict {
        data: common::Data,
        tasks: Vec<common::Task>,
        seed: u64,
    }
    let said = ["", "\n", "# nothing\n"].map(|text| {
        let document = Document::parse("run.toml", text).unwrap();
        document.render(&document.deserialize::<Strict>().unwrap_err(), false)
    });
    assert_snapshot!(said[0], @r#"
    error[config/missing-key]: `data` is missing
    --> run.toml
     = help: add a section [data]

    error[config/missing-key]: `tasks` is missing
    --> run.toml
     = help: add a section [[tasks]]

    error[config/missing-key]: `seed` is missing
    --> run.toml
     = help: add `seed = ...` with a whole number
    "#);
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0], said[2]);
}
