//! Where remarks of other crates are shown, given only the path of a key.

use insta::assert_snapshot;
use synaptree_config::{ConfigError, Diagnostic, Diagnostics, Document};

const FILE: &str = "\
# an experiment
[training]
epochs = 10
columns = [
  'a',
  'b',
]

[[tasks]]
name = 'family'

[[tasks]]
name = 'species'
parent = ['familly', 'order']
";

fn shown(diagnostic: Diagnostic) -> String {
    Document::parse("run.toml", FILE)
        .unwrap()
        .render(&diagnostic.into(), false)
}

/// Codes of sections that this crate knows nothing of.
mod codes {
    synaptree_config::codes! {
        HERE = "test/here", "Here" { cause: "", example: "", cure: "" }
        UNKNOWN_PARENT = "config/unknown-parent", "No such parent" { cause: "", example: "", cure: "" }
        SHORT = "training/short", "Few epochs" { cause: "", example: "", cure: "" }
        COLUMNS = "data/columns", "Few columns" { cause: "", example: "", cure: "" }
        A = "a/a", "First" { cause: "", example: "", cure: "" }
        B = "b/b", "Second" { cause: "", example: "", cure: "" }
    }
}

/// The line and column a remark about this path is shown at.
fn place(path: &str) -> String {
    let text = shown(Diagnostic::error(&codes::HERE, path, "here"));
    let (_, after) = text
        .split_once("--> run.toml")
        .unwrap_or_else(|| panic!("{text}"));
    after.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn an_element_of_a_list_is_underlined() {
    let diagnostic = Diagnostic::error(
        &codes::UNKNOWN_PARENT,
        "tasks[1].parent[0]",
        "task `species` names a parent that does not exist",
    );
    let diagnostic = diagnostic
        .label("no task called `familly`")
        .help("did you mean `family`? tasks: family, species");
    assert_snapshot!(shown(diagnostic), @r#"
    error[config/unknown-parent]: task `species` names a parent that does not exist
      --> run.toml:14:11
       |
    14 | parent = ['familly', 'order']
       |           ^^^^^^^^^ no task called `familly`
       |
       = help: did you mean `family`? tasks: family, species
    "#);
}

#[test]
fn the_key_is_underlined_if_asked() {
    let diagnostic = Diagnostic::warning(&codes::SHORT, "training.epochs", "ten epochs are few");
    assert_snapshot!(shown(diagnostic.at_key()), @r#"
    warning[training/short]: ten epochs are few
     --> run.toml:3:1
      |
    3 | epochs = 10
      | ^^^^^^
    "#);
}

#[test]
fn what_was_not_written_is_shown_at_the_table_that_lacks_it() {
    assert_eq!(place("training.epochs"), ":3:10");
    assert_eq!(place("training.optimizer.learning_rate"), ":2:1");
    assert_eq!(place("tasks[1].weight"), ":12:1");
    assert_eq!(place("tasks[1].parent[7]"), ":14:10");
    assert_eq!(place("tasks[9].parent"), ":9:1");
    assert_eq!(place("tasks.species.parent[1]"), ":14:22");
    assert_eq!(place("network.trunk"), "");
    assert_eq!(place(""), "");
}

#[test]
fn a_path_that_cannot_be_read_is_shown_as_far_as_it_can() {
    assert_eq!(place("training.epochs.[x"), ":3:10");
    assert_eq!(place("tasks[1"), ":9:1");
    assert_eq!(place("training. épochs"), ":2:1");
    assert_eq!(place("]"), "");
}

#[test]
fn only_the_first_line_of_a_long_value_is_underlined() {
    let diagnostic = Diagnostic::error(&codes::COLUMNS, "training.columns", "two columns are few");
    assert_snapshot!(shown(diagnostic), @r#"
    error[data/columns]: two columns are few
     --> run.toml:4:11
      |
    4 | columns = [
      |           ^
    "#);
}

#[test]
fn remarks_stand_in_the_order_of_the_file() {
    let remarks = [
        Diagnostic::error(&codes::B, "tasks[1].name", "second"),
        Diagnostic::warning(&codes::A, "training.epochs", "first"),
    ];
    let document = Document::parse("run.toml", FILE).unwrap();
    let text = document.render(&Diagnostics(remarks.into()), false);
    assert!(text.starts_with("warning[a/a]: first\n"));
    assert!(text.contains("\n\nerror[b/b]: second\n"));
}

#[test]
fn colours_are_only_there_if_asked() {
    let document = Document::parse("run.toml", FILE).unwrap();
    let remarks = Diagnostics::from(Diagnostic::error(&codes::A, "training.epochs", "too few"));
    assert!(document.render(&remarks, false).is_ascii());
    assert!(!document.render(&remarks, false).contains('\u{1b}'));
    assert!(document.render(&remarks, true).contains("\u{1b}["));

    let error = document.invalid(remarks.clone());
    assert_eq!(error.render(false), error.to_string());
    assert_eq!(error.render(true), document.render(&remarks, true));
    assert!(matches!(error, ConfigError::Invalid { diagnostics, .. } if diagnostics == remarks));
}
