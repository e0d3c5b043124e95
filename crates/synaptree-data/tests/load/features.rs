use std::collections::BTreeMap;

use proptest::prelude::*;
use synaptree_data::{ColumnType, Impute, InputSpec, Preprocessing, Remarks, Scaling, ScalingSpec};
use synaptree_tasks::Kind;

use super::{Case, numbers};

const ANIMALS: &str = "\
name,mass,wet,habitat,diet
ant,1,no,soil,plants
bat,2,no,cave,insects
carp,,yes,river,plants
dove,2,no,wood,plants
eel,7,yes,river,insects
frog,3,yes,river,insects
";

fn animals() -> Case {
    Case::new(ANIMALS, Kind::Binary, "diet").task(|task| task.positive = Some("plants".into()))
}

fn excluding_names(input: InputSpec) -> InputSpec {
    InputSpec {
        exclude: vec!["name".into()],
        ..input
    }
}

#[test]
fn columns_become_numbers_codes_and_marks_of_gaps() {
    let dataset = animals()
        .input(excluding_names(InputSpec::default()))
        .load();
    let preprocessing = &dataset.preprocessing;
    assert_eq!(
        preprocessing.number_names(),
        ["mass", "mass is missing", "wet"]
    );
    assert_eq!(preprocessing.category_names(), ["habitat"]);
    let features = &dataset.train.features;
    assert_eq!(
        (
            features.rows,
            features.number_width,
            features.category_width
        ),
        (6, 3, 1)
    );
    // 1, 2, 2, 7, 3 have mean 3 and variance 22/5.
    let std = (22.0_f32 / 5.0).sqrt();
    let expected = [-2.0 / std, -1.0 / std, 0.0, -1.0 / std, 4.0 / std, 0.0];
    for (found, expected) in numbers(&dataset.train).iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6);
    }
    let gaps: Vec<f32> = features.numbers.chunks(3).map(|row| row[1]).collect();
    assert_eq!(gaps, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    let wet: Vec<f32> = features.numbers.chunks(3).map(|row| row[2]).collect();
    assert_eq!(wet, [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    // Only the river has two rows; the others share the unknown bucket.
    assert_eq!(features.categories, [0, 0, 1, 0, 1, 1]);
    let shape = preprocessing.table_shape();
    assert_eq!(
        (shape.numbers, shape.categories[0].size, shape.width()),
        (3, 2, 5)
    );
    assert_eq!(
        preprocessing.encoded_names(),
        [
            "mass",
            "mass is missing",
            "wet",
            "habitat=(other)",
            "habitat=river"
        ]
    );
    let sources = preprocessing.source_columns();
    let positions: Vec<_> = sources
        .iter()
        .map(|source| {
            (
                source.name.as_str(),
                source.numbers.clone(),
                source.categories.clone(),
            )
        })
        .collect();
    assert_eq!(
        positions,
        [
            ("mass", vec![0, 1], vec![]),
            ("wet", vec![2], vec![]),
            ("habitat", vec![], vec![0])
        ]
    );
}

#[test]
fn every_setting_of_an_input_has_its_effect() {
    let load = |input| animals().input(excluding_names(input)).load();
    let plain = load(InputSpec {
        scaling: ScalingSpec::All(Scaling::None),
        impute: Impute::Median,
        missing_indicator: false,
        rare: 1,
        one_hot_max: 3,
        embedding_width: Some(5),
        ..InputSpec::default()
    });
    assert_eq!(plain.preprocessing.number_names(), ["mass", "wet"]);
    assert_eq!(numbers(&plain.train), [1.0, 2.0, 2.0, 2.0, 7.0, 3.0]);
    let shape = plain.preprocessing.table_shape();
    assert_eq!(
        (shape.categories[0].size, shape.categories[0].embedding),
        (5, Some(5))
    );
    assert_eq!(plain.preprocessing.encoded_names()[2], "habitat[0]");

    let by_column = BTreeMap::from([("mass".to_owned(), Scaling::Quantile)]);
    let ranked = load(InputSpec {
        scaling: ScalingSpec::Columns(by_column),
        ..InputSpec::default()
    });
    let scores = numbers(&ranked.train);
    assert!(scores[0] < scores[1] && scores[1] == scores[3] && scores[5] < scores[4]);
    assert!(
        (scores[4] - 1.2816).abs() < 1e-3,
        "the highest of five landmarks is Φ⁻¹(0.9)"
    );
}

#[test]
fn several_inputs_divide_the_columns() {
    let case = animals()
        .input(InputSpec {
            name: "place".into(),
            columns: Some(vec!["habitat".into()]),
            rare: 1,
            ..InputSpec::default()
        })
        .input(InputSpec {
            name: "body".into(),
            ..excluding_names(InputSpec::default())
        });
    let sources = case.load().preprocessing.source_columns();
    let inputs: Vec<_> = sources
        .iter()
        .map(|source| (source.input.as_str(), source.name.as_str()))
        .collect();
    assert_eq!(
        inputs,
        [("place", "habitat"), ("body", "mass"), ("body", "wet")]
    );
}

#[test]
fn columns_that_say_nothing_are_left_out_and_named() {
    let mut text = String::from("row,code,note,same,gone,x,y\n");
    for row in 0..40 {
        let note = "a long remark about this very animal that nobody will read twice";
        text += &format!(
            "{row},c{row},{note} {},1,,{},{}\n",
            row % 3,
            row % 7,
            row % 2
        );
    }
    let dataset = Case::new(&text, Kind::Binary, "y").load();
    assert_eq!(dataset.preprocessing.number_names(), ["x"]);
    assert_eq!(
        dataset.warnings,
        [
            "left out of the inputs: `row`, `code` (every training row has its own value; set its \
             type under `[data] types` to use it)",
            "left out of the inputs: `gone` (no value in any training row)",
            "left out of the inputs: `note` (text; set its type under `[data] types` to use it)",
            "left out of the inputs: `same` (the same value in every training row)",
        ]
    );
}

#[test]
fn types_override_inspection() {
    let mut text = String::from("zip,row,y\n");
    for row in 0..40 {
        text += &format!("{},{row},{}\n", 1000 + row % 4, row / 4 % 2);
    }
    let case = Case::new(&text, Kind::Binary, "y").data(|data| {
        data.types.insert("zip".into(), ColumnType::Category);
        data.types.insert("row".into(), ColumnType::Number);
        data.types.insert("y".into(), ColumnType::Number);
    });
    let dataset = case.load();
    assert_eq!(dataset.preprocessing.category_names(), ["zip"]);
    assert_eq!(dataset.preprocessing.number_names(), ["row"]);
    assert_eq!(
        dataset.warnings,
        ["`types` has no effect on column `y`: it is a target of task `y`, never an input"]
    );
}

#[test]
fn lists_of_labels_become_flags() {
    let mut text = String::from("genres,y\n");
    for row in 0..30 {
        text += [
            "drama|war,0\n",
            "drama,1\n",
            "war|comedy,0\n",
            ",1\n",
            "comedy,0\n",
        ][row % 5];
    }
    let dataset = Case::new(&text, Kind::Binary, "y").load();
    assert_eq!(
        dataset.preprocessing.number_names(),
        [
            "genres=comedy",
            "genres=drama",
            "genres=war",
            "genres is missing"
        ]
    );
    let rows: Vec<&[f32]> = dataset.train.features.numbers.chunks(4).take(4).collect();
    assert_eq!(
        rows,
        [
            [0., 1., 1., 0.],
            [0., 1., 0., 0.],
            [1., 0., 1., 0.],
            [0., 0., 0., 1.]
        ]
    );
}

#[test]
fn labels_are_divided_by_the_separator_that_most_cells_hold() {
    let mut text = String::from("genres,y\n");
    for row in 0..30 {
        text += ["drama;war,0\n", "drama,1\n", "war;comedy,0\n", "comedy,1\n"][row % 4];
    }
    text += "drama|war,1\n";
    let dataset = Case::new(&text, Kind::Binary, "y").load();
    assert_eq!(
        dataset.preprocessing.number_names(),
        ["genres=comedy", "genres=drama", "genres=war"]
    );
}

#[test]
fn nominal_whole_numbers_of_an_arff_file_stay_categories_and_classes() {
    let case = Case::new("", Kind::Multiclass, "y").data(|data| data.train = "a.arff".into());
    let mut text = String::from(
        "@relation r\n@attribute x {2.0,1.0,0.0}\n@attribute y {10.0,9.0,1.0}\n@data\n",
    );
    for row in 0..12 {
        text += ["0.0,1.0\n", "1.0,10.0\n", "2.0,9.0\n"][row % 3];
    }
    case.write("a.arff", &text);
    let dataset = case.load();
    assert_eq!(
        dataset.preprocessing.encoded_names(),
        ["x=(other)", "x=2", "x=1", "x=0"]
    );
    assert_eq!(dataset.train.features.categories[..3], [3, 2, 1]);
    assert_eq!(dataset.vocabularies[0].names(), ["10", "9", "1"]);
}

#[test]
fn what_was_fitted_comes_back_from_disk_and_ignores_other_rows() {
    let case = animals()
        .test("name,mass,wet,habitat,diet\ngoat,1000,no,moon,plants\nhen,,yes,river,insects\n");
    let dataset = case.input(excluding_names(InputSpec::default())).load();
    // The test rows moved neither the mean nor the vocabulary.
    let test = dataset.test.unwrap();
    let std = (22.0_f32 / 5.0).sqrt();
    assert!((test.features.numbers[0] - 997.0 / std).abs() < 1e-3);
    assert_eq!(test.features.numbers[3..6], [0.0, 1.0, 1.0]);
    assert_eq!(test.features.categories, [0, 1]);

    let text = serde_json::to_string(&dataset.preprocessing).unwrap();
    let again: Preprocessing = serde_json::from_str(&text).unwrap();
    assert_eq!(again, dataset.preprocessing);
    assert!(serde_json::from_str::<Preprocessing>(&text.replacen('{', "{\"x\":1,", 1)).is_err());
}

#[test]
fn files_to_be_predicted_need_no_targets_but_every_input() {
    let case = animals().data(|data| data.id = Some("name".into()));
    let preprocessing = case.load().preprocessing;
    case.write(
        "new.csv",
        "wet,name,mass,habitat\nyes,gnu,,river\nno,hare,4,attic\n",
    );
    let table = preprocessing.read(&case.path().join("new.csv")).unwrap();
    let features = preprocessing.apply(&table).unwrap();
    assert_eq!(features.numbers[..3], [0.0, 1.0, 1.0]);
    assert_eq!(features.categories, [1, 0]);
    assert_eq!(preprocessing.ids(&table).unwrap().num_columns(), 1);
    assert!(
        preprocessing
            .labels(&table, &mut Remarks::new(&preprocessing))
            .unwrap_err()
            .to_string()
            .contains("`diet`")
    );

    case.write("short.csv", "wet,weight,habitat\nyes,1,river\n");
    let table = preprocessing.read(&case.path().join("short.csv")).unwrap();
    let message = preprocessing.apply(&table).unwrap_err().to_string();
    assert!(
        message.contains("there is no column `mass` (an input of the network)"),
        "{message}"
    );
    // All that are absent are named, and none that has a meaning of its own is taken for one.
    case.write("shorter.csv", "wet,diet\nyes,grass\n");
    let table = preprocessing
        .read(&case.path().join("shorter.csv"))
        .unwrap();
    let message = preprocessing.apply(&table).unwrap_err().to_string();
    assert!(
        message.ends_with(
            "there is no column `mass` (an input of the network); nor `habitat`; \
             its columns are `wet`, `diet`"
        ),
        "{message}"
    );
}

#[test]
fn advice_on_rows_for_a_model_leaves_its_experiment_alone() {
    let mut text = String::from("mass,seen,wet\n");
    for n in 0..40 {
        text += &format!("{},2024-05-{:02},{}\n", n * 7 % 13, n % 28 + 1, n % 2);
    }
    let case = Case::new(&text, Kind::Binary, "wet");
    let preprocessing = case.load().preprocessing;
    let told = |text: &str| {
        case.write("new.csv", text);
        let error = match preprocessing.read(&case.path().join("new.csv")) {
            Ok(table) => preprocessing.apply(&table).unwrap_err(),
            Err(error) => error,
        };
        error
            .to_string()
            .replace(&format!("{}/", case.path().display()), "")
    };
    let said = [
        told("mass,seen\nheavy,2024-05-01\n"),
        told("mass,seen\n1,soon\n"),
        told("mass,seen\n1,2024-05-01\n2,\"\n"),
    ];
    insta::assert_snapshot!(said.join("\n"), @"
    new.csv, line 2: column `mass` (an input) holds `heavy`, expected a number; correct the cell, or leave it empty if the value is missing; a model that reads the column otherwise has to be trained
    new.csv, line 2: column `seen` (an input) holds `soon`, expected a date such as `2024-05-31`, `31.05.2024` or `2024-05-31 09:30`; correct the cell, or leave it empty if the value is missing; a model that reads the column otherwise has to be trained
    new.csv, line 3: the quote `\"` opened in column 2 is never closed; close it, or switch quoting off with `quote = false`; a trained model reads files as its training files were read, so write this one alike, or train again with other settings
    ");
}

#[test]
fn files_without_a_header_may_leave_the_targets_out() {
    let case = Case::new("1,no\n2,yes\n3,no\n4,yes\n", Kind::Binary, "wet")
        .data(|data| data.columns = Some(vec!["mass".into(), "wet".into()]));
    let preprocessing = case.load().preprocessing;
    case.write("new.csv", "5\n6\n");
    let table = preprocessing.read(&case.path().join("new.csv")).unwrap();
    assert_eq!(preprocessing.apply(&table).unwrap().rows, 2);
}

#[test]
fn weights_of_rows_are_carried_along() {
    let case = Case::new("w,x,y\n1,1,0\n0.5,2,1\n2,3,1\n", Kind::Binary, "y")
        .data(|data| data.row_weight = Some("w".into()));
    let dataset = case.load();
    assert_eq!(dataset.train.row_weight, Some(vec![1.0, 0.5, 2.0]));
    assert_eq!(dataset.preprocessing.number_names(), ["x"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn features_are_the_same_whenever_they_are_asked_for_and_finite_for_any_new_value(
        masses in prop::collection::vec(prop::option::of(-1e3..1e3_f64), 8..20),
        new in prop::collection::vec((prop::option::of(any::<f32>().prop_map(f64::from)), "[a-z]{0,6}"), 1..8),
        scaling in prop::sample::select(vec![Scaling::None, Scaling::Standard, Scaling::Quantile]),
    ) {
        let shown = |mass: Option<f64>| mass.map_or(String::new(), |mass| mass.to_string());
        let mut text = String::from("mass,habitat,diet\n");
        for (row, &mass) in masses.iter().enumerate() {
            let habitat = ["soil", "cave", "river"][row % 3];
            text += &format!("{},{habitat},{}\n", shown(mass), ["plants", "insects"][row % 2]);
        }
        prop_assume!(masses.iter().flatten().count() > 1);
        let input = InputSpec { scaling: ScalingSpec::All(scaling), ..InputSpec::default() };
        let case = Case::new(&text, Kind::Multiclass, "diet").input(input);
        let dataset = case.load();
        let fitted = &dataset.preprocessing;
        let train = fitted.read(&case.path().join("train.csv")).unwrap();
        let again = fitted.apply(&train).unwrap();
        prop_assert_eq!(&again, &dataset.train.features);
        prop_assert_eq!(&fitted.apply(&train).unwrap(), &again);
        let saved = serde_json::to_string(fitted).unwrap();
        let restored: Preprocessing = serde_json::from_str(&saved).unwrap();
        prop_assert_eq!(&restored, fitted);

        let mut text = String::from("mass,habitat\n");
        for (mass, habitat) in &new {
            text += &format!("{},new-{habitat}\n", shown(mass.filter(|mass| mass.is_finite())));
        }
        case.write("new.csv", &text);
        let rows = restored.read(&case.path().join("new.csv")).unwrap();
        let features = restored.apply(&rows).unwrap();
        prop_assert!(features.numbers.iter().all(|number| number.is_finite()), "{:?}", features.numbers);
        // Nobody has seen these habitats: they share the bucket of what is unknown.
        prop_assert!(features.categories.iter().all(|&code| code == 0));
    }
}
