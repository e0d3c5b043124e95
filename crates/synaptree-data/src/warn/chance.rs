//! How many rows of a part are like a training row by chance.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::ops::Range;

use synaptree_tasks::Labels;

use crate::dataset::Split;
use crate::preprocess::Preprocessing;

/// Rows of training and of a part that the estimate rests on, and cells of them.
const TRAIN: (usize, usize) = (20_000, 2_000_000);
const PART: (usize, usize) = (2_000, 200_000);

/// Where the cells of each column stand in an encoded row: its numbers, its code.
#[derive(Clone, Debug)]
pub(crate) struct Columns(Vec<(Range<usize>, Option<usize>)>);

impl Columns {
    pub(crate) fn new(preprocessing: &Preprocessing) -> Self {
        let (mut number, mut category) = (0, 0);
        let columns = preprocessing.fitted().iter().map(|column| {
            let numbers = number..number + column.number_names().len();
            number = numbers.end;
            let code = column.category().map(|_| category);
            category += usize::from(code.is_some());
            (numbers, code)
        });
        Self(columns.collect())
    }

    /// A hash of each input and answer of a row.
    fn cells(&self, split: &Split, row: usize) -> impl Iterator<Item = u64> {
        let features = &split.features;
        let numbers = &features.numbers[row * features.number_width..];
        let codes = &features.categories[row * features.category_width..];
        let inputs = self.0.iter().map(|(range, code)| {
            let mut hasher = DefaultHasher::new();
            for number in &numbers[range.clone()] {
                hasher.write_u32(number.to_bits());
            }
            if let Some(code) = code {
                hasher.write_i32(codes[*code]);
            }
            hasher.finish()
        });
        inputs.chain(split.labels.iter().map(move |labels| {
            let mut hasher = DefaultHasher::new();
            hash_label(&mut hasher, labels, row);
            hasher.finish()
        }))
    }
}

/// Adds the answer of a row to a hash.
pub(super) fn hash_label(hasher: &mut DefaultHasher, labels: &Labels, row: usize) {
    match labels {
        Labels::Classes(classes) => hasher.write_i32(classes[row]),
        Labels::Real { width, values } => {
            for value in &values[row * width..][..*width] {
                hasher.write_u32(value.to_bits());
            }
        }
        Labels::Nodes { width, values } => hasher.write(&values[row * width..][..*width]),
        Labels::Sets(sets) => match &sets[row] {
            None => hasher.write_u32(u32::MAX),
            Some(nodes) => nodes.iter().for_each(|node| hasher.write_u32(*node)),
        },
    }
}

/// The cells of some rows, hashed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sampled {
    width: usize,
    /// `rows * width` hashes, each with its column in it, so that their sum is one of the row.
    cells: Vec<u64>,
    /// Rows that these stand for.
    of: usize,
}

impl Sampled {
    /// Takes rows evenly from all training rows.
    pub(super) fn of_training(columns: &Columns, split: &Split) -> Self {
        let mut sampled = Self::default();
        let rows: Vec<usize> = (0..split.features.rows).collect();
        sampled.take(columns, split, &rows, (0, rows.len()), TRAIN);
        sampled
    }

    /// Takes rows evenly from `all` rows of a part; `rows` of them, the first of which is the one behind `before`
    /// others, are there now.
    pub(crate) fn take_of_part(
        &mut self,
        columns: &Columns,
        split: &Split,
        rows: &[usize],
        (before, all): (usize, usize),
    ) {
        self.take(columns, split, rows, (before, all), PART);
    }

