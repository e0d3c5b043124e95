//! What can go wrong between a run folder and its report.

use std::io;
use std::path::{Path, PathBuf};

use crate::codes;

/// Why a run folder could not be read, or a report not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such folder.
    #[error(
        "`{}` is not a folder: give the folder that `synaptree train` made, such as `runs/animals`",
        path.display()
    )]
    NoFolder {
        /// What was given.
        path: PathBuf,
    },
    /// The folder holds none of the files that a report is drawn from.
    #[error(
        "`{}` holds no file of a run (`summary.json`, `metrics.jsonl`, `evaluation/`, …): \
         give the folder that `synaptree train` made, such as `runs/animals`",
        path.display()
    )]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// A file is there but cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not the JSON it should be.
    #[error(
        "`{}` is damaged at line {line}, column {column}: {reason}; \
         restore the file, or delete it and its section is left out",
        path.display()
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 where the mistake is the end of the line.
        column: usize,
        /// What was found and what was expected.
        reason: String,
    },
    /// A file is JSON, but its numbers do not fit together.
    #[error(
        "`{}` contradicts itself: {reason}; restore the file, or delete it and its section is left out",
        path.display()
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A report or a figure cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl ReportError {
    /// The stable name of the mistake, such as `report/json`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::NoFolder { .. } => &codes::NO_FOLDER,
            Self::NotARun { .. } => &codes::NOT_A_RUN,
            Self::Read { .. } => &codes::READ,
            Self::Json { .. } => &codes::JSON,
            Self::Shape { .. } => &codes::SHAPE,
            Self::Write { .. } => &codes::WRITE,
        };
        code.code
    }

    /// Whether the input was wrong (exit code 2), as opposed to something breaking (exit code 1).
    pub fn is_input(&self) -> bool {
        !matches!(self, Self::Write { .. })
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    pub(crate) fn shape(path: &Path, reason: impl Into<String>) -> Self {
        Self::Shape {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// `first` is the line of the file that the parsed text starts on, from 0.
    pub(crate) fn json(path: &Path, first: usize, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // serde_json ends its message with the position, which stands in its own fields here.
        let reason = text
            .rsplit_once(" at line ")
            .map_or(&*text, |(reason, _)| reason);
        Self::Json {
            path: path.to_owned(),
            line: first + error.line(),
            column: error.column(),
            reason: reason.to_owned(),
        }
    }
}
