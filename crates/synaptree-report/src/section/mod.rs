//! The sections of the report: each reads what it needs from the files, and is left out without it.

mod calibration;
mod confusion;
mod curves;
mod doubt;
mod environment;
mod estimators;
mod glossary;
mod regression;
mod results;
mod seeds;
mod sentence;
mod sharing;
mod synapses;
mod tree;
mod view;
mod warnings;
mod weighting;
mod words;

use crate::chart::Figure;
use crate::files::RunFiles;

pub(crate) use sentence::score;
pub(crate) use view::View;

/// One section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// The anchor.
    pub(crate) id: &'static str,
    /// The heading, as plain text.
    pub(crate) title: &'static str,
    /// HTML above the figures.
    pub(crate) lead: String,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
    /// HTML below the figures.
    pub(crate) after: String,
}

impl Section {
    fn new(id: &'static str, title: &'static str, lead: String) -> Self {
        Self {
            id,
            title,
            lead,
            figures: Vec::new(),
            after: String::new(),
        }
    }

    /// The section with these figures; `None` without any.
    fn with_figures(mut self, figures: Vec<Figure>) -> Option<Self> {
        self.figures = figures;
        (!self.figures.is_empty()).then_some(self)
    }
}

/// The sections that the files of the run give rise to, in the order of the page.
pub(crate) fn sections(files: &RunFiles) -> Vec<Section> {
    let view = View::new(files);
    [
        warnings::section,
        results::section,
        seeds::section,
        curves::section,
        tree::section,
        confusion::section,
        calibration::section,
        doubt::section,
        regression::section,
        sharing::section,
        synapses::section,
        weighting::section,
        glossary::section,
        environment::section,
    ]
    .into_iter()
    .filter_map(|section: fn(&View<'_>) -> Option<Section>| section(&view))
    .collect()
}
