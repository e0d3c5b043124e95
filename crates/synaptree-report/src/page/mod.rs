//! The HTML page.

mod escape;

pub(crate) use escape::{escape, slug};

use crate::files::RunFiles;
use crate::section::sections;

/// The whole page.
pub(crate) fn page(files: &RunFiles) -> String {
    sections(files).iter().map(|section| section.title.clone()).collect()
}
