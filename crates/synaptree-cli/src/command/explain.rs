//! `synaptree explain`: what a mistake means and what to do about it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anstyle::Style;
use synaptree::{Code, nearest};

use crate::arguments;
use crate::codes;
use crate::command::print;
use crate::failure::Failure;

const BOLD: Style = Style::new().bold();

pub(crate) fn run(arguments: &arguments::Explain) -> Result<(), Failure> {
    if let Some(folder) = &arguments.output {
        return write_pages(folder);
    }
    match &arguments.code {
        Some(word) => print(&explained(find(word)?)),
        None => print(&list()),
    }
}

/// The mistake that is meant: a code, alone or as it stands in an error.
fn find(word: &str) -> Result<&'static Code, Failure> {
    let word = word.trim();
    let word = word
        .strip_prefix("error")
        .or(word.strip_prefix("warning"))
        .unwrap_or(word);
    let word = word.trim_end_matches(':').trim_matches(['[', ']', '`']);
    let all = codes::all();
    if let Some(code) = all.iter().find(|code| code.code == word) {
        return Ok(code);
    }
    let short = |code: &&'static Code| code.code.split_once('/').map_or("", |(_, name)| name);
    let same_name: Vec<&str> = all
        .iter()
        .filter(|code| short(code) == word)
        .map(|code| code.code)
        .collect();
    let near = nearest(word, all.iter().map(|code| code.code));
    let help = match (same_name.as_slice(), near) {
        ([], None) => "`synaptree explain` lists every code".to_owned(),
        ([], Some(near)) => format!("did you mean `{near}`?"),
        (several, _) => format!("did you mean `{}`?", several.join("` or `")),
    };
    Err(Failure::input(
        &codes::UNKNOWN_CODE,
        format!("there is no mistake of the code `{word}`\nhelp: {help}"),
    ))
}

fn explained(code: &Code) -> String {
    let indented: String = code
        .example
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    format!(
        "{BOLD}{code}{BOLD:#}: {}\n\n{}\n\n{BOLD}For example{BOLD:#}\n\n{indented}\n{BOLD}What to do{BOLD:#}\n\n{}\n",
        code.title, code.cause, code.cure
    )
}

fn list() -> String {
    let all = codes::all();
    let width = all.iter().map(|code| code.code.len()).max().unwrap_or(0);
    let mut text = String::new();
    for code in all {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  {}", code.code, code.title);
    }
    text.push_str("\nOne of them in full: synaptree explain data/ragged-row\n");
    text
}

/// A Markdown page for every mistake, and one that lists them.
fn write_pages(folder: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::broken(
            &codes::WRITE,
            format!("could not write `{}`: {error}", path.display()),
        )
    };
    let mut index = String::from(
        "# Every mistake explained\n\nEvery error bears a code, as in `error[data/ragged-row]`. \
         `synaptree explain data/ragged-row` prints its page.\n",
    );
    let mut area = "";
    for code in codes::all() {
        let (of, name) = code.code.split_once('/').unwrap_or((code.code, code.code));
        if of != area {
            area = of;
            let _ = write!(index, "\n## {area}\n\n");
        }
        let _ = writeln!(index, "- [`{code}`]({of}/{name}.md): {}", code.title);
        let path = folder.join(of).join(format!("{name}.md"));
        fs::create_dir_all(folder.join(of)).map_err(|error| failed(&path, error))?;
        synaptree::write_beside(&path, code.page()).map_err(|error| failed(&path, error))?;
    }
    let path = folder.join("README.md");
    synaptree::write_beside(&path, index).map_err(|error| failed(&path, error))
}
