//! One module a subcommand.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod describe;
pub(crate) mod doctor;
pub(crate) mod evaluate;
pub(crate) mod example;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod plot;
pub(crate) mod predict;
pub(crate) mod schema;
pub(crate) mod train;

use std::io::Write;
use std::path::Path;

use synaptree::{Experiment, Model, OVERRIDE_PREFIX, holds_seeds};

use crate::codes;
use crate::failure::Failure;

/// An experiment file, changed by the environment and then by `--set`.
pub(crate) fn read_experiment(path: &Path, set: &[String]) -> Result<Experiment, Failure> {
    let mut environment = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name
            .to_str()
            .filter(|name| name.starts_with(OVERRIDE_PREFIX))
        else {
            continue;
        };
        let Some(value) = value.to_str() else {
            return Err(Failure::input(
                &synaptree::codes::VARIABLE_NOT_TEXT,
                format!(
                    "the environment variable `{name}` is not valid Unicode\nhelp: give it a value in UTF-8"
                ),
            ));
        };
        environment.push((name.to_owned(), value.to_owned()));
    }
    // The operating system lists them in any order.
    environment.sort();
    Ok(Experiment::read_with_environment(path, &environment, set)?)
}

/// The model of a run folder or model folder.
pub(crate) fn load(run: &Path) -> Result<Model, Failure> {
    if holds_seeds(run) {
        return Err(Failure::input(
            &codes::SEVERAL_SEEDS,
            format!(
                "`{0}` holds a run for each of several seeds\nhelp: give one of them, such as `{1}`",
                run.display(),
                run.join("seed-0").display()
            ),
        ));
    }
    Ok(Model::load(run)?)
}

/// Writes a document or table to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| {
            Failure::broken(
                &codes::OUTPUT,
                format!("could not write to standard output: {error}"),
            )
        }),
    }
}

/// Writes one JSON document to standard output.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// Writes remarks to standard error.
pub(crate) fn warn(warnings: &[String]) {
    use anstyle::{AnsiColor, Style};
    const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    for warning in warnings {
        if warning.starts_with("warning") {
            anstream::eprintln!("{warning}");
        } else {
            anstream::eprintln!("{WARNING}warning{WARNING:#}: {warning}");
        }
    }
}
