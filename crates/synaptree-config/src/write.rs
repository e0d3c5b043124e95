//! A specification written as TOML that a person likes to read.

use serde::Serialize;

use crate::document::Document;
use crate::error::ConfigError;
use crate::key_path::{KeyPath, Step};
use crate::node::{Entry, Node, Value};
use crate::read::{Format, read_document};

/// Longest line that is written where it can be avoided.
const WIDTH: usize = 100;

/// Writes a value as a TOML file: plain keys first, then `[sections]` and `[[lists]]` with their
/// inner tables in one line where they fit.
///
/// # Errors
///
/// [`ConfigError::Write`] if the value is not a table, or holds something TOML cannot.
///
/// # Example
///
/// ```
/// use serde::Serialize;
/// use synaptree_config::to_toml;
///
/// #[derive(Serialize)]
/// struct Optimizer { kind: &'static str, learning_rate: f64 }
/// #[derive(Serialize)]
/// struct Training { epochs: usize, optimizer: Optimizer }
/// #[derive(Serialize)]
/// struct Experiment { training: Training, seed: u64 }
///
/// let optimizer = Optimizer { kind: "adam", learning_rate: 1e-5 };
/// let experiment = Experiment { training: Training { epochs: 10, optimizer }, seed: 7 };
/// assert_eq!(
///     to_toml(&experiment)?,
///     "\
/// seed = 7
///
/// [training]
/// epochs = 10
/// optimizer = { kind = \"adam\", learning_rate = 1e-5 }
/// ",
/// );
/// # Ok::<(), synaptree_config::ConfigError>(())
/// ```
pub fn to_toml<T: Serialize + ?Sized>(value: &T) -> Result<String, ConfigError> {
    written(value, |_, _| String::new())
}

/// Writes a value as [`to_toml`] does, with where each key comes from as a comment behind it:
/// `# file:12`, `# environment`, `# --set` or `# default`.
///
/// # Errors
///
/// As [`to_toml`].
///
/// # Example
///
/// ```
/// use serde::Serialize;
/// use synaptree_config::{Document, to_toml_with_origins};
///
/// #[derive(Serialize)]
/// struct Experiment { seed: u64, epochs: usize }
///
/// let document = Document::parse("run.toml", "epochs = 10")?;
/// let experiment = Experiment { seed: 0, epochs: 10 };
/// assert_eq!(
///     to_toml_with_origins(&experiment, &document)?,
///     "seed = 0  # default\nepochs = 10  # file:1\n",
/// );
/// # Ok::<(), synaptree_config::ConfigError>(())
/// ```
pub fn to_toml_with_origins<T: Serialize + ?Sized>(
    value: &T,
    document: &Document,
) -> Result<String, ConfigError> {
    written(value, |node, path| {
        format!("  # {}", origins(node, path, document))
    })
}

/// Where a value comes from; of a table whose keys have several origins, where each does.
fn origins(node: &Node, path: &KeyPath, document: &Document) -> String {
    let entries = match &node.value {
        Value::Table(entries) if !entries.is_empty() => entries,
        _ => return document.origin_of(path),
    };
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for entry in entries {
        let origin = origins(&entry.node, &path.key(&entry.key), document);
        match groups.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, keys)) => keys.push(&entry.key),
            None => groups.push((origin, vec![&entry.key])),
        }
    }
    match groups.as_slice() {
        [(only, _)] => only.clone(),
        several => {
            let told = several.iter();
            let told: Vec<String> = told
                .map(|(origin, keys)| format!("{}: {origin}", keys.join(", ")))
                .collect();
            told.join("; ")
        }
    }
}

/// Writes a value; `remark` says what stands behind each key.
fn written<T: Serialize + ?Sized>(
    value: &T,
    remark: impl Fn(&Node, &KeyPath) -> String,
) -> Result<String, ConfigError> {
    let text = toml::to_string(value)?;
    // The serializer decides what can be written, and the reader what it means; only the layout is ours.
    let Ok(root) = read_document(&text, 0, Format::Toml) else {
        unreachable!("the TOML serializer wrote what the TOML parser does not read: {text}");
    };
    let Value::Table(entries) = &root.value else {
        unreachable!("a document is a table")
    };
    let mut layout = Layout {
        text: String::new(),
        remark,
    };
    layout.table(entries, &KeyPath::default());
    Ok(layout.text)
}

struct Layout<R> {
    text: String,
    /// What stands behind the value of a key.
    remark: R,
}

impl<R: Fn(&Node, &KeyPath) -> String> Layout<R> {
    /// Writes the keys of a table, then the tables in it that need headers of their own.
    fn table(&mut self, entries: &[Entry], path: &KeyPath) {
        let (with_header, in_line): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().partition(|entry| needs_header(entry, path));
        for entry in in_line {
            let key = key(&entry.key);
            let value = value(&entry.node, key.chars().count() + 3);
            let remark = (self.remark)(&entry.node, &path.key(&entry.key));
            self.text
                .extend([key.as_str(), " = ", &value, &remark, "\n"]);
        }
        for entry in with_header {
            let path = path.key(&entry.key);
            match &entry.node.value {
                Value::Table(entries) => {
                    self.header(&format!("[{}]", header_path(&path)));
                    self.table(entries, &path);
                }
                Value::List(items) => {
                    for (position, item) in items.iter().enumerate() {
                        let Value::Table(entries) = &item.value else {
                            continue;
                        };
                        let path = path.index(position);
                        self.header(&format!("[[{}]]", header_path(&path)));
                        self.table(entries, &path);
                    }
                }
                _ => {}
            }
        }
    }

