//! How text files are read.

use serde::{Deserialize, Serialize};

use super::bytes::Encoding;
use crate::error::FileError;

/// How text files are read; JSON Lines heed `encoding`, `missing` and `strip_suffix`, Parquet and
/// Arrow files `missing` alone.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `header` | `true` | | the first line of a CSV file names the columns |
/// | `skip_rows` | 0 | lines | above the header of a CSV file, or above its first row: a title, comments |
/// | `names` | none | one a column | names that replace those of the header, or stand in for one |
/// | `encoding` | none | [`Encoding`] | how characters are written, where no byte order mark says it; none: UTF-8 |
/// | `separator` | none | an ASCII character | between the values of a CSV file; none: what a first line such as `sep=;` names, a tab in `.tsv`, else whichever of `,` `;` tab `\|`, or a rarer one, two of them or blanks, divides the first rows alike |
/// | `quote` | `"` | an ASCII character or none | around CSV values that hold a separator or a line end; doubled inside; none: a quote is a character like any other |
/// | `trim` | `true` | | blanks and tabs around CSV values are dropped (those inside quotes stay) |
/// | `missing` | empty, `?`, `NA` | | spellings of a missing value, compared after trimming, quoted or not |
/// | `strip_suffix` | none | not empty | dropped from the end of every text value that ends so |
/// | `fill_absent` | `false` | | a column that only some of the files have is missing in the others |
///
/// `separator`, `quote`, `trim`, `header`, `skip_rows` and `names` are those of CSV; ARFF has its own rules for
/// each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// Whether the first line of a CSV file names the columns.
    pub header: bool,
    /// Lines above the header of a CSV file that are passed over.
    pub skip_rows: usize,
    /// Names of the columns, in place of those of the header or where there is none.
    pub names: Option<Vec<String>>,
    /// How the characters of text files are written.
    pub encoding: Option<Encoding>,
    /// What stands between two values of a CSV file.
    pub separator: Option<char>,
    /// What stands around a CSV value that holds a separator.
    pub quote: Option<char>,
    /// Whether blanks around CSV values are dropped.
    pub trim: bool,
    /// Spellings of a missing value.
    pub missing: Vec<String>,
    /// An ending that is dropped from text values.
    pub strip_suffix: Option<String>,
    /// Whether columns that only some of the files have are missing in the others.
    pub fill_absent: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            header: true,
            skip_rows: 0,
            names: None,
            encoding: None,
            separator: None,
            quote: Some('"'),
            trim: true,
            missing: ["", "?", "NA"].map(String::from).to_vec(),
            strip_suffix: None,
            fill_absent: false,
        }
    }
}

impl ReadOptions {
    /// Refuses options that no file could be read with.
    ///
    /// # Errors
    ///
    /// [`FileError::ReadOption`] for a separator or quote that is not ASCII, is a line end, or is
    /// the other one too, for an empty suffix and for an empty list of names.
    pub fn check(&self) -> Result<(), FileError> {
        let usable = |character: char| character.is_ascii() && !matches!(character, '\r' | '\n');
        let character = |option, value: Option<char>| match value {
            Some(value) if !usable(value) => Err(FileError::ReadOption {
                option,
                found: format!("{value:?}"),
                expected: "one ASCII character that is not a line end",
            }),
            _ => Ok(()),
        };
        character("separator", self.separator)?;
        character("quote", self.quote)?;
        if self.separator.is_some() && self.separator == self.quote {
            return Err(FileError::ReadOption {
                option: "quote",
                found: "the separator".into(),
                expected: "another character than the separator",
            });
        }
        if self.strip_suffix.as_deref() == Some("") {
            return Err(FileError::ReadOption {
                option: "strip_suffix",
                found: "empty".into(),
                expected: "at least one character, or no such option",
            });
        }
        if self.names.as_ref().is_some_and(Vec::is_empty) {
            return Err(FileError::ReadOption {
                option: "columns",
                found: "empty".into(),
                expected: "one name a column, or no such option",
            });
        }
        Ok(())
    }

    /// How long the missing spellings are, a bit each; those of 63 bytes and more share one.
    pub(super) fn missing_lengths(&self) -> u64 {
        let bits = self.missing.iter().map(|missing| length_bit(missing));
        bits.fold(0, |all, bit| all | bit)
    }

    /// As [`ReadOptions::value`]; `lengths` are those of the missing spellings, and most cells have
    /// none of them.
    #[inline]
    pub(super) fn value_of<'a>(&self, cell: &'a str, lengths: u64) -> Option<&'a str> {
        if self.strip_suffix.is_none() && length_bit(cell) & lengths == 0 {
            return Some(cell);
        }
        self.value(cell)
    }

    /// The value of a text cell: its suffix dropped, `None` for a missing spelling.
    pub(super) fn value<'a>(&self, cell: &'a str) -> Option<&'a str> {
        let mut cell = cell;
        if let Some(suffix) = &self.strip_suffix
            && let Some(stripped) = cell.strip_suffix(suffix.as_str())
        {
            cell = stripped;
        }
        self.is_present(cell).then_some(cell)
    }

    /// Whether a cell is none of the missing spellings.
    pub(super) fn is_present(&self, cell: &str) -> bool {
        !self.missing.iter().any(|missing| missing == cell)
    }
}

fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_characters_are_refused() {
        for (separator, quote) in [
            (Some('§'), None),
            (Some('\n'), None),
            (Some('"'), Some('"')),
        ] {
            let options = ReadOptions {
                separator,
                quote,
                ..ReadOptions::default()
            };
            assert!(matches!(options.check(), Err(FileError::ReadOption { .. })));
        }
        ReadOptions::default().check().unwrap();
    }

    #[test]
    fn a_look_at_the_length_finds_every_missing_spelling() {
        let long = "-".repeat(100);
        let options = ReadOptions {
            missing: ["", "NA", &long].map(String::from).to_vec(),
            ..ReadOptions::default()
        };
        let lengths = options.missing_lengths();
        for cell in ["", "NA", &long, "N", "AN", &"-".repeat(99), "abc"] {
            assert_eq!(
                options.value_of(cell, lengths),
                options.value(cell),
                "{cell}"
            );
        }
    }

    #[test]
    fn the_suffix_goes_before_missing_spellings_are_looked_for() {
        let options = ReadOptions {
            strip_suffix: Some(".".into()),
            ..ReadOptions::default()
        };
        assert_eq!(options.value_of("?.", options.missing_lengths()), None);
        assert_eq!(options.value("<=50K."), Some("<=50K"));
        assert_eq!(options.value("?."), None);
        assert_eq!(options.value("a.b"), Some("a.b"));
    }
}
