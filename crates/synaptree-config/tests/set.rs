//! What `--set` changes, and what it says when it cannot.

mod common;

use common::{Experiment, said};
use insta::assert_snapshot;
use synaptree_config::Document;

const FILE: &str = "\
seed = 1

[[tasks]]
name = 'income'
kind = 'binary'

[[tasks]]
name = 'marital status'
kind = 'multiclass'

[network]
trunk = [64, 32]
";

fn with(assignments: &[&str]) -> Experiment {
    let mut document = Document::parse("run.toml", FILE).unwrap();
    for assignment in assignments {
        document.set(assignment).unwrap();
    }
    document.deserialize().unwrap()
}

#[test]
fn values_are_replaced_and_missing_tables_made() {
    let experiment = with(&[
        "seed=7",
        "training.epochs = 10",
        "training.optimizer={kind='sgd',learning_rate=1}",
    ]);
    assert_eq!(experiment.seed, 7);
    assert_eq!(experiment.training.epochs, 10);
    assert_eq!(
        experiment.training.optimizer,
        common::Optimizer::Sgd {
            learning_rate: 1.0,
            nesterov: false
        }
    );
}

#[test]
fn the_last_assignment_wins() {
    assert_eq!(with(&["seed=7", "seed=8"]).seed, 8);
}

#[test]
fn elements_are_found_by_place_and_by_name() {
    let experiment = with(&[
        "tasks[0].weight=2",
        "tasks.'marital status'.weight=3",
        "network.trunk[1]=16",
    ]);
    assert_eq!(experiment.tasks[0].weight, 2.0);
    assert_eq!(experiment.tasks[1].weight, 3.0);
    assert_eq!(experiment.network.trunk, [64, 16]);
}

#[test]
fn a_word_that_is_not_toml_is_a_string() {
    let experiment = with(&[
        "data.train=data/animals.csv",
        "network.activation=relu",
        "tasks[0].name=a=b",
    ]);
    assert_eq!(
        experiment.data.train,
        common::Source::One("data/animals.csv".to_owned())
    );
    assert_eq!(
        experiment.network.activation,
        Some(common::Activation::Relu)
    );
    assert_eq!(experiment.tasks[0].name, "a=b");
}

#[test]
fn a_changed_document_knows_what_was_set() {
    let mut document = Document::parse("folder/run.toml", FILE).unwrap();
    assert!(!document.contains("training.epochs"));
    document.set("training.epochs=3").unwrap();
    assert!(document.contains("training.epochs"));
    assert_eq!(document.name(), "folder/run.toml");
    assert_eq!(document.directory(), std::path::Path::new("folder"));
}

