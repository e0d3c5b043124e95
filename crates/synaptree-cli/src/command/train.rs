//! `synaptree train`: from an experiment file to a run folder.

use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use synaptree::{
    DryRun, Event, Outcome, SeedsOutcome, Trainer, dry_run, higher_is_better, holds_seeds,
    resume_seeds, train_seeds,
};

use crate::arguments;
use crate::codes;
use crate::command::{print, print_json, read_experiment, warn};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::table::{Table, figure};

/// Set by Ctrl-C; training looks at it before each step.
static STOP: AtomicBool = AtomicBool::new(false);

/// The first Ctrl-C asks training to save and stop, the second ends the process at once.
#[expect(
    clippy::exit,
    reason = "the main thread may be far from the next place where it looks"
)]
fn interrupt() {
    if STOP.swap(true, Ordering::Relaxed) {
        std::process::exit(Failure::Interrupted.exit_code().into());
    }
}

pub(crate) fn run(arguments: &arguments::Train) -> Result<(), Failure> {
    arguments.machine.prepare()?;
    if cfg!(debug_assertions) && !arguments.quiet {
        anstream::eprintln!("note: this is a debug build; `--release` is many times faster");
    }
    // If no handler can be set, the first Ctrl-C ends the process.
    let _ = ctrlc::set_handler(interrupt);
    let mut progress = Progress::new(arguments.quiet);
    let mut show = |event: &Event| progress.show(event);

    if let Some(folder) = &arguments.resume {
        let (folder, summary) = if holds_seeds(folder) {
            seeds_result(resume_seeds(folder, Some(&STOP), &mut show)?)?
        } else {
            run_result(Trainer::new().stop(&STOP).resume(folder, &mut show)?)?
        };
        return finish(arguments, Path::new(&folder), &summary);
    }
    let Some(path) = &arguments.experiment else {
        return Err(Failure::input(
            &codes::USAGE,
            "give an experiment file, or a run folder with --resume",
        ));
    };
    let mut experiment = read_experiment(path, &arguments.set)?;
    if let Some(seed) = arguments.seed {
        experiment = experiment.with_seed(seed);
    }
    warn(experiment.warnings());
    let data = experiment.load_data()?;
    if arguments.dry_run {
        let found = dry_run(&experiment, &data)?;
        return if arguments.json {
            print_json(&json!(found))
        } else {
            warn(&data.dataset.warnings);
            print(&describe(&found))
        }
        .and_then(|()| reached(&found));
    }
    let (folder, summary) = if let Some(seeds) = &arguments.seeds {
        let output = arguments.output.as_deref();
        let seeds = seeds.clone();
        seeds_result(train_seeds(
            &experiment,
            &data,
            seeds,
            output,
            Some(&STOP),
            &mut show,
        )?)?
    } else {
        let mut trainer = Trainer::new().stop(&STOP);
        if let Some(output) = &arguments.output {
            trainer = trainer.output(output);
        }
        run_result(trainer.run(&experiment, &data, &mut show)?)?
    };
    finish(arguments, Path::new(&folder), &summary)
}

fn run_result(outcome: Outcome) -> Result<(String, Value), Failure> {
    match outcome {
        Outcome::Finished(run) => Ok((run.folder.display().to_string(), run.summary)),
        Outcome::Interrupted(_) => Err(Failure::Interrupted),
    }
}

fn seeds_result(outcome: SeedsOutcome) -> Result<(String, Value), Failure> {
    match outcome {
        SeedsOutcome::Finished { folder, summary } => Ok((folder.display().to_string(), summary)),
        SeedsOutcome::Interrupted(_) => Err(Failure::Interrupted),
    }
}

fn finish(arguments: &arguments::Train, folder: &Path, summary: &Value) -> Result<(), Failure> {
    if arguments.json {
        let mut document = json!({ "run": folder });
        if let (Value::Object(document), Value::Object(summary)) = (&mut document, summary) {
            document.extend(summary.clone());
        }
        return print_json(&document);
    }
    let mut text = final_table(summary);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\nreport: {}", folder.join("report.html").display());
    print(&text)
}

/// A figure of `summary.json`: a number, or mean and interval over seeds.
fn cell(value: Option<&Value>) -> String {
    match value {
        Some(Value::Object(over_seeds)) => {
            let part = |key: &str| over_seeds.get(key).and_then(Value::as_f64);
            match part("ci95") {
                Some(_) => format!("{} ± {}", figure(part("mean")), figure(part("ci95"))),
                None => figure(part("mean")),
            }
        }
        other => figure(other.and_then(Value::as_f64)),
    }
}

/// What a newcomer wants to know: how good, on how many rows, and how good guessing would be.
fn final_table(summary: &Value) -> String {
    let splits: Vec<&str> = ["validation", "test", "train"]
        .into_iter()
        .filter(|split| summary.get(*split).is_some())
        .collect();
    let Some(&counted) = splits.iter().find(|s| **s == "test").or(splits.first()) else {
        return "trained; there are no rows to score\n".to_owned();
    };
    let mut header = vec!["task", "metric"];
    header.extend(&splits);
    header.extend(["guessing", "labels"]);
    let mut table = Table::new(&header);
    let headlines = summary["headline"].as_object().cloned().unwrap_or_default();
    for (task, metric) in &headlines {
        let metric = metric.as_str().unwrap_or("");
        let entry = |split: &str| &summary[split]["tasks"][task];
        let mut row = vec![task.clone(), metric.to_owned()];
        row.extend(
            splits
                .iter()
                .map(|split| cell(entry(split)["metrics"].get(metric))),
        );
        row.push(cell(summary["majority"][counted].get(task)));
        row.push(entry(counted)["observed"].to_string());
        table.row(row);
    }
    let mut row = vec!["score".to_owned(), "mean".to_owned()];
    row.extend(
        splits
            .iter()
            .map(|split| cell(summary[*split]["overall"].get("score"))),
    );
    row.push(cell(summary["baseline"].get(counted)));
    row.push(String::new());
    table.row(row);
    let learnt = if counted == "train" {
        "These rows were learnt from: there are no validation or test rows.\n"
    } else {
        ""
    };
    let weak: String = headlines
        .iter()
        .filter_map(|(task, metric)| weak(summary, counted, task, metric.as_str()?))
        .collect();
    format!(
        "{table}\n`guessing` always answers the most common class, or the mean; `labels` are the {counted} rows with a \
         label.\n{learnt}{weak}"
    )
}

