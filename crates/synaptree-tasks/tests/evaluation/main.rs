//! Evaluating a tree of tasks of every kind: what must hold whatever the numbers are.

mod figures;

use proptest::prelude::*;
use synaptree_tasks::{
    Baseline, Distribution, Evaluation, Hierarchy, Kind, Labels, TaskSpec, TaskTree, Vocabulary,
    metric_names,
};

const PATHS: [&str; 3] = ["bird/owl", "bird/duck", "fish"];

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// One task of each kind, on its own.
fn forest(specs: &[TaskSpec]) -> TaskTree {
    let vocabularies = vec![
        Vocabulary::Classes(words(&["no", "yes"])),
        Vocabulary::Classes(words(&["a", "b", "c"])),
        Vocabulary::Labels(words(&["x", "y"])),
        Vocabulary::Hierarchy(Hierarchy::from_paths(PATHS).unwrap()),
        Vocabulary::Real {
            columns: words(&["u", "v"]),
            mean: vec![0.0; 2],
            std: vec![1.0; 2],
        },
        Vocabulary::Classes(words(&["1", "2", "3"])),
    ];
    TaskTree::new(specs, vocabularies, &labels_of(&ROWS)).unwrap()
}

fn specs() -> Vec<TaskSpec> {
    Kind::ALL
        .map(|kind| TaskSpec::new(kind.as_str(), kind))
        .to_vec()
}

/// The labels of one row in every task; numbers below 0 are missing.
#[derive(Clone, Copy, Debug)]
struct Row {
    binary: i32,
    class: i32,
    labels: [i32; 2],
    /// Nodes below the root: bird, fish, bird/duck, bird/owl.
    leaf: i32,
    real: [i32; 2],
    rank: i32,
}

const ROWS: [Row; 4] = [
    Row {
        binary: 0,
        class: 0,
        labels: [0, 1],
        leaf: 4,
        real: [1, 7],
        rank: 0,
    },
    Row {
        binary: 1,
        class: 1,
        labels: [1, 0],
        leaf: 3,
        real: [2, 6],
        rank: 1,
    },
    Row {
        binary: 1,
        class: 2,
        labels: [1, 1],
        leaf: 2,
        real: [4, 9],
        rank: 2,
    },
    Row {
        binary: 0,
        class: 1,
        labels: [0, 0],
        leaf: 0,
        real: [5, 1],
        rank: 1,
    },
];

const BLANK: Row = Row {
    binary: -1,
    class: -1,
    labels: [-1; 2],
    leaf: -1,
    real: [-100; 2],
    rank: -1,
};

fn labels_of(rows: &[Row]) -> Vec<Labels> {
    let hierarchy = Hierarchy::from_paths(PATHS).unwrap();
    let set = |leaf: i32| {
        let mut nodes = vec![u32::try_from(leaf).ok()?];
        hierarchy.close_upward(&mut nodes);
        Some(nodes)
    };
    let node = |label: i32| u8::try_from(label).unwrap_or(2);
    let real = |value: i32| {
        if value <= -100 {
            f32::NAN
        } else {
            value as f32
        }
    };
    vec![
        Labels::Classes(rows.iter().map(|row| row.binary).collect()),
        Labels::Classes(rows.iter().map(|row| row.class).collect()),
        Labels::Nodes {
            width: 2,
            values: rows.iter().flat_map(|row| row.labels.map(node)).collect(),
        },
        Labels::Sets(rows.iter().map(|row| set(row.leaf)).collect()),
        Labels::Real {
            width: 2,
            values: rows.iter().flat_map(|row| row.real.map(real)).collect(),
        },
        Labels::Classes(rows.iter().map(|row| row.rank).collect()),
    ]
}

fn distribution(width: usize, values: Vec<f32>) -> Distribution {
    Distribution {
        rows: values.len() / width,
        width,
        values,
        variance: None,
    }
}

/// Predictions from 14 numbers in (0, 1) a row.
fn predictions(numbers: &[[f32; 14]]) -> Vec<Distribution> {
    let share = |part: &[f32]| {
        let sum: f32 = part.iter().sum();
        part.iter().map(|number| number / sum).collect::<Vec<f32>>()
    };
    let rows = |columns: fn(&[f32; 14]) -> Vec<f32>| numbers.iter().flat_map(columns).collect();
    let shares = |from: usize, to: usize| {
        numbers
            .iter()
            .flat_map(|row| share(&row[from..to]))
            .collect::<Vec<f32>>()
    };
    let mut real = distribution(2, rows(|row| vec![10.0 * row[10], 10.0 * row[11]]));
    real.variance = Some(rows(|row| vec![4.0 * row[12], 4.0 * row[13]]));
    vec![
        distribution(2, rows(|row| vec![1.0 - row[0], row[0]])),
        distribution(3, shares(1, 4)),
        distribution(2, rows(|row| vec![row[4], row[5]])),
        distribution(
            5,
            rows(|row| vec![1.0, row[6], row[7], row[6] * row[8], row[6] * row[9]]),
        ),
        real,
        distribution(3, shares(11, 14)),
    ]
}

