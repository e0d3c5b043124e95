//! What identifies the content of a data file.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{DataError, FileError};
use crate::table::Table;

/// One data file as it was read: `sha256sum` prints the same hash for an unchanged file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Where the file was.
    pub path: PathBuf,
    /// How many rows it gave.
    pub rows: usize,
    /// Its size on disk, packed as it may be.
    pub bytes: u64,
    /// SHA-256 of those bytes, in hexadecimal.
    pub hash: String,
}

impl Fingerprint {
    /// Reads a file once more and hashes it.
    ///
    /// # Errors
    ///
    /// [`FileError::Missing`], [`FileError::Unreadable`] or [`FileError::Directory`].
    pub fn of_file(path: &Path, rows: usize) -> Result<Self, DataError> {
        let mut file = crate::read::open(path)?;
        let (bytes, hash) = digest(&mut file).map_err(|source| FileError::Unreadable {
            path: path.into(),
            source,
        })?;
        Ok(Self {
            path: path.into(),
            rows,
            bytes,
            hash,
        })
    }
}

impl Table {
    /// The fingerprint of every file of the table; rows made in memory have none.
    ///
    /// # Errors
    ///
    /// As [`Fingerprint::of_file`].
    pub fn fingerprints(&self) -> Result<Vec<Fingerprint>, DataError> {
        let files = self.origins.files().iter();
        files
            .filter_map(|file| Some(Fingerprint::of_file(file.path.as_deref()?, file.rows)))
            .collect()
    }
}

fn digest(file: &mut File) -> std::io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    let mut hash = String::new();
    for byte in hasher.finalize() {
        write!(hash, "{byte:02x}").expect("a string takes any text");
    }
    Ok((bytes, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // FIPS 180-2, appendix B.1.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc.csv");
        std::fs::write(&path, "abc").unwrap();
        let fingerprint = Fingerprint::of_file(&path, 1).unwrap();
        assert_eq!(fingerprint.bytes, 3);
        assert_eq!(
            fingerprint.hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
