//! Bytes of unknown origin end in a table or in an error, never in a panic.

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use proptest::prelude::*;
use synaptree_data::{ReadOptions, write_table};

use super::{Folder, packed, read_as};

const CSV: &[u8] = "a, b,\"c\"\r\n1,\"x \"\"y\"\"\",?\r\n,\"é\n\",3\r\n".as_bytes();

const ARFF: &[u8] = "% c\n@relation r\n@attribute 'n 1' numeric\n@attribute c {a,'b c'}\n\
    @attribute d date \"yyyy\"\n@attribute h hierarchical root/a,a/b\n@data\n\
    1.5,a,'2024',a@b\n?,'b c',?,?\n{0 2, 1 'b c'}\n"
    .as_bytes();

const JSON: &[u8] =
    "{\"a\": 1, \"b\": [\"x\", \"\\u00e9\"]}\n\n{\"a\": -2.5e3, \"c\": true}\n".as_bytes();

static PARQUET: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let numbers: ArrayRef = Arc::new(
        (0..50)
            .map(|row| Some(f64::from(row) * 0.5))
            .collect::<Float64Array>(),
    );
    let texts: ArrayRef = Arc::new(
        (0..50)
            .map(|row| (row % 7 != 0).then(|| format!("v{}", row % 5)))
            .collect::<StringArray>(),
    );
    let batch = RecordBatch::try_from_iter([("x", numbers), ("t", texts)]).unwrap();
    let folder = Folder::new();
    let path = folder.path("t.parquet");
    write_table(&batch, &path).unwrap();
    std::fs::read(path).unwrap()
});

/// A valid file with some bytes changed, inserted and removed, and perhaps its end cut off.
fn mutated(original: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<prop::sample::Index>(),
        0..4_u8,
        prop_oneof![any::<u8>(), foreign()],
    );
    (
        prop::collection::vec(edit, 0..8),
        any::<Option<prop::sample::Index>>(),
    )
        .prop_map(move |(edits, cut)| {
            let mut bytes = original.to_vec();
            for (index, kind, byte) in edits {
                let at = index.index(bytes.len() + 1);
                match kind {
                    0 => bytes.insert(at, byte),
                    1 if at < bytes.len() => {
                        bytes.remove(at);
                    }
                    _ if at < bytes.len() => bytes[at] = byte,
                    _ => bytes.push(byte),
                }
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            bytes
        })
}

/// The characters that mean something to a reader.
fn foreign() -> impl Strategy<Value = u8> {
    prop::sample::select(b"\"',;\t \r\n\\{}@%/?\xE2\xFF\0".to_vec())
}

fn options() -> impl Strategy<Value = ReadOptions> {
    let quote = prop::option::of(prop::sample::select(vec!['"', '\'', ' ', ',']));
    let separator = prop::option::of(prop::sample::select(vec![',', ' ', '\t', '"']));
    (
        any::<bool>(),
        any::<bool>(),
        quote,
        separator,
        prop::option::of("."),
    )
        .prop_map(
            |(header, trim, quote, separator, strip_suffix)| ReadOptions {
                header,
                trim,
                quote,
                separator,
                strip_suffix,
                ..ReadOptions::default()
            },
        )
}

/// Reads the bytes; a table is consistent and an error has a message.
fn survive(name: &str, bytes: &[u8], options: &ReadOptions) {
    match read_as(name, bytes, options) {
        Ok(table) => {
            assert!(table.num_rows() > 0);
            assert_eq!(table.origins.len(), table.num_rows());
            assert!(table.origin(table.num_rows() - 1).number >= table.num_rows() as u64);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), foreign()], 0..200),
        options in options(),
    ) {
        for name in [
            "a.csv", "a.tsv", "a.arff", "a.jsonl", "a.csv.gz", "a.csv.zst", "a.parquet", "a.arrow",
        ] {
            survive(name, &bytes, &options);
        }
        survive("a.csv.gz", &packed(&bytes), &options);
    }

    #[test]
    fn damaged_csv_is_survived(bytes in mutated(CSV), options in options()) {
        survive("a.csv", &bytes, &options);
    }

    #[test]
    fn damaged_arff_is_survived(bytes in mutated(ARFF), options in options()) {
        survive("a.arff", &bytes, &options);
    }

    #[test]
    fn damaged_json_is_survived(bytes in mutated(JSON), options in options()) {
        survive("a.jsonl", &bytes, &options);
    }

    #[test]
    fn damaged_parquet_is_survived(bytes in mutated(&PARQUET)) {
        survive("a.parquet", &bytes, &ReadOptions::default());
    }

    #[test]
    fn cells_are_found_wherever_the_quotes_are(
        rows in prop::collection::vec(prop::array::uniform3("[a ,\"\n\ré]{0,4}"), 1..6),
    ) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut content = String::from("x,y,z\r\n");
        for row in &rows {
            content += &row.iter().map(quoted).collect::<Vec<_>>().join(",");
            content += "\r\n";
        }
        let options = ReadOptions { missing: Vec::new(), ..ReadOptions::default() };
        let table = read_as("a.csv", &content, &options).unwrap();
        for (column, name) in ["x", "y", "z"].into_iter().enumerate() {
            let expected: Vec<Option<&str>> = rows.iter().map(|row| Some(row[column].as_str())).collect();
            prop_assert_eq!(super::texts(&table, name), expected);
        }
    }
}
