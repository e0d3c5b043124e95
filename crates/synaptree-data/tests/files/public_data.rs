//! Public data as it is published; skipped where `SYNAPTREE_DATA` does not name its folder.

use std::collections::BTreeMap;

use arrow_array::Array;
use synaptree_data::{HierarchyDialect, ReadOptions, Source, Table, read_files};

use super::{names, texts};

/// The table of some files of the folder, or `None` after saying that the test is skipped.
fn read(files: &[Source], options: &ReadOptions) -> Option<Table> {
    let Some(folder) = std::env::var_os("SYNAPTREE_DATA") else {
        #[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
        {
            eprintln!(
                "SKIPPED: SYNAPTREE_DATA is not set, {} was not read",
                files[0].file
            );
        }
        return None;
    };
    let files: Vec<Source> = files
        .iter()
        .map(|file| file.relative_to(folder.as_ref()).unwrap())
        .collect();
    Some(read_files(&files, options).unwrap())
}

fn read_one(file: &str) -> Option<Table> {
    read(&[Source::from(file)], &ReadOptions::default())
}

#[test]
fn adult_has_no_header_and_a_blank_after_each_comma() {
    let options = ReadOptions {
        header: false,
        ..ReadOptions::default()
    };
    let Some(table) = read(&[Source::from("adult/adult-train.csv")], &options) else {
        return;
    };
    assert_eq!((table.num_rows(), table.batch.num_columns()), (32561, 15));
    assert_eq!(texts(&table, "column_15")[0], Some("<=50K"));
    assert_eq!(table.column("column_2").unwrap().null_count(), 1836);
    assert_eq!(table.origin(32560).number, 32561);
}

#[test]
fn zoo_is_csv_by_another_ending() {
    let Some(table) = read_one("zoo/zoo.data") else {
        return;
    };
    assert_eq!((table.num_rows(), table.batch.num_columns()), (101, 18));
    assert_eq!(texts(&table, "animal name")[100], Some("wren"));
}

#[test]
fn tox21_is_packed_and_full_of_gaps() {
    let Some(table) = read_one("tox21/tox21.csv.gz") else {
        return;
    };
    assert_eq!((table.num_rows(), table.batch.num_columns()), (8014, 14));
    let observed = table.num_rows() - table.column("SR-p53").unwrap().null_count();
    assert!((6000..7500).contains(&observed), "{observed}");
}

#[test]
fn student_has_semicolons_and_one_grade_a_file() {
    let renamed = |file: &str, subject: &str| Source {
        file: file.into(),
        rename: BTreeMap::from([("G3".into(), subject.into())]),
    };
    let files = [
        renamed("student/student-mat.csv", "mathematics"),
        renamed("student/student-por.csv", "portuguese"),
    ];
    let Some(table) = read(&files, &ReadOptions::default()) else {
        return;
    };
    assert_eq!(
        (table.num_rows(), table.batch.num_columns()),
        (395 + 649, 34)
    );
    assert_eq!(table.column("mathematics").unwrap().null_count(), 649);
    assert_eq!(table.column("portuguese").unwrap().null_count(), 395);
    assert_eq!(texts(&table, "G1")[0], Some("5"));
}

#[test]
fn reviews_keep_their_quoted_lines() {
    let Some(table) = read_one("womens_clothing/womens_reviews_dev.csv.gz") else {
        return;
    };
    assert_eq!(names(&table)[..2], ["column_1", "Clothing ID"]);
    // Python's csv module counts the same.
    assert_eq!((table.num_rows(), table.batch.num_columns()), (18_788, 11));
    let broken = |text: Option<&str>| text.is_some_and(|text| text.contains(['\n', '\r']));
    assert_eq!(
        texts(&table, "Review Text")
            .iter()
            .filter(|text| broken(**text))
            .count(),
        1620
    );
}

#[test]
fn functional_catalogue_is_a_tree_of_paths() {
    for (part, rows) in [("train", 1628), ("valid", 848), ("test", 1281)] {
        let file = format!("hmc/datasets_FUN/cellcycle_FUN/cellcycle_FUN.{part}.arff");
        let Some(table) = read_one(&file) else { return };
        assert_eq!((table.num_rows(), table.batch.num_columns()), (rows, 78));
        let hierarchy = &table.hierarchies["class"];
        assert_eq!(hierarchy.dialect, HierarchyDialect::Paths);
        assert_eq!(hierarchy.labels().len(), 499);
    }
}

#[test]
fn gene_ontology_is_a_dag_of_edges() {
    for (part, rows) in [("train", 1625), ("valid", 848), ("test", 1278)] {
        let file = format!("hmc/datasets_GO/cellcycle_GO/cellcycle_GO.{part}.arff");
        let Some(table) = read_one(&file) else { return };
        assert_eq!(table.num_rows(), rows);
        let hierarchy = &table.hierarchies["class"];
        assert_eq!(hierarchy.dialect, HierarchyDialect::Edges);
        // 4126 nodes with the one called `root`.
        assert_eq!(
            (hierarchy.labels().len(), hierarchy.edges().len()),
            (4126, 5827)
        );
    }
}

#[test]
fn image_codes_are_paths_of_numbers_that_repeat() {
    for (part, rows) in [("Train", 10_000), ("Test", 1006)] {
        let Some(table) = read_one(&format!("hmc/others/ImCLEF07A_{part}.arff")) else {
            return;
        };
        assert_eq!((table.num_rows(), table.batch.num_columns()), (rows, 81));
        let hierarchy = &table.hierarchies["class"];
        assert_eq!(hierarchy.dialect, HierarchyDialect::Paths);
        assert_eq!(hierarchy.labels().len(), 96);
    }
}

#[test]
fn every_published_arff_file_is_read() {
    for glob in ["mulan_mtr/*.arff", "mulan_mlc/*/*.arff", "hmc/*/*/*.arff"] {
        let Some(folder) = std::env::var_os("SYNAPTREE_DATA") else {
            return drop(read_one(glob));
        };
        let pattern = std::path::Path::new(&folder).join(glob);
        let files: Vec<_> = glob::glob(pattern.to_str().unwrap())
            .unwrap()
            .flatten()
            .collect();
        assert!(files.len() > 2, "{glob}");
        for file in files {
            let table = super::read_path(&file, &ReadOptions::default()).unwrap();
            assert!(table.num_rows() > 50, "{}", file.display());
        }
    }
}
