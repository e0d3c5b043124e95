//! Files that are written from the source are what the source says now.
//!
//! `cargo xtask generate` sets `SYNAPTREE_GENERATE=1`, which writes them instead.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn is_generating() -> bool {
    std::env::var_os("SYNAPTREE_GENERATE").is_some()
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_synaptree"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Compares a file with what is printed, or writes it.
fn assert_fresh(path: &Path, text: &str) {
    if is_generating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed.replace('\r', "") == text,
        "{} is not what the source says; run `cargo xtask generate`",
        path.display()
    );
}

/// Every file below a folder, by its path within.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap().replace('\r', "");
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
            }
        }
    }
    found
}

#[test]
fn every_error_has_its_page_in_the_documents() {
    let fresh = tempfile::tempdir().unwrap();
    printed(&["explain", "--output", fresh.path().to_str().unwrap()]);
    let committed = docs("errors");
    if is_generating() {
        let _ = fs::remove_dir_all(&committed);
        for (name, text) in files(fresh.path()) {
            let path = committed.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let (fresh, committed) = (files(fresh.path()), files(&committed));
    assert!(fresh.len() > 100);
    for name in fresh.keys().chain(committed.keys()) {
        assert!(
            fresh.get(name) == committed.get(name),
            "docs/errors/{} is not what the source says; run `cargo xtask generate`",
            name.display()
        );
    }
}

#[test]
fn the_schema_and_the_reference_of_the_experiment_file_are_fresh() {
    let schema = printed(&["schema"]);
    serde_json::from_str::<serde_json::Value>(&schema).unwrap();
    assert_fresh(&docs("reference/experiment.schema.json"), &schema);
    let reference = printed(&["schema", "--reference"]);
    assert_fresh(&docs("reference/experiment.md"), &reference);
}
