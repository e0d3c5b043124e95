//! What a task tree refuses, and what raw outputs of single tasks mean.

use burn::tensor::{Device, Tensor, TensorData};
use synaptree_nn::EdgeKind;
use synaptree_tasks::{
    ClassWeights, Decision, Distribution, Hierarchy, Kind, Labels, LossChoice, LossName, LossSpec,
    Target, TaskError, TaskSpec, TaskTree, Vocabulary,
};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn classes(names: &[&str]) -> Vocabulary {
    Vocabulary::Classes(words(names))
}

fn one(spec: TaskSpec, vocabulary: Vocabulary, labels: Labels) -> Result<TaskTree, TaskError> {
    TaskTree::new(&[spec], vec![vocabulary], &[labels])
}

fn with_loss(kind: Kind, loss: LossName) -> TaskSpec {
    TaskSpec {
        loss: Some(LossChoice::Name(loss)),
        ..TaskSpec::new("t", kind)
    }
}

fn tensor(rows: usize, values: &[f32]) -> Tensor<2> {
    let shape = [rows, values.len() / rows];
    Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
}

#[test]
fn mistakes_of_the_specification_are_errors() {
    let spec = TaskSpec {
        parent: Some("x".into()),
        ..TaskSpec::new("t", Kind::Binary)
    };
    let error = one(spec, classes(&["a", "b"]), Labels::Classes(vec![0, 1])).unwrap_err();
    assert!(matches!(&error, TaskError::Invalid { path, .. } if path == "tasks[0].parent"));
}

#[test]
fn vocabularies_that_do_not_fit_are_errors() {
    let none = || Labels::Classes(vec![-1]);
    let binary = || TaskSpec::new("t", Kind::Binary);
    let three = one(binary(), classes(&["a", "b", "c"]), none()).unwrap_err();
    assert!(three.to_string().contains("exactly 2 classes"), "{three}");
    let constant = one(binary(), classes(&["yes"]), none()).unwrap_err();
    assert!(constant.to_string().contains("have 1 (yes)"), "{constant}");
    let labels = Vocabulary::Labels(words(&["a"]));
    assert!(matches!(
        one(binary(), labels, none()),
        Err(TaskError::Mismatch { .. })
    ));
    let flat = Vocabulary::Real {
        columns: words(&["a"]),
        mean: vec![0.0],
        std: vec![0.0],
    };
    let real = Labels::Real {
        width: 1,
        values: vec![1.0],
    };
    let regression = TaskSpec::new("t", Kind::Regression);
    assert!(matches!(
        one(regression, flat, real),
        Err(TaskError::Mismatch { .. })
    ));
    assert!(matches!(
        TaskTree::new(&[binary()], vec![], &[none()]),
        Err(TaskError::Count { got: 0, .. })
    ));
}

#[test]
fn ordinal_classes_need_numbers_or_an_order() {
    let labels = || Labels::Classes(vec![0, 1, 2]);
    let ordinal = || TaskSpec::new("t", Kind::Ordinal);
    assert!(one(ordinal(), classes(&["2", "9", "10"]), labels()).is_ok());
    let error = one(ordinal(), classes(&["low", "mid", "top"]), labels()).unwrap_err();
    assert!(matches!(&error, TaskError::NoOrder { class, .. } if class == "low"));
    assert!(one(ordinal(), classes(&["10", "9", "2"]), labels()).is_err());
    let spec = TaskSpec {
        order: Some(words(&["low", "mid", "top"])),
        ..ordinal()
    };
    assert!(one(spec, classes(&["low", "mid", "top"]), labels()).is_ok());
}

#[test]
fn labels_that_do_not_fit_are_errors() {
    let binary = || TaskSpec::new("t", Kind::Binary);
    let above = one(binary(), classes(&["a", "b"]), Labels::Classes(vec![2])).unwrap_err();
    assert!(above.to_string().contains("classes below 2"), "{above}");
    let sets = one(binary(), classes(&["a", "b"]), Labels::Sets(vec![])).unwrap_err();
    assert!(matches!(sets, TaskError::Mismatch { .. }));
    let hierarchy = || Vocabulary::Hierarchy(Hierarchy::from_edges([("a", "b")]).unwrap());
    let open = Labels::Sets(vec![Some(vec![1])]);
    let nodes = TaskSpec::new("t", Kind::Hierarchical);
    let error = one(nodes, hierarchy(), open).unwrap_err();
    assert!(error.to_string().contains("closed upward"), "{error}");
    let specs = [binary(), TaskSpec::new("u", Kind::Binary)];
    let train = [Labels::Classes(vec![0, 1]), Labels::Classes(vec![0])];
    let error = TaskTree::new(&specs, vec![classes(&["a", "b"]); 2], &train).unwrap_err();
    assert_eq!(
        error,
        TaskError::Rows {
            task: "u".into(),
            expected: 2,
            got: 1
        }
    );
}

