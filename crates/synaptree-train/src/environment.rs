//! `environment.json`: what the run ran on and with.

use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use synaptree_data::Fingerprint;

use crate::time::rfc3339;

/// What a run ran on and with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Environment {
    /// The version of synaptree.
    pub(crate) version: String,
    /// The commit it was built from, where the build knew it.
    pub(crate) commit: Option<String>,
    pub(crate) os: String,
    pub(crate) architecture: String,
    pub(crate) device: String,
    pub(crate) threads: usize,
    /// When the run began, UTC.
    pub(crate) started: String,
    /// What the run is called.
    pub(crate) name: String,
    /// Where the experiment's relative paths start.
    pub(crate) directory: std::path::PathBuf,
    /// The content of every data file.
    pub(crate) data: Vec<Fingerprint>,
}

impl Environment {
    pub(crate) fn now(name: &str, directory: &Path, data: &[Fingerprint]) -> Self {
        // An absolute path, so that the run continues from any working directory.
        let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("SYNAPTREE_COMMIT").map(ToOwned::to_owned),
            os: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            device: "cpu".to_owned(),
            threads: rayon::current_num_threads(),
            started: rfc3339(SystemTime::now()),
            name: name.to_owned(),
            directory,
            data: data.to_vec(),
        }
    }
}
