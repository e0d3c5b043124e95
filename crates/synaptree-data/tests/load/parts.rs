use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use proptest::prelude::*;
use synaptree_data::{
    ColumnPart, DataSpec, Dataset, FileSpec, Files, InputSpec, PartSpec, Source, Split,
};
use synaptree_tasks::Kind;

use super::Case;

/// Rows with a name, a group, a class, a day and a number.
fn table(rows: std::ops::Range<usize>) -> String {
    let mut text = String::from("name,group,class,day,x,y\n");
    for row in rows {
        let (group, class) = (row * 7 % 31, ["a", "b", "c"][row * row % 11 % 3]);
        text += &format!(
            "n{row},g{group},{class},2020-01-{:02},{},{}\n",
            row % 28 + 1,
            row % 13,
            row % 5
        );
    }
    text
}

fn case(rows: usize) -> Case {
    Case::new(&table(0..rows), Kind::Regression, "y").data(|data| {
        data.id = Some(["name", "group", "class", "day"].into());
        data.validation = None;
        data.test = None;
    })
}

fn column(split: &Split, name: &str) -> Vec<String> {
    let column = split.ids.column_by_name(name).unwrap();
    column
        .as_string::<i32>()
        .iter()
        .map(|cell| cell.unwrap_or("?").to_owned())
        .collect()
}

fn parts(dataset: &Dataset) -> [(&'static str, Option<&Split>); 4] {
    [
        ("train", Some(&dataset.train)),
        ("validation", dataset.validation.as_ref()),
        ("test", dataset.test.as_ref()),
        ("calibration", dataset.calibration.as_ref()),
    ]
}

fn part_of_each_name(dataset: &Dataset) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for (part, split) in parts(dataset) {
        for name in split.map_or(Vec::new(), |split| column(split, "name")) {
            assert_eq!(found.insert(name, part), None);
        }
    }
    found
}

#[test]
fn absent_parts_are_fractions_of_the_only_source() {
    let dataset = case(150).load();
    assert_eq!(part_of_each_name(&dataset).len(), 150);
    for split in [&dataset.validation, &dataset.test] {
        assert!(split.as_ref().unwrap().len().abs_diff(22) <= 2);
    }
    assert!(dataset.calibration.is_none());
}

#[test]
fn absent_parts_are_none_where_another_names_a_file() {
    let case = case(40)
        .test(&table(40..60))
        .data(|data| data.validation = None);
    let dataset = case.load();
    assert_eq!((dataset.train.len(), dataset.test.unwrap().len()), (40, 20));
    assert!(dataset.validation.is_none());
    assert_eq!(dataset.fingerprints.len(), 2);
}

#[test]
fn calibration_is_a_part_of_its_own() {
    let dataset = case(200).data(|data| data.calibration = Some(0.1)).load();
    assert!(dataset.calibration.as_ref().unwrap().len().abs_diff(20) <= 2);
    assert_eq!(part_of_each_name(&dataset).len(), 200);
}

#[test]
fn a_column_may_name_the_parts() {
    let case = case(60).data(|data| {
        let of = |value: &str| {
            Some(PartSpec::Column(ColumnPart {
                column: "class".into(),
                value: value.into(),
            }))
        };
        data.id = Some(["name", "class"].into());
        data.test = of("a");
        data.validation = of("b");
    });
    let dataset = case.load();
    let classes = |split: &Split| column(split, "class").into_iter().collect::<BTreeSet<_>>();
    assert_eq!(classes(&dataset.train), ["c".to_owned()].into());
    assert_eq!(
        classes(dataset.validation.as_ref().unwrap()),
        ["b".to_owned()].into()
    );
    assert_eq!(
        classes(dataset.test.as_ref().unwrap()),
        ["a".to_owned()].into()
    );
}

#[test]
fn the_latest_rows_are_tested_and_days_stay_together() {
    let case = case(140).data(|data| data.order_by = Some("day".into()));
    let dataset = case.load();
    let days = |split: &Split| column(split, "day").into_iter().collect::<BTreeSet<_>>();
    let train = days(&dataset.train);
    let validation = days(dataset.validation.as_ref().unwrap());
    let test = days(dataset.test.as_ref().unwrap());
    assert!(train.last() < validation.first() && validation.last() < test.first());
    // 28 days of five rows: 15 % is 4.2 days.
    assert_eq!((validation.len(), test.len()), (4, 4));
}

#[test]
fn files_may_be_lists_with_renamed_columns() {
    let case = case(30);
    case.write("more.csv", &table(30..50).replace(",y\n", ",old\n"));
    let case = case.data(|data| {
        let rename = [("old".to_owned(), "y".to_owned())].into();
        data.train = Files::Many(vec![
            FileSpec::Path("train.csv".into()),
            FileSpec::Renamed(Source {
                file: "more.csv".into(),
                rename,
            }),
        ]);
    });
    assert_eq!(part_of_each_name(&case.load()).len(), 50);
}

#[test]
fn a_seed_chooses_another_split() {
    let [a, b] = [0, 1].map(|seed| {
        let dataset = case(100).data(|data| data.split_seed = seed).load();
        part_of_each_name(&dataset)
    });
    assert_ne!(a, b);
}

