//! Which files are read: a name or a glob, its columns renamed or not.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::remote;
use crate::error::FileError;

/// A file, or the files that a glob matches, and the new names of some of their columns.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A path or a glob (`*`, `?`, `[a-z]`); `${NAME}` stands for an environment variable. In builds with the feature
    /// `object-store` also an address such as `s3://bucket/parts/*.parquet` or `https://host/file.csv`.
    pub file: String,
    /// New names of columns, by their old ones. A file that is named so may also lack columns
    /// that others have: they are missing in its rows.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
}

impl From<&str> for Source {
    fn from(file: &str) -> Self {
        Self {
            file: file.into(),
            rename: BTreeMap::new(),
        }
    }
}

impl From<&Path> for Source {
    fn from(file: &Path) -> Self {
        Self {
            file: file.to_string_lossy().into_owned(),
            rename: BTreeMap::new(),
        }
    }
}

/// One file to read.
#[derive(Debug)]
pub(super) struct Located<'a> {
    pub(super) path: PathBuf,
    pub(super) rename: &'a BTreeMap<String, String>,
}

impl Source {
    /// The same files seen from another folder: `${NAME}` is replaced by the environment variable,
    /// and a relative path begins at `base`.
    ///
    /// # Errors
    ///
    /// [`FileError::Variable`] for a variable that is not set or a `${` that names none.
    ///
    /// # Example
    ///
    /// ```
    /// use std::path::Path;
    /// use synaptree_data::Source;
    ///
    /// let source = Source::from("zoo/*.csv").relative_to(Path::new("data")).unwrap();
    /// assert_eq!(Path::new(&source.file), Path::new("data/zoo/*.csv"));
    /// ```
    pub fn relative_to(&self, base: &Path) -> Result<Source, FileError> {
        let mut file = synaptree_config::expand(&self.file)?;
        if !remote::is_address(&file)?
            && Path::new(&file).is_relative()
            && !base.as_os_str().is_empty()
        {
            let base = base.to_string_lossy();
            // What comes from outside the pattern is to be taken literally.
            let base = if is_pattern(&file) {
                glob::Pattern::escape(&base)
            } else {
                base.into_owned()
            };
            file = Path::new(&base).join(file).to_string_lossy().into_owned();
        }
        Ok(Source {
            file,
            rename: self.rename.clone(),
        })
    }

    fn expand(&self) -> Result<Vec<PathBuf>, FileError> {
        if remote::is_address(&self.file)? {
            return remote::copies(&self.file);
        }
        let path = Path::new(&self.file);
        if !is_pattern(&self.file) || path.exists() {
            return Ok(vec![path.into()]);
        }
        let matches = glob::glob(&self.file).map_err(|error| FileError::Pattern {
            pattern: self.file.clone(),
            reason: error.msg.into(),
        })?;
        let mut files = Vec::new();
        for entry in matches {
            let entry = entry.map_err(|error| FileError::Unreadable {
                path: error.path().into(),
                source: error.into(),
            })?;
            if !entry.is_dir() {
                files.push(entry);
            }
        }
        files.sort();
        if files.is_empty() {
            return Err(FileError::NoMatch {
                pattern: self.file.clone(),
            });
        }
        Ok(files)
    }
}

/// Whether a name stands for several files.
pub(super) fn is_pattern(file: &str) -> bool {
    file.contains(['*', '?', '['])
}

/// The files of all sources, in their order; those of a glob sorted by name.
pub(super) fn locate(sources: &[Source]) -> Result<Vec<Located<'_>>, FileError> {
    let mut located: Vec<Located<'_>> = Vec::new();
    let mut seen = HashSet::new();
    for source in sources {
        for path in source.expand()? {
            if !seen.insert(path.clone()) {
                return Err(FileError::NamedTwice { path });
            }
            located.push(Located {
                path,
                rename: &source.rename,
            });
        }
    }
    if located.is_empty() {
        return Err(FileError::NoFiles);
    }
    Ok(located)
}

/// The files of all sources, in the order in which they are read.
pub(crate) fn paths(sources: &[Source]) -> Result<Vec<PathBuf>, FileError> {
    Ok(locate(sources)?
        .into_iter()
        .map(|located| located.path)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names_begin_at_the_base_which_is_no_pattern() {
        let resolve = |file: &str| {
            Source::from(file)
                .relative_to(Path::new("all[1]"))
                .unwrap()
                .file
        };
        assert_eq!(Path::new(&resolve("zoo.csv")), Path::new("all[1]/zoo.csv"));
        assert_eq!(Path::new(&resolve("*.csv")), Path::new("all[[]1[]]/*.csv"));
        let manifest = env!("CARGO_MANIFEST_DIR");
        assert_eq!(
            resolve("${CARGO_MANIFEST_DIR}/zoo.csv"),
            format!("{manifest}/zoo.csv")
        );
        let open = Source::from("${DATA").relative_to(Path::new(""));
        assert!(matches!(open, Err(FileError::Variable(_))));
    }

    #[test]
    fn globs_are_sorted_and_never_empty() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.tsv"] {
            std::fs::write(folder.path().join(name), "x\n1\n").unwrap();
        }
        std::fs::create_dir(folder.path().join("d.csv")).unwrap();
        let glob = Source::from("*.csv").relative_to(folder.path()).unwrap();
        let files = glob.expand().unwrap();
        assert_eq!(
            files,
            [folder.path().join("a.csv"), folder.path().join("b.csv")]
        );
        let twice = [glob, Source::from(folder.path().join("a.csv").as_path())];
        assert!(matches!(locate(&twice), Err(FileError::NamedTwice { .. })));
        let none = Source::from("*.arff").relative_to(folder.path()).unwrap();
        assert!(matches!(none.expand(), Err(FileError::NoMatch { .. })));
        assert!(matches!(locate(&[]), Err(FileError::NoFiles)));
    }
}
