//! Several seeds of one experiment: a run each, and what they say together.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::data::ExperimentData;
use crate::environment::Environment;
use crate::error::TrainError;
use crate::event::Event;
use crate::experiment::Experiment;
use crate::folder::RunFolder;
use crate::lock::Lock;
use crate::train::{Outcome, Trainer, recorded_experiment, recorded_rows};

/// Several seeds, finished or stopped.
#[derive(Debug)]
pub enum SeedsOutcome {
    /// All seeds are complete.
    Finished {
        /// The folder above the runs.
        folder: PathBuf,
        /// What its `summary.json` says.
        summary: Value,
    },
    /// Asked to stop.
    Interrupted(PathBuf),
}

/// `seeds.json`: which seeds a folder is for.
#[derive(Debug, Serialize, Deserialize)]
struct Seeds {
    seeds: Vec<u64>,
}

/// Trains one run for each seed; the data and their split are the same for all.
///
/// The folder holds `seed-0/`, `seed-1/`, … and a `summary.json` in which each figure is
/// `{"mean": m, "ci95": h, "n": k}`: the mean over the k seeds where it is defined and the half-width
/// of Student's 95 % interval.
///
/// # Errors
///
/// [`TrainError`] of the first seed that fails.
pub fn train_seeds(
    experiment: &Experiment,
    data: &ExperimentData,
    seeds: Range<u64>,
    output: Option<&Path>,
    stop: Option<&AtomicBool>,
    mut callback: impl FnMut(&Event),
) -> Result<SeedsOutcome, TrainError> {
    let resolved = experiment.resolved()?;
    let folder = RunFolder::create(output, Path::new(""), experiment.name())?;
    let _lock = Lock::take(&folder)?;
    let seeds: Vec<u64> = seeds.collect();
    // First of all: without it the folder would be taken for that of a single run.
    folder.write_json(
        "seeds.json",
        &Seeds {
            seeds: seeds.clone(),
        },
    )?;
    folder.write("experiment.toml", resolved.as_bytes())?;
    let environment = Environment::now(
        experiment.name(),
        experiment.directory(),
        &data.dataset.fingerprints,
    );
    folder.write_json("environment.json", &environment)?;
    drive(experiment, data, &folder, &seeds, stop, &mut callback)
}

/// Whether a folder holds several seeds.
pub fn holds_seeds(folder: &Path) -> bool {
    folder.join("seeds.json").is_file()
}

/// Continues the seeds of a folder that [`train_seeds`] made.
///
/// # Errors
///
/// [`TrainError::NotARun`] if the folder is damaged, [`TrainError::DataChanged`] or [`TrainError::DataFiles`] if the
/// data files are not those that the seeds began with, [`TrainError::InUse`] if another process trains them.
pub fn resume_seeds(
    folder: &Path,
    stop: Option<&AtomicBool>,
    mut callback: impl FnMut(&Event),
) -> Result<SeedsOutcome, TrainError> {
    let folder = RunFolder::open(folder);
    let experiment = recorded_experiment(folder.root())?;
    let _lock = Lock::take(&folder)?;
    let data = recorded_rows(&folder, &experiment)?;
    let Seeds { seeds } = folder.read_json("seeds.json")?;
    drive(&experiment, &data, &folder, &seeds, stop, &mut callback)
}

fn drive(
    experiment: &Experiment,
    data: &ExperimentData,
    folder: &RunFolder,
    seeds: &[u64],
    stop: Option<&AtomicBool>,
    callback: &mut dyn FnMut(&Event),
) -> Result<SeedsOutcome, TrainError> {
    let mut summaries = Vec::new();
    for &seed in seeds {
        let path = folder.seed(seed);
        let mut trainer = Trainer::new().output(&path);
        if let Some(stop) = stop {
            trainer = trainer.stop(stop);
        }
        let outcome = if path.join("environment.json").is_file() {
            trainer.resume(&path, &mut *callback)?
        } else {
            // A folder without its environment was cut off before anything happened in it.
            let _ = std::fs::remove_dir_all(&path);
            trainer.run(&experiment.clone().with_seed(seed), data, &mut *callback)?
        };
        match outcome {
            Outcome::Finished(run) => summaries.push(run.summary),
            Outcome::Interrupted(_) => {
                return Ok(SeedsOutcome::Interrupted(folder.root().to_owned()));
            }
        }
    }
    let mut summary = json!({ "name": experiment.name(), "seeds": seeds });
    for key in [
        "seconds",
        "epochs",
        "best_epoch",
        "validation",
        "test",
        "train",
        "baseline",
        "majority",
    ] {
        let values: Vec<&Value> = summaries.iter().filter_map(|s| s.get(key)).collect();
        if let Some(joined) = over_seeds(&values) {
            summary[key] = joined;
        }
    }
    for key in ["headline", "warnings"] {
        if let Some(same) = summaries.first().and_then(|s| s.get(key)) {
            summary[key] = same.clone();
        }
    }
    folder.write_json("summary.json", &summary)?;
    synaptree_report::write_report(folder.root())?;
    Ok(SeedsOutcome::Finished {
        folder: folder.root().to_owned(),
        summary,
    })
}

