//! Metrics against numbers computed by scikit-learn and properscoring; `reference/metrics.py` made the file.

use serde_json::Value;
use synaptree_tasks::metrics::{
    Counts, RiskCoverage, accuracy, accuracy_labels, aurc, auroc, auroc_labels, auroc_one_vs_rest,
    average_precision, average_precision_labels, average_precision_one_vs_rest, balanced_accuracy,
    brier, brier_labels, coverage_50, coverage_90, coverage_95, crps, crps_samples, ece, f1_macro,
    f1_micro, f1_weighted, fpr95, hierarchical_f1, hierarchical_precision, hierarchical_recall,
    log_loss, log_loss_labels, mae, mae_classes, micro_average_precision, nll, ood_auroc,
    precision_macro, quadratic_kappa, r2, recall_macro, reliability, reliability_adaptive,
    reliability_labels, reliability_labels_adaptive, rmse, rmse_columns,
};

fn reference(case: &str) -> Value {
    let document: Value =
        serde_json::from_str(include_str!("reference/metrics.json")).expect("the file is JSON");
    document[case].clone()
}

/// The numbers of a matrix, row by row; a missing label is `None`.
fn cells(value: &Value) -> Vec<Option<f64>> {
    match value {
        Value::Array(entries) => entries.iter().flat_map(cells).collect(),
        Value::Bool(flag) => vec![Some(f64::from(u8::from(*flag)))],
        other => vec![other.as_f64()],
    }
}

fn classes(value: &Value) -> Vec<i32> {
    cells(value)
        .into_iter()
        .map(|class| class.map_or(-1, |class| class as i32))
        .collect()
}

fn decided_classes(value: &Value) -> Vec<u32> {
    cells(value)
        .into_iter()
        .map(|class| class.expect("known") as u32)
        .collect()
}

fn labels(value: &Value) -> Vec<u8> {
    cells(value)
        .into_iter()
        .map(|label| label.map_or(2, |label| label as u8))
        .collect()
}

fn flags(value: &Value) -> Vec<bool> {
    cells(value)
        .into_iter()
        .map(|flag| flag == Some(1.0))
        .collect()
}

fn reals(value: &Value) -> Vec<f32> {
    cells(value)
        .into_iter()
        .map(|value| value.map_or(f32::NAN, |value| value as f32))
        .collect()
}

fn width(matrix: &Value) -> usize {
    matrix[0].as_array().expect("a matrix").len()
}

/// Compares every metric of the case: one that is not computed here fails the test.
fn assert_metrics(case: &Value, computed: &[(&str, Option<f64>)]) {
    let expected = case["metrics"].as_object().expect("metrics");
    let mut names: Vec<&str> = expected.keys().map(String::as_str).collect();
    let mut covered: Vec<&str> = computed.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    covered.sort_unstable();
    assert_eq!(names, covered);
    for (name, value) in computed {
        let expected = expected[*name].as_f64().expect("a number");
        let value = value.expect("defined");
        assert!(
            (value - expected).abs() < 1e-10,
            "{name}: {value} instead of {expected}"
        );
    }
}

#[test]
fn binary_metrics_equal_scikit_learn() {
    let case = reference("binary");
    let (observed, decided) = (
        classes(&case["observed"]),
        decided_classes(&case["decided"]),
    );
    let probabilities = reals(&case["probabilities"]);
    let positive: Vec<f32> = probabilities.iter().skip(1).step_by(2).copied().collect();
    let counts = Counts::of_classes(&observed, &decided, 2);
    assert_metrics(
        &case,
        &[
            ("accuracy", accuracy(&observed, &decided)),
            ("balanced_accuracy", balanced_accuracy(&counts)),
            ("precision_macro", precision_macro(&counts)),
            ("recall_macro", recall_macro(&counts)),
            ("f1_macro", f1_macro(&counts)),
            ("f1_micro", f1_micro(&counts)),
            ("f1_weighted", f1_weighted(&counts)),
            ("auroc", auroc(&observed, &positive)),
            ("average_precision", average_precision(&observed, &positive)),
            ("log_loss", log_loss(&observed, &probabilities, 2)),
            ("brier", brier(&observed, &probabilities, 2)),
            ("ece", ece(&reliability(&observed, &probabilities, 2))),
            (
                "ece_adaptive",
                ece(&reliability_adaptive(&observed, &probabilities, 2)),
            ),
            (
                "aurc",
                RiskCoverage::of_classes(&observed, &probabilities, 2)
                    .and_then(|curve| aurc(&curve)),
            ),
        ],
    );
}

fn assert_class_metrics(case: &Value) {
    let (observed, decided) = (
        classes(&case["observed"]),
        decided_classes(&case["decided"]),
    );
    let (probabilities, count) = (reals(&case["probabilities"]), width(&case["probabilities"]));
    let counts = Counts::of_classes(&observed, &decided, count);
    assert_metrics(
        case,
        &[
            ("accuracy", accuracy(&observed, &decided)),
            ("balanced_accuracy", balanced_accuracy(&counts)),
            ("precision_macro", precision_macro(&counts)),
            ("recall_macro", recall_macro(&counts)),
            ("f1_macro", f1_macro(&counts)),
            ("f1_micro", f1_micro(&counts)),
            ("f1_weighted", f1_weighted(&counts)),
            ("auroc", auroc_one_vs_rest(&observed, &probabilities, count)),
            (
                "average_precision",
                average_precision_one_vs_rest(&observed, &probabilities, count),
            ),
            ("log_loss", log_loss(&observed, &probabilities, count)),
            ("brier", brier(&observed, &probabilities, count)),
            ("ece", ece(&reliability(&observed, &probabilities, count))),
            (
                "ece_adaptive",
                ece(&reliability_adaptive(&observed, &probabilities, count)),
            ),
            (
                "aurc",
                RiskCoverage::of_classes(&observed, &probabilities, count)
                    .and_then(|curve| aurc(&curve)),
            ),
            ("quadratic_kappa", quadratic_kappa(&observed, &decided)),
            ("mae_classes", mae_classes(&observed, &decided)),
        ],
    );
}

