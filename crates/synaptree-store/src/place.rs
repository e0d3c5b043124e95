//! An address: which store, and which of its files.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::error::StoreError;
use crate::fetch::reason;

/// Environment variables with their names.
pub(crate) type Settings = [(String, String)];

/// A store and what is wanted of it.
pub(crate) struct Place {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) wanted: Wanted,
    /// The scheme and the host, which begin the path of a copy.
    pub(crate) root: [String; 2],
    /// Where this store looks for credentials.
    pub(crate) credentials: &'static str,
}

/// Files of a store.
pub(crate) enum Wanted {
    File(Path),
    /// The folder that is listed, and what of it is meant.
    Matches(Path, glob::Pattern),
}

impl Place {
    /// Understands an address; `settings` holds the credentials.
    pub(crate) fn of(address: &str, settings: &Settings) -> Result<Self, StoreError> {
        let wrong = |reason: String| StoreError::Address {
            address: address.to_owned(),
            reason,
        };
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        let scheme = scheme.to_ascii_lowercase();
        let (host, key) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || key.is_empty() || key.ends_with('/') {
            return Err(wrong("it names no file".to_owned()));
        }
        let is_web = scheme.starts_with("http");
        if is_web && key.contains('?') {
            return Err(wrong("what follows the `?` would not be sent".to_owned()));
        }
        if is_web && is_pattern(key) {
            return Err(wrong("such a server lists no files".to_owned()));
        }
        let root = format!("{scheme}://{host}/");
        let built = match &*scheme {
            "s3" | "s3a" => build_s3(&root, settings),
            "gs" => build_gcs(&root, settings),
            "https" | "http" => build_http(&root),
            _ => build_azure(&root, settings),
        };
        let store = built.map_err(|error| wrong(reason(&error)))?;
        let path = |key: &str| Path::parse(key).map_err(|error| wrong(error.to_string()));
        let wanted = if is_web {
            Wanted::File(Path::from_url_path(key).map_err(|error| wrong(error.to_string()))?)
        } else if is_pattern(key) {
            let pattern = glob::Pattern::new(key).map_err(|error| wrong(error.msg.to_owned()))?;
            let literal = &key[..key.find(['*', '?', '[']).unwrap_or(key.len())];
            let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
            Wanted::Matches(path(folder)?, pattern)
        } else {
            Wanted::File(path(key)?)
        };
        Ok(Self {
            store,
            wanted,
            credentials: match &*scheme {
                "s3" | "s3a" => {
                    "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_SKIP_SIGNATURE=true for a \
                     bucket that everybody may read"
                }
                "gs" => {
                    "set GOOGLE_APPLICATION_CREDENTIALS, or GOOGLE_SKIP_SIGNATURE=true for a bucket that everybody may \
                     read"
                }
                "https" | "http" => "fetch it with `curl` and what it asks for, and name the copy",
                _ => {
                    "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_SKIP_SIGNATURE=true for a \
                     container that everybody may read"
                }
            },
            root: [scheme, host.to_owned()],
        })
    }
}

type Built = object_store::Result<Arc<dyn ObjectStore>>;

fn build_s3(root: &str, settings: &Settings) -> Built {
    let mut builder = AmazonS3Builder::new()
        .with_url(root)
        .with_client_options(connection())
        .with_retry(patience());
    for (name, value) in of_vendor(settings, "AWS_") {
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    Ok(Arc::new(builder.build()?))
}

fn build_gcs(root: &str, settings: &Settings) -> Built {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_url(root)
        .with_client_options(connection())
        .with_retry(patience());
    for (name, value) in of_vendor(settings, "GOOGLE_") {
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    Ok(Arc::new(builder.build()?))
}

fn build_azure(root: &str, settings: &Settings) -> Built {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_url(root)
        .with_client_options(connection())
        .with_retry(patience());
    for (name, value) in of_vendor(settings, "AZURE_") {
        if let Ok(key) = name.parse() {
            builder = builder.with_config(key, value);
        }
    }
    Ok(Arc::new(builder.build()?))
}

fn build_http(root: &str) -> Built {
    let builder = HttpBuilder::new()
        .with_url(root)
        .with_client_options(connection().with_allow_http(true))
        .with_retry(patience());
    Ok(Arc::new(builder.build()?))
}

/// The settings of one vendor, their names as the store spells them.
fn of_vendor<'a>(
    settings: &'a Settings,
    prefix: &'a str,
) -> impl Iterator<Item = (String, &'a str)> {
    settings
        .iter()
        .filter(move |(name, _)| name.starts_with(prefix))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
}

/// A file may take hours to arrive, but not half a minute to go on.
fn connection() -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(Duration::from_secs(10))
        .with_read_timeout(Duration::from_secs(30))
}

/// A person waits: what fails for half a minute is told.
fn patience() -> RetryConfig {
    RetryConfig {
        max_retries: 4,
        retry_timeout: Duration::from_secs(30),
        ..RetryConfig::default()
    }
}

/// Whether a name stands for several files.
fn is_pattern(key: &str) -> bool {
    key.contains(['*', '?', '['])
}
