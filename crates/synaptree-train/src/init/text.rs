//! Names and lists as TOML and as prose write them.

use std::collections::BTreeMap;

use serde::Serialize;
use synaptree_config::to_toml;
pub(super) use synaptree_config::words;

/// `key = value` and a line end; long lists take several lines.
pub(super) fn line(key: &str, value: impl Serialize) -> String {
    let table: BTreeMap<&str, _> = [(key, value)].into();
    to_toml(&table).unwrap_or_default()
}

/// `key = { … }` of a value with keys, in one line.
pub(super) fn inline(key: &str, value: impl Serialize) -> String {
    let fields = to_toml(&value).unwrap_or_default();
    let fields: Vec<&str> = fields.lines().collect();
    format!("{key} = {{ {} }}\n", fields.join(", "))
}

/// `key = { column = "word", … }` in one line.
pub(super) fn inline_table(key: &str, entries: &BTreeMap<String, String>) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| line(key, value).trim_end().to_owned())
        .collect();
    format!("{key} = {{ {} }}\n", entries.join(", "))
}

/// A comment of at most 100 characters a line.
pub(super) fn comment(text: &str) -> String {
    const WIDTH: usize = 98;
    let mut lines = String::new();
    let mut current = String::new();
    // A line end in the name of a column must not end the comment.
    for word in text.split_whitespace() {
        if !current.is_empty() && current.chars().count() + word.chars().count() + 1 > WIDTH {
            lines += &format!("# {current}\n");
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.extend(word.chars().filter(|c| !c.is_control()));
    }
    lines + &format!("# {current}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_names_are_quoted_and_break_no_line() {
        let types = [("a \"b\"".to_owned(), "category".to_owned())].into();
        assert_eq!(
            inline_table("types", &types),
            "types = { \"a \\\"b\\\"\" = \"category\" }\n"
        );
        assert_eq!(comment("a\nb"), "# a b\n");
        assert_eq!(line("exclude", ["x"]), "exclude = [\"x\"]\n");
    }

    #[test]
    fn comments_are_wrapped() {
        let text = comment(&"word ".repeat(60));
        assert!(
            text.lines()
                .all(|line| line.len() <= 100 && line.starts_with("# word"))
        );
        assert_eq!(text.matches("word").count(), 60);
    }
}
