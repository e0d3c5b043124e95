//! The real binary on real files: its commands, what wrong input gets, what an interruption leaves.

mod commands;
mod common;
mod dates;
mod explained;
mod init;
#[cfg(unix)]
mod interruption;
mod predict;
mod tags;
mod wrong_input;
