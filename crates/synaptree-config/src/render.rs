//! Remarks shown in the lines they are about.

use std::fmt;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use crate::diagnostic::{Diagnostic, Severity};
use crate::remark::Remark;
use crate::source::{Source, Span};

/// Remarks as text, once plain and once with terminal colours.
///
/// Displays as the plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    plain: String,
    coloured: String,
    remarks: Vec<Remark>,
}

impl Rendered {
    /// The text, with terminal colours if asked.
    pub fn as_str(&self, color: bool) -> &str {
        if color { &self.coloured } else { &self.plain }
    }

    /// The same remarks for programs, in the same order.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    pub(crate) fn new(sources: &[Source], remarks: &[(Option<Span>, &Diagnostic)]) -> Self {
        Self {
            plain: render(sources, remarks, false),
            coloured: render(sources, remarks, true),
            remarks: in_order(remarks)
                .into_iter()
                .map(|(span, diagnostic)| Remark::located(sources, span, diagnostic))
                .collect(),
        }
    }
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain)
    }
}

/// Shows the remarks in the order of the texts they are about; those without a place come first.
pub(crate) fn render(
    sources: &[Source],
    remarks: &[(Option<Span>, &Diagnostic)],
    color: bool,
) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let reports: Vec<String> = in_order(remarks)
        .into_iter()
        .map(|(span, diagnostic)| renderer.render(&[group(sources, span, diagnostic)]))
        .collect();
    reports.join("\n\n")
}

/// The remarks in the order of the texts they are about; those without a place come first.
fn in_order<'d>(remarks: &[(Option<Span>, &'d Diagnostic)]) -> Vec<(Option<Span>, &'d Diagnostic)> {
    let mut remarks = remarks.to_vec();
    remarks.sort_by_key(|(span, _)| *span);
    remarks
}

fn group<'a>(sources: &'a [Source], span: Option<Span>, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
    let group = match span {
        Some(span) => group.element(snippet(&sources[span.source], span, &diagnostic.label)),
        None => group.element(Origin::path(&sources[0].name)),
    };
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
        None => group,
    }
}

fn snippet<'a>(
    source: &'a Source,
    span: Span,
    label: &'a str,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    // Of a value over many lines the first says enough.
    let lines = &source.text[span.start..span.end];
    let length = lines.find(['\r', '\n']).unwrap_or(lines.len());
    let annotation = AnnotationKind::Primary.span(span.start..span.start + length);
    let label = Some(label).filter(|label| !label.is_empty());
    Snippet::source(&source.text)
        .path(&source.name)
        .annotation(annotation.label(label))
}
