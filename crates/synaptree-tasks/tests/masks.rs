//! What is masked has no say: neither its label nor what the network answers there moves a loss.

use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use synaptree_tasks::{Hierarchy, Kind, Labels, Target, TaskSpec, TaskTree, Vocabulary};

const ROWS: usize = 5;

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn vocabulary(kind: Kind) -> Vocabulary {
    match kind {
        Kind::Binary => Vocabulary::Classes(words(&["no", "yes"])),
        Kind::Multiclass | Kind::Ordinal => Vocabulary::Classes(words(&["1", "2", "3"])),
        Kind::Multilabel => Vocabulary::Labels(words(&["x", "y"])),
        Kind::Hierarchical => Vocabulary::Hierarchy(Hierarchy::from_paths(["a/b", "c"]).unwrap()),
        Kind::Regression => Vocabulary::Real {
            columns: words(&["u", "v"]),
            mean: vec![3.0, -1.0],
            std: vec![2.0, 0.5],
        },
    }
}

/// Labels of rows from a number each; no number is a missing label.
fn labels(kind: Kind, numbers: &[Option<u8>]) -> Labels {
    let class = |classes: u8| {
        numbers
            .iter()
            .map(move |n| n.map_or(-1, |n| i32::from(n % classes)))
            .collect()
    };
    match kind {
        Kind::Binary => Labels::Classes(class(2)),
        Kind::Multiclass | Kind::Ordinal => Labels::Classes(class(3)),
        Kind::Multilabel => Labels::Nodes {
            width: 2,
            values: numbers
                .iter()
                .flat_map(|n| n.map_or([2, 2], |n| [n & 1, n >> 1 & 1]))
                .collect(),
        },
        Kind::Hierarchical => Labels::Sets(
            numbers
                .iter()
                .map(|n| {
                    n.map(|n| [vec![0, 1], vec![0, 1, 3], vec![0, 2]][usize::from(n % 3)].clone())
                })
                .collect(),
        ),
        Kind::Regression => Labels::Real {
            width: 2,
            values: numbers
                .iter()
                .flat_map(|n| n.map_or([f32::NAN; 2], |n| [f32::from(n) / 16.0, f32::from(n % 7)]))
                .collect(),
        },
    }
}

fn tree(kind: Kind) -> TaskTree {
    let every: Vec<Option<u8>> = (0..6).map(Some).collect();
    let mut spec = TaskSpec::new("task", kind);
    if kind == Kind::Ordinal {
        spec.order = Some(words(&["1", "2", "3"]));
    }
    TaskTree::new(&[spec], vec![vocabulary(kind)], &[labels(kind, &every)]).unwrap()
}

/// The bits of the loss and of its gradient; nothing where no label counts.
fn loss_and_gradient(
    tree: &TaskTree,
    labels: &Labels,
    weights: Option<&[f32]>,
    outputs: &[f32],
) -> Option<(u32, Vec<u32>)> {
    let device = Device::flex().autodiff();
    let shape = [ROWS, outputs.len() / ROWS];
    let outputs =
        Tensor::<2>::from_data(TensorData::new(outputs.to_vec(), shape), &device).require_grad();
    let target = Target::new(labels, &tree.tasks()[0], weights, &device);
    let loss = tree
        .losses(std::slice::from_ref(&outputs), &[target])
        .remove(0)?;
    let gradient: Vec<f32> = outputs
        .grad(&loss.value.backward())?
        .into_data()
        .try_into_vec()
        .ok()?;
    let bits = gradient.into_iter().map(|g| (g + 0.0).to_bits()).collect();
    Some((loss.value.into_scalar::<f32>().to_bits(), bits))
}

