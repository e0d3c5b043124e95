//! Foreign bytes for every reader, by libFuzzer.

use std::path::PathBuf;

use super::{corpus, number};
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
    for (name, longest) in wanted(options)? {
        // New finds go into a folder of their own; the seeds stay as they are.
        let found = found(name)?;
        let packed = kept(name);
        if packed.exists() {
            corpus::unpack(&packed, &found)?;
        }
        let mut command = target(name);
        command.arg(&found).arg(seeds(name)).arg("--");
        command
            .arg(format!("-runs={runs}"))
            .arg(format!("-max_len={longest}"));
        command.args(["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]);
        run(&mut command)?;
    }
    Ok(())
}

/// Keeps what one target found, or all did: of the inputs that reach the same code the shortest.
pub(crate) fn keep(options: &[String]) -> Result<(), String> {
    for (name, longest) in wanted(options)? {
        let found = found(name)?;
        let least = folder().join("least").join(name);
        let _ = std::fs::remove_dir_all(&least);
        let made = std::fs::create_dir_all(&least).and_then(|()| least.canonicalize());
        let least = made.map_err(|error| format!("{}: {error}", least.display()))?;
        let mut command = target(name);
        command.arg(&least).arg(&found).arg("--");
        command.arg("-merge=1").arg(format!("-max_len={longest}"));
        run(&mut command)?;
        let inputs = corpus::pack(&least, &kept(name))?;
        println!("{name}: {inputs} inputs");
    }
    Ok(())
}

/// The target that is named, or all.
fn wanted(options: &[String]) -> Result<Vec<(&'static str, u32)>, String> {
    let named = options.first().filter(|option| !option.starts_with('-'));
    let of_name = |(target, _): &(&str, u32)| named.is_none_or(|name| name == target);
    let wanted: Vec<_> = TARGETS.into_iter().filter(of_name).collect();
    match named.filter(|_| wanted.is_empty()) {
        None => Ok(wanted),
        Some(name) => Err(format!(
            "there is no target `{name}`; there is {}",
            TARGETS.map(|(name, _)| name).join(", ")
        )),
    }
}

/// Where targets are built.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root().join("target"), PathBuf::from);
    target.join("fuzz")
}

/// Where a target puts what it finds. A target may change its folder, so the path is a whole one.
fn found(name: &str) -> Result<PathBuf, String> {
    let found = folder().join("corpus").join(name);
    let made = std::fs::create_dir_all(&found).and_then(|()| found.canonicalize());
    made.map_err(|error| format!("{}: {error}", found.display()))
}

/// What fuzzing starts from where nothing was found yet.
fn seeds(name: &str) -> PathBuf {
    root().join("fuzz/seeds").join(name)
}

/// What was found and is kept.
fn kept(name: &str) -> PathBuf {
    root().join("fuzz/corpus").join(format!("{name}.bin"))
}

/// Builds and runs a target.
fn target(name: &str) -> std::process::Command {
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
    command.arg("--target-dir").arg(folder()).arg(name);
    command
}
