//! `kill -9` at random moments of training.

use std::fs;
use std::path::Path;
use std::thread::sleep;

use super::moments::Moments;
use super::number;
use super::table::Tally;
use super::trial::{Scratch, Trial, finished, recorded};

/// What a run was about when it was killed, as its folder shows.
const PHASES: [&str; 7] = [
    "before the run was written down (it begins again)",
    "before the first checkpoint",
    "while a checkpoint was written",
    "between two checkpoints",
    "while the model was written",
    "while figures and predictions were written",
    "while the report was drawn",
];

/// Kills runs, continues them, and compares what they end with.
pub(crate) fn kill(options: &[String]) -> Result<(), String> {
    let moments = number(options, "--moments", 200)?;
    let seed = number(options, "--seed", 0)?;
    let work = Scratch::new("kill")?;
    let trial = Trial::new(work.path())?;
    println!(
        "one run without disturbance: {:.3} s",
        trial.duration.as_secs_f64()
    );
    let mut random = Moments::new(seed);
    let mut tally = Tally::default();
    for phase in PHASES {
        tally.row(phase);
    }
    let mut too_late = 0;
    while tally.trials() < moments {
        let folder = work.path().join("killed");
        let _ = fs::remove_dir_all(&folder);
        let moment = random.before(trial.duration);
        let mut child = trial.train(&folder)?;
        sleep(moment);
        // SIGKILL: the process can tidy up nothing.
        child.kill().map_err(|error| error.to_string())?;
        if finished(child)?.status.success() {
            too_late += 1;
            continue;
        }
        let phase = PHASES[phase(&folder)];
        let difference = trial.difference_after_resume(&folder)?;
        if let Some(difference) = &difference {
            println!("killed after {moment:?}, {phase}: {difference}");
        }
        tally.count(phase, difference.is_none());
    }
    println!("{}", tally.markdown("killed"));
    println!("{too_late} further moments came after the end of their run and do not count");
    if tally.equal() == tally.trials() {
        Ok(())
    } else {
        Err("some runs did not end as the undisturbed one".into())
    }
}

/// Which of [`PHASES`] the folder of a killed run shows.
fn phase(folder: &Path) -> usize {
    let last = folder.join("checkpoints/last/checkpoint.safetensors");
    if !recorded(folder) {
        0
    } else if folder.join("summary.json").exists() {
        6
    } else if folder.join("model/config.json").exists() {
        5
    } else if folder.join("model").exists() {
        4
    } else if half_written(folder) {
        2
    } else if last.exists() {
        3
    } else {
        1
    }
}

/// Whether half a checkpoint lies beside its place.
fn half_written(folder: &Path) -> bool {
    ["last", "best"].iter().any(|name| {
        let entries = fs::read_dir(folder.join("checkpoints").join(name));
        let mut names = entries.into_iter().flatten().flatten();
        names.any(|entry| entry.file_name().to_string_lossy().ends_with(".partial"))
    })
}
