//! One byte that chooses a file of a model folder and how it is asked, and what the file holds instead.

#![no_main]

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use libfuzzer_sys::fuzz_target;
use synaptree_data::Table;
use synaptree_fuzz::{Shelf, check_error, run};
use synaptree_model::{Model, Predict};

const FILES: [(&str, &[u8]); 5] = [
    ("config.json", include_bytes!("../model/config.json")),
    (
        "preprocessing.json",
        include_bytes!("../model/preprocessing.json"),
    ),
    (
        "model.safetensors",
        include_bytes!("../model/model.safetensors"),
    ),
    (
        "posterior.safetensors",
        include_bytes!("../model/posterior.safetensors"),
    ),
    (
        "calibration.json",
        include_bytes!("../model/calibration.json"),
    ),
];

/// Every other file of the folder is whole while one is damaged.
static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let shelf = Shelf::new("model");
    for (name, content) in FILES {
        shelf.put(name, content);
    }
    let model = Model::load(shelf.path("")).expect("the model is whole");
    assert!(model.is_stochastic() && model.calibration().is_some());
    shelf
});

fuzz_target!(|bytes: &[u8]| {
    let [which, content @ ..] = bytes else {
        return;
    };
    let (name, original) = FILES[usize::from(which % 5)];
    run(|| {
        SHELF.put(name, content);
        match Model::load(SHELF.path("")) {
            // What the whole model answers is known.
            Ok(_) if content == original => {}
            Ok(model) if which / 5 % 2 == 0 => answers(&model, Predict::samples(2)),
            Ok(model) => answers(&model, Predict::mean()),
            Err(error) => check_error(error.code(), &error.to_string()),
        }
        SHELF.put(name, original);
    });
});

/// A model that was accepted answers, or says what is wrong with the rows.
fn answers(model: &Model, how: Predict) {
    let columns = model.preprocessing().source_columns();
    let cells: ArrayRef = Arc::new(StringArray::from(vec![Some("1"), None, Some("cat")]));
    let columns = columns
        .into_iter()
        .map(|column| (column.name, Arc::clone(&cells)));
    let Ok(batch) = RecordBatch::try_from_iter(columns) else {
        return;
    };
    match model.predict_table(&Table::from_batch(batch), how) {
        Ok(predictions) => assert_eq!(predictions.rows(), 3),
        Err(error) => check_error(error.code(), &error.to_string()),
    }
}
