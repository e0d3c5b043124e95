//! Where the copies of files lie.
//!
//! The path of a copy is its address, so that messages about it can be understood, and columns in the names of folders
//! are read from it too. Beside each copy stands which version of the file it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use object_store::ObjectMeta;

/// The folder that holds all copies, as the environment says.
pub(crate) fn folder() -> PathBuf {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let below = |name, rest: &str| named(name).map(|folder| Path::new(&folder).join(rest));
    named("SYNAPTREE_CACHE")
        .map(PathBuf::from)
        .or_else(|| below("XDG_CACHE_HOME", "synaptree"))
        .or_else(|| below("LOCALAPPDATA", "synaptree"))
        .or_else(|| below("HOME", ".cache/synaptree"))
        .unwrap_or_else(|| std::env::temp_dir().join("synaptree-cache"))
}

/// A copy that is there or will be.
pub(crate) struct Copy {
    pub(crate) path: PathBuf,
    /// Which version of the file is wanted; `None` where the store does not tell versions apart.
    version: Option<String>,
}

impl Copy {
    pub(crate) fn of(folder: &Path, root: &[String; 2], file: &ObjectMeta) -> Self {
        let mut path = folder.to_owned();
        path.extend(root.iter().map(|part| safe(part)));
        path.extend(file.location.parts().map(|part| safe(part.as_ref())));
        // Servers that do not say when a file changed are given the first moment there is.
        let changed = file.last_modified.timestamp();
        let is_told = file.e_tag.is_some() || changed > 0;
        let tag = file.e_tag.as_deref().unwrap_or_default();
        Self {
            path,
            version: is_told.then(|| format!("{} {changed} {tag}", file.size)),
        }
    }

    /// Whether the copy is there and of this version.
    pub(crate) fn is_fresh(&self) -> bool {
        self.version.is_some()
            && self.path.is_file()
            && fs::read_to_string(self.note()).ok() == self.version
    }

    /// Where the copy is written until it is complete: no two processes write to the same place.
    pub(crate) fn beside(&self) -> PathBuf {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.path
            .with_file_name(format!(".{name}.{}.part", std::process::id()))
    }

    /// Puts a file that is complete into its place, and writes down which version it is.
    pub(crate) fn settle(&self, complete: &Path) -> io::Result<()> {
        // A kill in between leaves a copy without its version, which is fetched again.
        match fs::remove_file(self.note()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::rename(complete, &self.path)?,
        }
        match &self.version {
            Some(version) => fs::write(self.note(), version),
            None => Ok(()),
        }
    }

    fn note(&self) -> PathBuf {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.path.with_file_name(format!(".{name}.version"))
    }
}

/// A part of an address as the name of a folder or file: what some file system forbids is escaped.
fn safe(part: &str) -> String {
    let mut safe = String::with_capacity(part.len());
    for letter in part.chars() {
        if letter.is_control() || r#"<>:"/\|?*"#.contains(letter) {
            safe.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            safe.push(letter);
        }
    }
    // Names that lead elsewhere, and names of notes.
    if safe.starts_with('.') {
        safe.replace_range(..1, "%2E");
    }
    safe
}
