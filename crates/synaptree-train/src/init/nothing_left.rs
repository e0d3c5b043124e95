//! What is said where no column is left to predict from.

use super::error::InitError;
use super::files::Given;
use super::inputs::{Inputs, UNLESS_KNOWN};
use super::target::Guess;
use super::write;
use synaptree_data::Reading;

/// The error where no column is left.
pub(super) fn nothing_left(
    files: &str,
    inputs: &Inputs,
    given: &Given,
    reading: &Reading,
    tasks: &[Guess],
) -> InitError {
    // Nothing was written from which something could be taken out.
    let mut reasons: Vec<String> = inputs
        .left_out
        .iter()
        .map(|(name, reason)| format!("  `{name}`: {}", reason.trim_end_matches(UNLESS_KNOWN)))
        .collect();
    reasons.extend(
        inputs
            .ids
            .iter()
            .map(|name| format!("  `{name}`: it names the rows")),
    );
    let has = |word: &str| {
        inputs
            .left_out
            .iter()
            .any(|(_, reason)| reason.contains(word))
    };
    let help = if !inputs.tell.is_empty() {
        by_hand(inputs, given, reading, tasks)
    } else if has("dates") {
        "this release does not predict a series from its own past: add columns that are known \
         before the answer is, such as the values of the days before (lags), the month or a price"
            .to_owned()
    } else if has("are written as") {
        "write the numbers with a point and nothing else: no sign of currency or percent, no separator of thousands"
            .to_owned()
    } else if has("running text") || has("words that hardly recur") || !inputs.ids.is_empty() {
        "this release reads numbers and categories: turn the text into columns of them first, such \
         as lengths, counts of words or fingerprints"
            .to_owned()
    } else {
        "add columns that are known before the answer is".to_owned()
    };
    InitError::NoInputs {
        files: files.to_owned(),
        reasons: if reasons.is_empty() {
            "  every column is a target".to_owned()
        } else {
            reasons.join("\n")
        },
        help,
    }
}

/// The experiment to write for columns that give a target away and may do so.
fn by_hand(inputs: &Inputs, given: &Given, reading: &Reading, tasks: &[Guess]) -> String {
    let named: Vec<String> = inputs.tell.iter().map(|name| format!("`{name}`")).collect();
    let experiment = write::least(given, reading, &inputs.tell, tasks);
    let lines: Vec<String> = experiment.lines().map(|line| format!("  {line}")).collect();
    format!(
        "add columns that are known before the answer is; if {} {} so, save these lines as `experiment.toml`, then \
         `synaptree train experiment.toml`:\n{}",
        named.join(", "),
        if named.len() == 1 { "is" } else { "are" },
        lines.join("\n")
    )
}
