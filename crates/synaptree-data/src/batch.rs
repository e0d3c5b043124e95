//! Which rows each training step looks at: functions of the seed and the epoch alone.

use synaptree_kernels::{Key, Purpose, permutation};

use crate::dataset::Split;

/// The rows of one training step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedBatch {
    /// The one task that is trained, or `None` for all of them.
    pub task: Option<usize>,
    /// Positions of rows in the split, for [`Split::select`].
    pub rows: Vec<u32>,
}

/// Orders the rows of an epoch into batches.
///
/// Every order is a pure function of `seed`, the epoch and the labels that are there. Batch `i` of
/// an epoch is element `i` of its plan, so a resumed run goes on at any batch.
///
/// | Regime | An epoch | The batches |
/// |---|---|---|
/// | joint | every row with a label of any task, once | all tasks, rows in random order |
/// | alternating | every observed (row, task), once | one task each, in turn as declared; a task whose labels are used up drops out |
/// | sampled | every observed (row, task), once | one task each, drawn in proportion to the batches it has left |
///
/// # Parameters
///
/// | Name | Range | Purpose |
/// |---|---|---|
/// | `batch_size` | ≥ 1, rows | rows a batch; the last of an epoch or task may have fewer |
/// | `shuffle` | | without it rows keep their order, in every epoch the same |
/// | `seed` | | starts the streams |
///
/// # Randomness
///
/// Permutations from the streams `shuffle/rows`, `shuffle/task/<index>` and `shuffle/tasks`, at
/// step = epoch. Without `shuffle` only the order of tasks in the sampled regime is drawn.
///
/// # Example
///
/// ```
/// use arrow_array::RecordBatch;
/// use synaptree_data::{BatchPlan, Features, Split};
/// use synaptree_tasks::Labels;
///
/// let split = Split {
///     features: Features { rows: 5, ..Features::default() },
///     labels: vec![Labels::Classes(vec![0, 1, -1, 0, 1]), Labels::Classes(vec![-1, -1, -1, 1, 0])],
///     rows: (0..5).collect(),
///     row_weight: None,
///     ids: RecordBatch::new_empty(std::sync::Arc::new(arrow_schema::Schema::empty())),
/// };
/// let plan = BatchPlan { batch_size: 2, shuffle: true, seed: 7 };
/// assert_eq!(plan.joint(&split, 0).len(), 2); // row 2 has no label at all
/// let tasks: Vec<_> = plan.alternating(&split, 0).iter().map(|batch| batch.task).collect();
/// assert_eq!(tasks, [Some(0), Some(1), Some(0)]);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct BatchPlan {
    /// Rows a batch; 0 counts as 1.
    pub batch_size: usize,
    /// Whether each epoch has an order of its own.
    pub shuffle: bool,
    /// Starts the streams.
    pub seed: u64,
}

impl BatchPlan {
    /// The batches of an epoch in which every step trains all tasks.
    pub fn joint(&self, split: &Split, epoch: usize) -> Vec<PlannedBatch> {
        let labelled = (0..split.len())
            .filter(|&row| split.labels.iter().any(|labels| labels.is_observed(row)));
        self.batches(labelled, None, "rows", epoch).collect()
    }

    /// The batches of an epoch in which the tasks take turns.
    pub fn alternating(&self, split: &Split, epoch: usize) -> Vec<PlannedBatch> {
        let mut waiting = self.by_task(split, epoch);
        let mut plan = Vec::with_capacity(waiting.iter().map(ExactSizeIterator::len).sum());
        loop {
            let before = plan.len();
            plan.extend(waiting.iter_mut().filter_map(Iterator::next));
            if plan.len() == before {
                return plan;
            }
        }
    }

    /// The batches of an epoch in which each step trains a random task.
    pub fn sampled(&self, split: &Split, epoch: usize) -> Vec<PlannedBatch> {
        let mut waiting = self.by_task(split, epoch);
        let turns: Vec<usize> = waiting
            .iter()
            .enumerate()
            .flat_map(|(task, batches)| std::iter::repeat_n(task, batches.len()))
            .collect();
        // Any order of the multiset of turns is equally likely, so the chance of a task to be next
        // is its share of the batches that are left.
        let key = Key::new(self.seed, Purpose::Shuffle, "tasks");
        permutation(key, epoch as u32, turns.len())
            .into_iter()
            .filter_map(|turn| waiting[turns[turn as usize]].next())
            .collect()
    }

    fn by_task(&self, split: &Split, epoch: usize) -> Vec<std::vec::IntoIter<PlannedBatch>> {
        let of_task = |task: usize| {
            let labels = &split.labels[task];
            let observed = (0..split.len()).filter(|&row| labels.is_observed(row));
            let path = format!("task/{task}");
            let batches: Vec<_> = self.batches(observed, Some(task), &path, epoch).collect();
            batches.into_iter()
        };
        (0..split.labels.len()).map(of_task).collect()
    }

