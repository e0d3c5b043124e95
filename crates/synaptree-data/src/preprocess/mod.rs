//! What is fitted on the training rows, saved with the model and applied unchanged ever after.

mod category;
mod choose;
mod column;
mod date;
mod hash;
mod moment;
mod month_name;
mod number;
mod outline;
mod writing;

use std::path::Path;

use arrow_array::RecordBatch;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use synaptree_tasks::{Labels, TaskSpec};

use self::category::CategoryEncoding;
use self::column::{FittedColumn, Strided};
use crate::cells::{Cells, Number};
use crate::columns::{absent, absent_among, cells_of, found_in};
use crate::dataset::{Features, Split, take_rows};
use crate::error::{DataError, FileError};
use crate::read::{Chunks, ReadOptions, Source, read_chunks, read_files};
use crate::spec::{DataSpec, InputSpec};
use crate::table::Table;
use crate::target::{Target, Unknown};
use crate::warn::{Remarks, Strangers};

pub(crate) use self::category::foreseen;
pub(crate) use self::column::boolean;
pub(crate) use self::moment::{Dates as ReadDates, Moment, moment, parse_in, written};
pub(crate) use self::number::moments;
pub use self::outline::SourceColumn;
pub(crate) use self::writing::Writing;

/// What was fitted on the training rows: how files are read, which columns are inputs and how they
/// become numbers, and how labels are encoded.
///
/// Applying it changes nothing in it: a row gives the same features and labels in training, in
/// evaluation and in prediction years later. It is saved with serde.
///
/// | Column | Becomes |
/// |---|---|
/// | number | one number: gaps filled, then scaled; with gaps in training also a 0/1 number |
/// | boolean | one number, 0 or 1 |
/// | category | one code: known values, one unknown bucket, one for gaps |
/// | list of labels | a 0/1 number for each label |
/// | date | days since the earliest training row, and sine and cosine of month, weekday and, with times, hour; no days where `order_by` names it |
///
/// # Example
///
/// ```
/// use synaptree_data::{DataSpec, load};
/// use synaptree_tasks::{Kind, TaskSpec};
///
/// let folder = std::env::temp_dir().join("synaptree-preprocessing-example");
/// std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("a.csv"), "mass,wet\n1,no\n2,no\n3,yes\n6,yes\n")?;
/// let mut data = DataSpec::new("a.csv");
/// data.validation = Some(synaptree_data::PartSpec::Off(false));
/// data.test = data.validation.clone();
/// let dataset = load(&data, &[], &[TaskSpec::new("wet", Kind::Binary)], &folder)?;
/// let preprocessing = dataset.preprocessing;
/// assert_eq!(preprocessing.number_names(), ["mass"]);
///
/// std::fs::write(folder.join("new.csv"), "mass\n3\n")?;
/// let table = preprocessing.read(&folder.join("new.csv"))?;
/// assert_eq!(preprocessing.apply(&table)?.numbers, [0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preprocessing {
    reading: ReadOptions,
    columns: Vec<FittedColumn>,
    targets: Vec<Target>,
    ids: Vec<String>,
    row_weight: Option<String>,
}

/// The training rows of a table that something is fitted on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FitRows<'a> {
    /// The rows that inputs are fitted on.
    pub(crate) inputs: &'a [usize],
    /// The rows that the possible answers are collected from.
    pub(crate) targets: &'a [usize],
    /// Training rows for each row that inputs are fitted on: 1 where they are all there.
    pub(crate) thinned: f64,
}

impl<'a> FitRows<'a> {
    /// Every training row, none left out.
    pub(crate) fn all(rows: &'a [usize]) -> Self {
        Self {
            inputs: rows,
            targets: rows,
            thinned: 1.0,
        }
    }
}

impl Preprocessing {
    /// Fits on the training rows of a table.
    pub(crate) fn fit(
        table: &Table,
        rows: FitRows<'_>,
        data: &DataSpec,
        inputs: &[InputSpec],
        tasks: &[TaskSpec],
        base: &Path,
        warnings: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        let targets = tasks
            .iter()
            .map(|task| Target::fit(task, table, rows.targets, base, warnings))
            .collect::<Result<_, _>>()?;
        let columns = choose::fit_columns(table, rows, data, inputs, tasks, warnings)?;
        for column in data.ids() {
            found_in(table, column, "named in `[data] id`")?;
        }
        Ok(Self {
            reading: data.read_options(),
            columns,
            targets,
            ids: data.ids().to_vec(),
            row_weight: data.row_weight.clone(),
        })
    }

    /// The input columns as they were fitted.
    pub(crate) fn fitted(&self) -> &[FittedColumn] {
        &self.columns
    }

