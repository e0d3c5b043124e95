//! Data larger than memory: rows are read piece by piece, as often as they are needed.
//!
//! | Pass | What is read | What is kept |
//! |---|---|---|
//! | survey | every row, as it stands in its file | how many rows each part has; a sample of the training rows, on which the preprocessing is fitted; rows with rare answers |
//! | encode | every row, encoded | how many labels there are; a sample of each other part, in memory; what is remarked on; the training rows, where they all fit into the shuffle buffer |
//! | epoch, unless the training rows were kept | the training rows, encoded | the shuffle buffer |
//!
//! Each sample is uniform and a function of `split_seed` and the rows' positions alone. A part or
//! sample that is not larger than its limit is kept whole, so that data which would fit in memory
//! give the same preprocessing, parts and figures either way.

mod budget;
mod chunk;
mod epoch;
mod resident;
mod rows;
mod sample;
mod survey;
mod watch;
mod witness;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use synaptree_tasks::{Labels, TaskSpec};

use crate::dataset::{Dataset, Split};
use crate::error::DataError;
use crate::fingerprint::Fingerprint;
use crate::preprocess::Preprocessing;
use crate::spec::DataSpec;
use crate::split::Part;

pub use self::epoch::StreamedEpoch;

pub(crate) use self::budget::unpacked;
use self::chunk::{Chunk, Chunks};
use self::resident::Resident;
use self::rows::Kept;
use self::sample::Draw;
use self::watch::Watch;

/// Rows of a piece: a multiple of the rows that a network is asked about at once, so that pieces
/// do not change what it answers.
pub(crate) const CHUNK: usize = 16 * 1024;

/// The rows of an experiment whose data stay in their files.
///
/// # Memory
///
/// `fit_rows` rows as they stand in the files while the survey lasts; then `evaluate_rows` encoded
/// rows of each part that is not trained on, `shuffle_buffer` encoded training rows in an epoch, and
/// a piece of the file.
///
/// # Randomness
///
/// Purpose `split`, streams `sample/<part>` of `split_seed`; [`StreamedEpoch`] for the order of rows.
#[derive(Clone, Debug)]
pub struct Stream {
    data: DataSpec,
    tasks: Vec<TaskSpec>,
    base: PathBuf,
    preprocessing: Preprocessing,
    rows: BTreeMap<Part, u64>,
    /// Of each part that is not trained on, which rows are kept.
    draws: BTreeMap<Part, Draw>,
    observed: BTreeMap<Part, Vec<usize>>,
    /// Labels of each task on training rows.
    entries: Vec<usize>,
    labelled: usize,
    /// Rows drawn of each part that is not trained on.
    drawn: BTreeMap<Part, usize>,
    /// The training rows, where they all fit into the shuffle buffer.
    resident: Option<Arc<Split>>,
    /// Until the rows are encoded: what they are compared with.
    watch: Option<Box<Watch>>,
    /// Of the first training file.
    fingerprint: Option<Fingerprint>,
}

impl Stream {
    /// How many rows a part has in its files.
    pub fn rows(&self, part: Part) -> usize {
        self.rows.get(&part).map_or(0, |&rows| rows as usize)
    }

    /// Training rows with a label of any task: those that an epoch visits.
    pub fn labelled(&self) -> usize {
        self.labelled
    }

    /// How many rows of a part have a label of each task, implied ones counted.
    pub fn observed(&self, part: Part) -> &[usize] {
        self.observed.get(&part).map_or(&[], Vec::as_slice)
    }

    /// How many labels of each task the training rows have, one of each row and column; implied ones counted.
    pub fn entries(&self) -> &[usize] {
        &self.entries
    }

    /// The rows among which the next one is drawn.
    pub fn shuffle_buffer(&self) -> usize {
        self.data.shuffle_buffer
    }

    /// The training rows with a label in the order of their files, encoded and their implied labels filled in, where the
    /// shuffle buffer has room for them all: no epoch needs to read them again.
    pub fn resident(&self) -> Option<&Split> {
        self.resident.as_deref()
    }

    /// The first file that the training rows come from, for messages.
    pub fn first_file(&self) -> PathBuf {
        let first = self.fingerprint.as_ref();
        first.map_or_else(PathBuf::new, |file| file.path.clone())
    }

