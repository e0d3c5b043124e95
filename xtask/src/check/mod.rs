//! `cargo xtask check`: the gate.
//!
//! A step is a function that explains itself when it fails. All steps run, so that one call shows
//! everything there is to mend.

mod arrows;
mod documents;
mod lengths;
mod native;
mod tools;
mod words;

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What a step has to say when it holds.
pub(crate) enum Verdict {
    /// It holds.
    Passed,
    /// It holds, and this is worth knowing.
    Noted(String),
    /// It could not run here.
    Skipped(String),
}

type Step = fn() -> Result<Verdict, String>;

/// Cheap steps come first: their verdict is there while the compiler works.
const STEPS: &[(&str, Step)] = &[
    ("format", tools::format),
    ("words", words::check),
    ("lengths", lengths::check),
    ("documents", documents::check),
    ("arrows", arrows::check),
    ("native", native::check),
    ("typos", tools::typos),
    ("licences", tools::licences),
    ("clippy", tools::clippy),
    ("doc", tools::doc),
    ("generated", tools::generated),
    ("tests", tools::tests),
];

/// The names of all steps, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).collect()
}

/// Which steps to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    skip: Vec<String>,
    only: Vec<String>,
}

impl Selection {
    /// Reads `--skip STEP` and `--only STEP`.
    pub(crate) fn parse(options: &[String]) -> Result<Self, String> {
        let mut selection = Self::default();
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let list = match option.as_str() {
                "--skip" => &mut selection.skip,
                "--only" => &mut selection.only,
                other => return Err(format!("there is no option `{other}`")),
            };
            let step = options.next().ok_or(format!("`{option}` needs a step"))?;
            if !names().contains(&step.as_str()) {
                return Err(format!("there is no step `{step}`"));
            }
            list.push(step.clone());
        }
        Ok(selection)
    }

    fn contains(&self, step: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == step);
        !named(&self.skip) && (self.only.is_empty() || named(&self.only))
    }
}

/// Runs the selected steps and prints a table of verdicts.
pub(crate) fn run(selection: &Selection) -> ExitCode {
    let mut table = Vec::new();
    let mut failed = 0;
    for (name, step) in STEPS.iter().filter(|(name, _)| selection.contains(name)) {
        println!("── {name}");
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed();
        let (mark, remark) = match result {
            Ok(Verdict::Passed) => ("ok", String::new()),
            Ok(Verdict::Noted(remark)) => ("ok", remark),
            Ok(Verdict::Skipped(reason)) => ("skipped", reason),
            Err(reason) => {
                failed += 1;
                ("FAILED", reason)
            }
        };
        if !remark.is_empty() {
            println!("{remark}");
        }
        let first = remark.lines().next().unwrap_or_default().to_owned();
        table.push(line(name, mark, seconds, &first));
    }
    println!("\n{}", table.join("\n"));
    if failed == 0 {
        println!("\nthe gate is open");
        ExitCode::SUCCESS
    } else {
        println!(
            "\nthe gate is shut: {failed} of {} steps failed",
            table.len()
        );
        ExitCode::FAILURE
    }
}

fn line(name: &str, mark: &str, time: Duration, remark: &str) -> String {
    format!(
        "{name:<10} {mark:<8} {:>7.1} s  {remark}",
        time.as_secs_f64()
    )
    .trim_end()
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn skipped_and_selected_steps_are_understood() {
        let selection = Selection::parse(&words("--skip tests --skip doc")).unwrap();
        assert!(!selection.contains("tests"));
        assert!(selection.contains("clippy"));
        let selection = Selection::parse(&words("--only words")).unwrap();
        assert!(selection.contains("words"));
        assert!(!selection.contains("clippy"));
    }

    #[test]
    fn a_misspelt_step_or_option_is_an_error() {
        assert!(Selection::parse(&words("--skip test")).is_err());
        assert!(Selection::parse(&words("--skip")).is_err());
        assert!(Selection::parse(&words("--fast")).is_err());
    }
}
