//! Mistakes in `[data]` and `[[inputs]]` that the schema cannot know of.

use std::collections::BTreeSet;

use synaptree_config::{Diagnostic, Diagnostics, nearest};
use synaptree_tasks::{Kind, OneOrMany, TaskSpec};

use super::data::{ColumnPart, DataSpec, FileSpec, Files, PartSpec, QuoteSpec};
use super::input::{InputKind, InputSpec};

/// Reports every mistake in `[data]` and `[[inputs]]` that can be seen without reading a file.
pub fn check_data(
    data: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    diagnostics: &mut Diagnostics,
) {
    data.check(diagnostics);
    check_inputs(inputs, diagnostics);
    check_strata(data, tasks, diagnostics);
    check_listed_inputs(data, inputs, tasks, diagnostics);
    check_names(data, inputs, tasks, diagnostics);
}

fn check_strata(data: &DataSpec, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let named = |task: &&TaskSpec| data.stratify_by.as_deref() == Some(task.name.as_str());
    if tasks
        .iter()
        .find(named)
        .is_some_and(|task| task.kind == Kind::Regression)
    {
        diagnostics.push(
            Diagnostic::error(
                "data::stratify_by",
                "data.stratify_by",
                "rows cannot be stratified by a regression task",
            )
            .label("its values are numbers, not classes")
            .help("name a task with classes, or a column"),
        );
    }
}

fn check_listed_inputs(
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
                    "inputs::columns",
                    format!("inputs[{position}].columns[{index}]"),
                    format!("the column \"{column}\" cannot be an input"),
                )
                .label(format!("it is {role}"))
                .help("remove it from `columns`"),
            );
        }
    }
}

