//! Files of object stores and of the web, copied to this machine.
//!
//! `copies` turns `s3://zoo/parts/*.parquet` into paths of files that lie here and stay here until the store has
//! another version of them. It is part of builds with the feature `object-store`; without it the crate holds
//! [`StoreError`] alone, so that whoever explains errors explains the same ones in every build.

#[cfg(feature = "object-store")]
mod cache;
mod error;
#[cfg(feature = "object-store")]
mod fetch;
#[cfg(feature = "object-store")]
mod place;

pub use error::StoreError;
#[cfg(feature = "object-store")]
pub use fetch::{Fetch, Fetched, copies};
