//! What a look at the data remarks on where a column or a row is not what it seems.

use synaptree_train::InitError;

use crate::init::{csv, draft, read};

#[test]
fn few_people_are_kept_together_and_too_few_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let visits = |people: usize| {
        csv("patient_id,a,y", 400, |n| {
            format!("p{},{},{}", n * 7 % people, n * 7 % 31, n % 2)
        })
    };
    let found = draft(folder.path(), &visits(20), "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert_eq!(spec.data.groups(), ["patient_id"], "{}", found.text);

    let found = draft(folder.path(), &visits(6), "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert!(spec.data.groups().is_empty(), "{}", found.text);
    let told = found.undecided.join("\n");
    assert!(
        told.contains("`patient_id` names whom a row is about"),
        "{told}"
    );
    assert!(told.contains("6 values"), "{told}");
}

#[test]
fn a_column_that_only_sounds_like_parts_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = csv("fold,is_test,a,y", 300, |n| {
        format!(
            "{},{},{},{}",
            n % 5,
            u8::from(n % 4 == 0),
            n * 7 % 31,
            n % 2
        )
    });
    let told = draft(folder.path(), &rows, "y")
        .unwrap()
        .undecided
        .join("\n");
    assert!(told.contains("`fold` sounds as if"), "{told}");
    assert!(told.contains("`is_test` sounds as if"), "{told}");

    let public = csv("usage,a,y", 300, |n| {
        let part = match n % 10 {
            0 => "PublicTest",
            1 => "PrivateTest",
            _ => "Training",
        };
        format!("{part},{},{}", n * 7 % 31, n / 2 % 2)
    });
    let found = draft(folder.path(), &public, "y").unwrap();
    assert!(found.text.contains("PrivateTest"), "{}", found.text);
}

#[test]
fn a_cell_that_only_one_class_leaves_empty_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = csv("reason,a,churn", 300, |n| {
        let gone = n % 3 == 0;
        let reason = if gone {
            ["price", "service", "moved"][n / 3 % 3]
        } else {
            ""
        };
        format!(
            "{reason},{},{}",
            n * 7 % 31,
            if gone { "yes" } else { "no" }
        )
    });
    let told = draft(folder.path(), &rows, "churn")
        .unwrap()
        .undecided
        .join("\n");
    let what = "an empty `reason` all but tells `churn` = `no` (100.0 % of 200 rows)";
    assert!(told.contains(what), "{told}");
}

#[test]
fn numbers_with_units_and_decimal_commas_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = csv("weight;dose;a;y", 300, |n| {
        format!(
            "{}.4 kg;{},{:03};{};{}",
            30 + n % 97,
            n % 7,
            100 + n,
            n * 7 % 31,
            n % 2
        )
    });
    let found = draft(folder.path(), &rows, "y").unwrap();
    let told = found.undecided.join("\n");
    assert!(told.contains("column `weight` is left out"), "{told}");
    assert!(told.contains("here `30.4`"), "{told}");
    // A comma before three digits of a number below 1 stands before decimals.
    assert!(told.contains("here `0.1`"), "{told}");
}

#[test]
fn numbers_written_for_people_are_left_out_and_told_and_are_no_target() {
    let folder = tempfile::tempdir().unwrap();
    let shop = csv("price_id,weight,a,y", 200, |n| {
        format!(
            "\"${},{:03}.50\",\"{},5\",{},{}",
            n % 60 + 1,
            n % 60,
            n * 7 % 90,
            n * 7 % 31,
            n % 2
        )
    });
    let found = draft(folder.path(), &shop, "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert!(spec.data.groups().is_empty() && spec.data.ids().is_empty());
    let told = found.undecided.join("\n");
    for part in [
        "column `price_id` is left out",
        "`$1,000.50`",
        "here `1000.5`",
        "`0,5`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(
        found.text.contains("exclude = [\"price_id\", \"weight\"]"),
        "{}",
        found.text
    );
    let error = draft(folder.path(), &shop, "weight").unwrap_err();
    assert!(matches!(error, InitError::NotATarget { .. }), "{error}");
    assert!(error.to_string().contains("here `0.5`"), "{error}");
}

#[test]
fn a_column_that_counts_the_rows_from_a_thousand_names_them_and_years_are_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("id,number,year,a,y", 300, |n| {
        format!(
            "{},{},{},{},{}",
            1000 + n,
            500 + n,
            1700 + n,
            n * 7 % 31,
            n % 2
        )
    });
    let found = draft(folder.path(), &text, "y").unwrap();
    let experiment = read(folder.path(), &found);
    assert_eq!(experiment.spec().data.ids(), ["id"]);
    assert!(
        found.text.contains("exclude = [\"number\"]"),
        "{}",
        found.text
    );
    let columns = experiment
        .load_data()
        .unwrap()
        .dataset
        .preprocessing
        .source_columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert!(names.contains(&"year") && names.contains(&"a"), "{names:?}");
    assert!(
        !names.contains(&"id") && !names.contains(&"number"),
        "{names:?}"
    );
}

#[test]
fn a_column_that_the_first_line_numbers_is_found_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("0,1,2,3,4,5,0", 100, |n| {
        let [a, b, c] = [n * 7 % 31, n * 5 % 13, n * 3 % 17];
        format!("{a},{b},{c},{a}.5,{b}.5,{},{}", n % 2, n % 3)
    });
    let found = draft(folder.path(), &text, "5").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert_eq!(spec.tasks[0].targets(), ["column_6"]);
    assert!(
        found.undecided[0].contains("`column_6`"),
        "{:?}",
        found.undecided
    );
    let by_place = draft(folder.path(), &text, "7").unwrap();
    let spec = read(folder.path(), &by_place).spec().clone();
    assert_eq!(spec.tasks[0].targets(), ["column_7"]);
    let error = draft(folder.path(), &text, "0").unwrap_err();
    assert!(error.to_string().contains("column_1, column_7"), "{error}");
}
