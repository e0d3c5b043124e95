//! The files of a run folder, typed.
//!
//! Every file may be absent, and fields that are not known are ignored: a report can be drawn from a
//! run that is still going, and from one of a later version.

mod evaluation;
mod importance;
mod metrics;
mod network;
mod ordered;
mod score;
mod summary;
mod synapses;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::de::DeserializeOwned;

pub use evaluation::{
    Before, Confusion, Details, Doubt, Evaluation, Guarantees, IntervalPoint, Overall,
    ReliabilityBin, RiskPoint, Scatter, Scatters, TaskEvaluation,
};
pub use importance::{Importance, TaskImportance};
pub use metrics::{EstimatorsLine, MetricsLine};
pub use network::{Layer, NetworkFile, TaskNode};
pub use ordered::Ordered;
pub use score::Score;
pub use summary::Summary;
pub use synapses::{Histogram, LayerWeights, Outputs, PrunedPoint, Pruning, Synapses};

use crate::error::ReportError;

/// The files of one run folder; what is absent is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFiles {
    /// The folder.
    pub directory: PathBuf,
    /// `metrics.jsonl`.
    pub metrics: Vec<MetricsLine>,
    /// Whether the last line of `metrics.jsonl` was cut off, as a killed run leaves it.
    pub metrics_cut_off: bool,
    /// `summary.json`.
    pub summary: Option<Summary>,
    /// When `summary.json` was written.
    pub written: Option<SystemTime>,
    /// `evaluation/<split>.json`, by split.
    pub evaluations: Ordered<Evaluation>,
    /// `network.json`.
    pub network: Option<NetworkFile>,
    /// `synapses.json`.
    pub synapses: Option<Synapses>,
    /// `importance.json`.
    pub importance: Option<Importance>,
    /// `environment.json`, in the order of the file.
    pub environment: Option<serde_json::Map<String, serde_json::Value>>,
    /// `experiment.toml`, as text.
    pub experiment: Option<String>,
    /// The runs below, where the folder holds several seeds.
    pub seeds: Vec<SeedRun>,
}

/// The run of one seed of several.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedRun {
    /// The seed.
    pub seed: u64,
    /// Its files.
    pub files: RunFiles,
}

impl RunFiles {
    /// Reads the folder of a run, or of several seeds.
    ///
    /// # Errors
    ///
    /// [`ReportError::NoFolder`] and [`ReportError::NotARun`] if `run` is not the folder of a run;
    /// [`ReportError::Read`], [`ReportError::Json`] and [`ReportError::Shape`] if a file in it is
    /// damaged.
    pub fn read(run: &Path) -> Result<Self, ReportError> {
        if !run.is_dir() {
            return Err(ReportError::NoFolder {
                path: run.to_owned(),
            });
        }
        let mut files = Self::read_one(run)?;
        for (seed, directory) in seed_folders(run)? {
            let files_of_seed = Self::read_one(&directory)?;
            files.seeds.push(SeedRun {
                seed,
                files: files_of_seed,
            });
        }
        let empty = Self {
            directory: run.to_owned(),
            ..Self::default()
        };
        if files == empty {
            return Err(ReportError::NotARun {
                path: run.to_owned(),
            });
        }
        Ok(files)
    }

