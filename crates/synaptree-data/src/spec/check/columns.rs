//! Columns across `[data]`, `[[inputs]]` and `[[tasks]]`.

use synaptree_config::{Diagnostic, Diagnostics, nearest};
use synaptree_tasks::{Kind, OneOrMany, TaskSpec};

use crate::codes::section;
use crate::spec::data::{ColumnPart, DataSpec, FileSpec, Files, PartSpec};
use crate::spec::input::InputSpec;

/// Rows are stratified by classes.
pub(super) fn check_strata(data: &DataSpec, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let named = |task: &&TaskSpec| data.stratify_by.as_deref() == Some(task.name.as_str());
    if tasks
        .iter()
        .find(named)
        .is_some_and(|task| task.kind == Kind::Regression)
    {
        diagnostics.push(
            Diagnostic::error(
                &section::STRATIFY_BY,
                "data.stratify_by",
                "rows cannot be stratified by a regression task",
            )
            .label("its values are numbers, not classes")
            .help("name a task with classes, or a column"),
        );
    }
}

/// A column that steers or is a target cannot be an input.
pub(super) fn check_listed_inputs(
    data: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    diagnostics: &mut Diagnostics,
) {
    let reserved = data.reserved();
    for (position, input) in inputs.iter().enumerate() {
        for (index, column) in input.columns.iter().flatten().enumerate() {
            let target = tasks.iter().find(|task| task.targets().contains(column));
            let role = match target {
                Some(task) => format!("a target of task \"{}\"", task.name),
                None => match reserved.get(column.as_str()) {
                    Some(role) => (*role).to_owned(),
                    None => continue,
                },
            };
            diagnostics.push(
                Diagnostic::error(
                    &section::INPUT_COLUMNS,
                    format!("inputs[{position}].columns[{index}]"),
                    format!("the column \"{column}\" cannot be an input"),
                )
                .label(format!("it is {role}"))
                .help("remove it from `columns`"),
            );
        }
    }
}

/// Predictions carry the identifying columns over, beside the columns `<task>` and `<task>.…`.
pub(super) fn check_ids(data: &DataSpec, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    for (position, column) in data.ids().iter().enumerate() {
        let taken = tasks.iter().find(|task| {
            let rest = column.strip_prefix(task.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let Some(task) = taken else { continue };
        let key = match data.id {
            Some(OneOrMany::Many(_)) => format!("data.id[{position}]"),
            _ => "data.id".to_owned(),
        };
        diagnostics.push(
            Diagnostic::error(
                &section::ID,
                key,
                format!("the column \"{column}\" has the name of an answer"),
            )
            .label(format!(
                "the predictions of task \"{}\" take this name",
                task.name
            ))
            .help("rename the task and give the column as its `target`, or remove it from `id`"),
        );
    }
}

/// Where `columns` names every column, a name that is none of them is a mistake that needs no
/// file to be seen.
pub(super) fn check_names(
    data: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    diagnostics: &mut Diagnostics,
) {
    let renames = |files: &Files| match files {
        Files::One(_) => false,
        Files::Many(files) => files
            .iter()
            .any(|file| matches!(file, FileSpec::Renamed(_))),
    };
    let Some(columns) = data.columns.as_ref().filter(|_| !renames(&data.train)) else {
        return;
    };
    let mut used: Vec<(String, &str)> = Vec::new();
    for (key, words) in [("id", &data.id), ("split_by", &data.split_by)] {
        used.extend(
            words
                .iter()
                .flat_map(|words| addressed(&format!("data.{key}"), words)),
        );
    }
    for (key, word) in [
        ("order_by", &data.order_by),
        ("row_weight", &data.row_weight),
    ] {
        used.extend(
            word.iter()
                .map(|word| (format!("data.{key}"), word.as_str())),
        );
    }
    if let Some(name) = &data.stratify_by
        && tasks.iter().all(|task| task.name != *name)
    {
        used.push(("data.stratify_by".to_owned(), name));
    }
    for column in data.types.keys() {
        used.push((format!("data.types.{column:?}"), column));
    }
    for (key, part) in [("validation", &data.validation), ("test", &data.test)] {
        if let Some(PartSpec::Column(ColumnPart { column, .. })) = part {
            used.push((format!("data.{key}.column"), column));
        }
    }
    for (position, input) in inputs.iter().enumerate() {
        let listed = [
            ("columns", input.columns.as_deref()),
            ("exclude", Some(&input.exclude[..])),
        ];
        for (key, words) in listed {
            used.extend(
                words
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .map(|(index, word)| {
                        (format!("inputs[{position}].{key}[{index}]"), word.as_str())
                    }),
            );
        }
    }
    for (position, task) in tasks.iter().enumerate() {
        match &task.target {
            Some(words) => used.extend(addressed(&format!("tasks[{position}].target"), words)),
            None => used.push((format!("tasks[{position}].name"), task.name.as_str())),
        }
    }
    for (path, word) in used {
        if columns.iter().any(|column| column == word) {
            continue;
        }
        let mistake = Diagnostic::error(
            &section::COLUMNS,
            path,
            format!("there is no column \"{word}\""),
        )
        .label("not among `[data] columns`");
        diagnostics.push(match nearest(word, columns.iter().map(String::as_str)) {
            Some(close) => mistake.help(format!("did you mean \"{close}\"?")),
            None => mistake.help(format!("its columns are {}", columns.join(", "))),
        });
    }
}

/// The words of a key with the path of each.
fn addressed<'a>(path: &str, words: &'a OneOrMany) -> Vec<(String, &'a str)> {
    match words {
        OneOrMany::One(word) => vec![(path.to_owned(), word.as_str())],
        OneOrMany::Many(words) => words
            .iter()
            .enumerate()
            .map(|(index, word)| (format!("{path}[{index}]"), word.as_str()))
            .collect(),
    }
}
