use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, Int64Array,
    RecordBatch,
};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use synaptree_data::{
    DataError, DeclaredType, HierarchyDialect, ReadOptions, Source, Table, read_files,
};

use super::{Folder, names, numbers, read_path, texts, without};

fn source(path: &Path, rename: &[(&str, &str)]) -> Source {
    let rename = rename
        .iter()
        .map(|&(old, new)| (old.to_owned(), new.to_owned()));
    Source {
        rename: rename.collect::<BTreeMap<_, _>>(),
        ..Source::from(path)
    }
}

fn parquet<const N: usize>(folder: &Folder, name: &str, columns: [(&str, ArrayRef); N]) -> PathBuf {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let path = folder.path(name);
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    path
}

fn read(sources: &[Source]) -> Result<Table, DataError> {
    read_files(sources, &ReadOptions::default())
}

#[test]
fn files_of_a_glob_follow_each_other_by_name() {
    let folder = Folder::new();
    folder.file("part-2.csv", "b,a\n3,4\n");
    folder.file("part-1.csv", "a,b\n1,2\n");
    let table = read_path(&folder.path("part-*.csv"), &ReadOptions::default()).unwrap();
    assert_eq!(names(&table), ["a", "b"]);
    assert_eq!(texts(&table, "a"), [Some("1"), Some("4")]);
    assert_eq!(texts(&table, "b"), [Some("2"), Some("3")]);
    assert_eq!(
        table.origin(1).path,
        Some(folder.path("part-2.csv").as_path())
    );
    assert_eq!(table.origin(1).number, 2);
    let fingerprints = table.fingerprints().unwrap();
    assert_eq!((fingerprints[0].rows, fingerprints[0].bytes), (1, 8));
    assert_ne!(fingerprints[0].hash, fingerprints[1].hash);
}

#[test]
fn columns_that_differ_are_refused_naming_both_files() {
    let folder = Folder::new();
    let one = folder.file("one.csv", "a,b,c\n1,2,3\n");
    let two = folder.file("two.csv", "a,d\n1,2\n");
    let error = read(&[source(&one, &[]), source(&two, &[])]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "two.csv: the columns differ from those of one.csv: it lacks `b`, `c`; it alone has `d`; \
         give both files the same columns, or name a file as { file, rename } to let the columns \
         it lacks be missing"
    );
}

#[test]
fn renamed_columns_are_missing_where_a_file_lacks_them() {
    let folder = Folder::new();
    let mat = folder.file("mat.csv", "school;G3\nGP;10\n");
    let por = folder.file("por.csv", "school;G3\nMS;12\n");
    let sources = [
        source(&mat, &[("G3", "mathematics")]),
        source(&por, &[("G3", "portuguese")]),
    ];
    let table = read(&sources).unwrap();
    assert_eq!(names(&table), ["school", "mathematics", "portuguese"]);
    assert_eq!(texts(&table, "mathematics"), [Some("10"), None]);
    assert_eq!(texts(&table, "portuguese"), [None, Some("12")]);

    // A file that is not renamed must have all columns.
    let error = read(&[sources[0].clone(), source(&por, &[])]).unwrap_err();
    assert!(
        without(&folder, &error).contains("it lacks `mathematics`"),
        "{error}"
    );
    let options = ReadOptions {
        fill_absent: true,
        ..ReadOptions::default()
    };
    let table = read_files(&[sources[0].clone(), source(&por, &[])], &options).unwrap();
    assert_eq!(names(&table), ["school", "mathematics", "G3"]);
}

#[test]
fn renaming_needs_a_column_and_a_free_name() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "school,grade\nGP,1\n");
    let error = read(&[source(&path, &[("grad", "g")])]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "a.csv: there is no column `grad` to rename; did you mean `grade`?"
    );
    let error = read(&[source(&path, &[("grade", "school")])]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "a.csv: columns 1 and 2 are both named `school`; column names must differ, rename one of \
         them"
    );
}

