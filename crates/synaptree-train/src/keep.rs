//! Files that a run needs, and that nothing must be written over.

use std::path::Path;

use synaptree_data::Fingerprint;

use crate::environment::Environment;
use crate::folder::RunFolder;

/// The parts of the data whose predictions a run records.
const PARTS: [&str; 2] = ["validation", "test"];

/// Where a run records the predictions of a part, seen from its folder.
pub(crate) fn recorded_predictions(part: &str) -> String {
    format!("predictions/{part}.parquet")
}

/// What a file holds that the run in a folder (or the run of a model folder) needs, such as `rows that the model was
/// trained on`; `None` where there is no such file, or where it may be written over.
///
/// A file of training data is known by its path and by its content, so that a copy under another name counts too.
pub fn needed_by(run: &Path, file: &Path) -> Option<&'static str> {
    let file = file.canonicalize().ok()?;
    let run = run.canonicalize().ok()?;
    let root = match run.parent() {
        Some(parent) if run.ends_with("model") && parent.join("environment.json").exists() => {
            parent.to_owned()
        }
        _ => run,
    };
    // The other files of a run have endings that no table is written to.
    if PARTS
        .map(|part| root.join(recorded_predictions(part)))
        .contains(&file)
    {
        return Some("the predictions that the run recorded");
    }
    let environment: Environment = RunFolder::open(root).read_json("environment.json").ok()?;
    let is_it = |data: &Fingerprint| is_at(&data.path, &file) || is_alike(data, &file);
    let is_data = environment.data.iter().any(is_it);
    is_data.then_some("rows that the experiment of the model reads")
}

fn is_at(path: &Path, file: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == file)
}

fn is_alike(data: &Fingerprint, file: &Path) -> bool {
    file.metadata().is_ok_and(|found| found.len() == data.bytes)
        && Fingerprint::of_file(file, data.rows).is_ok_and(|found| found.hash == data.hash)
}
