//! Stores that are servers of this process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use synaptree_store::{Fetch, StoreError};

/// A server that has files, lists them as S3, Google Cloud Storage and Azure do, and writes down what it was asked.
struct Server {
    address: String,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec()));
        let server = Self {
            address: String::new(),
            files: Arc::new(Mutex::new(files.collect())),
            asked: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (files, asked) = (Arc::clone(&server.files), Arc::clone(&server.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever goes away is not answered.
                let _ = answer(stream, &files, &asked);
            }
        });
        Self { address, ..server }
    }

    fn put(&self, name: &str, content: &str) {
        let mut files = self.files.lock().unwrap();
        files.insert(name.to_owned(), content.as_bytes().to_vec());
    }

    /// What was asked since the last look.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// Fetches from this server as if it were S3.
    fn as_s3(&self, folder: &Path) -> Fetch {
        let settings = [
            ("AWS_ENDPOINT", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", "key".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("UNRELATED", "x".to_owned()),
        ];
        fetch(&settings, folder)
    }

    /// Fetches from this server as if it were Google Cloud Storage.
    fn as_gs(&self, folder: &Path) -> Fetch {
        let settings = [
            ("GOOGLE_BASE_URL", format!("http://{}", self.address)),
            ("GOOGLE_ALLOW_HTTP", "true".to_owned()),
            ("GOOGLE_SKIP_SIGNATURE", "true".to_owned()),
        ];
        fetch(&settings, folder)
    }

    /// Fetches from this server as if it were Azure.
    fn as_azure(&self, folder: &Path) -> Fetch {
        let settings = [
            ("AZURE_ENDPOINT", format!("http://{}", self.address)),
            ("AZURE_ALLOW_HTTP", "true".to_owned()),
            ("AZURE_STORAGE_ACCOUNT_NAME", "account".to_owned()),
            ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5".to_owned()),
        ];
        fetch(&settings, folder)
    }
}

fn fetch(settings: &[(&str, String)], folder: &Path) -> Fetch {
    let settings = settings.iter();
    Fetch {
        settings: settings
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        folder: folder.to_owned(),
    }
}

/// Answers one request, then closes the connection.
fn answer(
    mut stream: TcpStream,
    files: &Mutex<BTreeMap<String, Vec<u8>>>,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut signed = false;
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        signed |= line
            .to_ascii_lowercase()
            .starts_with("authorization: aws4-hmac-sha256");
    }
    let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(target.clone());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let path = &decoded(path);
    let files = files.lock().unwrap();
    let (status, tag, body) = if path.starts_with("/closed") && !signed {
        (
            "403 Forbidden",
            String::new(),
            b"<Error>no key</Error>".to_vec(),
        )
    } else if path.starts_with("/torn") {
        ("200 OK", String::new(), b"cut".to_vec())
    } else if query.contains("list-type=2") {
        ("200 OK", String::new(), listing(path, query, &files))
    } else if query.contains("comp=list") {
        ("200 OK", String::new(), azure_listing(path, query, &files))
    } else if let Some(content) = files.get(path) {
        let sum: u64 = content.iter().map(|byte| u64::from(*byte)).sum();
        ("200 OK", format!("ETag: \"{sum}\"\r\n"), content.clone())
    } else {
        (
            "404 Not Found",
            String::new(),
            b"<Error>none</Error>".to_vec(),
        )
    };
    // A torn answer promises more than it holds.
    let length = body.len() + usize::from(path.starts_with("/torn"));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{tag}Last-Modified: Sat, 21 Nov 2026 12:00:00 GMT\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if !request.starts_with("HEAD") {
        stream.write_all(&body)?;
    }
    stream.shutdown(std::net::Shutdown::Write)?;
    // Until the other side has read it all.
    stream.read_to_end(&mut Vec::new()).map(|_| ())
}

/// Resolves `%2F` and the like.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(2);
        plain.push(char::from(u8::from_str_radix(code, 16).unwrap()));
        plain.push_str(rest);
    }
    plain
}

/// What of a bucket begins with the prefix that was asked for, each written by `entry`.
fn entries(
    bucket: &str,
    query: &str,
    files: &BTreeMap<String, Vec<u8>>,
    entry: impl Fn((&str, &Vec<u8>)) -> String,
) -> String {
    let prefix = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("prefix="))
        .unwrap_or_default();
    let prefix = decoded(prefix);
    files
        .iter()
        .filter_map(|(name, content)| Some((name.strip_prefix(&format!("{bucket}/"))?, content)))
        .filter(|(key, _)| key.starts_with(&prefix))
        .map(entry)
        .collect()
}

