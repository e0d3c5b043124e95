//! `cargo xtask peers NAME`: what scikit-learn makes of the rows of an example.

use std::process::Command;

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
    let parts = format!("target/peers/{name}");
    let export = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "synaptree",
        "--example",
        "export_parts",
    ];
    // Captured: standard output is for the figures alone.
    output(cargo().args(export).args(["--", &experiment, &parts]))?;
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    run(Command::new(python)
        .args(["bench/peers/peers.py", &experiment, &parts])
        .args(options))
}
