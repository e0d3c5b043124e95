//! Key paths such as `tasks[1].parent` and `data.types."blood type"`.

use std::fmt;
use std::ops::Range;

/// One step of a key path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A key of a table, or the `name` of a table in a list.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// A way from the root of a document to one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyPath(pub(crate) Vec<Step>);

/// A step and where it stands in the text of its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocatedStep {
    pub(crate) step: Step,
    pub(crate) range: Range<usize>,
}

/// A text that is not a key path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotAPath {
    /// Where it goes wrong, in bytes.
    pub(crate) at: usize,
    /// What was expected there.
    pub(crate) expected: &'static str,
}

impl KeyPath {
    /// Reads a path that fills the whole text; the empty text is the root.
    pub(crate) fn parse(text: &str) -> Result<Self, NotAPath> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (steps, end) = scan(text)?;
        if end < text.len() {
            return Err(NotAPath {
                at: end,
                expected: "`.` or `[`",
            });
        }
        Ok(Self(
            steps.into_iter().map(|located| located.step).collect(),
        ))
    }

    /// The path one key further down.
    pub(crate) fn key(&self, key: &str) -> Self {
        self.join(Step::Key(key.to_owned()))
    }

    /// The path of one element of the list at this path.
    pub(crate) fn index(&self, index: usize) -> Self {
        self.join(Step::Index(index))
    }

    fn join(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// How a person calls the table at this path: `[training]`, `[[tasks]]`.
    pub(crate) fn as_section(&self) -> String {
        match self.0.as_slice() {
            [] => "the experiment".to_owned(),
            [Step::Key(_)] => format!("[{self}]"),
            [list @ Step::Key(_), Step::Index(_)] => format!("[[{}]]", Self(vec![list.clone()])),
            _ => format!("`{self}`"),
        }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    if !key.is_empty() && key.chars().all(is_bare) {
                        f.write_str(key)?;
                    } else {
                        f.write_str("\"")?;
                        for c in key.chars() {
                            match c {
                                '"' | '\\' => write!(f, "\\{c}")?,
                                '\n' => f.write_str("\\n")?,
                                '\r' => f.write_str("\\r")?,
                                '\t' => f.write_str("\\t")?,
                                _ => write!(f, "{c}")?,
                            }
                        }
                        f.write_str("\"")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Reads the key path at the beginning of `text`; returns its steps and where it ends.
pub(crate) fn scan(text: &str) -> Result<(Vec<LocatedStep>, usize), NotAPath> {
    let mut steps = Vec::new();
    let mut at = scan_key(text, 0, &mut steps)?;
    loop {
        let rest = &text[at..];
        if rest.starts_with('.') {
            at = scan_key(text, at + 1, &mut steps)?;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
            let index = inside[..digits].parse().map_err(|_| NotAPath {
                at: at + 1,
                expected: "a place in the list, from 0",
            })?;
            let close = at + 1 + digits;
            if !text[close..].starts_with(']') {
                return Err(NotAPath {
                    at: close,
                    expected: "`]`",
                });
            }
            steps.push(LocatedStep {
                step: Step::Index(index),
                range: at..close + 1,
            });
            at = close + 1;
        } else {
            return Ok((steps, at));
        }
    }
}

fn scan_key(text: &str, at: usize, steps: &mut Vec<LocatedStep>) -> Result<usize, NotAPath> {
    let rest = &text[at..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (key, end) = if let Some(quote) = quote {
        let unclosed = NotAPath {
            at,
            expected: "a closing quotation mark",
        };
        let (key, length) = scan_quoted(&rest[1..], quote).ok_or(unclosed)?;
        (key, at + 1 + length)
    } else {
        let length = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
        if length == 0 {
            return Err(NotAPath {
                at,
                expected: "a key",
            });
        }
        (rest[..length].to_owned(), at + length)
    };
    steps.push(LocatedStep {
        step: Step::Key(key),
        range: at..end,
    });
    Ok(end)
}

/// Reads up to the closing `quote`; returns the text and the length with the quote.
fn scan_quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut key = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            _ if c == quote => return Some((key, at + 1)),
            '\\' if quote == '"' => key.push(match characters.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                itself => itself,
            }),
            _ => key.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_as_it_is_written() {
        for text in [
            "",
            "seed",
            "tasks[1].parent[0]",
            r#"data.types."blood \"type\" \\ \n""#,
            "größe.x-y",
        ] {
            assert_eq!(KeyPath::parse(text).unwrap().to_string(), text);
        }
        let path = KeyPath::parse("a.'b.c'[2]").unwrap();
        let steps = [
            Step::Key("a".into()),
            Step::Key("b.c".into()),
            Step::Index(2),
        ];
        assert_eq!(path.0, steps);
        assert_eq!(path.to_string(), r#"a."b.c"[2]"#);
    }

    #[test]
    fn what_is_wrong_with_a_path_is_said_where_it_is() {
        let wrong = |text| KeyPath::parse(text).unwrap_err();
        assert_eq!(
            wrong("a..b"),
            NotAPath {
                at: 2,
                expected: "a key"
            }
        );
        assert_eq!(
            wrong("a[x]"),
            NotAPath {
                at: 2,
                expected: "a place in the list, from 0"
            }
        );
        assert_eq!(
            wrong("a[1"),
            NotAPath {
                at: 3,
                expected: "`]`"
            }
        );
        assert_eq!(
            wrong("a.\"b"),
            NotAPath {
                at: 2,
                expected: "a closing quotation mark"
            }
        );
        assert_eq!(
            wrong("a b"),
            NotAPath {
                at: 1,
                expected: "`.` or `[`"
            }
        );
        assert_eq!(wrong("a[99999999999999999999]").at, 2);
    }

    #[test]
    fn sections_are_called_as_they_are_written() {
        let section = |text| KeyPath::parse(text).unwrap().as_section();
        assert_eq!(section(""), "the experiment");
        assert_eq!(section("training"), "[training]");
        assert_eq!(section("tasks[1]"), "[[tasks]]");
        assert_eq!(section("training.optimizer"), "`training.optimizer`");
    }
}
