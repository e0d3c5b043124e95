//! What is written comes back, whatever stands in it; and pieces of a file are the file.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_select::concat::concat_batches;
use proptest::prelude::*;
use synaptree_data::{ReadOptions, Source, Table, read_chunks, read_files, write_table};

use super::Folder;

/// Text with everything that means something to some reader.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a ,;|\t\"'\n\r?%{}\\\\é🌲0-9.-]{0,6}", any::<String>()]
}

/// Names of columns: they differ, they are not empty, and nobody could take them for one another.
fn names(count: usize) -> impl Strategy<Value = Vec<String>> {
    let name = "[a-z ,;|\t\"'\n\r?é🌲]{0,5}".prop_map(|name| format!("x{name}x"));
    prop::collection::vec(name, count).prop_map(|names| {
        let numbered = names.into_iter().enumerate();
        numbered
            .map(|(number, name)| format!("{name}{number}"))
            .collect()
    })
}

/// A table of texts, some of them missing.
fn texts() -> impl Strategy<Value = RecordBatch> {
    (1..5_usize, 1..12_usize)
        .prop_flat_map(|(columns, rows)| {
            // Nothing in a CSV file tells an empty text from a missing one.
            let cell =
                prop::option::weighted(0.8, cell().prop_filter("empty", |cell| !cell.is_empty()));
            let column = prop::collection::vec(cell, rows);
            (names(columns), prop::collection::vec(column, columns))
        })
        .prop_map(|(names, columns)| {
            let columns = columns
                .into_iter()
                .map(|cells| Arc::new(StringArray::from(cells)) as ArrayRef);
            let columns = names
                .iter()
                .zip(columns)
                .map(|(name, column)| (name, column, true));
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        })
}

fn reads_back(
    name: &str,
    batch: &RecordBatch,
    options: &ReadOptions,
    rows: usize,
) -> Result<(), TestCaseError> {
    let folder = Folder::new();
    let path = folder.path(name);
    write_table(batch, &path).unwrap();
    let sources = [Source::from(path.as_path())];
    let table = read_files(&sources, options).unwrap();
    prop_assert_eq!(&table.batch, batch);
    let chunks = read_chunks(&sources, options, rows).unwrap();
    let chunks: Vec<Table> = chunks.collect::<Result<_, _>>().unwrap();
    let joined = concat_batches(&batch.schema(), chunks.iter().map(|table| &table.batch)).unwrap();
    prop_assert_eq!(&joined, batch);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_table_of_texts_reads_back_from_every_format_whole_and_in_chunks(
        batch in texts(), rows in 1..14_usize,
    ) {
        let options = ReadOptions { missing: vec![String::new()], separator: Some(','), ..ReadOptions::default() };
        // A single column that another separator divides in every row is refused as a mistake.
        let is_divided = |name: &String| name.contains([' ', ';', '|', '\t']);
        let schema = batch.schema();
        if batch.num_columns() > 1 || !is_divided(schema.field(0).name()) {
            reads_back("t.csv", &batch, &options, rows)?;
        }
        let options = ReadOptions { missing: Vec::new(), ..ReadOptions::default() };
        reads_back("t.parquet", &batch, &options, rows)?;
        reads_back("t.arrow", &batch, &options, rows)?;
    }

    #[test]
    fn any_numbers_read_back_as_the_same_bits_from_columnar_formats(
        cells in prop::collection::vec((prop::option::of(any::<f64>()), prop::option::of(any::<i64>())), 1..30),
        rows in 1..14_usize,
    ) {
        let (reals, wholes): (Vec<Option<f64>>, Vec<Option<i64>>) = cells.into_iter().unzip();
        let reals: ArrayRef = Arc::new(Float64Array::from(reals));
        let wholes: ArrayRef = Arc::new(Int64Array::from(wholes));
        let columns = [("real", reals, true), ("whole", wholes, true)];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        reads_back("t.parquet", &batch, &ReadOptions::default(), rows)?;
        reads_back("t.feather", &batch, &ReadOptions::default(), rows)?;
    }

    #[test]
    fn any_arff_and_json_lines_are_the_same_in_chunks_of_any_size(
        cells in prop::collection::vec((prop::option::of(-99..99_i32), prop::option::of(cell())), 1..20),
        rows in 1..22_usize,
    ) {
        let quoted = |text: &String| {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            // A row of ARFF is one line.
            format!("'{}'", text.replace(['\n', '\r'], " "))
        };
        let mut arff = String::from("@relation r\n@attribute n numeric\n@attribute s string\n@data\n");
        let mut json = String::new();
        for (number, text) in &cells {
            let number = number.map_or("?".to_owned(), |number| number.to_string());
            arff += &format!("{number},{}\n", text.as_ref().map_or("?".to_owned(), quoted));
            let number = if number == "?" { "null" } else { &number };
            json += &format!("{{\"n\": {number}, \"s\": {}}}\n", serde_json::to_string(text).unwrap());
        }
        let folder = Folder::new();
        let options = ReadOptions { missing: vec!["?".to_owned()], ..ReadOptions::default() };
        for path in [folder.file("t.arff", arff), folder.file("t.jsonl", json)] {
            let sources = [Source::from(path.as_path())];
            let whole = read_files(&sources, &options).unwrap();
            prop_assert_eq!(whole.num_rows(), cells.len());
            let chunks = read_chunks(&sources, &options, rows).unwrap();
            let chunks: Vec<Table> = chunks.collect::<Result<_, _>>().unwrap();
            let batches = chunks.iter().map(|table| &table.batch);
            prop_assert_eq!(&concat_batches(&whole.batch.schema(), batches).unwrap(), &whole.batch);
        }
    }
}

/// Found by fuzzing: at the start of a file the mark belonged to the file, and the name lost it.
#[test]
fn a_name_that_begins_with_a_byte_order_mark_comes_back() {
    let cells: ArrayRef = Arc::new(StringArray::from(vec!["0"]));
    let batch = RecordBatch::try_from_iter_with_nullable([("\u{feff}a", cells, true)]).unwrap();
    let folder = Folder::new();
    let path = folder.path("marked.csv");
    write_table(&batch, &path).unwrap();
    let table = read_files(&[Source::from(path.as_path())], &ReadOptions::default()).unwrap();
    assert_eq!(table.batch, batch);
}
