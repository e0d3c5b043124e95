//! How characters are written: byte order marks, what is named, and what shows.

use synaptree_data::{Encoding, ReadOptions};

use super::{Folder, names, packed, read_as, read_path, refusal, texts};

const TEXT: &str = "name,größe\nZoë,12\nŁukasz,9\n";

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

fn named(encoding: Encoding) -> ReadOptions {
    ReadOptions {
        encoding: Some(encoding),
        ..defaults()
    }
}

fn little(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn big(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn utf16_without_a_mark_reads_where_it_is_named_and_its_order_shows() {
    for (content, encodings) in [
        (little(TEXT), [Encoding::Utf16, Encoding::Utf16Le]),
        (big(TEXT), [Encoding::Utf16, Encoding::Utf16Be]),
    ] {
        for encoding in encodings {
            for name in ["a.csv", "a.csv.gz"] {
                let content = match name {
                    "a.csv" => content.clone(),
                    _ => packed(&content),
                };
                let table = read_as(name, content, &named(encoding)).unwrap();
                assert_eq!(names(&table), ["name", "größe"], "{encoding:?}");
                assert_eq!(texts(&table, "name"), [Some("Zoë"), Some("Łukasz")]);
            }
        }
    }
}

#[test]
fn utf16_without_a_mark_is_told_what_to_write() {
    assert_eq!(
        refusal("a.csv", big(TEXT), &defaults()),
        "a.csv: found UTF-16 (big-endian) without its byte order mark, expected a table as text; set `encoding = \
         \"utf-16be\"` under `[data]`, or give `--encoding utf-16be` to `init` and `describe`"
    );
    for text in [TEXT, "名前,年齢\n花子,三十一\n太郎,四十二\n"] {
        let message = refusal("a.csv", little(text), &defaults());
        assert!(message.contains("`--encoding utf-16le`"), "{message}");
        let message = refusal("a.csv.gz", packed(big(text)), &defaults());
        assert!(message.contains("`--encoding utf-16be`"), "{message}");
    }
}

#[test]
fn utf32_is_told_how_it_becomes_utf8() {
    let big: Vec<u8> = TEXT
        .chars()
        .flat_map(|c| (c as u32).to_be_bytes())
        .collect();
    assert_eq!(
        refusal("a.csv", &big, &defaults()),
        "a.csv: found UTF-32, text of four bytes a character, expected a table as text; save it as UTF-8; `iconv -f \
         utf-32be -t utf-8 FILE > NEW` converts it"
    );
    let marked: Vec<u8> = "\u{FEFF}"
        .chars()
        .chain(TEXT.chars())
        .flat_map(|c| (c as u32).to_le_bytes())
        .collect();
    let message = refusal("a.csv", &marked, &named(Encoding::Utf16));
    assert!(message.contains("`iconv -f utf-32 -t"), "{message}");
}

#[test]
fn a_byte_order_mark_decides_whatever_is_named() {
    let marked = format!("\u{FEFF}{TEXT}");
    let files = [marked.clone().into_bytes(), little(&marked), big(&marked)];
    for encoding in [
        Encoding::Utf8,
        Encoding::Latin1,
        Encoding::Utf16,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ] {
        for content in &files {
            let table = read_as("a.csv", content, &named(encoding)).unwrap();
            assert_eq!(names(&table), ["name", "größe"], "{encoding:?}");
            assert_eq!(texts(&table, "name"), [Some("Zoë"), Some("Łukasz")]);
        }
    }
    let mixed = [b"\xEF\xBB\xBFname,x\n".as_slice(), b"Jos\xE9,1\n"].concat();
    assert_eq!(
        refusal("a.csv", mixed, &named(Encoding::Latin1)),
        "a.csv, line 2: byte 13 (0xE9) is not valid UTF-8; its byte order mark says that it is UTF-8, so parts of it were \
         saved otherwise: open it in an editor and save all of it as UTF-8"
    );
}

#[test]
fn a_file_in_another_encoding_than_it_is_read_with_is_refused() {
    let broken = b"a\n\x00\xD8b\x00";
    let message = refusal("a.csv", broken, &named(Encoding::Utf16));
    assert!(
        message.starts_with(
            "a.csv: the file does not fit its encoding (it holds bytes that are no UTF-16LE); set `encoding` to the one \
             it was saved with"
        ),
        "{message}"
    );
    // What is wrong with the characters is not what is wrong with the packing.
    let message = refusal("a.csv.gz", packed(broken), &named(Encoding::Utf16));
    assert!(message.contains("does not fit its encoding"), "{message}");
    let message = refusal("a.csv", "name,age\nAnn,31\n", &named(Encoding::Utf16));
    assert!(message.contains("no byte of zero"), "{message}");
    // Without a mark the bytes of zero tell the order.
    let folder = Folder::new();
    let path = folder.file("a.csv", little("ä\n1\n"));
    let table = read_path(&path, &named(Encoding::Utf16)).unwrap();
    assert_eq!(names(&table), ["ä"]);
}
