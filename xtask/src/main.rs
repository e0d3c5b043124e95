//! Development tasks of this workspace.
//!
//! `cargo xtask check` is the gate: everything that must hold before a change lands.
#![expect(clippy::print_stdout, reason = "this program talks to a terminal")]

mod check;
mod repository;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask check [--skip STEP]... [--only STEP]...

Runs every step of the gate, goes on after a failure, and lists what failed.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((task, options)) if task == "check" => match check::Selection::parse(options) {
            Ok(selection) => check::run(&selection),
            Err(message) => usage(&message),
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
