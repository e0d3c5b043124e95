use synaptree_data::{ColumnPart, ColumnType, DataSpec, InputSpec, PartSpec};
use synaptree_tasks::{HierarchySpec, Kind};

use super::Case;

const ROWS: &str = "x,y\n1,a\n2,b\n3,a\n4,b\n";

#[track_caller]
fn refused(case: &Case, message: &str) {
    assert_eq!(case.error(), message);
}

#[test]
fn an_absent_target_names_the_nearest_column() {
    refused(
        &Case::new("x,mammal\n1,a\n2,b\n", Kind::Binary, "mamal"),
        "train.csv: there is no column `mamal` (a target of task `mamal`); did you mean `mammal`?",
    );
}

#[test]
fn a_line_that_is_no_header_is_named_where_lines_are_passed_over() {
    refused(
        &Case::new("Zoo\nx,y\n1,a\n2,b\n3,a\n", Kind::Binary, "y").data(|data| data.skip_rows = 2),
        "train.csv: there is no column `y` (a target of task `y`); its columns are `1`, `a`; line 3 was taken as the \
         header, as `skip_rows = 2` says: if another line is, correct `skip_rows` or the lines above it",
    );
}

#[test]
fn a_constant_target_is_refused() {
    refused(
        &Case::new("x,y\n1,a\n2,a\n3,\n", Kind::Multiclass, "y"),
        "task `y`: column `y` is `a` in all of its 2 labelled training rows, so there is nothing \
         to learn; remove the task, or add rows with other values",
    );
    for kind in [
        Kind::Regression,
        Kind::Multilabel,
        Kind::Hierarchical,
        Kind::Binary,
    ] {
        let message = Case::new("x,y\n1,7\n2,7\n", kind, "y").error();
        assert!(message.contains("nothing to learn"), "{kind}: {message}");
    }
}

#[test]
fn a_target_without_labels_is_refused() {
    for kind in Kind::ALL {
        refused(
            &Case::new("x,y\n1,\n2,?\n", kind, "y"),
            "task `y`: column `y` has no value in any of the 2 training rows; check the column, \
             and `[data] missing`",
        );
    }
}

#[test]
fn a_class_that_only_test_has_is_named_with_its_rows() {
    refused(
        &Case::new(ROWS, Kind::Multiclass, "y").test("x,y\n1,a\n2,c\n3,c\n"),
        "task `y`: the class `c` occurs only in the test rows (test.csv, line 3; test.csv, line \
         4), never in training; give the training rows some (`[data] stratify_by = \"y\"` does \
         where the parts are fractions), remove these rows, or merge the class with another",
    );
}

#[test]
fn a_third_value_of_a_binary_task_is_named() {
    refused(
        &Case::new(
            "x,y\n1,yes\n2,no\n3,maybe\n4,yes\n5,no\n",
            Kind::Binary,
            "y",
        ),
        "train.csv, line 4: task `y` is binary and its values are `yes` and `no`, but column `y` \
         holds `maybe`; correct the cell, add it to `[data] missing`, or make the task \
         `multiclass`",
    );
    let case = Case::new("x,y\n1,yes\n2,no\n", Kind::Binary, "y").test("x,y\n1,maybe\n");
    assert!(
        case.error()
            .starts_with("test.csv, line 2: task `y` is binary")
    );
}

#[test]
fn an_unknown_positive_value_is_refused() {
    refused(
        &Case::new("x,y\n1,yes\n2,no\n", Kind::Binary, "y")
            .task(|task| task.positive = Some("yess".into())),
        "task `y`: `positive = \"yess\"` does not occur in column `y`; its values are `yes`, \
         `no`; did you mean `yes`?",
    );
}

