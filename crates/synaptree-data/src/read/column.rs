//! Names of columns and columns of text.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_select::concat::concat;

use crate::error::FileError;

/// The most bytes that a column of text can hold.
const MAX_TEXT: usize = i32::MAX as usize;

/// Appends a value, or a null, to a column of text.
pub(super) fn push_text(
    builder: &mut StringBuilder,
    path: &Path,
    column: &str,
    value: Option<&str>,
) -> Result<(), FileError> {
    match value {
        Some(value) if !fits(builder, value) => {
            return Err(FileError::TooLarge {
                path: path.into(),
                column: column.into(),
            });
        }
        Some(value) => builder.append_value(value),
        None => builder.append_null(),
    }
    Ok(())
}

/// Whether a column of text has room for a value.
pub(super) fn fits(builder: &StringBuilder, value: &str) -> bool {
    value.len() <= MAX_TEXT - builder.values_slice().len()
}

/// A column of text whose parts come one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    parts: Vec<StringArray>,
    bytes: usize,
}

impl Column {
    /// Adds a part.
    pub(super) fn push(
        &mut self,
        path: &Path,
        column: &str,
        part: StringArray,
    ) -> Result<(), FileError> {
        let [first, .., last] = *part.value_offsets() else {
            return Ok(());
        };
        self.bytes += (last - first) as usize;
        if self.bytes > MAX_TEXT {
            return Err(FileError::TooLarge {
                path: path.into(),
                column: column.into(),
            });
        }
        self.parts.push(part);
        Ok(())
    }

    /// All parts as one.
    pub(super) fn finish(mut self) -> ArrayRef {
        if self.parts.len() == 1 {
            return Arc::new(self.parts.remove(0));
        }
        let parts: Vec<&dyn Array> = self.parts.iter().map(|part| part as &dyn Array).collect();
        concat(&parts).expect("the parts together are not too large")
    }
}

/// Refuses two columns of one name.
pub(super) fn check_names<'a>(
    path: &Path,
    line: Option<u64>,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), FileError> {
    let mut seen = HashMap::new();
    for (index, name) in names.into_iter().enumerate() {
        if let Some(first) = seen.insert(name, index) {
            return Err(FileError::DuplicateColumn {
                path: path.into(),
                line,
                column: name.into(),
                first: first + 1,
                second: index + 1,
            });
        }
    }
    Ok(())
}

/// Some names for a message: the first few and how many more there are.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let error = check_names(Path::new("a.csv"), Some(1), ["x", "y", "x"]).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a.csv, line 1: columns 1 and 3 are both named `x`"),
            "{error}"
        );
        check_names(Path::new("a.csv"), None, ["x", "y"]).unwrap();
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let listed = list(names.iter().map(String::as_str));
        assert_eq!(listed, "`0`, `1`, `2`, `3`, `4`, `5`, `6`, `7` and 2 more");
    }
}