/// How many outputs are one for each row, and how many stand behind them that all rows share.
fn widths(tree: &TaskTree) -> (usize, usize) {
    let head = &tree.head_configs()[0];
    (head.outputs, head.thresholds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outputs_at_missing_labels_move_neither_loss_nor_gradient(
        kind in prop::sample::select(Kind::ALL.to_vec()),
        numbers in prop::collection::vec(prop::option::of(any::<u8>()), ROWS),
        outputs in prop::collection::vec(-4.0_f32..4.0, ROWS * 4),
        other in prop::collection::vec(-40.0_f32..40.0, ROWS * 4),
    ) {
        let tree = tree(kind);
        let (own, shared) = widths(&tree);
        let width = own + shared;
        let labels = labels(kind, &numbers);
        let outputs = &outputs[..ROWS * width];
        let kept = |cell: usize| numbers[cell / width].is_some() || cell % width >= own;
        let mixed: Vec<f32> =
            (0..ROWS * width).map(|cell| if kept(cell) { outputs[cell] } else { other[cell] }).collect();
        let before = loss_and_gradient(&tree, &labels, None, outputs);
        prop_assert_eq!(&before, &loss_and_gradient(&tree, &labels, None, &mixed));
        prop_assert_eq!(before.is_some(), numbers.iter().any(Option::is_some));
        for (cell, bits) in before.into_iter().flat_map(|(_, gradient)| gradient).enumerate() {
            prop_assert!(numbers[cell / width].is_some() || bits == 0, "row {} has a gradient", cell / width);
        }
    }

    #[test]
    fn labels_of_rows_without_weight_move_neither_loss_nor_gradient(
        kind in prop::sample::select(Kind::ALL.to_vec()),
        numbers in prop::collection::vec(any::<u8>(), ROWS),
        other in prop::collection::vec(prop::option::of(any::<u8>()), ROWS),
        weighted in prop::collection::vec(any::<bool>(), ROWS),
        outputs in prop::collection::vec(-4.0_f32..4.0, ROWS * 4),
    ) {
        let tree = tree(kind);
        let outputs = &outputs[..ROWS * (widths(&tree).0 + widths(&tree).1)];
        let weights: Vec<f32> = weighted.iter().map(|&there| f32::from(u8::from(there))).collect();
        let changed: Vec<Option<u8>> = (0..ROWS)
            .map(|row| if weighted[row] { Some(numbers[row]) } else { other[row] })
            .collect();
        let numbers: Vec<Option<u8>> = numbers.into_iter().map(Some).collect();
        let loss = |numbers: &[Option<u8>]| {
            loss_and_gradient(&tree, &labels(kind, numbers), Some(&weights), outputs)
        };
        prop_assert_eq!(loss(&numbers), loss(&changed));
    }

    #[test]
    fn standardised_targets_come_back_in_their_units(
        values in prop::collection::vec(-1e4_f32..1e4, ROWS * 2),
        mean in prop::array::uniform2(-1e3_f32..1e3), std in prop::array::uniform2(1e-2_f32..1e3),
    ) {
        let vocabulary = Vocabulary::Real {
            columns: words(&["u", "v"]),
            mean: mean.to_vec(),
            std: std.to_vec(),
        };
        let labels = Labels::Real { width: 2, values: values.clone() };
        let spec = TaskSpec::new("task", Kind::Regression);
        let tree = TaskTree::new(&[spec], vec![vocabulary], std::slice::from_ref(&labels)).unwrap();
        let standard: Vec<f32> = (0..ROWS * 2).map(|cell| (values[cell] - mean[cell % 2]) / std[cell % 2]).collect();
        let device = Device::flex();
        let outputs = Tensor::<2>::from_data(TensorData::new(standard.clone(), [ROWS, 2]), &device);
        let target = Target::new(&labels, &tree.tasks()[0], None, &device);
        let loss = tree.losses(std::slice::from_ref(&outputs), &[target]).remove(0).unwrap();
        let size = standard.iter().fold(1.0_f32, |most, z| most.max(z.abs()));
        prop_assert!(loss.value.into_scalar::<f32>().abs() <= 1e-9 * size * size);
        let found = &tree.distributions(&[outputs])[0];
        for (cell, (&found, &value)) in found.values.iter().zip(&values).enumerate() {
            let scale = value.abs().max(mean[cell % 2].abs()).max(std[cell % 2]);
            prop_assert!((found - value).abs() <= 1e-5 * scale, "{found} is not {value}");
        }
    }
}
