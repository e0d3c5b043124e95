//! The mistakes of tasks, each with a code and a page that explains it.

pub mod labels;
pub mod section;

use synaptree_config::Code;

/// Every code of this crate.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [section::ALL, labels::ALL].into_iter().flatten().copied()
}
