//! Tasks joined by `refines` are one distribution: learned, filled, trained and decided as one.

mod decoding;

use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use synaptree_tasks::{
    Decision, Decode, Distribution, Kind, Labels, LossChoice, OneOrMany, Role, Target, TaskError,
    TaskSpec, TaskTree, Vocabulary,
};

fn names(count: usize) -> Vocabulary {
    Vocabulary::Classes((0..count).map(|class| class.to_string()).collect())
}

fn task(name: &str, kind: Kind, refines: &[&str]) -> TaskSpec {
    let words = refines.iter().map(|&word| word.to_owned()).collect();
    TaskSpec {
        refines: (!refines.is_empty()).then_some(OneOrMany::Many(words)),
        ..TaskSpec::new(name, kind)
    }
}

/// A group of tasks: sizes of the vocabularies and, for every class of the finest task `tasks[of]`,
/// the classes of all tasks.
struct Group {
    specs: Vec<TaskSpec>,
    sizes: Vec<usize>,
    /// Rows that pair up every class with those it belongs to.
    rows: Vec<Vec<i32>>,
}

impl Group {
    /// mammal ← class ← species: a chain of a binary, an ordinal and a multiclass task.
    fn chain() -> Self {
        let class = |species: i32| [0, 0, 1, 2, 2, 1][species as usize];
        let mammal = |species: i32| i32::from(class(species) == 2);
        Self {
            specs: vec![
                task("mammal", Kind::Binary, &[]),
                task("class", Kind::Ordinal, &["mammal"]),
                task("species", Kind::Multiclass, &["class"]),
            ],
            sizes: vec![2, 3, 6],
            rows: (0..6)
                .map(|species| vec![mammal(species), class(species), species])
                .collect(),
        }
    }

    /// Two coarse tasks, one of them refined itself, below a finest one; another task hangs below
    /// a coarse one, and the finest task is declared first.
    fn lattice() -> Self {
        let rows = (0..6)
            .flat_map(|fine| {
                let (diet, order) = (fine % 2, fine / 2);
                let top = i32::from(order == 2);
                // `stage` has two classes for every order.
                (0..2).map(move |half| vec![fine, diet, order, top, 2 * order + half])
            })
            .collect();
        Self {
            specs: vec![
                task("species", Kind::Multiclass, &["diet", "order"]),
                task("diet", Kind::Binary, &[]),
                task("order", Kind::Multiclass, &["top"]),
                task("top", Kind::Binary, &[]),
                task("stage", Kind::Multiclass, &["order"]),
            ],
            sizes: vec![6, 2, 3, 2, 6],
            rows,
        }
    }

    fn labels(&self, rows: &[Vec<i32>]) -> Vec<Labels> {
        (0..self.specs.len())
            .map(|task| Labels::Classes(rows.iter().map(|row| row[task]).collect()))
            .collect()
    }

    fn tree(&self) -> TaskTree {
        let vocabularies = self.sizes.iter().map(|&size| names(size)).collect();
        TaskTree::new(&self.specs, vocabularies, &self.labels(&self.rows)).unwrap()
    }
}

/// Raw outputs in head order for some rows.
fn outputs(tree: &TaskTree, rows: usize, seed: &[f32], device: &Device) -> Vec<Tensor<2>> {
    let mut next = seed.iter().copied().cycle();
    tree.head_configs()
        .iter()
        .map(|head| {
            let width = head.outputs + head.thresholds;
            let values = next.by_ref().take(rows * width).collect();
            Tensor::from_data(TensorData::new(values, [rows, width]), device)
        })
        .collect()
}

fn targets(tree: &TaskTree, labels: &[Labels], device: &Device) -> Vec<Target> {
    tree.tasks()
        .iter()
        .zip(labels)
        .map(|(task, labels)| Target::new(labels, task, None, device))
        .collect()
}

fn losses(tree: &TaskTree, outputs: &[Tensor<2>], labels: &[Labels]) -> Vec<Option<f32>> {
    tree.losses(outputs, &targets(tree, labels, &outputs[0].device()))
        .into_iter()
        .map(|loss| loss.map(|loss| loss.value.into_scalar()))
        .collect()
}

fn classes(decision: &Decision) -> &[u32] {
    match decision {
        Decision::Classes(classes) => classes,
        other => panic!("no classes: {other:?}"),
    }
}

