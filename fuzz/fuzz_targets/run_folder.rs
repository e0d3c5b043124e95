//! One byte that chooses a file of a run folder and what it holds instead.

#![no_main]

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;
use synaptree_fuzz::run_base::Base;
use synaptree_fuzz::{Shelf, check_error, run};
use synaptree_report::{RunFiles, draw_report};
use synaptree_train::{
    Experiment, ExperimentData, Outcome, TrainError, Trainer, recorded_data, recorded_experiment,
};

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
    CHECKPOINT,
    "environment.json",
    "experiment.toml",
    "metrics.jsonl",
];

const CHECKPOINT: &str = "checkpoints/last/checkpoint.safetensors";

/// What is read of a whole folder, once.
struct Whole {
    finished: Base,
    files: RunFiles,
    stopped: Base,
    experiment: Experiment,
    data: ExperimentData,
}

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let shelf = Shelf::new("run");
    let finished = Base::finished(&shelf);
    let stopped = Base::stopped(&shelf);
    Whole {
        files: read(&finished).expect("the run is whole"),
        experiment: recorded_experiment(stopped.folder()).expect("the run is whole"),
        data: recorded_data(stopped.folder()).expect("the run is whole"),
        finished,
        stopped,
    }
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

/// The files of a run, whenever they were written.
fn read(base: &Base) -> Result<RunFiles, synaptree_report::ReportError> {
    let files = RunFiles::read(base.folder())?;
    Ok(RunFiles {
        written: None,
        ..files
    })
}

/// A page is drawn that runs nothing, or the file is named.
fn report(name: &str, content: &[u8]) {
    let base = &WHOLE.finished;
    base.damage(name, content);
    match read(base) {
        // A page of other content says what no page said before.
        Ok(files) if files != WHOLE.files => {
            let page = draw_report(&files);
            assert!(page.trim_end().ends_with("</html>"), "half a page");
            assert!(!page.contains("<script"), "the page would run something");
        }
        Ok(_) => {}
        Err(error) => check_error(error.code(), &error.to_string()),
    }
    base.mend_file(name);
}

/// The run stops before its next step again, comes to its end, or says what is wrong.
fn resume(name: &str, content: &[u8]) {
    let base = &WHOLE.stopped;
    base.damage(name, content);
    match continued(base, name) {
        Ok(Outcome::Interrupted(folder)) => {
            assert_eq!(folder, base.folder());
            base.mend_file(CHECKPOINT);
            base.mend_file("metrics.jsonl");
        }
        Ok(Outcome::Finished(run)) => {
            assert_eq!(run.folder, base.folder());
            base.mend();
        }
        Err(error) => check_error(error.code(), &error.to_string()),
    }
    base.mend_file(name);
}

/// Reads again what may have changed, and the data only where the experiment is another.
fn continued(base: &Base, damaged: &str) -> Result<Outcome, TrainError> {
    let stop = AtomicBool::new(true);
    let trainer = Trainer::new().stop(&stop);
    let known = &WHOLE.experiment;
    let is_known = if matches!(damaged, "environment.json" | "experiment.toml") {
        let read = recorded_experiment(base.folder())?;
        read.spec() == known.spec() && read.directory() == known.directory()
    } else {
        true
    };
    if is_known {
        trainer.resume_with(base.folder(), known, &WHOLE.data, |_| {})
    } else {
        trainer.resume(base.folder(), |_| {})
    }
}
