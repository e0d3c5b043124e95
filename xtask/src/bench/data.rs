//! `cargo xtask bench data`: rows a second from files to columns and batches, beside pandas and polars,
//! and how long a training step waits for its rows.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::generate::generate;
use super::memory::{EXPERIMENT, release};
use crate::repository::{output, root};

/// A file with what is told of it to readers.
struct Case {
    name: String,
    file: PathBuf,
    /// `[data]` and `[[tasks]]`, for our own reader.
    experiment: Value,
    targets: [&'static str; 2],
    columns: Vec<String>,
}

/// What is timed: the program, and the key of what it prints.
const SERIES: [(&str, &str); 8] = [
    ("synaptree", "columns"),
    ("pandas", "columns"),
    ("polars", "columns"),
    ("synaptree", "batches"),
    ("pandas", "batches"),
    ("pandas", "sliced"),
    ("polars", "batches"),
    ("polars", "sliced"),
];

/// Prints tables: `--folder DIR` for generated files, `--rows N` of the largest of them (2,000,000),
/// `--rounds N` (5), `--threads N` (2); `PYTHON` has pandas, polars and torch.
pub(crate) fn data(options: &[String]) -> Result<(), String> {
    let mut folder = std::env::temp_dir().join("synaptree-bench");
    let (mut most, mut rounds, mut threads) = (2_000_000_u64, 5_u64, 2_u64);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let value = options.next().ok_or(format!("`{option}` needs a value"))?;
        let number = || {
            let number = value.replace('_', "").parse::<u64>();
            number.map_err(|_| format!("`{value}` is no number"))
        };
        match option.as_str() {
            "--folder" => folder = PathBuf::from(value),
            "--rows" => most = number()?,
            "--rounds" => rounds = number()?.max(1),
            "--threads" => threads = number()?.max(1),
            other => return Err(format!("there is no option `{other}`")),
        }
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let reader = release(&["-p", "synaptree-data", "--example", "reader_speed"])?
        .join("examples/reader_speed");
    let mut cases = vec![adult(&folder)?];
    for rows in [most / 10, most] {
        for ending in ["csv", "parquet"] {
            cases.push(generated(&folder, rows, ending)?);
        }
    }
    for case in &cases {
        race(case, &reader, rounds, threads)?;
    }
    waiting(&folder, most, rounds, threads)
}

/// Adult, its blank last line and the blanks behind its commas as they are.
fn adult(folder: &Path) -> Result<Case, String> {
    let told = |error: &dyn std::fmt::Display| format!("examples/adult/adult.toml: {error}");
    let text = std::fs::read_to_string(root().join("examples/adult/adult.toml"));
    let text = text.map_err(|error| told(&error))?;
    let source = std::env::var("SYNAPTREE_DATA").map_err(|_| "SYNAPTREE_DATA is not set")?;
    let experiment: Value = toml::from_str(&text).map_err(|error| told(&error))?;
    let names = experiment["data"]["columns"].as_array().cloned();
    let columns = names.unwrap_or_default();
    // The original lies on whatever disk; the copy is warm.
    let file = folder.join("adult.csv");
    let original = Path::new(&source).join("adult/adult-train.csv");
    let bytes =
        std::fs::read(&original).map_err(|error| format!("{}: {error}", original.display()))?;
    std::fs::write(&file, bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    let data = json!({
        "train": file, "header": false, "columns": columns, "validation": false, "test": false,
    });
    Ok(Case {
        name: "adult, CSV".into(),
        experiment: json!({"data": data, "tasks": experiment["tasks"]}),
        file,
        targets: ["income", "marital_status"],
        columns: columns
            .iter()
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect(),
    })
}

fn generated(folder: &Path, rows: u64, ending: &str) -> Result<Case, String> {
    let file = folder.join(format!("rows-{rows}.{ending}"));
    generate(&file, rows)?;
    let data = json!({"train": file, "validation": false, "test": false});
    let tasks = json!([{"name": "yes", "kind": "binary"}, {"name": "class", "kind": "multiclass"}]);
    Ok(Case {
        name: format!("{rows} rows, {ending}"),
        file,
        experiment: json!({"data": data, "tasks": tasks}),
        targets: ["yes", "class"],
        columns: Vec::new(),
    })
}

/// Our reader, pandas and polars in turns; one table.
fn race(case: &Case, reader: &Path, rounds: u64, threads: u64) -> Result<(), String> {
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); SERIES.len()];
    let mut rows = 0.0;
    for _ in 0..rounds {
        for program in ["synaptree", "pandas", "polars"] {
            let mut command = if program == "synaptree" {
                let mut command = Command::new(reader);
                command.arg(case.experiment.to_string());
                command
            } else {
                peer(case, program, threads)
            };
            let text = output(command.env("RAYON_NUM_THREADS", threads.to_string()))?;
            let found: Value = serde_json::from_str(&text)
                .map_err(|error| format!("{program} printed no JSON: {error}"))?;
            rows = found["rows"].as_f64().unwrap_or(rows);
            for (series, (of, what)) in seconds.iter_mut().zip(SERIES) {
                if of == program {
                    series.extend(found[what].as_f64());
                }
            }
        }
    }
    println!("\n{} ({rounds} rounds, {threads} threads)\n", case.name);
    println!("| program | to | seconds, min / median | rows a second, best | by synaptree's |");
    println!("|---|---|---|---|---|");
    for ((program, what), series) in SERIES.iter().zip(&seconds) {
        let own = SERIES.iter().position(|(program, own)| {
            *program == "synaptree" && (*own == "columns") == (*what == "columns")
        });
        let [own_least, own_middle] = spread(&seconds[own.unwrap_or(0)]);
        let [least, middle] = spread(series);
        println!(
            "| {program} | {what} | {least:.3} / {middle:.3} | {:.0} | {:.2} / {:.2} |",
            rows / least,
            least / own_least,
            middle / own_middle,
        );
    }
    Ok(())
}

