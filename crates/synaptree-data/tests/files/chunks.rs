use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_select::concat::concat_batches;
use proptest::prelude::*;
use synaptree_data::{
    DataError, HierarchyDialect, ReadOptions, Source, Table, read_chunks, read_files, write_table,
};

use super::{Folder, packed, texts, without};

fn chunks(sources: &[Source], rows: usize) -> Vec<Result<Table, DataError>> {
    read_chunks(sources, &ReadOptions::default(), rows)
        .unwrap()
        .collect()
}

/// The chunks put together hold what the whole holds, row by row at the same places.
fn assert_same(sources: &[Source], rows: usize) {
    let whole = read_files(sources, &ReadOptions::default()).unwrap();
    let tables: Vec<Table> = chunks(sources, rows)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    let batches = tables.iter().map(|table| &table.batch);
    let joined = concat_batches(&whole.batch.schema(), batches).unwrap();
    assert_eq!(joined, whole.batch, "{rows} rows a chunk");
    let mut position = 0;
    for table in &tables {
        assert!((1..=rows).contains(&table.num_rows()));
        assert_eq!(table.declared, whole.declared);
        assert_eq!(table.hierarchies, whole.hierarchies);
        for row in 0..table.num_rows() {
            assert_eq!(table.origin(row), whole.origin(position));
            assert_eq!(table.origins.position(row), position as u64);
            assert_eq!(table.origins.file_of(row), whole.origins.file_of(position));
            position += 1;
        }
    }
    assert_eq!(position, whole.num_rows());
}

fn source(path: &Path) -> Source {
    Source::from(path)
}

#[test]
fn chunks_together_are_the_whole_in_every_format_and_across_files() {
    let folder = Folder::new();
    let csv = "a,b\n1,x\n\n2,\"y\nz\"\n3,?\n4,w\n5,v\n";
    let files = [
        source(&folder.file("1.csv", csv)),
        source(&folder.file("2.csv.gz", packed("b,a\nu,6\nt,7\n"))),
        source(&folder.file("3.tsv", "a\tb\n8\ts\n")),
    ];
    for rows in [1, 2, 3, 4, 5, 100] {
        assert_same(&files[..1], rows);
        assert_same(&files, rows);
    }
    let arff = "@attribute x real\n@attribute c {u,v}\n@attribute h hierarchical a/1,a/2\n@data\n\
                1,u,?\n% note\n2,v,1\n3,?,1@2\n";
    let arff = [source(&folder.file("a.arff", arff))];
    for rows in [1, 2, 3] {
        assert_same(&arff, rows);
    }
    // Only rows of later chunks tell that the entries are edges.
    let first = &chunks(&arff, 1)[0];
    let hierarchy = &first.as_ref().unwrap().hierarchies["h"];
    assert_eq!(hierarchy.dialect, HierarchyDialect::Edges);
}

#[test]
fn parquet_comes_in_chunks_of_the_size_that_is_asked_for() {
    let folder = Folder::new();
    let numbers: ArrayRef = Arc::new((0..2500).map(f64::from).map(Some).collect::<Float64Array>());
    let words: ArrayRef = Arc::new(
        (0..2500)
            .map(|row| (row % 3 > 0).then(|| format!("w{row}")))
            .collect::<StringArray>(),
    );
    let batch = RecordBatch::try_from_iter([("x", numbers), ("t", words)]).unwrap();
    let paths = ["1.parquet", "2.parquet"].map(|name| folder.path(name));
    for path in &paths {
        write_table(&batch, path).unwrap();
    }
    let files = paths.each_ref().map(|path| source(path));
    for rows in [7, 1000, 2500, 100_000] {
        assert_same(&files, rows);
    }
    let sizes: Vec<usize> = chunks(&files, 1000)
        .into_iter()
        .map(|table| table.unwrap().num_rows())
        .collect();
    assert_eq!(sizes, [1000, 1000, 500, 1000, 1000, 500]);
}

#[test]
fn what_is_wrong_with_the_columns_of_any_file_is_told_before_the_first_row() {
    let folder = Folder::new();
    let files = [
        source(&folder.file("1.csv", "a,b\n1,2\n")),
        source(&folder.file("2.csv", "a,c\n1,2\n")),
    ];
    let error = read_chunks(&files, &ReadOptions::default(), 10).unwrap_err();
    let message = without(&folder, &error);
    assert!(
        message.starts_with("2.csv: the columns differ from those of 1.csv"),
        "{message}"
    );
}

#[test]
fn a_wrong_row_ends_the_chunks_with_its_line() {
    let folder = Folder::new();
    let files = [
        source(&folder.file("1.csv", "a,b\n1,2\n")),
        source(&folder.file("2.csv", "a,b\n3,4\n5,6\n7\n8,9\n")),
    ];
    let mut chunks = read_chunks(&files, &ReadOptions::default(), 2).unwrap();
    assert_eq!(texts(&chunks.next().unwrap().unwrap(), "a"), [Some("1")]);
    let second = chunks.next().unwrap().unwrap();
    assert_eq!(texts(&second, "a"), [Some("3"), Some("5")]);
    let message = without(&folder, &chunks.next().unwrap().unwrap_err());
    assert!(
        message.starts_with("2.csv, line 4: found 1 value, expected 2"),
        "{message}"
    );
    assert!(chunks.next().is_none());
}

proptest! {
    #[test]
    fn any_csv_is_the_same_in_chunks_of_any_size(
        rows in prop::collection::vec(prop::array::uniform2("[a1 ,\"\n\r?é]{0,5}"), 1..30),
        chunk in 1..40_usize,
    ) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut content = String::from("x,y\n");
        for row in &rows {
            content += &row.iter().map(quoted).collect::<Vec<_>>().join(",");
            content += "\n";
        }
        let folder = Folder::new();
        assert_same(&[source(&folder.file("a.csv", content))], chunk);
    }
}
