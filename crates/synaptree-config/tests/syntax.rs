//! What a person is told about a text that is not TOML, and where.

mod common;

use common::said;
use insta::assert_snapshot;
use synaptree_config::Document;

#[test]
fn what_is_not_toml_is_shown_line_by_line() {
    assert_snapshot!(said("[training]\nepochs =\nshuffle = yes\nkind = binary\nsteps = 01\n", &[]), @r#"
    error[config/syntax]: a value is missing
     --> run.toml:2:9
      |
    2 | epochs =
      |         ^ expected a value

    error[config/syntax]: a boolean is `true` or `false`
     --> run.toml:3:11
      |
    3 | shuffle = yes
      |           ^^^
      |
      = help: write `true`

    error[config/syntax]: a string stands in quotation marks
     --> run.toml:4:8
      |
    4 | kind = binary
      |        ^^^^^^
      |
      = help: write `"binary"`

    error[config/syntax]: unexpected leading zero
     --> run.toml:5:9
      |
    5 | steps = 01
      |         ^
    "#);
}

#[test]
fn a_key_without_a_value_is_shown() {
    assert_snapshot!(said("[training]\nepochs 10\n", &[]), @r#"
    error[config/syntax]: key with no value, expected `=`
     --> run.toml:2:8
      |
    2 | epochs 10
      |        ^
    "#);
}

#[test]
fn what_follows_an_open_bracket_is_not_a_mistake_of_its_own() {
    assert_snapshot!(said("[network]\ntrunk = [\n  64,\n  32\n\n[training]\nepochs = 1\n", &[]), @r#"
    error[config/syntax]: missing comma between array elements, expected `,`
     --> run.toml:6:1
      |
    6 | [training]
      | ^
    "#);
    assert_snapshot!(said("[training\nepochs = \n", &[]), @r#"
    error[config/syntax]: unclosed table, expected `]`
     --> run.toml:1:10
      |
    1 | [training
      |          ^
    "#);
}

#[test]
fn a_key_given_twice_is_shown() {
    assert_snapshot!(said("seed = 1\nseed = 2\n", &[]), @r#"
    error[config/duplicate-key]: `seed` is given twice
     --> run.toml:2:1
      |
    2 | seed = 2
      | ^^^^ given before
      |
      = help: keep one of them
    "#);
    assert_snapshot!(said("[data]\n[network]\n[data]\n", &[]), @r#"
    error[config/duplicate-key]: `data` is given twice
     --> run.toml:3:2
      |
    3 | [data]
      |  ^^^^ given before
      |
      = help: keep one of them
    "#);
}

#[test]
fn a_number_with_too_many_digits_is_shown() {
    assert_snapshot!(said(&format!("seed = {}", "9".repeat(50)), &[]), @r#"
    error[config/syntax]: the number has too many digits
     --> run.toml:1:8
      |
    1 | seed = 99999999999999999999999999999999999999999999999999
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn windows_line_ends_do_not_shift_a_position() {
    assert_snapshot!(said("seed = 1\r\n\r\n[training]\r\nepochs = 'x'\r\n\r\n[[tasks]]\r\n", &[]), @r#"
    error[config/wrong-type]: `training.epochs` must be a whole number
     --> run.toml:4:10
      |
    4 | epochs = 'x'
      |          ^^^ this is a string

    error[config/missing-key]: `name` is missing in [[tasks]]
     --> run.toml:6:1
      |
    6 | [[tasks]]
      | ^^^^^^^^^ this has no `name`
      |
      = help: add `name = ...` with a string

    error[config/missing-key]: `kind` is missing in [[tasks]]
     --> run.toml:6:1
      |
    6 | [[tasks]]
      | ^^^^^^^^^ this has no `kind`
      |
      = help: add `kind = ...`; choices: "binary", "multiclass", "multilabel", "regression", "ordinal"
    "#);
}

#[test]
fn columns_count_characters_and_not_bytes() {
    assert_snapshot!(said("tasks = [{ name = 'größe 樹 🌲', kind = 'tree' }]", &[]), @r#"
    error[config/bad-choice]: `tasks[0].kind` cannot be "tree"
     --> run.toml:1:39
      |
    1 | tasks = [{ name = 'größe 樹 🌲', kind = 'tree' }]
      |                                         ^^^^^^ not one of the choices
      |
      = help: choices: "binary", "multiclass", "multilabel", "regression", "ordinal"
    "#);
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    assert_snapshot!(said("\u{feff}seed = -1\ntasks = [{ name = 'a', kind = 'binary' }]", &[]), @r#"
    error[config/out-of-range]: `seed` must be at least 0
     --> run.toml:1:8
      |
    1 | seed = -1
      |        ^^ too small
    "#);
}

#[test]
fn tables_too_deep_to_read_are_a_mistake() {
    let deep = format!("seed = {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(said(&deep, &[]).starts_with("error[config/syntax]: "));
    let dotted = format!("{}a = 1", "a.".repeat(1_000_000));
    assert!(said(&dotted, &[]).starts_with("error["));
}

#[test]
fn of_many_lines_with_mistakes_the_first_are_shown_and_the_others_counted() {
    let text = "1.5 2.5 3.5\n".repeat(60_000);
    let error = Document::parse("run.toml", &text).unwrap_err();
    let remarks = error.remarks();
    assert_eq!(remarks.len(), 11);
    let last = &remarks[10];
    assert_eq!(
        last.message,
        "59990 more lines do not follow the rules of TOML"
    );
    assert_eq!(last.line, Some(11));
    let text = "seed = 1\nkind = binary\n\n".to_owned() + &"x = yes\n".repeat(10);
    let error = Document::parse("run.toml", &text).unwrap_err();
    let last = error.remarks().pop().unwrap();
    assert_eq!(
        last.message,
        "one more line does not follow the rules of TOML"
    );
}