#[test]
fn text_among_numbers_is_shown_with_its_line() {
    refused(
        &Case::new("x,y\n1,2\n2,four\n", Kind::Regression, "y"),
        "train.csv, line 3: column `y` (a target of task `y`) holds `four`, expected a number; \
         correct it, or add it to `[data] missing`",
    );
    let mut text = String::from("x,y\n");
    for row in 0..60 {
        let x = if [7, 30, 31].contains(&row) {
            "old".to_owned()
        } else {
            (row * 7 % 50).to_string()
        };
        text += &format!("{x},{}\n", row % 2);
    }
    refused(
        &Case::new(&text, Kind::Binary, "y"),
        "train.csv, line 9: column `x` (an input) holds `old`, expected a number, and so do \
         train.csv, line 32 and 1 more rows; correct it, add it to `[data] missing`, or say that \
         the column holds categories: types = { \"x\" = \"category\" }",
    );
    let case = Case::new(&text, Kind::Binary, "y").data(|data| {
        data.types.insert("x".into(), ColumnType::Category);
    });
    assert_eq!(case.load().preprocessing.category_names(), ["x"]);
}

#[test]
fn a_number_column_stays_one_in_every_part() {
    refused(
        &Case::new("x,y\n1,a\n2,b\n", Kind::Binary, "y").test("x,y\nten,a\n"),
        "test.csv, line 2: column `x` (an input) holds `ten`, expected a number; correct it, add \
         it to `[data] missing`, or say that the column holds categories: types = { \"x\" = \
         \"category\" }",
    );
}

#[test]
fn one_training_row_is_too_few() {
    refused(
        &Case::new("x,y\n1,a\n", Kind::Binary, "y"),
        "the training part has 1 row, at least 2 are needed; add rows, or take fewer of them for \
         the other parts",
    );
}

#[test]
fn a_part_that_ends_empty_is_an_error() {
    refused(
        &Case::new(ROWS, Kind::Binary, "y").data(|data| data.test = Some(PartSpec::Fraction(1e-9))),
        "the test part is empty: 0.000000001 of 4 rows is none; raise the fraction, write `test = \
         false`, or try another `split_seed`",
    );
    let part = |value: &str| ColumnPart {
        column: "y".into(),
        value: value.into(),
    };
    refused(
        &Case::new("x,y,z\n1,a,1\n2,b,2\n", Kind::Regression, "z")
            .data(|data| data.validation = Some(PartSpec::Column(part("c")))),
        "the validation part is empty: no row has `c` in column `y`; correct the value",
    );
}

#[test]
fn a_label_outside_the_hierarchy_is_named() {
    let edges = ["pet/dog", "pet/cat"].map(str::to_owned).to_vec();
    refused(
        &Case::new("x,y\n1,dog\n2,cats\n", Kind::Hierarchical, "y")
            .task(|task| task.hierarchy = Some(HierarchySpec::Entries(edges))),
        "train.csv, line 3: task `y`: the label `cats` is not in the hierarchy; did you mean \
         `cat`? else add it to the hierarchy",
    );
    refused(
        &Case::new("x,y\n1,a/b\n2,a/c\n", Kind::Hierarchical, "y").test("x,y\n1,a/d\n"),
        "task `y`: the class `a/d` occurs only in the test rows (test.csv, line 2), never in \
         training; declare the hierarchy of the task, or give the training rows some that have it",
    );
}

#[test]
fn a_cycle_in_a_hierarchy_is_an_error_of_its_task() {
    let edges = ["a/b", "b/a"].map(str::to_owned).to_vec();
    let case = Case::new("x,y\n1,a\n2,b\n", Kind::Hierarchical, "y")
        .task(|task| task.hierarchy = Some(HierarchySpec::Entries(edges)));
    let message = case.error();
    assert!(
        message.starts_with("task `y`: its label hierarchy cannot be used: "),
        "{message}"
    );
    assert!(
        message.contains("a → b → a") || message.contains("b → a → b"),
        "{message}"
    );
}

