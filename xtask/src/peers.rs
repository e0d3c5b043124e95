//! `cargo xtask peers NAME`: what scikit-learn makes of the rows of an example.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::repository::{cargo, output, root, run};

/// Writes the parts of the example `name` to files and hands them to `bench/peers/peers.py`; what
/// follows the name goes to that script.
pub(crate) fn peers(name: &str, options: &[String]) -> Result<(), String> {
    let experiment = format!("examples/{name}/{name}.toml");
    if !root().join(&experiment).is_file() {
        return Err(format!(
            "there is no example `{name}`: {experiment} is missing"
        ));
    }
    // For the whole workspace: then its dependencies are those that the tests have built already.
    run(cargo().args([
        "build",
        "--quiet",
        "--workspace",
        "--example",
        "export_parts",
    ]))?;
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let target = Path::new(metadata["target_directory"].as_str().unwrap_or("target"));
    let parts = target.join("peers").join(name);
    // Captured: standard output is for the figures alone.
    let export = target.join("debug/examples/export_parts");
    output(Command::new(export).arg(&experiment).arg(&parts))?;
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let script = ["bench/peers/peers.py", &experiment];
    run(Command::new(python).args(script).arg(parts).args(options))
}
