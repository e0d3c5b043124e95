//! `synaptree plot`: a run's figures as files of their own, and its report.

use std::fmt::Write;

use crate::arguments;
use crate::command::print;
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Plot) -> Result<(), Failure> {
    if !arguments.run.is_dir() {
        return Err(Failure::input(
            &synaptree::report_codes::NO_FOLDER,
            format!(
                "there is no folder `{}`\nhelp: give a run folder that `synaptree train` made",
                arguments.run.display()
            ),
        ));
    }
    let directory = arguments
        .output
        .clone()
        .unwrap_or_else(|| arguments.run.join("figures"));
    let figures = synaptree::write_figures(&arguments.run, &directory)?;
    let report = synaptree::write_report(&arguments.run)?;
    let mut text = String::new();
    for path in figures.iter().chain([&report]) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", path.display());
    }
    print(&text)
}
