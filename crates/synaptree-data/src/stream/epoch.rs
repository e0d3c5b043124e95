//! The order of streamed rows: a buffer from which the next row is drawn.

use synaptree_kernels::{Key, Purpose, permutation, philox4x32_10};

use super::rows::Rows;
use crate::dataset::Split;

/// The batches of one epoch over rows that come piece by piece.
///
/// Rows wait in a buffer. Once it is full, each further row takes the place of a random one, which
/// goes on to its batch; at the end the rows that are left follow in a random order. Rows without
/// any label are passed over.
///
/// The order is a function of the seed, the epoch, the size of the buffer and the rows, and of
/// nothing else: neither of the size of the pieces nor of the batch that training resumes at. Rows
/// that all fit into the buffer have the order of [`BatchPlan::joint`](crate::BatchPlan::joint).
///
/// A row can go to its batch at most `buffer` rows before its place in the file, so rows that are
/// sorted, say by class, want a buffer of their own number, or a file shuffled once.
///
/// # Parameters
///
/// | Name | Range | Purpose |
/// |---|---|---|
/// | `seed` | | starts the streams |
/// | `epoch` | | each has an order of its own |
/// | `buffer` | rows; `None` | the size of the buffer; without one rows keep their order |
/// | `batch_size` | ≥ 1, rows | rows a batch; the last one may have fewer |
///
/// # Randomness
///
/// Purpose `shuffle`: stream `buffer/<size>` at step = epoch, word = number of the row that comes;
/// stream `rows` for the rows that are left at the end.
///
/// # Example
///
/// ```
/// use synaptree_data::{Features, Split, StreamedEpoch};
/// use synaptree_tasks::Labels;
///
/// let piece = |rows: std::ops::Range<u64>| Split {
///     features: Features { rows: rows.clone().count(), ..Features::default() },
///     labels: vec![Labels::Classes(vec![1; rows.clone().count()])],
///     rows: rows.collect(),
///     row_weight: None,
///     ids: arrow_array::RecordBatch::new_empty(std::sync::Arc::new(arrow_schema::Schema::empty())),
/// };
/// let epoch = StreamedEpoch { seed: 7, epoch: 0, buffer: Some(4), batch_size: 3 };
/// let mut order = Vec::new();
/// let pieces = [piece(0..5), piece(5..10)];
/// epoch.run(pieces.into_iter().map(Ok::<_, ()>), |batch| {
///     order.extend(batch.rows);
///     true
/// })?;
/// assert_ne!(order, (0..10).collect::<Vec<_>>());
/// order.sort_unstable();
/// assert_eq!(order, (0..10).collect::<Vec<_>>());
/// # Ok::<(), ()>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamedEpoch {
    /// Starts the streams.
    pub seed: u64,
    /// The epoch, from 0.
    pub epoch: usize,
    /// Rows among which the next one is drawn; `None` keeps their order.
    pub buffer: Option<usize>,
    /// Rows a batch; 0 counts as 1.
    pub batch_size: usize,
}

impl StreamedEpoch {
    /// Hands batch after batch to `take`, until it returns false or the rows end.
    ///
    /// # Errors
    ///
    /// The first error of `pieces`.
    pub fn run<E>(
        &self,
        pieces: impl Iterator<Item = Result<Split, E>>,
        take: impl FnMut(Split) -> bool,
    ) -> Result<(), E> {
        let mut state: Option<State<_>> = None;
        let mut take = Some(take);
        for piece in pieces {
            let rows = Rows::from(piece?);
            if let Some(take) = take.take() {
                state = Some(State::new(*self, &rows, take));
            }
            let Some(state) = &mut state else { break };
            for row in (0..rows.len()).filter(|&row| rows.is_labelled(row)) {
                if !state.offer(&rows, row) {
                    return Ok(());
                }
            }
        }
        if let Some(state) = state {
            state.finish();
        }
        Ok(())
    }
}

/// The buffer and the batch that is being filled.
struct State<F> {
    epoch: StreamedEpoch,
    key: [u32; 2],
    /// Rows drawn from a full buffer so far.
    drawn: u64,
    words: [u32; 4],
    buffer: Rows,
    batch: Rows,
    take: F,
}

