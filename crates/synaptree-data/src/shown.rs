//! Files and cells as messages name them.

use std::borrow::Cow;
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

/// Most characters of a cell that a message shows.
const LONGEST: usize = 60;

/// A cell as messages show it: what cannot be seen as its number, and only the beginning of a long text.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| !character.is_control();
    if text.len() <= LONGEST && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        if is_plain(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_default());
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, Source, read_files};

    #[test]
    fn a_cell_is_shown_with_what_cannot_be_seen_and_not_at_length() {
        for (text, shown) in [
            ("7", "7"),
            ("7\0", "7\\u{0}"),
            ("a\nb", "a\\nb"),
            ("größe", "größe"),
        ] {
            assert_eq!(cell(text), shown);
        }
        let long = "ß".repeat(1000);
        assert_eq!(cell(&long), format!("{}…", "ß".repeat(LONGEST)));
        assert_eq!(cell(&long[..2 * LONGEST]), "ß".repeat(LONGEST));
    }

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
