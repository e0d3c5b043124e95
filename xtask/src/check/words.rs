//! What no file of the repository holds: paths of one machine, and work that was left undone.

use super::Verdict;
use crate::repository::{files, text};

/// Pieces of a word and what is wrong with it. They stand in pieces so that this file passes.
const WORDS: &[(&[&str], &str)] = &[
    (&["/ro", "ot/"], "a path of one machine"),
    (&["/Us", "ers/"], "a path of one machine"),
    (&["/wo", "rk/"], "a path of one machine"),
    (&["C:", "\\"], "a path of one machine"),
    (&["../", "shared"], "a path outside the repository"),
    (&["TO", "DO"], "work left undone"),
    (&["FIX", "ME"], "work left undone"),
    (&["to", "do!("], "work left undone"),
    (&["unimple", "mented!("], "work left undone"),
    (&["#[ign", "ore"], "a test that does not run"),
];

/// Files that speak of the machine they run on.
const EXCEPT: &[&str] = &[".ci/", "Cargo.lock", "LICENSE-"];

/// No tracked file holds one of the words.
pub(crate) fn check() -> Result<Verdict, String> {
    let mut found = Vec::new();
    let mut read = 0;
    for file in files()? {
        if EXCEPT.iter().any(|start| file.starts_with(start)) {
            continue;
        }
        if let Some(text) = text(&file)? {
            read += 1;
            found.extend(
                search(&text)
                    .into_iter()
                    .map(|(line, what)| format!("{file}:{line}: {what}")),
            );
        }
    }
    if found.is_empty() {
        Ok(Verdict::Noted(format!("{read} files")))
    } else {
        Err(format!("{} lines\n{}", found.len(), found.join("\n")))
    }
}

fn search(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (pieces, wrong) in WORDS {
            let word = pieces.concat();
            if line.contains(&word) {
                found.push((number + 1, format!("`{word}` is {wrong}")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_path_is_found_with_its_line() {
        let text = format!("first\nsee /ro{}\n", "ot/someone");
        let found = search(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, 2);
    }

    #[test]
    fn ordinary_text_is_let_through() {
        assert!(search("a network at work, the root of a tree").is_empty());
    }
}
