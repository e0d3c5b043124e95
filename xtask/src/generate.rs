//! `cargo xtask generate`: writes the files that come from the source.

use crate::repository::{cargo, run};

/// The tests that compare these files write them instead: what is compared and what is written
/// cannot differ.
pub(crate) fn generate() -> Result<(), String> {
    run(cargo()
        .args([
            "test",
            "--workspace",
            "--test",
            "generated",
            "--test",
            "codes",
        ])
        .env("SYNAPTREE_GENERATE", "1"))
}