fn peer(case: &Case, library: &str, threads: u64) -> Command {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.current_dir(root()).arg("bench/peers/readers.py");
    command.arg(&case.file).arg(library);
    command.args(["--targets", &case.targets.join(",")]);
    command.args(["--threads", &threads.to_string()]);
    if !case.columns.is_empty() {
        command.args(["--names", &case.columns.join(",")]);
    }
    command
}

/// The least and the middle one.
fn spread(values: &[f64]) -> [f64; 2] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let least = sorted.first().copied().unwrap_or(f64::NAN);
    [
        least,
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN),
    ]
}

/// Trains on streamed files with the command and sums up how long its steps waited for rows.
fn waiting(folder: &Path, rows: u64, rounds: u64, threads: u64) -> Result<(), String> {
    let program = release(&["-p", "synaptree-cli"])?.join("synaptree");
    let large = folder.join("waiting.toml");
    let text = EXPERIMENT
        .replace("FILE", &format!("rows-{rows}.csv"))
        .replace("STREAMING", "true");
    std::fs::write(&large, text).map_err(|error| format!("{}: {error}", large.display()))?;
    println!("\nsteps of streamed training that wait for their rows ({threads} threads)\n");
    println!("| experiment | epochs | training, seconds | of it waiting | share, min / median |");
    println!("|---|---|---|---|---|");
    let adult = root().join("examples/adult/adult.toml");
    for (name, experiment, epochs) in [
        ("adult".to_owned(), adult, 10),
        (format!("{rows} rows, CSV"), large, 1),
    ] {
        let mut shares = Vec::new();
        let (mut seconds, mut waited) = (0.0, 0.0);
        for _ in 0..rounds {
            let run = folder.join("run");
            let _ = std::fs::remove_dir_all(&run);
            let mut train = Command::new(&program);
            train
                .arg("train")
                .arg(&experiment)
                .arg("--quiet")
                .arg("--output")
                .arg(&run);
            train.args(["--threads", &threads.to_string()]);
            train.args(["--set", "data.streaming=true"]);
            train.args(["--set", &format!("training.epochs={epochs}")]);
            output(&mut train)?;
            let lines = std::fs::read_to_string(run.join("metrics.jsonl"))
                .map_err(|error| error.to_string())?;
            (seconds, waited) = (0.0, 0.0);
            for line in lines.lines() {
                let line: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
                if line["split"] == "train" {
                    seconds = line["seconds"].as_f64().unwrap_or(seconds);
                    waited += line["waited"].as_f64().unwrap_or(0.0);
                }
            }
            shares.push(waited / seconds);
        }
        let [least, middle] = spread(&shares).map(|share| 100.0 * share);
        println!(
            "| {name} | {epochs} | {seconds:.2} | {waited:.3} | {least:.1} % / {middle:.1} % |"
        );
    }
    Ok(())
}
