//! Training steps and Monte Carlo predictions beside PyTorch.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::repository::{cargo, output, run};

/// Builds the program and `predict_speed`, and hands them to `bench/synapses.py` with all options.
pub(super) fn synapses(options: &[String]) -> Result<(), String> {
    // One selection of packages: their dependencies are built once.
    run(cargo().args([
        "build",
        "--release",
        "--workspace",
        "--bin",
        "synaptree",
        "--example",
        "predict_speed",
    ]))?;
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let target = Path::new(metadata["target_directory"].as_str().unwrap_or("target"));
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let mut bench = Command::new(python);
    bench.args(["bench/synapses.py", "--target"]).arg(target);
    run(bench.args(options))
}
