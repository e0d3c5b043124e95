//! Public data in `SYNAPTREE_DATA`, where that folder is given.

use std::path::Path;

use synaptree_data::{DataSpec, Dataset, Files, InputSpec, PartSpec, load};
use synaptree_tasks::{Kind, TaskSpec};

fn loaded(data: &DataSpec, inputs: &[InputSpec], tasks: &[TaskSpec]) -> Option<Dataset> {
    if std::env::var_os("SYNAPTREE_DATA").is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: SYNAPTREE_DATA is not set");
        }
        return None;
    }
    Some(load(data, inputs, tasks, Path::new("")).unwrap())
}

#[test]
fn the_zoo_is_split_evenly_and_every_type_trains() {
    let data = DataSpec {
        id: Some("animal name".into()),
        stratify_by: Some("type".into()),
        ..DataSpec::new("${SYNAPTREE_DATA}/zoo/zoo.data")
    };
    let tasks = [TaskSpec::new("type", Kind::Multiclass)];
    let Some(dataset) = loaded(&data, &[], &tasks) else {
        return;
    };
    assert_eq!(
        dataset.vocabularies[0].names(),
        ["1", "2", "3", "4", "5", "6", "7"]
    );
    assert_eq!(dataset.preprocessing.number_names().len(), 16);
    let test = dataset.test.unwrap().len();
    assert!(test.abs_diff(15) <= 4, "{test}");
}

#[test]
fn yeast_genes_have_numbers_with_gaps_and_a_label_graph() {
    let file = |part: &str| {
        format!("${{SYNAPTREE_DATA}}/hmc/datasets_GO/cellcycle_GO/cellcycle_GO.{part}.arff")
    };
    let data = DataSpec {
        test: Some(PartSpec::Files(Files::One(file("test")))),
        ..DataSpec::new(file("train").as_str())
    };
    let tasks = [TaskSpec {
        target: Some("class".into()),
        ..TaskSpec::new("f", Kind::Hierarchical)
    }];
    let plain = [InputSpec {
        missing_indicator: false,
        ..InputSpec::default()
    }];
    let Some(dataset) = loaded(&data, &plain, &tasks) else {
        return;
    };
    assert_eq!(dataset.train.features.number_width, 77);
    assert_eq!(dataset.train.len(), 1625);
    assert_eq!(dataset.vocabularies[0].len(), 4126);
}

#[test]
fn incomes_have_their_vocabularies() {
    let names = "age workclass fnlwgt education education_num marital_status occupation \
                 relationship race sex capital_gain capital_loss hours_per_week native_country \
                 income";
    let data = DataSpec {
        columns: Some(names.split_whitespace().map(str::to_owned).collect()),
        ..DataSpec::new("${SYNAPTREE_DATA}/adult/adult-train.csv")
    };
    let tasks = [
        TaskSpec {
            positive: Some(">50K".into()),
            ..TaskSpec::new("income", Kind::Binary)
        },
        TaskSpec::new("marital_status", Kind::Multiclass),
    ];
    let Some(dataset) = loaded(&data, &[], &tasks) else {
        return;
    };
    assert_eq!(dataset.vocabularies[0].names(), ["<=50K", ">50K"]);
    assert_eq!(dataset.vocabularies[1].len(), 7);
    let shape = dataset.preprocessing.table_shape();
    // The two sexes and `?` as missing workclass, occupation and country.
    assert_eq!((shape.numbers, shape.categories.len()), (6, 7));
    assert_eq!(
        dataset.train.len() + dataset.validation.unwrap().len() + dataset.test.unwrap().len(),
        32_561
    );
}