    /// The targets as they were fitted.
    pub(crate) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Reads a file as the training files were read. Target columns may be absent.
    ///
    /// # Errors
    ///
    /// As [`read_files`].
    pub fn read(&self, path: &Path) -> Result<Table, DataError> {
        self.read_with(path, read_files)
            .map_err(|error| self.advise(error))
    }

    /// Reads a file as [`Preprocessing::read`] does, in tables of at most `rows` rows.
    ///
    /// # Errors
    ///
    /// As [`read_chunks`].
    pub fn read_chunks(&self, path: &Path, rows: usize) -> Result<Chunks, DataError> {
        self.read_with(path, |sources, options| read_chunks(sources, options, rows))
            .map_err(|error| self.advise(error))
    }

    fn read_with<T>(
        &self,
        path: &Path,
        read: impl Fn(&[Source], &ReadOptions) -> Result<T, DataError>,
    ) -> Result<T, DataError> {
        let sources = [Source::from(path)];
        match (read(&sources, &self.reading), &self.reading.names) {
            (Err(DataError::File(FileError::NameCount { found, .. })), Some(names)) => {
                // Without a header a file lacks names for columns it does not have; targets are
                // what a file to be predicted leaves out.
                let inputs: Vec<String> = names
                    .iter()
                    .filter(|name| !self.is_target(name))
                    .cloned()
                    .collect();
                let names = if inputs.len() == found {
                    inputs
                } else {
                    names.clone()
                };
                read(
                    &sources,
                    &ReadOptions {
                        names: Some(names),
                        ..self.reading.clone()
                    },
                )
            }
            (result, _) => result,
        }
    }

    fn is_target(&self, column: &str) -> bool {
        self.targets
            .iter()
            .any(|target| target.columns.iter().any(|target| target == column))
    }

    /// The features of every row.
    ///
    /// # Errors
    ///
    /// [`DataError::AbsentColumn`] for an input that the table does not have,
    /// [`DataError::NotANumber`] and [`DataError::NotABoolean`] for cells that do not fit.
    pub fn apply(&self, table: &Table) -> Result<Features, DataError> {
        self.apply_rows(table, &all_rows(table))
            .map_err(|error| self.advise(error))
    }

    /// The same error with advice for whoever uses a trained model: what can be done about the data, as the
    /// experiment is not there to change.
    pub fn advise(&self, error: DataError) -> DataError {
        error.of_a_model(&self.reading.missing)
    }

