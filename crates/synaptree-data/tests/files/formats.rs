//! The same table in every format, encoding and packing reads back the same.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use proptest::prelude::*;
use synaptree_data::{Encoding, ReadOptions, Source, Table, read_chunks, write_table};

use super::{Folder, names, numbers, packed, read_as, read_path, refusal, texts};

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

fn zstd(content: impl AsRef<[u8]>) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(content.as_ref(), level)
}

/// Rows of a text and a number.
type Rows = Vec<(Option<String>, Option<f64>)>;

fn batch(rows: &Rows) -> RecordBatch {
    let text: StringArray = rows.iter().map(|(text, _)| text.as_deref()).collect();
    let number: Float64Array = rows.iter().map(|(_, number)| *number).collect();
    let columns: [(&str, ArrayRef); 2] = [("t", Arc::new(text)), ("x", Arc::new(number))];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .unwrap()
}

fn csv(rows: &Rows) -> String {
    let folder = Folder::new();
    let path = folder.path("a.csv");
    write_table(&batch(rows), &path).unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn json_lines(rows: &Rows) -> String {
    let line = |(text, number): &(Option<String>, Option<f64>)| {
        serde_json::json!({ "t": text, "x": number }).to_string() + "\n"
    };
    rows.iter().map(line).collect()
}

fn arff(rows: &Rows) -> String {
    let mut content = String::from("@attribute t string\n@attribute x real\n@data\n");
    for (text, number) in rows {
        let text = text.as_ref().map_or("?".into(), |text| format!("'{text}'"));
        let number = number.map_or("?".into(), |number| number.to_string());
        content += &format!("{text},{number}\n");
    }
    content
}

fn sparse_arff(rows: &Rows) -> String {
    let mut content = String::from("@attribute t string\n@attribute x real\n@data\n");
    for (text, number) in rows {
        let text = text.as_ref().map(|text| format!("0 '{text}'"));
        let number = match number {
            None => Some("1 ?".to_owned()),
            Some(0.0) => None,
            Some(number) => Some(format!("1 {number}")),
        };
        let entries: Vec<String> = [number, text].into_iter().flatten().collect();
        content += &format!("{{{}}}\n", entries.join(", "));
    }
    content
}

fn utf16(text: &str) -> Vec<u8> {
    let mark = [0xFF, 0xFE].into_iter();
    mark.chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

/// Every letter of these texts has one byte in Latin-1, at its number.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| letter as u8).collect()
}

fn arrow(path: &Path, batch: &RecordBatch, compression: Option<CompressionType>) -> PathBuf {
    let options = IpcWriteOptions::default()
        .try_with_compression(compression)
        .unwrap();
    let file = File::create(path).unwrap();
    let mut writer = FileWriter::try_new_with_options(file, &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    path.into()
}

fn assert_holds(table: &Table, rows: &Rows, format: &str) {
    assert_eq!(names(table), ["t", "x"], "{format}");
    let expected: Vec<Option<&str>> = rows.iter().map(|(text, _)| text.as_deref()).collect();
    match table.text("t") {
        Some(text) => assert_eq!(text.iter().collect::<Vec<_>>(), expected, "{format}"),
        // Nothing but gaps.
        None => assert!(expected.iter().all(Option::is_none), "{format}"),
    }
    let expected: Vec<Option<f64>> = rows.iter().map(|&(_, number)| number).collect();
    let found: Vec<Option<f64>> = if let Some(text) = table.text("x") {
        let parse = |cell: Option<&str>| cell.map(|cell| cell.parse().unwrap());
        text.iter().map(parse).collect()
    } else if table.column("x").unwrap().data_type() == &arrow_schema::DataType::Null {
        vec![None; rows.len()]
    } else {
        numbers(table, "x")
    };
    assert_eq!(found, expected, "{format}");
}

fn rows() -> impl Strategy<Value = Rows> {
    // No row is a missing spelling, and no text needs an escape in ARFF.
    let text = prop::option::weighted(0.8, "[a-zé,;|\" {}]{0,6}[b-zü]");
    let number = prop::option::weighted(0.8, prop_oneof![Just(0.0), Just(0.5), -1e9..1e9_f64]);
    prop::collection::vec((text, number), 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_reads_back_the_same_in_every_format(rows in rows()) {
        // Blanks around cells are dropped in CSV and kept elsewhere.
        let rows: Rows = rows
            .into_iter()
            .map(|(text, number)| (text.map(|text| text.trim().to_owned()), number))
            .collect();
        let comma = ReadOptions { separator: Some(','), ..defaults() };
        let latin = ReadOptions { encoding: Some(Encoding::Latin1), ..comma.clone() };
        for (name, content) in [
            ("a.csv", csv(&rows).into_bytes()),
            ("a.csv.gz", packed(csv(&rows))),
            ("a.csv.zst", zstd(csv(&rows))),
            ("a.txt", utf16(&csv(&rows))),
            ("a.csv.zst", zstd(utf16(&csv(&rows)))),
            ("a.jsonl", json_lines(&rows).into_bytes()),
            ("a.ndjson.zst", zstd(json_lines(&rows))),
            ("a.arff", arff(&rows).into_bytes()),
            ("a.arff.zst", zstd(sparse_arff(&rows))),
            ("a.arff", utf16(&sparse_arff(&rows))),
        ] {
            assert_holds(&read_as(name, content, &comma).unwrap(), &rows, name);
        }
        assert_holds(&read_as("a.csv", latin1(&csv(&rows)), &latin).unwrap(), &rows, "latin-1");

        let folder = Folder::new();
        let path = folder.path("a.parquet");
        write_table(&batch(&rows), &path).unwrap();
        assert_holds(&read_path(&path, &defaults()).unwrap(), &rows, "parquet");
        let twice = [rows.clone(), rows.clone()].concat();
        for compression in [None, Some(CompressionType::LZ4_FRAME)] {
            let path = arrow(&folder.path("a.feather"), &batch(&rows), compression);
            assert_holds(&read_path(&path, &defaults()).unwrap(), &twice, "feather");
        }
        let path = folder.path("a.arrow");
        let file = File::create(&path).unwrap();
        let mut writer = StreamWriter::try_new(file, &batch(&rows).schema()).unwrap();
        writer.write(&batch(&rows)).unwrap();
        writer.finish().unwrap();
        assert_holds(&read_path(&path, &defaults()).unwrap(), &rows, "arrow stream");
    }

    #[test]
    fn json_lines_and_arrow_come_in_chunks_of_the_same_columns(rows in rows(), most in 1..12_usize) {
        let folder = Folder::new();
        let json = folder.file("a.jsonl", json_lines(&rows));
        let arrow = arrow(&folder.path("a.arrow"), &batch(&rows), None);
        for path in [json, arrow] {
            let whole = read_path(&path, &defaults()).unwrap();
            let mut position = 0;
            for chunk in read_chunks(&[Source::from(path.as_path())], &defaults(), most).unwrap() {
                let chunk = chunk.unwrap();
                let length = chunk.num_rows();
                prop_assert!(length <= most);
                prop_assert_eq!(&chunk.batch, &whole.batch.slice(position, length));
                prop_assert_eq!(chunk.origin(0), whole.origin(position));
                position += length;
            }
            prop_assert_eq!(position, whole.num_rows());
        }
    }
}

#[test]
fn json_lines_keep_their_types_and_their_gaps() {
    let content = "\n{\"age\":40,\"name\":\"Ada\",\"fit\":true,\"tags\":[\"a\",\"b|c\",3]}\n\
                   {\"name\":\"NA\",\"age\":41.5,\"code\":7}\n\
                   {\"tags\":[],\"code\":\"x7\",\"none\":null,\"fit\":null}\n";
    let table = read_as("a.jsonl", content, &defaults()).unwrap();
    assert_eq!(
        names(&table),
        ["age", "name", "fit", "tags", "code", "none"]
    );
    assert_eq!(numbers(&table, "age"), [Some(40.0), Some(41.5), None]);
    assert_eq!(texts(&table, "name"), [Some("Ada"), None, None]);
    assert_eq!(texts(&table, "code"), [None, Some("7"), Some("x7")]);
    let fit: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, None]));
    assert_eq!(table.column("fit").unwrap(), &fit);
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("a"), Some("b|c"), Some("3")]);
    tags.append_null();
    tags.append_value(Vec::<Option<&str>>::new());
    let tags: ArrayRef = Arc::new(tags.finish());
    assert_eq!(table.column("tags").unwrap(), &tags);
    assert_eq!(table.origin(2).to_string().rsplit_once(' ').unwrap().1, "4");
}