/// What Azure says is in a container.
fn azure_listing(container: &str, query: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let entries = entries(container, query, files, |(key, content)| {
        format!(
            "<Blob><Name>{key}</Name><Properties><Last-Modified>Sat, 21 Nov 2026 12:00:00 GMT</Last-Modified>\
             <Etag>\"{}\"</Etag><Content-Length>{}</Content-Length><Content-Type>text/csv</Content-Type>\
             </Properties></Blob>",
            content.iter().map(|byte| u64::from(*byte)).sum::<u64>(),
            content.len()
        )
    });
    format!(
        "<?xml version=\"1.0\"?><EnumerationResults><Blobs>{entries}</Blobs><NextMarker/></EnumerationResults>"
    )
    .into_bytes()
}

/// What S3 says is in a bucket.
fn listing(bucket: &str, query: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let entries = entries(bucket, query, files, |(key, content)| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>\
                 <ETag>\"{}\"</ETag><Size>{}</Size></Contents>",
            content.iter().map(|byte| u64::from(*byte)).sum::<u64>(),
            content.len()
        )
    });
    format!(
        "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
    )
    .into_bytes()
}

/// Where the copies of the files of an address lie.
fn paths(fetch: &Fetch, address: &str) -> Vec<PathBuf> {
    let files = fetch.copies(address).unwrap();
    files.into_iter().map(|file| file.path).collect()
}

/// Everything below a folder that is no folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let paths = entries.flat_map(|entry| match entry.path() {
        path if path.is_dir() => below(&path),
        path => vec![path],
    });
    paths.collect()
}

#[test]
fn a_file_of_a_bucket_is_copied_once_and_again_when_it_changed() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[("/zoo/wild/legs.csv", "animal,legs\nwren,2\n")]);
    let fetch = server.as_s3(cache.path());
    let address = "s3://zoo/wild/legs.csv";
    let paths = paths(&fetch, address);
    assert_eq!(paths, [cache.path().join("s3/zoo/wild/legs.csv")]);
    assert_eq!(std::fs::read(&paths[0]).unwrap(), b"animal,legs\nwren,2\n");

    let written = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
    let first = written(&paths[0]);
    let again = fetch.copies(address).unwrap();
    assert_eq!((&again[0].path, &*again[0].address), (&paths[0], address));
    assert_eq!(written(&paths[0]), first, "it was copied again for nothing");

    server.put("/zoo/wild/legs.csv", "animal,legs\nwren,2\nnewt,4\n");
    fetch.copies(address).unwrap();
    assert!(std::fs::read_to_string(&paths[0]).unwrap().contains("newt"));
    // The copy and its version, and nothing half written.
    assert_eq!(below(cache.path()).len(), 2);
}

#[test]
fn a_pattern_finds_files_of_a_bucket_in_the_order_of_their_names() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[
        ("/zoo/parts/year=2025/b.csv", "x\n2\n"),
        ("/zoo/parts/year=2024/a.csv", "x\n1\n"),
        ("/zoo/parts/year=2024/deep/c.csv", "x\n9\n"),
        ("/zoo/parts/year=2024/a.txt", "x\n9\n"),
        ("/zoo/other/year=2024/a.csv", "x\n9\n"),
    ]);
    let fetch = server.as_s3(cache.path());
    let files = fetch.copies("s3://zoo/parts/year=*/*.csv").unwrap();
    assert_eq!(files[1].address, "s3://zoo/parts/year=2025/b.csv");
    let paths: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
    let parts = cache.path().join("s3/zoo/parts");
    assert_eq!(
        paths,
        [parts.join("year=2024/a.csv"), parts.join("year=2025/b.csv")]
    );
    assert_eq!(std::fs::read(&paths[1]).unwrap(), b"x\n2\n");

    server.asked();
    fetch.copies("s3://zoo/parts/year=*/*.csv").unwrap();
    let asked = server.asked();
    assert_eq!(
        asked.len(),
        1,
        "copies that are there are fetched again: {asked:?}"
    );

    let error = fetch.copies("s3://zoo/parts/*.arff").unwrap_err();
    assert!(matches!(error, StoreError::NoMatch { .. }), "{error}");
}

