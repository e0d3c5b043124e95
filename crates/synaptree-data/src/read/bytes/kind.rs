//! Files that are no text, told by their first bytes.

use super::wide::{self, Order};

/// What a file is instead of text, and what to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// What it is, with its article.
    pub(crate) what: &'static str,
    /// What to do.
    pub(crate) help: &'static str,
}

const TABLE: &str = "save the table as CSV or Parquet";
const PICTURE: &str = "this release reads tables; check that the right file is named";
const OTHER: &str = "check that the right file is named";
const PARQUET: &str = "give its name the ending `.parquet`";
const ARROW: &str = "give its name the ending `.arrow`";
const ZSTD: &str = "give its name the ending `.zst` behind that of its format";
const GZIP: &str = "give its name the ending `.gz` behind that of its format";
const PACKED: &str = "unpack it first, or pack it with gzip or zstd";

/// How formats begin. Those that are characters of ASCII alone count where a byte of zero follows and the bytes are not UTF-8, as in
/// text they may be a word; small tables in Parquet, Arrow and Feather may be UTF-8 throughout.
const KNOWN: [(&[u8], &str, &str); 25] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", PICTURE),
    (b"\xFF\xD8\xFF", "a JPEG picture", PICTURE),
    (b"GIF8", "a GIF picture", PICTURE),
    (b"II*\0", "a TIFF picture", PICTURE),
    (b"MM\0*", "a TIFF picture", PICTURE),
    (b"RIFF", "a sound, film or picture (RIFF)", PICTURE),
    (b"%PDF-", "a PDF document", TABLE),
    (
        b"PK\x03\x04",
        "a spreadsheet or a zip archive",
        "open it and save its table as CSV",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "an old Excel or Word file",
        "open it and save its table as CSV",
    ),
    (b"PAR1", "a Parquet file", PARQUET),
    (b"ARROW1", "an Arrow file", ARROW),
    (
        b"FEA1",
        "a Feather file of the first version",
        "write it again as `.arrow` or Parquet",
    ),
    (b"\x28\xB5\x2F\xFD", "a file packed with zstd", ZSTD),
    (b"\x1F\x8B", "a file packed with gzip", GZIP),
    (b"BZh", "a file packed with bzip2", PACKED),
    (b"\xFD7zXZ\0", "a file packed with xz", PACKED),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", PACKED),
    (b"Rar!\x1A\x07", "a RAR archive", PACKED),
    (b"SQLite format 3\0", "an SQLite database", TABLE),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", TABLE),
    (b"\x93NUMPY", "a NumPy array", TABLE),
    (b"MATLAB 5.0", "a MATLAB file", TABLE),
    (b"\x80\x04\x95", "a Python pickle", TABLE),
    (b"\x7FELF", "a program (ELF)", OTHER),
    (b"MZ", "a program (Windows)", OTHER),
];

/// What a file that begins so is, where it is no text; `wide`: its characters take two bytes, so that
/// bytes of zero are part of the text.
pub(super) fn of(start: &[u8], wide: bool) -> Option<Kind> {
    if let Some(kind) = wide::utf32(start) {
        return Some(kind);
    }
    let zero = !wide && start.contains(&0);
    let is_text = |magic: &[u8]| {
        let is_sure = [b"%PDF-".as_slice(), b"\x7FELF"].contains(&magic);
        magic.is_ascii() && !magic.contains(&0) && !is_sure
    };
    let is_binary = zero && !is_utf8(start);
    let known = KNOWN.into_iter().find(|(magic, ..)| {
        let is_table = magic.ends_with(b"1");
        start.starts_with(magic) && (!is_text(magic) || is_binary || (zero && is_table))
    });
    if let Some((_, what, help)) = known {
        return Some(Kind { what, help });
    }
    if zero && let Some(order) = wide::utf16(start, is_utf8(start)) {
        let (what, help) = match order {
            Order::Little => (
                "UTF-16 (little-endian) without its byte order mark",
                "set `encoding = \"utf-16le\"` under `[data]`, or give `--encoding utf-16le` to `init` and `describe`",
            ),
            Order::Big => (
                "UTF-16 (big-endian) without its byte order mark",
                "set `encoding = \"utf-16be\"` under `[data]`, or give `--encoding utf-16be` to `init` and `describe`",
            ),
        };
        return Some(Kind { what, help });
    }
    // A text may hold a zero by accident.
    if is_binary {
        return Some(Kind {
            what: "a binary file",
            help: OTHER,
        });
    }
    let page = start.trim_ascii_start();
    if page.starts_with(b"<?xml") {
        return Some(Kind {
            what: "an XML document",
            help: "save its table as CSV or Parquet",
        });
    }
    let begins = |tag: &&[u8]| {
        page.get(..tag.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
    };
    // A column may be called `<table`.
    let has_ends = start.windows(2).any(|pair| pair == b"</");
    if PAGES.iter().any(begins) || (has_ends && PIECES.iter().any(begins)) {
        return Some(Kind {
            what: "a web page (HTML)",
            help: "download the file itself: a page that shows a table often has a link named `raw` or `download`; a \
                   spreadsheet opens a table in HTML and saves it as CSV",
        });
    }
    None
}

/// How web pages begin.
const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// How pieces of them begin.
const PIECES: [&[u8]; 7] = [
    b"<!--", b"<head", b"<meta", b"<body", b"<table", b"<div", b"<style",
];

/// Whether bytes are UTF-8, as far as they go.
fn is_utf8(start: &[u8]) -> bool {
    match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(start: &[u8]) -> Option<&'static str> {
        of(start, false).map(|kind| kind.what)
    }

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        assert_eq!(
            what(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            Some("a PNG picture")
        );
        assert_eq!(what(b"\x7FELF\x02\x01\x01\0"), Some("a program (ELF)"));
        assert_eq!(what(b"PAR1\x15\x04\0"), Some("a Parquet file"));
        assert_eq!(what(b"%PDF-1.7\n"), Some("a PDF document"));
        assert_eq!(what(b"\n<!DOCTYPE html><title>"), Some("a web page (HTML)"));
        assert_eq!(
            what(b"<Table border=1>\n<tr></tr>"),
            Some("a web page (HTML)")
        );
        assert_eq!(what(b"<?xml version=\"1.0\"?>"), Some("an XML document"));
        assert_eq!(what(b"a\xE9\0\0"), Some("a binary file"));
        let wide: Vec<u8> = "a,b\n1,2\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let little = "UTF-16 (little-endian) without its byte order mark";
        assert_eq!(what(&wide), Some(little));
        assert_eq!(of(&wide, true), None);
    }

    #[test]
    fn words_that_formats_begin_with_are_text() {
        for text in [
            "PAR1,PAR2\n1,2\n",
            "MZ,size\n",
            "BZh\n",
            "RIFF;a\n",
            "GIF8\n",
            "",
            "<a>\n",
            "<table,b\n1,2\n",
        ] {
            assert_eq!(what(text.as_bytes()), None, "{text}");
        }
        assert_eq!(what(b"name\ncaf\xE9\n"), None);
        assert_eq!(what("name\nwr\0en \u{e9}\n".as_bytes()), None);
        for text in [&b"BZh\r\0\n"[..], b"Rar!\x1A\x07\0\n", b"MATLAB 5.0\n1\n"] {
            assert_eq!(what(text), None);
        }
        assert_eq!(what(b"BZh91AY&SY\x9a\0"), Some("a file packed with bzip2"));
    }
}
