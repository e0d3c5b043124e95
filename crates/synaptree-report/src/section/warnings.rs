//! What a reader should know before relying on the figures.

use serde_json::Value;

use super::view::View;
use super::{Section, words};
use crate::chart::number;
use crate::page::escape;

/// Fewer rows than this leave a metric to chance.
const FEW: u64 = 30;
/// So many times as large as the squared errors of the mean are errors of a network that does not just learn badly.
const DIVERGED: f64 = 100.0;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let mut warnings = written(view);
    warnings.extend(state(view));
    warnings.extend(divergence(view));
    warnings.extend(weak(view));
    if warnings.is_empty() {
        return None;
    }
    let lead = warnings
        .iter()
        .map(|text| format!(r#"<p class="warning">{}</p>"#, escape(text)));
    Some(Section::new(
        "warnings",
        "Before you rely on this",
        lead.collect(),
    ))
}

/// What the run itself wrote down.
fn written(view: &View<'_>) -> Vec<String> {
    let summary = view
        .files
        .summary
        .iter()
        .flat_map(|summary| summary.warnings.iter().cloned());
    let environment = view
        .files
        .environment
        .as_ref()
        .and_then(|file| file.get("warnings"));
    let environment = environment.and_then(Value::as_array).into_iter().flatten();
    summary
        .chain(environment.filter_map(|text| text.as_str().map(ToOwned::to_owned)))
        .collect()
}

/// Whether the run is complete, and what its figures rest on.
fn state(view: &View<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let files = view.files;
    if files.metrics_cut_off {
        warnings.push(
            "The last line of metrics.jsonl is cut off: the run was stopped while writing it."
                .to_owned(),
        );
    }
    if files.summary.is_none() {
        warnings.push(
            "There is no summary.json: the run is still going, or was stopped before its end."
                .to_owned(),
        );
    }
    if view.evaluation("test").is_none() && view.evaluation("validation").is_some() {
        warnings.push(
            "There is no test split. The figures are those of the validation rows, which also chose the \
             best epoch, so they are a little too good."
                .to_owned(),
        );
    }
    if view.split() == Some("train") {
        warnings.push(
            "There are no validation and no test rows. The figures are those of the rows that were learnt from: \
             they say nothing about others."
                .to_owned(),
        );
    }
    let last = files
        .metrics
        .iter()
        .filter(|line| line.split == "validation")
        .map(|line| line.epoch)
        .max();
    if let (Some(best), Some(last)) = (view.best_epoch(), last)
        && files.seeds.is_empty()
        && last > 1
        && best == last as f64
    {
        warnings.push(format!(
            "The best epoch, {last}, was also the last one: training for longer may still improve the model."
        ));
    }
    warnings
}

/// Losses and weights that are no numbers any more.
fn divergence(view: &View<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let train = || {
        view.files
            .metrics
            .iter()
            .filter(|line| line.split == "train")
    };
    for task in &view.tasks {
        let first = train().find(|line| {
            // A task without a label in that epoch is null too, and nobody's fault.
            matches!(line.losses.get(&task.name), Some(None))
                && view
                    .observed("train", &task.name)
                    .is_none_or(|observed| observed > 0)
        });
        if let Some(line) = first {
            warnings.push(format!(
                "The training loss of {} is not a number from epoch {} on: training diverged. A smaller \
                 training.optimizer.learning_rate usually helps.",
                task.name, line.epoch
            ));
        }
    }
    let layers = view
        .files
        .synapses
        .iter()
        .flat_map(|synapses| &synapses.layers);
    let broken = layers.filter(|layer| !layer.weights.is_finite()).count();
    if broken > 0 {
        let layers = if broken == 1 {
            "layer holds"
        } else {
            "layers hold"
        };
        warnings.push(format!(
            "{broken} {layers} weights that are not numbers: training diverged."
        ));
    }
    warnings
}

/// Tasks with few labels, and tasks that learned nothing.
fn weak(view: &View<'_>) -> Vec<String> {
    let Some(split) = view.split() else {
        return Vec::new();
    };
    let mut warnings = Vec::new();
    let few: Vec<(&str, u64)> = view
        .tasks
        .iter()
        .filter_map(|task| Some((task.name.as_str(), view.observed(split, &task.name)?)))
        .filter(|(_, observed)| (1..FEW).contains(observed))
        .collect();
    if let (Some(least), Some(most)) = (
        few.iter().map(|(_, n)| *n).min(),
        few.iter().map(|(_, n)| *n).max(),
    ) {
        let names: Vec<&str> = few.iter().map(|(name, _)| *name).collect();
        let counts = if least == most {
            least.to_string()
        } else {
            format!("{least} to {most}")
        };
        warnings.push(format!(
            "The {split} figures of {} rest on only {counts} rows with a label. One row more or less right \
             moves an accuracy by up to {}.",
            listed(&names),
            number::percent(1.0 / least as f64)
        ));
    }
    for task in &view.tasks {
        let (Some(metric), Some(value), Some(guess)) = (
            task.headline.as_deref(),
            view.headline_score(split, task)
                .and_then(|score| score.mean),
            view.guess(split, task),
        ) else {
            continue;
        };
        let better = if words::higher_is_better(metric) {
            value > guess
        } else {
            value < guess
        };
        if !better {
            warnings.push(format!(
                "{} is no better than {}: its {} is {} against {}.",
                task.name,
                words::guessing(&task.kind),
                words::metric_name(metric),
                number::value(value),
                number::value(guess)
            ));
        }
        if metric == "r2" && 1.0 - value > DIVERGED * (1.0 - guess) {
            warnings.push(format!(
                "{} is far worse than that: training diverged, or some {split} rows are far from the training rows. A \
                 smaller training.optimizer.learning_rate helps against the one; against the other look at the largest \
                 and smallest values.",
                task.name
            ));
        }
    }
    warnings
}

/// "a, b and c"; many names are counted.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] if names.len() <= 6 => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} others", names[..5].join(", "), names.len() - 5),
    }
}
