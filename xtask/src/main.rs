//! Development tasks of this workspace.
//!
//! `cargo xtask check` is the gate: everything that must hold before a change lands.
//! `cargo xtask generate` writes what comes from the source.
//! `cargo xtask peers` compares an example with scikit-learn.
#![expect(clippy::print_stdout, reason = "this program talks to a terminal")]

mod bench;
mod check;
mod evidence;
mod generate;
mod peers;
mod repository;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask check [--skip STEP]... [--only STEP]...
       cargo xtask generate
       cargo xtask peers EXAMPLE [--seed N] [--model NAME]...
       cargo xtask bench data [--folder DIR] [--rows N] [--rounds N] [--threads N]
       cargo xtask bench memory [--folder DIR] [--rows N] [--in-memory]
       cargo xtask bench synapses [--rounds N] [--threads N]
       cargo xtask evidence kill [--moments N] [--seed N]
       cargo xtask evidence disk [--writes N] [--seed N]
       cargo xtask evidence fuzz [TARGET] [--runs N]
       cargo xtask evidence corpus [TARGET]

check     runs every step of the gate, goes on after a failure, and lists what failed
generate  writes the files that come from the source: docs/errors, docs/reference, what errors print
bench     measures the release build: `data` is the speed of the readers, `memory` the peak against the number of rows,
          `synapses` the time of steps and predictions; beside pandas, polars and PyTorch
evidence  kills runs, fills their disk, and feeds foreign bytes to every reader: docs/reliability.md
peers     trains scikit-learn on the rows of an example; PYTHON names the interpreter
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((task, options)) if task == "check" => match check::Selection::parse(options) {
            Ok(selection) => check::run(&selection),
            Err(message) => usage(&message),
        },
        Some((task, [])) if task == "generate" => match generate::generate() {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                println!("error: {message}");
                ExitCode::FAILURE
            }
        },
        Some((task, options)) if task == "bench" => match options.split_first() {
            Some((name, options)) => match bench::bench(name, options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(message) => {
                    println!("error: {message}");
                    ExitCode::FAILURE
                }
            },
            None => usage("`bench` needs the name of a bench"),
        },
        Some((task, options)) if task == "evidence" => match options.split_first() {
            Some((name, options)) => match evidence::evidence(name, options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(message) => {
                    println!("error: {message}");
                    ExitCode::FAILURE
                }
            },
            None => usage(&format!(
                "`evidence` needs one of {}",
                evidence::NAMES.join(", ")
            )),
        },
        Some((task, options)) if task == "peers" => match options.split_first() {
            Some((name, options)) => match peers::peers(name, options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(message) => {
                    println!("error: {message}");
                    ExitCode::FAILURE
                }
            },
            None => usage("`peers` needs the name of an example"),
        },
        Some((task, _)) if ["help", "--help", "-h"].contains(&task.as_str()) => {
            println!("{USAGE}\nSteps: {}", check::names().join(", "));
            ExitCode::SUCCESS
        }
        Some((task, _)) => usage(&format!("there is no task `{task}`")),
        None => usage("a task is missing"),
    }
}

fn usage(message: &str) -> ExitCode {
    println!(
        "error: {message}\n\n{USAGE}\nSteps: {}",
        check::names().join(", ")
    );
    ExitCode::from(2)
}
