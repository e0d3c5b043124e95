//! Why a command ended early, and with which exit code.

use anstyle::{AnsiColor, Style};
use synaptree::{DataError, InitError, ModelError, ReportError, TrainError};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input was wrong: exit code 2.
    Input(String),
    /// Something broke: exit code 1.
    Broken(String),
    /// Stopped with Ctrl-C: exit code 130.
    Interrupted,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();

impl Failure {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Broken(_) => 1,
            Self::Interrupted => 130,
        }
    }

    /// What to print on standard error.
    pub(crate) fn message(&self) -> String {
        let (Self::Input(text) | Self::Broken(text)) = self else {
            return String::new();
        };
        if text.starts_with("error") || text.starts_with('\u{1b}') {
            text.clone()
        } else {
            format!("{ERROR}error{ERROR:#}: {text}")
        }
    }

    pub(crate) fn input(text: impl Into<String>) -> Self {
        Self::Input(text.into())
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        let text = error.render(true);
        if error.is_input() {
            Self::Input(text)
        } else {
            Self::Broken(text)
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        if error.is_input() {
            Self::Input(error.to_string())
        } else {
            Self::Broken(error.to_string())
        }
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        match error {
            InitError::Unworkable(error) if !error.is_input() => Self::Broken(error.to_string()),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        if error.is_input() {
            Self::Input(error.to_string())
        } else {
            Self::Broken(error.to_string())
        }
    }
}