/// Joins the same document of several seeds: numbers become mean and interval, the rest stays.
fn over_seeds(values: &[&Value]) -> Option<Value> {
    let first = *values.iter().find(|v| !v.is_null()).or(values.first())?;
    Some(match first {
        Value::Object(object) => {
            let mut joined = Map::new();
            for key in object.keys() {
                let parts: Vec<&Value> = values.iter().filter_map(|v| v.get(key)).collect();
                // Counts of labels are the same for every seed.
                let part = if key == "observed" {
                    Some(parts[0].clone())
                } else {
                    over_seeds(&parts)
                };
                joined.insert(key.clone(), part.unwrap_or(Value::Null));
            }
            Value::Object(joined)
        }
        Value::Number(_) => {
            let numbers: Vec<f64> = values.iter().filter_map(|v| v.as_f64()).collect();
            let (mean, half_width) = interval(&numbers);
            json!({ "mean": mean, "ci95": half_width, "n": numbers.len() })
        }
        other => other.clone(),
    })
}

/// Mean and half-width of Student's 95 % interval; one number alone has no interval.
///
/// ```text
/// h = t(0.975, n − 1) · s / √n
/// ```
///
/// ```
/// let (mean, half_width) = synaptree_train::interval(&[1.0, 2.0, 3.0, 4.0, 5.0]);
/// assert_eq!(mean, 3.0);
/// assert!((half_width.unwrap() - 1.963_243).abs() < 1e-4); // R: t.test(1:5)$conf.int
/// ```
pub fn interval(values: &[f64]) -> (f64, Option<f64>) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 {
        return (mean, None);
    }
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (
        mean,
        Some(student(values.len() - 1) * (variance / n).sqrt()),
    )
}

/// The 0.975 quantile of Student's t: R's `qt(0.975, 1:30)`, then the expansion of Abramowitz and
/// Stegun 26.7.5 around the normal quantile, good to 1e-5 there.
fn student(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004,
        2.262_157, 2.228_139, 2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905,
        2.109_816, 2.100_922, 2.093_024, 2.085_963, 2.079_614, 2.073_873, 2.068_658, 2.063_899,
        2.059_539, 2.055_529, 2.051_831, 2.048_407, 2.045_230, 2.042_272,
    ];
    if let Some(value) = freedom.checked_sub(1).and_then(|i| TABLE.get(i)) {
        return *value;
    }
    let z = 1.959_963_985_f64;
    let v = freedom as f64;
    z + (z.powi(3) + z) / (4.0 * v)
        + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * v * v)
        + (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / (384.0 * v.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_several_seeds_become_mean_and_interval() {
        let a = json!({"tasks": {"t": {"kind": "binary", "observed": 9, "metrics": {"auroc": 0.5, "ece": null}}}});
        let b = json!({"tasks": {"t": {"kind": "binary", "observed": 9, "metrics": {"auroc": 0.7, "ece": 0.1}}}});
        let joined = over_seeds(&[&a, &b]).unwrap();
        let task = &joined["tasks"]["t"];
        assert_eq!(task["kind"], "binary");
        assert_eq!(task["observed"], 9);
        assert_eq!(task["metrics"]["auroc"]["n"], 2);
        assert!((task["metrics"]["auroc"]["mean"].as_f64().unwrap() - 0.6).abs() < 1e-12);
        let half = task["metrics"]["auroc"]["ci95"].as_f64().unwrap();
        assert!((half - 12.706_205 * 0.1).abs() < 1e-6);
        assert_eq!(task["metrics"]["ece"]["n"], 1);
        assert_eq!(task["metrics"]["ece"]["ci95"], Value::Null);
    }

    #[test]
    fn the_quantile_is_continuous_where_the_table_ends() {
        assert!((student(31) - 2.039_513).abs() < 1e-5);
        assert!((student(100) - 1.983_972).abs() < 1e-5);
    }
}
