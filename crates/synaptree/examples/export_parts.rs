//! Writes the rows of each part of an experiment as they stand in its files, so that another tool
//! can be given the very same rows.
//!
//! ```sh
//! cargo run --release --package synaptree --example export_parts -- examples/zoo/zoo.toml parts
//! ```
//!
//! writes `parts/train.csv`, `parts/validation.csv` and `parts/test.csv`, and prints how many rows
//! each has.
#![expect(clippy::print_stdout, reason = "an example talks to a terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};

use arrow_array::UInt64Array;
use arrow_select::take::take_record_batch;
use synaptree::Experiment;
use synaptree_data::{DataSpec, Files, PartSpec, Table, read_files, write_table};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [experiment, folder] = arguments.as_slice() else {
        return Err("usage: export_parts EXPERIMENT.toml FOLDER".into());
    };
    let experiment = Experiment::read(experiment)?;
    let data = experiment.load_data()?;
    let spec = &experiment.spec().data;
    std::fs::create_dir_all(folder)?;
    for part in ["train", "validation", "test", "calibration"] {
        let Some(split) = data.split(part) else {
            continue;
        };
        let table = table(spec, part, experiment.directory())?;
        let rows = UInt64Array::from(split.rows.clone());
        let path = folder.join(format!("{part}.csv"));
        write_table(&take_record_batch(&table.batch, &rows)?, &path)?;
        println!("{}: {} rows", path.display(), split.len());
    }
    Ok(())
}

/// The table that the rows of a part are counted in: files of its own, or those of `train`.
fn table(spec: &DataSpec, part: &str, base: &Path) -> Result<Table, Box<dyn Error>> {
    let own = match part {
        "validation" => spec.validation(),
        "test" => spec.test(),
        _ => PartSpec::Off(false),
    };
    let files: &Files = match &own {
        PartSpec::Files(files) => files,
        _ => &spec.train,
    };
    let mut sources = Vec::new();
    for source in files.sources() {
        sources.push(source.relative_to(base)?);
    }
    Ok(read_files(&sources, &spec.read_options())?)
}
