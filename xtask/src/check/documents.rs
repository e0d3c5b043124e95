//! The documents tell the truth: they name every crate and every example, and the experiment that
//! the README shows is the one it trains.

use toml::{Table, de::Error};

use super::Verdict;
use super::arrows::CRATES;
use crate::repository::{files, text};

/// The example that the README shows.
const SHOWN: &str = "examples/animals/animals.toml";

/// `ARCHITECTURE.md` has every crate, `examples/README.md` every example, and the README shows
/// [`SHOWN`].
pub(crate) fn check() -> Result<Verdict, String> {
    let files = files()?;
    let examples: Vec<&str> = files.iter().filter_map(|file| example(file)).collect();
    let mut wrong = absent("ARCHITECTURE.md", CRATES)?;
    wrong.extend(absent("examples/README.md", &examples)?);
    let read = |file: &str| text(file).map(Option::unwrap_or_default);
    let same = says_the_same(&read("README.md")?, &read(SHOWN)?);
    if !same.map_err(|error| format!("README.md or {SHOWN}: {error}"))? {
        wrong.push(format!(
            "the first experiment in README.md differs from {SHOWN}"
        ));
    }
    if wrong.is_empty() {
        Ok(Verdict::Noted(format!(
            "{} crates, {} examples",
            CRATES.len(),
            examples.len()
        )))
    } else {
        Err(format!("{} remarks\n{}", wrong.len(), wrong.join("\n")))
    }
}

/// `zoo` for `examples/zoo/zoo.toml`.
fn example(file: &str) -> Option<&str> {
    let (folder, name) = file.strip_prefix("examples/")?.split_once('/')?;
    (name.strip_suffix(".toml")? == folder).then_some(folder)
}

/// Whether the first TOML block of a document says the same as a file, comments and layout aside.
fn says_the_same(document: &str, file: &str) -> Result<bool, Error> {
    let block = document.split("```toml\n").nth(1).unwrap_or_default();
    let block = block.split("```").next().unwrap_or_default();
    Ok(block.parse::<Table>()? == file.parse::<Table>()?)
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

    #[test]
    fn an_experiment_may_be_laid_out_in_another_way_but_not_say_something_else() {
        let document = "see\n```toml\n[data]\ntrain = \"a.csv\"\n```\nand\n";
        assert!(says_the_same(document, "data = { train = \"a.csv\" } # rows").unwrap());
        assert!(!says_the_same(document, "data = { train = \"b.csv\" }").unwrap());
        assert!(says_the_same(document, "data = ").is_err());
    }
}
