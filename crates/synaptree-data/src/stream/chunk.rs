//! Pieces of files with the part of each row.

use std::path::Path;

use synaptree_tasks::TaskSpec;

use super::CHUNK;
use crate::error::DataError;
use crate::partition::Assigner;
use crate::read::read_chunks;
use crate::spec::{DataSpec, Files, PartSpec};
use crate::split::Part;
use crate::table::Table;

/// Some rows that follow each other.
pub(super) struct Chunk {
    pub(super) table: Table,
    /// The part of each row.
    pub(super) parts: Vec<Part>,
    /// The position of the first row among those of its files.
    pub(super) first: u64,
}

impl Chunk {
    /// The rows of one part.
    pub(super) fn rows_of(&self, part: Part) -> Vec<usize> {
        (0..self.parts.len())
            .filter(|&row| self.parts[row] == part)
            .collect()
    }

    /// The rows of each part that has some.
    pub(super) fn by_part(&self) -> Vec<(Part, Vec<usize>)> {
        [Part::Train, Part::Validation, Part::Test, Part::Calibration]
            .into_iter()
            .map(|part| (part, self.rows_of(part)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect()
    }
}

/// The pieces of some files, in order.
pub(super) struct Chunks {
    tables: Box<dyn Iterator<Item = Result<Table, DataError>> + Send>,
    sender: Sender,
    next: u64,
    /// What there is to say of all rows, behind the last.
    pub(super) remarks: Vec<String>,
}

/// What sends rows to parts.
enum Sender {
    /// The files of `train`: rows are drawn.
    Drawn(Box<Assigner>),
    /// Files of their own.
    Whole(Part),
}

impl Chunks {
    /// The files of `train`.
    pub(super) fn train(
        data: &DataSpec,
        tasks: &[TaskSpec],
        base: &Path,
    ) -> Result<Self, DataError> {
        let assigner = Box::new(Assigner::new(data, tasks));
        Self::new(&data.train, Sender::Drawn(assigner), data, base)
    }

    /// Files whose rows belong to one part.
    pub(super) fn whole(
        files: &Files,
        part: Part,
        data: &DataSpec,
        base: &Path,
    ) -> Result<Self, DataError> {
        Self::new(files, Sender::Whole(part), data, base)
    }

    fn new(files: &Files, sender: Sender, data: &DataSpec, base: &Path) -> Result<Self, DataError> {
        let sources = files
            .sources()
            .iter()
            .map(|source| source.relative_to(base))
            .collect::<Result<Vec<_>, _>>()?;
        let tables = read_chunks(&sources, &data.read_options(), CHUNK)?;
        Ok(Self {
            tables: Box::new(tables),
            sender,
            next: 0,
            remarks: Vec::new(),
        })
    }

    fn chunk(&mut self, table: Table) -> Result<Chunk, DataError> {
        let parts = match &mut self.sender {
            Sender::Drawn(assigner) => assigner.assign(&table)?,
            Sender::Whole(part) => vec![*part; table.num_rows()],
        };
        let first = self.next;
        self.next += table.num_rows() as u64;
        Ok(Chunk {
            table,
            parts,
            first,
        })
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(table) = self.tables.next() else {
            let Sender::Drawn(assigner) = &self.sender else {
                return None;
            };
            let finished = assigner.finish();
            self.remarks = assigner.remarks();
            // What is missing is told once.
            self.sender = Sender::Whole(Part::Train);
            return finished.err().map(Err);
        };
        Some(table.and_then(|table| self.chunk(table)))
    }
}

impl DataSpec {
    /// The parts that have files of their own.
    pub(super) fn own_files(&self) -> Vec<(Part, Files)> {
        [
            (Part::Validation, self.validation()),
            (Part::Test, self.test()),
        ]
        .into_iter()
        .filter_map(|(part, spec)| match spec {
            PartSpec::Files(files) => Some((part, files)),
            _ => None,
        })
        .collect()
    }
}
