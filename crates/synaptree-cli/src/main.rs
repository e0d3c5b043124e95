//! The synaptree command.
fn main() {}
