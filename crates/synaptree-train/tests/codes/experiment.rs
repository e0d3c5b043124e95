//! Examples that are experiment files.

use synaptree_config::Code;
use synaptree_train::Experiment;

/// Whether the example is a whole experiment file, which needs no data to be found wrong.
pub(crate) fn is_example(code: &Code) -> bool {
    code.example.starts_with("data = {") && !code.example.contains("${")
}

/// What is printed for an experiment file.
pub(crate) fn printed(text: &str) -> String {
    match Experiment::parse("experiment.toml", text) {
        Ok(experiment) => experiment.warnings().join("\n"),
        Err(error) => error.render(false),
    }
}
