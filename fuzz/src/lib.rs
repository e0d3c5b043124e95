//! What the fuzz targets share: a folder in memory, options from bytes, and what holds for every table.

pub mod run_base;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};

use arrow_select::concat::concat_batches;
use synaptree_data::{DataError, Encoding, ReadOptions, Source, Table, read_chunks, read_files};

thread_local! {
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs a target on one input. A panic that the product contains is silent, any other ends the
/// process with its message, which is how libFuzzer learns of a fault.
pub fn run(target: impl FnOnce()) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            SAID.with_borrow_mut(|said| *said = panic.to_string());
        }));
    });
    if catch_unwind(AssertUnwindSafe(target)).is_err() {
        SAID.with_borrow(|said| eprintln!("{said}"));
        std::process::abort();
    }
}

/// A folder of this process, in memory where the system has such a place.
pub struct Shelf(PathBuf);

impl Shelf {
    /// An empty folder.
    pub fn new(name: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let path = base.join(format!("synaptree-fuzz-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in it.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("the file can be written");
        path
    }
}

/// The codes that `synaptree explain` knows.
static CODES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    synaptree_train::codes::all()
        .map(|code| code.code)
        .collect()
});

/// An error says something, under a code that can be looked up.
pub fn check_error(code: &str, message: &str) {
    assert!(CODES.contains(code), "nothing explains the code `{code}`");
    assert!(!message.trim().is_empty(), "an error without a word");
}

/// Options from two bytes: each bit or pair of bits chooses one.
pub fn options(first: u8, second: u8) -> ReadOptions {
    let default = ReadOptions::default();
    ReadOptions {
        header: first & 1 == 0,
        trim: first & 2 == 0,
        quote: [Some('"'), Some('\''), None, Some(';')][usize::from(first >> 2 & 3)],
        separator: [None, None, Some(','), Some(' ')][usize::from(first >> 4 & 3)],
        strip_suffix: (first & 64 != 0).then(|| ".".to_owned()),
        missing: if first & 128 == 0 {
            default.missing.clone()
        } else {
            Vec::new()
        },
        encoding: [None, None, Some(Encoding::Latin1), Some(Encoding::Utf16)]
            [usize::from(second & 3)],
        ..default
    }
}

/// Reads one file whole and in chunks, and checks that both say the same; a table is consistent.
pub fn read(path: &Path, options: &ReadOptions, chunk: usize) -> Option<Table> {
    let sources = [Source::from(path)];
    let whole = read_files(&sources, options);
    let chunks = read_chunks(&sources, options, chunk)
        .and_then(Iterator::collect::<Result<Vec<Table>, DataError>>);
    match (whole, chunks) {
        (Ok(whole), Ok(chunks)) => {
            check_table(&whole);
            let batches = chunks.iter().map(|table| &table.batch);
            let joined = concat_batches(&whole.batch.schema(), batches)
                .expect("chunks have the columns of the whole");
            assert_eq!(
                joined, whole.batch,
                "chunks of {chunk} rows hold something else"
            );
            let mut position = 0;
            for table in &chunks {
                assert!(
                    (1..=chunk).contains(&table.num_rows()),
                    "a chunk of another size"
                );
                for row in 0..table.num_rows() {
                    assert_eq!(table.origin(row), whole.origin(position));
                    position += 1;
                }
            }
            Some(whole)
        }
        (Err(whole), Err(chunks)) => {
            check_error(whole.code(), &whole.to_string());
            check_error(chunks.code(), &chunks.to_string());
            // A decoder words what is wrong by how much it was asked for; the mistake is the same.
            assert_eq!(whole.code(), chunks.code(), "chunks fail in another way");
            None
        }
        (Ok(_), Err(error)) => panic!("in chunks of {chunk} rows alone it fails: {error}"),
        (Err(error), Ok(_)) => {
            panic!("in chunks of {chunk} rows it is read, as a whole not: {error}")
        }
    }
}

/// What holds for every table that was read.
fn check_table(table: &Table) {
    let rows = table.num_rows();
    assert!(rows > 0, "a table without rows is an error");
    assert_eq!(table.origins.len(), rows, "every row has a place");
    let mut names = BTreeSet::new();
    for (name, column) in table.column_names().zip(table.batch.columns()) {
        assert_eq!(column.len(), rows, "`{name}` has other rows");
        assert!(names.insert(name), "two columns are called `{name}`");
    }
    for row in 1..rows {
        assert!(
            table.origin(row - 1).number <= table.origin(row).number,
            "rows are in the order of the file"
        );
    }
}