#[test]
fn testing_on_training_rows_is_said() {
    let dataset = case(40)
        .data(|data| data.test = Some(PartSpec::Files("train.csv".into())))
        .load();
    let said = |dataset: &Dataset, words: &str| {
        dataset.warnings.iter().any(|warning| {
            warning.contains("of the test part are rows of another part too")
                && warning.contains(words)
        })
    };
    assert!(said(&dataset, "train.csv"));
    let copied = case(40).test(&table(0..40)).load();
    assert!(said(&copied, "test.csv"));
    let other = case(40).test(&table(40..60)).load();
    assert!(!said(&other, ""));
}

#[test]
fn groups_that_a_column_of_parts_divides_are_said() {
    let text = "g,part,x,y\na,train,1,0\na,test,2,1\nb,train,3,1\nb,train,4,0\nc,test,5,1\n";
    let case = Case::new(text, Kind::Regression, "y").data(|data| {
        data.split_by = Some("g".into());
        data.test = Some(PartSpec::Column(ColumnPart {
            column: "part".into(),
            value: "test".into(),
        }));
    });
    let warnings = case.load().warnings;
    let expected = "`split_by` cannot keep 1 group together, such as `a`";
    assert!(
        warnings.iter().any(|warning| warning.starts_with(expected)),
        "{warnings:?}"
    );
}

fn ways() -> [fn(&mut DataSpec); 4] {
    [
        |_| {},
        |data| data.split_by = Some("group".into()),
        |data| data.stratify_by = Some("class".into()),
        |data| data.calibration = Some(0.1),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn rows_added_later_move_no_other_row(
        rows in 60..140_usize, more in 1..60_usize, seed in any::<u64>(), way in 0..4_usize
    ) {
        let load = |rows: usize| {
            let case = case(rows).data(|data| data.split_seed = seed).data(ways()[way]);
            case.try_load().map(|dataset| part_of_each_name(&dataset))
        };
        // With few groups a part may stay empty, which is an error of its own.
        if let (Ok(before), Ok(after)) = (load(rows), load(rows + more)) {
            prop_assert_eq!(after.len(), rows + more);
            for (name, part) in before {
                prop_assert_eq!(after[&name], part);
            }
        }
    }

    #[test]
    fn groups_never_straddle_parts(rows in 60..300_usize, seed in any::<u64>()) {
        let case = case(rows).data(|data| {
            data.split_seed = seed;
            data.split_by = Some("group".into());
        });
        if let Ok(dataset) = case.try_load() {
            let mut part_of: BTreeMap<String, &str> = BTreeMap::new();
            for (part, split) in parts(&dataset) {
                for group in split.map_or(Vec::new(), |split| column(split, "group")) {
                    prop_assert_eq!(*part_of.entry(group).or_insert(part), part);
                }
            }
        }
    }

    #[test]
    fn a_split_is_complete_and_disjoint_and_a_function_of_its_seed(
        rows in 60..140_usize, seed in any::<u64>(), way in 0..4_usize
    ) {
        let case = case(rows).data(|data| data.split_seed = seed).data(ways()[way]);
        // With few groups a part may stay empty, which is an error of its own.
        if let Ok(dataset) = case.try_load() {
            let found = part_of_each_name(&dataset);
            prop_assert_eq!(found.len(), rows);
            prop_assert_eq!(part_of_each_name(&case.load()), found);
        }
    }

    #[test]
    fn every_class_has_its_share_of_each_part(rows in 60..300_usize, seed in any::<u64>()) {
        let case = case(rows).data(|data| {
            data.split_seed = seed;
            data.stratify_by = Some("class".into());
        });
        let dataset = case.load();
        let count = |split: &Split, class: &str| {
            column(split, "class").iter().filter(|found| *found == class).count()
        };
        for class in ["a", "b", "c"] {
            let of: Vec<usize> = parts(&dataset)
                .iter()
                .map(|(_, split)| split.map_or(0, |split| count(split, class)))
                .collect();
            let all: usize = of.iter().sum();
            for part in &of[1..3] {
                prop_assert!((*part as f64 - 0.15 * all as f64).abs() <= 5.0, "{of:?}");
            }
            prop_assert!(of[0] > 0);
        }
    }
}

#[test]
fn several_columns_may_make_a_group_and_stay_inputs_when_listed() {
    let case = case(80)
        .data(|data| {
            data.id = Some(["name", "day"].into());
            data.split_by = Some(["group", "class"].into());
        })
        .input(InputSpec {
            columns: Some(vec!["x".into(), "class".into()]),
            ..InputSpec::default()
        });
    let dataset = case.load();
    assert_eq!(dataset.preprocessing.category_names(), ["class"]);
    let unlisted = Case {
        inputs: Vec::new(),
        ..case
    };
    assert_eq!(
        unlisted.load().preprocessing.category_names(),
        Vec::<String>::new()
    );
}

#[test]
fn a_class_of_one_row_trains_where_the_split_is_stratified_by_its_task() {
    for seed in 0..10 {
        let mut text = String::from("x,class\n");
        for row in 0..60 {
            text += &format!("{row},{}\n", ["a", "b"][row % 2]);
        }
        text += "3,rare\n";
        let case = Case::new(&text, Kind::Multiclass, "class").data(|data| {
            data.split_seed = seed;
            data.stratify_by = Some("class".into());
            data.validation = None;
            data.test = None;
        });
        assert_eq!(case.load().vocabularies[0].names(), ["a", "b", "rare"]);
    }
}
