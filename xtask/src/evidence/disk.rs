//! A file system that runs full while a run writes to it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;

use super::moments::Moments;
use super::number;
use super::table::Tally;
use super::trial::{Scratch, Trial, finished, said};
use crate::repository::run;

/// Room for a whole run, twice over.
const SIZE: u64 = 4 << 20;
/// The most room that is left: a checkpoint fits into it, two do not.
const ROOM: u64 = 160 << 10;

/// Fills the file system of runs, makes room again, continues them, and compares what they end with.
pub(crate) fn disk(options: &[String]) -> Result<(), String> {
    let writes = number(options, "--writes", 50)?;
    let seed = number(options, "--seed", 0)?;
    let work = Scratch::new("disk")?;
    let trial = Trial::new(work.path())?;
    let small = Mount::new(work.path().join("small"))?;
    let mut random = Moments::new(seed);
    let mut tally = Tally::default();
    let mut unnoticed = 0;
    while tally.trials() < writes {
        let folder = small.0.join("full");
        let _ = fs::remove_dir_all(&folder);
        let (moment, room) = (random.before(trial.duration), random.below(ROOM));
        let child = trial.train(&folder)?;
        sleep(moment);
        let filler = small.0.join("filler");
        fill(&filler, room)?;
        let output = finished(child)?;
        if output.status.success() {
            // What was still to be written found room.
            unnoticed += 1;
            fs::remove_file(&filler).map_err(|error| error.to_string())?;
            continue;
        }
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        fs::remove_file(&filler).map_err(|error| error.to_string())?;
        let what = written(&complaint);
        let mut difference = trial.difference_after_resume(&folder)?;
        if output.status.code() != Some(1) {
            difference = Some(format!(
                "it did not fail as a full disk does ({})",
                said(&output)
            ));
        }
        if let Some(difference) = &difference {
            println!(
                "full after {moment:?} but for {room} bytes, {what}: {difference}\n{complaint}"
            );
        }
        tally.count(what, difference.is_none());
    }
    println!("{}", tally.markdown("what found no room"));
    println!(
        "{unnoticed} further runs found room enough for what was left to write and do not count"
    );
    if tally.equal() == tally.trials() {
        Ok(())
    } else {
        Err("some runs did not end as the undisturbed one".into())
    }
}

/// A file with everything that the file system has room for, but for `room` bytes.
fn fill(path: &Path, room: u64) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::create(path).map_err(said)?;
    let block = [0_u8; 4096];
    let mut bytes = 0;
    while file.write_all(&block).is_ok() {
        bytes += block.len() as u64;
    }
    file.set_len(bytes.saturating_sub(room)).map_err(said)
}

/// Which file an error names.
fn written(complaint: &str) -> &'static str {
    let names = [
        ("checkpoints/last", "the last checkpoint"),
        ("checkpoints/best", "the best checkpoint"),
        ("metrics.jsonl", "`metrics.jsonl`"),
        ("model", "the model"),
        ("predictions", "predictions"),
        ("evaluation", "an evaluation"),
        ("report.html", "the report"),
        (".json", "another document of the run"),
        ("experiment.toml", "another document of the run"),
    ];
    let found = names.iter().find(|(name, _)| complaint.contains(name));
    found.map_or("the run folder", |(_, what)| what)
}

/// A small file system in memory; it goes away.
struct Mount(PathBuf);

impl Mount {
    fn new(path: PathBuf) -> Result<Self, String> {
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let size = format!("size={SIZE}");
        run(Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&path))
        .map_err(|error| {
            format!("{error}\nonly Linux has this file system, and only root may mount it")
        })?;
        Ok(Self(path))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = run(Command::new("umount").arg(&self.0));
    }
}
