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
    let mut table = Table::new(&["task", "kind", "answers", "train", "validation", "test"]);
    for (index, task) in data.tree.tasks().iter().enumerate() {
        let observed = |split: &str| {
            data.observed(split, index)
                .map_or_else(|| "-".to_owned(), |labels| labels.to_string())
        };
        table.row(vec![
            task.name.clone(),
            task.kind.to_string(),
            task.vocabulary.len().to_string(),
            observed("train"),
            observed("validation"),
            observed("test"),
        ]);
    }
    let [train, validation, test] = data.rows();
    let mut text = format!(
        "{} is in order: {train} training, {validation} validation and {test} test rows\n\n{table}\n{}\n",
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
