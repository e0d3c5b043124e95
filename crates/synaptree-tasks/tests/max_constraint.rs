//! The max-constraint against its definition on all pairs of nodes.

use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use synaptree_tasks::{
    Decision, Hierarchy, Kind, Labels, Target, TaskSpec, TaskTree, Vocabulary,
    loss::max_constraint_logits,
};

/// A DAG over at least two nodes: every node but the first has one to three parents before it.
fn dag() -> impl Strategy<Value = Vec<Vec<usize>>> {
    (2_usize..20).prop_flat_map(|nodes| {
        let parents: Vec<_> = (1..nodes)
            .map(|node| proptest::collection::vec(0..node, 1..=3))
            .collect();
        parents
    })
}

fn hierarchy(parents: &[Vec<usize>]) -> Hierarchy {
    let name = |node: usize| format!("n{node:04}");
    Hierarchy::from_edges(parents.iter().enumerate().flat_map(|(child, list)| {
        list.iter()
            .map(move |&parent| (name(parent), name(child + 1)))
    }))
    .unwrap()
}

/// Whether `below[a][b]`: `b` is a descendant of `a`, or `a` itself.
fn below(hierarchy: &Hierarchy) -> Vec<Vec<bool>> {
    let nodes = hierarchy.len();
    let mut below = vec![vec![false; nodes]; nodes];
    #[expect(clippy::needless_range_loop, reason = "rows and columns are written")]
    for node in 0..hierarchy.len() {
        let mut above = vec![node as u32];
        hierarchy.close_upward(&mut above);
        for ancestor in above {
            below[ancestor as usize][node] = true;
        }
    }
    below
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Loss and gradient by the definition, `O(nodes²)`.
fn by_definition(
    logits: &[f32],
    sets: &[Option<Vec<u32>>],
    below: &[Vec<bool>],
) -> (f64, Vec<f64>) {
    let nodes = below.len();
    let observed = sets.iter().flatten().count();
    let scale = 1.0 / (observed * nodes) as f64;
    let (mut loss, mut gradient) = (0.0, vec![0.0; logits.len()]);
    for (row, set) in sets.iter().enumerate() {
        let Some(set) = set else { continue };
        let h = &logits[row * nodes..(row + 1) * nodes];
        let holds = |node: usize| set.contains(&(node as u32));
        for (a, below) in below.iter().enumerate() {
            let candidates = (0..nodes).filter(|&b| below[b] && (!holds(a) || holds(b)));
            let winner = candidates.max_by(|&b, &c| h[b].total_cmp(&h[c])).unwrap();
            let x = f64::from(h[winner]);
            if holds(a) {
                loss -= scale * sigmoid(x).ln();
                gradient[row * nodes + winner] -= scale * sigmoid(-x);
            } else {
                loss -= scale * sigmoid(-x).ln();
                gradient[row * nodes + winner] += scale * sigmoid(x);
            }
        }
    }
    (loss, gradient)
}

fn tree(hierarchy: Hierarchy, sets: &[Option<Vec<u32>>]) -> (TaskTree, Labels) {
    let labels = Labels::Sets(sets.to_vec());
    let spec = TaskSpec::new("nodes", Kind::Hierarchical);
    let vocabulary = vec![Vocabulary::Hierarchy(hierarchy)];
    let tree = TaskTree::new(&[spec], vocabulary, std::slice::from_ref(&labels)).unwrap();
    (tree, labels)
}

fn loss_and_gradient(tree: &TaskTree, labels: &Labels, logits: &[f32]) -> (f64, Vec<f32>) {
    let device = Device::flex().autodiff();
    let shape = [labels.len(), logits.len() / labels.len()];
    let outputs = Tensor::<2>::from_data(TensorData::new(logits.to_vec(), shape), &device);
    let outputs = outputs.require_grad();
    let target = Target::new(labels, &tree.tasks()[0], None, &device);
    let loss = tree
        .losses(std::slice::from_ref(&outputs), &[target])
        .remove(0)
        .unwrap();
    let gradients = loss.value.backward();
    let gradient = outputs
        .grad(&gradients)
        .unwrap()
        .into_data()
        .try_into_vec()
        .unwrap();
    (f64::from(loss.value.into_scalar::<f32>()), gradient)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn loss_and_gradient_are_those_of_the_definition(
        parents in dag(),
        seed in proptest::collection::vec(-4.0_f32..4.0, 60),
        chosen in proptest::collection::vec(proptest::option::weighted(0.8, 0_u32..20), 3),
    ) {
        let hierarchy = hierarchy(&parents);
        let nodes = hierarchy.len();
        prop_assume!(chosen.iter().any(Option::is_some));
        let sets: Vec<Option<Vec<u32>>> = chosen
            .iter()
            .map(|node| {
                node.map(|node| {
                    let mut set = vec![node % nodes as u32];
                    hierarchy.close_upward(&mut set);
                    set
                })
            })
            .collect();
        let logits = &seed[..3 * nodes];
        let below = below(&hierarchy);
        let (tree, labels) = tree(hierarchy, &sets);
        let (loss, gradient) = loss_and_gradient(&tree, &labels, logits);
        let (expected, expected_gradient) = by_definition(logits, &sets, &below);
        prop_assert!((loss - expected).abs() < 1e-5, "{loss} is not {expected}");
        for (found, expected) in gradient.iter().zip(&expected_gradient) {
            prop_assert!((f64::from(*found) - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn no_parent_is_less_probable_than_its_child_and_decisions_are_closed(
        parents in dag(),
        seed in proptest::collection::vec(-4.0_f32..4.0, 60),
        threshold in 0.0..1.0,
    ) {
        let hierarchy = hierarchy(&parents);
        let nodes = hierarchy.len();
        let labels = Labels::Sets(vec![None; 3]);
        let spec = TaskSpec {
            threshold: Some(threshold),
            ..TaskSpec::new("nodes", Kind::Hierarchical)
        };
        let vocabulary = vec![Vocabulary::Hierarchy(hierarchy.clone())];
        let tree = TaskTree::new(&[spec], vocabulary, &[labels]).unwrap();
        let outputs = TensorData::new(seed[..3 * nodes].to_vec(), [3, nodes]);
        let distributions =
            tree.distributions(&[Tensor::from_data(outputs, &Device::flex())]);
        let Decision::Nodes { values, .. } = &tree.decide(&distributions)[0] else {
            panic!("a hierarchical task decides nodes");
        };
        for row in 0..3 {
            let p = distributions[0].row(row);
            let decided = &values[row * nodes..(row + 1) * nodes];
            for child in 0..nodes {
                for &parent in hierarchy.parents(child) {
                    prop_assert!(p[parent as usize] >= p[child]);
                    prop_assert!(decided[parent as usize] || !decided[child]);
                }
                prop_assert_eq!(decided[child], f64::from(p[child]) >= threshold);
            }
        }
    }

    #[test]
    fn raised_logits_are_the_largest_below(
        parents in dag(),
        seed in proptest::collection::vec(-4.0_f32..4.0, 20),
    ) {
        let hierarchy = hierarchy(&parents);
        let nodes = hierarchy.len();
        let logits = TensorData::new(seed[..nodes].to_vec(), [1, nodes]);
        let raised: Vec<f32> =
            max_constraint_logits(Tensor::from_data(logits, &Device::flex()), &hierarchy)
                .into_data()
                .try_into_vec()
                .unwrap();
        for (a, below) in below(&hierarchy).iter().enumerate() {
            let largest = (0..nodes).filter(|&b| below[b]).map(|b| seed[b]).fold(f32::MIN, f32::max);
            prop_assert_eq!(raised[a], largest);
        }
    }
}

/// As large as the Gene Ontology part of the hierarchical benchmarks; a tensor over all pairs of
/// nodes and all rows would take 4 GB.
#[test]
fn a_large_ontology_is_no_trouble() {
    let (nodes, rows) = (4126, 64);
    let mix = |x: usize| x.wrapping_mul(2_654_435_761) % 1_000_003;
    let parents: Vec<Vec<usize>> = (1..nodes)
        .map(|node| {
            let mut list = vec![mix(node) % node];
            if node % 5 < 2 {
                list.push(mix(node + 7) % node);
            }
            list
        })
        .collect();
    let hierarchy = hierarchy(&parents);
    assert!(hierarchy.sweep().len() > 5500);
    let logits: Vec<f32> = (0..rows * nodes)
        .map(|index| mix(index) as f32 / 200_000.0 - 2.5)
        .collect();
    let sets: Vec<Option<Vec<u32>>> = (0..rows)
        .map(|row| {
            let mut set = vec![(mix(row + 3) % nodes) as u32];
            hierarchy.close_upward(&mut set);
            Some(set)
        })
        .collect();
    let (few, sets_of_few) = (&logits[..2 * nodes], &sets[..2]);
    let below = below(&hierarchy);
    let (whole, labels) = tree(hierarchy.clone(), &sets);
    let (_, gradient) = loss_and_gradient(&whole, &labels, &logits);
    assert!(gradient.iter().all(|g| g.is_finite()));
    let (part, labels) = tree(hierarchy, sets_of_few);
    let (loss, gradient) = loss_and_gradient(&part, &labels, few);
    let (expected, expected_gradient) = by_definition(few, sets_of_few, &below);
    assert!((loss - expected).abs() < 1e-4);
    // Ties among the few distinct values may go to either of two equal winners: compare sums.
    let sum: f64 = gradient.iter().map(|&g| f64::from(g)).sum();
    assert!((sum - expected_gradient.iter().sum::<f64>()).abs() < 1e-4);
}
