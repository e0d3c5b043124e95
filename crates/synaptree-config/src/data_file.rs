//! What tells a table of data from an experiment file.

use std::path::Path;

/// Endings of data files that no experiment file has.
const ENDINGS: [&str; 12] = [
    "csv", "tsv", "parquet", "pq", "arrow", "feather", "ipc", "arff", "jsonl", "ndjson", "gz",
    "zst",
];

/// Whether a file ends as data do.
pub(crate) fn is_named_like_data(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether the first line of a text has cells and nothing with which a line of TOML begins or without which it is none.
pub(crate) fn begins_like_data(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = text.lines().next().unwrap_or_default();
    let separates = |c: char| line.matches(c).count() > 0;
    !line.contains('=')
        && !line.trim_start().starts_with(['[', '#', '{'])
        && [',', ';', '\t', '|'].into_iter().any(separates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_by_ending_or_first_line_and_experiments_are_not_taken_for_them() {
        assert!(is_named_like_data(Path::new("a/big.CSV")));
        assert!(is_named_like_data(Path::new("part.csv.gz")));
        assert!(!is_named_like_data(Path::new("a.csv/run.toml")));
        assert!(begins_like_data("\u{feff}age,\"zip code\",y\n1,2,0\n"));
        assert!(begins_like_data("age\ty"));
        for experiment in [
            "",
            "seed = 1, 2",
            "[data]",
            "# age,zip,y",
            "seed 1\n1,2",
            "\na,b",
        ] {
            assert!(!begins_like_data(experiment), "{experiment}");
        }
    }
}
