//! What is wrong with an experiment file, by key path.

use std::error::Error;
use std::fmt;

use crate::code::Code;

/// How much a [`Diagnostic`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The experiment cannot run.
    Error,
    /// The experiment runs, but perhaps not as its author meant.
    Warning,
}

/// One remark about one key of an experiment file.
///
/// The key is named by its path, such as `tasks[1].parent`; [`Document::render`] finds where it
/// was written. A path that was not written stands for the nearest table or list above it.
///
/// # Example
///
/// ```
/// use synaptree_config::{Diagnostic, Document};
///
/// synaptree_config::codes! {
///     BATCH_SIZE = "training/batch-size", "A batch has more rows than the data" {
///         cause: "A step cannot see more rows than there are.",
///         example: "batch_size = 64",
///         cure: "Write a smaller number.",
///     }
/// }
/// let document = Document::parse("run.toml", "[training]\nbatch_size = 64\n")?;
/// let diagnostic = Diagnostic::error(&BATCH_SIZE, "training.batch_size", "a batch has more rows than the data")
///     .label("the data have 50 rows")
///     .help("write at most 50");
/// assert_eq!(
///     document.render(&diagnostic.into(), false),
///     "\
/// error[training/batch-size]: a batch has more rows than the data
///  --> run.toml:2:14
///   |
/// 2 | batch_size = 64
///   |              ^^ the data have 50 rows
///   |
///   = help: write at most 50",
/// );
/// # Ok::<(), synaptree_config::ConfigError>(())
/// ```
///
/// [`Document::render`]: crate::Document::render
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the experiment can run.
    pub severity: Severity,
    /// A stable name of the kind of mistake, such as `config/unknown-key`.
    pub code: &'static str,
    /// Path of the key, such as `tasks[1].parent`; empty for the whole file.
    pub path: String,
    /// Whether the key itself is underlined instead of its value.
    pub at_key: bool,
    /// What is wrong, as one line without a full stop.
    pub message: String,
    /// What is said beside the underlined text; may be empty.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake that stops the experiment.
    pub fn error(code: &'static Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, path.into(), message.into())
    }

    /// A remark that does not stop the experiment.
    pub fn warning(
        code: &'static Code,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, path.into(), message.into())
    }

    fn new(severity: Severity, code: &'static Code, path: String, message: String) -> Self {
        Self {
            severity,
            code: code.code,
            path,
            at_key: false,
            message,
            label: String::new(),
            help: None,
        }
    }

    /// Says this beside the underlined text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Underlines the key instead of its value.
    pub fn at_key(mut self) -> Self {
        self.at_key = true;
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}[{}]: {}", self.code, self.message)
    }
}

/// All remarks about one experiment file.
///
/// Displays as one line for each, without the lines of the file; [`Document::render`] shows
/// those too.
///
/// [`Document::render`]: crate::Document::render
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether nothing was remarked, not even a warning.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stops the experiment.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The remarks in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, diagnostic) in self.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    crate::codes! {
        SPLIT = "data/split", "Nothing is split" { cause: "", example: "", cure: "" }
        TRAIN = "data/train", "No file is named" { cause: "", example: "", cure: "" }
    }

    #[test]
    fn warnings_alone_are_not_errors() {
        let mut diagnostics = Diagnostics::default();
        assert!(diagnostics.is_empty());
        diagnostics.push(Diagnostic::warning(
            &SPLIT,
            "data.split_by",
            "it does nothing",
        ));
        assert!(!diagnostics.has_errors());
        diagnostics.extend([Diagnostic::error(&TRAIN, "data.train", "no file")]);
        assert!(diagnostics.has_errors());
        assert_eq!(
            diagnostics.to_string(),
            "warning[data/split]: it does nothing\nerror[data/train]: no file"
        );
    }
}
