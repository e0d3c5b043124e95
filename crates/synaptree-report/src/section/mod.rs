//! The sections of the report.

use crate::chart::Figure;
use crate::files::RunFiles;

/// One section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// The anchor.
    pub(crate) id: &'static str,
    /// The heading.
    pub(crate) title: String,
    /// HTML above the figures.
    pub(crate) lead: String,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
    /// HTML below the figures.
    pub(crate) after: String,
}

/// The sections that the files of the run give rise to.
pub(crate) fn sections(_files: &RunFiles) -> Vec<Section> {
    Vec::new()
}
