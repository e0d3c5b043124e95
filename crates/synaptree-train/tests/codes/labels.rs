//! Labels that contradict what the tasks say.

use serde_json::json;
use synaptree_config::Diagnostics;
use synaptree_tasks::{TaskError, check_tasks};

use crate::Sample;

pub(crate) fn samples() -> Vec<Sample> {
    let mammal = || "mammal".to_owned();
    let order = || "order".to_owned();
    let errors = vec![
        TaskError::Invalid {
            path: "tasks[1].parent".into(),
            message: "there is no task `x`".into(),
        },
        TaskError::Count {
            what: "vocabularies",
            expected: 3,
            got: 2,
        },
        TaskError::Rows {
            task: order(),
            expected: 100,
            got: 99,
        },
        TaskError::Mismatch {
            task: mammal(),
            kind: "binary",
            expected: "two classes".into(),
            got: "a number".into(),
        },
        TaskError::TooFew {
            task: order(),
            kind: "multiclass",
            needed: 2,
            what: "classes",
            got: 1,
            names: " (bat)".into(),
        },
        TaskError::NoOrder {
            task: "size".into(),
            class: "small".into(),
        },
        TaskError::UnknownClass {
            task: order(),
            class: "Bat".into(),
            classes: "bat, owl".into(),
        },
        TaskError::NotADistribution {
            task: "mix".into(),
            row: 3,
            values: vec![0.2, -0.1],
        },
        TaskError::Contradiction {
            fine: order(),
            coarse: mammal(),
            rows: vec![3],
            examples: "row 3: `bat` is `no`".into(),
            help: "correct the rows or use `parent` instead of `refines`",
        },
        TaskError::NeverTogether {
            fine: order(),
            coarse: mammal(),
            class: "owl".into(),
        },
        TaskError::NoFineClass {
            fine: order(),
            coarse: mammal(),
            class: "no".into(),
        },
        TaskError::TwoWays {
            fine: "species".into(),
            coarse: "kingdom".into(),
            class: "owl".into(),
            first: "animal".into(),
            second: "plant".into(),
        },
        TaskError::PullShape {
            child: order(),
            child_outputs: 3,
            parent: mammal(),
            parent_outputs: 1,
        },
        TaskError::HierarchyEntry {
            entry: "a//b".into(),
            reason: "it has an empty label",
        },
        TaskError::Hierarchy {
            reason: "it has no node".into(),
        },
        TaskError::Saved {
            reason: "a task comes before its parent".into(),
        },
        TaskError::WeightingState {
            method: "uncertainty",
            reason: "it holds 3 tasks, not 4".into(),
        },
    ];
    let empty = json!({ "name": "foods", "kind": "multilabel", "separator": "" });
    let mut found = Diagnostics::default();
    check_tasks(&[serde_json::from_value(empty).unwrap()], &mut found);
    let found = found
        .into_iter()
        .map(|mistake| (mistake.code, mistake.message));
    errors
        .into_iter()
        .map(|error| (error.code(), error.to_string()))
        .chain(found)
        .collect()
}
