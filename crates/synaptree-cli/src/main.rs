//! The `synaptree` command: parses, calls the library, prints.
//!
//! Figures and documents go to standard output, everything else to standard error. Exit codes: 0
//! done, 2 the input was wrong, 1 something broke, 130 interrupted. With `--json` errors are one
//! JSON document on standard error.

mod arguments;
mod codes;
mod command;
mod failure;
mod progress;
mod table;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) if !answer.use_stderr() => {
            // Help or the version was asked for; whoever closed the output has seen enough.
            let _ = answer.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            // What could not be parsed may still say how errors shall be told.
            let is_json = std::env::args_os().any(|argument| argument == "--json");
            return ended(&Failure::usage(error), is_json);
        }
    };
    let is_json = arguments.command.is_json();
    let result = match arguments.command {
        Command::Example(arguments) => command::example::run(&arguments),
        Command::Describe(arguments) => command::describe::run(&arguments),
        Command::Init(arguments) => command::init::run(&arguments),
        Command::Check(arguments) => command::check::run(&arguments),
        Command::Train(arguments) => command::train::run(&arguments),
        Command::Evaluate(arguments) => command::evaluate::run(&arguments),
        Command::Predict(arguments) => command::predict::run(&arguments),
        Command::Inspect(arguments) => command::inspect::run(&arguments),
        Command::Plot(arguments) => command::plot::run(&arguments),
        Command::Explain(arguments) => command::explain::run(&arguments),
        Command::Schema(arguments) => command::schema::run(&arguments),
        Command::Doctor(arguments) => command::doctor::run(&arguments),
        Command::Completions(arguments) => command::completions::completions(&arguments),
        Command::Man(arguments) => command::completions::man(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ended(&failure, is_json),
    }
}

/// Says why the command ended early, as text or as one JSON document.
fn ended(failure: &Failure, is_json: bool) -> ExitCode {
    match failure {
        Failure::Interrupted => {}
        told if is_json => anstream::eprintln!("{:#}", told.document()),
        told => anstream::eprintln!("{}", told.message()),
    }
    ExitCode::from(failure.exit_code())
}
