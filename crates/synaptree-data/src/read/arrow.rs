//! Arrow IPC: the file format, which is also Feather version 2, and the stream format.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema};

use super::batches::Batches;
use super::column::check_names;
use super::options::ReadOptions;
use super::plain::{plain_fields, with_plain_types};
use super::promises;
use super::rows::{Header, Opened};
use crate::error::FileError;

/// Gives the next record batch, `None` behind the last.
type Next = Box<dyn FnMut() -> Option<Result<RecordBatch, ArrowError>> + Send>;

/// Opens an Arrow file, whose first bytes tell which of the formats it has.
pub(super) fn open(
    path: &Path,
    mut file: File,
    options: &ReadOptions,
    most: usize,
) -> Result<Opened, FileError> {
    let unreadable = |source| FileError::Unreadable {
        path: path.into(),
        source,
    };
    let mut first = Vec::with_capacity(6);
    (&mut file)
        .take(6)
        .read_to_end(&mut first)
        .and_then(|_| file.rewind())
        .map_err(unreadable)?;
    if first.starts_with(b"FEA1") {
        return Err(FileError::Arrow {
            path: path.into(),
            reason: "it is Feather version 1".into(),
            help: "write it again as Feather version 2 or Parquet",
        });
    }
    promises::check(&mut file, first == *b"ARROW1").map_err(|reason| broken(path, reason))?;
    file.rewind().map_err(unreadable)?;
    let (schema, mut next) =
        contained(|| batches(file, first == *b"ARROW1")).map_err(|reason| broken(path, reason))?;
    let fields = plain_fields(&schema);
    check_names(path, None, fields.iter().map(|field| field.name().as_str()))?;
    let (owned, columns) = (path.to_path_buf(), fields.len());
    let schema = Arc::new(Schema::new(fields.clone()));
    let options = options.clone();
    let next = move || {
        contained(|| next().transpose())
            .map_err(|reason| broken(&owned, reason))?
            .map(|batch| with_plain_types(&owned, &batch, &schema, &options))
            .transpose()
    };
    let header = Header {
        fields,
        ..Header::default()
    };
    Ok(Opened {
        header,
        rows: Box::new(Batches::new(path.into(), columns, most, Box::new(next))),
    })
}

fn batches(file: File, is_file_format: bool) -> Result<(Arc<Schema>, Next), ArrowError> {
    let file = BufReader::with_capacity(1 << 16, file);
    Ok(if is_file_format {
        let mut reader = FileReader::try_new(file, None)?;
        (reader.schema(), Box::new(move || reader.next()))
    } else {
        let mut reader = StreamReader::try_new(file, None)?;
        (reader.schema(), Box::new(move || reader.next()))
    })
}

/// Runs the reader on bytes of unknown origin: what makes it panic is an error of the file.
fn contained<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("its parts contradict each other".into()),
    }
}

fn broken(path: &Path, reason: String) -> FileError {
    let help = if reason.contains("zstd") {
        "write it again with lz4 or without compression"
    } else {
        "write it again, or give the file the ending of its format"
    };
    FileError::Arrow {
        path: path.into(),
        reason,
        help,
    }
}