impl<F: FnMut(Split) -> bool> State<F> {
    fn new(epoch: StreamedEpoch, rows: &Rows, take: F) -> Self {
        let path = format!("buffer/{}", epoch.buffer.unwrap_or(0));
        Self {
            epoch,
            key: Key::new(epoch.seed, Purpose::Shuffle, &path).words(),
            drawn: 0,
            words: [0; 4],
            buffer: Rows::like(rows),
            batch: Rows::like(rows),
            take,
        }
    }

    /// Takes a row; false where no further batch is wanted.
    fn offer(&mut self, rows: &Rows, row: usize) -> bool {
        let Some(size) = self.epoch.buffer else {
            self.batch.push(rows, row);
            return self.hand_over_full();
        };
        if self.buffer.len() < size.max(1) {
            self.buffer.push(rows, row);
            return true;
        }
        let place = self.place(size.max(1));
        self.batch.push(&self.buffer, place);
        self.buffer.replace(place, rows, row);
        self.hand_over_full()
    }

    /// The place of the next row to leave a full buffer.
    fn place(&mut self, size: usize) -> usize {
        let block = self.drawn / 4;
        if self.drawn.is_multiple_of(4) {
            let counter = [
                block as u32,
                (block >> 32) as u32,
                self.epoch.epoch as u32,
                0,
            ];
            self.words = philox4x32_10(counter, self.key);
        }
        let word = self.words[(self.drawn % 4) as usize];
        self.drawn += 1;
        // The share of a place is off by less than size / 2³².
        ((u64::from(word) * size as u64) >> 32) as usize
    }

    fn hand_over_full(&mut self) -> bool {
        self.batch.len() < self.epoch.batch_size.max(1) || self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        let next = Rows::like(&self.batch);
        (self.take)(std::mem::replace(&mut self.batch, next).into())
    }

