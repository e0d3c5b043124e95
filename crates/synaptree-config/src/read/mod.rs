//! Text in one of the formats of experiment files to a tree of values with positions.

mod json;
mod scalar;
mod toml;
mod yaml;

use std::path::Path;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Node, Value};
use crate::source::Span;

pub(crate) use toml::read_value;

/// What is wrong with a text that does not follow its format, and where.
pub(crate) type Problems = Vec<(Option<Span>, Diagnostic)>;

/// The formats of experiment files. All of them become the same tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Toml,
    Yaml,
    Json,
}

impl Format {
    /// The format that the ending of a name stands for; TOML where it stands for none.
    pub(crate) fn of(name: &str) -> Self {
        let ending = Path::new(name).extension().unwrap_or_default();
        let is = |known: &str| ending.eq_ignore_ascii_case(known);
        if is("yaml") || is("yml") {
            Self::Yaml
        } else if is("json") || is("jsonc") {
            Self::Json
        } else {
            Self::Toml
        }
    }

    /// How a key with a value is written.
    pub(crate) fn assignment(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{key} = {value}"),
            Self::Yaml => format!("{key}: {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }

    /// How a section begins.
    pub(crate) fn section(self, key: &str) -> String {
        match self {
            Self::Toml => format!("[{key}]"),
            Self::Yaml => format!("`{key}:`"),
            Self::Json => format!("`\"{key}\": {{...}}`"),
        }
    }

    /// How a section that may stand several times begins.
    pub(crate) fn sections(self, key: &str) -> String {
        match self {
            Self::Toml => format!("[[{key}]]"),
            Self::Yaml => format!("`{key}:` with `- ` before each element"),
            Self::Json => format!("`\"{key}\": [{{...}}]`"),
        }
    }
}

/// Reads a whole file.
pub(crate) fn read_document(text: &str, source: usize, format: Format) -> Result<Node, Problems> {
    let root = match format {
        Format::Toml => toml::read_document(text, source)?,
        Format::Yaml => yaml::read_document(text, source)?,
        Format::Json => json::read_document(text, source)?,
    };
    if matches!(root.value, Value::Table(_)) {
        return Ok(root);
    }
    let message = format!(
        "an experiment is a table of keys, and this is {}",
        root.value.kind()
    );
    let diagnostic = Diagnostic::error(&codes::SYNTAX, "", message);
    Err(vec![(Some(root.span), diagnostic)])
}

/// A key that stands twice in one table.
pub(crate) fn duplicate(key: &str) -> Diagnostic {
    Diagnostic::error(&codes::DUPLICATE_KEY, "", format!("`{key}` is given twice"))
        .label("given before")
        .help("keep one of them")
}
