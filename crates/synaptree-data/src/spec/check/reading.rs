//! `[data]`: how files are read.

use synaptree_config::{Diagnostic, Diagnostics};

use crate::codes::section;
use crate::spec::data::{DataSpec, QuoteSpec};

impl DataSpec {
    pub(super) fn check_reading(&self, diagnostics: &mut Diagnostics) {
        let one_character = |key: &str, text: &str, diagnostics: &mut Diagnostics| {
            let found = match text.chars().count() {
                0 => "this is empty".to_owned(),
                1 if matches!(text, "\r" | "\n") => "this is a line end".to_owned(),
                1 if text.is_ascii() => return,
                1 => "this is not an ASCII character".to_owned(),
                characters => format!("this is {characters} characters"),
            };
            let help = match key {
                "quote" => "such as `quote = \"'\"`, or `quote = false` for none",
                _ => "such as `separator = \";\"`, or \"\\t\" for a tab",
            };
            diagnostics.push(
                Diagnostic::error(
                    &section::CHARACTER,
                    format!("data.{key}"),
                    format!("`{key}` must be one ASCII character that is not a line end"),
                )
                .label(found)
                .help(help),
            );
        };
        if let Some(separator) = &self.separator {
            one_character("separator", separator, diagnostics);
        }
        match &self.quote {
            Some(QuoteSpec::Character(quote)) => one_character("quote", quote, diagnostics),
            Some(QuoteSpec::Off(true)) => diagnostics.push(
                Diagnostic::error(
                    &section::QUOTE,
                    "data.quote",
                    "`quote = true` names no character",
                )
                .label("a character or false")
                .help("write the character, or `quote = false`"),
            ),
            _ => {}
        }
        if let (Some(separator), Some(QuoteSpec::Character(quote))) = (&self.separator, &self.quote)
            && separator == quote
        {
            diagnostics.push(
                Diagnostic::error(
                    &section::CHARACTER,
                    "data.quote",
                    "`quote` and `separator` are the same character",
                )
                .label("this is the separator")
                .help("write another character, or `quote = false`"),
            );
        }
        if self.strip_suffix.as_deref() == Some("") {
            diagnostics.push(
                Diagnostic::error(
                    &section::STRIP_SUFFIX,
                    "data.strip_suffix",
                    "`strip_suffix` is empty",
                )
                .label("nothing to drop")
                .help("write what cells end in, such as \".\", or take the key away"),
            );
        }
        if self.header == Some(false) && self.columns.is_none() {
            diagnostics.push(
                Diagnostic::error(
                    &section::COLUMNS,
                    "data.header",
                    "without a header the columns have no names",
                )
                .label("the files have no header")
                .help("name them in the order of the file: columns = [\"age\", ...]"),
            );
        }
        if let Some(columns) = &self.columns {
            if columns.is_empty() {
                diagnostics.push(
                    Diagnostic::error(&section::COLUMNS, "data.columns", "`columns` is empty")
                        .label("names no column")
                        .help("name every column in the order of the file, or take the key away"),
                );
            }
            for (position, column) in columns.iter().enumerate() {
                if columns[..position].contains(column) {
                    diagnostics.push(
                        Diagnostic::error(
                            &section::COLUMNS,
                            format!("data.columns[{position}]"),
                            format!("the column name \"{column}\" stands twice"),
                        )
                        .label("named before")
                        .help("give every column a name of its own"),
                    );
                }
            }
        }
    }
}