/// Where `columns` names every column, a name that is none of them is a mistake that needs no
/// file to be seen.
fn check_names(
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
            "data::columns",
            path,
            format!("there is no column \"{word}\""),
        )
        .label("not among `[data] columns`");
        diagnostics.push(match nearest(word, columns.iter().map(String::as_str)) {
            Some(close) => mistake.help(format!("did you mean \"{close}\"?")),
            None => mistake,
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

impl DataSpec {
    /// Reports what the schema cannot: keys that exclude each other and fractions that leave no
    /// training rows.
    pub fn check(&self, diagnostics: &mut Diagnostics) {
        if self.train.sources().is_empty() {
            diagnostics.push(
                Diagnostic::error("data::train", "data.train", "no file to train on")
                    .label("names no file")
                    .help("name a file: train = \"animals.csv\""),
            );
        }
        self.check_parts(diagnostics);
        self.check_ways_to_split(diagnostics);
        self.check_reading(diagnostics);
    }

    fn check_parts(&self, diagnostics: &mut Diagnostics) {
        let mut taken = self.calibration.unwrap_or(0.0);
        for (key, part) in [("validation", &self.validation), ("test", &self.test)] {
            let path = format!("data.{key}");
            match part {
                Some(PartSpec::Off(true)) => diagnostics.push(
                    Diagnostic::error("data::part", path, format!("`{key} = true` says nothing"))
                        .label("a fraction, files, { column, value } or false")
                        .help(format!("write `{key} = 0.15`, or `{key} = false` for none")),
                ),
                Some(PartSpec::Files(source)) if source.sources().is_empty() => diagnostics.push(
                    Diagnostic::error("data::part", path, format!("`{key}` is an empty list"))
                        .label("names no file")
                        .help(format!("name a file, or write `{key} = false`")),
                ),
                Some(PartSpec::Column(part)) if part.value.as_slice().is_empty() => {
                    diagnostics.push(
                        Diagnostic::error("data::part", path, format!("`{key}` has no value"))
                            .label("no row can belong to it")
                            .help("name the value, or values, of its rows"),
                    );
                }
                _ => {}
            }
        }
        for part in [self.validation(), self.test()] {
            if let PartSpec::Fraction(fraction) = part {
                taken += fraction;
            }
        }
        if taken >= 1.0 {
            let key = ["test", "validation", "calibration"]
                .into_iter()
                .find(|key| match *key {
                    "test" => matches!(self.test, Some(PartSpec::Fraction(_))),
                    "validation" => matches!(self.validation, Some(PartSpec::Fraction(_))),
                    _ => true,
                })
                .unwrap_or("test");
            diagnostics.push(
                Diagnostic::error(
                    "data::fractions",
                    format!("data.{key}"),
                    "validation, test and calibration leave no rows to train on",
                )
                .label(format!("together they take {taken} of the rows"))
                .help("their fractions must add up to less than 1"),
            );
        }
    }

    fn check_ways_to_split(&self, diagnostics: &mut Diagnostics) {
        let given = [
            ("split_by", self.split_by.is_some()),
            ("stratify_by", self.stratify_by.is_some()),
            ("order_by", self.order_by.is_some()),
        ];
        let given: Vec<&str> = given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(key, _)| key)
            .collect();
        for key in given.iter().skip(1) {
            diagnostics.push(
                Diagnostic::error(
                    "data::split",
                    format!("data.{key}"),
                    format!(
                        "`{}` and `{key}` cannot both decide where a row goes",
                        given[0]
                    ),
                )
                .at_key()
                .label(format!("`{}` is given as well", given[0]))
                .help("keep one of them"),
            );
        }
        let takes_fractions = self.calibration.is_some()
            || [self.validation(), self.test()]
                .iter()
                .any(|part| matches!(part, PartSpec::Fraction(_)));
        if !takes_fractions {
            for key in given {
                diagnostics.push(
                    Diagnostic::warning(
                        "data::split",
                        format!("data.{key}"),
                        format!("`{key}` does nothing: no part is a fraction of `train`"),
                    )
                    .at_key()
                    .label("has no effect"),
                );
            }
        }
    }

    fn check_reading(&self, diagnostics: &mut Diagnostics) {
        let one_character = |key: &str, text: &str, diagnostics: &mut Diagnostics| {
            if text.len() != 1 {
                diagnostics.push(
                    Diagnostic::error(
                        "data::character",
                        format!("data.{key}"),
                        format!("`{key}` must be one ASCII character"),
                    )
                    .label(format!("this is {} characters", text.chars().count()))
                    .help(format!("such as `{key} = \";\"`, or \"\\t\" for a tab")),
                );
            }
        };
        if let Some(separator) = &self.separator {
            one_character("separator", separator, diagnostics);
        }
        match &self.quote {
            Some(QuoteSpec::Character(quote)) => one_character("quote", quote, diagnostics),
            Some(QuoteSpec::Off(true)) => diagnostics.push(
                Diagnostic::error(
                    "data::quote",
                    "data.quote",
                    "`quote = true` names no character",
                )
                .label("a character or false")
                .help("write the character, or `quote = false`"),
            ),
            _ => {}
        }
        if self.header == Some(false) && self.columns.is_none() {
            diagnostics.push(
                Diagnostic::error(
                    "data::columns",
                    "data.header",
                    "without a header the columns have no names",
                )
                .label("the files have no header")
                .help("name them in the order of the file: columns = [\"age\", ...]"),
            );
        }
        if let Some(columns) = &self.columns {
            for (position, column) in columns.iter().enumerate() {
                if columns[..position].contains(column) {
                    diagnostics.push(
                        Diagnostic::error(
                            "data::columns",
                            format!("data.columns[{position}]"),
                            format!("the column name \"{column}\" stands twice"),
                        )
                        .label("named before"),
                    );
                }
            }
        }
    }
}

/// Reports mistakes across `[[inputs]]`: kinds that are not there yet, repeated names and columns.
pub(crate) fn check_inputs(inputs: &[InputSpec], diagnostics: &mut Diagnostics) {
    let mut names = BTreeSet::new();
    let mut columns = BTreeSet::new();
    let mut takes_the_rest = false;
    for (position, input) in inputs.iter().enumerate() {
        if input.kind != InputKind::Table {
            diagnostics.push(
                Diagnostic::error(
                    "inputs::kind",
                    format!("inputs[{position}].kind"),
                    format!(
                        "inputs of kind \"{}\" are not in this release",
                        input.kind.as_str()
                    ),
                )
                .label("this release reads tables")
                .help(
                    "write `kind = \"table\"` and keep the columns that are numbers or categories",
                ),
            );
        }
        if !names.insert(input.name.as_str()) {
            diagnostics.push(
                Diagnostic::error(
                    "inputs::name",
                    format!("inputs[{position}].name"),
                    format!("two inputs are named \"{}\"", input.name),
                )
                .label("named before"),
            );
        }
        match &input.columns {
            None if takes_the_rest => diagnostics.push(
                Diagnostic::error(
                    "inputs::columns",
                    format!("inputs[{position}]"),
                    "two inputs take all columns that are left",
                )
                .label("an earlier input takes them")
                .help("give all inputs but one their `columns`"),
            ),
            None => takes_the_rest = true,
            Some(listed) => {
                for (index, column) in listed.iter().enumerate() {
                    if !columns.insert(column.as_str()) {
                        diagnostics.push(
                            Diagnostic::error(
                                "inputs::columns",
                                format!("inputs[{position}].columns[{index}]"),
                                format!("the column \"{column}\" is read twice"),
                            )
                            .label("read before"),
                        );
                    }
                }
                if !input.exclude.is_empty() {
                    diagnostics.push(
                        Diagnostic::error(
                            "inputs::exclude",
                            format!("inputs[{position}].exclude"),
                            "`columns` and `exclude` cannot both say what an input reads",
                        )
                        .label("`columns` is given as well")
                        .help("keep one of them"),
                    );
                }
            }
        }
    }
}
