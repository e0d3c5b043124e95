//! Every loss against values and gradients that `reference/losses.py` computed, and what missing
//! labels do to them.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use synaptree_tasks::{
    Hierarchy, Kind, Labels, LossChoice, LossSpec, Reduction, Target, TaskLoss, TaskSpec, TaskTree,
    Vocabulary,
};

const REFERENCE: &str = include_str!("reference/losses.json");

fn float(value: &Value) -> f32 {
    value.as_f64().map_or(f32::NAN, |number| number as f32)
}

fn table(value: &Value) -> (usize, usize, Vec<f32>) {
    let rows = value.as_array().unwrap();
    let flat = rows
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(float)
        .collect();
    (rows.len(), rows[0].as_array().unwrap().len(), flat)
}

fn labels(kind: Kind, value: &Value) -> Labels {
    let rows = value.as_array().unwrap();
    match kind {
        Kind::Binary | Kind::Multiclass | Kind::Ordinal => Labels::Classes(
            rows.iter()
                .map(|row| row.as_i64().unwrap() as i32)
                .collect(),
        ),
        Kind::Regression => {
            let (_, width, values) = table(value);
            Labels::Real { width, values }
        }
        Kind::Multilabel => {
            let (_, width, values) = table(value);
            Labels::Nodes {
                width,
                values: values.iter().map(|&value| value as u8).collect(),
            }
        }
        Kind::Hierarchical => Labels::Sets(
            rows.iter()
                .map(|row| {
                    let nodes = row.as_array()?.iter();
                    Some(nodes.map(|node| node.as_u64().unwrap() as u32).collect())
                })
                .collect(),
        ),
    }
}

fn vocabulary(reference: &Value, case: &Value, kind: Kind, columns: usize) -> Vocabulary {
    let names = |count: usize| (0..count).map(|index| format!("c{index}")).collect();
    let floats = |key: &str| {
        reference[key]
            .as_array()
            .unwrap()
            .iter()
            .map(float)
            .collect()
    };
    match kind {
        Kind::Binary => Vocabulary::Classes(names(2)),
        Kind::Multiclass | Kind::Ordinal => Vocabulary::Classes(names(columns)),
        Kind::Multilabel => Vocabulary::Labels(names(columns)),
        Kind::Regression if case["name"] == "kl_shares" => Vocabulary::Real {
            columns: names(3),
            mean: vec![0.5; 3],
            std: vec![2.0; 3],
        },
        Kind::Regression => Vocabulary::Real {
            columns: names(2),
            mean: floats("mean"),
            std: floats("std"),
        },
        Kind::Hierarchical => {
            let edges = reference["edges"].as_array().unwrap().iter();
            let edges = edges.map(|edge| (edge[0].as_str().unwrap(), edge[1].as_str().unwrap()));
            Vocabulary::Hierarchy(Hierarchy::from_edges(edges).unwrap())
        }
    }
}

/// The tree of one task, as a case of the reference describes it.
fn tree(reference: &Value, case: &Value) -> (TaskTree, Labels) {
    let kind: Kind = serde_json::from_value(case["kind"].clone()).unwrap();
    let loss: LossSpec = serde_json::from_value(case["loss"].clone()).unwrap();
    let columns = case["outputs"][0].as_array().unwrap().len();
    let vocabulary = vocabulary(reference, case, kind, columns);
    let order: Vec<String> = vocabulary.names().to_vec();
    let spec = TaskSpec {
        loss: Some(LossChoice::Settings(loss)),
        order: (kind == Kind::Ordinal).then_some(order),
        ..TaskSpec::new("task", kind)
    };
    let labels = labels(kind, &case["labels"]);
    let tree = TaskTree::new(&[spec], vec![vocabulary], std::slice::from_ref(&labels)).unwrap();
    (tree, labels)
}

/// Value and gradient of the loss of the only task.
fn value_and_gradient(
    tree: &TaskTree,
    labels: &Labels,
    row_weights: &[f32],
    outputs: (usize, usize, Vec<f32>),
) -> (f32, Vec<f32>) {
    let device = Device::flex().autodiff();
    let (rows, columns, values) = outputs;
    let outputs = Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &device);
    let outputs = outputs.require_grad();
    let target = Target::new(labels, &tree.tasks()[0], Some(row_weights), &device);
    let loss = tree
        .losses(std::slice::from_ref(&outputs), &[target])
        .remove(0)
        .unwrap();
    assert_eq!(
        loss.observed,
        labels.observed(),
        "every row with a label counts"
    );
    let gradients = loss.value.backward();
    let gradient = outputs
        .grad(&gradients)
        .unwrap()
        .into_data()
        .try_into_vec()
        .unwrap();
    (loss.value.into_scalar(), gradient)
}

