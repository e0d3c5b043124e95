//! Mistakes as programs read them.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, Span};

/// One mistake as a program reads it: an editor that underlines it, or a script.
///
/// # Example
///
/// ```
/// use synaptree_config::{Diagnostics, Document, Remark};
///
/// let error = Document::parse("run.toml", "seed = 1\nname = x").unwrap_err();
/// let remark = &error.remarks()[0];
/// assert_eq!((remark.code, remark.line, remark.column), ("config/syntax", Some(2), Some(8)));
///
/// let plain = Remark::new("model/not-a-model", "`run` holds no model\nhelp: give a run folder");
/// assert_eq!(plain.help.as_deref(), Some("give a run folder"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The stable name of the mistake, such as `config/unknown-key`.
    pub code: &'static str,
    /// Whether it forbids the run: `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is said beside the underlined text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Path of the key, such as `tasks[1].parent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The file, or what else the text is: `command line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it stands, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where in the line it begins, in characters from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Remark {
    /// An error from its text; what stands after `help: ` at the beginning of a line is the help.
    pub fn new(code: &'static str, text: &str) -> Self {
        let (message, help) = match text.split_once("\nhelp: ") {
            Some((message, help)) => (message, Some(help.to_owned())),
            None => (text, None),
        };
        Self {
            code,
            severity: "error",
            message: message.to_owned(),
            label: None,
            help,
            path: None,
            file: None,
            line: None,
            column: None,
        }
    }

    /// A remark about a place in one of these texts.
    pub(crate) fn located(sources: &[Source], span: Option<Span>, diagnostic: &Diagnostic) -> Self {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let source = span.map_or(0, |span| span.source);
        let position = span.map(|span| position(&sources[source].text, span.start));
        Self {
            code: diagnostic.code,
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: diagnostic.message.clone(),
            label: filled(&diagnostic.label),
            help: diagnostic.help.clone(),
            path: filled(&diagnostic.path),
            file: sources.get(source).map(|source| source.name.clone()),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
        }
    }
}

/// Line and column of a byte, both from 1.
pub(crate) fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        assert_eq!(position("é = 1\nname", 3), (1, 3));
        assert_eq!(position("é = 1\nname", 7), (2, 1));
        assert_eq!(position("", 0), (1, 1));
    }
}