    fn header(&mut self, header: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(header);
        self.text.push('\n');
    }
}

/// Whether a table, or a list of tables, is written under a header instead of behind `=`.
fn needs_header(entry: &Entry, path: &KeyPath) -> bool {
    let can_have_header = match &entry.node.value {
        Value::Table(_) => true,
        Value::List(items) => {
            !items.is_empty()
                && items
                    .iter()
                    .all(|item| matches!(item.value, Value::Table(_)))
        }
        _ => false,
    };
    let is_section = path.0.is_empty();
    can_have_header && (is_section || key(&entry.key).len() + 3 + inline(&entry.node).len() > WIDTH)
}

fn header_path(path: &KeyPath) -> String {
    let keys: Vec<String> = path
        .0
        .iter()
        .filter_map(|step| match step {
            Step::Key(name) => Some(key(name)),
            Step::Index(_) => None,
        })
        .collect();
    keys.join(".")
}

/// A value that begins at `column`: in one line, or a long list in several.
fn value(node: &Node, column: usize) -> String {
    let line = inline(node);
    match &node.value {
        Value::List(items) if column + line.chars().count() > WIDTH => wrapped(items),
        _ => line,
    }
}

/// A list with as many elements in every line as fit.
fn wrapped(items: &[Node]) -> String {
    let mut text = String::from("[");
    let mut column = WIDTH;
    for item in items {
        let item = inline(item) + ",";
        let width = item.chars().count() + 1;
        if column + width > WIDTH {
            text.push_str("\n  ");
            column = 2;
        } else {
            text.push(' ');
        }
        text.push_str(&item);
        column += width;
    }
    text + "\n]"
}

/// A value in one line.
pub(crate) fn inline(node: &Node) -> String {
    match &node.value {
        Value::String(text) => quoted(text),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) if float.is_nan() => "nan".to_owned(),
        // Unlike `{}`, `{:?}` writes a very small number as `1e-5` and never without a point.
        Value::Float(float) => format!("{float:?}"),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Date(date) => date.clone(),
        Value::Null => "null".to_owned(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Table(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| format!("{} = {}", key(&entry.key), inline(&entry.node)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A string of JSON is one of TOML, but for one character that only TOML wants escaped.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Reads TOML and writes it again.
    fn rewritten(text: &str) -> String {
        to_toml(&toml::from_str::<toml::Table>(text).unwrap()).unwrap()
    }

    #[test]
    fn sections_have_headers_and_inner_tables_stand_in_one_line() {
        let written = "\
seed = 18446744073709551615

[data]
train = [{ file = \"a.csv\", rename = { \"blood type\" = \"blood\" } }, \"b.csv\"]
validation = false

[[tasks]]
name = \"mammal\"

[[tasks]]
name = \"order\"
loss = { kind = \"focal\", gamma = 2.0 }

[empty]
";
        let table: BTreeMap<String, u64> = [("seed".to_owned(), u64::MAX)].into();
        assert_eq!(to_toml(&table).unwrap(), "seed = 18446744073709551615\n");
        let small = written.replace("18446744073709551615", "7");
        assert_eq!(rewritten(&small), small);
    }

    #[test]
    fn long_lists_are_wrapped_and_long_tables_have_headers() {
        let names: Vec<String> = (0..20).map(|i| format!("\"column {i}\"")).collect();
        let types: Vec<String> = (0..9).map(|i| format!("column_{i} = \"number\"")).collect();
        let one_line = format!(
            "[data]\ncolumns = [{}]\ntypes = {{ {} }}\n",
            names.join(", "),
            types.join(", ")
        );
        let written = rewritten(&one_line);
        insta::assert_snapshot!(written, @r#"
        [data]
        columns = [
          "column 0", "column 1", "column 2", "column 3", "column 4", "column 5", "column 6", "column 7",
          "column 8", "column 9", "column 10", "column 11", "column 12", "column 13", "column 14",
          "column 15", "column 16", "column 17", "column 18", "column 19",
        ]

        [data.types]
        column_0 = "number"
        column_1 = "number"
        column_2 = "number"
        column_3 = "number"
        column_4 = "number"
        column_5 = "number"
        column_6 = "number"
        column_7 = "number"
        column_8 = "number"
        "#);
        assert_eq!(rewritten(&written), written);
    }

    #[test]
    fn what_is_not_a_table_is_an_error() {
        assert!(matches!(to_toml(&5), Err(ConfigError::Write(_))));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(
            texts in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..4),
            numbers in proptest::collection::vec(any::<f64>(), 0..4),
            integer in any::<i64>(),
        ) {
            #[derive(Serialize, serde::Deserialize, Debug, PartialEq)]
            struct Sample {
                integer: i64,
                lists: Vec<Vec<f64>>,
                section: BTreeMap<String, BTreeMap<String, String>>,
            }
            let numbers = numbers.into_iter().filter(|number| !number.is_nan()).collect();
            let section = texts.keys().map(|key| (key.clone(), texts.clone())).collect();
            let sample = Sample { integer, lists: vec![numbers], section };
            let written = to_toml(&sample).unwrap();
            prop_assert_eq!(toml::from_str::<Sample>(&written).unwrap(), sample);
        }
    }
}