#[test]
fn targets_that_are_no_distribution_are_named() {
    let spec = with_loss(Kind::Regression, LossName::KlDivergence);
    let vocabulary = Vocabulary::Real {
        columns: words(&["a", "b"]),
        mean: vec![0.0; 2],
        std: vec![1.0; 2],
    };
    let values = vec![0.5, 0.5, f32::NAN, 1.0, 2.0, -1.0];
    let error = one(spec, vocabulary, Labels::Real { width: 2, values }).unwrap_err();
    assert!(matches!(error, TaskError::NotADistribution { row: 2, .. }));
}

#[test]
fn a_weight_for_an_unknown_class_is_an_error() {
    let loss = LossSpec::CrossEntropy {
        label_smoothing: 0.0,
        class_weights: ClassWeights::Given([("z".to_owned(), 1.0)].into()),
    };
    let spec = TaskSpec {
        loss: Some(LossChoice::Settings(loss)),
        ..TaskSpec::new("t", Kind::Multiclass)
    };
    let error = one(spec, classes(&["a", "b"]), Labels::Classes(vec![0, 1])).unwrap_err();
    assert!(
        error.to_string().contains("\"z\"") && error.to_string().contains("a, b"),
        "{error}"
    );
}

#[test]
fn pulling_on_a_head_of_another_shape_is_an_error() {
    let child = TaskSpec {
        parent: Some("t".into()),
        edge: EdgeKind::Pull,
        ..TaskSpec::new("u", Kind::Multiclass)
    };
    let specs = [TaskSpec::new("t", Kind::Multiclass), child];
    let vocabularies = vec![classes(&["a", "b"]), classes(&["a", "b", "c"])];
    let train = [Labels::Classes(vec![0]), Labels::Classes(vec![0])];
    let error = TaskTree::new(&specs, vocabularies, &train).unwrap_err();
    assert!(matches!(
        error,
        TaskError::PullShape {
            child_outputs: 3,
            parent_outputs: 2,
            ..
        }
    ));
}

#[test]
fn heads_have_the_outputs_that_their_kind_and_loss_need() {
    let real = || Vocabulary::Real {
        columns: words(&["a", "b"]),
        mean: vec![0.0; 2],
        std: vec![1.0; 2],
    };
    let heads = |spec: TaskSpec, vocabulary: Vocabulary, labels: Labels| {
        let head = one(spec, vocabulary, labels)
            .unwrap()
            .head_configs()
            .remove(0);
        (head.outputs, head.thresholds)
    };
    let rows = || Labels::Real {
        width: 2,
        values: vec![1.0, 2.0],
    };
    assert_eq!(
        heads(TaskSpec::new("t", Kind::Regression), real(), rows()),
        (2, 0)
    );
    let gaussian = with_loss(Kind::Regression, LossName::GaussianNll);
    assert_eq!(heads(gaussian, real(), rows()), (4, 0));
    let numbers = || classes(&["1", "2", "3"]);
    let some = || Labels::Classes(vec![0, 1, 2]);
    assert_eq!(
        heads(TaskSpec::new("t", Kind::Ordinal), numbers(), some()),
        (1, 2)
    );
    let flat = with_loss(Kind::Ordinal, LossName::CrossEntropy);
    assert_eq!(heads(flat, numbers(), some()), (3, 0));
    assert_eq!(
        heads(TaskSpec::new("t", Kind::Multiclass), numbers(), some()),
        (3, 0)
    );
}

/// Loss and distribution are computed by different code: one with tensors, one with plain numbers.
#[test]
fn a_loss_is_minus_the_logarithm_of_the_predicted_probability() {
    let cases: [(Kind, &[&str], &[f32]); 3] = [
        (Kind::Binary, &["no", "yes"], &[0.7, -1.2, 3.0]),
        (
            Kind::Multiclass,
            &["a", "b", "c"],
            &[0.3, -1.0, 2.0, 0.0, 0.5, 0.1, 1.0, -2.0, 4.0],
        ),
        (
            Kind::Ordinal,
            &["1", "2", "3"],
            &[0.3, -1.0, 2.0, 0.0, 0.5, 0.1, 1.0, -2.0, 4.0],
        ),
    ];
    for (kind, names, outputs) in cases {
        let labels = Labels::Classes(vec![1, 0, 1]);
        let tree = one(TaskSpec::new("t", kind), classes(names), labels.clone()).unwrap();
        let outputs = [tensor(3, outputs)];
        let target = Target::new(&labels, &tree.tasks()[0], None, &Device::flex());
        let loss = tree.losses(&outputs, &[target]).remove(0).unwrap().value;
        let p = &tree.distributions(&outputs)[0];
        let expected: f32 = [1, 0, 1]
            .iter()
            .enumerate()
            .map(|(row, &class)| -p.row(row)[class].ln() / 3.0)
            .sum();
        let loss = loss.into_scalar::<f32>();
        assert!(
            (loss - expected).abs() < 1e-5,
            "{kind}: {loss} is not {expected}"
        );
    }
}

