//! The batches of one epoch, from memory or from files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use synaptree_data::{BatchPlan, PlannedBatch, Split, Stream, StreamedEpoch};
use synaptree_tasks::TaskTree;

use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::experiment::Experiment;
use crate::spec::Regime;

/// Rows of an epoch that may wait, ready to be trained on, while a step runs.
const WAITING: usize = 32 * 1024;

/// The rows of one step.
pub(crate) struct Batch {
    /// The one task that is trained; `None` is all of them.
    pub(crate) task: Option<usize>,
    pub(crate) rows: Split,
}

/// The batches of one epoch from some batch on: a function of the seed and the epoch alone.
pub(crate) struct Batches<'a> {
    /// How many the whole epoch has.
    all: usize,
    source: Source<'a>,
}

enum Source<'a> {
    Memory {
        train: &'a Split,
        plan: std::vec::IntoIter<PlannedBatch>,
    },
    Files(Reader),
}

impl<'a> Batches<'a> {
    /// The batches of an epoch, the first `skip` of them left out.
    pub(crate) fn new(
        experiment: &Experiment,
        data: &'a ExperimentData,
        epoch: usize,
        skip: usize,
    ) -> Result<Self, TrainError> {
        let spec = experiment.spec();
        let resident = data.stream.as_ref().and_then(|stream| stream.resident());
        if let (Some(stream), None) = (&data.stream, resident) {
            let size = spec.training.batch_size.rows(stream.labelled());
            let order = StreamedEpoch {
                seed: spec.seed,
                epoch,
                buffer: spec.training.shuffle.then(|| stream.shuffle_buffer()),
                batch_size: size,
            };
            let all = stream.labelled().div_ceil(size);
            let source = Source::Files(Reader::start(stream, &data.tree, order, skip, all)?);
            return Ok(Self { all, source });
        }
        // Rows that all fit into the shuffle buffer have the order that they have in memory.
        let train = resident.unwrap_or(&data.dataset.train);
        let plan = BatchPlan {
            batch_size: spec.training.batch_size.rows(train.features.rows),
            shuffle: spec.training.shuffle,
            seed: spec.seed,
        };
        let mut plan = match spec.training.regime {
            Regime::Joint => plan.joint(train, epoch),
            Regime::Alternating => plan.alternating(train, epoch),
            Regime::Sampled => plan.sampled(train, epoch),
        };
        let all = plan.len();
        let plan = plan.split_off(skip.min(all)).into_iter();
        Ok(Self {
            all,
            source: Source::Memory { train, plan },
        })
    }

    /// How many batches the whole epoch has.
    pub(crate) fn all(&self) -> usize {
        self.all
    }

    /// Whether the files of this epoch were read to their end, so that nothing keeps the next one from being read.
    pub(crate) fn is_read(&self) -> bool {
        match &self.source {
            Source::Memory { .. } => false,
            Source::Files(reader) => reader.thread.as_ref().is_none_or(JoinHandle::is_finished),
        }
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Memory { train, plan } => plan.next().map(|batch| {
                Ok(Batch {
                    task: batch.task,
                    rows: train.select(&batch.rows),
                })
            }),
            Source::Files(reader) => reader
                .next()
                .map(|rows| rows.map(|rows| Batch { task: None, rows })),
        }
    }
}

/// A thread that reads, encodes and shuffles ahead of training.
struct Reader {
    batches: Option<Receiver<Result<Split, TrainError>>>,
    thread: Option<JoinHandle<()>>,
    /// Set where nobody wants further batches, so that the thread need not fill its buffer first.
    unwanted: Arc<AtomicBool>,
    /// Batches that are still to come.
    left: usize,
    file: std::path::PathBuf,
}

impl Reader {
    fn start(
        stream: &Arc<Stream>,
        tree: &TaskTree,
        order: StreamedEpoch,
        skip: usize,
        all: usize,
    ) -> Result<Self, TrainError> {
        let tree = tree.clone();
        let unwanted = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&unwanted);
        let wanted = stream
            .train()?
            .take_while(move |_| !ends.load(Ordering::Relaxed));
        let pieces = wanted.map(move |piece| {
            let mut piece = piece?;
            tree.fill(&mut piece.labels)?;
            Ok(piece)
        });
        let ahead = (WAITING / order.batch_size).clamp(2, 1024);
        let (sender, batches) = sync_channel(ahead);
        // What was trained on before the run was stopped is read again and passed over: the order
        // depends on every row.
        let read = move || {
            let mut number = 0;
            let result = order.run(pieces, |batch| {
                number += 1;
                number <= skip || sender.send(Ok(batch)).is_ok()
            });
            if let Err(error) = result {
                // Nobody listens any more where training has ended.
                let _ = sender.send(Err(error));
            }
        };
        let thread = std::thread::Builder::new()
            .name("synaptree-reader".to_owned())
            .spawn(read)
            .map_err(TrainError::file(
                "start a thread to read",
                stream.first_file(),
            ))?;
        Ok(Self {
            batches: Some(batches),
            thread: Some(thread),
            unwanted,
            left: all.saturating_sub(skip),
            file: stream.first_file(),
        })
    }
}

impl Iterator for Reader {
    type Item = Result<Split, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let batch = self
            .batches
            .as_ref()
            .and_then(|batches| batches.recv().ok());
        Some(batch.unwrap_or_else(|| {
            self.left = 0;
            // The survey counted more rows than the files have now.
            Err(TrainError::DataChanged {
                file: self.file.clone(),
            })
        }))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The thread ends at its next piece of a file, or at its next batch, once nobody takes it.
        self.unwanted.store(true, Ordering::Relaxed);
        self.batches = None;
        if let Some(thread) = self.thread.take()
            && let Err(panic) = thread.join()
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}