    fn read_one(run: &Path) -> Result<Self, ReportError> {
        let mut files = Self {
            directory: run.to_owned(),
            ..Self::default()
        };
        let path = run.join("metrics.jsonl");
        if let Some(text) = bytes(&path)? {
            (files.metrics, files.metrics_cut_off) = lines(&path, &text)?;
        }
        let path = run.join("summary.json");
        files.summary = json(&path)?;
        if let Some(summary) = &files.summary {
            files.written = fs::metadata(&path).and_then(|file| file.modified()).ok();
            let all = [&summary.validation, &summary.test, &summary.train];
            for evaluation in all.into_iter().flatten() {
                evaluation.check(&path)?;
            }
        }
        let mut evaluations = Vec::new();
        for path in entries(&run.join("evaluation"))? {
            let split = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned());
            let is_json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if let (true, Some(split)) = (is_json, split)
                && let Some(evaluation) = json::<Evaluation>(&path)?
            {
                evaluation.check(&path)?;
                evaluations.push((split, evaluation));
            }
        }
        files.evaluations = evaluations.into_iter().collect();
        let path = run.join("network.json");
        files.network = json(&path)?;
        files
            .network
            .as_ref()
            .map_or(Ok(()), |network| network.check(&path))?;
        let path = run.join("synapses.json");
        files.synapses = json(&path)?;
        files
            .synapses
            .as_ref()
            .map_or(Ok(()), |synapses| synapses.check(&path))?;
        let path = run.join("importance.json");
        files.importance = json(&path)?;
        files
            .importance
            .as_ref()
            .map_or(Ok(()), |importance| importance.check(&path))?;
        files.environment = json(&run.join("environment.json"))?;
        files.experiment = bytes(&run.join("experiment.toml"))?
            .map(|text| String::from_utf8_lossy(&text).into_owned());
        Ok(files)
    }

    /// The evaluation of a split: the detailed file, else what the summary says.
    pub fn evaluation(&self, split: &str) -> Option<&Evaluation> {
        let summary = self.summary.as_ref();
        self.evaluations.get(split).or_else(|| match split {
            "validation" => summary?.validation.as_ref(),
            "test" => summary?.test.as_ref(),
            "train" => summary?.train.as_ref(),
            _ => None,
        })
    }

    /// The names of the tasks, in the order of the first file that lists them.
    pub fn task_names(&self) -> Vec<String> {
        let from_network = self
            .network
            .iter()
            .flat_map(|n| n.tasks.iter().map(|t| &*t.name));
        let from_evaluations = ["test", "validation", "train"]
            .into_iter()
            .filter_map(|split| self.evaluation(split))
            .flat_map(|evaluation| evaluation.tasks.keys());
        let from_metrics = self
            .metrics
            .iter()
            .flat_map(|l| l.losses.keys().chain(l.metrics.keys()));
        let mut names: Vec<String> = Vec::new();
        for name in from_network.chain(from_evaluations).chain(from_metrics) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// The content of a file, or `None` where there is none.
fn bytes(path: &Path) -> Result<Option<Vec<u8>>, ReportError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReportError::read(path)(error)),
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ReportError> {
    let Some(text) = bytes(path)? else {
        return Ok(None);
    };
    match serde_json::from_slice(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(ReportError::json(path, 0, &error)),
    }
}

/// The lines of `metrics.jsonl`, and whether the last was cut off.
///
/// A run that is killed may leave half a line behind; that is no damage. Anything else is.
fn lines(path: &Path, text: &[u8]) -> Result<(Vec<MetricsLine>, bool), ReportError> {
    let mut parsed = Vec::new();
    let mut rest = text.split(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = rest.next() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(line) => parsed.push(line),
            Err(error) if error.is_eof() && rest.peek().is_none() => return Ok((parsed, true)),
            Err(error) => return Err(ReportError::json(path, index, &error)),
        }
    }
    Ok((parsed, false))
}

/// What a folder holds, sorted by name; nothing where there is no folder.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let listing = match fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ReportError::read(directory)(error)),
    };
    let mut paths = listing
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(ReportError::read(directory))?;
    paths.sort();
    Ok(paths)
}

/// The folders `seed-<n>`, by seed.
fn seed_folders(run: &Path) -> Result<Vec<(u64, PathBuf)>, ReportError> {
    let mut folders: Vec<(u64, PathBuf)> = entries(run)?
        .into_iter()
        .filter(|path| path.is_dir())
        .filter_map(|path| {
            let seed = path
                .file_name()?
                .to_str()?
                .strip_prefix("seed-")?
                .parse()
                .ok()?;
            Some((seed, path))
        })
        .collect();
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[u8] = b"{\"epoch\":1,\"split\":\"train\"}\n";

    #[test]
    fn half_a_last_line_is_what_a_killed_run_leaves() {
        let text = [GOOD, b"{\"epoch\":2,\"spl"].concat();
        let (lines, cut_off) = lines(Path::new("metrics.jsonl"), &text).unwrap();
        assert_eq!((lines.len(), cut_off), (1, true));
    }

    #[test]
    fn a_broken_line_is_named_by_its_number() {
        let text = [GOOD, b"{\"epoch\":oops}\n", GOOD].concat();
        let error = lines(Path::new("runs/a/metrics.jsonl"), &text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("`runs/a/metrics.jsonl`"), "{error}");
        assert!(error.contains("line 2, column 10"), "{error}");
    }

    #[test]
    fn half_a_line_in_the_middle_is_damage() {
        let text = [b"{\"epoch\":2,\n", GOOD].concat();
        assert!(lines(Path::new("metrics.jsonl"), &text).is_err());
    }
}
