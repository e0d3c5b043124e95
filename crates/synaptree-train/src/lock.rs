//! One process at a time trains in a run folder.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use crate::error::TrainError;
use crate::folder::RunFolder;

/// The file that is locked. It stays: were it removed, two processes could lock two files of this
/// name, one of them gone from the folder.
const NAME: &str = ".lock";

/// Folders of a run in which files are written beside their place.
const FOLDERS: [&str; 6] = [
    "",
    "checkpoints/last",
    "checkpoints/best",
    "model",
    "evaluation",
    "predictions",
];

/// Held while a process writes to a run folder. The system lets go of it when the process ends,
/// however it ends, so a killed run leaves nothing to be tidied up by hand.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

impl Lock {
    /// Takes the folder, and removes what a killed process left half written in it.
    ///
    /// # Errors
    ///
    /// [`TrainError::InUse`] if another process holds it, [`TrainError::File`] if the file of the lock
    /// cannot be made.
    pub(crate) fn take(folder: &RunFolder) -> Result<Self, TrainError> {
        let path = folder.root().join(NAME);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(TrainError::file("lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            // Some network file systems have no locks; training there goes on as if alone.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(TrainError::file("lock", path)(error)),
            Err(TryLockError::WouldBlock) => {
                return Err(TrainError::InUse(folder.root().to_owned()));
            }
        }
        for name in FOLDERS {
            remove_half_written(&folder.root().join(name));
        }
        Ok(Self(file))
    }
}

/// Removes files that were written beside their place and never renamed into it.
fn remove_half_written(folder: &Path) {
    // A leftover that cannot be removed costs room and nothing else.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && (name.ends_with(".partial") || name.ends_with(".part")) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_is_free_again_after_it() {
        let base = tempfile::tempdir().unwrap();
        let folder = RunFolder::open(base.path());
        let held = Lock::take(&folder).unwrap();
        let error = Lock::take(&folder).unwrap_err();
        assert!(matches!(error, TrainError::InUse(_)), "{error}");
        drop(held);
        Lock::take(&folder).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_half_written_goes_and_all_else_stays() {
        let base = tempfile::tempdir().unwrap();
        let last = base.path().join("checkpoints/last");
        let predictions = base.path().join("predictions");
        fs::create_dir_all(&last).unwrap();
        fs::create_dir_all(&predictions).unwrap();
        let gone = [
            base.path().join(".summary.json.7.partial"),
            last.join(".checkpoint.safetensors.7.partial"),
            predictions.join(".test.parquet.7-0.part"),
        ];
        let kept = [
            base.path().join("notes.partial"),
            last.join("checkpoint.safetensors"),
        ];
        for path in gone.iter().chain(&kept) {
            fs::write(path, "x").unwrap();
        }
        Lock::take(&RunFolder::open(base.path())).unwrap();
        assert!(gone.iter().all(|path| !path.exists()));
        assert!(kept.iter().all(|path| path.exists()));
    }
}
