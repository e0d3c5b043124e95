//! Runs from their first step to their folder.

mod common;
mod folder;
mod refused;
mod resume;
