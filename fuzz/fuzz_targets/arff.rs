//! Two bytes of options and the content of an ARFF file.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use synaptree_fuzz::{Shelf, options, read, run};

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::new("arff"));

fuzz_target!(|bytes: &[u8]| {
    let [first, second, content @ ..] = bytes else {
        return;
    };
    run(|| {
        let path = SHELF.put("a.arff", content);
        read(
            &path,
            &options(*first, *second),
            1 + usize::from(second >> 5),
        );
    });
});
