//! Foreign bytes for every reader, by libFuzzer.

use std::path::PathBuf;

use super::number;
use crate::repository::{cargo, root, run};

/// What is read, and how long its inputs may be.
const TARGETS: [(&str, u32); 6] = [
    ("csv", 512),
    ("arff", 512),
    ("parquet", 1024),
    ("experiment", 512),
    ("model_folder", 3072),
    ("run_folder", 3072),
];

/// Feeds one target, or all one after the other; stops at the first fault.
///
/// The product is safe Rust apart from its kernels, so there is no sanitizer: what is looked for are
/// panics, overflows, answers that contradict each other, and runs without end or bound in memory.
pub(crate) fn fuzz(options: &[String]) -> Result<(), String> {
    let runs = number(options, "--runs", 10_000_000)?;
    let wanted = options.first().filter(|option| !option.starts_with('-'));
    if let Some(name) = wanted.filter(|name| TARGETS.iter().all(|(target, _)| target != name)) {
        return Err(format!(
            "there is no target `{name}`; there is {}",
            TARGETS.map(|(name, _)| name).join(", ")
        ));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target
        .map_or_else(|| root().join("target"), PathBuf::from)
        .join("fuzz");
    for (name, longest) in TARGETS {
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        // New finds go into a folder of their own; the seeds stay as they are.
        let found = target.join("corpus").join(name);
        let made = std::fs::create_dir_all(&found).and_then(|()| found.canonicalize());
        // A target may change its folder.
        let found = made.map_err(|error| format!("{}: {error}", found.display()))?;
        let mut command = cargo();
        command.args([
            "+nightly",
            "fuzz",
            "run",
            "--sanitizer",
            "none",
            "--codegen-units",
            "16",
        ]);
        command.arg("--target-dir").arg(&target).arg(name);
        command
            .arg(&found)
            .arg(root().join("fuzz/seeds").join(name))
            .arg("--");
        command
            .arg(format!("-runs={runs}"))
            .arg(format!("-max_len={longest}"));
        command.args(["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]);
        run(&mut command)?;
    }
    Ok(())
}