    fn batches(
        &self,
        rows: impl Iterator<Item = usize>,
        task: Option<usize>,
        path: &str,
        epoch: usize,
    ) -> impl Iterator<Item = PlannedBatch> {
        let mut rows: Vec<u32> = rows.map(|row| row as u32).collect();
        if self.shuffle {
            let key = Key::new(self.seed, Purpose::Shuffle, path);
            let order = permutation(key, epoch as u32, rows.len());
            rows = order
                .into_iter()
                .map(|position| rows[position as usize])
                .collect();
        }
        let size = self.batch_size.max(1);
        (0..rows.len())
            .step_by(size)
            .map(move |start| PlannedBatch {
                task,
                rows: rows[start..(start + size).min(rows.len())].to_vec(),
            })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow_array::RecordBatch;
    use arrow_schema::Schema;
    use proptest::prelude::*;
    use synaptree_tasks::Labels;

    use super::*;
    use crate::dataset::Features;

    fn split(observed: &[Vec<bool>]) -> Split {
        let rows = observed[0].len();
        let labels = observed
            .iter()
            .map(|task| Labels::Classes(task.iter().map(|&there| i32::from(there) - 1).collect()))
            .collect();
        Split {
            features: Features {
                rows,
                ..Features::default()
            },
            labels,
            rows: (0..rows as u64).collect(),
            row_weight: None,
            ids: RecordBatch::new_empty(Arc::new(Schema::empty())),
        }
    }

    fn pairs(plan: &[PlannedBatch]) -> Vec<(usize, u32)> {
        let of = |batch: &PlannedBatch| {
            let task = batch.task.unwrap();
            batch
                .rows
                .iter()
                .map(move |&row| (task, row))
                .collect::<Vec<_>>()
        };
        plan.iter().flat_map(of).collect()
    }

    proptest! {
        #[test]
        fn an_epoch_sees_every_observed_label_once(
            observed in prop::collection::vec(prop::collection::vec(any::<bool>(), 17), 1..4),
            batch_size in 1..8_usize, seed in any::<u64>(), epoch in 0..5_usize, shuffle in any::<bool>()
        ) {
            let split = split(&observed);
            let plan = BatchPlan { batch_size, shuffle, seed };
            let expected: BTreeSet<(usize, u32)> = observed
                .iter()
                .enumerate()
                .flat_map(|(task, rows)| (0..17).filter(|&r| rows[r as usize]).map(move |r| (task, r)))
                .collect();
            for batches in [plan.alternating(&split, epoch), plan.sampled(&split, epoch)] {
                let seen = pairs(&batches);
                prop_assert_eq!(seen.len(), expected.len());
                prop_assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected.clone());
                prop_assert!(batches.iter().all(|batch| (1..=batch_size).contains(&batch.rows.len())));
            }
            let joint = plan.joint(&split, epoch);
            let rows: Vec<u32> = joint.iter().flat_map(|batch| batch.rows.clone()).collect();
            let labelled: BTreeSet<u32> = expected.iter().map(|(_, row)| *row).collect();
            prop_assert_eq!(rows.len(), labelled.len());
            prop_assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), labelled);
            // The same address gives the same plan.
            prop_assert_eq!(joint, plan.joint(&split, epoch));
            prop_assert_eq!(plan.sampled(&split, epoch), plan.sampled(&split, epoch));
        }
    }

    #[test]
    fn epochs_and_seeds_differ_and_without_shuffle_rows_keep_their_order() {
        let split = split(&[vec![true; 50]]);
        let plan = BatchPlan {
            batch_size: 8,
            shuffle: true,
            seed: 1,
        };
        assert_ne!(plan.joint(&split, 0), plan.joint(&split, 1));
        assert_ne!(
            plan.joint(&split, 0),
            BatchPlan { seed: 2, ..plan }.joint(&split, 0)
        );
        let still = BatchPlan {
            shuffle: false,
            ..plan
        };
        let rows: Vec<u32> = still
            .joint(&split, 3)
            .into_iter()
            .flat_map(|batch| batch.rows)
            .collect();
        assert_eq!(rows, (0..50).collect::<Vec<u32>>());
    }

    #[test]
    fn tasks_take_turns_until_their_labels_are_used_up() {
        let split = split(&[vec![true; 6], vec![true, true, false, false, false, false]]);
        let plan = BatchPlan {
            batch_size: 2,
            shuffle: true,
            seed: 1,
        };
        let turns: Vec<_> = plan
            .alternating(&split, 0)
            .iter()
            .map(|batch| batch.task)
            .collect();
        assert_eq!(turns, [Some(0), Some(1), Some(0), Some(0)]);
    }

    #[test]
    fn sampled_turns_come_in_proportion_to_what_is_left() {
        // 30 batches of one task, 10 of the other: the first turn is the first task's in 3 of 4.
        let split = split(&[vec![true; 30], [vec![true; 10], vec![false; 20]].concat()]);
        let plan = BatchPlan {
            batch_size: 1,
            shuffle: true,
            seed: 5,
        };
        let first = (0..2000)
            .filter(|&epoch| plan.sampled(&split, epoch)[0].task == Some(0))
            .count();
        // Five standard deviations of a binomial with n = 2000, p = 3/4.
        assert!((1403..=1597).contains(&first), "{first}");
    }

    #[test]
    fn selecting_a_batch_takes_its_rows_everywhere() {
        let mut split = split(&[vec![true, false, true]]);
        split.features.number_width = 1;
        split.features.numbers = vec![0.0, 1.0, 2.0];
        split.row_weight = Some(vec![1.0, 2.0, 3.0]);
        split.rows = vec![10, 20, 30];
        let batch = split.select(&[2, 0]);
        assert_eq!(batch.features.numbers, [2.0, 0.0]);
        assert_eq!(batch.rows, [30, 10]);
        assert_eq!(batch.row_weight, Some(vec![3.0, 1.0]));
        assert_eq!(batch.labels, [Labels::Classes(vec![0, 0])]);
        assert_eq!(batch.ids.num_rows(), 2);
    }
}
