//! Runs from their first step to their folder.

mod common;
mod dry_run;
mod estimators;
mod flatness;
mod folder;
mod init;
mod init_odd;
mod init_told;
mod posterior;
mod refused;
mod resume;
mod streaming;
mod time_limit;
mod uncertainty;
