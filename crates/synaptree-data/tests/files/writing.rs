use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use proptest::prelude::*;
use synaptree_data::{ReadOptions, write_table};

use super::{Folder, read_path, texts, without};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn mixed() -> RecordBatch {
    batch(vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), None]))),
        (
            "p, \"q\"",
            Arc::new(Float64Array::from(vec![0.1, f64::NAN])),
        ),
        ("std", Arc::new(Float32Array::from(vec![Some(1e-9), None]))),
        ("yes", Arc::new(BooleanArray::from(vec![true, false]))),
        (
            "text",
            Arc::new(StringArray::from(vec![Some(" a\nb"), None])),
        ),
    ])
}

#[test]
fn csv_is_quoted_where_needed_and_empty_where_null() {
    let folder = Folder::new();
    let path = folder.path("out.csv");
    write_table(&mixed(), &path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "id,\"p, \"\"q\"\"\",std,yes,text\n1,0.1,1e-9,true,\" a\nb\"\n,,,false,\n"
    );
    let table = read_path(&path, &ReadOptions::default()).unwrap();
    assert_eq!(texts(&table, "text"), [Some(" a\nb"), None]);
    assert_eq!(table.num_rows(), 2);
}

#[test]
fn a_null_in_the_only_column_stays_a_row() {
    let folder = Folder::new();
    let path = folder.path("out.csv");
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("b")]));
    write_table(&batch(vec![("x", column)]), &path).unwrap();
    let table = read_path(&path, &ReadOptions::default()).unwrap();
    assert_eq!(texts(&table, "x"), [Some("a"), None, Some("b")]);
}

#[test]
fn parquet_reads_back_as_it_was() {
    let folder = Folder::new();
    let path = folder.path("out.PARQUET");
    write_table(&mixed(), &path).unwrap();
    let table = read_path(&path, &ReadOptions::default()).unwrap();
    for (index, column) in mixed().columns().iter().enumerate() {
        assert_eq!(table.batch.column(index).to_data(), column.to_data());
    }
}

#[test]
fn an_existing_file_is_replaced_and_nothing_is_left_beside() {
    let folder = Folder::new();
    let path = folder.file("out.csv", "old");
    write_table(&mixed(), &path).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("id,"));
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = Folder::new();
    let refused = |name: &str| {
        without(
            &folder,
            &write_table(&mixed(), &folder.path(name)).unwrap_err(),
        )
    };
    assert_eq!(
        refused("out.json"),
        "out.json: nothing writes files that end in `.json`; known endings are .csv, .parquet, .arrow, .feather and .ipc"
    );
    let message = refused("none/out.csv");
    assert!(
        message.starts_with("none/out.csv: the file cannot be written (")
            && message.ends_with("); its folder does not exist, create it first"),
        "{message}"
    );
    std::fs::create_dir(folder.path("is.csv")).unwrap();
    assert_eq!(
        refused("is.csv"),
        "is.csv: the file cannot be written (is a directory); a folder has this name, choose another one"
    );
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

proptest! {
    #[test]
    fn floats_read_back_as_the_same_number(value in any::<f64>(), single in any::<f32>()) {
        let folder = Folder::new();
        let path = folder.path("out.csv");
        let double: ArrayRef = Arc::new(Float64Array::from(vec![value]));
        let narrow: ArrayRef = Arc::new(Float32Array::from(vec![single]));
        write_table(&batch(vec![("d", double), ("f", narrow)]), &path).unwrap();
        let table = read_path(&path, &ReadOptions::default()).unwrap();
        let (d, f) = (texts(&table, "d")[0], texts(&table, "f")[0]);
        prop_assert_eq!(d.map(|text| text.parse::<f64>().unwrap()), (!value.is_nan()).then_some(value));
        prop_assert_eq!(f.map(|text| text.parse::<f32>().unwrap()), (!single.is_nan()).then_some(single));
        prop_assert!(d.unwrap_or_default().len() <= 24, "{:?}", d);
    }

    #[test]
    fn texts_read_back_as_they_were(values in prop::collection::vec(".*", 1..20)) {
        let folder = Folder::new();
        let path = folder.path("out.csv");
        let column: ArrayRef = Arc::new(StringArray::from(values.clone()));
        write_table(&batch(vec![("x", column)]), &path).unwrap();
        let options = ReadOptions { missing: Vec::new(), ..ReadOptions::default() };
        let table = read_path(&path, &options).unwrap();
        let read: Vec<String> = texts(&table, "x").into_iter().flatten().map(String::from).collect();
        prop_assert_eq!(read, values);
    }
}
