//! Which reader a file gets, by its ending.

use std::path::Path;

use crate::error::FileError;

/// The endings that are read.
const KNOWN: &str = ".csv, .tsv, .txt, .data, .test (read as CSV), .arff, each also with .gz, and \
                     .parquet";

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Values between separators; the separator that the ending settles.
    Csv {
        separator: Option<char>,
        packed: bool,
    },
    /// The attribute-relation file format.
    Arff { packed: bool },
    /// Parquet.
    Parquet,
}

impl Format {
    /// The format of a file, by its ending in any case.
    pub(super) fn of(path: &Path) -> Result<Self, FileError> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let (stem, packed) = match name.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (name.as_str(), false),
        };
        let extension = stem.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            Some("csv" | "txt" | "data" | "test") => Ok(Self::Csv {
                separator: None,
                packed,
            }),
            Some("tsv") => Ok(Self::Csv {
                separator: Some('\t'),
                packed,
            }),
            Some("arff") => Ok(Self::Arff { packed }),
            Some("parquet") if !packed => Ok(Self::Parquet),
            _ => Err(FileError::Extension {
                path: path.into(),
                found: match extension {
                    Some("parquet") => "Parquet files are packed inside, not with .gz".into(),
                    Some(other) => format!("nothing reads files that end in `.{other}`"),
                    None => "the file name has no ending to tell its format".into(),
                },
                known: KNOWN,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_the_format_in_any_case() {
        let of = |name: &str| Format::of(Path::new(name)).unwrap();
        assert_eq!(
            of("a.b.CSV"),
            Format::Csv {
                separator: None,
                packed: false
            }
        );
        assert_eq!(
            of("x/a.tsv.gz"),
            Format::Csv {
                separator: Some('\t'),
                packed: true
            }
        );
        assert_eq!(of("a.arff.GZ"), Format::Arff { packed: true });
        assert_eq!(of("a.parquet"), Format::Parquet);
    }

    #[test]
    fn other_endings_are_told_which_are_known() {
        for name in ["a.xlsx", "a", "a.gz", "a.parquet.gz", "..", ""] {
            let error = Format::of(Path::new(name)).unwrap_err().to_string();
            assert!(error.contains(".csv, .tsv"), "{error}");
        }
    }
}
