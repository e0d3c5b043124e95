//! Columns that stand in the names of folders: `year=2024/month=5/part-0.parquet`.

use std::path::Path;

/// What Hive calls a gap.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

/// The columns in the names of the folders directly above a file, from the outermost on; `None` is
/// a gap.
pub(super) fn columns(path: &Path) -> Vec<(String, Option<String>)> {
    let mut columns: Vec<(String, Option<String>)> = Vec::new();
    for folder in path.ancestors().skip(1) {
        let name = folder.file_name().and_then(|name| name.to_str());
        let Some((key, value)) = name.and_then(|name| name.split_once('=')) else {
            break;
        };
        if key.is_empty() {
            break;
        }
        let key = unescaped(key);
        if columns.iter().all(|(known, _)| *known != key) {
            columns.push((key, (value != MISSING).then(|| unescaped(value))));
        }
    }
    columns.reverse();
    columns
}

/// Resolves `%2F` and the like; what is no such escape stays.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Vec<(String, Option<String>)> {
        columns(Path::new(path))
    }

    #[test]
    fn only_the_folders_directly_above_the_file_count() {
        let year = ("year".to_owned(), Some("2024".to_owned()));
        let city = ("city".to_owned(), Some("New York/ö".to_owned()));
        assert_eq!(
            found("run=3/data/year=2024/city=New%20York%2Fö/part=0.csv"),
            [year.clone(), city]
        );
        assert_eq!(found("year=2024/a.csv"), [year]);
        assert_eq!(found("a=1.csv"), []);
        assert_eq!(found("data/a.csv"), []);
        assert_eq!(found("=1/a.csv"), []);
    }

    #[test]
    fn gaps_and_broken_escapes_are_kept_apart() {
        let day = found("day=__HIVE_DEFAULT_PARTITION__/rate=5%/a.csv");
        assert_eq!(
            day,
            [
                ("day".to_owned(), None),
                ("rate".to_owned(), Some("5%".to_owned()))
            ]
        );
    }
}
