//! A few seconds of work whose results are known.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use synaptree::{
    Experiment, Key, Outcome, Predict, Purpose, Trainer, fill_normal, philox4x32_10, write_beside,
};

use crate::command::example::XOR;

/// One thing that was tried.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) seconds: f64,
    /// What was wrong; nothing if it went as it should.
    pub(super) failure: Option<String>,
}

/// Tries everything.
pub(super) fn run() -> Vec<Check> {
    vec![
        check("random numbers are the known ones", known_answers),
        check("noise is the same for any number of threads", threads),
        check("XOR is learnt, saved and loaded", xor),
    ]
}

fn check(name: &'static str, tried: impl FnOnce() -> Result<(), String>) -> Check {
    let start = Instant::now();
    let failure = tried().err();
    Check {
        name,
        seconds: start.elapsed().as_secs_f64(),
        failure,
    }
}

/// The known answers of Philox4x32-10 that its authors publish with Random123.
fn known_answers() -> Result<(), String> {
    let ones = u32::MAX;
    let known = [
        (
            philox4x32_10([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
        ),
        (
            philox4x32_10([ones; 4], [ones; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
        ),
    ];
    match known.iter().find(|(found, expected)| found != expected) {
        None => Ok(()),
        Some((found, expected)) => Err(format!("found {found:x?}, expected {expected:x?}")),
    }
}

/// A long fill, which is shared between threads, holds the numbers of short ones.
fn threads() -> Result<(), String> {
    const LENGTH: usize = 1 << 20;
    const PIECE: usize = 1000;
    let key = Key::new(7, Purpose::Noise, "doctor");
    let mut whole = vec![0.0; LENGTH];
    fill_normal(key, 0, 0, 0, &mut whole);
    let mut piece = vec![0.0; PIECE];
    for start in (0..LENGTH - PIECE).step_by(LENGTH / 16) {
        fill_normal(key, 0, 0, start as u64, &mut piece);
        if piece != whole[start..start + PIECE] {
            return Err(format!("element {start} differs"));
        }
    }
    let mean = whole.iter().map(|&x| f64::from(x)).sum::<f64>() / LENGTH as f64;
    if mean.abs() < 0.01 {
        Ok(())
    } else {
        Err(format!("the mean is {mean}, expected about 0"))
    }
}

/// The XOR example from its file to the predictions of the model that was saved.
fn xor() -> Result<(), String> {
    let folder = Scratch::new()?;
    for (name, content) in XOR.files {
        write_beside(folder.0.join(name), content).map_err(|error| error.to_string())?;
    }
    learn(&folder.0).map_err(|error| error.to_string())?
}

fn learn(folder: &Path) -> Result<Result<(), String>, Box<dyn std::error::Error>> {
    let experiment = Experiment::read(folder.join("xor.toml"))?;
    let data = experiment.load_data()?;
    let output = folder.join("run");
    let trained = Trainer::new()
        .output(&output)
        .run(&experiment, &data, |_| {})?;
    let Outcome::Finished(_) = trained else {
        return Ok(Err("training stopped early".to_owned()));
    };
    let model = synaptree::Model::load(&output)?;
    let evaluation = model.evaluate(&data.dataset.train, Predict::samples(0));
    let document = serde_json::to_value(&evaluation)?;
    let accuracy = &document["tasks"]["xor"]["metrics"]["accuracy"];
    Ok(if accuracy.as_f64() == Some(1.0) {
        Ok(())
    } else {
        Err(format!(
            "the accuracy on the four rows is {accuracy}, expected 1"
        ))
    })
}

/// A folder that is removed at the end, whatever happens.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("synaptree-doctor-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|error| format!("could not make `{}`: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed does no harm in the folder of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