/// Certain predictions of what is observed, and decisions to match.
fn perfect(tree: &TaskTree, labels: &[Labels]) -> Vec<Distribution> {
    let width = |task: usize| tree.tasks()[task].vocabulary.len();
    let row = |task: usize, holds: &dyn Fn(usize) -> bool| {
        (0..width(task))
            .map(|column| f32::from(u8::from(holds(column))))
            .collect::<Vec<f32>>()
    };
    let values = |task: usize, labels: &Labels| match labels {
        Labels::Classes(classes) => classes
            .iter()
            .flat_map(|&class| row(task, &|column| column as i32 == class))
            .collect(),
        Labels::Nodes { values, .. } => values.iter().map(|&label| f32::from(label)).collect(),
        Labels::Real { values, .. } => values.clone(),
        Labels::Sets(sets) => sets
            .iter()
            .flat_map(|set| {
                row(task, &|node| {
                    set.as_ref().is_some_and(|set| set.contains(&(node as u32)))
                })
            })
            .collect(),
    };
    let tasks = labels.iter().enumerate();
    tasks
        .map(|(task, labels)| distribution(width(task), values(task, labels)))
        .collect()
}

fn assert_close(left: &Evaluation, right: &Evaluation) -> Result<(), TestCaseError> {
    for (name, task) in &left.tasks {
        for (metric, value) in &task.metrics {
            let other = right.metric(name, metric);
            prop_assert_eq!(value.is_some(), other.is_some(), "{} {}", name, metric);
            if let (Some(value), Some(other)) = (value, other) {
                let close = (value - other).abs() <= 1e-9 * value.abs().max(1.0);
                prop_assert!(close, "{name} {metric}: {value} and {other}");
            }
        }
    }
    Ok(())
}

prop_compose! {
    fn any_row()(
        binary in -1..2, class in -1..3, x in -1..2, y in -1..2,
        leaf in -1..5, u in -105..-90, v in -5..15, rank in -1..3,
    ) -> Row {
        // About a third of the first column is missing, none of the second.
        let u = if u < -100 { u } else { u + 100 };
        Row { binary, class, labels: [x, y], leaf, real: [u, v], rank }
    }
}

fn any_rows() -> impl Strategy<Value = Vec<(Row, [f32; 14])>> {
    let numbers = prop::array::uniform14(1..64_i32).prop_map(|row| row.map(|k| k as f32 / 64.0));
    prop::collection::vec((any_row(), numbers), 1..40)
}

fn evaluate(rows: &[(Row, [f32; 14])]) -> Evaluation {
    let (labels, numbers): (Vec<Row>, Vec<[f32; 14]>) = rows.iter().copied().unzip();
    forest(&specs()).evaluate(&predictions(&numbers), &labels_of(&labels))
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(rows in any_rows(), by in 0_usize..40) {
        let mut turned = rows.clone();
        turned.rotate_left(by % rows.len());
        turned.reverse();
        assert_close(&evaluate(&rows), &evaluate(&turned))?;
    }

    #[test]
    fn rows_without_labels_change_no_metric(rows in any_rows(), numbers in prop::array::uniform14(0.01_f32..0.99)) {
        let mut more = rows.clone();
        more.insert(0, (BLANK, numbers));
        more.push((BLANK, numbers));
        let (before, after) = (evaluate(&rows), evaluate(&more));
        prop_assert_eq!(&before.tasks, &after.tasks);
        prop_assert_eq!(before.score, after.score);
    }

    #[test]
    fn no_figure_is_ever_not_a_number(rows in any_rows()) {
        let evaluation = evaluate(&rows);
        let figures = evaluation.tasks.values().flat_map(|task| task.metrics.values().flatten());
        prop_assert!(figures.chain(&evaluation.score).all(|value| value.is_finite()));
        prop_assert_eq!(evaluation.violation_rate, 0.0);
    }

    #[test]
    fn metrics_that_are_shares_lie_between_0_and_1(rows in any_rows()) {
        for (name, task) in evaluate(&rows).tasks {
            for (metric, value) in task.metrics {
                let unbounded = ["r2", "rmse", "mae", "nll", "crps", "log_loss", "brier", "quadratic_kappa"];
                if let Some(value) = value && !unbounded.contains(&metric.split('.').next().unwrap()) {
                    prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{name} {metric} {value}");
                }
            }
        }
    }

    #[test]
    fn a_perfect_prediction_reaches_the_best_of_every_metric(rows in any_rows()) {
        let labels = labels_of(&rows.iter().map(|(row, _)| *row).collect::<Vec<_>>());
        let tree = forest(&specs());
        let evaluation = tree.evaluate(&perfect(&tree, &labels), &labels);
        for (name, task) in &evaluation.tasks {
            for (metric, value) in &task.metrics {
                let best = if synaptree_tasks::higher_is_better(metric) { 1.0 } else { 0.0 };
                if let Some(value) = value {
                    prop_assert!((value - best).abs() < 1e-9, "{name} {metric} {value}");
                }
            }
        }
        prop_assert!(evaluation.score.is_none_or(|score| (score - 1.0).abs() < 1e-9));
    }

    #[test]
    fn a_constant_prediction_ranks_nothing(rows in any_rows()) {
        let labels = labels_of(&rows.iter().map(|(row, _)| *row).collect::<Vec<_>>());
        let tree = forest(&specs());
        let evaluation = Baseline::fit(&tree, &labels).evaluate(&tree, &labels);
        for task in ["binary", "multiclass", "multilabel", "ordinal"] {
            prop_assert!(evaluation.metric(task, "auroc").is_none_or(|area| area == 0.5));
        }
        let kappa = evaluation.metric("ordinal", "quadratic_kappa");
        prop_assert!(kappa.is_none_or(|kappa| kappa.abs() < 1e-12));
        // The mean of these very rows, rounded to 32 bits, explains none of their variance.
        prop_assert!(evaluation.metric("regression", "r2").is_none_or(|r2| r2.abs() < 1e-5));
        prop_assert_eq!(evaluation.violation_rate, 0.0);
    }
}

