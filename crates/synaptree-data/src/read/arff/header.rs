//! The header of an ARFF file: its attributes and their types.

use std::collections::HashSet;
use std::path::Path;

use super::quoted::token;
use crate::declaration::DeclaredType;
use crate::error::FileError;
use crate::read::column::check_names;
use crate::read::text::Text;

/// The types that an attribute may have, for messages.
const TYPES: &str = "numeric, real, integer, string, date, hierarchical or values in braces such \
                     as `{yes, no}`";

/// One attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) declared: DeclaredType,
    /// The entries of a hierarchical attribute.
    pub(super) entries: Vec<String>,
}

/// Reads up to the line `@data`; `text` then begins with the first row.
pub(super) fn read(path: &Path, text: &mut Text) -> Result<Vec<Attribute>, FileError> {
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut last = 0;
    while let Some((line, content)) = text.next_line()? {
        last = line;
        let place = Place { path, line };
        let content = content.trim();
        if content.is_empty() || content.starts_with('%') {
            continue;
        }
        let (keyword, rest) = content
            .split_once(char::is_whitespace)
            .unwrap_or((content, ""));
        match keyword.to_ascii_lowercase().as_str() {
            "@relation" => {}
            "@attribute" => attributes.push(place.attribute(rest.trim_start())?),
            "@data" if attributes.is_empty() => {
                return Err(
                    place.error("`@data` and no attribute", "an `@attribute` line before it")
                );
            }
            "@data" => {
                place.end(rest)?;
                check_names(
                    path,
                    Some(line),
                    attributes.iter().map(|each| each.name.as_str()),
                )?;
                return Ok(attributes);
            }
            _ => {
                let expected = "`@relation`, `@attribute`, `@data`, or `%` before a comment";
                return Err(place.found(content, expected));
            }
        }
    }
    let place = Place {
        path,
        line: last.max(1),
    };
    Err(place.error(
        "the end of the file",
        "`@data` and rows after the attributes",
    ))
}

/// A line, for messages.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    line: u64,
}

impl Place<'_> {
    fn error(self, found: &str, expected: &'static str) -> FileError {
        FileError::ArffLine {
            path: self.path.into(),
            line: self.line,
            found: found.into(),
            expected,
        }
    }

    fn found(self, text: &str, expected: &'static str) -> FileError {
        self.error(&excerpt(text), expected)
    }

    fn attribute(self, text: &str) -> Result<Attribute, FileError> {
        let unclosed = || self.found(text, "a closing quote behind the attribute's name");
        let ends = |character: char| character.is_whitespace() || character == '{';
        let (name, rest) = token(text, ends).ok_or_else(unclosed)?;
        if name.is_empty() {
            return Err(self.error("an attribute without a name", "`@attribute name type`"));
        }
        let rest = rest.trim();
        if let Some(values) = rest.strip_prefix('{') {
            let declared = DeclaredType::Nominal(self.nominal(values)?);
            return Ok(Attribute {
                name,
                declared,
                entries: Vec::new(),
            });
        }
        let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let rest = rest.trim();
        let mut entries = Vec::new();
        let declared = match word.to_ascii_lowercase().as_str() {
            "numeric" | "real" => DeclaredType::Numeric,
            "integer" => DeclaredType::Integer,
            "string" => DeclaredType::String,
            "date" => {
                return Ok(Attribute {
                    name,
                    declared: self.date(rest)?,
                    entries,
                });
            }
            "hierarchical" => {
                entries = self.entries(rest)?;
                return Ok(Attribute {
                    name,
                    declared: DeclaredType::Hierarchical,
                    entries,
                });
            }
            "relational" => {
                return Err(FileError::Unsupported {
                    path: self.path.into(),
                    line: self.line,
                    what: "relational attributes are",
                    help: "write one row an instance, with plain attributes",
                });
            }
            _ => return Err(self.found(word, TYPES)),
        };
        self.end(rest)?;
        Ok(Attribute {
            name,
            declared,
            entries,
        })
    }

    /// Refuses anything but a comment.
    fn end(self, rest: &str) -> Result<(), FileError> {
        match rest.trim_start() {
            "" => Ok(()),
            comment if comment.starts_with('%') => Ok(()),
            other => Err(self.found(other, "the end of the line")),
        }
    }

    fn date(self, rest: &str) -> Result<DeclaredType, FileError> {
        if rest.is_empty() || rest.starts_with('%') {
            return Ok(DeclaredType::Date(None));
        }
        let (format, rest) = token(rest, char::is_whitespace)
            .ok_or_else(|| self.found(rest, "a closing quote behind the date format"))?;
        self.end(rest)?;
        Ok(DeclaredType::Date(Some(format)))
    }

    /// The values up to the closing brace.
    fn nominal(self, text: &str) -> Result<Vec<String>, FileError> {
        let mut values = Vec::new();
        let mut seen = HashSet::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let quoted = rest.starts_with(['\'', '"']);
            let (value, after) = token(rest, |character| matches!(character, ',' | '}'))
                .ok_or_else(|| self.found(rest, "a closing quote behind the value"))?;
            if value.is_empty() && !quoted {
                return Err(self.error("an empty nominal value", "values between the commas"));
            }
            if !seen.insert(value.clone()) {
                return Err(self.found(&value, "each nominal value once"));
            }
            values.push(value);
            let after = after.trim_start();
            if let Some(after) = after.strip_prefix('}') {
                self.end(after)?;
                return Ok(values);
            }
            rest = after.strip_prefix(',').ok_or_else(|| {
                let expected = "a comma or the closing brace behind the nominal value";
                if after.is_empty() {
                    self.error("the end of the line", expected)
                } else {
                    self.found(after, expected)
                }
            })?;
        }
    }

    /// The entries of a hierarchy, each once.
    fn entries(self, text: &str) -> Result<Vec<String>, FileError> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        for entry in text.split(',').map(str::trim) {
            if entry.split('/').any(str::is_empty) {
                let expected = "labels between the commas, such as `01,01/02` or `root/a,a/b`";
                return Err(self.found(entry, expected));
            }
            if seen.insert(entry) {
                entries.push(entry.to_owned());
            }
        }
        Ok(entries)
    }
}

/// The beginning of a text from a file, in quotes.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