#[test]
fn types_of_several_json_files_widen_to_each_other() {
    let folder = Folder::new();
    folder.file("1.jsonl", "{\"a\":1,\"b\":1}\n");
    folder.file("2.jsonl", "{\"a\":2.5,\"b\":\"n/a\"}\n");
    let table = read_path(&folder.path("*.jsonl"), &defaults()).unwrap();
    assert_eq!(numbers(&table, "a"), [Some(1.0), Some(2.5)]);
    assert_eq!(texts(&table, "b"), [Some("1"), Some("n/a")]);
}

#[test]
fn json_that_is_no_table_is_told_what_to_do() {
    for (content, expected) in [
        (
            "{\"a\":1}\n{\"a\":{\"b\":1}}\n",
            "line 2: found an object under the key `a`, expected a text, a number, true, false, \
             null or a list of texts; give each value inside a key of its own, such as `a_size`",
        ),
        (
            "{\"a\":[[1]]}\n",
            "line 1: found a list of lists or objects under the key `a`, expected",
        ),
        (
            "{\"a\":1}\n\n{\"a\":[1]}\n",
            "line 3: found a list under the key `a`, expected a whole number as in line 1; write \
             the same kind of value in every row",
        ),
        (
            "[{\"a\":1}]\n",
            "line 1: found a list, expected one object a line; divide a list of objects with `jq \
             -c '.[]' FILE`",
        ),
        ("a,b\n1,2\n", "line 1: found `a,b`, expected an object"),
        (
            "{\"a\":1,\"a\":2}\n",
            "line 1: found the key `a` twice, expected every key once",
        ),
        (
            "{\"a\":1\n",
            "line 1: found no JSON at character 6 (EOF while parsing an object), expected one whole \
             JSON object on the line",
        ),
        (
            "{\"a\":1}\n{\"a\": -Infinity}\n",
            "line 2: found `Infinity`, expected `null` where a value is missing: JSON has no such number",
        ),
        (
            "{\"a\":NaN}\n",
            "line 1: found `NaN`, expected `null` where a value is missing",
        ),
        ("{}\n", "line 1: found rows without a key, expected objects"),
    ] {
        let message = refusal("a.jsonl", content, &defaults());
        assert!(
            message.starts_with(&format!("a.jsonl, {expected}")),
            "{content}: {message}"
        );
    }
    let message = refusal("a.jsonl", "\n", &defaults());
    assert!(
        message.starts_with("a.jsonl: the file is empty"),
        "{message}"
    );
}

