//! The first pass: how many rows there are, and what is fitted on a sample of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use synaptree_tasks::TaskSpec;

use super::Stream;
use super::chunk::{Chunk, Chunks};
use super::sample::Lottery;
use super::watch::Watch;
use super::witness::Witnesses;
use crate::dataset::{Dataset, take_rows};
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::DataError;
use crate::fingerprint::Fingerprint;
use crate::load::warn_of_shared_files;
use crate::origin::{Origins, SourceFile};
use crate::partition::{empty, remark_on_counts};
use crate::preprocess::{FitRows, Preprocessing};
use crate::spec::{DataSpec, InputSpec, PartSpec};
use crate::split::Part;
use crate::table::Table;
use crate::warn::{Rows as WatchedRows, totals};

impl Stream {
    /// Reads every row once: sends it to its part, and fits preprocessing and vocabularies on
    /// `fit_rows` training rows and those with rare answers.
    ///
    /// The training rows of the dataset are those that were fitted on; its other parts are empty
    /// until [`Stream::encode`] fills them.
    ///
    /// Splits are those of [`load`](crate::load): a row goes to the same part either way.
    ///
    /// # Errors
    ///
    /// As [`load`](crate::load), [`DataError::StreamedOrder`], and [`DataError::TooManyAnswers`].
    pub fn open(
        data: &DataSpec,
        inputs: &[InputSpec],
        tasks: &[TaskSpec],
        base: &Path,
    ) -> Result<(Self, Dataset), DataError> {
        if let Some(column) = &data.order_by {
            return Err(DataError::StreamedOrder {
                column: column.clone(),
            });
        }
        let mut survey = Survey::new(data, tasks);
        survey.read(Chunks::train(data, tasks, base)?)?;
        let mut fingerprints = survey.fingerprints()?;
        for (part, files) in data.own_files() {
            survey.read(Chunks::whole(&files, part, data, base)?)?;
            let further = survey.fingerprints()?;
            warn_of_shared_files(&fingerprints, &further, part, &mut survey.warnings);
            fingerprints.extend(further);
        }
        survey.check_parts(data)?;
        survey.remark(data);

        let Survey {
            sample,
            others,
            rows,
            mut warnings,
            ..
        } = survey;
        let thinned = sample.thinned();
        let (table, positions, drawn) = sample.finish()?;
        let fit_rows: Vec<usize> = (0..drawn.len()).filter(|&row| drawn[row]).collect();
        let all: Vec<usize> = (0..drawn.len()).collect();
        let rows_of = FitRows {
            inputs: &fit_rows,
            targets: &all,
            thinned,
        };
        let preprocessing =
            Preprocessing::fit(&table, rows_of, data, inputs, tasks, base, &mut warnings)?;
        if let Some(column) = &data.row_weight {
            crate::columns::found_in(&table, column, "the row weight")?;
        }
        let mut train = preprocessing.split_rows(&table, &all, Part::Train.as_str())?;
        train.rows = positions;
        let fitted = WatchedRows {
            part: Part::Train,
            table: &table,
            rows: &all,
        };
        let share = (all.len(), rows.get(&Part::Train).map_or(0, |&n| n as usize));
        let watch = Watch::new(&preprocessing, data, fitted, &train, share, &mut warnings)?;
        let stream = Self {
            data: data.clone(),
            tasks: tasks.to_vec(),
            base: base.to_owned(),
            preprocessing: preprocessing.clone(),
            rows,
            drawn: others
                .iter()
                .map(|(part, lottery)| (*part, lottery.share().0))
                .collect(),
            resident: None,
            watch: Some(Box::new(watch)),
            draws: others
                .into_iter()
                .map(|(part, lottery)| (part, lottery.draw()))
                .collect(),
            observed: BTreeMap::new(),
            entries: Vec::new(),
            labelled: 0,
            fingerprint: fingerprints.first().cloned(),
        };
        let dataset = Dataset {
            vocabularies: preprocessing.vocabularies(),
            preprocessing,
            train,
            validation: None,
            test: None,
            calibration: None,
            fingerprints,
            warnings,
        };
        Ok((stream, dataset))
    }
}