#[test]
fn every_loss_has_the_value_and_gradient_of_its_definition() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let mut seen = BTreeMap::new();
    for case in reference["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let (tree, labels) = tree(&reference, case);
        let weights: Vec<f32> = case["row_weights"]
            .as_array()
            .unwrap()
            .iter()
            .map(float)
            .collect();
        let labels = if name == "kl_shares" {
            without_row(&labels, 1)
        } else {
            labels
        };
        let (value, gradient) =
            value_and_gradient(&tree, &labels, &weights, table(&case["outputs"]));
        let expected = float(&case["value"]);
        assert!(
            (value - expected).abs() < 2e-5 * (1.0 + expected.abs()),
            "{name}: {value}"
        );
        let expected: Vec<f32> = case["gradient"]
            .as_array()
            .unwrap()
            .iter()
            .map(float)
            .collect();
        assert_eq!(gradient.len(), expected.len(), "{name}");
        for (found, expected) in gradient.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 2e-5 * (1.0 + expected.abs()),
                "{name}: {found} is not {expected}"
            );
        }
        seen.insert(name.to_owned(), value);
    }
    assert_eq!(seen.len(), 23);
}

/// A row of shares with one gap is no distribution at all: as if nothing were observed.
fn without_row(labels: &Labels, row: usize) -> Labels {
    let mut labels = labels.clone();
    if let Labels::Real { width, values } = &mut labels {
        values[row * *width..(row + 1) * *width].fill(f32::NAN);
    }
    labels
}

#[test]
fn missing_labels_do_not_change_the_gradient() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let (tree, labels) = tree(&reference, case);
        let (rows, columns, values) = table(&case["outputs"]);
        let seen: Vec<usize> = (0..rows).filter(|&row| labels.is_observed(row)).collect();
        let weights = vec![1.0; rows];
        let (value, gradient) =
            value_and_gradient_of(&tree, &labels, &weights, (rows, columns, values.clone()));
        let fewer: Vec<f32> = seen
            .iter()
            .flat_map(|&row| values[row * columns..][..columns].to_vec())
            .collect();
        let (same, of_seen) = value_and_gradient_of(
            &tree,
            &labels.select(&seen),
            &weights[..seen.len()],
            (seen.len(), columns, fewer),
        );
        assert!((value - same).abs() < 1e-6, "{name}");
        for row in 0..rows {
            let found = &gradient[row * columns..][..columns];
            match seen.iter().position(|&other| other == row) {
                None => assert!(found.iter().all(|&g| g == 0.0), "{name}: row {row}"),
                Some(place) => {
                    for (a, b) in found.iter().zip(&of_seen[place * columns..][..columns]) {
                        assert!((a - b).abs() < 1e-6, "{name}: row {row}");
                    }
                }
            }
        }
    }
}

/// As [`value_and_gradient`], for labels some of which cannot be used.
fn value_and_gradient_of(
    tree: &TaskTree,
    labels: &Labels,
    weights: &[f32],
    outputs: (usize, usize, Vec<f32>),
) -> (f32, Vec<f32>) {
    let gap = |row: usize| match labels {
        Labels::Real { width, values } => values[row * width..][..*width]
            .iter()
            .any(|value| value.is_nan()),
        _ => false,
    };
    let shares = tree.tasks()[0].vocabulary.len() == 3;
    let usable = (0..labels.len()).fold(labels.clone(), |labels, row| {
        if shares && gap(row) {
            without_row(&labels, row)
        } else {
            labels
        }
    });
    value_and_gradient(tree, &usable, weights, outputs)
}

#[test]
fn a_batch_without_a_label_has_no_loss() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let device = Device::flex();
    for case in reference["cases"].as_array().unwrap() {
        let (tree, labels) = tree(&reference, case);
        let (rows, columns, values) = table(&case["outputs"]);
        let missing = match labels {
            Labels::Classes(classes) => Labels::Classes(vec![-1; classes.len()]),
            Labels::Real { width, values } => Labels::Real {
                width,
                values: vec![f32::NAN; values.len()],
            },
            Labels::Nodes { width, values } => Labels::Nodes {
                width,
                values: vec![2; values.len()],
            },
            Labels::Sets(sets) => Labels::Sets(vec![None; sets.len()]),
        };
        let nothing = Target::new(&missing, &tree.tasks()[0], None, &device);
        assert_eq!(nothing.observed(), 0);
        let outputs = Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &device);
        assert!(
            tree.losses(&[outputs], &[nothing])[0].is_none(),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn a_row_without_weight_counts_like_one_without_a_label() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let (tree, _) = tree(&reference, &reference["cases"][0]);
    let labels = Labels::Classes(vec![0, 1]);
    let outputs = vec![1.0, 2.0, 3.0, f32::INFINITY, 0.0, 0.0];
    let device = Device::flex();
    let target = Target::new(&labels, &tree.tasks()[0], Some(&[1.0, 0.0]), &device);
    let outputs = Tensor::<2>::from_data(TensorData::new(outputs, [2, 3]), &device);
    let loss = tree.losses(&[outputs], &[target]).remove(0).unwrap();
    assert_eq!(loss.observed, 1);
    assert!(loss.value.into_scalar::<f32>().is_finite());
}