#[test]
fn a_hierarchy_file_that_cannot_be_read_is_named() {
    let case = Case::new("x,y\n1,a\n2,b\n", Kind::Hierarchical, "y")
        .task(|task| task.hierarchy = Some(HierarchySpec::File("tree.txt".into())));
    assert!(case.error().starts_with("tree.txt: there is no such file"));
    std::fs::write(case.path().join("tree.txt"), b"a/b\n\xE9/c\n").unwrap();
    refused(
        &case,
        "tree.txt, line 2: byte 4 (0xE9) is not valid UTF-8; save the file as UTF-8; \
         data in Latin-1 or Windows-1252 is read with `encoding = \"latin-1\"` under `[data]`, and by `init` and \
         `describe` with `--encoding latin-1`",
    );
    case.write("tree.txt", "");
    assert!(case.error().starts_with("tree.txt: the file is empty"));
}

#[test]
fn a_third_word_in_a_column_of_yes_and_no_is_shown_with_its_line() {
    refused(
        &Case::new("x,y\nyes,a\nno,b\n", Kind::Binary, "y").test("x,y\nyes,a\nmaybe,b\n"),
        "test.csv, line 3: column `x` (an input) holds `maybe`, expected 0 or 1, yes or no, true or \
         false; correct it, add it to `[data] missing`, or say that the column holds categories: \
         types = { \"x\" = \"category\" }",
    );
}

#[test]
fn times_that_cannot_be_put_in_order_are_shown_with_their_line() {
    let ordered = |times: [&str; 4]| {
        let rows = times.iter().enumerate();
        let rows: String = rows
            .map(|(row, time)| format!("{time},{row},{}\n", row % 2))
            .collect();
        Case::new(&format!("t,x,y\n{rows}"), Kind::Binary, "y").data(|data| {
            data.order_by = Some("t".into());
            data.test = Some(PartSpec::Fraction(0.5));
        })
    };
    refused(
        &ordered(["9", "10", "11", "soon"]),
        "train.csv, line 5: column `t` holds `soon`, which `order_by` cannot place among the \
         others; write every time as a number, or every one from year to second, such as \
         `2024-05-31` or `2024-05-31 09:30`",
    );
    let message = ordered(["05/06/2024", "06/06/2024", "07/06/2024", "08/06/2024"]).error();
    assert!(message.starts_with("train.csv, line 2: column `t` holds `05/06/2024`"));
    for times in [
        ["9", "10", "11", "12"],
        ["31.12.2023", "01.01.2024", "02.01.2024", "03.01.2024"],
        ["12/31/2023", "01/01/2024", "01/02/2024", "01/03/2024"],
    ] {
        let dataset = ordered(times).load();
        assert_eq!(dataset.train.rows, [0, 1], "{times:?}");
    }
}

#[test]
fn a_fraction_that_comes_to_nothing_says_what_keeps_rows_together() {
    let tenth = |data: &mut DataSpec| data.test = Some(PartSpec::Fraction(0.1));
    refused(
        &Case::new("x,s,y\n1,p,a\n2,q,b\n3,p,a\n4,q,a\n", Kind::Binary, "y")
            .data(tenth)
            .data(|data| data.stratify_by = Some("s".into())),
        "the test part is empty: 0.1 of 4 rows is none, as each value of `stratify_by` gives its \
         first row to training; raise the fraction, write `test = false`, or try another \
         `split_seed`",
    );
}

