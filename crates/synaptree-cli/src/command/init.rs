//! `synaptree init`: from files to an experiment file that trains as it stands.

use std::fmt::Write;
use std::path::Path;

use synaptree::{Init, Preset, init, write_beside};

use crate::arguments::{self, Effort};
use crate::codes;
use crate::command::{print, warn};
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Init) -> Result<(), Failure> {
    let output = &arguments.output;
    if output.exists() && !arguments.target.is_empty() {
        return Err(Failure::input(
            &codes::EXISTS,
            format!(
                "`{}` exists\nhelp: give another file with `--output`",
                output.display()
            ),
        ));
    }
    let ending = output.extension().and_then(|ending| ending.to_str());
    if ending.is_some_and(|ending| !ending.eq_ignore_ascii_case("toml")) {
        return Err(Failure::input(
            &codes::NOT_TOML,
            format!(
                "the experiment is written as TOML, and `{}` has another ending\nhelp: name it `{}`",
                output.display(),
                output.with_extension("toml").display()
            ),
        ));
    }
    let directory = match output.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        return Err(Failure::input(
            &codes::NOT_A_FOLDER,
            format!(
                "there is no folder `{}`\nhelp: make it first, or give another `--output`",
                directory.display()
            ),
        ));
    }
    let draft = init(&Init {
        data: arguments.data.clone(),
        targets: arguments.target.clone(),
        preset: match arguments.preset {
            Effort::Quick => Preset::Quick,
            Effort::Balanced => Preset::Balanced,
            Effort::Best => Preset::Best,
        },
        directory: directory.to_owned(),
        rows: arguments.rows.get(),
        reading: arguments.reading.options(),
    })?;
    write_beside(output, &draft.text).map_err(|error| {
        Failure::broken(
            &codes::WRITE,
            format!("could not write `{}`: {error}", output.display()),
        )
    })?;
    warn(&draft.undecided);
    warn(&shortened(draft.given_away));
    let [train, validation, test] = draft.rows;
    let mut text = format!(
        "{}: {}{train} training, {validation} validation and {test} test rows\n",
        output.display(),
        if draft.looked_at.is_some() {
            "about "
        } else {
            ""
        }
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "\nNow read it, then: synaptree train {}",
        output.display()
    );
    print(&text)
}

/// The first sentences, and where the others stand.
fn shortened(mut sentences: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 8;
    let more = sentences.len().saturating_sub(SHOWN);
    sentences.truncate(SHOWN);
    if more > 0 {
        sentences.push(format!(
            "{more} more columns are left out as they give a target away: the file says which and why"
        ));
    }
    sentences
}
