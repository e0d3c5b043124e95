//! Pieces of a CSV text that begin and end between two records.

use memchr::{memchr, memchr3, memrchr2};

use super::record::{Record, Scan};
use super::text::Text;
use crate::error::FileError;

/// Whole records.
pub(super) struct Block {
    pub(super) text: String,
    /// The line, from 1, that it begins on.
    pub(super) line: u64,
}

impl Block {
    /// Takes the records away that have been read whole, or reads until there is one; `None` at the
    /// end of the file. `record` is only what quotes are scanned with.
    pub(super) fn take(text: &mut Text, record: &mut Record) -> Result<Option<Self>, FileError> {
        loop {
            let (line, ended) = (text.line(), text.ended());
            let bytes = if ended {
                text.rest().len()
            } else {
                whole(text.rest(), record)
            };
            if bytes > 0 {
                let text = text.take(bytes);
                return Ok(Some(Self { text, line }));
            }
            if ended {
                return Ok(None);
            }
            text.more()?;
        }
    }
}

/// How many bytes of a text that goes on are whole records. A text with a broken quote is taken
/// whole: whoever reads it comes to the quote first.
fn whole(text: &str, record: &mut Record) -> usize {
    let bytes = text.as_bytes();
    let Some(quote) = record
        .quote()
        .filter(|&quote| memchr(quote, bytes).is_some())
    else {
        // The other half of a Windows line end may not have been read yet.
        let sure = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        return memrchr2(b'\n', b'\r', sure).map_or(0, |at| at + 1);
    };
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        match memchr3(quote, b'\n', b'\r', rest) {
            Some(found) if rest[found] == b'\n' => at += found + 1,
            Some(found) if rest[found] != quote && found + 1 < rest.len() => {
                at += found + 1 + usize::from(rest[found + 1] == b'\n');
            }
            Some(found) if rest[found] == quote => match record.scan(&text[at..], false) {
                Scan::Record { bytes, .. } => at += bytes,
                Scan::Incomplete => return at,
                Scan::AfterQuote { .. } | Scan::Unterminated { .. } => return bytes.len(),
            },
            _ => return at,
        }
    }
}
