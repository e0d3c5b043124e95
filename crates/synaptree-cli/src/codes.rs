//! The mistakes that only the command can make; and every code it can print.

use synaptree::Code;

synaptree::codes! {
    USAGE = "command/usage", "The command line cannot be understood" {
        cause: "A subcommand or option is misspelt, lacks its value, has a value that it cannot take, or excludes another one.",
        example: "synaptree train animals.toml --sed 3",
        cure: "Write it as the message says. `synaptree help` lists the subcommands, and `synaptree train --help` the options of one.",
    }
    UNKNOWN_EXAMPLE = "command/unknown-example", "There is no example of this name" {
        cause: "The binary carries a few examples, and this is none of them.",
        example: "synaptree example animal",
        cure: "Write one of the names that `synaptree example` lists.",
    }
    EXISTS = "command/exists", "A file that would be written exists already" {
        cause: "An example or page is never written over a file that is there, which you may have changed.",
        example: "synaptree example animals      (for the second time)",
        cure: "Give another folder: `synaptree example animals DIR`.",
    }
    NOT_TOML = "command/not-toml", "An experiment would be written under an ending of something else" {
        cause: "`synaptree init` writes TOML, and commands read an experiment as its ending says: under `.yaml` or `.csv` it could not be read.",
        example: "synaptree init people.csv --target income --output people.yaml",
        cure: "Name it `people.toml`.",
    }
    NOT_A_FOLDER = "command/not-a-folder", "There is no folder where one is needed" {
        cause: "Files shall be written into a folder, and the path that was given is a file or does not exist.",
        example: "synaptree example animals animals.csv",
        cure: "Give a folder that exists, or make it first.",
    }
    WRITE = "command/write", "A file cannot be written" {
        cause: "The folder or its permissions forbid it, or the disk is full.",
        example: "synaptree example animals /",
        cure: "Give another folder, check its permissions, or make room on the disk.",
    }
    OUTPUT = "command/output", "Standard output cannot be written" {
        cause: "The output was sent to a file on a full disk, or to a device that refuses it.",
        example: "synaptree inspect runs/animals > /dev/full",
        cure: "Make room on the disk, or send the output elsewhere.",
    }
    THREADS = "command/threads", "The threads cannot be started" {
        cause: "The operating system refuses so many threads.",
        example: "synaptree train animals.toml --threads 1000      (in a container that allows 100)",
        cure: "Give a smaller number to `--threads`, or leave it out for one a core.",
    }
    NO_GRADIENT = "command/no-gradient", "Parameters receive no gradient" {
        cause: "A dry run found parts of the network that no loss reaches: they would stay as they were drawn. The task behind them has no labels in the batch, or `share = 0` keeps its children's gradients away.",
        example: "synaptree train animals.toml --dry-run      (a parent without labels, children with share = 0)",
        cure: "Give the task labels, let its children share their gradients, or remove it.",
    }
    SEVERAL_SEEDS = "command/several-seeds", "The folder holds a run for each of several seeds" {
        cause: "`--seeds` makes a folder of runs, and this command looks at one run.",
        example: "synaptree inspect runs/animals      (trained with --seeds 0..5)",
        cure: "Give one of them, such as `runs/animals/seed-0`.",
    }
    UNKNOWN_CODE = "command/unknown-code", "There is no mistake of this code" {
        cause: "The code is misspelt.",
        example: "synaptree explain data/raged-row",
        cure: "Write the code as it stands in the brackets of the error; `synaptree explain` lists all of them.",
    }
    SELF_TEST = "command/self-test", "The self-test of `doctor` failed" {
        cause: "This binary computes something else on this machine than it should: a defect of the machine's memory or processor, or of synaptree.",
        example: "synaptree doctor",
        cure: "Run it again. If it fails again, report it with the output of `synaptree doctor --json`.",
    }
}

/// Every code that the command can print, in the order of their names.
pub(crate) fn all() -> Vec<&'static Code> {
    let mut codes: Vec<_> = synaptree::all_codes().chain(ALL.iter().copied()).collect();
    codes.sort_by_key(|code| code.code);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_stable_name_with_a_full_page() {
        let codes = all();
        assert!(codes.len() > 100);
        for pair in codes.windows(2) {
            assert!(pair[0].code < pair[1].code, "`{}` stands twice", pair[0]);
        }
        for code in codes {
            let (area, name) = code.code.split_once('/').unwrap();
            for word in [area, name] {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                assert!(!word.is_empty() && word.chars().all(plain), "{code}");
            }
            assert!(
                code.title.len() <= 90 && !code.title.ends_with('.'),
                "{code}"
            );
            assert!(code.cause.len() > 20 && code.cause.ends_with('.'), "{code}");
            assert!(code.cure.len() > 10 && code.cure.ends_with('.'), "{code}");
            assert!(!code.example.trim().is_empty(), "{code}");
        }
    }
}
