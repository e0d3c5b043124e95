//! Files that are either the old or the new one, whatever happens while they are written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process;

/// Writes `content` to a file beside `path`, then renames it to `path`.
///
/// A reader sees the old content or the new, never half of it, even if the process is killed.
///
/// # Errors
///
/// What the file system says; `path` is then as it was, and nothing is left beside it.
///
/// # Example
///
/// ```
/// let path = std::env::temp_dir().join("synaptree-write-beside-example.txt");
/// synaptree_config::write_beside(&path, b"0.5")?;
/// assert_eq!(std::fs::read(&path)?, b"0.5");
/// # std::fs::remove_file(path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_beside(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref();
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path names no file",
        ));
    };
    let mut partial = std::ffi::OsString::from(".");
    partial.push(name);
    partial.push(format!(".{}.partial", process::id()));
    let partial = path.with_file_name(partial);
    let written =
        write_durably(&partial, content.as_ref()).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The first error is the one to report; it may well be why this fails too.
        let _ = fs::remove_file(&partial);
    }
    written
}

fn write_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.json");
        write_beside(&path, b"old and longer").unwrap();
        write_beside(&path, "new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let occupied = folder.path().join("model");
        fs::create_dir(&occupied).unwrap();
        fs::write(occupied.join("kept"), "").unwrap();
        assert!(write_beside(&occupied, "new").is_err());
        assert!(occupied.join("kept").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_beside(folder.path().join("missing/file"), "new").is_err());
        assert!(write_beside("..", "new").is_err());
    }
}
