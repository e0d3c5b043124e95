//! `cargo xtask bench NAME`: how large and how fast, measured on this machine.

mod generate;
mod memory;
mod peak;

/// The benches there are.
pub(crate) const NAMES: [&str; 1] = ["memory"];

/// Runs a bench.
pub(crate) fn bench(name: &str, options: &[String]) -> Result<(), String> {
    match name {
        "memory" => memory::memory(options),
        other => Err(format!(
            "there is no bench `{other}`; there is {}",
            NAMES.join(", ")
        )),
    }
}
