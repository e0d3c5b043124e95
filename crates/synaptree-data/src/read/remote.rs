//! Files that lie at an address: `s3://…`, `gs://…`, `az://…`, `https://…`.
//!
//! They are copied to this machine first and read from there, so every format, `init` and `describe` read them, and
//! an epoch that reads its rows again asks no server.

use std::path::PathBuf;

use crate::error::FileError;
#[cfg(feature = "object-store")]
use crate::shown;

/// What addresses begin with that a build with the feature `object-store` reads.
const SCHEMES: [&str; 9] = [
    "s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "https", "http",
];

/// Whether a name is an address and no path.
///
/// # Errors
///
/// [`FileError::Remote`] for an address that this build does not read.
pub(super) fn is_address(name: &str) -> Result<bool, FileError> {
    let Some((scheme, _)) = name.split_once("://") else {
        return Ok(false);
    };
    let mut letters = scheme.bytes();
    let begins = letters
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    if !begins || !letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return Ok(false);
    }
    let scheme = scheme.to_ascii_lowercase();
    let help = if scheme == "file" {
        "leave `file://` out"
    } else if !SCHEMES.contains(&&*scheme) {
        "addresses begin with `s3://`, `gs://`, `az://`, `abfs://`, `https://` or `http://`; copy the file to this \
         machine and name the copy"
    } else if cfg!(feature = "object-store") {
        return Ok(true);
    } else {
        "this build reads local files alone; build synaptree with `--features object-store`, or copy the file to this \
         machine and name the copy"
    };
    Err(FileError::Remote {
        address: name.to_owned(),
        help,
    })
}

/// The copies on this machine of the files that an address names.
#[cfg(feature = "object-store")]
pub(super) fn copies(address: &str) -> Result<Vec<PathBuf>, FileError> {
    let files = synaptree_store::copies(address)?;
    for file in &files {
        shown::remember(&file.path, &file.address);
    }
    Ok(files.into_iter().map(|file| file.path).collect())
}

/// There is no address that a build without stores accepts.
#[cfg(not(feature = "object-store"))]
pub(super) fn copies(address: &str) -> Result<Vec<PathBuf>, FileError> {
    is_address(address).map(|_| Vec::new())
}

#[cfg(test)]
mod names {
    use super::*;

    #[test]
    fn what_is_no_address_is_a_path() {
        for path in [
            "zoo.csv",
            "a b://c.csv",
            "://zoo",
            "3d://zoo.csv",
            "d:zoo.csv",
        ] {
            assert!(!is_address(path).unwrap(), "{path}");
        }
    }

    #[test]
    fn addresses_that_no_build_reads_say_what_to_do() {
        for address in [
            "file:///a.csv",
            "ftp://zoo.example/a.csv",
            "hdfs://zoo/a.csv",
        ] {
            let error = is_address(address).unwrap_err();
            assert!(matches!(&error, FileError::Remote { address: found, .. } if found == address));
        }
    }

    #[test]
    fn addresses_of_stores_are_read_by_builds_with_the_feature_alone() {
        for address in ["s3://zoo/*.parquet", "HTTPS://zoo.example/a.csv"] {
            let read = is_address(address);
            if cfg!(feature = "object-store") {
                assert!(read.unwrap());
            } else {
                let error = read.unwrap_err().to_string();
                assert!(error.contains("--features object-store"), "{error}");
            }
        }
    }
}