    fn apply_rows(&self, table: &Table, rows: &[usize]) -> Result<Features, DataError> {
        let shape = self.table_shape();
        let (number_width, category_width) = (shape.numbers, shape.categories.len());
        let mut features = Features {
            rows: rows.len(),
            numbers: vec![0.0; rows.len() * number_width],
            number_width,
            categories: vec![0; rows.len() * category_width],
            category_width,
        };
        self.check_inputs(table)?;
        let (mut number, mut category) = (0, 0);
        for column in &self.columns {
            let cells = cells_of(table, &column.name, "an input of the network")?;
            let codes = column.category().map(CategoryEncoding::codes);
            let encode = |block: Block<'_>| {
                let mut numbers = Strided {
                    values: block.numbers,
                    width: number_width,
                    offset: number,
                };
                let mut coded = Strided {
                    values: block.categories,
                    width: category_width,
                    offset: category,
                };
                let codes = codes.as_ref();
                column.apply(table, &cells, block.rows, codes, &mut numbers, &mut coded)
            };
            let blocks = blocks(&mut features, rows);
            let encoded: Vec<Result<(), DataError>> = match blocks.len() {
                1 => blocks.into_iter().map(encode).collect(),
                _ => blocks.into_par_iter().map(encode).collect(),
            };
            // The first mistake is told, whichever thread came to one first.
            encoded.into_iter().collect::<Result<(), _>>()?;
            number += column.number_names().len();
            category += usize::from(column.category().is_some());
        }
        Ok(features)
    }

    /// Names the inputs that a table lacks, all at once, and what the first may be called there.
    fn check_inputs(&self, table: &Table) -> Result<(), DataError> {
        let inputs = || self.columns.iter().map(|column| column.name.as_str());
        let absent: Vec<&str> = inputs()
            .filter(|name| table.column(name).is_none())
            .collect();
        let [first, others @ ..] = absent.as_slice() else {
            return Ok(());
        };
        // A column that has a meaning of its own is no other one misspelt.
        let free = table
            .column_names()
            .filter(|name| !inputs().any(|input| input == *name) && !self.is_target(name));
        Err(absent_among(
            table,
            first,
            "an input of the network",
            others,
            free,
        ))
    }

    /// The labels of every row, one entry a task. A task whose target columns the table does not
    /// have is missing in all rows. A label that no training row had is missing too, and told by `remarks`.
    ///
    /// # Errors
    ///
    /// [`DataError::AbsentColumn`] if the table has no target of any task, [`DataError::NotANumber`] and
    /// [`DataError::NotABoolean`] for cells that do not fit.
    pub fn labels(&self, table: &Table, remarks: &mut Remarks) -> Result<Vec<Labels>, DataError> {
        let rows = all_rows(table);
        let has = |target: &&Target| {
            target
                .columns
                .iter()
                .any(|column| table.column(column).is_some())
        };
        if let (None, Some(first)) = (self.targets.iter().find(has), self.targets.first()) {
            return Err(absent(table, &first.columns[0], &first.role()));
        }
        let mut labels = Vec::with_capacity(self.targets.len());
        for (task, target) in self.targets.iter().enumerate() {
            let encode = |unknown: &mut Strangers| target.encode_present(table, &rows, unknown);
            labels.push(
                remarks
                    .look_at_labels(task, encode)
                    .map_err(|error| self.advise(error))?,
            );
        }
        Ok(labels)
    }

    /// The columns named in `[data] id`, those that the table has.
    ///
    /// # Errors
    ///
    /// [`DataError::Columns`] if they do not make a table.
    pub fn ids(&self, table: &Table) -> Result<RecordBatch, DataError> {
        let schema = table.batch.schema();
        let positions: Vec<usize> = self
            .ids
            .iter()
            .filter_map(|column| schema.index_of(column).ok())
            .collect();
        Ok(table.batch.project(&positions)?)
    }

    /// Every row with features, labels and ids, for evaluation on files that were not there in
    /// training.
    ///
    /// # Errors
    ///
    /// As [`Preprocessing::apply`] and [`Preprocessing::labels`].
    pub fn split(&self, table: &Table, remarks: &mut Remarks) -> Result<Split, DataError> {
        let rows = all_rows(table);
        let labels = self.labels(table, remarks)?;
        self.assemble(table, &rows, labels)
    }

    /// Some rows of a table that must have every target column; `part` is what they are called.
    pub(crate) fn split_rows(
        &self,
        table: &Table,
        rows: &[usize],
        part: &str,
    ) -> Result<Split, DataError> {
        let labels = self
            .targets
            .iter()
            .map(|target| target.encode(table, rows, Unknown::Refused(part)))
            .collect::<Result<_, _>>()?;
        self.assemble(table, rows, labels)
    }

    fn assemble(
        &self,
        table: &Table,
        rows: &[usize],
        labels: Vec<Labels>,
    ) -> Result<Split, DataError> {
        Ok(Split {
            features: self.apply_rows(table, rows)?,
            labels,
            rows: rows
                .iter()
                .map(|&row| table.origins.position(row))
                .collect(),
            row_weight: self.row_weights(table, rows)?,
            ids: take_rows(&self.ids(table)?, rows)?,
        })
    }

    fn row_weights(&self, table: &Table, rows: &[usize]) -> Result<Option<Vec<f32>>, DataError> {
        let Some(column) = self
            .row_weight
            .as_deref()
            .filter(|name| table.column(name).is_some())
        else {
            return Ok(None);
        };
        let cells = cells_of(table, column, "the row weight")?;
        let weight = |&row: &usize| match cells.number(row) {
            Number::Value(value) if value >= 0.0 => Ok(value as f32),
            _ => Err(DataError::RowWeight {
                place: table.origin(row).to_string(),
                column: column.to_owned(),
                value: shown(&cells, row),
            }),
        };
        rows.iter().map(weight).collect::<Result<_, _>>().map(Some)
    }
}

/// Rows that one thread encodes at a time.
const BLOCK: usize = 4096;

/// Some rows, and where their numbers and codes go.
struct Block<'a> {
    rows: &'a [usize],
    numbers: &'a mut [f32],
    categories: &'a mut [i32],
}

fn blocks<'a>(features: &'a mut Features, rows: &'a [usize]) -> Vec<Block<'a>> {
    let mut numbers = features.numbers.as_mut_slice();
    let mut categories = features.categories.as_mut_slice();
    let cut = |rows: &'a [usize]| {
        let (own, rest) =
            std::mem::take(&mut numbers).split_at_mut(rows.len() * features.number_width);
        numbers = rest;
        let (codes, rest) =
            std::mem::take(&mut categories).split_at_mut(rows.len() * features.category_width);
        categories = rest;
        Block {
            rows,
            numbers: own,
            categories: codes,
        }
    };
    rows.chunks(BLOCK).map(cut).collect()
}

fn shown(cells: &Cells<'_>, row: usize) -> String {
    cells
        .text(row)
        .map_or_else(|| "nothing".to_owned(), std::borrow::Cow::into_owned)
}

fn all_rows(table: &Table) -> Vec<usize> {
    (0..table.num_rows()).collect()
}
