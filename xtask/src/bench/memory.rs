//! `cargo xtask bench memory`: peak memory and rows a second against the number of rows.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::generate::generate;
use super::peak::measured;
use crate::repository::{cargo, output, run};

/// Rows and the formats that each number of them is written in.
const SIZES: [(u64, &[&str]); 3] = [
    (200_000, &["parquet", "csv"]),
    (2_000_000, &["parquet", "csv"]),
    (20_000_000, &["parquet"]),
];

/// The experiment that is run: one epoch over 70 % of the rows.
pub(super) const EXPERIMENT: &str = r#"
seed = 1
[data]
train = "FILE"
streaming = STREAMING
[[tasks]]
name = "yes"
kind = "binary"
[[tasks]]
name = "class"
kind = "multiclass"
[network]
trunk = [64, 32]
[training]
epochs = 1
batch_size = 1024
"#;

/// Generates the files in the folder that the first option names (`--folder DIR`), trains an epoch
/// on each and predicts each, and prints a table. `--rows N` leaves out larger files, `--in-memory`
/// holds the data in memory instead of streaming them.
pub(crate) fn memory(options: &[String]) -> Result<(), String> {
    let mut folder = std::env::temp_dir().join("synaptree-bench");
    let mut most = u64::MAX;
    let mut streaming = true;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let mut value = || options.next().ok_or(format!("`{option}` needs a value"));
        match option.as_str() {
            "--folder" => folder = PathBuf::from(value()?),
            "--rows" => {
                let text = value()?.replace('_', "");
                most = text
                    .parse()
                    .map_err(|_| format!("`{text}` is no number of rows"))?;
            }
            "--in-memory" => streaming = false,
            other => return Err(format!("there is no option `{other}`")),
        }
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let program = release(&["-p", "synaptree-cli"])?.join("synaptree");
    println!("| rows | format | file | train: peak | rows/s | predict: peak | rows/s |");
    println!("|---|---|---|---|---|---|---|");
    for (rows, formats) in SIZES.into_iter().filter(|(rows, _)| *rows <= most) {
        for format in formats {
            let line = case(&program, &folder, rows, format, streaming)?;
            println!("{line}");
        }
    }
    Ok(())
}

/// One line of the table.
fn case(
    program: &Path,
    folder: &Path,
    rows: u64,
    format: &str,
    streaming: bool,
) -> Result<String, String> {
    let file = folder.join(format!("rows-{rows}.{format}"));
    generate(&file, rows)?;
    let told = |error: std::io::Error| error.to_string();
    let size = std::fs::metadata(&file).map_err(told)?.len() as f64 / f64::from(1 << 20);
    let experiment = folder.join("bench.toml");
    let text = EXPERIMENT
        .replace("FILE", &format!("rows-{rows}.{format}"))
        .replace("STREAMING", &streaming.to_string());
    std::fs::write(&experiment, text).map_err(told)?;
    let run = folder.join("run");
    let _ = std::fs::remove_dir_all(&run);
    let mut train = Command::new(program);
    train.arg("train").arg(&experiment).arg("--quiet");
    let trained = measured(train.arg("--output").arg(&run))?;
    let answers = folder.join(format!("answers.{format}"));
    let mut predict = Command::new(program);
    predict.arg("predict").arg(&run).arg("--data").arg(&file);
    let predicted = measured(predict.arg("--output").arg(&answers))?;
    let _ = std::fs::remove_file(answers);
    Ok(format!(
        "| {rows} | {format} | {size:.0} MiB | {:.0} MiB | {:.0} | {:.0} MiB | {:.0} |",
        trained.peak,
        rows as f64 / trained.seconds,
        predicted.peak,
        rows as f64 / predicted.seconds,
    ))
}

/// Builds for speed; the folder of what was built.
pub(super) fn release(what: &[&str]) -> Result<PathBuf, String> {
    run(cargo().args(["build", "--release", "--quiet"]).args(what))?;
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let target = Path::new(metadata["target_directory"].as_str().unwrap_or("target"));
    Ok(target.join("release"))
}