#[test]
fn ordinal_odds_are_proportional() {
    let labels = Labels::Classes(vec![0, 1, 2, 3]);
    let vocabulary = classes(&["1", "2", "3", "4"]);
    let tree = one(TaskSpec::new("t", Kind::Ordinal), vocabulary, labels).unwrap();
    let p = &tree.distributions(&[tensor(2, &[0.4, -1.0, 0.2, 1.5, 1.9, -1.0, 0.2, 1.5])])[0];
    let odds = |row: usize, cut: usize| {
        let below: f32 = p.row(row)[..=cut].iter().sum();
        below / (1.0 - below)
    };
    for cut in 0..3 {
        let ratio = odds(0, cut) / odds(1, cut);
        assert!((ratio - 1.5_f32.exp()).abs() < 1e-3, "cut {cut}: {ratio}");
    }
}

#[test]
fn regression_answers_are_in_original_units() {
    let vocabulary = Vocabulary::Real {
        columns: words(&["a"]),
        mean: vec![100.0],
        std: vec![20.0],
    };
    let spec = with_loss(Kind::Regression, LossName::GaussianNll);
    let tree = one(
        spec,
        vocabulary,
        Labels::Real {
            width: 1,
            values: vec![90.0],
        },
    )
    .unwrap();
    let p = tree.distributions(&[tensor(1, &[0.5, 0.0])]);
    assert_eq!(
        (p[0].values[0], p[0].variance.clone()),
        (110.0, Some(vec![400.0]))
    );
    assert_eq!(
        tree.decide(&p)[0],
        Decision::Real {
            width: 1,
            values: vec![110.0]
        }
    );
}

#[test]
fn least_squares_on_yes_and_no_estimates_a_probability() {
    let spec = with_loss(Kind::Binary, LossName::SquaredError);
    let tree = one(spec, classes(&["no", "yes"]), Labels::Classes(vec![0, 1])).unwrap();
    let p = tree.distributions(&[tensor(3, &[0.5, 7.0, -3.0])]);
    assert_eq!(p[0].values, [0.25, 0.75, 0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn thresholds_decide_yes_from_exactly_there() {
    let of = |width: usize, values: &[f32]| Distribution {
        rows: values.len() / width,
        width,
        values: values.to_vec(),
        variance: None,
    };
    let spec = TaskSpec {
        threshold: Some(0.25),
        ..TaskSpec::new("t", Kind::Binary)
    };
    let tree = one(spec, classes(&["no", "yes"]), Labels::Classes(vec![0, 1])).unwrap();
    let decided = tree.decide(&[of(2, &[0.75, 0.25, 0.8, 0.2])]);
    assert_eq!(decided[0], Decision::Classes(vec![1, 0]));
    let spec = TaskSpec {
        threshold: Some(0.75),
        ..TaskSpec::new("t", Kind::Multilabel)
    };
    let labels = Labels::Nodes {
        width: 2,
        values: vec![0, 1],
    };
    let tree = one(spec, Vocabulary::Labels(words(&["a", "b"])), labels).unwrap();
    let decided = tree.decide(&[of(2, &[0.75, 0.7])]);
    assert_eq!(
        decided[0],
        Decision::Nodes {
            width: 2,
            values: vec![true, false]
        }
    );
}

#[test]
fn tasks_declared_before_their_parents_read_their_own_head() {
    let specs = [
        TaskSpec {
            parent: Some("b".into()),
            ..TaskSpec::new("a", Kind::Multiclass)
        },
        TaskSpec::new("b", Kind::Binary),
    ];
    let vocabularies = vec![classes(&["x", "y", "z"]), classes(&["no", "yes"])];
    let train = [Labels::Classes(vec![0]), Labels::Classes(vec![1])];
    let tree = TaskTree::new(&specs, vocabularies, &train).unwrap();
    let heads = tree.head_configs();
    assert_eq!(
        (heads[0].name.as_str(), heads[1].parents.as_slice()),
        ("b", &[0][..])
    );
    let p = tree.distributions(&[tensor(1, &[9.0]), tensor(1, &[0.0, 5.0, 0.0])]);
    assert_eq!((p[0].width, p[1].width), (3, 2));
    assert_eq!(tree.decide(&p), [vec![1], vec![1]].map(Decision::Classes));
}

#[test]
fn a_task_knows_what_stands_between_its_labels() {
    let tags = TaskSpec {
        separator: Some("; ".into()),
        ..TaskSpec::new("tags", Kind::Multilabel)
    };
    let labels = Labels::Nodes {
        width: 2,
        values: vec![1, 0, 1, 1],
    };
    let tree = one(tags, Vocabulary::Labels(words(&["a", "b"])), labels).unwrap();
    assert_eq!(tree.tasks()[0].separator(), "; ");
    // A model that was saved without one falls back to that of the kind.
    let mut saved = serde_json::to_value(&tree).unwrap();
    let task = saved["tasks"][0].as_object_mut().unwrap();
    assert_eq!(task.remove("separator").unwrap(), "; ");
    let older: TaskTree = serde_json::from_value(saved).unwrap();
    assert_eq!(older.tasks()[0].separator(), "|");
}
