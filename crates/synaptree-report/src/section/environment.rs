//! What the run ran on, and the experiment as resolved.

use serde_json::{Map, Value};

use super::Section;
use super::sentence::capitalised;
use super::view::View;
use crate::chart::number;
use crate::page::escape;

/// Told elsewhere on the page, or of no use to another person: paths of the machine it ran on.
const LEFT_OUT: [&str; 3] = ["directory", "name", "warnings"];

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let mut html = String::new();
    if let Some(environment) = &view.files.environment {
        html += &facts(environment);
        for (key, value) in environment {
            html += &table(key, value);
        }
    }
    if let Some(experiment) = &view.files.experiment {
        html += &format!(
            r#"<details><summary>The experiment file, every default written out</summary><pre tabindex="0"><code>{}</code></pre></details>"#,
            escape(experiment)
        );
    }
    if html.is_empty() {
        return None;
    }
    Some(Section::new("environment", "What it ran on", html))
}

/// The plain values.
fn facts(environment: &Map<String, Value>) -> String {
    let facts: String = environment
        .iter()
        .filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()))
        .filter_map(|(key, value)| {
            let name = capitalised(&key.replace('_', " "));
            Some(format!(
                "<div><dt>{}</dt><dd>{}</dd></div>",
                escape(&name),
                escape(&plain(value)?)
            ))
        })
        .collect();
    if facts.is_empty() {
        facts
    } else {
        format!(r#"<dl class="facts">{facts}</dl>"#)
    }
}

/// A list of objects, such as the fingerprints of the data, as a table.
fn table(key: &str, value: &Value) -> String {
    let entries: Vec<&Map<String, Value>> = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .collect();
    let mut columns: Vec<&str> = Vec::new();
    for column in entries.iter().flat_map(|entry| entry.keys()) {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    if columns.is_empty() {
        return String::new();
    }
    let head: String = columns
        .iter()
        .map(|column| {
            format!(
                r#"<th scope="col">{}</th>"#,
                escape(&capitalised(&column.replace('_', " ")))
            )
        })
        .collect();
    let rows: String = entries
        .iter()
        .map(|entry| {
            let cells: String = columns
                .iter()
                .map(|column| {
                    let text = entry.get(*column).and_then(plain).unwrap_or_default();
                    let text = without_folders(&text);
                    // A hash is for comparing, not for reading.
                    let long = text.len() > 40 && !text.contains(' ');
                    let text = escape(text);
                    if long {
                        format!("<td><code>{text}</code></td>")
                    } else {
                        format!("<td>{text}</td>")
                    }
                })
                .collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    let name = escape(&capitalised(&key.replace('_', " ")));
    format!(
        r#"<h3>{name}</h3><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"#
    )
}

/// The last part of an absolute path: where a file lay on one machine says nothing on another, and
/// nobody means to send it along. The hash tells which file it was.
fn without_folders(text: &str) -> &str {
    let drive = text.get(1..3) == Some(":\\");
    if text.starts_with('/') || drive {
        text.rsplit(['/', '\\']).next().unwrap_or(text)
    } else {
        text
    }
}

/// A value that fits on a line.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(written) => Some(
            written
                .as_u64()
                .map_or_else(|| written.to_string(), number::count),
        ),
        Value::Array(values)
            if values
                .iter()
                .all(|value| !value.is_object() && !value.is_array()) =>
        {
            let texts: Vec<String> = values.iter().filter_map(plain).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        _ => None,
    }
}
