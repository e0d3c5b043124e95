//! Run folders, models and reports.

use std::io;
use std::path::PathBuf;

use synaptree_model::ModelError;
use synaptree_report::ReportError;
use synaptree_train::{InitError, TrainError};

use crate::Sample;

pub(crate) fn samples() -> Vec<Sample> {
    let run = || PathBuf::from("runs/animals");
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    let train = [
        TrainError::File {
            action: "write",
            path: run().join("metrics.jsonl"),
            source: full(),
        },
        TrainError::RunExists(run()),
        TrainError::OutputIsFile(PathBuf::from("animals.csv")),
        TrainError::InUse(run()),
        TrainError::NotARun {
            path: PathBuf::from("runs"),
            reason: "it has no `experiment.toml`".into(),
            help: "give the folder that `synaptree train` made",
        },
        TrainError::NotFinite {
            what: "the loss of `mammal`".into(),
            step: 41,
            epoch: 2,
            learning_rate: 100.0,
        },
        TrainError::CannotStream {
            key: "training.batch_size = \"full\"",
            instead: "training.batch_size = 1024",
        },
        TrainError::Memory {
            parameters: 10_000_700_000,
            network: 160_011_200_000,
            batch: 153_600_768,
            rows: 64,
            free: 17_179_869_184,
            layer: "trunk.1.dense".into(),
            shape: [100_000, 100_000],
        },
        TrainError::FewCalibrationRows {
            task: "mammal".into(),
            part: "calibration",
            observed: 8,
            key: "conformal",
            level: 0.99,
            needed: 99,
        },
        TrainError::LargeCurvature {
            task: "order".into(),
            weights: 5130,
            limit: 2048,
        },
        TrainError::DataFiles { then: 3, now: 4 },
        TrainError::DataChanged {
            file: PathBuf::from("data/animals.csv"),
        },
    ];
    let model = [
        ModelError::File {
            action: "write",
            path: run().join("model"),
            source: full(),
        },
        ModelError::NotAModel {
            path: PathBuf::from("runs"),
            reason: "it has no `model` folder".into(),
            help: "give the folder that `synaptree train` made",
        },
        ModelError::DuplicateColumn("mammal".into()),
        ModelError::OutputIsData {
            path: PathBuf::from("new.csv"),
            holds: "the rows to predict",
        },
        ModelError::NoSplit("test".into()),
    ];
    let report = [
        ReportError::NoFolder { path: run() },
        ReportError::NotARun {
            path: PathBuf::from("runs"),
        },
        ReportError::Read {
            path: run().join("summary.json"),
            source: full(),
        },
        ReportError::Json {
            path: run().join("summary.json"),
            line: 3,
            column: 9,
            reason: "expected `,` or `}`".into(),
        },
        ReportError::Shape {
            path: run().join("evaluation/test.json"),
            reason: "the confusion of `mammal` has rows of different lengths".into(),
        },
        ReportError::Write {
            path: run().join("report.html"),
            source: full(),
        },
    ];
    let init = [
        InitError::NoTarget {
            candidates: "  mammal: yes, no".into(),
            help: "synaptree init animals.csv --target mammal".into(),
        },
        InitError::UnknownTarget {
            column: "mamal".into(),
            files: "animals.csv".into(),
            help: "did you mean `mammal`?".into(),
        },
        InitError::NotATarget {
            column: "name".into(),
            reason: "it has another value in every row".into(),
            help: "name another column".into(),
        },
        InitError::NoInputs {
            files: "animals.csv".into(),
            reasons: "  name: it has another value in every row".into(),
            help: "add columns".into(),
        },
        InitError::Path {
            path: "data".into(),
            source: io::Error::from(io::ErrorKind::NotFound),
        },
        InitError::NoWay,
    ];
    let init = init
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    let train = train
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    let model = model
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    let report = report
        .into_iter()
        .map(|error| (error.code(), error.to_string()));
    train.chain(init).chain(model).chain(report).collect()
}
