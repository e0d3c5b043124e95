//! Which file is for what, and how the experiment file names it.

use std::path::{Path, PathBuf};

use super::error::InitError;
use super::text::words;

/// The files by their part.
pub(super) struct Given {
    /// The folder of the experiment file.
    pub(super) directory: PathBuf,
    /// The files to train on, as they can be read from here.
    pub(super) train: Vec<String>,
    /// The files of the parts, as the experiment file names them.
    pub(super) named_train: Vec<String>,
    pub(super) named_validation: Vec<String>,
    pub(super) named_test: Vec<String>,
}

impl Given {
    /// A file whose name says `test` or `valid` is that part, where another says `train`.
    pub(super) fn new(data: &[String], directory: &Path) -> Result<Self, InitError> {
        let has = |file: &String, parts: &[&str]| {
            let stem = Path::new(file).file_name().unwrap_or_default();
            words(&stem.to_string_lossy())
                .iter()
                .any(|word| parts.contains(&word.as_str()))
        };
        let trains = |file: &String| has(file, &["train", "training", "trn"]);
        let divided = data.iter().any(trains);
        let part = |file: &&String| match file {
            file if !divided || trains(file) => 0,
            file if has(file, &["test", "tst", "testing"]) => 2,
            file if has(file, &["valid", "validation", "val", "dev"]) => 1,
            _ => 0,
        };
        let of = |wanted: u8| -> Vec<String> {
            data.iter()
                .filter(|file| part(file) == wanted)
                .cloned()
                .collect()
        };
        let named = |files: Vec<String>| -> Result<Vec<String>, InitError> {
            files
                .iter()
                .map(|file| seen_from(file, directory))
                .collect()
        };
        Ok(Self {
            directory: directory.to_owned(),
            train: of(0),
            named_train: named(of(0))?,
            named_validation: named(of(1))?,
            named_test: named(of(2))?,
        })
    }
}

/// A path as it is seen from the folder of the experiment file: relative where the file lies
/// below it, else absolute. URLs and variables are left as they are.
fn seen_from(file: &str, directory: &Path) -> Result<String, InitError> {
    if file.contains("://") || file.contains("${") {
        return Ok(file.to_owned());
    }
    let unknown = |path: &Path| {
        let path = path.display().to_string();
        move |source| InitError::Path { path, source }
    };
    let here = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let base = here.canonicalize().map_err(unknown(here))?;
    let path = Path::new(file);
    // A pattern names no file, and what is not there is told by the reader.
    let absolute = match path.canonicalize() {
        Ok(found) => found,
        Err(_) => std::path::absolute(path).map_err(unknown(path))?,
    };
    let seen = absolute.strip_prefix(&base).unwrap_or(&absolute);
    Ok(seen.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a-train.csv", "a-test.csv", "a-valid.csv", "b_test.csv"] {
            std::fs::write(folder.path().join(file), "x\n1\n").unwrap();
        }
        folder
    }

    fn given(folder: &Path, files: &[&str], directory: &Path) -> Given {
        let data: Vec<String> = files
            .iter()
            .map(|file| folder.join(file).display().to_string())
            .collect();
        Given::new(&data, directory).unwrap()
    }

    #[test]
    fn names_tell_the_parts_where_one_says_train() {
        let folder = folder();
        let files = ["a-test.csv", "a-train.csv", "a-valid.csv"];
        let found = given(folder.path(), &files, folder.path());
        assert_eq!(found.named_train, ["a-train.csv"]);
        assert_eq!(found.named_validation, ["a-valid.csv"]);
        assert_eq!(found.named_test, ["a-test.csv"]);
        let alone = given(folder.path(), &["b_test.csv"], folder.path());
        assert_eq!(alone.named_train, ["b_test.csv"]);
    }

    #[test]
    fn files_elsewhere_have_their_whole_path() {
        let (folder, other) = (folder(), tempfile::tempdir().unwrap());
        let found = given(folder.path(), &["a-train.csv"], other.path());
        assert!(Path::new(&found.named_train[0]).is_absolute());
        let nowhere = Path::new("no such folder");
        let missing = Given::new(&["a.csv".to_owned()], nowhere);
        assert!(matches!(missing, Err(InitError::Path { .. })));
    }
}
