//! Columns, cells and targets.

use serde_json::json;
use synaptree_config::Diagnostics;
use synaptree_data::{DataError, TargetError, check_data};

use crate::Sample;

fn table() -> Vec<DataError> {
    let files = || "data/animals.csv".to_owned();
    let place = || "data/animals.csv, line 17".to_owned();
    let age = || "age".to_owned();
    vec![
        DataError::AbsentColumn {
            files: files(),
            column: "mamal".into(),
            role: "the target of task `mammal`".into(),
            help: "did you mean `mammal`?".into(),
        },
        DataError::UnusableColumn {
            files: files(),
            column: "size".into(),
            role: "an input".into(),
            found: "structures".into(),
            help: "store it as numbers or text",
        },
        DataError::ReservedInput {
            column: "mammal".into(),
            input: "traits".into(),
            role: "the target of task `mammal`".into(),
        },
        DataError::NoInputs {
            left_out: " (`mammal` is a target)".into(),
        },
        DataError::NotANumber {
            place: place(),
            column: age(),
            role: "an input".into(),
            value: "unknown".into(),
            more: " (2 more)".into(),
            help: "correct the cell, or add it to `[data] missing`".into(),
        },
        DataError::NotABoolean {
            place: place(),
            column: "smoker".into(),
            role: "an input".into(),
            value: "sometimes".into(),
            help: "correct the cell, or add it to `[data] missing`".into(),
        },
        DataError::NotADate {
            place: place(),
            column: "bought".into(),
            value: "2024-05-32".into(),
            more: String::new(),
            help: "write it so, or add it to `[data] missing`".into(),
        },
        DataError::RowWeight {
            place: place(),
            column: "weight".into(),
            value: "-2".into(),
        },
        DataError::NoTime {
            place: place(),
            column: "date".into(),
        },
        DataError::Time {
            place: place(),
            column: "date".into(),
            value: "31.05.2024".into(),
        },
        DataError::EmptyPart {
            part: "validation",
            reason: "0.01 of 20 rows is none".into(),
            help: "write a larger fraction, or `validation = false`".into(),
        },
        DataError::OneRow { rows: 1 },
        DataError::StratifyNumbers {
            task: "weight".into(),
        },
        DataError::StreamedOrder {
            column: "date".into(),
        },
        DataError::TooManyAnswers {
            task: "price".into(),
            column: "price".into(),
            most: 100_000,
        },
        DataError::Columns(arrow_schema::ArrowError::InvalidArgumentError(
            "all columns in a record batch must have the same length".into(),
        )),
    ]
}

fn targets() -> Vec<TargetError> {
    let place = || "data/animals.csv, line 17".to_owned();
    let task = || "mammal".to_owned();
    vec![
        TargetError::TargetCount {
            task: task(),
            kind: "multiclass",
            found: 2,
        },
        TargetError::AllMissing {
            task: task(),
            column: task(),
            rows: 80,
        },
        TargetError::ConstantTarget {
            task: task(),
            column: task(),
            value: "yes".into(),
            rows: 80,
        },
        TargetError::ThirdValue {
            place: place(),
            task: task(),
            column: task(),
            value: "perhaps".into(),
            classes: ["no".into(), "yes".into()],
            help: "correct the cell, add it to `[data] missing`, or make the task `multiclass`"
                .into(),
        },
        TargetError::NoPositive {
            task: task(),
            column: task(),
            positive: "Yes".into(),
            found: "no, yes".into(),
        },
        TargetError::NoRank {
            place: place(),
            task: "size".into(),
            value: "medium".into(),
            reason: "is not in `order`".into(),
            help: "add it to `order`".into(),
        },
        TargetError::UnseenClass {
            task: "order".into(),
            class: "owl".into(),
            part: "test".into(),
            places: "data/animals.csv, line 40".into(),
            help: "add rows of it to the training part".into(),
        },
        TargetError::UnknownLabel {
            place: place(),
            task: "kind".into(),
            label: "animal/cow".into(),
            help: "did you mean `animal/cat`?".into(),
        },
        TargetError::Hierarchy {
            task: "kind".into(),
            source: synaptree_tasks::TaskError::HierarchyCycle {
                cycle: vec!["a".into(), "b".into(), "a".into()],
            },
        },
    ]
}

/// What a file cannot say and a program can.
fn section() -> Vec<Sample> {
    let quote = json!({ "train": "animals.csv", "quote": true });
    let mut found = Diagnostics::default();
    check_data(
        &serde_json::from_value(quote).unwrap(),
        &[],
        &[],
        &mut found,
    );
    found
        .into_iter()
        .map(|mistake| (mistake.code, mistake.message))
        .collect()
}

pub(crate) fn samples() -> Vec<Sample> {
    let table = table()
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    let targets = targets()
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    table.chain(targets).chain(section()).collect()
}
