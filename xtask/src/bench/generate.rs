//! Rows made by a formula: 30 columns, as many rows as one likes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

/// Columns of real numbers.
const REALS: u64 = 20;
/// Columns of whole numbers.
const WHOLES: u64 = 5;
/// Values of each column of categories.
const CATEGORIES: [u64; 3] = [5, 50, 1000];
/// Rows made at once.
const PIECE: u64 = 1 << 16;

/// Writes `rows` rows as Parquet or CSV, as the ending of `path` says; a file that is there is kept.
///
/// 20 real numbers (one cell in 50 of every other one missing), 5 whole numbers, 3 categories with
/// 5, 50 and 1000 values, and two targets: `yes` with two classes and `class` with ten, both
/// following from the numbers.
pub(crate) fn generate(path: &Path, rows: u64) -> Result<(), String> {
    if path.exists() {
        return Ok(());
    }
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let partial = path.with_extension("partial");
    let file = File::create(&partial).map_err(|error| told(&error))?;
    let pieces = (0..rows)
        .step_by(PIECE as usize)
        .map(|start| (start, PIECE.min(rows - start)));
    if path.extension().is_some_and(|ending| ending == "parquet") {
        let mut writer =
            ArrowWriter::try_new(file, piece(0, 1).schema(), None).map_err(|error| told(&error))?;
        for (start, rows) in pieces {
            let written = writer.write(&piece(start, rows));
            written.map_err(|error| told(&error))?;
        }
        writer.close().map_err(|error| told(&error))?;
    } else {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let names: Vec<String> = piece(0, 1)
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        writeln!(out, "{}", names.join(",")).map_err(|error| told(&error))?;
        for row in 0..rows {
            let line = line(row);
            out.write_all(line.as_bytes())
                .map_err(|error| told(&error))?;
        }
        out.flush().map_err(|error| told(&error))?;
    }
    std::fs::rename(&partial, path).map_err(|error| told(&error))
}

fn piece(start: u64, rows: u64) -> RecordBatch {
    let rows = start..start + rows;
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for column in 0..REALS {
        let values = rows.clone().map(|row| real(row, column));
        columns.push((
            format!("r{column}"),
            Arc::new(values.collect::<Float64Array>()),
        ));
    }
    for column in 0..WHOLES {
        let values = rows.clone().map(|row| whole(row, column));
        columns.push((
            format!("w{column}"),
            Arc::new(Int64Array::from_iter_values(values)),
        ));
    }
    for (column, values) in CATEGORIES.into_iter().enumerate() {
        let values = rows
            .clone()
            .map(|row| format!("v{}", category(row, column as u64, values)));
        columns.push((
            format!("c{column}"),
            Arc::new(StringArray::from_iter_values(values)),
        ));
    }
    let yes = rows
        .clone()
        .map(|row| ["no", "yes"][usize::from(answer(row) > 0.0)]);
    columns.push(("yes".into(), Arc::new(StringArray::from_iter_values(yes))));
    let class = rows.map(|row| format!("k{}", class(row)));
    columns.push((
        "class".into(),
        Arc::new(StringArray::from_iter_values(class)),
    ));
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .expect("every column has the same rows")
}

fn line(row: u64) -> String {
    let mut cells: Vec<String> = Vec::with_capacity(30);
    for column in 0..REALS {
        cells.push(real(row, column).map_or_else(String::new, |value| value.to_string()));
    }
    cells.extend((0..WHOLES).map(|column| whole(row, column).to_string()));
    let categories = CATEGORIES.into_iter().enumerate();
    cells.extend(categories.map(|(i, values)| format!("v{}", category(row, i as u64, values))));
    cells.push(["no", "yes"][usize::from(answer(row) > 0.0)].to_owned());
    cells.push(format!("k{}", class(row)));
    cells.join(",") + "\n"
}

/// A number of five digits in [-1, 1); every other column misses one in 50.
fn real(row: u64, column: u64) -> Option<f64> {
    let word = word(row, column);
    (column.is_multiple_of(2) || !word.is_multiple_of(50)).then(|| share(word))
}

fn share(word: u64) -> f64 {
    ((word >> 40) % 100_000) as f64 / 50_000.0 - 1.0
}

fn whole(row: u64, column: u64) -> i64 {
    (word(row, 100 + column) % 10_u64.pow(column as u32 + 1)) as i64
}

fn category(row: u64, column: u64, values: u64) -> u64 {
    word(row, 200 + column) % values
}

fn answer(row: u64) -> f64 {
    let noise = 0.5 * share(word(row, 300));
    share(word(row, 0)) + share(word(row, 2)) * share(word(row, 4)) + noise
}

fn class(row: u64) -> u64 {
    let sum = share(word(row, 6)) + share(word(row, 8)) + 2.0;
    ((sum * 2.5) as u64).min(9)
}

/// `SplitMix64` at the address (row, column).
fn word(row: u64, column: u64) -> u64 {
    let mut z = row
        .wrapping_mul(1 << 10)
        .wrapping_add(column)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_thirty_columns_and_is_the_same_wherever_it_is_made() {
        let text = line(70_000);
        assert_eq!(text.trim_end().split(',').count(), 30);
        let batch = piece(69_999, 2);
        assert_eq!(batch.num_columns(), 30);
        let class = batch.column(29).as_any().downcast_ref::<StringArray>();
        assert!(text.trim_end().ends_with(class.unwrap().value(1)));
        assert_ne!(line(70_000), line(70_001));
    }
}
