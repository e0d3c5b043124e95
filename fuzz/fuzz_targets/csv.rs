//! Two bytes of options and the content of a CSV file, plain or packed.

#![no_main]

use std::sync::{LazyLock, Once};

use arrow_array::cast::AsArray;
use libfuzzer_sys::fuzz_target;
use synaptree_data::{ReadOptions, Source, Table, read_files, write_table};
use synaptree_fuzz::{Shelf, options, read, run};

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::new("csv"));
static POOL: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // As in the program: the thread that reads is one of those that share the work, so most inputs wake no other.
    POOL.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
        pool.build_global().expect("nobody made the pool before");
    });
    let [first, second, content @ ..] = bytes else {
        return;
    };
    run(|| {
        let name = [
            "a.csv",
            "a.csv",
            "a.tsv",
            "a.csv.gz",
            "a.csv.zst",
            "a.csv",
            "a.csv",
            "a.csv",
        ][usize::from(second >> 2 & 7)];
        let path = SHELF.put(name, content);
        let table = read(
            &path,
            &options(*first, *second),
            1 + usize::from(second >> 5),
        );
        // Every sixteenth kind of option, so that most of the time goes into reading.
        if let Some(table) = table.filter(|_| first >> 4 == 8) {
            written_and_read_back(&table);
        }
    });
});

/// A table that is written as CSV reads back as it was.
fn written_and_read_back(table: &Table) {
    let columns = table.batch.columns();
    let empty = |column: &arrow_array::ArrayRef| {
        column
            .as_string::<i32>()
            .iter()
            .any(|cell| cell == Some(""))
    };
    // Nothing in a CSV file tells an empty text from a missing one.
    if columns.iter().any(empty) {
        return;
    }
    let path = SHELF.path("back.csv");
    write_table(&table.batch, &path).expect("every table of text can be written");
    let options = ReadOptions {
        missing: vec![String::new()],
        separator: Some(','),
        ..ReadOptions::default()
    };
    let back = read_files(&[Source::from(path.as_path())], &options)
        .expect("what was written can be read");
    assert_eq!(back.batch, table.batch, "another table came back");
}
