//! Record batches of any size as pieces of the size that is asked for.

use std::path::PathBuf;

use arrow_array::{Array, RecordBatch};
use arrow_select::concat::concat_batches;

use super::rows::{Piece, Rows};
use crate::error::FileError;
use crate::origin::Origins;

/// Gives the next record batch of a file, `None` behind the last.
pub(super) type NextBatch = Box<dyn FnMut() -> Result<Option<RecordBatch>, FileError> + Send>;

/// The rows of a file that holds record batches.
pub(super) struct Batches {
    path: PathBuf,
    /// How many columns the file has.
    columns: usize,
    next: NextBatch,
    most: usize,
    /// What was read and not given.
    pending: Option<RecordBatch>,
    /// How many rows were given.
    given: u64,
}

impl Batches {
    pub(super) fn new(path: PathBuf, columns: usize, most: usize, next: NextBatch) -> Self {
        Self {
            path,
            columns,
            next,
            most,
            pending: None,
            given: 0,
        }
    }
}

impl Rows for Batches {
    fn next(&mut self) -> Result<Option<Piece>, FileError> {
        let mut parts: Vec<RecordBatch> = Vec::new();
        let mut room = self.most;
        while room > 0 {
            let batch = match self.pending.take() {
                Some(batch) => batch,
                None => match (self.next)()? {
                    Some(batch) => batch,
                    None => break,
                },
            };
            let taken = batch.num_rows().min(room);
            room -= taken;
            if taken < batch.num_rows() {
                self.pending = Some(batch.slice(taken, batch.num_rows() - taken));
            }
            if taken > 0 {
                parts.push(batch.slice(0, taken));
            }
        }
        let batch = match parts.len() {
            0 if self.given > 0 => return Ok(None),
            0 => {
                return Err(FileError::HeaderOnly {
                    path: self.path.clone(),
                    columns: self.columns,
                    help: "a table needs at least one",
                });
            }
            1 => parts.remove(0),
            _ => concat_batches(&parts[0].schema(), &parts).map_err(|_| FileError::TooLarge {
                path: self.path.clone(),
                column: widest(&parts),
            })?,
        };
        let rows = batch.num_rows();
        let origins = Origins::rows_of(Some(self.path.clone()), self.given + 1, rows);
        self.given += rows as u64;
        Ok(Some((batch, origins)))
    }
}

/// The column that holds the most bytes.
fn widest(parts: &[RecordBatch]) -> String {
    let size = |index: &usize| -> usize {
        let columns = parts.iter().map(|part| part.column(*index));
        columns.map(Array::get_array_memory_size).sum()
    };
    let index = (0..parts[0].num_columns()).max_by_key(size).unwrap_or(0);
    parts[0].schema_ref().field(index).name().clone()
}
