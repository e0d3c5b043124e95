//! What is printed for every code: each has an example that is run, or a sample of its error.

mod experiment;
mod files;
mod labels;
mod network;
mod runs;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write;

use synaptree_train::codes;

/// An error with its code and text.
pub(crate) type Sample = (&'static str, String);

/// One error of each kind that is not found in an experiment file.
fn samples() -> Vec<Sample> {
    [
        files::samples(),
        table::samples(),
        labels::samples(),
        network::samples(),
        runs::samples(),
    ]
    .concat()
}

/// A file that holds what is expected; `SYNAPTREE_GENERATE=1` writes it.
fn assert_file(name: &str, text: &str) {
    let path = format!("{}/tests/codes/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("SYNAPTREE_GENERATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected.replace('\r', "") == text,
        "{name} is not what is printed now; look at the difference after `cargo xtask generate`:\n{text}"
    );
}

#[test]
fn every_error_is_printed_as_it_was_written_down() {
    let mut text = String::new();
    for (code, message) in samples() {
        let _ = writeln!(text, "error[{code}]: {message}\n");
    }
    assert_file("errors.txt", &text);
}

#[test]
fn every_mistake_of_an_experiment_file_is_printed_as_it_was_written_down() {
    let mut text = String::new();
    for code in codes::all().filter(|code| experiment::is_example(code)) {
        let printed = experiment::printed(code.example);
        let _ = writeln!(text, "## {code}\n\n{printed}\n");
    }
    assert_file("experiments.txt", &text);
}

#[test]
fn every_example_of_an_experiment_file_has_the_mistake_it_stands_for() {
    let mut tried = 0;
    for code in codes::all().filter(|code| experiment::is_example(code)) {
        let printed = experiment::printed(code.example);
        assert!(
            printed.contains(&format!("[{code}]: ")),
            "{code}:\n{printed}"
        );
        tried += 1;
    }
    assert!(tried > 40, "only {tried} examples");
}

#[test]
fn every_code_has_an_example_that_is_run_or_a_sample() {
    let sampled: BTreeSet<&str> = samples().into_iter().map(|(code, _)| code).collect();
    let missing: Vec<&str> = codes::all()
        .filter(|code| !experiment::is_example(code) && !sampled.contains(code.code))
        .map(|code| code.code)
        .collect();
    assert!(
        missing.is_empty(),
        "add a sample of these errors beside the others in tests/codes: {missing:?}"
    );
}
