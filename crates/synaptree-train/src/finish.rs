//! From the last step to a complete run folder: the model, its figures, the report.

use serde_json::{Map, Value, json};
use synaptree_model::{Model, ModelConfig, Predict};
use synaptree_tasks::{Baseline, Evaluation};

use crate::calibration;
use crate::checkpoint::Progress;
use crate::describe;
use crate::error::TrainError;
use crate::importance::importance;
use crate::keep::recorded_predictions;
use crate::posterior::{self, Fitted};
use crate::pruning::{self, spread};
use crate::session::Session;
use crate::synapses;

/// Samples that the spread of doubt is drawn from, where `[uncertainty]` does not name more.
const SAMPLES: u32 = 32;
/// Rows whose doubt is drawn at most.
const DOUBTED: usize = 2000;

/// Writes everything that a finished run consists of; returns the model and `summary.json`.
pub(crate) fn finish(session: &Session, progress: &Progress) -> Result<(Model, Value), TrainError> {
    let spec = session.experiment.spec();
    let data = session.data;
    let folder = session.folder;
    let Fitted { network, posterior } = posterior::fit(session)?;
    let mut config = ModelConfig::new(
        session.experiment.name(),
        spec.seed,
        session.config.clone(),
        data.tree.clone(),
    );
    let preprocessing = data.dataset.preprocessing.clone();
    let build = |config| {
        Model::new(
            config,
            preprocessing.clone(),
            network.clone(),
            session.device.clone(),
        )
        .with_posterior(posterior.clone())
    };
    let mut model = build(config.clone());
    if let Some(validation) = &data.dataset.validation {
        let answer = model.forecast(validation, Predict::mean());
        config.residual = data
            .tree
            .residual_variance(&answer.distributions(), &validation.labels);
        model = build(config);
    }
    let fitted = calibration::fit(&spec.uncertainty, data, &spec.data, &model);
    let model = model.with_calibration(fitted);
    model.save(folder.model())?;

    let baseline = Baseline::fit(&data.tree, &data.dataset.train.labels);
    let mut summary = json!({
        "name": session.experiment.name(),
        "seed": spec.seed,
        "seconds": progress.seconds,
        "epochs": progress.epoch,
        "best_epoch": session.model_epoch(progress),
        "stopped": if progress.out_of_time {
            "time_limit"
        } else if progress.epoch < spec.training.epochs {
            "early_stopping"
        } else {
            "epochs"
        },
        "rows": {
            "train": data.rows()[0],
            "validation": data.rows()[1],
            "test": data.rows()[2],
        },
        "parameters": describe::trainable(model.network()),
    });
    if data.split("calibration").is_some() {
        summary["rows"]["calibration"] = json!(data.calibration_rows());
    }
    let mut baselines = Map::new();
    let mut majorities = Map::new();
    // Rows that were learnt from say little; they are scored only where there are no others.
    let scored: &[&str] = if data.rows()[1..] == [0, 0] {
        &["train"]
    } else {
        &["validation", "test"]
    };
    for &name in scored {
        let Some(split) = data.split(name) else {
            continue;
        };
        let majority = baseline.evaluate(&data.tree, &split.labels);
        let mut detailed = model
            .evaluate_in_detail(split, Predict::mean())
            .with_baseline(majority.score);
        let samples = Predict::samples(spec.uncertainty.samples.max(SAMPLES));
        let doubted = model.predict(&spread(split, DOUBTED), samples).tasks;
        let doubt: Vec<_> = doubted.into_iter().map(|task| task.uncertain).collect();
        data.tree.add_doubt(&mut detailed, &doubt);
        folder.write_json(
            &format!("evaluation/{name}.json"),
            &evaluation_document(name, &detailed),
        )?;
        summary[name] = evaluation_document(name, &detailed.without_details());
        baselines.insert(name.to_owned(), json!(majority.score));
        let guesses: Map<String, Value> = data
            .tree
            .tasks()
            .iter()
            .map(|task| {
                let value = majority.metric(&task.name, task.headline());
                (task.name.clone(), json!(value))
            })
            .collect();
        majorities.insert(name.to_owned(), Value::Object(guesses));
        let predictions = model.predict(split, Predict::mean());
        let path = folder.root().join(recorded_predictions(name));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(TrainError::file("create", parent))?;
        }
        predictions.write(&path)?;
    }
    summary["baseline"] = Value::Object(baselines);
    // What always answering the majority class or the mean reaches in each task's headline metric.
    summary["majority"] = Value::Object(majorities);
    let headlines: Map<String, Value> = data
        .tree
        .tasks()
        .iter()
        .map(|task| (task.name.clone(), json!(task.headline())))
        .collect();
    summary["headline"] = Value::Object(headlines);
    // What was said of the data before the first step stands in the report too.
    summary["warnings"] = json!(data.dataset.warnings);

    folder.write_json("network.json", &describe::network(model.network(), data))?;
    let mut synapses = synapses::describe(
        model.network(),
        &spec.synapses,
        model.posterior(),
        spec.seed,
    );
    let noise = spec.synapses.noise;
    if let Some(curve) = pruning::curve(model.network(), noise, data, &session.device) {
        synapses["pruning"] = curve;
    }
    folder.write_json("synapses.json", &synapses)?;
    let linear = spec.network.trunk.is_empty() && spec.network.heads.is_empty();
    let importance = importance(
        model.network(),
        data,
        spec.seed,
        linear,
        spec.training.importance_rows,
        &session.device,
    );
    if let Some(importance) = importance {
        folder.write_json("importance.json", &importance)?;
    }
    folder.write_json("summary.json", &summary)?;
    synaptree_report::write_report(folder.root())?;
    Ok((model, summary))
}

/// The document that `evaluate --json` prints.
pub fn evaluation_document(split: &str, evaluation: &Evaluation) -> Value {
    let mut document = json!({ "split": split });
    if let (Value::Object(document), Ok(Value::Object(evaluation))) =
        (&mut document, serde_json::to_value(evaluation))
    {
        document.extend(evaluation);
    }
    document
}