#[test]
fn values_that_hardly_recur_are_nothing_to_stratify_by() {
    let rows = |same: usize| -> String {
        let row = |n: usize| format!("{},{}.5,{}\n", n % 7, n.max(same), ["a", "b"][n % 2]);
        "x,age,y\n".to_owned() + &(0..40).map(row).collect::<String>()
    };
    let by_age = |text: &str| {
        Case::new(text, Kind::Binary, "y")
            .task(|task| task.positive = Some("a".into()))
            .data(|data| {
                data.stratify_by = Some("age".into());
                data.validation = Some(PartSpec::Fraction(0.15));
                data.test = Some(PartSpec::Fraction(0.15));
            })
    };
    refused(
        &by_age(&rows(0)),
        "the validation part is empty: 0.15 of 40 rows is none, as `stratify_by = \"age\"` names values that \
         hardly recur: 40 different ones in 40 rows, each of which gives its first row to training; name a task or a \
         column of classes, each of which several rows have, or leave `stratify_by` out",
    );
    let warnings = by_age(&rows(15)).load().warnings;
    let told = warnings.iter().find(|text| text.contains("hardly recur"));
    assert!(
        told.is_some_and(|text| text.contains("25 different ones in 40 rows")
            && text.contains("in place of 15.0 %")),
        "{warnings:?}"
    );
}

#[test]
fn groups_that_are_too_few_for_the_parts_are_told_with_what_fills_them() {
    let case = |groups: usize| {
        let row = |n: usize| {
            format!(
                "{},g{},{}\n",
                n % 13,
                n % groups,
                ["a", "b"][n / groups % 2]
            )
        };
        let text = "x,g,y\n".to_owned() + &(0..60).map(row).collect::<String>();
        Case::new(&text, Kind::Binary, "y")
            .task(|task| task.positive = Some("a".into()))
            .data(|data| {
                data.split_by = Some("g".into());
                data.validation = Some(PartSpec::Fraction(0.15));
                data.test = Some(PartSpec::Fraction(0.15));
            })
    };
    let message = case(1).error();
    assert!(
        message.ends_with(
            "all rows are of one group, which cannot be divided: leave `split_by` out to divide row by row, or add \
             rows of other groups"
        ),
        "{message}"
    );
    let seed = |message: &str| -> u64 {
        let (_, behind) = message.split_once("`split_seed = ").unwrap();
        behind.split('`').next().unwrap().parse().unwrap()
    };
    let message = case(2).error();
    assert!(
        message.contains("2 groups cannot fill 3 parts: write `test = false` and `split_seed"),
        "{message}"
    );
    // The advice is one that works.
    let two = case(2).data(|data| {
        data.test = Some(PartSpec::Off(false));
        data.split_seed = seed(&message);
    });
    assert!(two.load().validation.is_some_and(|part| !part.is_empty()));
    let message = case(3).error();
    assert!(
        message.contains("with which every part has rows"),
        "{message}"
    );
    let three = case(3).data(|data| data.split_seed = seed(&message));
    assert!(three.load().test.is_some_and(|part| !part.is_empty()));
}

#[test]
fn ordinal_values_need_a_place() {
    refused(
        &Case::new("x,y\n1,1\n2,tall\n", Kind::Ordinal, "y"),
        "train.csv, line 3: task `y` is ordinal, but `tall` is not a number; list the values from \
         low to high: order = [...]",
    );
    let order = ["small", "large"].map(str::to_owned).to_vec();
    refused(
        &Case::new("x,y\n1,small\n2,largo\n", Kind::Ordinal, "y")
            .task(|task| task.order = Some(order)),
        "train.csv, line 3: task `y` is ordinal, but `largo` is not in its `order`; did you mean \
         `large`? else add it to `order`",
    );
}

#[test]
fn flags_are_yes_or_no() {
    refused(
        &Case::new("x,a,b\n1,0,1\n2,1,2\n", Kind::Multilabel, "y")
            .task(|task| task.target = Some(["a", "b"].into())),
        "train.csv, line 3: column `b` (a target of task `y`) holds `2`, expected 0 or 1, yes or \
         no, true or false; correct it, or add it to `[data] missing`",
    );
}

#[test]
fn one_class_a_row_means_one_column() {
    refused(
        &Case::new("x,a,b\n1,0,1\n2,1,2\n", Kind::Multiclass, "y")
            .task(|task| task.target = Some(["a", "b"].into())),
        "task `y` is multiclass and takes one target column, 2 are given; make it `multilabel`, \
         or give each column a task of its own",
    );
}

