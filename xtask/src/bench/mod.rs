//! `cargo xtask bench NAME`: how large and how fast, measured on this machine.

mod data;
mod generate;
mod memory;
mod peak;
mod synapses;

/// The benches there are.
pub(crate) const NAMES: [&str; 3] = ["data", "memory", "synapses"];

/// Runs a bench.
pub(crate) fn bench(name: &str, options: &[String]) -> Result<(), String> {
    match name {
        "data" => data::data(options),
        "memory" => memory::memory(options),
        "synapses" => synapses::synapses(options),
        other => Err(format!(
            "there is no bench `{other}`; there is {}",
            NAMES.join(", ")
        )),
    }
}
