//! Files that are absent, damaged, or hold what does not fit.

use std::fs;

use serde_json::json;
use synaptree_report::{ReportError, write_report};

use crate::common::{assert_harmless, folder, full_run, report, section_ids};
use crate::support::{json_file, text};

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
