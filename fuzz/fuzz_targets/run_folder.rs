//! One byte that chooses a file of a run folder and what it holds instead.

#![no_main]

use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;
use synaptree_fuzz::run_base::Base;
use synaptree_fuzz::{Shelf, check_error, run};
use synaptree_report::{RunFiles, write_report};
use synaptree_train::{Outcome, Trainer};

/// Files that a report is drawn from.
const REPORTED: [&str; 7] = [
    "metrics.jsonl",
    "summary.json",
    "evaluation/train.json",
    "network.json",
    "synapses.json",
    "importance.json",
    "environment.json",
];

/// Files that a run is continued from.
const RESUMED: [&str; 4] = [
    "checkpoints/last/checkpoint.safetensors",
    "environment.json",
    "experiment.toml",
    "metrics.jsonl",
];

static RUNS: LazyLock<[Base; 2]> = LazyLock::new(|| {
    let shelf = Shelf::new("run");
    [Base::finished(&shelf), Base::stopped(&shelf)]
});

fuzz_target!(|bytes: &[u8]| {
    let [which, content @ ..] = bytes else {
        return;
    };
    let which = usize::from(which % 11);
    run(|| match REPORTED.get(which) {
        Some(name) => report(name, content),
        None => resume(RESUMED[which - REPORTED.len()], content),
    });
});

/// A page is drawn that runs nothing, or the file is named.
fn report(name: &str, content: &[u8]) {
    let base = &RUNS[0];
    base.damage(name, content);
    let read = RunFiles::read(base.folder());
    match &read {
        Ok(files) => {
            let again = RunFiles::read(base.folder()).expect("it was read before");
            assert_eq!(*files, again, "read twice it says something else");
        }
        Err(error) => check_error(error.code(), &error.to_string()),
    }
    match write_report(base.folder()) {
        Ok(page) => {
            assert!(read.is_ok(), "a report of files that cannot be read");
            let page = fs::read_to_string(page).expect("the page is text");
            assert!(page.trim_end().ends_with("</html>"), "half a page");
            assert!(!page.contains("<script"), "the page would run something");
        }
        Err(error) => {
            assert!(
                read.is_err(),
                "files that can be read make no report: {error}"
            );
            check_error(error.code(), &error.to_string());
        }
    }
    base.mend_file(name);
}

/// The run stops before its next step again, comes to its end, or says what is wrong.
fn resume(name: &str, content: &[u8]) {
    let base = &RUNS[1];
    base.damage(name, content);
    let stop = AtomicBool::new(true);
    match Trainer::new().stop(&stop).resume(base.folder(), |_| {}) {
        Ok(Outcome::Interrupted(folder)) => assert_eq!(folder, base.folder()),
        Ok(Outcome::Finished(run)) => assert_eq!(run.folder, base.folder()),
        Err(error) => check_error(error.code(), &error.to_string()),
    }
    base.mend();
}
