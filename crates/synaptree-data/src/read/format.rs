//! Which reader a file gets, by its ending.

use std::path::Path;

use super::bytes::Packing;
use crate::error::FileError;

/// The endings that are read.
const KNOWN: &str = ".csv, .tsv, .txt, .data, .test (read as CSV), .arff, .jsonl, .ndjson, each also \
                     with .gz or .zst, and .parquet, .arrow, .feather, .ipc";

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Values between separators; the separator that the ending settles.
    Csv {
        separator: Option<char>,
        packing: Packing,
    },
    /// The attribute-relation file format.
    Arff { packing: Packing },
    /// One JSON object a line.
    JsonLines { packing: Packing },
    /// Parquet.
    Parquet,
    /// Arrow IPC: a file or a stream, as its first bytes tell.
    Arrow,
}

impl Format {
    /// The format of a file, by its ending in any case.
    pub(super) fn of(path: &Path) -> Result<Self, FileError> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let unpacked = |endings: [&str; 2]| endings.iter().find_map(|end| name.strip_suffix(end));
        let (stem, packing) = match (unpacked([".gz", ".gzip"]), unpacked([".zst", ".zstd"])) {
            (Some(stem), _) => (stem, Packing::Gzip),
            (_, Some(stem)) => (stem, Packing::Zstd),
            _ => (name.as_str(), Packing::None),
        };
        let extension = stem.rsplit_once('.').map(|(_, extension)| extension);
        let is_plain = packing == Packing::None;
        let csv = |separator| Self::Csv { separator, packing };
        match extension {
            Some("csv" | "txt" | "data" | "test") => Ok(csv(None)),
            Some("tsv") => Ok(csv(Some('\t'))),
            Some("arff") => Ok(Self::Arff { packing }),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines { packing }),
            Some("parquet") if is_plain => Ok(Self::Parquet),
            Some("arrow" | "feather" | "ipc") if is_plain => Ok(Self::Arrow),
            _ => Err(FileError::Extension {
                path: path.into(),
                found: match extension {
                    Some("parquet" | "arrow" | "feather" | "ipc") => {
                        let ending = packing.ending();
                        format!("Parquet and Arrow files are packed inside, not with {ending}")
                    }
                    Some("json") => "JSON is read as one object a line, in a file that ends in `.jsonl`; `jq -c '.[]' \
                                     FILE > NEW.jsonl` divides a list of objects"
                        .into(),
                    Some(other @ ("xlsx" | "xls" | "xlsm" | "xlsb" | "ods" | "numbers")) => {
                        format!("nothing reads files that end in `.{other}`, open it and save its table as CSV")
                    }
                    Some(other @ ("zip" | "7z" | "rar" | "tar" | "tgz" | "bz2" | "xz")) => {
                        format!("nothing reads files that end in `.{other}`, unpack it first")
                    }
                    Some(other) => format!(
                        "nothing reads files that end in `.{other}`; where it is a table as text, give its name the \
                         ending `.csv`"
                    ),
                    None => "the file name has no ending to tell its format; where it is a table as text, give it the \
                             ending `.csv`"
                        .into(),
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
        let csv = |separator, packing| Format::Csv { separator, packing };
        assert_eq!(of("a.b.CSV"), csv(None, Packing::None));
        assert_eq!(of("x/a.tsv.gz"), csv(Some('\t'), Packing::Gzip));
        assert_eq!(of("a.txt.zst"), csv(None, Packing::Zstd));
        let packing = Packing::Gzip;
        assert_eq!(of("a.arff.GZ"), Format::Arff { packing });
        let packing = Packing::Zstd;
        assert_eq!(of("a.jsonl.zst"), Format::JsonLines { packing });
        assert_eq!(of("a.parquet"), Format::Parquet);
        assert_eq!(of("a.feather"), Format::Arrow);
    }

    #[test]
    fn other_endings_are_told_which_are_known() {
        for name in ["a.xlsx", "a", "a.gz", "a.parquet.gz", "a.json", "..", ""] {
            let error = Format::of(Path::new(name)).unwrap_err().to_string();
            assert!(error.contains(".csv, .tsv"), "{error}");
        }
    }
}
