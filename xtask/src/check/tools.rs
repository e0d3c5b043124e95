//! Steps that a tool does: cargo's own, and the two that need an installation of their own.

use std::process::Command;

use super::Verdict;
use crate::repository::{cargo, installed, run};

/// The code is formatted.
pub(crate) fn format() -> Result<Verdict, String> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed)
}

/// No lint speaks, in libraries, programs, tests and examples.
pub(crate) fn clippy() -> Result<Verdict, String> {
    run(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    Ok(Verdict::Passed)
}

/// The reference builds and none of its links is broken. Of libraries: the command and the façade
/// share a name, and one would overwrite the other.
pub(crate) fn doc() -> Result<Verdict, String> {
    run(cargo()
        .args(["doc", "--workspace", "--no-deps", "--lib"])
        .env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Verdict::Passed)
}

/// What is written from the source is what the source says now. Of the whole workspace, like the
/// tests: another selection would build the dependencies with other features.
pub(crate) fn generated() -> Result<Verdict, String> {
    run(cargo().args([
        "test",
        "--workspace",
        "--test",
        "generated",
        "--test",
        "codes",
    ]))?;
    Ok(Verdict::Passed)
}

/// Unit tests, tests of behaviour and doctests.
pub(crate) fn tests() -> Result<Verdict, String> {
    run(cargo().args(["test", "--workspace"]))?;
    Ok(Verdict::Passed)
}

/// Words are spelt as a dictionary has them.
pub(crate) fn typos() -> Result<Verdict, String> {
    if !installed("typos") {
        return Ok(Verdict::Skipped(
            "`typos` is not installed (pip install typos)".to_owned(),
        ));
    }
    run(&mut Command::new("typos"))?;
    Ok(Verdict::Passed)
}

/// Every dependency has a licence that `deny.toml` allows and comes from the registry.
pub(crate) fn licences() -> Result<Verdict, String> {
    if !installed("cargo-deny") {
        let how = "`cargo-deny` is not installed (cargo install cargo-deny)";
        return Ok(Verdict::Skipped(how.to_owned()));
    }
    run(cargo().args(["deny", "check", "bans", "licenses", "sources"]))?;
    Ok(Verdict::Passed)
}
