//! The first rows of files, for a look at what nobody has described.

use std::path::Path;

use arrow_array::{Array, RecordBatch};
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::format::Format;
use super::options::ReadOptions;
use super::source::{Source, paths};
use super::text::{Text, count_line_ends};
use super::{join, open, read_chunks};
use crate::error::{DataError, FileError};
use crate::stream::unpacked;
use crate::table::Table;

/// Most bytes of columns that are looked at: a row more or less of the last piece.
const MOST_BYTES: usize = 256 << 20;

/// Cells that are read at once.
const PIECE: usize = 1 << 19;

/// The first rows of some files.
#[derive(Clone, Debug)]
pub(crate) struct First {
    pub(crate) table: Table,
    /// About how many rows the files have, where some were not read.
    pub(crate) about: Option<u64>,
}

/// Reads the first `rows` rows (at least 1) of files, or fewer where they have more than 256 MiB.
pub(crate) fn read_first(
    sources: &[Source],
    options: &ReadOptions,
    rows: usize,
) -> Result<First, DataError> {
    let rows = rows.max(1);
    let width = read_chunks(sources, options, 1)?.schema().fields().len();
    let piece = (PIECE / width.max(1)).clamp(1, 16 * 1024).min(rows);
    let mut chunks = read_chunks(sources, options, piece)?;
    let mut tables: Vec<Table> = Vec::new();
    let (mut read, mut bytes, mut cut) = (0, 0, false);
    while read < rows && bytes < MOST_BYTES {
        let Some(table) = chunks.next() else { break };
        let mut table = table?;
        cut = table.num_rows() > rows - read;
        table.truncate(rows - read);
        read += table.num_rows();
        bytes += size(&table.batch);
        tables.push(table);
    }
    // A mistake behind the first rows is met by whoever reads on.
    cut |= (read >= rows || bytes >= MOST_BYTES) && chunks.next().is_some();
    let table = join(tables)?;
    let about = cut.then(|| about(sources, &table, options)).transpose()?;
    Ok(First {
        about: about.map(|about| about.max(read as u64 + 1)),
        table,
    })
}

/// The bytes of the rows of a table, without what their buffers hold besides.
fn size(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    let sizes = columns.map(|column| column.to_data().get_slice_memory_size());
    sizes.map(Result::unwrap_or_default).sum()
}

/// About how many rows files have: Parquet says so, text is taken to go on as it begins.
fn about(sources: &[Source], first: &Table, options: &ReadOptions) -> Result<u64, FileError> {
    let mut rows = 0.0;
    let mut a_row = None;
    let mut guessed = false;
    for path in paths(sources)? {
        if Format::of(&path)? == Format::Parquet
            && let Ok(reader) = SerializedFileReader::new(open(&path)?)
        {
            rows += reader.metadata().file_metadata().num_rows() as f64;
            continue;
        }
        guessed = true;
        let bytes = match a_row {
            Some(bytes) => bytes,
            None => *a_row.insert(bytes_of_a_row(&path, first, options)?),
        };
        rows += unpacked(&path) as f64 / bytes;
    }
    if !guessed {
        return Ok(rows as u64);
    }
    // Two digits are known at best.
    let digit = 10_f64.powf((rows.max(1.0).log10() - 1.0).floor().max(0.0));
    Ok(((rows / digit).round() * digit) as u64)
}

fn bytes_of_a_row(path: &Path, first: &Table, options: &ReadOptions) -> Result<f64, FileError> {
    let text = match Format::of(path)? {
        Format::Csv { packing, .. } | Format::Arff { packing } | Format::JsonLines { packing } => {
            Text::open(path, open(path)?, packing, options.encoding)?
        }
        Format::Parquet | Format::Arrow => {
            return Ok(size(&first.batch).max(1) as f64 / first.num_rows() as f64);
        }
    };
    let bytes = text.rest().as_bytes();
    Ok(bytes.len().max(1) as f64 / count_line_ends(bytes).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_those_of_the_whole_and_the_others_are_estimated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows = |range: std::ops::Range<usize>| {
            range.map(|n| format!("{n:04},b\n")).collect::<String>()
        };
        std::fs::write(&path, format!("x,y\n{}", rows(0..5000))).unwrap();
        let sources = [Source::from(path.as_path())];
        let first = read_first(&sources, &ReadOptions::default(), 700).unwrap();
        assert_eq!((first.table.num_rows(), first.about), (700, Some(5000)));
        assert_eq!(first.table.text("x").unwrap().value(699), "0699");
        assert_eq!(first.table.origin(699).number, 701);
        let all = read_first(&sources, &ReadOptions::default(), 5000).unwrap();
        assert_eq!((all.table.num_rows(), all.about), (5000, None));
    }

    #[test]
    fn a_second_file_gives_the_rows_that_the_first_lacks() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.csv", "b.csv"] {
            std::fs::write(folder.path().join(name), "x\n1\n2\n3\n").unwrap();
        }
        let glob = folder.path().join("*.csv");
        let sources = [Source::from(glob.as_path())];
        let first = read_first(&sources, &ReadOptions::default(), 5).unwrap();
        assert_eq!((first.table.num_rows(), first.about.is_some()), (5, true));
        assert_eq!(first.table.origins.files()[1].rows, 2);
        assert_eq!(first.table.origin(4).number, 3);
    }
}