#[test]
fn inputs_are_looked_up_before_anything_is_fitted() {
    let listing = |columns: &[&str]| InputSpec {
        name: "traits".into(),
        columns: Some(columns.iter().map(|column| (*column).to_owned()).collect()),
        ..InputSpec::default()
    };
    refused(
        &Case::new("mass,y\n1,a\n2,b\n", Kind::Binary, "y").input(listing(&["mas"])),
        "train.csv: there is no column `mas` (a column of input `traits`); did you mean `mass`?",
    );
    refused(
        &Case::new("mass,y\n1,a\n2,b\n", Kind::Binary, "y").input(listing(&["mass", "y"])),
        "column `y` cannot be an input of `traits`: it is a target of task `y`; remove it from \
         `columns`",
    );
    let excluding = InputSpec {
        exclude: vec!["sizes".into()],
        ..InputSpec::default()
    };
    refused(
        &Case::new("mass,size,y\n1,1,a\n2,2,b\n", Kind::Binary, "y").input(excluding),
        "train.csv: there is no column `sizes` (named in `exclude` of input `table`); did you mean \
         `size`?",
    );
    refused(
        &Case::new("same,y\n1,a\n1,b\n", Kind::Binary, "y"),
        "no column is left as an input; left out: `same` (the same value in every training row); \
         name columns under `[[inputs]] columns`, or give one of them a type under `[data] types`",
    );
}

#[test]
fn columns_that_steer_must_be_there() {
    let absent = |case: &Case, role: &str| {
        let message = case.error();
        assert!(
            message.contains(&format!("there is no column `z` ({role}")),
            "{message}"
        );
    };
    let case = || Case::new(ROWS, Kind::Binary, "y");
    absent(
        &case().data(|data| data.id = Some("z".into())),
        "named in `[data] id`",
    );
    absent(
        &case().data(|data| data.row_weight = Some("z".into())),
        "the row weight",
    );
    absent(
        &case().data(|data| {
            data.types.insert("z".into(), ColumnType::Number);
        }),
        "named in `[data] types`",
    );
    let half = Some(PartSpec::Fraction(0.5));
    let split = || case().data(|data| data.test = half.clone());
    absent(
        &split().data(|data| data.split_by = Some("z".into())),
        "named in `[data] split_by`",
    );
    absent(
        &split().data(|data| data.order_by = Some("z".into())),
        "named in `[data] order_by`",
    );
    absent(
        &split().data(|data| data.stratify_by = Some("z".into())),
        "named in `[data] stratify_by`",
    );
}

#[test]
fn weights_are_not_negative_and_times_not_missing() {
    refused(
        &Case::new("w,x,y\n1,1,a\n-1,2,b\n", Kind::Binary, "y")
            .data(|data| data.row_weight = Some("w".into())),
        "train.csv, line 3: column `w` (the row weight) holds `-1`, expected a number that is 0 or \
         greater",
    );
    refused(
        &Case::new("t,x,y\n1,1,a\n,2,b\n", Kind::Binary, "y").data(|data| {
            data.order_by = Some("t".into());
            data.test = Some(PartSpec::Fraction(0.5));
        }),
        "train.csv, line 3: column `t` is empty, but `order_by` sorts the rows by it; fill the \
         cell or remove the row",
    );
    let case = Case::new("x,y\n1,2\n2,3\n", Kind::Regression, "y").data(|data| {
        data.stratify_by = Some("y".into());
        data.test = Some(PartSpec::Fraction(0.5));
    });
    assert!(case.error().contains("values are not classes"));
}

#[test]
fn a_missing_file_is_named() {
    let case = Case::new(ROWS, Kind::Binary, "y").data(|data| data.train = "animals.csv".into());
    assert!(
        case.error()
            .starts_with("animals.csv: there is no such file")
    );
}
