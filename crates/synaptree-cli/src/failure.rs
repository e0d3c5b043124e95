//! Why a command ended early, and with which exit code.

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use synaptree::{Code, DataError, InitError, ModelError, Remark, ReportError, TrainError};

use crate::codes;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input was wrong: exit code 2.
    Input(Told),
    /// Something broke: exit code 1.
    Broken(Told),
    /// Stopped with Ctrl-C: exit code 130.
    Interrupted,
}

/// What is said about it, to people and to programs.
#[derive(Debug)]
pub(crate) struct Told {
    text: String,
    remarks: Vec<Remark>,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();

impl Told {
    fn new(code: &'static str, text: &str) -> Self {
        Self {
            text: format!("{ERROR}error[{code}]{ERROR:#}: {text}"),
            remarks: vec![Remark::new(code, text)],
        }
    }

    /// Where each mistake is explained, in one line.
    fn more(&self) -> String {
        let mut codes: Vec<&str> = self.remarks.iter().map(|remark| remark.code).collect();
        codes.sort_unstable();
        codes.dedup();
        match codes.as_slice() {
            [] => String::new(),
            [only] => format!("\nmore: synaptree explain {only}"),
            [first, others @ ..] => format!(
                "\nmore: synaptree explain {first} (and {})",
                others.join(", ")
            ),
        }
    }
}

impl Failure {
    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Broken(_) => 1,
            Self::Interrupted => 130,
        }
    }

    fn told(&self) -> Option<&Told> {
        match self {
            Self::Input(told) | Self::Broken(told) => Some(told),
            Self::Interrupted => None,
        }
    }

    /// What to print on standard error.
    pub(crate) fn message(&self) -> String {
        self.told()
            .map_or_else(String::new, |told| format!("{}{}", told.text, told.more()))
    }

    /// The same for programs.
    pub(crate) fn document(&self) -> Value {
        json!({ "errors": self.told().map_or(&[][..], |told| &told.remarks) })
    }

    /// The input was wrong. What stands after `help: ` in a line of its own is the help.
    pub(crate) fn input(code: &'static Code, text: impl AsRef<str>) -> Self {
        Self::Input(Told::new(code.code, text.as_ref()))
    }

    /// Something broke.
    pub(crate) fn broken(code: &'static Code, text: impl AsRef<str>) -> Self {
        Self::Broken(Told::new(code.code, text.as_ref()))
    }

    /// A command line that clap refuses.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        let code = codes::USAGE.code;
        let plain = error.render().to_string();
        let coloured = error.render().ansi().to_string();
        let message = plain.trim_start_matches("error: ").trim_end();
        Self::Input(Told {
            text: coloured
                .replacen("error:", &format!("error[{code}]:"), 1)
                .trim_end()
                .to_owned(),
            remarks: vec![Remark::new(code, message)],
        })
    }

    fn new(is_input: bool, told: Told) -> Self {
        if is_input {
            Self::Input(told)
        } else {
            Self::Broken(told)
        }
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        let told = match &error {
            // Shown in its lines, each mistake with its code.
            TrainError::Config(config) if config.is_located() => Told {
                text: config.render(true),
                remarks: config.remarks(),
            },
            other => Told::new(other.code(), &other.to_string()),
        };
        Self::new(error.is_input(), told)
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::new(
            error.is_input(),
            Told::new(error.code(), &error.to_string()),
        )
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        let is_input = !matches!(&error, InitError::Unworkable(why) if !why.is_input());
        Self::new(is_input, Told::new(error.code(), &error.to_string()))
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::new(true, Told::new(error.code(), &error.to_string()))
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Self::new(
            error.is_input(),
            Told::new(error.code(), &error.to_string()),
        )
    }
}
