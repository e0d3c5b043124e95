//! `${NAME}` in paths: the value of an environment variable.

use std::env::{self, VarError};

use thiserror::Error;

use crate::codes;

/// Why the variables of a text could not be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpandError {
    /// A variable is not set.
    #[error(
        "the environment variable `{variable}` of `{text}` is not set\n\
         help: set it before the command, as in `{variable}=/path/to/it synaptree ...`"
    )]
    Unset {
        /// The variable.
        variable: String,
        /// The whole text.
        text: String,
    },
    /// The value of a variable is not Unicode text.
    #[error(
        "the environment variable `{variable}` is not valid Unicode\nhelp: give it a value in UTF-8"
    )]
    NotText {
        /// The variable.
        variable: String,
    },
    /// `${` without a name and `}` behind it.
    #[error(
        "`{text}` has a `${{` that does not name a variable\nhelp: write `${{NAME}}`, such as `${{SYNAPTREE_DATA}}`"
    )]
    Malformed {
        /// The whole text.
        text: String,
    },
}

impl ExpandError {
    /// The stable name of the mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unset { .. } => codes::UNSET_VARIABLE.code,
            Self::NotText { .. } => codes::VARIABLE_NOT_TEXT.code,
            Self::Malformed { .. } => codes::MALFORMED_VARIABLE.code,
        }
    }
}

/// Replaces every `${NAME}` in `text` by the value of that environment variable.
///
/// A `$` without `{` behind it stands for itself, and values are not expanded again.
///
/// # Errors
///
/// [`ExpandError`] if a variable is not set, is not Unicode, or `${` names none.
///
/// # Example
///
/// ```
/// use synaptree_config::expand;
///
/// assert_eq!(expand("price in $.csv").as_deref(), Ok("price in $.csv"));
/// let error = expand("${NO_SUCH_FOLDER}/adult.csv").unwrap_err();
/// assert!(error.to_string().contains("`NO_SUCH_FOLDER`"));
/// ```
pub fn expand(text: &str) -> Result<String, ExpandError> {
    expand_with(text, |variable| env::var(variable))
}

fn expand_with(
    text: &str,
    value_of: impl Fn(&str) -> Result<String, VarError>,
) -> Result<String, ExpandError> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let malformed = || ExpandError::Malformed {
            text: text.to_owned(),
        };
        let (variable, behind) = after.split_once('}').ok_or_else(malformed)?;
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if variable.is_empty() || !variable.chars().all(is_name) {
            return Err(malformed());
        }
        let value = value_of(variable).map_err(|error| match error {
            VarError::NotPresent => ExpandError::Unset {
                variable: variable.to_owned(),
                text: text.to_owned(),
            },
            VarError::NotUnicode(_) => ExpandError::NotText {
                variable: variable.to_owned(),
            },
        })?;
        expanded.push_str(before);
        expanded.push_str(&value);
        rest = behind;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fake(variable: &str) -> Result<String, VarError> {
        match variable {
            "DATA" => Ok("/data/${X}".to_owned()),
            "EMPTY" => Ok(String::new()),
            _ => Err(VarError::NotPresent),
        }
    }

    #[test]
    fn every_variable_is_replaced_once() {
        assert_eq!(
            expand_with("${DATA}/a-${EMPTY}-${DATA}$", fake).as_deref(),
            Ok("/data/${X}/a--/data/${X}$")
        );
    }

    #[test]
    fn an_unset_variable_is_named_with_what_to_do() {
        assert_eq!(
            expand_with("${SYNAPTREE_DATA}/adult.csv", fake)
                .unwrap_err()
                .to_string(),
            "the environment variable `SYNAPTREE_DATA` of `${SYNAPTREE_DATA}/adult.csv` is not set\n\
             help: set it before the command, as in `SYNAPTREE_DATA=/path/to/it synaptree ...`"
        );
    }

    #[test]
    fn a_brace_without_a_name_is_refused() {
        for text in ["${", "a${DATA", "${}", "${a b}", "${é", "${${DATA}}"] {
            let error = expand_with(text, fake).unwrap_err();
            assert_eq!(
                error,
                ExpandError::Malformed {
                    text: text.to_owned()
                }
            );
        }
    }
}
