//! A page that lists every key of an experiment file, from its schema.

mod facts;

use std::fmt::Write;

use serde_json::Value as Json;

use crate::validate::schema::Schema;
use facts::{choices, facts};

/// Tables within tables deeper than this are not described.
const DEEPEST: usize = 4;

/// A Markdown page of every key of a schema: type, range, default and meaning.
///
/// # Example
///
/// ```
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Experiment {
///     /// Where every random stream starts.
///     #[serde(default)]
///     seed: u64,
/// }
///
/// let page = synaptree_config::reference(&synaptree_config::schema::<Experiment>());
/// assert_eq!(page, "\n## `seed`\n\na whole number, at least 0; default `0`\n\nWhere every random stream starts.\n");
/// ```
pub fn reference(schema: &Json) -> String {
    let root = Schema::new(schema);
    let mut page = Page {
        text: String::new(),
    };
    for (key, section) in root.properties() {
        page.section(key, &section, is_required(&root, key));
    }
    page.text
}

fn is_required(table: &Schema<'_>, key: &str) -> bool {
    table.required().any(|required| required == key)
}

struct Page {
    text: String,
}

impl Page {
    /// A key at the top of the file: a section, a list of sections, or a plain key.
    fn section(&mut self, key: &str, schema: &Schema<'_>, required: bool) {
        let item = schema.item(0);
        let table = item.as_ref().unwrap_or(schema);
        let forms = tables(table);
        let title = match (forms.is_empty(), item.is_some()) {
            (true, _) => format!("`{key}`"),
            (false, true) => format!("`[[{key}]]`"),
            (false, false) => format!("`[{key}]`"),
        };
        let _ = writeln!(self.text, "\n## {title}");
        if forms.is_empty() {
            let _ = write!(self.text, "\n{}\n", facts(schema, required));
        }
        self.meaning(schema, "");
        let tag = Schema::tag(&forms);
        for form in &forms {
            if let (Some(tag), [_, _, ..]) = (tag, forms.as_slice()) {
                let values = form.tag_values(tag).unwrap_or_default();
                let _ = write!(
                    self.text,
                    "\n### `{tag} = \"{}\"`\n",
                    values.join("\" or \"")
                );
                self.meaning(form, "");
            }
            for (inner, property) in form.properties() {
                if Some(inner) == tag && forms.len() > 1 {
                    continue;
                }
                let required = is_required(form, inner);
                let _ = write!(
                    self.text,
                    "\n### `{key}.{inner}`\n\n{}\n",
                    facts(&property, required)
                );
                self.meaning(&property, "");
                self.inside(&property, "", 1);
            }
        }
    }

    /// What the documentation comment says.
    fn meaning(&mut self, schema: &Schema<'_>, indent: &str) {
        if let Some(text) = schema.text("description").filter(|text| !text.is_empty()) {
            let text = text.replace('\n', &format!("\n{indent}"));
            let _ = write!(self.text, "\n{indent}{}\n", text.trim_end());
        }
    }

    /// The choices and inner keys of a value, as a list.
    fn inside(&mut self, schema: &Schema<'_>, indent: &str, depth: usize) {
        let listed = choices(schema);
        if !listed.is_empty() {
            self.text.push('\n');
            for (choice, meaning) in listed {
                let _ = writeln!(self.text, "{indent}- `{choice}`: {meaning}");
            }
        }
        if depth > DEEPEST {
            return;
        }
        let forms: Vec<Schema<'_>> = tables(schema)
            .into_iter()
            .chain(schema.item(0).iter().flat_map(tables))
            .collect();
        let tag = Schema::tag(&forms).filter(|_| forms.len() > 1);
        for form in &forms {
            let mut indent = indent.to_owned();
            if let Some(tag) = tag {
                let values = form.tag_values(tag).unwrap_or_default().join("\" or \"");
                let meaning = form
                    .text("description")
                    .map_or_else(String::new, first_paragraph);
                let _ = write!(self.text, "\n{indent}- `{tag} = \"{values}\"`{meaning}\n");
                indent.push_str("  ");
            }
            let mut keys = form
                .properties()
                .filter(|(key, _)| Some(*key) != tag)
                .peekable();
            if keys.peek().is_some() && tag.is_none() {
                self.text.push('\n');
            }
            for (key, property) in keys {
                let required = is_required(form, key);
                let meaning = property
                    .text("description")
                    .map_or_else(String::new, first_paragraph);
                let _ = writeln!(
                    self.text,
                    "{indent}- `{key}` ({}){meaning}",
                    facts(&property, required)
                );
                self.inside(&property, &format!("{indent}  "), depth + 1);
            }
        }
    }
}

fn first_paragraph(text: &str) -> String {
    let first = text.split("\n\n").next().unwrap_or_default();
    if first.is_empty() {
        String::new()
    } else {
        format!(": {}", first.replace('\n', " "))
    }
}

/// The forms of a value that are tables with named keys.
fn tables<'s>(schema: &Schema<'s>) -> Vec<Schema<'s>> {
    let mut forms = schema.branches();
    if forms.is_empty() {
        forms.push(schema.clone());
    }
    forms.retain(|form| form.properties().next().is_some());
    forms
}
