//! What is said about files that are no experiment files.

use std::fs;

use synaptree_config::{ConfigError, Document};

#[test]
fn a_file_is_named_as_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.toml");
    fs::write(&path, "seed = 1").unwrap();
    let document = Document::read(&path).unwrap();
    assert_eq!(document.name(), path.to_str().unwrap());
    assert_eq!(document.directory(), folder.path());
    assert!(document.contains("seed"));
}

#[test]
fn a_file_without_a_folder_stands_in_the_current_one() {
    let document = Document::parse("run.toml", "").unwrap();
    assert_eq!(document.directory(), std::path::Path::new("."));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    let error = Document::read(&path).unwrap_err();
    assert!(matches!(&error, ConfigError::Read { path: named, .. } if *named == path));
    let message = error.to_string();
    assert!(message.contains("none.toml`: "), "{message}");
    assert!(
        message.ends_with("\nhelp: check the spelling and the folder"),
        "{message}"
    );
    let message = Document::read(folder.path()).unwrap_err().to_string();
    assert!(message.contains("\nhelp: "), "{message}");
}

#[test]
fn a_file_that_is_not_text_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.toml");
    fs::write(&path, b"seed = 1\nname = '\xff'\n").unwrap();
    let error = Document::read(&path).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("run.toml` is not UTF-8 text (line 2)\nhelp: save it as UTF-8")
    );
}

#[test]
fn a_table_of_data_is_told_from_an_experiment_file_by_its_ending_and_by_its_first_line() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.csv", "anything"),
        ("b.parquet", "PAR1\u{0}"),
        ("c.data", "age,zip,y\n1,2,0\n"),
        ("d", "age\tzip\n1\t2\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let error = Document::read(&path).unwrap_err();
        assert_eq!(error.code(), "config/is-data", "{error}");
        assert!(
            error.to_string().contains("`synaptree init ") && error.to_string().contains(name),
            "{error}"
        );
    }
    let nowhere = Document::read(&folder.path().join("none.csv")).unwrap_err();
    assert_eq!(nowhere.code(), "config/read");
}
