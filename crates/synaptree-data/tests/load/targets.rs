use synaptree_data::Remarks;
use synaptree_tasks::{HierarchySpec, Kind, Labels, TaskSpec, Vocabulary};

use super::Case;

/// A table of one number and a target, one row a value.
fn column(values: &[&str]) -> String {
    let rows = values
        .iter()
        .enumerate()
        .map(|(row, value)| format!("{},{value}\n", row % 3));
    format!("x,y\n{}", rows.collect::<String>())
}

fn classes(
    values: &[&str],
    kind: Kind,
    change: impl FnOnce(&mut TaskSpec),
) -> (Vec<String>, Vec<i32>) {
    let dataset = Case::new(&column(values), kind, "y").task(change).load();
    let Labels::Classes(labels) = &dataset.train.labels[0] else {
        panic!("no classes")
    };
    (dataset.vocabularies[0].names().to_vec(), labels.clone())
}

#[test]
fn binary_values_are_understood_in_any_spelling() {
    for [no, yes] in [
        ["0", "1"],
        ["no", "yes"],
        ["False", "True"],
        ["-1", "1"],
        ["f", "t"],
    ] {
        for values in [[yes, no, "?"], [no, yes, ""]] {
            let (names, labels) = classes(&values, Kind::Binary, |_| {});
            assert_eq!(names, [no, yes]);
            let expected: Vec<i32> = values
                .iter()
                .map(|value| {
                    if *value == yes {
                        1
                    } else if *value == no {
                        0
                    } else {
                        -1
                    }
                })
                .collect();
            assert_eq!(labels, expected);
        }
    }
}

#[test]
fn the_positive_value_may_be_named() {
    let values = [">50K", "<=50K", "<=50K"];
    assert_eq!(classes(&values, Kind::Binary, |_| {}).0, ["<=50K", ">50K"]);
    let named = classes(&values, Kind::Binary, |task| {
        task.positive = Some("<=50K".into());
    });
    assert_eq!(named, (vec![">50K".into(), "<=50K".into()], vec![0, 1, 1]));
    let (names, _) = classes(&["1.0", "0.0", "1.0"], Kind::Binary, |task| {
        task.positive = Some("1".into());
    });
    assert_eq!(names, ["0", "1"]);
    let unnamed = Case::new(&column(&values), Kind::Binary, "y").load();
    let expected = "task `y`: `>50K` is taken as the positive value; name it with `positive`";
    assert!(unnamed.warnings.iter().any(|warning| warning == expected));
}

#[test]
fn classes_are_sorted_as_numbers_where_they_are() {
    let (names, labels) = classes(&["10", "9", "", "1"], Kind::Multiclass, |_| {});
    assert_eq!(
        (names.join(" "), labels),
        ("1 9 10".into(), vec![2, 1, -1, 0])
    );
    let (names, _) = classes(&["owl", "bat", "owl"], Kind::Multiclass, |_| {});
    assert_eq!(names, ["bat", "owl"]);
}

#[test]
fn nominal_classes_keep_the_order_of_the_file() {
    let case = Case::new("", Kind::Multiclass, "y").data(|data| data.train = "a.arff".into());
    case.write(
        "a.arff",
        "@relation r\n@attribute x numeric\n@attribute y {owl, never, bat}\n@data\n1,bat\n2,owl\n3,?\n",
    );
    let dataset = case.load();
    assert_eq!(dataset.vocabularies[0].names(), ["owl", "bat"]);
    assert_eq!(dataset.train.labels, [Labels::Classes(vec![1, 0, -1])]);
}

#[test]
fn ordinal_classes_ascend_or_follow_their_order() {
    let (names, _) = classes(&["10", "9", "1"], Kind::Ordinal, |_| {});
    assert_eq!(names, ["1", "9", "10"]);
    let sizes = |task: &mut TaskSpec| {
        task.order = Some(["small", "medium", "large"].map(str::to_owned).to_vec());
    };
    let (names, labels) = classes(&["large", "small", "?", "medium"], Kind::Ordinal, sizes);
    assert_eq!((names.len(), labels), (3, vec![2, 0, -1, 1]));
}

#[test]
fn an_order_may_name_values_that_never_occur() {
    let case = Case::new(&column(&["low", "high"]), Kind::Ordinal, "y")
        .task(|task| task.order = Some(["low", "mid", "high"].map(str::to_owned).to_vec()));
    let dataset = case.load();
    assert_eq!(dataset.vocabularies[0].names(), ["low", "high"]);
    let expected = "task `y`: no training row has `mid`, so it is never predicted";
    assert!(dataset.warnings.iter().any(|warning| warning == expected));
}

