//! The arrows between crates: a crate may use only crates below it.

use serde_json::Value;

use super::Verdict;
use crate::repository::{cargo, output};

/// The crates from top to bottom, as `ARCHITECTURE.md` lists them.
pub(crate) const CRATES: &[&str] = &[
    "synaptree-cli",
    "synaptree",
    "synaptree-train",
    "synaptree-report",
    "synaptree-model",
    "synaptree-data",
    "synaptree-tasks",
    "synaptree-nn",
    "synaptree-kernels",
    "synaptree-config",
    "synaptree-store",
];

/// Arrows that point downwards and are forbidden all the same: (from, to, why).
const FORBIDDEN: &[(&str, &str, &str)] = &[
    (
        "synaptree-report",
        "synaptree-model",
        "a report is drawn from files alone",
    ),
    (
        "synaptree-report",
        "synaptree-nn",
        "a report is drawn from files alone",
    ),
    (
        "synaptree-report",
        "synaptree-tasks",
        "a report is drawn from files alone",
    ),
    (
        "synaptree-report",
        "burn",
        "a report is drawn from files alone",
    ),
    ("synaptree-data", "burn", "data computes with plain numbers"),
    (
        "synaptree-config",
        "burn",
        "the experiment file's reader does not know what its keys mean",
    ),
    (
        "synaptree-cli",
        "burn",
        "the command does not know how anything is computed",
    ),
];

/// (from, to): no chain of arrows leads there. Prediction needs no training code.
const NOT_REACHABLE: &[(&str, &str)] = &[("synaptree-model", "synaptree-train")];

/// Every arrow points downwards, and the forbidden ones are absent.
pub(crate) fn check() -> Result<Verdict, String> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let arrows = arrows(&metadata);
    let mut wrong = wrong(&arrows);
    wrong.extend(unlisted(&metadata));
    if wrong.is_empty() {
        Ok(Verdict::Noted(format!(
            "{} crates, {} arrows",
            CRATES.len(),
            arrows.len()
        )))
    } else {
        Err(format!(
            "{} arrows are wrong\n{}",
            wrong.len(),
            wrong.join("\n")
        ))
    }
}

/// What each workspace crate needs to be built; tests may look upwards.
fn arrows(metadata: &Value) -> Vec<(String, String)> {
    let mut arrows = Vec::new();
    for package in packages(metadata) {
        let from = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if dependency["kind"].as_str() != Some("dev") {
                let to = dependency["name"].as_str().unwrap_or_default();
                arrows.push((from.to_owned(), to.to_owned()));
            }
        }
    }
    arrows
}

/// Crates that the table does not list.
fn unlisted(metadata: &Value) -> Vec<String> {
    packages(metadata)
        .filter_map(|package| package["name"].as_str())
        .filter(|name| !CRATES.contains(name))
        .map(|name| format!("{name} has no place in the table of crates"))
        .collect()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    let all = metadata["packages"].as_array().into_iter().flatten();
    all.filter(|package| package["name"].as_str() != Some("xtask"))
}

fn wrong(arrows: &[(String, String)]) -> Vec<String> {
    let level = |name: &str| CRATES.iter().position(|known| *known == name);
    let mut wrong = Vec::new();
    for (from, to) in arrows {
        if let (Some(above), Some(below)) = (level(from), level(to))
            && above >= below
        {
            wrong.push(format!("{from} -> {to}: {to} stands above {from}"));
        }
        if let Some((.., why)) = FORBIDDEN.iter().find(|(f, t, _)| f == from && t == to) {
            wrong.push(format!("{from} -> {to}: {why}"));
        }
    }
    for (from, to) in NOT_REACHABLE {
        if reachable(arrows, from).iter().any(|name| name == to) {
            wrong.push(format!("{from} needs {to}, perhaps through another crate"));
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

fn reachable(arrows: &[(String, String)], from: &str) -> Vec<String> {
    let mut reached = vec![from.to_owned()];
    let mut next = 0;
    while next < reached.len() {
        for (source, target) in arrows {
            if *source == reached[next] && !reached.contains(target) {
                reached.push(target.clone());
            }
        }
        next += 1;
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn an_arrow_downwards_is_right() {
        assert!(wrong(&[arrow("synaptree-train", "synaptree-model")]).is_empty());
    }

    #[test]
    fn an_arrow_upwards_is_wrong() {
        assert_eq!(
            wrong(&[arrow("synaptree-nn", "synaptree-tasks")]),
            ["synaptree-nn -> synaptree-tasks: synaptree-tasks stands above synaptree-nn"],
        );
    }

    #[test]
    fn a_forbidden_arrow_downwards_is_wrong() {
        assert_eq!(wrong(&[arrow("synaptree-report", "burn")]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_place_is_wrong() {
        let metadata = serde_json::json!({"packages": [
            {"name": "synaptree-new", "dependencies": []},
            {"name": "xtask", "dependencies": []},
        ]});
        assert_eq!(
            unlisted(&metadata),
            ["synaptree-new has no place in the table of crates"]
        );
    }

    #[test]
    fn training_is_found_behind_another_crate() {
        let arrows = [
            arrow("synaptree-model", "helper"),
            arrow("helper", "synaptree-train"),
        ];
        assert!(
            wrong(&arrows)
                .iter()
                .any(|line| line.contains("needs synaptree-train"))
        );
    }

    #[test]
    fn tests_may_look_upwards() {
        let metadata = serde_json::json!({"packages": [{
            "name": "synaptree-nn",
            "dependencies": [
                {"name": "synaptree-tasks", "kind": "dev"},
                {"name": "synaptree-kernels", "kind": null},
            ],
        }]});
        assert_eq!(
            arrows(&metadata),
            [arrow("synaptree-nn", "synaptree-kernels")]
        );
    }
}
