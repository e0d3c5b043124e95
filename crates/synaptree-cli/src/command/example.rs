//! `synaptree example`: writes an example that the binary carries.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use crate::arguments;
use crate::codes;
use crate::command::print;
use crate::failure::Failure;

/// An example that the binary carries.
pub(crate) struct Carried {
    name: &'static str,
    about: &'static str,
    /// Names and contents, the experiment first.
    pub(crate) files: &'static [(&'static str, &'static str)],
}

/// The smallest example, which `doctor` trains too.
pub(crate) const XOR: Carried = Carried {
    name: "xor",
    about: "two inputs, three hidden units: noisy weights and noisy updates learn XOR",
    files: &[
        (
            "xor.toml",
            include_str!("../../../../examples/xor/xor.toml"),
        ),
        ("xor.csv", include_str!("../../../../examples/xor/xor.csv")),
    ],
};

const EXAMPLES: &[Carried] = &[
    Carried {
        name: "animals",
        about: "a tree of tasks on a table of animals: mammal, diet, class, order",
        files: &[
            (
                "animals.toml",
                include_str!("../../../../examples/animals/animals.toml"),
            ),
            (
                "animals.csv",
                include_str!("../../../../examples/animals/animals.csv"),
            ),
        ],
    },
    XOR,
];

pub(crate) fn run(arguments: &arguments::Example) -> Result<(), Failure> {
    let Some(name) = &arguments.name else {
        let mut list = String::new();
        for example in EXAMPLES {
            // Writing to a string cannot fail.
            let _ = writeln!(list, "{:10} {}", example.name, example.about);
        }
        list.push_str("\nWrite one with `synaptree example animals`, then `synaptree train animals/animals.toml`.\n");
        return print(&list);
    };
    let Some(example) = EXAMPLES.iter().find(|example| example.name == name) else {
        let names: Vec<&str> = EXAMPLES.iter().map(|e| e.name).collect();
        let near = synaptree::nearest(name, names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        return Err(Failure::input(
            &codes::UNKNOWN_EXAMPLE,
            format!(
                "there is no example `{name}`\nhelp: {near}examples: {}",
                names.join(", ")
            ),
        ));
    };
    let directory = arguments
        .directory
        .clone()
        .unwrap_or_else(|| PathBuf::from(example.name));
    if directory.is_file() {
        return Err(Failure::input(
            &codes::NOT_A_FOLDER,
            format!(
                "`{}` is a file\nhelp: give a folder: synaptree example {name} DIR",
                directory.display()
            ),
        ));
    }
    for (file, _) in example.files {
        let path = directory.join(file);
        if path.exists() {
            return Err(Failure::input(
                &codes::EXISTS,
                format!(
                    "`{}` exists\nhelp: give another folder: synaptree example {name} DIR",
                    path.display()
                ),
            ));
        }
    }
    let failed = |path: &std::path::Path, error: std::io::Error| {
        Failure::broken(
            &codes::WRITE,
            format!("could not write `{}`: {error}", path.display()),
        )
    };
    fs::create_dir_all(&directory).map_err(|error| failed(&directory, error))?;
    let mut written = String::new();
    for (file, content) in example.files {
        let path = directory.join(file);
        synaptree::write_beside(&path, content).map_err(|error| failed(&path, error))?;
        let _ = writeln!(written, "{}", path.display());
    }
    let experiment = directory.join(example.files[0].0);
    let _ = writeln!(written, "\nNow: synaptree train {}", experiment.display());
    print(&written)
}
