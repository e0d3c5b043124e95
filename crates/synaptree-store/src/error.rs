//! What can be wrong with a file that lies in a store.

use std::path::PathBuf;

/// Why a file of a store is not here.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An address that names no file.
    #[error(
        "`{address}` cannot be read: {reason}; write it as in `s3://bucket/folder/file.parquet`"
    )]
    Address {
        /// What was named.
        address: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A pattern that no file of the store has a name for.
    #[error("`{address}` matches no file; check the bucket, the folder and the ending")]
    NoMatch {
        /// What was named.
        address: String,
    },

    /// An address where there is nothing.
    #[error(
        "`{address}`: the store has no such file; check the bucket, the folder and the spelling, in which \
         capitals count"
    )]
    Missing {
        /// What was named.
        address: String,
    },

    /// A store that does not give a file away.
    #[error("`{address}`: the store refuses to give the file ({reason}); {help}")]
    Denied {
        /// What was named.
        address: String,
        /// What the store said.
        reason: String,
        /// Where credentials are looked for.
        help: &'static str,
    },

    /// A store that does not answer as it should.
    #[error(
        "`{address}`: the file cannot be fetched ({reason}); check the network and the address, then try \
         again"
    )]
    Failed {
        /// What was named.
        address: String,
        /// What happened.
        reason: String,
    },

    /// A file whose copy finds no place.
    #[error(
        "{}: the copy of `{address}` cannot be written ({source}); make room, or name another folder in the \
         environment variable SYNAPTREE_CACHE",
        path.display()
    )]
    Copy {
        /// What was named.
        address: String,
        /// Where its copy was to lie.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}