    /// Reads and encodes every row once: keeps the rows of `dataset`'s other parts, counts labels,
    /// and finds every cell that does not fit before the first step is made.
    ///
    /// `fill` completes the labels of some rows, as the tasks imply them.
    ///
    /// # Errors
    ///
    /// As [`load`](crate::load), and those of `fill`.
    pub fn encode<E: From<DataError>>(
        &mut self,
        dataset: &mut Dataset,
        fill: &mut dyn FnMut(&mut [Labels]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut kept: BTreeMap<Part, Kept> = BTreeMap::new();
        self.observed.clear();
        self.entries.clear();
        self.labelled = 0;
        let mut resident = Resident::new(self.data.shuffle_buffer);
        let mut watch = self.watch.take();
        for chunks in self.every_file()? {
            for chunk in chunks {
                let chunk = chunk?;
                for (part, rows) in chunk.by_part() {
                    let mut split = self.split(&chunk, &rows, part)?;
                    let chosen = self.chosen(part, &split.rows);
                    if let (Some(watch), Some(chosen)) = (&mut watch, &chosen) {
                        let drawn = self.drawn.get(&part).copied().unwrap_or(0);
                        watch.look(
                            &self.preprocessing,
                            &chunk,
                            part,
                            &rows,
                            &split,
                            (chosen, drawn),
                        )?;
                    }
                    fill(&mut split.labels)?;
                    self.count(part, &split.labels);
                    match chosen {
                        Some(chosen) => kept.entry(part).or_default().extend(split, &chosen)?,
                        None => resident.offer(split),
                    }
                }
            }
        }
        if let Some(watch) = watch {
            watch.finish(&self.preprocessing, &mut dataset.warnings)?;
        }
        self.resident = resident.finish().map(Arc::new);
        let mut take = |part| kept.remove(&part).map(Kept::finish).transpose();
        dataset.validation = take(Part::Validation)?;
        dataset.test = take(Part::Test)?;
        dataset.calibration = take(Part::Calibration)?;
        Ok(())
    }

    /// Of the rows at some positions, those that are kept to be scored; `None` for training rows.
    fn chosen(&self, part: Part, positions: &[u64]) -> Option<Vec<usize>> {
        let draw = self.draws.get(&part)?;
        let is_drawn = |row: &usize| draw.takes(positions[*row]);
        Some((0..positions.len()).filter(is_drawn).collect())
    }

    fn count(&mut self, part: Part, labels: &[Labels]) {
        let observed = self
            .observed
            .entry(part)
            .or_insert_with(|| vec![0; labels.len()]);
        for (sum, labels) in observed.iter_mut().zip(labels) {
            *sum += labels.observed();
        }
        if part == Part::Train {
            self.entries.resize(labels.len(), 0);
            for (sum, labels) in self.entries.iter_mut().zip(labels) {
                *sum += labels.entries();
            }
            let rows = labels.first().map_or(0, Labels::len);
            self.labelled += (0..rows)
                .filter(|&row| labels.iter().any(|labels| labels.is_observed(row)))
                .count();
        }
    }

    /// The training rows as they follow each other in the files, encoded, piece by piece. Implied
    /// labels are not filled in.
    ///
    /// # Errors
    ///
    /// At once if a file is gone; from the iterator for cells that do not fit.
    pub fn train(
        &self,
    ) -> Result<impl Iterator<Item = Result<Split, DataError>> + Send + use<>, DataError> {
        let chunks = Chunks::train(&self.data, &self.tasks, &self.base)?;
        let stream = self.clone();
        Ok(chunks.map(move |chunk| {
            let chunk = chunk?;
            let rows = chunk.rows_of(Part::Train);
            stream.split(&chunk, &rows, Part::Train)
        }))
    }

    fn every_file(&self) -> Result<Vec<Chunks>, DataError> {
        let mut all = vec![Chunks::train(&self.data, &self.tasks, &self.base)?];
        for (part, files) in self.data.own_files() {
            all.push(Chunks::whole(&files, part, &self.data, &self.base)?);
        }
        Ok(all)
    }

    fn split(&self, chunk: &Chunk, rows: &[usize], part: Part) -> Result<Split, DataError> {
        let mut split = self
            .preprocessing
            .split_rows(&chunk.table, rows, part.as_str())?;
        split.rows = rows.iter().map(|&row| chunk.first + row as u64).collect();
        Ok(split)
    }
}