#[test]
fn extreme_outputs_have_finite_losses_and_gradients() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let (tree, labels) = tree(&reference, case);
        let (rows, columns, values) = table(&case["outputs"]);
        for scale in [-300.0, 300.0] {
            let values = values.iter().map(|value| value * scale).collect();
            let (value, gradient) =
                value_and_gradient_of(&tree, &labels, &vec![1.0; rows], (rows, columns, values));
            assert!(value.is_finite(), "{}", case["name"]);
            assert!(gradient.iter().all(|g| g.is_finite()), "{}", case["name"]);
        }
    }
}

#[test]
fn balanced_weights_make_every_class_count_the_same() {
    let labels = Labels::Classes(vec![0, 0, 0, 1]);
    let loss = r#"{"kind":"cross_entropy","class_weights":"balanced"}"#;
    let spec = TaskSpec {
        loss: Some(LossChoice::Settings(serde_json::from_str(loss).unwrap())),
        ..TaskSpec::new("task", Kind::Multiclass)
    };
    let names = Vocabulary::Classes(vec!["a".into(), "b".into()]);
    let tree = TaskTree::new(&[spec], vec![names], std::slice::from_ref(&labels)).unwrap();
    let weights = tree.tasks()[0].class_weights.clone().unwrap();
    assert_eq!(weights, [4.0 / 6.0, 2.0]);
    assert_eq!(3.0 * weights[0], weights[1]);
}

/// One task, its labels and raw outputs for two rows of one batch and three of another.
fn two_batches(spec: TaskSpec, vocabulary: Vocabulary, labels: &Labels, outputs: &[f32]) {
    let device = Device::flex();
    let tree = TaskTree::new(&[spec], vec![vocabulary], std::slice::from_ref(labels)).unwrap();
    let columns = outputs.len() / labels.len();
    let loss = |rows: std::ops::Range<usize>| {
        let values = outputs[rows.start * columns..rows.end * columns].to_vec();
        let outputs =
            Tensor::<2>::from_data(TensorData::new(values, [rows.len(), columns]), &device);
        let labels = labels.select(&rows.collect::<Vec<_>>());
        let target = Target::new(&labels, &tree.tasks()[0], None, &device);
        tree.losses(&[outputs], &[target]).remove(0).unwrap()
    };
    let whole = loss(0..5);
    let parts = [loss(0..2), loss(2..5)];
    let sum: f64 = parts.iter().map(TaskLoss::sum).sum();
    let weight: f64 = parts.iter().map(|part| part.weight).sum();
    assert!((weight - whole.weight).abs() < 1e-6);
    assert!((sum - whole.sum()).abs() < 1e-5 * (1.0 + sum.abs()));
    if whole.reduction == Reduction::Mean {
        let mean = f64::from(whole.value.into_scalar::<f32>());
        assert!((sum / weight - mean).abs() < 1e-5 * (1.0 + mean));
    }
}

#[test]
fn the_loss_of_all_rows_follows_from_those_of_their_batches() {
    let numbers: Vec<f32> = (0..10).map(|i| 0.3 * i as f32 - 1.0).collect();
    let loss = |text: &str| Some(LossChoice::Settings(serde_json::from_str(text).unwrap()));
    let names = Vocabulary::Classes(vec!["a".into(), "b".into()]);
    let weighted = TaskSpec {
        loss: loss(r#"{"kind":"cross_entropy","class_weights":{"a":5.0}}"#),
        ..TaskSpec::new("task", Kind::Multiclass)
    };
    let labels = Labels::Classes(vec![0, 0, 1, -1, 1]);
    two_batches(weighted, names, &labels, &numbers);

    let gap = f32::NAN;
    let real = Labels::Real {
        width: 2,
        values: vec![1.0, gap, gap, 2.0, 3.0, 4.0, gap, 1.0, 2.0, 0.0],
    };
    for text in [
        r#"{"kind":"squared_error"}"#,
        r#"{"kind":"squared_error","reduction":"sum"}"#,
        r#"{"kind":"absolute_error","reduction":"sum"}"#,
    ] {
        let scale = Vocabulary::Real {
            columns: vec!["x".into(), "y".into()],
            mean: vec![0.0; 2],
            std: vec![1.0; 2],
        };
        let spec = TaskSpec {
            loss: loss(text),
            ..TaskSpec::new("task", Kind::Regression)
        };
        two_batches(spec, scale, &real, &numbers);
    }
}
