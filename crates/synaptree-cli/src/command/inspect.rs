//! `synaptree inspect`: what a run or model consists of.

use std::fmt::Write;

use serde_json::json;
use synaptree::{Calibration, EstimatorsLine, MetricsLine, TaskTree, WeightPosterior, parameters};

use crate::arguments;
use crate::command::{load, print, print_json};
use crate::failure::Failure;
use crate::table::{Table, figure};

pub(crate) fn run(arguments: &arguments::Inspect) -> Result<(), Failure> {
    let model = load(&arguments.run)?;
    let config = model.config();
    let tree = model.tasks();
    let layers = parameters(model.network());
    let total: usize = layers
        .iter()
        .map(|(_, _, v)| v.shape().num_elements())
        .sum();
    let measured: Vec<(u64, EstimatorsLine)> = MetricsLine::of_run(&arguments.run)?
        .into_iter()
        .filter_map(|line| Some((line.epoch, line.estimators?)))
        .collect();
    if arguments.json {
        return print_json(&json!({
            "name": config.name,
            "version": config.version,
            "seed": config.seed,
            "noise_format": config.noise_format,
            "synapses": config.network.synapses,
            "network": config.network.network,
            "parameters": total,
            "layers": layers.iter().map(|(path, _, v)| json!({
                "path": path, "shape": v.shape().to_vec(),
            })).collect::<Vec<_>>(),
            "tasks": tree.tasks().iter().map(|t| json!({
                "name": t.name,
                "kind": t.kind,
                "answers": t.vocabulary.names(),
                "parents": t.parents.iter().map(|&p| tree.tasks()[p].name.clone()).collect::<Vec<_>>(),
                "refines": t.refines.iter().map(|r| tree.tasks()[r.coarse].name.clone()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "noise": model.layer_noise(),
            "posterior": model.posterior().map(|found| json!({
                "kind": found.kind(),
                "linearised": found.is_linearised(),
            })),
            "estimators": measured.iter().map(|(epoch, found)| json!({
                "epoch": epoch,
                "rows": found.rows,
                "signal": found.signal,
                "variance": found.variance.iter().map(|(name, value)| (name.to_owned(), json!(value)))
                    .collect::<serde_json::Map<_, _>>(),
            })).collect::<Vec<_>>(),
            "calibration": model.calibration(),
            "inputs": model.preprocessing().source_columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
        }));
    }
    let mut tasks = Table::new(&["task", "kind", "answers", "parents", "refines"]);
    for task in tree.tasks() {
        let names = |indices: &mut dyn Iterator<Item = usize>| -> String {
            indices
                .map(|i| tree.tasks()[i].name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        tasks.row(vec![
            task.name.clone(),
            task.kind.to_string(),
            task.vocabulary.len().to_string(),
            names(&mut task.parents.iter().copied()),
            names(&mut task.refines.iter().map(|r| r.coarse)),
        ]);
    }
    let noise = model.layer_noise();
    let mut head = vec!["layer", "shape", "parameters"];
    if !noise.is_empty() {
        head.extend(["noise", "signal/noise", "drowned"]);
    }
    let mut shapes = Table::new(&head);
    for (path, _, values) in &layers {
        let shape: Vec<String> = values
            .shape()
            .to_vec()
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut row = vec![
            path.clone(),
            shape.join(" x "),
            values.shape().num_elements().to_string(),
        ];
        if let Some(layer) = noise.iter().find(|layer| layer.path == *path) {
            row.extend(
                [layer.scale, layer.signal_to_noise, layer.drowned].map(|v| figure(Some(v))),
            );
        } else if !noise.is_empty() {
            row.extend(["", "", ""].map(ToOwned::to_owned));
        }
        shapes.row(row);
    }
    let mut text = format!(
        "{}: trained with synaptree {}, seed {}, {total} parameters\n\n{tasks}\n{shapes}",
        config.name, config.version, config.seed
    );
    if let Some(found) = model.posterior() {
        text.push_str(&posterior(found));
    }
    if !noise.is_empty() {
        text.push_str(
            "\n`noise` is the mean deviation of a weight, `signal/noise` the median of |weight| / deviation, `drowned` \
             the share of weights below 1.\n",
        );
    }
    if let Some((_, last)) = measured.last() {
        text.push_str(&estimators(&measured, last));
    }
    if let Some(fitted) = model.calibration() {
        text.push_str(&calibration(fitted, model.tasks()));
    }
    let columns = model.preprocessing().source_columns();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\ninputs: {}", names.join(", "));
    print(&text)
}

/// What found the distribution of the weights, and how its draws answer.
fn posterior(found: &WeightPosterior) -> String {
    let by = found
        .kind()
        .map_or_else(String::new, |kind| format!(" that {kind} found"));
    let answer = if found.is_linearised() {
        "the linearised network"
    } else {
        "the drawn weights"
    };
    format!(
        "\nweights have the distribution{by}, and samples answer with {answer}; `noise` is its deviation\n"
    )
}

/// The variance of gradients over time, a column an estimator.
fn estimators(measured: &[(u64, EstimatorsLine)], last: &EstimatorsLine) -> String {
    let names: Vec<&str> = last.variance.keys().collect();
    let mut head = vec!["epoch", "signal"];
    head.extend(&names);
    let mut table = Table::new(&head);
    for (epoch, found) in measured {
        let mut row = vec![epoch.to_string(), figure(found.signal)];
        let values = names.iter().map(|name| found.variance.get(name));
        row.extend(values.map(|value| figure(value.copied().flatten())));
        table.row(row);
    }
    format!(
        "\nvariance of the gradient of {} training rows between draws of the noise, by estimator; `signal` is the squared \
         norm of its mean\n\n{table}",
        last.rows
    )
}

/// What was fitted after training, for the mean network.
fn calibration(fitted: &Calibration, tree: &TaskTree) -> String {
    let mut table = Table::new(&[
        "task",
        "labels",
        "temperature",
        "scale",
        "set or interval",
        "answer",
    ]);
    let list = |values: &mut dyn Iterator<Item = Option<f64>>| -> String {
        let values: Vec<String> = values.take(3).map(figure).collect();
        values.join(", ")
    };
    for (task, of) in tree.tasks().iter().zip(&fitted.mean) {
        let scale = of.scale.iter().flatten();
        let thresholds = of.conformal.iter().flat_map(|c| &c.thresholds);
        let answer = of.answer.map_or_else(String::new, |rule| {
            rule.threshold.map_or_else(
                || "never".to_owned(),
                |p| format!("p >= {}", figure(Some(p.into()))),
            )
        });
        table.row(vec![
            task.name.clone(),
            of.rows.to_string(),
            of.temperature.map_or_else(String::new, |t| figure(Some(t))),
            list(&mut scale.map(|scale| Some(*scale))),
            list(&mut thresholds.map(|threshold| threshold.map(f64::from))),
            answer,
        ]);
    }
    let samples = if fitted.samples > 0 {
        format!(" and once more for {} samples", fitted.samples)
    } else {
        String::new()
    };
    format!(
        "\nfitted on {} rows for the mean network{samples}: {}\n\n{table}",
        fitted.basis.fitted_on.as_str(),
        fitted.basis
    )
}
