//! Packed Arrow and Parquet files: those of another codec, and those that promise what they do not hold.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use proptest::prelude::*;
use synaptree_data::ReadOptions;

use super::{Folder, numbers, read_as, read_path, refusal};

/// 512 numbers, written by `pyarrow.feather.write_feather(table, path, compression="zstd")` 26.0.1.
const ZSTD_ARROW: &[u8] = include_bytes!("zstd.arrow");

/// The same by `pyarrow.parquet.write_table(table, path, compression="zstd")`.
const ZSTD_PARQUET: &[u8] = include_bytes!("zstd.parquet");

/// 300 rows in two groups, by the same with `row_group_size=200` and `data_page_version="1.0"` or `"2.0"`.
const ZSTD_PAGES: [&[u8]; 2] = [
    include_bytes!("zstd_v1.parquet"),
    include_bytes!("zstd_v2.parquet"),
];

/// 512 numbers with `compression="brotli"`.
const BROTLI_PARQUET: &[u8] = include_bytes!("brotli.parquet");

/// The first bytes of an lz4 frame.
const LZ4: [u8; 4] = [0x04, 0x22, 0x4D, 0x18];

/// 1000 numbers and words, packed with lz4: as a file, or as a stream.
fn lz4(path: &Path) -> Vec<u8> {
    let numbers: ArrayRef = Arc::new(Float64Array::from_iter_values(
        (0..1000).map(|row| f64::from(row / 50)),
    ));
    let words: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..1000).map(|row| format!("word {}", row % 3)),
    ));
    let batch = RecordBatch::try_from_iter([("x", numbers), ("t", words)]).unwrap();
    let options = IpcWriteOptions::default()
        .try_with_compression(Some(CompressionType::LZ4_FRAME))
        .unwrap();
    let (file, schema) = (File::create(path).unwrap(), batch.schema());
    if path.ends_with("stream.arrow") {
        let mut writer = StreamWriter::try_new_with_options(file, &schema, options).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
    } else {
        let mut writer = FileWriter::try_new_with_options(file, &schema, options).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
    }
    std::fs::read(path).unwrap()
}

#[test]
fn a_small_file_that_promises_huge_buffers_is_refused() {
    let folder = Folder::new();
    for name in ["file.arrow", "stream.arrow"] {
        let path = folder.path(name);
        let bytes = lz4(&path);
        assert_eq!(
            read_path(&path, &ReadOptions::default())
                .unwrap()
                .num_rows(),
            1000
        );
        let frames = (8..bytes.len() - 4).filter(|&at| bytes[at..at + 4] == LZ4);
        let frames: Vec<usize> = frames.collect();
        assert!(
            frames.len() >= 2,
            "{name} has {} packed buffers",
            frames.len()
        );
        for at in frames {
            for promise in [1_i64 << 33, 1 << 45, i64::MAX] {
                let mut bytes = bytes.clone();
                bytes[at - 8..at].copy_from_slice(&promise.to_le_bytes());
                let message = refusal("a.arrow", &bytes, &ReadOptions::default());
                assert!(
                    message.starts_with("a.arrow: the Arrow file cannot be read (a buffer of ")
                        && message.contains(&format!("promises {promise} bytes")),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn codecs_that_are_not_read_are_named() {
    let message = refusal("a.feather", ZSTD_ARROW, &ReadOptions::default());
    assert!(
        message.contains("zstd") && message.contains("write it again with lz4"),
        "{message}"
    );
    let message = refusal("a.parquet", BROTLI_PARQUET, &ReadOptions::default());
    assert!(
        message.starts_with("a.parquet: column `x` is compressed with brotli; write the file again with zstd, snappy"),
        "{message}"
    );
}

#[test]
fn parquet_that_is_packed_with_zstd_is_read() {
    for bytes in ZSTD_PAGES {
        let table = read_as("a.parquet", bytes, &ReadOptions::default()).unwrap();
        let size = |row: usize| (!row.is_multiple_of(7)).then_some(row as f64 * 0.5);
        assert_eq!(
            numbers(&table, "size"),
            (0..300).map(size).collect::<Vec<_>>()
        );
        let words = table.text("kind").unwrap();
        assert!((0..300).all(|row| words.value(row) == format!("word {}", row % 5)));
        let counts = table.column("count").unwrap().as_primitive::<Int64Type>();
        assert!((0..300).all(|row| counts.value(row as usize) == row * row));
        let tags = table.column("tags").unwrap().as_list::<i32>();
        assert!((0..300).all(|row| tags.value(row).len() == row % 3));
    }
    let table = read_as("a.parquet", ZSTD_PARQUET, &ReadOptions::default()).unwrap();
    assert_eq!(numbers(&table, "x").len(), 512);
}

proptest! {
    #[test]
    fn damaged_zstd_pages_are_survived(
        version in 0..2_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = ZSTD_PAGES[version].to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Err(error) = read_as("a.parquet", &bytes, &ReadOptions::default()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

proptest! {
    #[test]
    fn damaged_packed_arrow_is_survived(
        stream in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let folder = Folder::new();
        let name = if stream { "stream.arrow" } else { "file.arrow" };
        let mut bytes = lz4(&folder.path(name));
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        if let Err(error) = read_as("a.arrow", &bytes, &ReadOptions::default()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
