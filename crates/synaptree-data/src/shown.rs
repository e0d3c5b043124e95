//! Files as messages name them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The addresses of the files that were copied from a store, by the paths of their copies.
static ADDRESSES: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);

/// Has messages name this address and not the copy, which nobody wrote.
#[cfg_attr(
    not(any(test, feature = "object-store")),
    expect(dead_code, reason = "builds without stores copy nothing")
)]
pub(crate) fn remember(copy: &Path, address: &str) {
    let mut addresses = ADDRESSES.lock().unwrap_or_else(PoisonError::into_inner);
    addresses.insert(copy.to_owned(), address.to_owned());
}

/// What the user calls a file: its path, or the address that it was copied from.
pub(crate) fn shown(path: &Path) -> String {
    let addresses = ADDRESSES.lock().unwrap_or_else(PoisonError::into_inner);
    let address = addresses.get(path).cloned();
    address.unwrap_or_else(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, Source, read_files};

    #[test]
    fn errors_and_warnings_about_a_copy_name_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("s3/zoo/legs.csv");
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        let address = "s3://zoo/legs.csv";
        let message = |content: &str| {
            std::fs::write(&copy, content).unwrap();
            let source = Source::from(copy.as_path());
            match read_files(&[source], &ReadOptions::default()) {
                Err(error) => error.to_string(),
                Ok(table) => table.warnings.join(" "),
            }
        };
        let ragged = "animal,legs\nwren,2\nnewt,4,6\n";
        assert!(message(ragged).starts_with(&*copy.to_string_lossy()));
        remember(&copy, address);
        for content in [ragged, "", "a,a\n1,2\n", "a;b,c\n1;2,3\n"] {
            let message = message(content);
            assert!(message.starts_with(address), "{message}");
            assert!(
                !message.contains(&*folder.path().to_string_lossy()),
                "{message}"
            );
        }
    }
}
