//! `synaptree evaluate`: what a model's predictions are worth.

use std::fmt::Write;

use synaptree::{Evaluation, ModelError, TrainError, evaluation_document, recorded_data};

use crate::arguments::{self, SplitName};
use crate::command::{load, print, print_json, warn};
use crate::failure::Failure;
use crate::table::{Table, figure};

pub(crate) fn run(arguments: &arguments::Evaluate) -> Result<(), Failure> {
    arguments.machine.prepare()?;
    let model = load(&arguments.run)?;
    let how = arguments.sampling.how();
    let (split, evaluation) = if let Some(path) = &arguments.data {
        let mut remarks = Vec::new();
        let evaluation = match &arguments.ood {
            Some(other) => model.evaluate_file_against(path, other, how, &mut remarks)?,
            None => model.evaluate_file(path, how, &mut remarks)?,
        };
        warn(&remarks);
        (path.display().to_string(), evaluation)
    } else {
        if !arguments.run.join("environment.json").exists() {
            return Err(Failure::from(TrainError::NotARun {
                path: arguments.run.clone(),
                reason: "it is a model alone, without the data of its run".to_owned(),
                help: "give rows with `--data FILE`, or the run folder",
            }));
        }
        let data = recorded_data(&arguments.run)?;
        let name = arguments.split.unwrap_or(if data.split("test").is_some() {
            SplitName::Test
        } else {
            SplitName::Validation
        });
        let split = data
            .split(name.as_str())
            .ok_or_else(|| ModelError::NoSplit(name.as_str().to_owned()))?;
        let evaluation = match &arguments.ood {
            Some(other) => model.evaluate_against(split, other, how)?,
            None => model.evaluate(split, how),
        };
        (name.as_str().to_owned(), evaluation)
    };
    if arguments.json {
        return print_json(&evaluation_document(&split, &evaluation));
    }
    print(&describe(&split, &evaluation))
}

fn describe(split: &str, evaluation: &Evaluation) -> String {
    let mut table = Table::new(&["task", "kind", "labels", "metric", split]);
    for (name, task) in &evaluation.tasks {
        let mut first = true;
        for (metric, value) in &task.metrics {
            let once = |text: String| if first { text } else { String::new() };
            table.row(vec![
                once(name.clone()),
                once(task.kind.to_string()),
                once(task.observed.to_string()),
                metric.clone(),
                figure(*value),
            ]);
            first = false;
        }
    }
    let mut text = format!(
        "{table}\nscore {}   violation rate {}\n",
        figure(evaluation.score),
        figure(Some(evaluation.violation_rate))
    );
    if let Some(basis) = &evaluation.guarantees {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "promised: {basis}");
    }
    text
}
