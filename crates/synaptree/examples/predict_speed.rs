//! Milliseconds of a Monte Carlo prediction, without reading and encoding the rows.
//!
//! ```sh
//! cargo run --release --package synaptree --example predict_speed -- RUN ROWS.csv 32
//! ```
//!
//! asks the model of the run folder for all rows at once, with 32 samples, ten times, and prints one JSON document.
#![expect(clippy::print_stdout, reason = "an example talks to a terminal")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;
use synaptree::{ForecastOptions, Model};
use synaptree_model::{Question, forecast};

const ROUNDS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [run, rows, samples] = arguments.as_slice() else {
        return Err("usage: predict_speed RUN ROWS SAMPLES".into());
    };
    // As the command line does: the thread that asks is one of those that share the work.
    rayon::ThreadPoolBuilder::new()
        .use_current_thread()
        .build_global()?;
    let samples: u32 = samples.to_string_lossy().parse()?;
    let model = Model::load(run)?;
    let table = model.preprocessing().read(rows)?;
    let features = model.preprocessing().apply(&table)?;
    let rows: Vec<u64> = (0..).take(features.rows).collect();
    let question = Question {
        features: &features,
        rows: &rows,
        labels: None,
    };
    let options = ForecastOptions {
        samples,
        seed: 0,
        posterior: None,
        tolerance: None,
        antithetic: true,
    };
    let mut milliseconds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let answer = forecast(
            model.network(),
            model.tasks(),
            &question,
            &model.config().residual,
            options,
            &Device::flex(),
        );
        milliseconds.push(1e3 * begun.elapsed().as_secs_f64());
        std::hint::black_box(answer);
    }
    milliseconds.sort_by(f64::total_cmp);
    println!(
        "{{\"min_ms\": {}, \"median_ms\": {}}}",
        milliseconds[0],
        milliseconds[ROUNDS / 2]
    );
    Ok(())
}