#[test]
fn columns_of_different_types_are_refused() {
    let folder = Folder::new();
    let one = folder.file("one.arff", "@attribute x real\n@data\n1\n");
    let two = folder.file("two.arff", "@attribute x string\n@data\na\n");
    let error = read(&[source(&one, &[]), source(&two, &[])]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "two.arff: column `x` holds text, but numbers in one.arff; a column has one type in all files that are read \
         together: write one of the two again, with the type of the other"
    );
}

#[test]
fn numbers_and_dates_of_a_typed_file_go_with_a_csv_file() {
    let folder = Folder::new();
    let day: ArrayRef = Arc::new(Date32Array::from(vec![19_874]));
    let one = parquet(
        &folder,
        "one.parquet",
        [
            ("day", day),
            ("size", Arc::new(Float32Array::from(vec![0.1]))),
            ("kind", Arc::new(Int64Array::from(vec![7]))),
        ],
    );
    let two = folder.file("two.csv", "day,size,kind\n2024-06-01,2.5,8\n");
    for files in [[&one, &two], [&two, &one]] {
        let table = read(&files.map(|path| source(path, &[]))).unwrap();
        let row = usize::from(files[0] == &two);
        let cell = |column: &str, row: usize| table.text(column).unwrap().value(row).to_owned();
        assert_eq!(cell("day", row), "2024-05-31");
        assert_eq!(cell("size", row), "0.1");
        assert_eq!(cell("kind", row), "7");
        assert_eq!(cell("kind", 1 - row), "8");
    }
    // True and false have several spellings in text.
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let three = parquet(&folder, "three.parquet", [("flag", flag)]);
    let four = folder.file("four.csv", "flag\nTrue\n");
    let error = read(&[source(&three, &[]), source(&four, &[])]).unwrap_err();
    assert!(
        without(&folder, &error)
            .starts_with("four.csv: column `flag` holds text, but true and false in three.parquet"),
        "{error}"
    );
}

#[test]
fn numbers_of_different_sizes_go_together() {
    let folder = Folder::new();
    let column = |name: &str, column: ArrayRef| parquet(&folder, name, [("x", column)]);
    let small = column("a.parquet", Arc::new(Int32Array::from(vec![1])));
    let large = column("b.parquet", Arc::new(Int64Array::from(vec![2])));
    let real = column("c.parquet", Arc::new(Float64Array::from(vec![2.5])));
    let table = read(&[&small, &large].map(|path| source(path, &[]))).unwrap();
    assert_eq!(table.column("x").unwrap().data_type(), &DataType::Int64);
    let table = read(&[&small, &real, &large].map(|path| source(path, &[]))).unwrap();
    assert_eq!(numbers(&table, "x"), [Some(1.0), Some(2.5), Some(2.0)]);
}

#[test]
fn declarations_are_joined_where_they_agree() {
    let folder = Folder::new();
    let file = |name: &str, nominal: &str, hierarchy: &str, row: &str| {
        let content = format!(
            "@attribute c {nominal}\n@attribute class hierarchical {hierarchy}\n@data\n{row}\n"
        );
        source(&folder.file(name, content), &[])
    };
    let one = file("one.arff", "{a,b}", "x/1,x/2", "a,?");
    let two = file("two.arff", "{c,a}", "x/2,x/1", "c,2@1");
    let table = read(&[one.clone(), two]).unwrap();
    let values = ["a", "b", "c"].map(String::from).to_vec();
    assert_eq!(table.declared["c"], DeclaredType::Nominal(values));
    // Only the second file has the labels that show its dialect.
    assert_eq!(table.hierarchies["class"].dialect, HierarchyDialect::Edges);

    let other = file("three.arff", "{a}", "x/1,x/3", "a,?");
    let error = read(&[one.clone(), other]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "three.arff: column `class` is declared otherwise than in one.arff: it lacks `x/2`; \
         declare it alike in both files"
    );
    let text = file("four.arff", "string", "x/1,x/2", "a,?");
    let error = read(&[one, text]).unwrap_err();
    assert!(
        without(&folder, &error).contains("string here, nominal there"),
        "{error}"
    );
}
