//! `cargo xtask bench NAME`: how large and how fast, measured on this machine.

mod data;
mod generate;
mod memory;
mod peak;

/// The benches there are.
pub(crate) const NAMES: [&str; 2] = ["data", "memory"];

/// Runs a bench.
pub(crate) fn bench(name: &str, options: &[String]) -> Result<(), String> {
    match name {
        "data" => data::data(options),
        "memory" => memory::memory(options),
        other => Err(format!(
            "there is no bench `{other}`; there is {}",
            NAMES.join(", ")
        )),
    }
}
