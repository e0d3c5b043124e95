//! Why no experiment could be written.

use synaptree_data::DataError;
use thiserror::Error;

use crate::codes::init as codes;
use crate::error::TrainError;

/// Why no experiment could be written, and what to type instead.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    /// No target was named.
    #[error("name the column to predict with `--target`\n{candidates}\nhelp: {help}")]
    NoTarget {
        /// Which columns look like targets, one a line.
        candidates: String,
        /// The command to type.
        help: String,
    },
    /// A target that the file does not have.
    #[error("there is no column `{column}` in {files}\nhelp: {help}")]
    UnknownTarget {
        /// What was asked for.
        column: String,
        /// The file, or files.
        files: String,
        /// The nearest spelling, or the columns there are.
        help: String,
    },
    /// A column that cannot be learned.
    #[error("column `{column}` cannot be a target: {reason}\nhelp: {help}")]
    NotATarget {
        /// The column.
        column: String,
        /// What it holds.
        reason: String,
        /// What to do.
        help: String,
    },
    /// No column is left to predict from.
    #[error("{files}: no column is left to predict from\n{reasons}\nhelp: {help}")]
    NoInputs {
        /// The file, or files.
        files: String,
        /// Each column with the reason why it is no input.
        reasons: String,
        /// What to do.
        help: String,
    },
    /// A path that does not lead to a folder or file.
    #[error("`{path}` cannot be found from the folder of the experiment file: {source}")]
    Path {
        /// The path.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The files cannot be read.
    #[error(transparent)]
    Data(DataError),
    /// What was guessed cannot be trained.
    #[error(
        "no experiment could be made of these data: {0}\nhelp: correct the data, or write the experiment file by hand"
    )]
    Unworkable(Box<TrainError>),
    /// No way to split the rows is left.
    #[error("the rows cannot be divided into parts\nhelp: give more rows")]
    NoWay,
}

impl InitError {
    /// The stable name of the mistake, such as `init/no-target`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Data(error) => return error.code(),
            Self::Unworkable(error) => return error.code(),
            Self::NoTarget { .. } => &codes::NO_TARGET,
            Self::UnknownTarget { .. } => &codes::UNKNOWN_TARGET,
            Self::NotATarget { .. } => &codes::NOT_A_TARGET,
            Self::NoInputs { .. } => &codes::NO_INPUTS,
            Self::Path { .. } => &codes::PATH,
            Self::NoWay => &codes::NO_WAY,
        };
        code.code
    }
}
