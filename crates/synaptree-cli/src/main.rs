//! The `synaptree` command: parses, calls the library, prints.
//!
//! Figures and documents go to standard output, everything else to standard error. Exit codes: 0
//! done, 2 the input was wrong, 1 something broke, 130 interrupted.

mod arguments;
mod command;
mod failure;
mod progress;
mod table;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
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
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Interrupted) => ExitCode::from(130),
        Err(failure) => {
            anstream::eprintln!("{}", failure.message());
            ExitCode::from(failure.code())
        }
    }
}