/// Every probability of a coarse class is the sum over its fine classes; decisions follow the map.
fn assert_coherent(tree: &TaskTree, distributions: &[Distribution]) {
    let decisions = tree.decide(distributions);
    for (fine, task) in tree.tasks().iter().enumerate() {
        for refinement in &task.refines {
            for row in 0..distributions[fine].rows {
                let mut sums = vec![0.0; distributions[refinement.coarse].width];
                for (p, &class) in distributions[fine].row(row).iter().zip(&refinement.map) {
                    sums[class as usize] += p;
                }
                for (sum, p) in sums.iter().zip(distributions[refinement.coarse].row(row)) {
                    assert!((sum - p).abs() < 1e-6, "{}: {sum} is not {p}", task.name);
                }
                let decided = classes(&decisions[fine])[row] as usize;
                let coarse = classes(&decisions[refinement.coarse])[row];
                assert_eq!(refinement.map[decided], coarse, "{}", task.name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn probabilities_add_up_and_decisions_never_contradict(
        seed in proptest::collection::vec(-5.0_f32..5.0, 97),
        top_down in proptest::collection::vec(any::<bool>(), 5),
    ) {
        for mut group in [Group::chain(), Group::lattice()] {
            for (index, spec) in group.specs.iter_mut().enumerate() {
                // What a finer task decides has no say of its own.
                if spec.refines.is_some() && spec.name != "order" && top_down[index] {
                    spec.decode = Some(Decode::TopDown);
                }
            }
            let tree = group.tree();
            let distributions = tree.distributions(&outputs(&tree, 4, &seed, &Device::flex()));
            for distribution in &distributions {
                for row in 0..4 {
                    let sum: f32 = distribution.row(row).iter().sum();
                    prop_assert!((sum - 1.0).abs() < 1e-5);
                }
            }
            assert_coherent(&tree, &distributions);
        }
    }

    #[test]
    fn the_joint_likelihood_is_counted_once(
        seed in proptest::collection::vec(-3.0_f32..3.0, 97),
        which in 0_usize..6,
    ) {
        for (group, finest) in [(Group::chain(), 2), (Group::lattice(), 0)] {
            let tree = group.tree();
            let outputs = outputs(&tree, 1, &seed, &Device::flex());
            let mut row = group.rows[which * group.rows.len() / 6].clone();
            row.truncate(4);
            row.resize(group.specs.len(), -1);
            let found: f32 =
                losses(&tree, &outputs, &group.labels(&[row.clone()])).iter().flatten().sum();
            let p = tree.distributions(&outputs)[finest].row(0)[row[finest] as usize];
            prop_assert!((found + p.ln()).abs() < 1e-4, "{found} is not {}", -p.ln());
        }
    }

    #[test]
    fn the_joint_decision_is_the_most_probable_finest_value(
        seed in proptest::collection::vec(-3.0_f32..3.0, 97),
    ) {
        let tree = Group::chain().tree();
        let distributions = tree.distributions(&outputs(&tree, 1, &seed, &Device::flex()));
        let p = distributions[2].row(0);
        let decided = classes(&tree.decide(&distributions)[2])[0] as usize;
        prop_assert!(p.iter().all(|&other| other <= p[decided] * (1.0 + 1e-6)));
    }
}

#[test]
fn each_loss_is_minus_the_logarithm_of_its_conditional_probability() {
    let tree = Group::lattice().tree();
    let seed: Vec<f32> = (0..40).map(|i| (i * 37 % 19) as f32 / 6.0 - 1.5).collect();
    let outputs = outputs(&tree, 1, &seed, &Device::flex());
    let p = tree.distributions(&outputs);
    let labels = |row: [i32; 5]| row.map(|class| Labels::Classes(vec![class]));
    let close = |found: Option<f32>, expected: f32| {
        assert!(
            (found.unwrap() + expected.ln()).abs() < 1e-4,
            "{found:?}, {}",
            -expected.ln()
        );
    };
    // `order` alone trains the probability of `order`.
    let alone = losses(&tree, &outputs, &labels([-1, -1, 1, -1, -1]));
    close(alone[2], p[2].row(0)[1]);
    assert!(alone[0].is_none() && alone[1].is_none() && alone[3].is_none());
    // `diet` comes before `top` and `order` (the order of the file among equals).
    let found = losses(&tree, &outputs, &labels([3, 1, 1, 0, 2]));
    close(found[1], p[1].row(0)[1]);
    let both = p[0].row(0)[1] + p[0].row(0)[3];
    close(found[3], both / p[1].row(0)[1]);
    close(found[2], p[0].row(0)[3] / both);
    close(found[0], 1.0);
    // `stage` hangs below `order`.
    close(found[4], p[4].row(0)[2] / p[2].row(0)[1]);
}

#[test]
fn a_coarse_label_alone_does_not_move_the_fine_head() {
    let tree = Group::chain().tree();
    let device = Device::flex().autodiff();
    let seed = [0.5, -1.0, 2.0, 0.3];
    let outputs: Vec<Tensor<2>> = outputs(&tree, 2, &seed, &device)
        .into_iter()
        .map(Tensor::require_grad)
        .collect();
    let labels = [vec![1, 0], vec![-1, -1], vec![-1, -1]].map(Labels::Classes);
    let found = tree.losses(&outputs, &targets(&tree, &labels, &device));
    assert_eq!(found.iter().flatten().count(), 1);
    let gradients = found[0].as_ref().unwrap().value.backward();
    assert!(outputs[0].grad(&gradients).is_some());
    assert!(outputs[1].grad(&gradients).is_none() && outputs[2].grad(&gradients).is_none());
}

#[test]
fn every_head_of_a_joint_group_is_trained() {
    let tree = Group::lattice().tree();
    let device = Device::flex().autodiff();
    let outputs: Vec<Tensor<2>> = outputs(&tree, 1, &[0.5, -1.0, 2.0], &device)
        .into_iter()
        .map(Tensor::require_grad)
        .collect();
    let labels = [3, 1, 1, 0, 2].map(|class| Labels::Classes(vec![class]));
    let found = tree.losses(&outputs, &targets(&tree, &labels, &device));
    let total = found
        .into_iter()
        .flatten()
        .map(|loss| loss.value)
        .reduce(|a, b| a + b)
        .unwrap();
    let gradients = total.backward();
    for (output, &task) in outputs.iter().zip(tree.order()) {
        let gradient = output
            .grad(&gradients)
            .unwrap()
            .abs()
            .sum()
            .into_scalar::<f32>();
        assert!(gradient > 1e-4, "{}", tree.tasks()[task].name);
    }
}

#[test]
fn the_place_of_every_task_is_found() {
    let chain = Group::chain().tree();
    assert_eq!(chain.tasks()[0].role, Role::Free);
    assert!(matches!(&chain.tasks()[2].role, Role::Conditional(r) if r.map == [0, 0, 1, 2, 2, 1]));
    let lattice = Group::lattice().tree();
    let Role::Finest(above) = &lattice.tasks()[0].role else {
        panic!("species is finest")
    };
    let tops: Vec<(usize, &[u32])> = above.iter().map(|r| (r.coarse, r.map.as_slice())).collect();
    assert_eq!(
        tops,
        [
            (1, &[0, 1, 0, 1, 0, 1][..]),
            (3, &[0, 0, 0, 0, 1, 1][..]),
            (2, &[0, 0, 1, 1, 2, 2][..])
        ]
    );
    assert_eq!(lattice.tasks()[2].role, Role::Marginal { finest: 0 });
    let heads = lattice.head_configs();
    assert_eq!(heads[0].name, "diet");
    let species = heads.iter().find(|head| head.name == "species").unwrap();
    assert_eq!(species.parents.len(), 2);
    assert!(species.parents.iter().all(|&parent| parent < 4));
}

#[test]
fn a_tree_that_was_saved_is_the_same_tree() {
    let tree = Group::lattice().tree();
    let text = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<TaskTree>(&text).unwrap(), tree);
}

#[test]
fn a_saved_tree_that_does_not_fit_together_is_refused() {
    let damages: [(&str, serde_json::Value, &str); 8] = [
        ("/order", serde_json::json!([0, 1, 1]), "order"),
        ("/order", serde_json::json!([2, 1, 0]), "parents"),
        ("/tasks/0/kind", "regression".into(), "answers"),
        ("/tasks/1/thresholds", 5.into(), "outputs"),
        (
            "/tasks/1/class_weights",
            serde_json::json!([1.0]),
            "class weights",
        ),
        ("/tasks/1/parents", serde_json::json!([7]), "parents"),
        ("/tasks/2/refines/0/map/0", 9.into(), "refined"),
        ("/tasks/2/role/Conditional/coarse", 9.into(), "refined"),
    ];
    let whole = serde_json::to_value(Group::chain().tree()).unwrap();
    for (place, value, told) in damages {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(place).unwrap() = value;
        let error = serde_json::from_value::<TaskTree>(damaged)
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{place}: {error}");
    }
}

#[test]
fn fine_labels_fill_in_coarse_ones_through_the_whole_chain() {
    let tree = Group::chain().tree();
    let mut labels = [vec![-1, -1, 0], vec![-1, 2, -1], vec![4, -1, -1]].map(Labels::Classes);
    assert_eq!(tree.fill(&mut labels), Ok(3));
    assert_eq!(labels[0], Labels::Classes(vec![1, 1, 0]));
    assert_eq!(labels[1], Labels::Classes(vec![2, 2, -1]));
    assert_eq!(tree.fill(&mut labels), Ok(0));
}

#[test]
fn a_coarse_label_that_disagrees_is_an_error_that_names_row_and_values() {
    let tree = Group::chain().tree();
    let mut labels = [vec![-1, 0], vec![0, -1], vec![0, 4]].map(Labels::Classes);
    let error = tree.fill(&mut labels).unwrap_err();
    assert!(matches!(&error, TaskError::Contradiction { rows, .. } if rows == &[1]));
    let text = error.to_string();
    assert!(
        text.contains("row 1 has class = \"2\" with mammal = \"0\", elsewhere \"1\""),
        "{text}"
    );
}

fn pair(fine: &[i32], coarse: &[i32]) -> Result<TaskTree, TaskError> {
    let specs = [
        task("coarse", Kind::Binary, &[]),
        task("fine", Kind::Multiclass, &["coarse"]),
    ];
    let train = [coarse, fine].map(|classes| Labels::Classes(classes.to_vec()));
    TaskTree::new(&specs, vec![names(2), names(3)], &train)
}

#[test]
fn training_rows_that_contradict_are_named() {
    let error = pair(&[0, 0, 0, 1, 2], &[0, 0, 1, 1, 0]).unwrap_err();
    assert!(
        matches!(&error, TaskError::Contradiction { rows, .. } if rows == &[2]),
        "{error}"
    );
    assert!(error.to_string().contains("1 row contradict"), "{error}");
}

#[test]
fn a_fine_class_never_seen_with_a_coarse_label_is_named() {
    let error = pair(&[0, 1, 2], &[0, 1, -1]).unwrap_err();
    assert!(matches!(&error, TaskError::NeverTogether { class, .. } if class == "2"));
}

#[test]
fn a_coarse_class_without_a_fine_one_is_named() {
    let error = pair(&[0, 1, 2, -1], &[0, 0, 0, 1]).unwrap_err();
    assert!(matches!(&error, TaskError::NoFineClass { class, .. } if class == "1"));
}

#[test]
fn two_ways_to_one_coarse_task_must_agree() {
    let specs = [
        task("top", Kind::Binary, &[]),
        task("a", Kind::Multiclass, &["top"]),
        task("b", Kind::Multiclass, &["top"]),
        task("fine", Kind::Multiclass, &["a", "b"]),
    ];
    let sizes = vec![names(2), names(2), names(2), names(4)];
    // The rows that teach a → top and b → top never carry the fine label.
    let train = [
        vec![0, 1, 0, 1, -1, -1, -1, -1],
        vec![0, 1, -1, -1, 0, 0, 1, 1],
        vec![-1, -1, 0, 1, 0, 1, 0, 1],
        vec![-1, -1, -1, -1, 0, 1, 2, 3],
    ]
    .map(Labels::Classes);
    let error = TaskTree::new(&specs, sizes, &train).unwrap_err();
    assert!(
        matches!(&error, TaskError::TwoWays { class, .. } if class == "1"),
        "{error}"
    );
}

#[test]
fn balanced_weights_count_the_labels_that_follow_from_others() {
    let balanced = r#"{"kind":"binary_cross_entropy","class_weights":"balanced"}"#;
    let mammal = TaskSpec {
        loss: Some(LossChoice::Settings(
            serde_json::from_str(balanced).unwrap(),
        )),
        ..task("mammal", Kind::Binary, &[])
    };
    let specs = [mammal, task("species", Kind::Multiclass, &["mammal"])];
    // Only the first two rows say what they are; the species of the others tells.
    let train = [
        Labels::Classes(vec![0, 1, -1, -1, -1]),
        Labels::Classes(vec![0, 1, 1, 1, 1]),
    ];
    let tree = TaskTree::new(&specs, vec![names(2), names(2)], &train).unwrap();
    let weights = tree.tasks()[0].class_weights.clone().unwrap();
    assert_eq!(weights, [5.0 / 2.0, 5.0 / 8.0]);
}

#[test]
fn label_sets_of_different_lengths_are_an_error() {
    let tree = Group::chain().tree();
    let mut labels = [
        Labels::Classes(vec![1]),
        Labels::Classes(vec![2, 2]),
        Labels::Classes(vec![3, 3]),
    ];
    let error = tree.fill(&mut labels).unwrap_err();
    assert!(matches!(
        error,
        TaskError::Rows {
            expected: 1,
            got: 2,
            ..
        }
    ));
}
