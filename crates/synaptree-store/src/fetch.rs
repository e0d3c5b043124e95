//! From a store to a copy.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use futures_util::StreamExt;
use object_store::{Error, GetResult, ObjectMeta, ObjectStoreExt};

use crate::cache::{self, Copy};
use crate::error::StoreError;
use crate::place::{Place, Wanted};

/// A file of a store and its copy on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where the file lies.
    pub address: String,
    /// Where its copy lies.
    pub path: PathBuf,
}

/// The copies on this machine of the files that an address names, in the order of their addresses.
///
/// A process asks a store once, so that all its epochs read the same rows. Credentials come from the environment
/// (`AWS_…`, `GOOGLE_…`, `AZURE_…`); copies lie in the folder `SYNAPTREE_CACHE`, or where the system has its caches.
///
/// # Errors
///
/// [`StoreError`].
pub fn copies(address: &str) -> Result<Vec<Fetched>, StoreError> {
    static ASKED: LazyLock<Mutex<HashMap<String, Vec<Fetched>>>> = LazyLock::new(Mutex::default);
    // Whoever asks for the same file at the same time waits for it here.
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(files) = asked.get(address) {
        return Ok(files.clone());
    }
    let fetch = Fetch {
        settings: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        folder: cache::folder(),
    };
    let files = fetch.copies(address)?;
    asked.insert(address.to_owned(), files.clone());
    Ok(files)
}

/// Fetches files of stores.
///
/// | Name | Purpose |
/// |---|---|
/// | `settings` | credentials and the like, by the names that environment variables have |
/// | `folder` | where the copies lie |
pub struct Fetch {
    /// Credentials and the like, by the names that environment variables have.
    pub settings: Vec<(String, String)>,
    /// Where the copies lie.
    pub folder: PathBuf,
}

impl std::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The settings hold secrets.
        f.debug_struct("Fetch")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Fetch {
    /// Copies what is not there yet, and names all copies in the order of their addresses.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn copies(&self, address: &str) -> Result<Vec<Fetched>, StoreError> {
        // The one provider of cryptography that this build has.
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Another part of the process may have chosen before.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let fetch = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.map_err(|error| failed(address, error.to_string()))?;
            runtime.block_on(self.all(address))
        };
        // A thread of its own: the caller's may belong to a runtime already, which would refuse to wait.
        let result = std::thread::scope(|scope| scope.spawn(fetch).join());
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    async fn all(&self, address: &str) -> Result<Vec<Fetched>, StoreError> {
        let place = Place::of(address, &self.settings)?;
        let refused = |error| refused(address, &place, &error);
        let (folder, pattern) = match &place.wanted {
            Wanted::File(path) => {
                let file = place.store.get(path).await.map_err(refused)?;
                return Ok(vec![Fetched {
                    address: address.to_owned(),
                    path: self.one(address, &place, file).await?,
                }]);
            }
            Wanted::Matches(folder, pattern) => (folder, pattern),
        };
        let options = glob::MatchOptions {
            require_literal_separator: true,
            ..glob::MatchOptions::default()
        };
        let mut found: Vec<ObjectMeta> = Vec::new();
        let mut listed = place.store.list(Some(folder));
        while let Some(file) = listed.next().await.transpose().map_err(refused)? {
            if file.size > 0 && pattern.matches_with(file.location.as_ref(), options) {
                found.push(file);
            }
        }
        if found.is_empty() {
            let address = address.to_owned();
            return Err(StoreError::NoMatch { address });
        }
        found.sort_by(|one, other| one.location.cmp(&other.location));
        let [scheme, host] = &place.root;
        let mut files = Vec::with_capacity(found.len());
        for file in found {
            let copy = Copy::of(&self.folder, &place.root, &file);
            let own = format!("{scheme}://{host}/{}", file.location);
            let path = if copy.is_fresh() {
                copy.path
            } else {
                let file = place.store.get(&file.location).await.map_err(refused)?;
                self.one(address, &place, file).await?
            };
            files.push(Fetched { address: own, path });
        }
        Ok(files)
    }

    /// Writes the content of a file beside the place of its copy, unless that is there, and renames it.
    async fn one(
        &self,
        address: &str,
        place: &Place,
        file: GetResult,
    ) -> Result<PathBuf, StoreError> {
        let copy = Copy::of(&self.folder, &place.root, &file.meta);
        if copy.is_fresh() {
            return Ok(copy.path);
        }
        let unwritable = |source| StoreError::Copy {
            address: address.to_owned(),
            path: copy.path.clone(),
            source,
        };
        let parent = copy.path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(unwritable)?;
        let beside = Beside(copy.beside());
        let sink = File::create(&beside.0).map_err(unwritable)?;
        let mut sink = BufWriter::with_capacity(1 << 20, sink);
        let mut pieces = file.into_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| refused(address, place, &error))?;
            sink.write_all(&piece).map_err(unwritable)?;
        }
        let complete = |sink: BufWriter<File>| -> io::Result<()> {
            sink.into_inner()?.sync_all()?;
            copy.settle(&beside.0)
        };
        complete(sink).map_err(unwritable)?;
        Ok(copy.path)
    }
}

/// A file that is removed, unless it was renamed into its place.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // After the rename there is nothing of this name.
        let _ = fs::remove_file(&self.0);
    }
}

fn failed(address: &str, reason: String) -> StoreError {
    StoreError::Failed {
        address: address.to_owned(),
        reason,
    }
}

/// What a store's error means to whoever wrote the address.
fn refused(address: &str, place: &Place, error: &Error) -> StoreError {
    let reason = reason(error);
    // Without a key the store asks the machine of a cloud for one, and there is none elsewhere.
    let asked_the_cloud = ["169.254.", "metadata", "credential"]
        .iter()
        .any(|sign| reason.contains(sign));
    match error {
        Error::NotFound { .. } => StoreError::Missing {
            address: address.to_owned(),
        },
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            denied(address, place, reason)
        }
        _ if asked_the_cloud => denied(address, place, reason),
        _ => failed(address, reason),
    }
}

fn denied(address: &str, place: &Place, reason: String) -> StoreError {
    StoreError::Denied {
        address: address.to_owned(),
        reason,
        help: place.credentials,
    }
}

/// What went wrong at the root of an error, in one line: stores answer with documents.
pub(crate) fn reason(error: &Error) -> String {
    const LONGEST: usize = 200;
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let own = deeper.to_string();
        if !text.contains(&own) {
            text = format!("{text}: {own}");
        }
        cause = deeper.source();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let begin: String = line.chars().take(LONGEST).collect();
    format!("{begin} …")
}
