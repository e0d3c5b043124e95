//! What can go wrong with a saved model and its predictions.

use std::io;
use std::path::PathBuf;

use synaptree_data::DataError;
use synaptree_nn::NetworkError;
use synaptree_tasks::TaskError;
use thiserror::Error;

use crate::codes;

/// An error of a model.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The rows do not fit the model.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The network cannot be built or filled.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The labels contradict the tasks.
    #[error(transparent)]
    Tasks(#[from] TaskError),
    /// A file of the model could not be read or written.
    #[error("could not {action} `{}`: {source}", path.display())]
    File {
        /// What was tried, such as `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The folder holds no model.
    #[error("`{}` holds no model: {reason}\nhelp: {help}", path.display())]
    NotAModel {
        /// The folder.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// Two columns of the predictions would bear one name.
    #[error(
        "two columns of the predictions would be named `{0}`\nhelp: rename the task, or leave the column out of `data.id`"
    )]
    DuplicateColumn(String),
    /// The predictions would be written over a file that is needed.
    #[error(
        "`{}` holds {holds}, and the predictions would be written over it\nhelp: give another file as \
         `--output`; columns named in `data.id` are carried over to it", path.display()
    )]
    OutputIsData {
        /// The file.
        path: PathBuf,
        /// What it holds, such as `the rows to predict`.
        holds: &'static str,
    },
    /// A split that the data do not have was asked for.
    #[error(
        "there is no {0} split\nhelp: give rows with `--data FILE`, or a split that the experiment has"
    )]
    NoSplit(String),
}

impl ModelError {
    /// The stable name of the mistake, such as `model/not-a-model`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Data(error) => return error.code(),
            Self::Network(error) => return error.code(),
            Self::Tasks(error) => return error.code(),
            Self::File { .. } => &codes::FILE,
            Self::NotAModel { .. } => &codes::NOT_A_MODEL,
            Self::DuplicateColumn(_) => &codes::DUPLICATE_COLUMN,
            Self::OutputIsData { .. } => &codes::OUTPUT_IS_DATA,
            Self::NoSplit(_) => &codes::NO_SPLIT,
        };
        code.code
    }

    /// Whether the input was wrong (exit code 2), as opposed to something breaking (exit code 1).
    pub fn is_input(&self) -> bool {
        match self {
            Self::File { .. } => false,
            Self::Data(error) => error.is_input(),
            _ => true,
        }
    }

    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_mistake_of_the_input() {
        let full = DataError::Write {
            path: "out.csv".into(),
            help: "free some space",
            source: io::Error::from(io::ErrorKind::StorageFull),
        };
        assert!(!ModelError::Data(full).is_input());
        let absent = DataError::Write {
            path: "no/such/folder/out.csv".into(),
            help: "create it first",
            source: io::Error::from(io::ErrorKind::NotFound),
        };
        assert!(ModelError::Data(absent).is_input());
        assert!(ModelError::NoSplit("test".to_owned()).is_input());
    }
}
