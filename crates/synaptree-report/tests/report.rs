//! The page and the figures as a reader meets them.

mod support;

use std::fs;
use std::path::Path;

use roxmltree::{Document, ParsingOptions};
use serde_json::json;
use support::{json_file, text, write_run, write_seeds};
use synaptree_report::{ReportError, RunFiles, write_figures, write_report};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn full_run() -> TempDir {
    let folder = folder();
    write_run(folder.path(), 7);
    folder
}

fn report(run: &Path) -> String {
    fs::read_to_string(write_report(run).expect("a report")).expect("the report is text")
}

fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The text of an element and of all within it.
fn words(node: roxmltree::Node<'_, '_>) -> String {
    node.descendants()
        .filter(roxmltree::Node::is_text)
        .filter_map(|node| node.text())
        .collect()
}

fn section_ids(page: &str) -> Vec<String> {
    let document = parsed(page);
    let sections = document
        .descendants()
        .filter(|node| node.has_tag_name("section"));
    sections
        .filter_map(|node| node.attribute("id").map(ToOwned::to_owned))
        .collect()
}

/// Nothing on the page may run or be fetched.
fn assert_harmless(page: &str) {
    let document = parsed(page);
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            ![
                "script",
                "iframe",
                "object",
                "embed",
                "img",
                "image",
                "foreignObject",
                "base",
                "form"
            ]
            .contains(&name),
            "<{name}> on the page"
        );
        for attribute in node.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            assert!(!key.starts_with("on"), "{key} on <{name}>");
            if ["href", "src", "srcset", "action", "data"].contains(&key) {
                let within =
                    value.starts_with('#') || value == "data:," || value.starts_with("seed-");
                assert!(within, "<{name} {key}={value:?}>");
            }
        }
        if name == "style" {
            let rules = words(node);
            assert!(
                !rules.contains("url(") && !rules.contains("@import"),
                "{rules}"
            );
        }
    }
}