/// What is collected while the rows pass by.
struct Survey {
    sample: FitSample,
    /// Which rows of the parts that are not trained on are kept.
    others: BTreeMap<Part, Lottery>,
    rows: BTreeMap<Part, u64>,
    /// The files of the last reading, each with its rows.
    files: Vec<(PathBuf, usize)>,
    warnings: Vec<String>,
}

impl Survey {
    fn new(data: &DataSpec, tasks: &[TaskSpec]) -> Self {
        let others = [Part::Validation, Part::Test, Part::Calibration];
        Self {
            sample: FitSample::new(data, tasks),
            others: others
                .into_iter()
                .map(|part| {
                    (
                        part,
                        Lottery::new(data.split_seed, part, data.evaluate_rows),
                    )
                })
                .collect(),
            rows: BTreeMap::new(),
            files: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn read(&mut self, mut chunks: Chunks) -> Result<(), DataError> {
        self.files.clear();
        let mut last: Option<Table> = None;
        for chunk in chunks.by_ref() {
            let mut chunk = chunk?;
            self.warnings.append(&mut chunk.table.warnings);
            if let Some(path) = chunk
                .table
                .origins
                .files()
                .first()
                .and_then(|f| f.path.clone())
            {
                match self.files.last_mut().filter(|(last, _)| *last == path) {
                    Some((_, rows)) => *rows += chunk.table.num_rows(),
                    None => {
                        self.files.push((path, chunk.table.num_rows()));
                        self.warnings.extend(last.iter().flat_map(totals::find));
                    }
                }
            }
            last = Some(chunk.table.clone());
            for (part, rows) in chunk.by_part() {
                *self.rows.entry(part).or_default() += rows.len() as u64;
                match self.others.get_mut(&part) {
                    Some(lottery) => {
                        for row in rows {
                            lottery.offer(chunk.first + row as u64);
                        }
                    }
                    None => self.sample.offer(&chunk, &rows)?,
                }
            }
        }
        self.warnings.extend(last.iter().flat_map(totals::find));
        self.warnings.append(&mut chunks.remarks);
        Ok(())
    }

    fn fingerprints(&self) -> Result<Vec<Fingerprint>, DataError> {
        let files = self.files.iter();
        files
            .map(|(path, rows)| Fingerprint::of_file(path, *rows))
            .collect()
    }

    fn rows(&self, part: Part) -> usize {
        self.rows.get(&part).map_or(0, |&rows| rows as usize)
    }

    fn check_parts(&self, data: &DataSpec) -> Result<(), DataError> {
        match self.rows(Part::Train) {
            0 => return Err(empty(Part::Train, 0, data, &[], None)),
            1 => return Err(DataError::OneRow { rows: 1 }),
            _ => {}
        }
        let calibration = data
            .calibration
            .map_or(PartSpec::Off(false), PartSpec::Fraction);
        for (part, source) in [
            (Part::Validation, data.validation()),
            (Part::Test, data.test()),
            (Part::Calibration, calibration),
        ] {
            if let (PartSpec::Fraction(_), 0) = (source, self.rows(part)) {
                let all = self.rows.values().sum::<u64>() as usize;
                return Err(empty(part, all, data, &[], None));
            }
        }
        Ok(())
    }

    /// Says what rests on a sample, and which parts miss their share.
    fn remark(&mut self, data: &DataSpec) {
        self.warnings
            .extend(remark_on_counts(data, |part| self.rows(part)));
        let (drawn, rows) = self.sample.lottery.share();
        if drawn < rows {
            self.warnings.push(format!(
                "streamed: preprocessing is fitted on {drawn} of {rows} training rows, drawn at \
                 random; raise `[data] fit_rows` for more"
            ));
        }
        for (part, lottery) in &self.others {
            let (drawn, rows) = lottery.share();
            if drawn < rows {
                self.warnings.push(format!(
                    "streamed: figures of the {} part rest on {drawn} of its {rows} rows, drawn at \
                     random; raise `[data] evaluate_rows` for more",
                    part.as_str()
                ));
            }
        }
    }
}

/// Training rows as they stand in the files: a uniform sample, and rows with rare answers.
struct FitSample {
    lottery: Lottery,
    capacity: usize,
    witnesses: Witnesses,
    batches: Vec<RecordBatch>,
    /// Of each row: its position among all rows, whether it must stay, where it stands.
    rows: Vec<Kept>,
    witnessed: usize,
    files: Vec<SourceFile>,
    declared: BTreeMap<String, DeclaredType>,
    hierarchies: BTreeMap<String, HierarchyDeclaration>,
}

#[derive(Clone, Copy)]
struct Kept {
    position: u64,
    stays: bool,
    place: (usize, u64),
}

impl FitSample {
    fn new(data: &DataSpec, tasks: &[TaskSpec]) -> Self {
        Self {
            lottery: Lottery::new(data.split_seed, Part::Train, data.fit_rows),
            capacity: data.fit_rows,
            witnesses: Witnesses::new(tasks),
            batches: Vec::new(),
            rows: Vec::new(),
            witnessed: 0,
            files: Vec::new(),
            declared: BTreeMap::new(),
            hierarchies: BTreeMap::new(),
        }
    }

    /// Training rows for each row that is drawn.
    fn thinned(&self) -> f64 {
        let (drawn, rows) = self.lottery.share();
        rows as f64 / drawn.max(1) as f64
    }

    fn offer(&mut self, chunk: &Chunk, rows: &[usize]) -> Result<(), DataError> {
        if self.rows.is_empty() {
            self.declared.clone_from(&chunk.table.declared);
            self.hierarchies.clone_from(&chunk.table.hierarchies);
        }
        let marks = self.witnesses.mark(&chunk.table, rows)?;
        let mut chosen = Vec::new();
        for (&row, stays) in rows.iter().zip(marks) {
            let position = chunk.first + row as u64;
            if self.lottery.offer(position) | stays {
                chosen.push(row);
                let place = self.place(&chunk.table, row);
                self.witnessed += usize::from(stays);
                self.rows.push(Kept {
                    position,
                    stays,
                    place,
                });
            }
        }
        if !chosen.is_empty() {
            self.batches.push(take_rows(&chunk.table.batch, &chosen)?);
        }
        if self.rows.len() > self.capacity + self.capacity / 4 + self.witnessed {
            self.thin_out()?;
        }
        Ok(())
    }

    fn place(&mut self, table: &Table, row: usize) -> (usize, u64) {
        let origin = table.origin(row);
        let is_last = |file: &SourceFile| file.path.as_deref() == origin.path;
        if !self.files.last().is_some_and(is_last) {
            self.files.push(SourceFile {
                path: origin.path.map(Path::to_owned),
                rows: 0,
                unit: origin.unit,
            });
        }
        (self.files.len() - 1, origin.number)
    }

    /// Drops the rows that better ones have replaced.
    fn thin_out(&mut self) -> Result<(), DataError> {
        let draw = self.lottery.draw();
        let mut start = 0;
        let mut batches = Vec::with_capacity(self.batches.len());
        for batch in self.batches.drain(..) {
            let end = start + batch.num_rows();
            let kept: Vec<usize> = (start..end)
                .filter(|&row| self.rows[row].stays || draw.takes(self.rows[row].position))
                .map(|row| row - start)
                .collect();
            if kept.len() == batch.num_rows() {
                batches.push(batch);
            } else if !kept.is_empty() {
                batches.push(take_rows(&batch, &kept)?);
            }
            start = end;
        }
        self.batches = batches;
        self.rows
            .retain(|row| row.stays || draw.takes(row.position));
        Ok(())
    }

    /// The rows as a table, their positions, and whether each was drawn.
    fn finish(mut self) -> Result<(Table, Vec<u64>, Vec<bool>), DataError> {
        self.thin_out()?;
        let schema = self.batches[0].schema();
        let batch = concat_batches(&schema, &self.batches)?;
        drop(self.batches);
        let draw = self.lottery.draw();
        let mut table = Table::from_batch(batch);
        table.declared = self.declared;
        table.hierarchies = self.hierarchies;
        table.origins = Origins::of_rows(self.files, self.rows.iter().map(|row| row.place));
        let positions = self.rows.iter().map(|row| row.position).collect();
        let drawn = self.rows.iter().map(|row| draw.takes(row.position));
        Ok((table, positions, drawn.collect()))
    }
}