#[test]
fn numbers_keep_their_units_and_their_gaps() {
    let case = Case::new("x,a,b\n1,10,\n2,20,4\n3,,8\n", Kind::Regression, "y")
        .task(|task| task.target = Some(["a", "b"].into()));
    let dataset = case.load();
    let Labels::Real { width: 2, values } = &dataset.train.labels[0] else {
        panic!("no numbers")
    };
    let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10", "NaN", "20", "4", "NaN", "8"]);
    assert_eq!(
        dataset.vocabularies[0],
        Vocabulary::Real {
            columns: vec!["a".into(), "b".into()],
            mean: vec![15.0, 6.0],
            std: vec![5.0, 2.0],
        }
    );
}

#[test]
fn labels_stand_in_one_cell_or_in_a_column_each() {
    let case = Case::new(
        &column(&["red|blue", "", "blue", "|"]),
        Kind::Multilabel,
        "y",
    );
    let dataset = case.load();
    assert_eq!(dataset.vocabularies[0].names(), ["blue", "red"]);
    let expected = Labels::Nodes {
        width: 2,
        values: vec![1, 1, 2, 2, 1, 0, 0, 0],
    };
    assert_eq!(dataset.train.labels, [expected]);

    let case = Case::new(&column(&["red; blue", "blue"]), Kind::Multilabel, "y")
        .task(|task| task.separator = Some(";".into()));
    assert_eq!(case.load().vocabularies[0].names(), ["blue", "red"]);

    let case = Case::new("x,red,blue\n1,1,\n2,0,yes\n3,,no\n", Kind::Multilabel, "y")
        .task(|task| task.target = Some(["red", "blue"].into()));
    let expected = Labels::Nodes {
        width: 2,
        values: vec![1, 2, 0, 1, 2, 0],
    };
    assert_eq!(case.load().train.labels, [expected]);
}

#[test]
fn hierarchical_labels_are_closed_upward() {
    let rows = column(&["pet/dog", "wild@pet/cat", "?"]);
    let dataset = Case::new(&rows, Kind::Hierarchical, "y").load();
    assert_eq!(
        dataset.vocabularies[0].names(),
        ["root", "pet", "wild", "pet/cat", "pet/dog"]
    );
    let expected = Labels::Sets(vec![Some(vec![0, 1, 4]), Some(vec![0, 1, 2, 3]), None]);
    assert_eq!(dataset.train.labels, [expected]);
}

#[test]
fn a_hierarchy_comes_from_the_task_a_file_or_the_data() {
    let rows = column(&["dog", "cat"]);
    let edges = ["root/pet", "pet/dog", "pet/cat"]
        .map(str::to_owned)
        .to_vec();
    let named = Case::new(&rows, Kind::Hierarchical, "y")
        .task(|task| task.hierarchy = Some(HierarchySpec::Entries(edges.clone())));
    let filed = Case::new(&rows, Kind::Hierarchical, "y")
        .task(|task| task.hierarchy = Some(HierarchySpec::File("tree.txt".into())));
    filed.write("tree.txt", "# edges\nroot/pet\n\npet/dog\npet/cat\n");
    let declared = Case::new("", Kind::Hierarchical, "y").data(|data| data.train = "a.arff".into());
    declared.write(
        "a.arff",
        "@relation r\n@attribute x numeric\n@attribute y hierarchical root/pet,pet/dog,pet/cat\n\
         @data\n1,dog\n2,cat\n",
    );
    for case in [named, filed, declared] {
        let dataset = case.load();
        assert_eq!(
            dataset.vocabularies[0].names(),
            ["root", "pet", "cat", "dog"]
        );
        let expected = Labels::Sets(vec![Some(vec![0, 1, 3]), Some(vec![0, 1, 2])]);
        assert_eq!(dataset.train.labels, [expected]);
    }
}

#[test]
fn a_file_may_lack_the_targets_of_some_tasks() {
    let mut case = Case::new("x,y,z\n1,0,a\n2,1,b\n3,1,b\n", Kind::Binary, "y");
    case.tasks.push(TaskSpec::new("z", Kind::Multiclass));
    let preprocessing = case.load().preprocessing;
    case.write("more.csv", "x,z\n1,b\n2,\n");
    let table = preprocessing.read(&case.path().join("more.csv")).unwrap();
    let split = preprocessing
        .split(&table, &mut Remarks::new(&preprocessing))
        .unwrap();
    assert_eq!(
        split.labels,
        [Labels::Classes(vec![-1, -1]), Labels::Classes(vec![1, -1])]
    );
}

