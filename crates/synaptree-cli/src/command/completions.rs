//! `synaptree completions` and `synaptree man`: what a shell and `man` need to know of the command.

use std::fs;
use std::path::Path;

use clap::CommandFactory;

use crate::arguments::{self, Arguments};
use crate::codes;
use crate::command::print;
use crate::failure::Failure;

/// Prints the completions of a shell.
pub(crate) fn completions(arguments: &arguments::Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "synaptree",
        &mut script,
    );
    print(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for the command and one for each subcommand.
pub(crate) fn man(arguments: &arguments::Man) -> Result<(), Failure> {
    let folder = &arguments.directory;
    let failed = |path: &Path, error: std::io::Error| {
        Failure::broken(
            &codes::WRITE,
            format!("could not write `{}`: {error}", path.display()),
        )
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut whole = Arguments::command();
    whole.build();
    let mut pages = vec![whole.clone()];
    let subcommands = whole.get_subcommands().cloned();
    pages.extend(subcommands.filter(|command| command.get_name() != "help"));
    for page in pages {
        let name = page.get_display_name().unwrap_or("synaptree").to_owned();
        let path = folder.join(format!("{name}.1"));
        let mut text = Vec::new();
        clap_mangen::Man::new(page)
            .title(name.to_uppercase())
            .render(&mut text)
            .map_err(|error| failed(&path, error))?;
        synaptree::write_beside(&path, text).map_err(|error| failed(&path, error))?;
    }
    print(&format!(
        "read one with: man {}\n",
        folder.join("synaptree.1").display()
    ))
}
