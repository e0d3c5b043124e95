//! The documents name what is there: every crate and every example.

use super::Verdict;
use super::arrows::CRATES;
use crate::repository::{files, text};

/// `ARCHITECTURE.md` has every crate and `examples/README.md` every example.
pub(crate) fn check() -> Result<Verdict, String> {
    let files = files()?;
    let examples: Vec<&str> = files.iter().filter_map(|file| example(file)).collect();
    let mut missing = absent("ARCHITECTURE.md", CRATES)?;
    missing.extend(absent("examples/README.md", &examples)?);
    if missing.is_empty() {
        Ok(Verdict::Noted(format!(
            "{} crates, {} examples",
            CRATES.len(),
            examples.len()
        )))
    } else {
        Err(format!(
            "{} names are missing\n{}",
            missing.len(),
            missing.join("\n")
        ))
    }
}

/// `zoo` for `examples/zoo/zoo.toml`.
fn example(file: &str) -> Option<&str> {
    let (folder, name) = file.strip_prefix("examples/")?.split_once('/')?;
    (name.strip_suffix(".toml")? == folder).then_some(folder)
}

fn absent(document: &str, names: &[&str]) -> Result<Vec<String>, String> {
    let text = text(document)?.unwrap_or_default();
    let absent = names
        .iter()
        .filter(|name| !text.contains(&format!("`{name}`")));
    Ok(absent
        .map(|name| format!("{document} does not name `{name}`"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_a_folder_with_an_experiment_of_its_name() {
        assert_eq!(example("examples/zoo/zoo.toml"), Some("zoo"));
        assert_eq!(example("examples/zoo/other.toml"), None);
        assert_eq!(example("examples/README.md"), None);
    }
}
