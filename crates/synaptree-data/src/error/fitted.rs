//! Errors as they are told to whoever uses a trained model, whose experiment is not there to change.

use super::{DataError, FileError, LayoutError};

impl DataError {
    /// The error with advice that leaves the experiment alone; `missing` are the spellings of a missing value that
    /// the model knows.
    pub(crate) fn of_a_model(mut self, missing: &[String]) -> Self {
        match self {
            Self::File(source) if source.is_about_reading() => Self::FixedReading { source },
            Self::NotANumber { ref mut help, .. }
            | Self::NotABoolean { ref mut help, .. }
            | Self::NotADate { ref mut help, .. } => {
                *help = mend_the_cell(missing);
                self
            }
            other => other,
        }
    }
}

/// What can be done about a cell that a model cannot read.
fn mend_the_cell(missing: &[String]) -> String {
    let empty = match missing.iter().find(|word| word.is_empty()) {
        Some(_) => "leave it empty if the value is missing".to_owned(),
        None => match missing.first() {
            Some(word) => format!("write `{word}` if the value is missing"),
            None => "remove the row".to_owned(),
        },
    };
    format!(
        "correct the cell, or {empty}; a model that reads the column otherwise has to be trained"
    )
}

impl FileError {
    /// Whether its advice is a setting of `[data]`.
    fn is_about_reading(&self) -> bool {
        match self {
            Self::Layout(LayoutError::NotText { help, .. }) => help.contains("`[data]`"),
            Self::HeaderOnly { .. }
            | Self::DuplicateColumn { .. }
            | Self::NameCount { .. }
            | Self::InvalidUtf8 { .. }
            | Self::Layout(LayoutError::WrongSeparator { .. } | LayoutError::TitleLines { .. })
            | Self::UnterminatedQuote { .. }
            | Self::AfterQuote { .. }
            | Self::Encoding { .. } => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_left_empty_as_the_model_knows_it() {
        let help = |missing: &[&str]| {
            let missing: Vec<String> = missing.iter().map(|&word| word.to_owned()).collect();
            mend_the_cell(&missing)
        };
        assert!(help(&["", "?"]).starts_with("correct the cell, or leave it empty"));
        assert!(help(&["-"]).starts_with("correct the cell, or write `-`"));
        assert!(help(&[]).starts_with("correct the cell, or remove the row"));
    }
}
