//! Figures of rows whose answers are written out.

use synaptree_tasks::{Baseline, Decision, Kind, Labels, TaskSpec, TaskTree, Vocabulary};

use crate::{BLANK, ROWS, Row, distribution, forest, labels_of, predictions, specs, words};

#[test]
fn a_regression_without_a_variance_has_no_likelihood_and_no_interval() {
    let mut predicted = predictions(&[[0.5; 14]; 4]);
    predicted[4].variance = None;
    let evaluation = forest(&specs()).evaluate(&predicted, &labels_of(&ROWS));
    let names: Vec<&String> = evaluation.tasks["regression"].metrics.keys().collect();
    assert_eq!(names, ["r2", "rmse", "mae", "rmse.u", "rmse.v"]);
}

#[test]
fn details_hold_what_each_kind_can_draw() {
    let tree = forest(&specs());
    let evaluation = tree.evaluate_in_detail(&predictions(&[[0.3; 14]; 4]), &labels_of(&ROWS));
    let json = serde_json::to_value(&evaluation).unwrap();
    let details = |task: &str| json["tasks"][task]["details"].clone();
    assert_eq!(
        details("multiclass")["confusion"]["labels"],
        serde_json::json!(["a", "b", "c"])
    );
    assert_eq!(
        details("multiclass")["confusion"]["counts"],
        serde_json::json!([[1, 0, 0], [2, 0, 0], [1, 0, 0]])
    );
    assert_eq!(details("binary")["reliability"][0]["count"], 4);
    // Four rows of four nodes: the root is not scored.
    let cells = details("hierarchical")["reliability"].clone();
    let count = |bins: &serde_json::Value| {
        bins.as_array()
            .unwrap()
            .iter()
            .map(|bin| bin["count"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(count(&cells), 16);
    assert_eq!(details("regression")["scatter"]["column"], "u");
    assert_eq!(
        details("regression")["scatter"]["observed"],
        serde_json::json!([1.0, 2.0, 4.0, 5.0])
    );
    assert!(details("regression").get("confusion").is_none());
    let plain = serde_json::to_value(evaluation.without_details()).unwrap();
    assert!(plain["tasks"]["binary"].get("details").is_none());
}

#[test]
fn hierarchical_figures_leave_the_root_out_and_close_decisions_upward() {
    let tree = forest(&specs());
    let rows = [Row { leaf: 4, ..BLANK }, Row { leaf: 2, ..BLANK }];
    let predicted = predictions(&[[0.5; 14]; 2]);
    let mut decisions = tree.decide(&predicted);
    // Row 1 decides bird/owl alone, row 2 root and bird: closed, {bird, owl} and {bird}.
    let values = vec![
        false, false, false, false, true, true, true, false, false, false,
    ];
    decisions[3] = Decision::Nodes { width: 5, values };
    let evaluation = tree.evaluate_decisions(&predicted, &decisions, &labels_of(&rows));
    // Observed {bird, owl} and {fish}: 2 of 3 decided are right, 2 of 3 observed are found.
    assert_eq!(
        evaluation.metric("hierarchical", "hierarchical_precision"),
        Some(2.0 / 3.0)
    );
    assert_eq!(
        evaluation.metric("hierarchical", "hierarchical_recall"),
        Some(2.0 / 3.0)
    );
    // The decision of row 1 is still counted as the contradiction it is.
    assert_eq!(evaluation.violation_rate, 0.5);
}

#[test]
fn contradictions_along_refines_are_counted_from_the_numbers_handed_in() {
    let classes = |names: &[&str]| Vocabulary::Classes(words(names));
    let mut fine = TaskSpec::new("species", Kind::Multiclass);
    fine.refines = Some("mammal".into());
    let specs = [TaskSpec::new("mammal", Kind::Binary), fine];
    let train = [
        Labels::Classes(vec![0, 1, 1]),
        Labels::Classes(vec![0, 1, 2]),
    ];
    let vocabularies = vec![classes(&["no", "yes"]), classes(&["owl", "dog", "cat"])];
    let tree = TaskTree::new(&specs, vocabularies, &train).unwrap();

    let coarse = distribution(2, vec![0.4, 0.6, 0.4, 0.6, 0.4, 0.6]);
    let fine = distribution(3, vec![0.4, 0.5, 0.1, 0.4, 0.5, 0.1, 0.7, 0.2, 0.1]);
    let predicted = [coarse, fine];
    let decisions = [
        Decision::Classes(vec![1, 0, 0]),
        Decision::Classes(vec![1, 1, 0]),
    ];
    // Row 2 decides for a dog that is no mammal; row 3 has owls likelier than non-mammals.
    let violations = tree.contradictions(&predicted, &decisions);
    assert_eq!(violations.rows(), [false, true, true]);
}

#[test]
fn the_baseline_counts_known_labels_only() {
    let tree = forest(&specs());
    let rows = [
        ROWS[1],
        ROWS[2],
        BLANK,
        Row {
            labels: [-1, 1],
            real: [-100, 0],
            ..BLANK
        },
    ];
    let baseline = Baseline::fit(&tree, &labels_of(&rows));
    let answers = baseline.distributions(2);
    assert_eq!(answers[0].values, [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(answers[1].row(0), [0.0, 0.5, 0.5]);
    assert_eq!(answers[2].row(1), [1.0, 2.0 / 3.0]);
    assert_eq!(answers[3].row(0), [1.0, 0.5, 0.5, 0.5, 0.0]);
    assert_eq!(answers[4].row(0), [3.0, 5.0]);
    let decisions = baseline.decisions(1);
    assert_eq!(decisions[1], Decision::Classes(vec![1]));
    let nodes = Decision::Nodes {
        width: 5,
        values: vec![true, true, true, true, false],
    };
    assert_eq!(decisions[3], nodes);
}