#[test]
fn labels_that_no_training_row_has_are_left_out_of_an_evaluation_and_told() {
    let mut case = Case::new(
        "x,y,z,l\n1,no,a,p|q\n2,yes,b,q\n3,yes,c,p\n",
        Kind::Binary,
        "y",
    );
    case.tasks.push(TaskSpec::new("z", Kind::Multiclass));
    case.tasks.push(TaskSpec::new("l", Kind::Multilabel));
    let preprocessing = case.load().preprocessing;
    case.write(
        "more.csv",
        "x,y,z,l\n1,yes,d,p|new\n2,perhaps,b,\n3,no,d,q\n",
    );
    let table = preprocessing.read(&case.path().join("more.csv")).unwrap();
    let mut remarks = Remarks::new(&preprocessing);
    let labels = preprocessing.labels(&table, &mut remarks).unwrap();
    assert_eq!(
        labels,
        [
            Labels::Classes(vec![1, -1, 0]),
            Labels::Classes(vec![-1, 1, -1]),
            Labels::Nodes {
                width: 2,
                values: vec![1, 0, 2, 2, 0, 1]
            },
        ]
    );
    let folder = format!("{}/", case.path().display());
    let said: Vec<String> = remarks
        .of("the rows to evaluate")
        .iter()
        .map(|text| text.replace(&folder, ""))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    task `y`: 3 of the rows to evaluate are labelled, with 1 label that no training row has: `perhaps` (more.csv, line 3); the model knows `no`, `yes`; the figures leave it out, though no answer of the model can be right there
    task `z`: 3 of the rows to evaluate are labelled, with 2 labels that no training row has: `d` (more.csv, line 2); the model knows `a`, `b`, `c`; the figures leave them out, though no answer of the model can be right there
    task `l`: 2 of the rows to evaluate are labelled, with 1 label that no training row has: `new` (more.csv, line 2); the model knows `p`, `q`; the figures leave it out, though no answer of the model can be right there
    ");
}

#[test]
fn amounts_that_are_asked_for_as_classes_lead_to_regression() {
    let prices: Vec<String> = (0..60).map(|n| format!("{}.5", n * 7 % 53)).collect();
    let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
    let advice = "column `y` holds 53 different numbers in training: to predict them as numbers, write `kind = \
                  \"regression\"`";
    for kind in [Kind::Multiclass, Kind::Ordinal] {
        let case = Case::new(&column(&prices), kind, "y");
        let said = case.load().warnings;
        assert!(said.iter().any(|text| text.ends_with(advice)), "{said:?}");
        assert!(!said.iter().any(|text| text.contains("single training row")));
        let error = case.test("x,y\n1,99.5\n").error();
        assert!(
            error.contains("the class `99.5` occurs only in the test rows")
                && error.contains(advice),
            "{error}"
        );
    }
    let error = Case::new(&column(&prices), Kind::Binary, "y").error();
    assert!(error.contains(advice), "{error}");

    let names: Vec<String> = (0..60).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let case = Case::new(&column(&names), Kind::Multiclass, "y");
    let error = case.test("x,y\n1,n60\n").error();
    assert!(
        error.contains(
            "holds 60 different values in 60 labelled training rows: it seems to name the rows"
        ),
        "{error}"
    );
}

#[test]
fn codes_and_named_orders_are_no_amounts() {
    // 30 codes in ten rows each, and marks whose order somebody wrote down.
    let codes: Vec<String> = (0..300).map(|n| (100 + n % 30).to_string()).collect();
    let marks: Vec<String> = (0..60).map(|n| format!("{}", n % 30)).collect();
    let said = |values: &[String], kind, change: &dyn Fn(&mut TaskSpec)| {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let case = Case::new(&column(&values), kind, "y").task(|task| change(task));
        case.load().warnings.join("\n")
    };
    let order = |task: &mut TaskSpec| task.order = Some((0..30).map(|n| n.to_string()).collect());
    for said in [
        said(&codes, Kind::Multiclass, &|_| {}),
        said(&marks, Kind::Ordinal, &order),
    ] {
        assert!(!said.contains("regression"), "{said}");
    }
    // A code that training lacks may tell of amounts all the same.
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let case = Case::new(&column(&codes), Kind::Multiclass, "y");
    let error = case.test("x,y\n1,99\n").error();
    assert!(
        error.contains(
            "if they are amounts, write `kind = \"regression\"`; else give the training rows some"
        ),
        "{error}"
    );
}

#[test]
fn targets_are_never_inputs() {
    let mut case = Case::new("x,y,z\n1,0,a\n2,1,b\n3,1,b\n", Kind::Binary, "y");
    case.tasks.push(TaskSpec::new("z", Kind::Multiclass));
    let preprocessing = case.load().preprocessing;
    assert_eq!(preprocessing.number_names(), ["x"]);
    assert!(preprocessing.category_names().is_empty());
}
