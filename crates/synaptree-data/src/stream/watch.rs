//! Remarks on rows that pass by once.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;

use super::chunk::Chunk;
use crate::dataset::{Split, take_rows};
use crate::error::DataError;
use crate::preprocess::Preprocessing;
use crate::spec::DataSpec;
use crate::split::Part;
use crate::table::Table;
use crate::warn::{
    ClassCounts, Counts, Remarks, Rows, Sampled, Twins, determined, sentinels, shift, slips,
    variants,
};

/// Rows of a part whose distributions are compared.
const COMPARED: usize = 20_000;

/// What is kept of the training rows and of each part to remark on it.
///
/// | Remark | Streamed |
/// |---|---|
/// | words among numbers, inputs that tell a target | looked for among the rows that are fitted on |
/// | values that no training row has, columns without a value, few labels | every row |
/// | equal rows in two parts | rows of every part are looked for among the training rows that are fitted on |
/// | distributions | at most 20 000 drawn rows of each part |
///
/// Equal rows of validation and test are not looked for, and a training row that was not drawn is
/// missed: that takes all rows at once.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    train: Table,
    /// Rows that are fitted on, and training rows there are.
    share: (usize, usize),
    twins: Twins,
    data: DataSpec,
    parts: BTreeMap<Part, Watched>,
}

#[derive(Clone, Debug)]
struct Watched {
    rows: usize,
    remarks: Remarks,
    labels: Counts,
    classes: ClassCounts,
    /// Rows with a training row alike: the first of them, and how many.
    twins: Option<(String, usize)>,
    /// Rows that chance is estimated for.
    sample: Sampled,
    batches: Vec<RecordBatch>,
    drawn: usize,
}

impl Watch {
    /// Looks at the training rows that are fitted on.
    pub(super) fn new(
        preprocessing: &Preprocessing,
        data: &DataSpec,
        train: Rows<'_>,
        split: &Split,
        share: (usize, usize),
        warnings: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        warnings.extend(slips::find(preprocessing, data, train.table, train.rows));
        warnings.extend(variants::find(preprocessing, train));
        warnings.extend(sentinels::find(preprocessing, data, train));
        warnings.extend(determined::find(preprocessing, train.table, train.rows));
        // The first rows with a label of each target are among those that are kept.
        let mut counts = Counts::default();
        counts.add(preprocessing, &split.labels);
        warnings.extend(counts.say(preprocessing, Part::Train, share.1));
        if share.0 == share.1 {
            let mut classes = ClassCounts::default();
            classes.add(preprocessing, &split.labels);
            warnings.extend(classes.say(preprocessing, data, Part::Train));
        }
        let step = train.rows.len().div_ceil(COMPARED).max(1);
        let kept: Vec<usize> = train.rows.iter().copied().step_by(step).collect();
        Ok(Self {
            train: Table::from_batch(take_rows(&train.table.batch, &kept)?),
            share,
            twins: Twins::new(preprocessing, data, train, split),
            data: data.clone(),
            parts: BTreeMap::new(),
        })
    }

    /// Looks at some rows of a part; of `drawn` rows in all, those at `chosen` are kept for
    /// scoring.
    pub(super) fn look(
        &mut self,
        preprocessing: &Preprocessing,
        chunk: &Chunk,
        part: Part,
        rows: &[usize],
        split: &Split,
        chosen: (&[usize], usize),
    ) -> Result<(), DataError> {
        let watched = self.parts.entry(part).or_insert_with(|| Watched {
            rows: 0,
            remarks: Remarks::new(preprocessing),
            labels: Counts::default(),
            classes: ClassCounts::default(),
            twins: None,
            sample: Sampled::default(),
            batches: Vec::new(),
            drawn: 0,
        });
        watched.rows += rows.len();
        watched
            .remarks
            .look_at(preprocessing, &chunk.table, rows, &split.features);
        watched.labels.add(preprocessing, &split.labels);
        watched.classes.add(preprocessing, &split.labels);
        for (position, &row) in rows.iter().enumerate() {
            let Some(twin) = self.twins.of(split, position) else {
                continue;
            };
            match &mut watched.twins {
                Some((_, count)) => *count += 1,
                none => {
                    let place = format!("{} (in {twin})", chunk.table.origin(row));
                    *none = Some((place, 1));
                }
            }
        }
        let (chosen, drawn) = chosen;
        self.twins
            .sample(&mut watched.sample, split, chosen, (watched.drawn, drawn));
        let step = drawn.div_ceil(COMPARED).max(1);
        let kept: Vec<usize> = chosen
            .iter()
            .enumerate()
            .filter(|(index, _)| (watched.drawn + index).is_multiple_of(step))
            .map(|(_, &position)| rows[position])
            .collect();
        watched.drawn += chosen.len();
        if !kept.is_empty() {
            watched.batches.push(take_rows(&chunk.table.batch, &kept)?);
        }
        Ok(())
    }

    /// Everything there is to say on the parts.
    pub(super) fn finish(
        self,
        preprocessing: &Preprocessing,
        warnings: &mut Vec<String>,
    ) -> Result<(), DataError> {
        let train_rows: Vec<usize> = (0..self.train.num_rows()).collect();
        for (part, watched) in self.parts {
            let what = format!("the rows of the {} part", part.as_str());
            warnings.extend(watched.labels.say(preprocessing, part, watched.rows));
            warnings.extend(watched.classes.say(preprocessing, &self.data, part));
            warnings.extend(watched.remarks.of(&what));
            if let Some((place, count)) = watched.twins
                && self.twins.are_telling(count, watched.rows, &watched.sample)
            {
                let (fitted, all) = self.share;
                let least = if fitted < all {
                    format!(" (looked for among {fitted} of {all} training rows)")
                } else {
                    String::new()
                };
                let say = self.twins.say(count, watched.rows, part, &place, &least);
                warnings.push(say);
            }
            let Some(first) = watched.batches.first() else {
                continue;
            };
            let table = Table::from_batch(concat_batches(&first.schema(), &watched.batches)?);
            let rows: Vec<usize> = (0..table.num_rows()).collect();
            let train = Rows {
                part: Part::Train,
                table: &self.train,
                rows: &train_rows,
            };
            let part = Rows {
                part,
                table: &table,
                rows: &rows,
            };
            warnings.extend(shift::find(preprocessing, train, part, None));
        }
        Ok(())
    }
}