#[test]
fn google_and_azure_give_files_and_list_them_like_s3() {
    let files = [
        ("/zoo/parts/year=2025/b c.csv", "x\n2\n"),
        ("/zoo/parts/year=2024/a.csv", "x\n1\n"),
        ("/zoo/other/a.csv", "x\n9\n"),
    ];
    let server = Server::start(&files);
    let cache = tempfile::tempdir().unwrap();
    for (scheme, fetch) in [
        ("gs", server.as_gs(cache.path())),
        ("az", server.as_azure(cache.path())),
    ] {
        let parts = cache.path().join(scheme).join("zoo/parts");
        let one = paths(&fetch, &format!("{scheme}://zoo/parts/year=2024/a.csv"));
        assert_eq!(one, [parts.join("year=2024/a.csv")]);
        assert_eq!(std::fs::read(&one[0]).unwrap(), b"x\n1\n");

        let all = paths(&fetch, &format!("{scheme}://zoo/parts/*/*.csv"));
        let second = parts.join("year=2025/b c.csv");
        assert_eq!(all, [parts.join("year=2024/a.csv"), second.clone()]);
        assert_eq!(std::fs::read(second).unwrap(), b"x\n2\n");

        server.asked();
        fetch
            .copies(&format!("{scheme}://zoo/parts/*/*.csv"))
            .unwrap();
        assert_eq!(server.asked().len(), 1, "{scheme}");

        let missing = fetch.copies(&format!("{scheme}://zoo/none.csv"));
        assert!(
            matches!(missing, Err(StoreError::Missing { .. })),
            "{missing:?}"
        );
    }
}

#[test]
fn a_file_of_the_web_is_read_like_one_of_this_machine() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[("/wild life/legs.csv", "animal,legs\nwren,2\n")]);
    let fetch = server.as_s3(cache.path());
    let address = format!("http://{}/wild%20life/legs.csv", server.address);
    let paths = paths(&fetch, &address);
    assert!(
        paths[0].ends_with("wild life/legs.csv"),
        "{}",
        paths[0].display()
    );
    let content = std::fs::read(&paths[0]).unwrap();
    assert_eq!(content, b"animal,legs\nwren,2\n");
}

#[test]
fn what_a_store_refuses_is_told_apart() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[("/closed/a.csv", "x\n1\n")]);
    let fetch = server.as_s3(cache.path());
    assert_eq!(fetch.copies("s3://closed/a.csv").unwrap().len(), 1);

    let missing = fetch.copies("s3://zoo/none.csv").unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");

    let mut unsigned = server.as_s3(cache.path());
    unsigned
        .settings
        .push(("AWS_SKIP_SIGNATURE".into(), "true".into()));
    let denied = unsigned.copies("s3://closed/a.csv").unwrap_err();
    assert!(matches!(denied, StoreError::Denied { .. }), "{denied}");
    assert!(denied.to_string().contains("AWS_ACCESS_KEY_ID"), "{denied}");

    let web = format!("http://{}/closed/a.csv", server.address);
    let denied = fetch.copies(&web).unwrap_err();
    assert!(matches!(denied, StoreError::Denied { .. }), "{denied}");
}

#[test]
fn a_server_that_is_not_there_and_an_answer_that_breaks_off_leave_nothing_behind() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[]);
    let fetch = server.as_s3(cache.path());
    let torn = fetch.copies(&format!("http://{}/torn/a.csv", server.address));
    assert!(matches!(torn, Err(StoreError::Failed { .. })), "{torn:?}");
    assert!(below(cache.path()).is_empty());

    // A port that was just given back.
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = fetch.copies(&format!("http://{closed}/a.csv"));
    assert!(matches!(gone, Err(StoreError::Failed { .. })), "{gone:?}");
}

#[test]
fn a_copy_that_finds_no_place_is_an_error_that_names_the_folder() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[("/zoo/a.csv", "x\n1\n")]);
    let occupied = cache.path().join("occupied");
    std::fs::write(&occupied, "").unwrap();
    let error = server
        .as_s3(&occupied)
        .copies("s3://zoo/a.csv")
        .unwrap_err();
    assert!(matches!(error, StoreError::Copy { .. }), "{error}");
    assert!(error.to_string().contains("SYNAPTREE_CACHE"), "{error}");
}

#[test]
fn addresses_without_a_file_are_refused_before_anything_is_asked() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::start(&[]);
    let fetch = server.as_s3(cache.path());
    for address in [
        "s3://zoo",
        "s3://zoo/",
        "s3:///a.csv",
        "s3://zoo/parts/",
        "s3://zoo/parts//a.csv",
        "s3://zoo/../a.csv",
        "az://zoo.example/a.csv",
        "https://zoo.example/parts/*.csv",
        "https://zoo.example/a.csv?signature=1",
    ] {
        let error = fetch.copies(address).unwrap_err();
        assert!(
            matches!(error, StoreError::Address { .. }),
            "{address}: {error}"
        );
    }
    assert!(server.asked().is_empty());
}
