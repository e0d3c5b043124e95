//! One byte that chooses a file of a model folder and what it holds instead.

#![no_main]

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use libfuzzer_sys::fuzz_target;
use synaptree_data::Table;
use synaptree_fuzz::{Shelf, check_error, run};
use synaptree_model::{Model, Predict};

const FILES: [(&str, &[u8]); 3] = [
    ("config.json", include_bytes!("../model/config.json")),
    (
        "preprocessing.json",
        include_bytes!("../model/preprocessing.json"),
    ),
    (
        "model.safetensors",
        include_bytes!("../model/model.safetensors"),
    ),
];

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let shelf = Shelf::new("model");
    for (name, content) in FILES {
        shelf.put(name, content);
    }
    shelf
});

fuzz_target!(|bytes: &[u8]| {
    let [which, content @ ..] = bytes else {
        return;
    };
    run(|| {
        let (name, original) = FILES[usize::from(which % 3)];
        let folder = SHELF.put(name, content);
        let folder = folder.parent().expect("it lies in a folder");
        match Model::load(folder) {
            Ok(model) => answers(&model),
            Err(error) => check_error(error.code(), &error.to_string()),
        }
        SHELF.put(name, original);
    });
});

/// A model that was accepted answers, or says what is wrong with the rows.
fn answers(model: &Model) {
    let columns = model.preprocessing().source_columns();
    let cells: ArrayRef = Arc::new(StringArray::from(vec![Some("1"), None, Some("cat")]));
    let columns = columns
        .into_iter()
        .map(|column| (column.name, Arc::clone(&cells)));
    let Ok(batch) = RecordBatch::try_from_iter(columns) else {
        return;
    };
    for how in [Predict::mean(), Predict::samples(2)] {
        match model.predict_table(&Table::from_batch(batch.clone()), how) {
            Ok(predictions) => assert_eq!(predictions.rows(), 3),
            Err(error) => check_error(error.code(), &error.to_string()),
        }
    }
}
