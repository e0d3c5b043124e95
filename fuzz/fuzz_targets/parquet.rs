//! One byte for the size of the chunks and the content of a Parquet file.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use synaptree_data::ReadOptions;
use synaptree_fuzz::{Shelf, read, run};

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::new("parquet"));

fuzz_target!(|bytes: &[u8]| {
    let [first, content @ ..] = bytes else {
        return;
    };
    run(|| {
        let path = SHELF.put("a.parquet", content);
        read(&path, &ReadOptions::default(), 1 + usize::from(first & 15));
    });
});
