//! Files as a sequence of tables of the same columns, in bounded memory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::options::ReadOptions;
use super::plan::Plan;
use super::rows::Rows;
use super::source::{Source, locate};
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::{DataError, FileError};
use crate::table::Table;

/// Reads files piece by piece: tables of at most `rows` rows (at least 1) that follow each other in
/// the order of the files, and of the rows within each.
///
/// Every table has the columns, types and declarations that [`read_files`](crate::read_files) gives
/// the whole: the headers of all files are compared before the first row is read. A table never
/// holds rows of two files. [`Table::origin`] names lines and rows as they stand in their file, and
/// [`Origins::position`](crate::Origins::position) counts from the first row of the first file.
///
/// Memory is that of one table and of what a reader keeps: four megabytes of CSV a thread (64 at most), one of other text, one page a
/// column for Parquet, one record batch for Arrow. Warnings about the files stand in the first
/// table.
///
/// # Errors
///
/// As [`read_files`](crate::read_files): at once for names, headers and columns that differ, from
/// the iterator for rows. It ends behind an error.
///
/// # Example
///
/// ```
/// use synaptree_data::{ReadOptions, Source, read_chunks};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("zoo.csv");
/// std::fs::write(&path, "animal,legs\nwren,2\nnewt,4\nowl,2\n").unwrap();
/// let sources = [Source::from(path.as_path())];
/// let mut sizes = Vec::new();
/// for table in read_chunks(&sources, &ReadOptions::default(), 2).unwrap() {
///     let table = table.unwrap();
///     sizes.push((table.origins.position(0), table.num_rows()));
/// }
/// assert_eq!(sizes, [(0, 2), (2, 1)]);
/// ```
pub fn read_chunks(
    sources: &[Source],
    options: &ReadOptions,
    rows: usize,
) -> Result<Chunks, DataError> {
    options.check()?;
    let most = rows.max(1);
    let (plan, first) = Plan::new(&locate(sources)?, options, most)?;
    Ok(Chunks {
        plan,
        options: options.clone(),
        most,
        file: 0,
        open: first,
        position: 0,
        ended: false,
    })
}

/// The tables of [`read_chunks`], in order.
pub struct Chunks {
    plan: Plan,
    options: ReadOptions,
    most: usize,
    file: usize,
    open: Option<Box<dyn Rows>>,
    position: u64,
    ended: bool,
}

impl Chunks {
    /// The columns that every table has.
    pub fn schema(&self) -> &SchemaRef {
        &self.plan.schema
    }

    /// The files that are read, in order.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.plan.files.iter().map(|file| file.path.as_path())
    }

    /// The types that the files declare, by column; every table has them.
    pub fn declared(&self) -> &BTreeMap<String, DeclaredType> {
        &self.plan.declared
    }

    /// The label hierarchies that the files declare, by column; every table has them.
    pub fn hierarchies(&self) -> &BTreeMap<String, HierarchyDeclaration> {
        &self.plan.hierarchies
    }

    fn advance(&mut self) -> Result<Option<Table>, FileError> {
        while let Some(file) = self.plan.files.get(self.file) {
            let rows = match &mut self.open {
                Some(rows) => rows,
                closed => closed.insert(file.open(&self.options, self.most)?),
            };
            let Some((batch, origins)) = rows.next()? else {
                self.open = None;
                self.file += 1;
                continue;
            };
            let batch: RecordBatch = file.fit(&self.plan.schema, &batch)?;
            let origins = origins.behind(self.file, self.position);
            self.position += batch.num_rows() as u64;
            return Ok(Some(Table {
                batch,
                hierarchies: self.plan.hierarchies.clone(),
                declared: self.plan.declared.clone(),
                origins,
                warnings: std::mem::take(&mut self.plan.warnings),
            }));
        }
        Ok(None)
    }
}

impl Iterator for Chunks {
    type Item = Result<Table, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.advance();
        self.ended = !matches!(next, Ok(Some(_)));
        next.map_err(DataError::from).transpose()
    }
}

impl std::iter::FusedIterator for Chunks {}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("schema", &self.plan.schema)
            .field("most", &self.most)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