    /// Hands over what is left.
    fn finish(mut self) {
        let key = Key::new(self.epoch.seed, Purpose::Shuffle, "rows");
        for row in permutation(key, self.epoch.epoch as u32, self.buffer.len()) {
            self.batch.push(&self.buffer, row as usize);
            if !self.hand_over_full() {
                return;
            }
        }
        if self.batch.len() > 0 {
            self.hand_over();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::RecordBatch;
    use arrow_schema::Schema;
    use proptest::prelude::*;
    use synaptree_tasks::Labels;

    use super::*;
    use crate::batch::BatchPlan;
    use crate::dataset::Features;

    /// Rows whose number, code and label can be told from their position; every fifth has no label.
    fn split(rows: std::ops::Range<u64>) -> Split {
        let list: Vec<u64> = rows.collect();
        let label = |&row: &u64| if row % 5 == 4 { -1 } else { row as i32 };
        Split {
            features: Features {
                rows: list.len(),
                numbers: list.iter().flat_map(|&row| [row as f32, -1.0]).collect(),
                number_width: 2,
                categories: list.iter().map(|&row| row as i32 + 7).collect(),
                category_width: 1,
            },
            labels: vec![
                Labels::Classes(list.iter().map(label).collect()),
                Labels::Sets(
                    list.iter()
                        .map(|row| (row % 5 < 4).then(|| vec![*row as u32]))
                        .collect(),
                ),
            ],
            row_weight: Some(list.iter().map(|&row| row as f32 / 2.0).collect()),
            rows: list,
            ids: RecordBatch::new_empty(Arc::new(Schema::empty())),
        }
    }

    fn batches(epoch: StreamedEpoch, rows: u64, piece: u64) -> Vec<Split> {
        let pieces = (0..rows)
            .step_by(piece as usize)
            .map(|start| Ok::<_, ()>(split(start..(start + piece).min(rows))));
        let mut batches = Vec::new();
        epoch
            .run(pieces, |batch| {
                batches.push(batch);
                true
            })
            .unwrap();
        batches
    }

    fn order(batches: &[Split]) -> Vec<u64> {
        batches
            .iter()
            .flat_map(|batch| batch.rows.clone())
            .collect()
    }

    fn epoch(buffer: usize) -> StreamedEpoch {
        StreamedEpoch {
            seed: 7,
            epoch: 0,
            buffer: Some(buffer),
            batch_size: 8,
        }
    }

    proptest! {
        #[test]
        fn an_epoch_is_a_permutation_of_the_labelled_rows_whatever_the_pieces(
            rows in 1..200_u64, piece in 1..60_u64, buffer in 1..70_usize, batch_size in 1..9_usize,
            seed in any::<u64>(), number in 0..4_usize
        ) {
            let epoch = StreamedEpoch { seed, epoch: number, buffer: Some(buffer), batch_size };
            let found = batches(epoch, rows, piece);
            let mut sorted = order(&found);
            prop_assert_eq!(sorted.clone(), order(&batches(epoch, rows, 17)));
            sorted.sort_unstable();
            let labelled: Vec<u64> = (0..rows).filter(|row| row % 5 < 4).collect();
            prop_assert_eq!(sorted, labelled);
            let (last, whole) = found.split_last().unwrap();
            prop_assert!(whole.iter().all(|batch| batch.len() == batch_size));
            prop_assert!((1..=batch_size).contains(&last.len()));
        }
    }

    #[test]
    fn everything_of_a_row_stays_together() {
        for batch in batches(epoch(16), 200, 33) {
            for (position, &row) in batch.rows.iter().enumerate() {
                assert_eq!(batch.features.numbers[2 * position], row as f32);
                assert_eq!(batch.features.categories[position], row as i32 + 7);
                let Labels::Classes(classes) = &batch.labels[0] else {
                    unreachable!()
                };
                assert_eq!(classes[position], row as i32);
                let Labels::Sets(sets) = &batch.labels[1] else {
                    unreachable!()
                };
                assert_eq!(sets[position], Some(vec![row as u32]));
                assert_eq!(
                    batch.row_weight.as_ref().unwrap()[position],
                    row as f32 / 2.0
                );
            }
        }
    }

    #[test]
    fn seed_epoch_and_buffer_each_change_the_order() {
        let first = epoch(32);
        let one = order(&batches(first, 200, 50));
        for other in [
            StreamedEpoch { seed: 8, ..first },
            StreamedEpoch { epoch: 1, ..first },
            epoch(33),
        ] {
            assert_ne!(order(&batches(other, 200, 50)), one);
        }
        let plain = StreamedEpoch {
            buffer: None,
            ..first
        };
        let kept = order(&batches(plain, 200, 50));
        assert!(kept.is_sorted());
        assert_eq!(kept.len(), 160);
    }

    #[test]
    fn no_row_comes_earlier_than_the_buffer_allows_and_rows_travel_far() {
        let order = order(&batches(epoch(40), 500, 64));
        // Labelled rows before a row in the file: 4 of 5.
        let place = |row: u64| (row / 5 * 4 + row % 5) as i64;
        let moved: Vec<i64> = (0..)
            .zip(&order)
            .map(|(now, &row)| place(row) - now)
            .collect();
        assert!(moved.iter().all(|&earlier| earlier <= 40));
        assert!(moved.iter().any(|&earlier| earlier < -80));
    }

    #[test]
    fn rows_that_fit_into_the_buffer_have_the_order_they_have_in_memory() {
        let whole = split(0..100);
        let plan = BatchPlan {
            batch_size: 8,
            shuffle: true,
            seed: 7,
        };
        let streamed = StreamedEpoch {
            epoch: 3,
            ..epoch(80)
        };
        let in_memory: Vec<Vec<u64>> = plan
            .joint(&whole, 3)
            .iter()
            .map(|batch| batch.rows.iter().map(|&row| u64::from(row)).collect())
            .collect();
        let found: Vec<Vec<u64>> = batches(streamed, 100, 9)
            .into_iter()
            .map(|batch| batch.rows)
            .collect();
        assert_eq!(found, in_memory);
    }

    #[test]
    fn an_epoch_ends_where_no_further_batch_is_wanted() {
        let mut taken = 0;
        let pieces = (0..100).map(|piece| {
            assert!(piece < 4, "no piece is read behind the last batch");
            Ok::<_, ()>(split(piece * 50..piece * 50 + 50))
        });
        epoch(10)
            .run(pieces, |_| {
                taken += 1;
                taken < 12
            })
            .unwrap();
        assert_eq!(taken, 12);
    }

    #[test]
    fn the_first_error_of_the_pieces_is_told() {
        let pieces = [Ok(split(0..50)), Err("line 51"), Ok(split(50..100))];
        assert_eq!(epoch(10).run(pieces.into_iter(), |_| true), Err("line 51"));
    }
}