    fn take(
        &mut self,
        columns: &Columns,
        split: &Split,
        rows: &[usize],
        (before, all): (usize, usize),
        (most_rows, most_cells): (usize, usize),
    ) {
        self.width = columns.0.len() + split.labels.len();
        self.of += rows.len();
        let most = most_rows.min(most_cells / self.width.max(1)).max(100);
        let step = all.div_ceil(most).max(1);
        for (index, &row) in rows.iter().enumerate() {
            if (before + index).is_multiple_of(step) {
                let cells = (1..).zip(columns.cells(split, row));
                // An odd factor for each column: equal cells of two columns are not alike.
                let cells = cells.map(|(column, cell)| cell.wrapping_mul(2 * column + 1));
                self.cells.extend(cells);
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.cells.chunks_exact(self.width.max(1))
    }

    /// The share of rows of a part that chance makes equal to a training row, among these.
    ///
    /// Whoever has seen the rows that differ in column j alone can tell how often chance makes them equal in j too. Few
    /// rows have hardly any such neighbours, and then the columns are taken to be independent. The larger share counts:
    ///
    /// ```text
    /// near(j)     = mean_r (1 − exp(−a_rj p_rj / (1 − p_rj)))
    /// independent = mean_r (1 − exp(−N ∏_j p_rj))
    /// share       = max(independent, max_j near(j))
    /// ```
    ///
    /// with `a_rj` of the `N` training rows like row `r` in every column but `j`, and `p_rj` the share of training rows
    /// that have its value in `j` and are not like it in all columns: copies of a row do not make themselves look like
    /// chance. The column with the largest share counts, since one that follows from the others says nothing.
    pub(super) fn by_chance(&self, part: &Self) -> f64 {
        let rows = part.rows().count();
        if rows == 0 || self.cells.is_empty() || self.width != part.width {
            return 0.0;
        }
        let sums = |row: &[u64]| row.iter().fold(0_u64, |sum, cell| sum.wrapping_add(*cell));
        let known = self.rows().count() as f64;
        let scale = self.of as f64 / known;
        let train: Vec<u64> = self.rows().map(sums).collect();
        let wanted: Vec<u64> = part.rows().map(sums).collect();
        // How often chance makes a training row like each row, the columns being independent.
        let mut independent = vec![self.of as f64; rows];
        let mut near = 0.0_f64;
        for column in 0..self.width {
            let mut values: HashMap<u64, u32> = HashMap::new();
            // Training rows that are like a row in the other columns, and those that are like it in all.
            let mut others: HashMap<u64, u32> = HashMap::new();
            let mut equal: HashMap<u64, u32> = HashMap::new();
            for (row, &sum) in part.rows().zip(&wanted) {
                values.insert(row[column], 0);
                others.insert(sum.wrapping_sub(row[column]), 0);
                equal.insert(sum, 0);
            }
            for (row, &sum) in self.rows().zip(&train) {
                let count = |counts: &mut HashMap<u64, u32>, key: u64| {
                    if let Some(count) = counts.get_mut(&key) {
                        *count += 1;
                    }
                };
                count(&mut values, row[column]);
                count(&mut others, sum.wrapping_sub(row[column]));
                count(&mut equal, sum);
            }
            let mut expected = 0.0;
            for ((row, sum), independent) in part.rows().zip(&wanted).zip(&mut independent) {
                let differ = others[&sum.wrapping_sub(row[column])] - equal[sum];
                let share = f64::from(values[&row[column]] - equal[sum]) / known;
                *independent *= share;
                if differ > 0 {
                    expected += at_least_one(f64::from(differ) * scale * share / (1.0 - share));
                }
            }
            near = near.max(expected / rows as f64);
        }
        let independent: f64 = independent.into_iter().map(at_least_one).sum();
        near.max(independent / rows as f64)
    }
}

/// The probability of one or more where so many are expected.
fn at_least_one(expected: f64) -> f64 {
    1.0 - (-expected).exp()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::RecordBatch;
    use arrow_schema::Schema;

    use super::*;
    use crate::dataset::Features;

    /// Rows of categories.
    fn split(rows: &[[i32; 3]]) -> Split {
        Split {
            features: Features {
                rows: rows.len(),
                categories: rows.concat(),
                category_width: 3,
                ..Features::default()
            },
            labels: Vec::new(),
            rows: (0..rows.len() as u64).collect(),
            row_weight: None,
            ids: RecordBatch::new_empty(Arc::new(Schema::empty())),
        }
    }

    fn share(train: &[[i32; 3]], part: &[[i32; 3]]) -> f64 {
        let columns = Columns((0..3).map(|code| (0..0, Some(code))).collect());
        let (train, part) = (split(train), split(part));
        let mut sampled = Sampled::default();
        let rows: Vec<usize> = (0..part.features.rows).collect();
        sampled.take_of_part(&columns, &part, &rows, (0, rows.len()));
        Sampled::of_training(&columns, &train).by_chance(&sampled)
    }

    fn drawn(rows: usize, seed: u64, sizes: [u64; 3]) -> Vec<[i32; 3]> {
        let mut state = seed;
        let mut next = |size: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 33) % size) as i32
        };
        (0..rows).map(|_| sizes.map(&mut next)).collect()
    }

    #[test]
    fn rows_of_a_few_values_are_like_training_rows_by_chance_as_often_as_is_expected() {
        // 500 rows over 2000 cells: a cell is taken with the probability 1 - exp(-0.25) = 0.221.
        let train = drawn(500, 1, [20, 10, 10]);
        let part = drawn(400, 2, [20, 10, 10]);
        let found = part.iter().filter(|row| train.contains(row)).count() as f64 / 400.0;
        let expected = share(&train, &part);
        assert!((found - 0.221).abs() < 0.06, "{found}");
        assert!((expected - 0.221).abs() < 0.06, "{expected}");
    }

    #[test]
    fn copies_are_not_expected() {
        let train = drawn(500, 1, [1000, 1000, 1000]);
        assert!(share(&train, &train[..100]) < 1e-5);
        assert_eq!(share(&train, &[]), 0.0);
    }
}
