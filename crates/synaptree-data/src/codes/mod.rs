//! The mistakes of data, each with a code and a page that explains it.

pub mod file;
pub mod format;
pub mod section;
pub mod table;
pub mod target;

use synaptree_config::Code;

/// Every code of this crate.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        file::ALL,
        format::ALL,
        table::ALL,
        target::ALL,
        section::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
