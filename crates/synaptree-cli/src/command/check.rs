//! `synaptree check`: is the experiment right, and do its data fit it?

use std::fmt::Write;

use crate::arguments;
use crate::command::{print, read_experiment, warn};
use crate::failure::Failure;
use crate::table::Table;

pub(crate) fn run(arguments: &arguments::Check) -> Result<(), Failure> {
    let experiment = read_experiment(&arguments.experiment, &arguments.set)?;
    warn(experiment.warnings());
    if arguments.resolved {
        return print(&experiment.resolved_with_origins()?);
    }
    let data = experiment.load_data()?;
    warn(&data.dataset.warnings);
    let calibrates = data.split("calibration").is_some();
    let mut head = vec!["task", "kind", "answers", "train", "validation", "test"];
    head.extend(calibrates.then_some("calibration"));
    let mut table = Table::new(&head);
    for (index, task) in data.tree.tasks().iter().enumerate() {
        let observed = |split: &str| {
            data.observed(split, index)
                .map_or_else(|| "-".to_owned(), |labels| labels.to_string())
        };
        let mut row = vec![
            task.name.clone(),
            task.kind.to_string(),
            task.vocabulary.len().to_string(),
            observed("train"),
            observed("validation"),
            observed("test"),
        ];
        row.extend(calibrates.then(|| observed("calibration")));
        table.row(row);
    }
    let [train, validation, test] = data.rows();
    let calibration = if calibrates {
        format!(", {} calibration", data.calibration_rows())
    } else {
        String::new()
    };
    let mut text = format!(
        "{} is in order: {train} training{calibration}, {validation} validation and {test} test rows\n\n{table}\n{}\n",
        arguments.experiment.display(),
        data.dataset.preprocessing.summary()
    );
    for suggestion in data.suggestions(&experiment.spec().tasks) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\nhint: `{}` determines `{}` in all {} rows where both are known; `refines = \"{}\"` on `{}` keeps their \
             predictions from contradicting each other",
            suggestion.fine, suggestion.coarse, suggestion.rows, suggestion.coarse, suggestion.fine
        );
    }
    print(&text)
}
