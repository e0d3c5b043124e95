//! Seconds from a file to columns and to batches: `reader_speed '{"data": {...}, "tasks": [...]}'`.
//!
//! The argument holds the `[data]` and `[[tasks]]` of an experiment. One line of JSON is printed:
//!
//! | Key | What is timed |
//! |---|---|
//! | `columns` | the file as tables of 16,384 rows, each column whole text or numbers |
//! | `memory` | the same as one table |
//! | `fit` | not to be compared: the two passes that find types, scales and codes |
//! | `batches` | the file read again, encoded, shuffled and cut into batches of 1024 rows with labels |

use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use synaptree_data::{DataError, DataSpec, Stream, StreamedEpoch, read_chunks, read_files};
use synaptree_tasks::TaskSpec;

const ROWS: usize = 16 * 1024;
const BATCH: usize = 1024;

#[derive(Deserialize)]
struct Asked {
    data: DataSpec,
    tasks: Vec<TaskSpec>,
}

#[expect(clippy::print_stdout, reason = "an example prints its result")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = std::env::args().nth(1).ok_or("the data are not told")?;
    let Asked { data, tasks } = serde_json::from_str(&asked)?;
    let base = Path::new("");
    let options = data.read_options();

    let begun = Instant::now();
    let mut rows = 0;
    for table in read_chunks(&data.train.sources(), &options, ROWS)? {
        rows += table?.num_rows();
    }
    let columns = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let whole = read_files(&data.train.sources(), &options)?;
    let memory = begun.elapsed().as_secs_f64();
    drop(whole);

    let begun = Instant::now();
    let (mut stream, mut dataset) = Stream::open(&data, &[], &tasks, base)?;
    stream.encode::<DataError>(&mut dataset, &mut |_| Ok(()))?;
    let fit = begun.elapsed().as_secs_f64();

    let epoch = StreamedEpoch {
        seed: 0,
        epoch: 0,
        buffer: Some(stream.shuffle_buffer()),
        batch_size: BATCH,
    };
    let begun = Instant::now();
    let mut batched = 0;
    epoch.run(stream.train()?, |batch| {
        batched += batch.len();
        true
    })?;
    let batches = begun.elapsed().as_secs_f64();
    println!(
        "{}",
        serde_json::json!({
            "rows": rows, "batched": batched, "columns": columns, "memory": memory, "fit": fit,
            "batches": batches,
        })
    );
    Ok(())
}
