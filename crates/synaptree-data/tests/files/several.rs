use std::collections::BTreeMap;
use std::path::Path;

use synaptree_data::{
    DataError, DeclaredType, HierarchyDialect, ReadOptions, Source, Table, read_files,
};

use super::{Folder, names, read_path, texts, without};

fn source(path: &Path, rename: &[(&str, &str)]) -> Source {
    let rename = rename
        .iter()
        .map(|&(old, new)| (old.to_owned(), new.to_owned()));
    Source {
        rename: rename.collect::<BTreeMap<_, _>>(),
        ..Source::from(path)
    }
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
    let two = folder.file("two.csv", "x\n1\n");
    let error = read(&[source(&one, &[]), source(&two, &[])]).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "two.csv: column `x` holds Utf8, but Float64 in one.arff; store it alike in both files"
    );
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
