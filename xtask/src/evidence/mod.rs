//! `cargo xtask evidence NAME`: trials that take too long for the gate, and the tables of docs/reliability.md.

mod compare;
mod corpus;
mod disk;
mod fuzz;
mod kill;
mod moments;
mod table;
mod trial;

/// The trials there are.
pub(crate) const NAMES: [&str; 4] = ["kill", "disk", "fuzz", "corpus"];

/// Runs a trial.
pub(crate) fn evidence(name: &str, options: &[String]) -> Result<(), String> {
    match name {
        "kill" => kill::kill(options),
        "disk" => disk::disk(options),
        "fuzz" => fuzz::fuzz(options),
        "corpus" => fuzz::keep(options),
        other => Err(format!(
            "there is no evidence `{other}`; there is {}",
            NAMES.join(", ")
        )),
    }
}

/// The value behind `--name`, a whole number.
fn number(options: &[String], name: &str, default: u64) -> Result<u64, String> {
    let Some(place) = options.iter().position(|option| option == name) else {
        return Ok(default);
    };
    let value = options.get(place + 1);
    value
        .and_then(|value| value.replace('_', "").parse().ok())
        .ok_or_else(|| format!("{name} needs a whole number"))
}