#[test]
fn folders_named_key_and_value_are_columns() {
    let folder = Folder::new();
    for (year, month, row) in [("2023", "5", "a"), ("2024", "1", "b")] {
        let within = folder.path(&format!("year={year}/month={month}"));
        std::fs::create_dir_all(&within).unwrap();
        std::fs::write(within.join("part-0.csv"), format!("x,month\n{row},own\n")).unwrap();
    }
    let table = read_path(&folder.path("year=*/*/*.csv"), &defaults()).unwrap();
    assert_eq!(names(&table), ["x", "month", "year"]);
    assert_eq!(texts(&table, "x"), [Some("a"), Some("b")]);
    assert_eq!(texts(&table, "year"), [Some("2023"), Some("2024")]);
    // What the file says itself stands.
    assert_eq!(texts(&table, "month"), [Some("own"), Some("own")]);
    let one = folder.path("year=2024/month=1/part-0.csv");
    assert_eq!(
        texts(&read_path(&one, &defaults()).unwrap(), "year"),
        [Some("2024")]
    );
}

#[test]
fn a_separator_that_could_be_another_one_is_warned_of() {
    let table = read_as("a.csv", "a|b|c\n1|2|3\n", &defaults()).unwrap();
    assert_eq!(names(&table), ["a", "b", "c"]);
    assert!(table.warnings.is_empty());
    let table = read_as("a.csv", "a,b;c\n1,2;3\n", &defaults()).unwrap();
    assert_eq!(names(&table), ["a", "b;c"]);
    assert!(
        table.warnings[0].ends_with(
            "a.csv: the cells were divided at ',', and ';' would divide them as well; set \
             `separator` to be sure"
        ),
        "{:?}",
        table.warnings
    );
    let comma = ReadOptions {
        separator: Some(','),
        ..defaults()
    };
    let table = read_as("a.csv", "a,b;c\n1,2;3\n", &comma).unwrap();
    assert!(table.warnings.is_empty());
}

