//! The texts that make up a document, and places in them.

/// A text as its author sees it: the experiment file, or one `--set` assignment.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What stands before the line number, such as `run.toml`.
    pub(crate) name: String,
    /// All of the text.
    pub(crate) text: String,
    /// What kind of text it is.
    pub(crate) kind: SourceKind,
}

/// The kinds of texts that make up a document; a later one overrides an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SourceKind {
    Preset,
    File,
    Environment,
    Set,
}

/// Bytes `start..end` of one [`Source`] of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Which text: 0 is the file, the others are assignments in their order.
    pub(crate) source: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) fn new(source: usize, range: std::ops::Range<usize>) -> Self {
        Self {
            source,
            start: range.start,
            end: range.end,
        }
    }
}
