//! Errors bear codes, and the command explains them, itself and the machine it runs on.

use std::fs;

use serde_json::Value;

use crate::common::Folder;

#[test]
fn an_error_shows_its_code_and_where_it_is_explained() {
    let folder = Folder::new();
    folder
        .write(
            "e.toml",
            "data = { train = \"t.csv\" }\ntasks = [{ name = \"y\", kind = \"binary\" }]\n",
        )
        .write("t.csv", "a,y\n1,0\n2\n");
    let run = folder.run(&["check", "e.toml"]);
    assert_eq!(run.code(), Some(2));
    let text = run.stderr();
    assert!(text.starts_with("error[data/ragged-row]: "), "{text}");
    assert!(
        text.ends_with("\nmore: synaptree explain data/ragged-row\n"),
        "{text}"
    );
    let explained = folder.done(&["explain", "data/ragged-row"]).stdout();
    assert!(explained.contains("For example"), "{explained}");
    assert!(explained.contains("What to do"), "{explained}");
    // As it stands in the error.
    let pasted = folder.done(&["explain", "error[data/ragged-row]:"]);
    assert_eq!(pasted.stdout(), explained);
}

#[test]
fn a_misspelt_code_is_met_with_the_nearest_one() {
    let folder = Folder::new();
    for (word, meant) in [
        ("data/raged-row", "did you mean `data/ragged-row`?"),
        ("ragged-row", "did you mean `data/ragged-row`?"),
        ("out-of-range", "`config/out-of-range`"),
        ("zebra", "lists every code"),
    ] {
        let run = folder.run(&["explain", word]);
        assert_eq!(run.code(), Some(2));
        assert!(run.stderr().contains(meant), "{word}: {}", run.stderr());
    }
    let list = folder.done(&["explain"]).stdout();
    assert!(list.contains("\ndata/ragged-row"), "{list}");
    assert!(list.lines().count() > 100);
}

#[test]
fn errors_are_json_where_the_output_is() {
    let folder = Folder::new();
    folder.write(
        "e.toml",
        "data = { train = \"t.csv\" }\ntasks = [{ name = \"y\", kind = \"binery\" }]\nsed = 1\n",
    );
    let errors = |arguments: &[&str]| -> Vec<Value> {
        let run = folder.run(arguments);
        assert_eq!(run.code(), Some(2), "{}", run.stderr());
        assert_eq!(run.stdout(), "");
        let document: Value = serde_json::from_str(&run.stderr()).unwrap();
        document["errors"].as_array().unwrap().clone()
    };
    let mistakes = errors(&["train", "e.toml", "--json", "--quiet"]);
    assert_eq!(mistakes.len(), 2);
    assert_eq!(mistakes[0]["code"], "config/bad-choice");
    assert_eq!(mistakes[0]["file"], "e.toml");
    assert_eq!(mistakes[0]["line"], 2);
    assert_eq!(mistakes[0]["column"], 31);
    assert_eq!(mistakes[0]["path"], "tasks[0].kind");
    assert_eq!(mistakes[1]["code"], "config/unknown-key");
    assert_eq!(mistakes[1]["line"], 3);
    let nothing = errors(&["inspect", "nowhere", "--json"]);
    assert_eq!(nothing[0]["code"], "model/not-a-model");
    assert!(nothing[0]["help"].is_string());
    let usage = errors(&["inspect", "--json", "--nonsense"]);
    assert_eq!(usage[0]["code"], "command/usage");
}

#[test]
fn a_command_line_that_cannot_be_understood_bears_a_code() {
    let run = Folder::new().run(&["trian"]);
    assert_eq!(run.code(), Some(2));
    let text = run.stderr();
    assert!(
        text.starts_with("error[command/usage]: unrecognized subcommand 'trian'"),
        "{text}"
    );
    assert!(text.contains("'train'"), "{text}");
}

#[test]
fn doctor_looks_at_the_machine_and_finds_that_it_computes_rightly() {
    let folder = Folder::new();
    let found = folder.done(&["doctor", "--json"]).json();
    for fact in [
        "synaptree",
        "system",
        "cores",
        "threads",
        "simd",
        "devices",
        "free_disk",
    ] {
        assert!(found["machine"][fact].is_string(), "{fact}: {found:#}");
    }
    let tests = found["self_test"].as_array().unwrap();
    assert_eq!(tests.len(), 3);
    for test in tests {
        assert_eq!(test["failure"], Value::Null, "{test:#}");
    }
    assert!(!folder.path("runs").exists(), "doctor left a run behind");
    let text = folder.done(&["doctor", "--no-test"]).stdout();
    assert!(
        text.contains("free disk") && !text.contains("XOR"),
        "{text}"
    );
}

#[test]
fn every_shell_gets_completions_that_name_the_subcommands() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.done(&["completions", shell]).stdout();
        for word in ["train", "evaluate", "--resume"] {
            let bare = word.trim_start_matches('-');
            assert!(script.contains(bare), "{shell} does not complete {word}");
        }
    }
    assert_eq!(folder.run(&["completions", "cmd"]).code(), Some(2));
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let folder = Folder::new();
    folder.done(&["man", "pages"]);
    let page = |name: &str| fs::read_to_string(folder.path("pages").join(name)).unwrap();
    assert!(page("synaptree.1").contains(".TH SYNAPTREE 1"));
    assert!(page("synaptree-train.1").contains("\\-\\-resume"));
    let help = folder.done(&["--help"]).stdout();
    let subcommands = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next());
    for name in subcommands.filter(|name| *name != "help") {
        assert!(!page(&format!("synaptree-{name}.1")).is_empty());
    }
}