/// So many times as large as the squared errors of the mean are errors of a network that does not just learn badly.
const DIVERGED: f64 = 100.0;

/// What to say of a task that is no better than guessing.
fn weak(summary: &Value, split: &str, task: &str, metric: &str) -> Option<String> {
    // A number, or the mean over seeds.
    let number = |value: &Value| value.as_f64().or_else(|| value.get("mean")?.as_f64());
    let reached = number(&summary[split]["tasks"][task]["metrics"][metric])?;
    let guessing = number(&summary["majority"][split][task])?;
    let better = if higher_is_better(metric) {
        reached > guessing
    } else {
        reached < guessing
    };
    if metric == "r2" && 1.0 - reached > DIVERGED * (1.0 - guessing) {
        return Some(format!(
            "Task `{task}` is far worse than guessing: training diverged, or some {split} rows are far from the training \
             rows. A smaller `training.optimizer.learning_rate` helps against the one; against the other look at the \
             largest and smallest values (`synaptree describe`).\n"
        ));
    }
    (!better).then(|| format!("Task `{task}` is no better than guessing on the {split} rows.\n"))
}

/// A parameter without a gradient would stay as it was drawn.
fn reached(found: &DryRun) -> Result<(), Failure> {
    match found.without_gradient.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(Failure::input(
            &codes::NO_GRADIENT,
            format!(
                "{} parameters receive no gradient, such as `{first}`\nhelp: a task above `share = 0` needs labels of \
                 its own, and every layer a task below it",
                found.without_gradient.len()
            ),
        )),
    }
}

fn describe(found: &DryRun) -> String {
    let [train, validation, test] = found.rows;
    let mut text = format!(
        "{train} training, {validation} validation, {test} test rows; {} parameters\n\n",
        found.parameters
    );
    let mut layers = Table::new(&["layer", "shape"]);
    for (path, shape) in &found.layers {
        let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
        layers.row(vec![path.clone(), shape.join(" x ")]);
    }
    let mut header = vec!["task, first loss"];
    header.extend(found.batches.iter().map(|batch| batch.split.as_str()));
    let mut losses = Table::new(&header);
    let tasks = found.batches.first().map(|batch| batch.losses.keys());
    for task in tasks.into_iter().flatten() {
        let mut row = vec![task.clone()];
        row.extend(
            found
                .batches
                .iter()
                .map(|batch| figure(batch.losses.get(task).copied().flatten())),
        );
        losses.row(row);
    }
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{layers}\n{losses}");
    let memory = &found.memory;
    let _ = writeln!(
        text,
        "memory: about {} (data {}, network and optimizer {}, one batch {}), and the program itself",
        bytes(memory.total()),
        bytes(memory.data),
        bytes(memory.network),
        bytes(memory.batch)
    );
    let time = &found.time;
    let _ = writeln!(
        text,
        "time: about {} for all epochs, {} an epoch of {} steps; early stopping and `time_limit` may end it before",
        duration(time.run),
        duration(time.epoch),
        time.steps_per_epoch
    );
    if found.without_gradient.is_empty() {
        text.push_str("every parameter receives a gradient\n");
    } else {
        let _ = writeln!(
            text,
            "no gradient in the first batch: {}",
            found.without_gradient.join(", ")
        );
    }
    text
}

fn bytes(bytes: usize) -> String {
    const KIB: f64 = 1024.0;
    let bytes = bytes as f64;
    if bytes < KIB * KIB {
        format!("{:.0} KiB", bytes / KIB)
    } else if bytes < KIB * KIB * KIB {
        format!("{:.1} MiB", bytes / (KIB * KIB))
    } else {
        format!("{:.1} GiB", bytes / (KIB * KIB * KIB))
    }
}

fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.0} ms", 1000.0 * seconds)
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_learned_nothing_is_told_and_one_that_diverged_all_the_more() {
        let told = |metric: &str, reached: Value, guessing: f64| {
            let summary = json!({
                "test": { "tasks": { "y": { "metrics": { metric: reached } } } },
                "majority": { "test": { "y": guessing } },
            });
            weak(&summary, "test", "y", metric).unwrap_or_default()
        };
        assert_eq!(told("r2", json!(0.2), -0.01), "");
        assert_eq!(told("rmse", json!({ "mean": 0.9, "n": 3 }), 1.0), "");
        assert!(told("r2", json!(-0.3), -0.01).contains("no better than guessing"));
        assert!(told("accuracy", json!({ "mean": 0.5, "n": 3 }), 0.5).contains("no better"));
        assert!(told("r2", json!(-1e22), -0.01).contains("training diverged"));
        // The mean of the training rows is far off here too.
        assert!(told("r2", json!(-219.0), -135.0).contains("no better"));
        assert_eq!(told("r2", Value::Null, -0.01), "");
    }
}