#[test]
fn every_kind_reports_the_metrics_it_is_said_to_have() {
    let rows: Vec<(Row, [f32; 14])> = ROWS.map(|row| (row, [0.3; 14])).to_vec();
    let evaluation = evaluate(&rows);
    for kind in Kind::ALL {
        let task = &evaluation.tasks[kind.as_str()];
        let names: Vec<&str> = task.metrics.keys().map(String::as_str).collect();
        let mut expected = metric_names(kind);
        if kind == Kind::Regression {
            expected.extend(["rmse.u", "rmse.v"]);
        }
        assert_eq!(names, expected);
        assert_eq!(task.observed, 4);
    }
}

#[test]
fn tasks_keep_the_order_of_the_experiment_in_json_and_come_back_whole() {
    let rows: Vec<(Row, [f32; 14])> = ROWS.map(|row| (row, [0.3; 14])).to_vec();
    let evaluation = evaluate(&rows).with_baseline(Some(0.25));
    let text = serde_json::to_string(&evaluation).unwrap();
    let places: Vec<usize> = Kind::ALL
        .iter()
        .map(|kind| text.find(&format!("\"{kind}\":")).unwrap())
        .collect();
    assert!(places.is_sorted());
    assert!(
        text.ends_with(r#""violation_rate":0.0,"baseline":0.25}}"#),
        "{text}"
    );
    assert_eq!(
        serde_json::from_str::<Evaluation>(&text).unwrap(),
        evaluation
    );
}

#[test]
fn an_undefined_figure_is_null_and_leaves_the_score() {
    let one_class = [
        Row { class: 1, ..BLANK },
        Row {
            class: 1,
            binary: 1,
            ..BLANK
        },
    ];
    let rows = one_class.map(|row| (row, [0.3; 14]));
    let evaluation = evaluate(&rows);
    let json = serde_json::to_value(&evaluation).unwrap();
    assert!(json["tasks"]["binary"]["metrics"]["auroc"].is_null());
    assert!(json["tasks"]["ordinal"]["metrics"]["quadratic_kappa"].is_null());
    assert_eq!(json["tasks"]["ordinal"]["observed"], 0);
    // Multiclass alone has a headline: equal probabilities decide for class 0, twice wrongly.
    assert_eq!(evaluation.score, Some(0.0));
}

#[test]
fn the_score_floors_r2_and_follows_a_chosen_metric() {
    let mut specs = specs();
    let numbers = [[0.9; 14]; 4];
    let evaluation = forest(&specs).evaluate(&predictions(&numbers), &labels_of(&ROWS));
    assert!(evaluation.metric("regression", "r2").unwrap() < 0.0);
    let mean = |evaluation: &Evaluation, regression: f64| {
        let headlines = [
            ("binary", "auroc"),
            ("multiclass", "accuracy"),
            ("multilabel", "f1_macro"),
            ("hierarchical", "micro_average_precision"),
            ("ordinal", "quadratic_kappa"),
        ];
        let others: Vec<f64> = headlines
            .iter()
            .map(|(task, name)| evaluation.metric(task, name).unwrap())
            .collect();
        (others.iter().sum::<f64>() + regression) / 6.0
    };
    assert!((evaluation.score.unwrap() - mean(&evaluation, 0.0)).abs() < 1e-12);

    specs[4].metric = Some("mae".into());
    let evaluation = forest(&specs).evaluate(&predictions(&numbers), &labels_of(&ROWS));
    let error = evaluation.metric("regression", "mae").unwrap();
    assert!((evaluation.score.unwrap() - mean(&evaluation, -error)).abs() < 1e-12);
}