#[test]
fn a_refused_assignment_changes_nothing() {
    let mut document = Document::parse("run.toml", FILE).unwrap();
    document.set("network.trunk[9]=1").unwrap_err();
    document.set("a.b=[").unwrap_err();
    assert!(!document.contains("a"));
    document.set("training.epocs=1").unwrap();
    let mistakes = document.deserialize::<Experiment>().unwrap_err();
    assert_snapshot!(document.render(&mistakes, false), @r#"
    error[config/unknown-key]: unknown key `epocs` in [training]
     --> command line:1:16
      |
    1 | --set training.epocs=1
      |                ^^^^^ not a key of [training]
      |
      = help: did you mean `epochs`?
    "#);
}

#[test]
fn mistakes_in_a_value_are_shown_on_the_command_line() {
    assert_snapshot!(said(FILE, &["training.epochs=ten", "training.optimizer.kind=adm"]), @r#"
    error[config/wrong-type]: `training.epochs` must be a whole number
     --> command line:1:23
      |
    1 | --set training.epochs=ten
      |                       ^^^ this is a string

    error[config/bad-choice]: `training.optimizer.kind` cannot be "adm"
     --> command line:1:31
      |
    1 | --set training.optimizer.kind=adm
      |                               ^^^ not one of the choices
      |
      = help: did you mean "adam"? choices: "adam", "sgd"
    "#);
}

#[test]
fn what_a_new_table_lacks_is_shown_on_the_command_line() {
    assert_snapshot!(said(FILE, &["training.optimizer.kind=sgd"]), @r#"
    error[config/missing-key]: `learning_rate` is missing in `training.optimizer`
     --> command line:1:16
      |
    1 | --set training.optimizer.kind=sgd
      |                ^^^^^^^^^ this has no `learning_rate`
      |
      = help: add `learning_rate = ...` with a number
    "#);
}

#[test]
fn an_assignment_that_cannot_be_read_is_shown() {
    let said = |assignment| said(FILE, &[assignment]);
    assert_snapshot!(said("training.epochs"), @r#"
    error[config/assignment]: `--set` takes a key, `=` and a value
     --> command line:1:22
      |
    1 | --set training.epochs
      |                      ^ expected `=`
      |
      = help: write it like `--set training.epochs=10`
    "#);
    assert_snapshot!(said("training.epochs="), @r#"
    error[config/assignment]: `--set` takes a key, `=` and a value
     --> command line:1:23
      |
    1 | --set training.epochs=
      |                       ^ expected a value
      |
      = help: write it like `--set training.epochs=10`
    "#);
    assert_snapshot!(said("=5"), @r#"
    error[config/assignment]: `--set` takes a key, `=` and a value
     --> command line:1:7
      |
    1 | --set =5
      |       ^ expected a key
      |
      = help: write it like `--set training.epochs=10`
    "#);
    assert_snapshot!(said("tasks[first].weight=1"), @r#"
    error[config/assignment]: `--set` takes a key, `=` and a value
     --> command line:1:13
      |
    1 | --set tasks[first].weight=1
      |             ^ expected a place in the list, from 0
      |
      = help: write it like `--set training.epochs=10`
    "#);
    assert_snapshot!(said("network.trunk=[1, 2"), @r#"
    error[config/syntax]: unclosed array, expected `]`
     --> command line:1:26
      |
    1 | --set network.trunk=[1, 2
      |                          ^
    "#);
}

#[test]
fn a_path_that_leads_nowhere_is_shown() {
    let said = |assignment| said(FILE, &[assignment]);
    assert_snapshot!(said("tasks[2].weight=1"), @r#"
    error[config/no-such-element]: `tasks` has 2 elements
     --> command line:1:12
      |
    1 | --set tasks[2].weight=1
      |            ^^^ there is no such element
      |
      = help: places are counted from 0; the last one is 1
    "#);
    assert_snapshot!(said("tasks.incme.weight=1"), @r#"
    error[config/no-such-element]: nothing in [[tasks]] is named `incme`
     --> command line:1:13
      |
    1 | --set tasks.incme.weight=1
      |             ^^^^^ not the name of one
      |
      = help: did you mean `income`? names: income, marital status
    "#);
    assert_snapshot!(said("seed.x=1"), @r#"
    error[config/no-such-element]: `seed` is a whole number, which has no keys
     --> command line:1:12
      |
    1 | --set seed.x=1
      |            ^ there is no `x` in it
    "#);
    assert_snapshot!(said("network[0]=1"), @r#"
    error[config/no-such-element]: `network` is a table, not a list
     --> command line:1:14
      |
    1 | --set network[0]=1
      |              ^^^ only lists have places
    "#);
    assert_snapshot!(said("network.trunk.first=1"), @r#"
    error[config/no-such-element]: nothing in `network.trunk` is named `first`
     --> command line:1:21
      |
    1 | --set network.trunk.first=1
      |                     ^^^^^ not the name of one
      |
      = help: name an element by its place, as in `[0]`
    "#);
}

#[test]
fn a_table_that_does_not_name_its_form_has_the_default_one() {
    let adam = |learning_rate, beta_1| common::Optimizer::Adam {
        learning_rate,
        beta_1,
    };
    let set = with(&["training.optimizer.learning_rate=0.01"]);
    assert_eq!(set.training.optimizer, adam(0.01, 1.0));
    let text = "[training.optimizer]\nlearning_rate = 0.5\nbeta_1 = 0.25\n";
    let mut document = Document::parse("run.toml", text).unwrap();
    let read: Experiment = document.deserialize().unwrap();
    assert_eq!(read.training.optimizer, adam(0.5, 0.25));
    document
        .set_variable("SYNAPTREE__TRAINING__OPTIMIZER__BETA_1", "0.125")
        .unwrap();
    let read: Experiment = document.deserialize().unwrap();
    assert_eq!(read.training.optimizer, adam(0.5, 0.125));
    let told = said(FILE, &["training.optimizer.learning_rate=-1"]);
    assert!(told.contains("[config/out-of-range]"), "{told}");
    let told = said(FILE, &["training.optimizer.nesterov=true"]);
    assert!(
        told.contains("`nesterov` goes with `kind = \"sgd\"`"),
        "{told}"
    );
}
