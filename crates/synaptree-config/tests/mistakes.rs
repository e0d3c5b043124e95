//! What a person is told about values of the wrong type, choice or range.

mod common;

use common::said;
use insta::assert_snapshot;
use schemars::JsonSchema;
use serde::Deserialize;
use synaptree_config::Document;

/// A table with a tag and without a default.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its mistakes are looked at")]
struct WithoutDefault {
    prior: Option<Prior>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its mistakes are looked at")]
enum Prior {
    Flat {},
    Normal { scale: f64 },
}

/// The least a file must say, before other sections.
const TASK: &str = "tasks = [{ name = 'mammal', kind = 'binary' }]\n";

fn said_after_task(text: &str) -> String {
    said(&format!("{TASK}{text}"), &[])
}

#[test]
fn a_string_where_a_number_is_due() {
    assert_snapshot!(said_after_task("[training]\nepochs = \"10\"\nshuffle = 'true'\n"), @r#"
    error[config/wrong-type]: `training.epochs` must be a whole number
     --> run.toml:3:10
      |
    3 | epochs = "10"
      |          ^^^^ this is a string
      |
      = help: remove the quotation marks: `10`

    error[config/wrong-type]: `training.shuffle` must be true or false
     --> run.toml:4:11
      |
    4 | shuffle = 'true'
      |           ^^^^^^ this is a string
      |
      = help: remove the quotation marks: `true`
    "#);
}

#[test]
fn a_number_with_a_point_is_not_whole() {
    assert_snapshot!(said_after_task("[training]\nepochs = 10.0\nbatch_size = 1.5\n"), @r#"
    error[config/wrong-type]: `training.epochs` must be a whole number
     --> run.toml:3:10
      |
    3 | epochs = 10.0
      |          ^^^^ this is a floating-point number
      |
      = help: write `10`

    error[config/wrong-type]: `training.batch_size` must be a whole number or "full"
     --> run.toml:4:14
      |
    4 | batch_size = 1.5
      |              ^^^ this is a floating-point number
      |
      = help: choices: "full"
    "#);
}

#[test]
fn a_number_where_a_string_is_due() {
    assert_snapshot!(said("[[tasks]]\nname = 5\nkind = 'binary'\n[[tasks]]\nname = 2024-05-01\nkind = true\n", &[]), @r#"
    error[config/wrong-type]: `tasks[0].name` must be a string
     --> run.toml:2:8
      |
    2 | name = 5
      |        ^ this is a whole number
      |
      = help: put it in quotation marks: `"5"`

    error[config/wrong-type]: `tasks[1].name` must be a string
     --> run.toml:5:8
      |
    5 | name = 2024-05-01
      |        ^^^^^^^^^^ this is a date
      |
      = help: put it in quotation marks: `"2024-05-01"`

    error[config/wrong-type]: `tasks[1].kind` must be a string
     --> run.toml:6:8
      |
    6 | kind = true
      |        ^^^^ this is true
      |
      = help: choices: "binary", "multiclass", "multilabel", "regression", "ordinal"
    "#);
}

#[test]
fn one_value_where_a_list_is_due() {
    assert_snapshot!(said_after_task("network = { trunk = 64 }\n"), @r#"
    error[config/wrong-type]: `network.trunk` must be a list
     --> run.toml:2:21
      |
    2 | network = { trunk = 64 }
      |                     ^^ this is a whole number
      |
      = help: write a list: `[64]`
    "#);
}

#[test]
fn brackets_of_sections_are_corrected() {
    assert_snapshot!(said("[tasks]\nname = 'a'\n\n[[training]]\nepochs = 1\n", &[]), @r#"
    error[config/wrong-type]: `tasks` must be a list
     --> run.toml:1:1
      |
    1 | [tasks]
      | ^^^^^^^ this is a table
      |
      = help: write `[[tasks]]`

    error[config/wrong-type]: `training` must be a table
     --> run.toml:4:1
      |
    4 | [[training]]
      | ^^^^^^^^^^^^ this is a list
      |
      = help: write `[training]`, once
    "#);
}

#[test]
fn the_name_of_a_method_where_its_table_is_due() {
    assert_snapshot!(said_after_task("training.optimizer = 'sgd'\n"), @r#"
    error[config/wrong-type]: `training.optimizer` must be a table
     --> run.toml:2:22
      |
    2 | training.optimizer = 'sgd'
      |                      ^^^^^ this is a string
      |
      = help: write `{ kind = "sgd" }`
    "#);
}

#[test]
fn a_value_that_fits_no_form_is_told_all_forms() {
    assert_snapshot!(said_after_task("[data]\nvalidation = { fraction = 1 }\ntrain = 3\n"), @r#"
    error[config/wrong-type]: `data.validation` must be a number, false, a string or a list
     --> run.toml:3:14
      |
    3 | validation = { fraction = 1 }
      |              ^^^^^^^^^^^^^^^^ this is a table

    error[config/wrong-type]: `data.train` must be a string or a list
     --> run.toml:4:9
      |
    4 | train = 3
      |         ^ this is a whole number
      |
      = help: put it in quotation marks: `"3"`
    "#);
    assert_snapshot!(said_after_task("[data]\nvalidation = true\n"), @"
    error[config/wrong-type]: `data.validation` must be a number, false, a string or a list
     --> run.toml:3:14
      |
    3 | validation = true
      |              ^^^^ this is true
    ");
}

#[test]
fn a_bad_choice_is_shown_with_the_choices() {
    assert_snapshot!(said("[[tasks]]\nname = 'a'\nkind = 'multi-class'\n[network]\nactivation = 'swish'\n", &[]), @r#"
    error[config/bad-choice]: `tasks[0].kind` cannot be "multi-class"
     --> run.toml:3:8
      |
    3 | kind = 'multi-class'
      |        ^^^^^^^^^^^^^ not one of the choices
      |
      = help: did you mean "multiclass"? choices: "binary", "multiclass", "multilabel", "regression", "ordinal"

    error[config/bad-choice]: `network.activation` cannot be "swish"
     --> run.toml:5:14
      |
    5 | activation = 'swish'
      |              ^^^^^^^ not one of the choices
      |
      = help: choices: "relu", "tanh"
    "#);
}

#[test]
fn a_wrong_tag_is_shown_with_the_valid_ones() {
    assert_snapshot!(said_after_task("[training.optimizer]\nkind = 'adm'\nlearning_rate = 0\n"), @r#"
    error[config/bad-choice]: `training.optimizer.kind` cannot be "adm"
     --> run.toml:3:8
      |
    3 | kind = 'adm'
      |        ^^^^^ not one of the choices
      |
      = help: did you mean "adam"? choices: "adam", "sgd"
    "#);
}

#[test]
fn a_missing_or_ill_typed_tag_is_shown_with_the_valid_ones() {
    let document = Document::parse("run.toml", "prior = { scale = 1 }").unwrap();
    let mistakes = document.deserialize::<WithoutDefault>().unwrap_err();
    assert_snapshot!(document.render(&mistakes, false), @r#"
    error[config/missing-key]: `kind` is missing in [prior]
     --> run.toml:1:9
      |
    1 | prior = { scale = 1 }
      |         ^^^^^^^^^^^^^ this has no `kind`
      |
      = help: add `kind = ...`; choices: "flat", "normal"
    "#);
    assert_snapshot!(said_after_task("training.optimizer = { kind = 1 }\n"), @r#"
    error[config/bad-choice]: `training.optimizer.kind` cannot be 1
     --> run.toml:2:31
      |
    2 | training.optimizer = { kind = 1 }
      |                               ^ not one of the choices
      |
      = help: choices: "adam", "sgd"
    "#);
}

#[test]
fn mistakes_within_the_chosen_form_are_shown_there() {
    assert_snapshot!(said_after_task("[training]\noptimizer = { kind = \"sgd\", learning_rate = 0, beta_1 = 0.9 }\n"), @r#"
    error[config/out-of-range]: `training.optimizer.learning_rate` must be above 0
     --> run.toml:3:45
      |
    3 | optimizer = { kind = "sgd", learning_rate = 0, beta_1 = 0.9 }
      |                                             ^ too small

    error[config/unknown-key]: unknown key `beta_1` in `training.optimizer`
     --> run.toml:3:48
      |
    3 | optimizer = { kind = "sgd", learning_rate = 0, beta_1 = 0.9 }
      |                                                ^^^^^^ not a key of `training.optimizer`
      |
      = help: `beta_1` goes with `kind = "adam"`
    "#);
}

#[test]
fn the_form_that_needs_the_fewest_changes_is_taken() {
    assert_snapshot!(said_after_task("[data]\ntrain = ['a.csv', { fil = 'b.csv' }]\n"), @r#"
    error[config/unknown-key]: unknown key `fil` in `data.train[1]`
     --> run.toml:3:21
      |
    3 | train = ['a.csv', { fil = 'b.csv' }]
      |                     ^^^ not a key of `data.train[1]`
      |
      = help: did you mean `file`?
    "#);
    assert_snapshot!(said("tasks = [{ name = 'a', kind = 'binary', hierarchy = { edges = ['a/b', 3] } }]", &[]), @r#"
    error[config/wrong-type]: `tasks[0].hierarchy.edges[1]` must be a string
     --> run.toml:1:71
      |
    1 | tasks = [{ name = 'a', kind = 'binary', hierarchy = { edges = ['a/b', 3] } }]
      |                                                                       ^ this is a whole number
      |
      = help: put it in quotation marks: `"3"`
    "#);
}

#[test]
fn values_of_a_free_table_are_checked() {
    assert_snapshot!(said_after_task("[data.types]\nage = 'number'\n'blood type' = 'text'\n"), @r#"
    error[config/bad-choice]: `data.types."blood type"` cannot be "text"
     --> run.toml:4:16
      |
    4 | 'blood type' = 'text'
      |                ^^^^^^ not one of the choices
      |
      = help: choices: "number", "category"
    "#);
}

#[test]
fn numbers_out_of_range_are_told_the_range() {
    assert_snapshot!(said_after_task("[network]\ndropout = 1\ntrunk = [64, 0]\n[training]\nepochs = -1\nsteps = 5000000000\n[data]\nvalidation = 0\n"), @r#"
    error[config/out-of-range]: `network.dropout` must be at least 0 and below 1
     --> run.toml:3:11
      |
    3 | dropout = 1
      |           ^ too large

    error[config/out-of-range]: `network.trunk[1]` must be at least 1
     --> run.toml:4:14
      |
    4 | trunk = [64, 0]
      |              ^ too small

    error[config/out-of-range]: `training.epochs` must be at least 1
     --> run.toml:6:10
      |
    6 | epochs = -1
      |          ^^ too small

    error[config/out-of-range]: `training.steps` must be between 0 and 4294967295
     --> run.toml:7:9
      |
    7 | steps = 5000000000
      |         ^^^^^^^^^^ out of range

    error[config/out-of-range]: `data.validation` must be above 0 and below 1
     --> run.toml:9:14
      |
    9 | validation = 0
      |              ^ too small
    "#);
}

#[test]
fn a_number_that_no_type_holds_is_out_of_range() {
    assert_snapshot!(said(&format!("seed = 18446744073709551616\n{TASK}"), &[]), @r#"
    error[config/out-of-range]: `seed` must be between 0 and 18446744073709551615
     --> run.toml:1:8
      |
    1 | seed = 18446744073709551616
      |        ^^^^^^^^^^^^^^^^^^^^ out of range
    "#);
}

#[test]
fn numbers_that_are_not_finite_are_refused_everywhere() {
    assert_snapshot!(said_after_task("[network]\ndropout = nan\nclip = [-inf, 1e999]\n"), @r#"
    error[config/not-finite]: `network.dropout` must be a finite number
     --> run.toml:3:11
      |
    3 | dropout = nan
      |           ^^^ this is not a number

    error[config/not-finite]: `network.clip[0]` must be a finite number
     --> run.toml:4:9
      |
    4 | clip = [-inf, 1e999]
      |         ^^^^ this is infinite

    error[config/not-finite]: `network.clip[1]` must be a finite number
     --> run.toml:4:15
      |
    4 | clip = [-inf, 1e999]
      |               ^^^^^ this is infinite
    "#);
}

#[test]
fn lists_of_the_wrong_length_are_told_the_length() {
    assert_snapshot!(said("tasks = []\nnetwork.clip = [1]\n", &[]), @r#"
    error[config/wrong-length]: `tasks` must not be empty
     --> run.toml:1:9
      |
    1 | tasks = []
      |         ^^ this is empty

    error[config/wrong-length]: `network.clip` must have 2 elements
     --> run.toml:2:16
      |
    2 | network.clip = [1]
      |                ^^^ this has 1 element
    "#);
}

#[test]
fn all_mistakes_are_shown_in_the_order_of_the_file() {
    assert_snapshot!(said(
        "[training]\nepochs = 0\nshufle = true\n\n[network]\ndropout = 'high'\n\n[[tasks]]\nkind = 'binry'\n",
        &["seed=-1"],
    ), @r#"
    error[config/out-of-range]: `training.epochs` must be at least 1
     --> run.toml:2:10
      |
    2 | epochs = 0
      |          ^ too small

    error[config/unknown-key]: unknown key `shufle` in [training]
     --> run.toml:3:1
      |
    3 | shufle = true
      | ^^^^^^ not a key of [training]
      |
      = help: did you mean `shuffle`?

    error[config/wrong-type]: `network.dropout` must be a number
     --> run.toml:6:11
      |
    6 | dropout = 'high'
      |           ^^^^^^ this is a string

    error[config/missing-key]: `name` is missing in [[tasks]]
     --> run.toml:8:1
      |
    8 | [[tasks]]
      | ^^^^^^^^^ this has no `name`
      |
      = help: add `name = ...` with a string

    error[config/bad-choice]: `tasks[0].kind` cannot be "binry"
     --> run.toml:9:8
      |
    9 | kind = 'binry'
      |        ^^^^^^^ not one of the choices
      |
      = help: did you mean "binary"? choices: "binary", "multiclass", "multilabel", "regression", "ordinal"

    error[config/out-of-range]: `seed` must be at least 0
     --> command line:1:12
      |
    1 | --set seed=-1
      |            ^^ too small
    "#);
}

#[test]
fn what_only_the_type_refuses_is_shown_at_its_key() {
    use schemars::JsonSchema;
    use serde::{Deserialize, Deserializer, de::Error};
    use synaptree_config::Document;

    fn even<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let number = u64::deserialize(deserializer)?;
        if number % 2 == 0 {
            Ok(number)
        } else {
            Err(D::Error::custom("an odd number"))
        }
    }
    #[derive(Deserialize, JsonSchema, Debug)]
    #[expect(dead_code, reason = "it is never read")]
    struct Pair {
        #[serde(deserialize_with = "even")]
        both: u64,
    }
    #[derive(Deserialize, JsonSchema, Debug)]
    #[expect(dead_code, reason = "it is never read")]
    struct Pairs {
        pairs: Vec<Pair>,
    }
    let document = Document::parse("run.toml", "pairs = [{ both = 2 }, { both = 3 }]").unwrap();
    let mistakes = document.deserialize::<Pairs>().unwrap_err();
    assert_snapshot!(document.render(&mistakes, false), @r#"
    error[config/invalid]: an odd number
     --> run.toml:1:33
      |
    1 | pairs = [{ both = 2 }, { both = 3 }]
      |                                 ^
    "#);
}
