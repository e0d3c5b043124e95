//! Why an experiment file could not be read, changed or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::codes;
use crate::diagnostic::Diagnostics;
use crate::remark::Remark;
use crate::render::Rendered;

/// An experiment file could not be read, changed or written.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("could not read the experiment file `{}`: {source}\nhelp: {}", path.display(), help(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not text.
    #[error(
        "the experiment file `{}` is not UTF-8 text (line {line})\nhelp: save it as UTF-8",
        path.display()
    )]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first line that is not text, from 1.
        line: usize,
    },
    /// The file holds data.
    #[error(
        "`{0}` looks like a data file ({reason}), and an experiment file is needed here\nhelp: \
         `synaptree init {0} --target COLUMN` writes an experiment file that reads it", path.display()
    )]
    IsData {
        /// The file.
        path: PathBuf,
        /// By what it is seen.
        reason: &'static str,
    },
    /// The file does not follow its format.
    #[error("{0}")]
    Syntax(Rendered),
    /// A `--set` assignment cannot be carried out.
    #[error("{0}")]
    Assignment(Rendered),
    /// The file follows its format but is no experiment.
    #[error("{rendered}")]
    Invalid {
        /// Every mistake, shown in its line.
        rendered: Rendered,
        /// The mistakes.
        diagnostics: Diagnostics,
    },
    /// A specification cannot be written as TOML.
    #[error("the experiment cannot be written as TOML: {0}")]
    Write(#[from] toml::ser::Error),
}

/// What to do about a file that could not be read.
fn help(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::NotFound => "check the spelling and the folder",
        io::ErrorKind::IsADirectory => "this is a folder; name the experiment file in it",
        _ => "check its permissions",
    }
}

impl ConfigError {
    /// The stable name of the mistake; of several in one file, that of the first.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => codes::READ.code,
            Self::IsData { .. } => codes::IS_DATA.code,
            Self::NotText { .. } => codes::NOT_TEXT.code,
            Self::Syntax(rendered)
            | Self::Assignment(rendered)
            | Self::Invalid { rendered, .. } => {
                let errors = rendered.remarks().iter();
                let mut errors = errors.filter(|remark| remark.severity == "error");
                errors
                    .next()
                    .map_or(codes::INVALID.code, |remark| remark.code)
            }
            Self::Write(_) => codes::WRITE.code,
        }
    }

    /// Whether the mistakes are shown in the lines where they stand.
    pub fn is_located(&self) -> bool {
        matches!(
            self,
            Self::Syntax(_) | Self::Assignment(_) | Self::Invalid { .. }
        )
    }

    /// Every mistake, as programs read it.
    pub fn remarks(&self) -> Vec<Remark> {
        match self {
            Self::Syntax(rendered)
            | Self::Assignment(rendered)
            | Self::Invalid { rendered, .. } => rendered.remarks().to_vec(),
            other => vec![Remark::new(other.code(), &other.to_string())],
        }
    }

    /// The error as text, with terminal colours if asked.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Syntax(rendered)
            | Self::Assignment(rendered)
            | Self::Invalid { rendered, .. } => rendered.as_str(color).to_owned(),
            other => other.to_string(),
        }
    }
}