#[test]
fn a_full_run_has_every_section_and_loads_nothing() {
    let run = full_run();
    let page = report(run.path());
    assert_harmless(&page);
    assert!(!page.contains("http:") && !page.contains("https:"));
    assert_eq!(
        section_ids(&page),
        [
            "warnings",
            "results",
            "training",
            "tasks",
            "confusion",
            "calibration",
            "regression",
            "sharing",
            "synapses",
            "weighting",
            "metrics",
            "environment"
        ]
    );
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn the_captions_speak_with_numbers_of_the_run() {
    let run = full_run();
    let page = report(run.path());
    let document = parsed(&page);
    let said = words(document.root_element());
    for sentence in [
        "class: 94 of 100 test rows right; guessing the most common class would get 41.",
        "mass: it explains 95 % of the variation in 70 test rows; always answering the mean explains none (R² 0.945). \
         On average it is off by 4.442.",
        "The most frequent mistake is mammal taken for bird (3 times).",
        "Macro F1 0.728 on 24 test rows; always answering the most common labels would get 0.210.",
        "marks epoch 52, whose weights were kept",
        "The test figures of habitats rest on only 24 rows",
        "No test row received answers that contradict each other.",
        "share 0.25",
    ] {
        assert!(said.contains(sentence), "{sentence:?} is not in:\n{said}");
    }
}

#[test]
fn every_link_within_the_page_has_a_target_and_every_id_is_unique() {
    let run = full_run();
    let page = report(run.path());
    let document = parsed(&page);
    let mut ids: Vec<&str> = document
        .descendants()
        .filter_map(|node| node.attribute("id"))
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for node in document.descendants() {
        let anchors = node
            .attribute("href")
            .and_then(|href| href.strip_prefix('#'));
        let labels = node
            .attribute("aria-labelledby")
            .into_iter()
            .flat_map(str::split_whitespace);
        for id in anchors.into_iter().chain(labels) {
            assert!(ids.contains(&id), "no element is called {id}");
        }
    }
}

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
fn names_that_are_markup_stay_text() {
    let run = folder();
    let evil = "<script>alert(1)</script>";
    let worse = "\"><img src=x onerror=alert(1)>]]>&amp;\u{0}";
    let task = json!({
        "kind": "multiclass", "observed": 40, "metrics": { "accuracy": 0.9, evil: 1.0 },
        "details": {
            "confusion": { "labels": [evil, worse], "counts": [[20, 2], [2, 16]] },
            "reliability": [{ "confidence": 0.9, "accuracy": 0.8, "count": 40 }],
            "scatter": { "column": evil, "observed": [1.0, 2.0], "predicted": [1.5, 2.5] },
        },
    });
    let evaluation = json!({ "tasks": { evil: task, worse: task }, "overall": { "score": 0.9 } });
    let histogram = json!({ "edges": [0.0, 1.0, 2.0], "counts": [3, 4] });
    let line = json!({ "epoch": 1, "split": "train", "losses": { evil: 0.5, worse: 0.4 }, "weights": { evil: 1.0 } });
    let next = json!({ "epoch": 2, "split": "train", "losses": { evil: 0.4, worse: 0.3 }, "weights": { evil: 2.0 } });
    text(run.path(), "metrics.jsonl", &format!("{line}\n{next}\n"));
    json_file(
        run.path(),
        "summary.json",
        &json!({ "name": evil, "test": evaluation, "warnings": [worse], "headline": { evil: "accuracy" } }),
    );
    json_file(run.path(), "evaluation/test.json", &evaluation);
    json_file(
        run.path(),
        "network.json",
        &json!({ "tasks": [{ "name": worse, "kind": evil }, { "name": evil, "parents": [worse], "edge": evil }],
                 "layers": [{ "path": evil, "shape": [2, 2], "parameters": 4 }] }),
    );
    json_file(
        run.path(),
        "synapses.json",
        &json!({ "noise": evil, "layers": [{ "path": worse, "weights": histogram }],
                 "outputs": { "description": evil, "edges": [0.0, 1.0], "counts": [1] } }),
    );
    json_file(
        run.path(),
        "importance.json",
        &json!({ "kind": evil, "features": [evil, worse], "tasks": [{ "name": evil, "values": [1.0, -2.0] }] }),
    );
    json_file(
        run.path(),
        "environment.json",
        &json!({ evil: worse, "data": [{ evil: worse }] }),
    );
    text(
        run.path(),
        "experiment.toml",
        "name = \"</code></pre><script>alert(1)</script>\"\n",
    );

    let page = report(run.path());
    assert_harmless(&page);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for path in write_figures(run.path(), &run.path().join("figures")).unwrap() {
        assert_eq!(path.parent(), Some(&*run.path().join("figures")));
        assert_harmless(&fs::read_to_string(path).unwrap().replace("seed-", ""));
    }
}

#[test]
fn where_files_lay_on_the_machine_stays_there() {
    let run = full_run();
    let page = report(run.path());
    assert!(!page.contains("/home/ada"));
    assert!(page.contains("<td>animals.csv</td>"));
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

#[test]
fn any_single_file_makes_a_report_and_any_may_be_absent() {
    let files = [
        ("metrics.jsonl", "training"),
        ("summary.json", "results"),
        ("evaluation", "confusion"),
        ("network.json", "tasks"),
        ("synapses.json", "synapses"),
        ("importance.json", "sharing"),
        ("environment.json", "environment"),
        ("experiment.toml", "environment"),
    ];
    for (kept, section) in files {
        let run = full_run();
        for (other, _) in files.into_iter().filter(|(other, _)| *other != kept) {
            let path = run.path().join(other);
            if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            }
            .unwrap();
        }
        let page = report(run.path());
        assert_harmless(&page);
        assert!(
            section_ids(&page).iter().any(|id| id == section),
            "{kept} alone: {:?}",
            section_ids(&page)
        );
    }
    for (absent, section) in files
        .into_iter()
        .filter(|(name, _)| !["summary.json", "evaluation"].contains(name))
    {
        let run = full_run();
        fs::remove_file(run.path().join(absent)).unwrap();
        let page = report(run.path());
        assert_harmless(&page);
        // The environment is drawn from two files.
        let expected = section == "environment";
        assert_eq!(
            section_ids(&page).iter().any(|id| id == section),
            expected,
            "without {absent}"
        );
    }
}

#[test]
fn a_folder_without_a_run_is_refused() {
    let empty = folder();
    assert!(matches!(
        write_report(empty.path()),
        Err(ReportError::NotARun { .. })
    ));
    let nowhere = empty.path().join("nowhere");
    let error = write_report(&nowhere).unwrap_err();
    assert!(matches!(error, ReportError::NoFolder { .. }));
    assert!(
        error.to_string().contains("nowhere") && error.to_string().contains("runs/"),
        "{error}"
    );
}

#[test]
fn a_damaged_file_is_named_with_its_line() {
    for (name, content, line) in [
        (
            "summary.json",
            "{\n  \"name\": \"x\",\n  \"epochs\": oops\n}\n",
            3,
        ),
        (
            "evaluation/test.json",
            "{\n\"tasks\": {\"a\": {\"observed\": \"many\"}}}",
            2,
        ),
        (
            "metrics.jsonl",
            "{\"epoch\": 1}\n\n{\"epoch\": 2,}\n{\"epoch\": 3}\n",
            3,
        ),
        ("network.json", "", 1),
    ] {
        let run = full_run();
        text(run.path(), name, content);
        let error = write_report(run.path()).unwrap_err();
        match &error {
            ReportError::Json { path, line: at, .. } => {
                assert!(path.ends_with(name));
                assert_eq!(*at, line, "{error}");
            }
            other => panic!("{other:?}"),
        }
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn numbers_that_do_not_fit_together_are_an_error_and_no_panic() {
    let cases = [
        (
            "synapses.json",
            json!({ "layers": [{ "path": "a", "weights": { "edges": [0.0, 1.0], "counts": [1, 2] } }] }),
        ),
        (
            "synapses.json",
            json!({ "outputs": { "edges": [1.0, 0.0], "counts": [1] } }),
        ),
        (
            "importance.json",
            json!({ "features": ["a"], "tasks": [{ "name": "t", "values": [1.0, 2.0] }] }),
        ),
        (
            "network.json",
            json!({ "tasks": [{ "name": "t", "parents": ["nobody"] }] }),
        ),
        (
            "network.json",
            json!({ "tasks": [{ "name": "t" }, { "name": "t" }] }),
        ),
        (
            "evaluation/test.json",
            json!({ "tasks": { "t": { "details": { "confusion": { "labels": ["a"], "counts": [[1, 2]] } } } } }),
        ),
        (
            "evaluation/test.json",
            json!({ "tasks": { "t": { "details": { "confusion":
                { "labels": ["a", "b"], "counts": [[u64::MAX, u64::MAX], [1, 1]] } } } } }),
        ),
        (
            "evaluation/test.json",
            json!({ "tasks": { "t": { "details": { "scatter": { "observed": [1.0], "predicted": [] } } } } }),
        ),
    ];
    for (name, value) in cases {
        let run = folder();
        json_file(run.path(), name, &value);
        let error = write_report(run.path()).unwrap_err();
        assert!(
            matches!(&error, ReportError::Shape { path, .. } if path.ends_with(name)),
            "{error:?}"
        );
    }
}

#[test]
fn a_run_that_diverged_still_has_a_report_which_says_so() {
    let run = full_run();
    let line = |epoch: u64| json!({ "epoch": epoch, "split": "train", "losses": { "order": null, "diet": 1e300 } });
    text(
        run.path(),
        "metrics.jsonl",
        &format!("{}\n{}\n", line(1), line(2)),
    );
    json_file(
        run.path(),
        "synapses.json",
        &json!({ "noise": "gaussian", "scale": 0.1, "layers": [
            { "path": "a.weight", "weights": { "edges": [null, null], "counts": [4] }, "mean": null, "std": null } ] }),
    );
    let page = report(run.path());
    assert_harmless(&page);
    assert!(page.contains("The training loss of order is not a number from epoch 1 on"));
    assert!(page.contains("1 layer holds weights that are not numbers"));
}

#[test]
fn fields_of_a_later_version_are_ignored() {
    let run = full_run();
    let mut summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(run.path().join("summary.json")).unwrap())
            .unwrap();
    summary["carbon"] = json!({ "grams": [1, 2] });
    summary["test"]["overall"]["fairness"] = json!("high");
    json_file(run.path(), "summary.json", &summary);
    assert_harmless(&report(run.path()));
}

#[test]
fn several_seeds_are_compared_and_each_has_a_page() {
    let run = folder();
    write_seeds(run.path(), 5);
    let page = report(run.path());
    assert_harmless(&page);
    assert_eq!(
        section_ids(&page),
        ["warnings", "results", "seeds", "metrics", "environment"]
    );
    let document = parsed(&page);
    let said = words(document.root_element());
    assert!(
        said.contains("94.0 ± 1.4 % of 100 test rows right on average over 5 seeds"),
        "{said}"
    );
    assert!(
        said.contains("It scores 0.859 ± 0.014 on the test rows"),
        "{said}"
    );
    for node in document.descendants() {
        if let Some(link) = node
            .attribute("href")
            .filter(|href| href.starts_with("seed-"))
        {
            assert!(run.path().join(link).is_file(), "{link} leads nowhere");
        }
    }
    assert_eq!(RunFiles::read(run.path()).unwrap().seeds.len(), 5);
}

#[test]
fn a_report_is_the_same_every_time_and_leaves_nothing_beside_it() {
    let run = full_run();
    let before = fs::read_dir(run.path()).unwrap().count();
    let first = report(run.path());
    assert_eq!(first, report(run.path()));
    assert_eq!(fs::read_dir(run.path()).unwrap().count(), before + 1);
}

#[test]
fn many_tasks_and_classes_still_make_a_small_page() {
    let run = folder();
    let labels: Vec<String> = (0..31)
        .map(|class| format!("class number {class}"))
        .collect();
    let counts: Vec<Vec<u64>> = (0..31)
        .map(|row| (0..31).map(|column| u64::from(row == column) * 9).collect())
        .collect();
    let tasks: serde_json::Map<_, _> = (0..40)
        .map(|task| {
            let details = if task == 0 {
                json!({ "confusion": { "labels": labels, "counts": counts } })
            } else {
                json!({})
            };
            (format!("task {task}"), json!({ "kind": "multiclass", "observed": 279, "metrics": { "accuracy": 1.0 }, "details": details }))
        })
        .collect();
    let evaluation = json!({ "tasks": tasks, "overall": { "score": 1.0, "violation_rate": 0.0 } });
    json_file(run.path(), "evaluation/test.json", &evaluation);
    let features: Vec<String> = (0..5000).map(|feature| format!("f{feature}")).collect();
    let values: Vec<f64> = (0..5000)
        .map(|feature| f64::from(feature) / 5000.0)
        .collect();
    let importance: Vec<_> = (0..40)
        .map(|task| json!({ "name": format!("task {task}"), "values": values }))
        .collect();
    json_file(
        run.path(),
        "importance.json",
        &json!({ "kind": "permutation", "features": features, "tasks": importance }),
    );
    let nodes: Vec<_> = (0..40)
        .map(|task: usize| {
            json!({ "name": format!("task {task}"), "kind": "multiclass",
            "parents": if task == 0 { vec![] } else { vec![format!("task {}", (task - 1) / 3)] } })
        })
        .collect();
    json_file(run.path(), "network.json", &json!({ "tasks": nodes }));
    let page = report(run.path());
    assert_harmless(&page);
    assert!(page.len() < 500_000, "{} bytes", page.len());
    assert!(page.contains("The 12 strongest of 5,000 features are drawn."));
}