#[test]
fn broken_zstd_is_refused_and_frames_follow_each_other() {
    let mut content = zstd("a,b\n1,2\n");
    // A skippable frame of three bytes.
    content.extend([0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]);
    content.extend(zstd("3,4\n"));
    let table = read_as("a.csv.zst", content, &defaults()).unwrap();
    assert_eq!(texts(&table, "b"), [Some("2"), Some("4")]);

    let whole = zstd("a,b\n1,2\n".repeat(1000));
    assert_eq!(
        refusal("a.csv.zst", &whole[..whole.len() - 6], &defaults()),
        "a.csv.zst: the zstd file is truncated; copy or download it again"
    );
    let message = refusal("a.csv.zst", "a,b\n1,2\n", &defaults());
    assert!(
        message.starts_with("a.csv.zst: this is not a valid zstd file (")
            && message.ends_with("copy it again, or drop `.zst` from its name if it is not packed"),
        "{message}"
    );
    let message = refusal("a.csv", zstd("a\n1\n"), &defaults());
    assert!(
        message.contains("give its name the ending `.zst`"),
        "{message}"
    );
}

#[test]
fn arrow_files_that_cannot_be_read_say_why() {
    let folder = Folder::new();
    let whole: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
    let batch = RecordBatch::try_from_iter([("n", whole)]).unwrap();
    let path = arrow(&folder.path("a.arrow"), &batch, None);
    let bytes = std::fs::read(path).unwrap();
    for (content, expected) in [
        (
            &b"FEA1...."[..],
            "(it is Feather version 1); write it again as Feather version 2",
        ),
        (
            &bytes[..bytes.len() - 30],
            "; write it again, or give the file the ending",
        ),
        (
            b"a,b\n1,2\n3,4\n5,6\n",
            "; write it again, or give the file the ending",
        ),
    ] {
        let message = refusal("a.arrow", content, &defaults());
        assert!(
            message.starts_with("a.arrow: the Arrow file cannot be read (")
                && message.contains(expected),
            "{message}"
        );
    }
}

#[test]
fn sparse_rows_leave_out_zeros_and_first_values() {
    let header = "@attribute n real\n@attribute c {red,'dark green'}\n@attribute s string\n@data\n";
    let content =
        format!("{header}{{1 'dark green', 0 2.5}}\n{{}}\n{{2 'x, y'}} % note\n1,red,z\n");
    let table = read_as("a.arff", content, &defaults()).unwrap();
    assert_eq!(
        numbers(&table, "n"),
        [Some(2.5), Some(0.0), Some(0.0), Some(1.0)]
    );
    assert_eq!(
        texts(&table, "c"),
        [Some("dark green"), Some("red"), Some("red"), Some("red")]
    );
    assert_eq!(texts(&table, "s"), [None, None, Some("x, y"), Some("z")]);
    let message = refusal("a.arff", format!("{header}{{}}\n{{3 1}}\n"), &defaults());
    assert_eq!(
        message,
        "a.arff, line 6: found `3` as the attribute of entry 1, of 3 attributes, expected the \
         number of an attribute, counted from 0, before each value"
    );
}
