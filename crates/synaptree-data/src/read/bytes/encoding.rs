//! How the characters of a text file are written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the characters of a text file are written.
///
/// A file that begins with the byte order mark of UTF-8 or UTF-16 needs no such setting.
///
/// # Example
///
/// ```
/// use synaptree_data::{Encoding, ReadOptions, Source, read_files};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("coffee.csv");
/// std::fs::write(&path, b"drink\ncaf\xE9\n").unwrap();
/// let options = ReadOptions { encoding: Some(Encoding::Latin1), ..ReadOptions::default() };
/// let table = read_files(&[Source::from(path.as_path())], &options).unwrap();
/// assert_eq!(table.text("drink").unwrap().value(0), "café");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Latin-1, read as Windows-1252, which has its letters and also `€` and curly quotes.
    #[serde(rename = "latin-1")]
    Latin1,
    /// UTF-16; its byte order mark tells the order of the bytes, without one the low byte is first.
    #[serde(rename = "utf-16")]
    Utf16,
}

impl Encoding {
    /// What a file that begins so is turned into UTF-8 from; `None` where it is UTF-8.
    pub(super) fn of(asked: Option<Self>, start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
        let mark = match start {
            [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
            [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
            _ => None,
        };
        match asked {
            Some(Self::Utf8) => None,
            Some(Self::Latin1) => Some(encoding_rs::WINDOWS_1252),
            Some(Self::Utf16) => Some(mark.unwrap_or(encoding_rs::UTF_16LE)),
            None => mark,
        }
    }
}
