//! The figures as files of their own.

use std::fs;

use serde_json::json;
use synaptree_report::write_figures;

use crate::common::{folder, full_run, parsed, report, words};
use crate::support::{json_file, text};

#[test]
fn every_figure_is_a_file_of_its_own_with_a_title_and_a_description() {
    let run = full_run();
    let directory = run.path().join("figures");
    let paths = write_figures(run.path(), &directory).expect("figures");
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    for name in [
        "results.svg",
        "loss-order.svg",
        "metric-mass.svg",
        "score.svg",
        "learning-rate.svg",
        "task-tree.svg",
        "confusion-order.svg",
        "reliability-habitats.svg",
        "scatter-mass.svg",
        "weight-sharing.svg",
        "synapse-outputs.svg",
        "weights-1-trunk-0-weight.svg",
        "task-weights.svg",
        "risk-coverage-class.svg",
        "total-class.svg",
        "epistemic-class.svg",
        "intervals-mass.svg",
        "synapse-scales.svg",
        "pruning.svg",
        "gradient-variance.svg",
        "estimators.svg",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert_eq!(
        fs::read_dir(&directory).unwrap().count(),
        paths.len(),
        "something else was left there"
    );
    for path in &paths {
        let content = fs::read_to_string(path).unwrap();
        let document = parsed(&content);
        let root = document.root_element();
        assert_eq!(
            root.tag_name().namespace(),
            Some("http://www.w3.org/2000/svg")
        );
        for wanted in ["title", "desc"] {
            let child = root
                .children()
                .find(|node| node.has_tag_name(wanted))
                .expect(wanted);
            assert!(
                !words(child).trim().is_empty(),
                "{wanted} of {}",
                path.display()
            );
        }
        let view: Vec<f64> = root
            .attribute("viewBox")
            .unwrap()
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        assert!(view[2] > 0.0 && view[3] > 0.0);
        assert!(
            !content.contains("NaN") && !content.contains("inf"),
            "{}",
            path.display()
        );
        assert!(
            !content.contains("var("),
            "{} needs variables",
            path.display()
        );
        assert_eq!(
            content.matches("http").count(),
            1,
            "{} names more than the namespace",
            path.display()
        );
    }
}

#[test]
fn curves_and_bars_lie_within_their_figure() {
    let run = full_run();
    let page = report(run.path());
    let document = parsed(&page);
    for svg in document
        .descendants()
        .filter(|node| node.has_tag_name("svg"))
    {
        let size = |name| svg.attribute(name).unwrap().parse::<f64>().unwrap();
        let (width, height) = (size("width"), size("height"));
        for line in svg
            .descendants()
            .filter(|node| node.has_tag_name("polyline"))
        {
            for point in line.attribute("points").unwrap().split(' ') {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!(
                    (0.0..=width).contains(&x) && (0.0..=height).contains(&y),
                    "{point}"
                );
            }
        }
        for rect in svg.descendants().filter(|node| node.has_tag_name("rect")) {
            let at = |name| rect.attribute(name).unwrap().parse::<f64>().unwrap();
            assert!(at("x") >= 0.0 && at("x") + at("width") <= width + 0.2);
            assert!(at("y") >= 0.0 && at("y") + at("height") <= height + 0.2);
        }
    }
}

#[test]
fn classes_that_never_occur_take_no_room() {
    let run = folder();
    let confusion =
        json!({ "labels": ["cat", "dog", "yak"], "counts": [[5, 1, 0], [0, 4, 0], [0, 0, 0]] });
    json_file(
        run.path(),
        "evaluation/test.json",
        &json!({ "tasks": { "animal": { "kind": "multiclass", "observed": 10, "details": { "confusion": confusion } } } }),
    );
    let page = report(run.path());
    assert!(page.contains("animal: 9 of 10 test rows lie on the diagonal."));
    assert!(page.contains("1 class is left out: neither observed nor answered on these rows."));
    assert!(!page.contains(">yak<"));
}

#[test]
fn a_task_name_cannot_lead_a_figure_out_of_its_folder() {
    let run = folder();
    let names = ["../../escape", "a/b", "a b", "動物"];
    let losses: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(0.5)))
        .collect();
    let line = |epoch: u64| json!({ "epoch": epoch, "split": "train", "losses": losses });
    text(
        run.path(),
        "metrics.jsonl",
        &format!("{}\n{}\n", line(1), line(2)),
    );
    let directory = run.path().join("figures");
    let paths = write_figures(run.path(), &directory).unwrap();
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "loss-escape.svg",
            "loss-a-b.svg",
            "loss-a-b-2.svg",
            "loss-task.svg"
        ]
    );
    assert!(paths.iter().all(|path| path.parent() == Some(&*directory)));
}
