//! Whether two run folders hold the same, bit for bit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Files that say when and how long: clocks differ between any two runs. A checkpoint also holds the
/// identities of the parameters, which every run draws anew; what came of it stands in `model/`.
const TIMED: [&str; 4] = [
    "environment.json",
    "report.html",
    "checkpoints/best/checkpoint.safetensors",
    "checkpoints/last/checkpoint.safetensors",
];

/// Says where two runs differ: in the files they have, or in the bytes of one. Of `metrics.jsonl` and
/// `summary.json` everything counts but `seconds`.
pub(crate) fn difference(expected: &Path, found: &Path) -> Result<Option<String>, String> {
    let (expected, found) = (contents(expected)?, contents(found)?);
    for name in expected.keys().chain(found.keys()) {
        let (Some(left), Some(right)) = (expected.get(name), found.get(name)) else {
            return Ok(Some(format!("only one of the runs has `{name}`")));
        };
        let same = match name.as_str() {
            name if TIMED.contains(&name) => true,
            "metrics.jsonl" | "summary.json" => without_times(left)? == without_times(right)?,
            _ => left == right,
        };
        if !same {
            return Ok(Some(format!("`{name}` differs")));
        }
    }
    Ok(None)
}

/// Every file below a folder, by its path in it.
fn contents(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content =
                fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
            files.insert(name.into_owned(), content);
        }
    }
    Ok(files)
}

/// JSON documents, one after the other, without the time they took.
fn without_times(text: &[u8]) -> Result<Vec<Value>, String> {
    let documents = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
    let timeless = documents.map(|document| {
        document.map(|mut document| {
            if let Some(object) = document.as_object_mut() {
                object.remove("seconds");
                object.remove("waited");
            }
            document
        })
    });
    timeless
        .collect::<Result<_, _>>()
        .map_err(|error| format!("a file of a finished run is damaged: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_differ_and_figures_may_not() {
        let same = |left: &str, right: &str| {
            without_times(left.as_bytes()).unwrap() == without_times(right.as_bytes()).unwrap()
        };
        assert!(same(
            r#"{"loss": 0.5, "seconds": 1}"#,
            r#"{"loss": 0.5, "seconds": 2}"#
        ));
        assert!(!same(r#"{"loss": 0.5}"#, r#"{"loss": 0.25}"#));
        assert!(!same("{}\n{}", "{}"));
    }
}
