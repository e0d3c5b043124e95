//! Which columns predictions have, and what stands in them.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::Schema;
use synaptree_model::{ModelError, Predictions, TaskPrediction};
use synaptree_tasks::{
    Distribution, Hierarchy, Kind, Labels, TaskSpec, TaskTree, Vocabulary, summarise_samples,
};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn no_ids(rows: usize) -> RecordBatch {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap()
}

/// The answers of one task after these samples (`asked` of them were asked for).
fn predictions(
    spec: TaskSpec,
    vocabulary: Vocabulary,
    train: Labels,
    samples: &[Vec<f32>],
    asked: u32,
) -> Predictions {
    let width = vocabulary.len();
    let samples: Vec<Vec<Distribution>> = samples
        .iter()
        .map(|values| {
            vec![Distribution {
                rows: values.len() / width,
                width,
                values: values.clone(),
                variance: None,
            }]
        })
        .collect();
    let kind = spec.kind;
    let tree = TaskTree::new(&[spec], vec![vocabulary], &[train]).unwrap();
    let uncertain = summarise_samples(&[kind], &samples, &[]).remove(0);
    let decision = tree.decide(std::slice::from_ref(&uncertain.mean)).remove(0);
    let rows = uncertain.mean.rows;
    Predictions {
        tasks: vec![TaskPrediction {
            task: tree.tasks()[0].clone(),
            decision,
            uncertain,
            region: None,
            answers: None,
        }],
        ids: no_ids(rows),
        samples: asked,
        used: None,
        basis: None,
    }
}

fn binary(samples: &[Vec<f32>], asked: u32) -> Predictions {
    predictions(
        TaskSpec::new("wet", Kind::Binary),
        Vocabulary::Classes(words(&["no", "yes"])),
        Labels::Classes(vec![0, 1]),
        samples,
        asked,
    )
}

fn columns(batch: &RecordBatch) -> Vec<String> {
    let schema = batch.schema();
    schema.fields().iter().map(|f| f.name().clone()).collect()
}

fn text(batch: &RecordBatch, column: &str) -> Vec<String> {
    let column = batch.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().flatten().map(ToOwned::to_owned).collect()
}

#[test]
fn labels_of_a_set_are_joined_by_the_separator_of_the_task() {
    let tags = |separator: Option<&str>| {
        let spec = TaskSpec {
            separator: separator.map(str::to_owned),
            ..TaskSpec::new("tags", Kind::Multilabel)
        };
        let train = Labels::Nodes {
            width: 2,
            values: vec![0, 1],
        };
        let names = Vocabulary::Labels(words(&["a", "b|c"]));
        let answers = predictions(spec, names, train, &[vec![0.9, 0.8, 0.1, 0.7]], 0);
        text(&answers.to_record_batch().unwrap(), "tags")
    };
    assert_eq!(tags(Some(";")), ["a;b|c", "b|c"]);
    assert_eq!(tags(None), ["a|b|c", "b|c"]);

    let place = |separator: Option<&str>| {
        let spec = TaskSpec {
            separator: separator.map(str::to_owned),
            ..TaskSpec::new("place", Kind::Hierarchical)
        };
        let nodes = Hierarchy::from_edges([("land", "hill"), ("land", "wood")]).unwrap();
        let train = Labels::Sets(vec![Some(vec![0]), Some(vec![0, 1])]);
        let answers = vec![0.9, 0.9, 0.6];
        let names = Vocabulary::Hierarchy(nodes);
        let answers = predictions(spec, names, train, &[answers], 0);
        text(&answers.to_record_batch().unwrap(), "place")
    };
    assert_eq!(place(Some(", ")), ["land, hill, wood"]);
    assert_eq!(place(None), ["land@hill@wood"]);
}

#[test]
fn without_samples_there_are_answers_and_probabilities_alone() {
    let batch = binary(&[vec![0.2, 0.8]], 0).to_record_batch().unwrap();
    assert_eq!(columns(&batch), ["wet", "wet.p"]);
}

#[test]
fn samples_bring_the_spread_and_the_parts_of_the_doubt() {
    let batch = binary(&[vec![1.0, 0.0], vec![0.0, 1.0]], 2)
        .to_record_batch()
        .unwrap();
    let names = ["std", "total", "aleatoric", "epistemic"].map(|part| format!("wet.{part}"));
    assert_eq!(columns(&batch)[2..], names);
    let ln2 = std::f32::consts::LN_2;
    for (name, expected) in names.iter().zip([0.5, ln2, 0.0, ln2]) {
        let column = batch.column_by_name(name).unwrap();
        assert_eq!(column.as_primitive::<Float32Type>().value(0), expected);
    }
}

#[test]
fn what_a_network_without_noise_cannot_say_is_null() {
    // Four samples were asked for; of a network without noise there is only one.
    let batch = binary(&[vec![0.5, 0.5]], 4).to_record_batch().unwrap();
    let nulls = |part: &str| {
        let column = batch.column_by_name(&format!("wet.{part}"));
        column.unwrap().null_count()
    };
    assert_eq!(["std", "epistemic"].map(nulls), [1, 1]);
    assert_eq!(["total", "aleatoric"].map(nulls), [0, 0]);
}

#[test]
fn every_node_and_every_column_has_parts_of_its_own() {
    let nodes = Hierarchy::from_edges([("land", "hill")]).unwrap();
    let batch = predictions(
        TaskSpec::new("place", Kind::Hierarchical),
        Vocabulary::Hierarchy(nodes),
        Labels::Sets(vec![Some(vec![0]), Some(vec![0, 1])]),
        &[vec![0.9, 0.2], vec![0.9, 0.4]],
        2,
    );
    let names = columns(&batch.to_record_batch().unwrap());
    assert_eq!(names[1..3], ["place.p.land", "place.p.hill"]);
    assert_eq!(names[3..5], ["place.std.land", "place.std.hill"]);
    assert_eq!(names[9..], ["place.epistemic.land", "place.epistemic.hill"]);

    let scale = Vocabulary::Real {
        columns: words(&["x", "y"]),
        mean: vec![0.0; 2],
        std: vec![1.0; 2],
    };
    let labels = Labels::Real {
        width: 2,
        values: vec![0.0, 1.0],
    };
    let spec = TaskSpec::new("at", Kind::Regression);
    let batch = predictions(spec, scale, labels, &[vec![1.0, 2.0], vec![3.0, 2.0]], 2);
    let batch = batch.to_record_batch().unwrap();
    assert_eq!(
        columns(&batch)[..4],
        ["at.x", "at.y", "at.std.x", "at.std.y"]
    );
    // Nobody said how large the residuals are, so only the network's own doubt is known.
    assert_eq!(batch.column_by_name("at.total.x").unwrap().null_count(), 1);
    let epistemic = batch.column_by_name("at.epistemic.x").unwrap();
    assert_eq!(epistemic.as_primitive::<Float32Type>().value(0), 1.0);
}

#[test]
fn two_columns_of_one_name_are_an_error_that_names_it() {
    let mut answers = binary(&[vec![0.2, 0.8]], 0);
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["rain"]));
    answers.ids = RecordBatch::try_from_iter([("wet.p", ids)]).unwrap();
    let error = answers.to_record_batch().unwrap_err();
    assert!(matches!(&error, ModelError::DuplicateColumn(name) if name == "wet.p"));
    assert!(error.is_input());
}
