//! Why a command ended early, and with which exit code.

use anstyle::{AnsiColor, Style};
use clap::error::{ContextKind, ContextValue};
use serde_json::{Value, json};
use synaptree::{
    Code, DataError, ExperimentSpec, InitError, ModelError, Remark, ReportError, TrainError,
};

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
    pub(crate) fn usage(mut error: clap::Error) -> Self {
        if let Some(tip) = setting(&error) {
            error.insert(
                ContextKind::Suggested,
                ContextValue::StyledStrs(vec![tip.into()]),
            );
        }
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

/// How an argument that is a key of the experiment file is given to `train` and `check`.
fn setting(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let usage = error.to_string();
    let takes_settings = ["synaptree train", "synaptree check"]
        .iter()
        .any(|command| usage.contains(command));
    if error.kind() != clap::error::ErrorKind::UnknownArgument || !takes_settings {
        return None;
    }
    let key = argument.trim_start_matches('-').replace('-', "_");
    let schema = ExperimentSpec::schema();
    let has = |section: &Value| {
        let name = section["$ref"].as_str()?.rsplit('/').next()?;
        schema["$defs"][name]["properties"].get(&key)
    };
    let sections = schema["properties"].as_object()?;
    let path = if sections.contains_key(&key) {
        key.clone()
    } else {
        let section = sections.iter().find(|(_, section)| has(section).is_some());
        format!("{}.{key}", section?.0)
    };
    Some(format!(
        "settings of the experiment are given as `--set {path}=VALUE`"
    ))
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
