//! What stands on the page.

use std::fs;

use serde_json::json;
use synaptree_report::{RunFiles, write_figures};

use crate::common::{assert_harmless, folder, full_run, parsed, report, section_ids, words};
use crate::support::{json_file, text, write_seeds};

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
            "doubt",
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
        "class: the truth was inside in 91 % of the rows (90 % asked), 1.300 in a set on average; 86 % of the rows were \
         answered, and 4 % of the answers were wrong (5 % allowed).",
        "It holds only approximately: it was fitted on the validation rows, which also chose the best epoch.",
        "class: of all answers 6 % are wrong. If it answered the surest half only, less than 1 % would be wrong.",
        "mass: central intervals stated for 90 % of the rows hold the truth in 90 %.",
        "Before calibration it was 0.",
        "Without the weakest 50 % of the weights it is at most 0.01 lower.",
        "0.400 at the start, 0.005 at the end",
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

#[test]
fn a_run_without_other_rows_shows_what_it_learnt_from_and_says_so() {
    let run = folder();
    let evaluation = json!({
        "tasks": { "xor": { "kind": "binary", "observed": 4, "metrics": { "auroc": 1.0, "accuracy": 1.0 } } },
        "overall": { "score": 1.0, "violation_rate": 0.0 },
    });
    let summary = json!({
        "name": "xor", "epochs": 80, "headline": { "xor": "auroc" }, "train": evaluation,
        "baseline": { "train": 0.5 }, "majority": { "train": { "xor": 0.5 } },
    });
    json_file(run.path(), "summary.json", &summary);
    let page = report(run.path());
    assert_harmless(&page);
    let document = parsed(&page);
    let said = words(document.root_element());
    for sentence in [
        "It scores 1.000 on the train rows",
        "xor: 4 of 4 train rows right",
        "The figures are those of the rows that were learnt from",
    ] {
        assert!(said.contains(sentence), "{sentence:?} is not in:\n{said}");
    }
}

#[test]
fn a_task_that_diverged_is_told_from_one_that_learned_nothing() {
    let told = |r2: f64| {
        let run = folder();
        let task = json!({ "kind": "regression", "observed": 40, "metrics": { "r2": r2 } });
        json_file(
            run.path(),
            "summary.json",
            &json!({
                "name": "far",
                "test": { "tasks": { "y": task }, "overall": { "score": 0.0 } },
                "headline": { "y": "r2" },
                "majority": { "test": { "y": -0.01 } },
            }),
        );
        let page = report(run.path());
        [
            page.contains("is no better than"),
            page.contains("is far worse than that"),
        ]
    };
    assert_eq!(told(0.5), [false, false]);
    assert_eq!(told(-3.0), [true, false]);
    assert_eq!(told(-1e22), [true, true]);
}