#[test]
fn multiclass_metrics_equal_scikit_learn() {
    assert_class_metrics(&reference("multiclass"));
}

#[test]
fn metrics_with_a_class_that_was_never_observed_equal_scikit_learn() {
    assert_class_metrics(&reference("absent_class"));
}

#[test]
fn multilabel_metrics_with_gaps_equal_scikit_learn() {
    let case = reference("multilabel");
    let (observed, decided) = (labels(&case["observed"]), flags(&case["decided"]));
    let (probabilities, width) = (reals(&case["probabilities"]), width(&case["probabilities"]));
    let counts = Counts::of_labels(&observed, &decided, width);
    assert_metrics(
        &case,
        &[
            ("accuracy", accuracy_labels(&observed, &decided)),
            ("precision_macro", precision_macro(&counts)),
            ("recall_macro", recall_macro(&counts)),
            ("f1_macro", f1_macro(&counts)),
            ("f1_micro", f1_micro(&counts)),
            ("f1_weighted", f1_weighted(&counts)),
            ("auroc", auroc_labels(&observed, &probabilities, width)),
            (
                "average_precision",
                average_precision_labels(&observed, &probabilities, width),
            ),
            (
                "micro_average_precision",
                micro_average_precision(&observed, &probabilities),
            ),
            ("log_loss", log_loss_labels(&observed, &probabilities)),
            ("brier", brier_labels(&observed, &probabilities)),
            ("ece", ece(&reliability_labels(&observed, &probabilities))),
            (
                "ece_adaptive",
                ece(&reliability_labels_adaptive(&observed, &probabilities)),
            ),
            (
                "aurc",
                RiskCoverage::of_labels(&observed, &probabilities).and_then(|curve| aurc(&curve)),
            ),
        ],
    );
}

#[test]
fn hierarchical_metrics_equal_scikit_learn_and_set_arithmetic() {
    let case = reference("hierarchical");
    let (observed, decided) = (labels(&case["observed"]), flags(&case["decided"]));
    let (probabilities, width) = (reals(&case["probabilities"]), width(&case["probabilities"]));
    let counts = Counts::of_labels(&observed, &decided, width);
    assert_metrics(
        &case,
        &[
            (
                "micro_average_precision",
                micro_average_precision(&observed, &probabilities),
            ),
            ("hierarchical_precision", hierarchical_precision(&counts)),
            ("hierarchical_recall", hierarchical_recall(&counts)),
            ("hierarchical_f1", hierarchical_f1(&counts)),
        ],
    );
}

#[test]
fn regression_metrics_of_one_and_several_columns_equal_scikit_learn() {
    for name in ["regression", "vector"] {
        let case = reference(name);
        let (observed, predicted) = (reals(&case["observed"]), reals(&case["predicted"]));
        let (variance, columns) = (reals(&case["variance"]), width(&case["observed"]));
        assert_metrics(
            &case,
            &[
                ("mae", mae(&observed, &predicted, columns)),
                ("rmse", rmse(&observed, &predicted, columns)),
                ("r2", r2(&observed, &predicted, columns)),
                ("nll", nll(&observed, &predicted, &variance)),
                ("crps", crps(&observed, &predicted, &variance)),
                ("coverage_50", coverage_50(&observed, &predicted, &variance)),
                ("coverage_90", coverage_90(&observed, &predicted, &variance)),
                ("coverage_95", coverage_95(&observed, &predicted, &variance)),
            ],
        );
        let expected = cells(&case["rmse_columns"]);
        for (value, expected) in rmse_columns(&observed, &predicted, columns)
            .iter()
            .zip(expected)
        {
            assert!((value.expect("defined") - expected.expect("known")).abs() < 1e-10);
        }
    }
}

#[test]
fn the_score_of_samples_equals_properscoring() {
    let case = reference("samples");
    let samples: Vec<Vec<f32>> = case["samples"]
        .as_array()
        .expect("rows")
        .iter()
        .map(reals)
        .collect();
    let value = crps_samples(&reals(&case["observed"]), &samples).expect("defined");
    assert!((value - case["crps"].as_f64().expect("a number")).abs() < 1e-10);
}

#[test]
fn figures_of_other_rows_equal_scikit_learn() {
    let case = reference("out_of_distribution");
    let (known, other) = (reals(&case["known"]), reals(&case["other"]));
    for (name, value) in [
        ("auroc", ood_auroc(&known, &other)),
        ("fpr95", fpr95(&known, &other)),
    ] {
        let expected = case[name].as_f64().expect("a number");
        assert!((value.expect("defined") - expected).abs() < 1e-10, "{name}");
    }
}

#[test]
fn areas_of_many_tied_rows_equal_scikit_learn() {
    let expected = reference("large");
    let observed: Vec<i32> = (0..20_000)
        .map(|i| i32::from((i * 31 + (i / 7) * 17) % 11 < 3))
        .collect();
    let scores: Vec<f32> = (0..20_000)
        .map(|i| (i * 7919 % 997) as f32 / 1024.0)
        .collect();
    for (name, value) in [
        ("auroc", auroc(&observed, &scores)),
        ("average_precision", average_precision(&observed, &scores)),
    ] {
        let expected = expected[name].as_f64().expect("a number");
        assert!((value.expect("defined") - expected).abs() < 1e-10, "{name}");
    }
}
