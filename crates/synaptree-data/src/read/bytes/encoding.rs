//! How the characters of a text file are written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wide::{self, Order};

/// How the characters of a text file are written.
///
/// A file that begins with the byte order mark of UTF-8 or UTF-16 needs no such setting: the mark decides, also where
/// another encoding is named, as it is for the other files of an experiment and for new ones.
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
    /// UTF-16; its byte order mark tells the order of the bytes, without one the bytes of zero do.
    #[serde(rename = "utf-16")]
    Utf16,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Encoding {
    /// How it is written in experiment files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "latin-1",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// What a file that begins so is turned into UTF-8 from; `None` where it is UTF-8. A mark is decisive: no other
    /// text begins so.
    pub(super) fn of(asked: Option<Self>, start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
        let utf16 = |order| match order {
            Order::Little => encoding_rs::UTF_16LE,
            Order::Big => encoding_rs::UTF_16BE,
        };
        if start.starts_with(&wide::MARK) {
            return None;
        }
        if let Some(order) = wide::marked(start) {
            return Some(utf16(order));
        }
        match asked? {
            Self::Utf8 => None,
            Self::Latin1 => Some(encoding_rs::WINDOWS_1252),
            Self::Utf16 => Some(utf16(wide::order(start))),
            Self::Utf16Le => Some(encoding_rs::UTF_16LE),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE),
        }
    }
}
