//! As many samples for every row as its answer needs.

use std::ops::Range;

use synaptree_tasks::{Distribution, Kind, SampleMoments, Uncertain};

use crate::forecast::append;

/// Samples before the first look at a row: fewer say too little about their own spread.
const FIRST: u32 = 16;
/// Samples between two looks; an even number, so that no pair is torn.
const ROUND: u32 = 8;

/// How long samples are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Settling<'a> {
    /// The kind of every task.
    pub(crate) kinds: &'a [Kind],
    /// The residual variance of every task.
    pub(crate) residual: &'a [Option<Vec<f32>>],
    /// The most samples of a row.
    pub(crate) samples: u32,
    /// The largest standard error of a settled answer.
    pub(crate) tolerance: f64,
}

/// The samples of some rows.
struct Drawn {
    samples: SampleMoments,
    /// Means of two consecutive samples: these are independent of each other, opposite samples are not.
    pairs: SampleMoments,
}

impl Settling<'_> {
    /// Draws samples of `rows` rows, and of every row no more once its answer is settled; what they say, and how many
    /// there were of each row.
    ///
    /// `draw` is asked for some samples of some rows. Which samples a row gets, and when it is settled, depends on that row
    /// alone.
    pub(crate) fn run(
        self,
        rows: usize,
        mut draw: impl FnMut(&[usize], Range<u32>) -> Vec<Vec<Distribution>>,
    ) -> (Vec<Uncertain>, Vec<u32>) {
        let mut open: Vec<usize> = (0..rows).collect();
        let mut drawn = Drawn {
            samples: SampleMoments::new(self.kinds),
            pairs: SampleMoments::new(self.kinds),
        };
        let mut used = vec![0; rows];
        let mut order: Vec<usize> = Vec::with_capacity(rows);
        let mut settled: Option<Vec<Uncertain>> = None;
        let mut first = 0;
        while !open.is_empty() || settled.is_none() {
            let next = if first == 0 { FIRST } else { first + ROUND };
            let last = next >= self.samples;
            let next = next.min(self.samples);
            drawn.add(&draw(&open, first..next));
            first = next;
            let so_far = drawn.samples.clone().finish(self.residual);
            let (done, rest): (Vec<usize>, Vec<usize>) = {
                let is_settled = self.settled(&drawn, &so_far, open.len());
                (0..open.len()).partition(|&row| last || is_settled[row])
            };
            for &row in &done {
                used[open[row]] = first;
                order.push(open[row]);
            }
            let done: Vec<Uncertain> = so_far.iter().map(|task| task.select(&done)).collect();
            match &mut settled {
                Some(settled) => append(settled, done),
                none => *none = Some(done),
            }
            drawn.keep(&rest);
            open = rest.iter().map(|&row| open[row]).collect();
        }
        // Where each row stands among the settled ones.
        let mut place = vec![0; rows];
        for (at, &row) in order.iter().enumerate() {
            place[row] = at;
        }
        let tasks = settled.unwrap_or_default();
        let mut tasks: Vec<Uncertain> = tasks.iter().map(|task| task.select(&place)).collect();
        for task in &mut tasks {
            task.samples = self.samples as usize;
        }
        (tasks, used)
    }

    /// Whether the standard error of every number that is answered about a row is within the tolerance.
    fn settled(&self, drawn: &Drawn, so_far: &[Uncertain], rows: usize) -> Vec<bool> {
        let pairs = drawn.pairs.samples() as f64;
        let mut settled = vec![true; rows];
        let answers = drawn.pairs.clone().finish(&[]);
        for ((task, so_far), kind) in answers.iter().zip(so_far).zip(self.kinds) {
            let Some(std) = &task.std else {
                return vec![false; rows];
            };
            let width = task.mean.width.max(1);
            for (cell, std) in std.iter().enumerate() {
                let error = f64::from(*std) / (pairs - 1.0).sqrt();
                let unit = match (kind, &so_far.mean.variance) {
                    (Kind::Regression, Some(variance)) => f64::from(variance[cell]).sqrt(),
                    _ => 1.0,
                };
                if error.is_nan() || error > self.tolerance * unit {
                    settled[cell / width] = false;
                }
            }
        }
        settled
    }
}

impl Drawn {
    fn add(&mut self, samples: &[Vec<Distribution>]) {
        for sample in samples {
            self.samples.add(sample);
        }
        for pair in samples.chunks_exact(2) {
            let means: Vec<Distribution> = pair[0].iter().zip(&pair[1]).map(mean).collect();
            self.pairs.add(&means);
        }
    }

    fn keep(&mut self, rows: &[usize]) {
        self.samples.keep(rows);
        self.pairs.keep(rows);
    }
}

/// The mean of two samples of one task.
fn mean((first, second): (&Distribution, &Distribution)) -> Distribution {
    let both = first.values.iter().zip(&second.values);
    Distribution {
        values: both.map(|(a, b)| f32::midpoint(*a, *b)).collect(),
        variance: None,
        ..first.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sample `s` of row r answers ½ ± r/100, with the sign of a fixed sequence.
    fn answers(rows: &[usize], samples: Range<u32>) -> Vec<Vec<Distribution>> {
        let sign = |sample: u32| {
            if (sample / 2 * 7 + sample % 2) % 5 < 2 {
                1.0
            } else {
                -1.0
            }
        };
        let one = |sample: u32| {
            let values = rows.iter().flat_map(|&row| {
                let p = 0.5 + sign(sample) * row as f32 / 100.0;
                [1.0 - p, p]
            });
            vec![Distribution {
                rows: rows.len(),
                width: 2,
                values: values.collect(),
                variance: None,
            }]
        };
        samples.map(one).collect()
    }

    fn settling(samples: u32, tolerance: f64) -> Settling<'static> {
        Settling {
            kinds: &[Kind::Binary],
            residual: &[],
            samples,
            tolerance,
        }
    }

    #[test]
    fn rows_that_vary_more_get_more_samples_and_each_answers_as_if_alone() {
        let (together, used) = settling(64, 0.02).run(40, answers);
        assert_eq!((used[0], used[39]), (16, 64));
        assert!(used.windows(2).all(|pair| pair[0] <= pair[1]), "{used:?}");
        assert!(used.iter().any(|used| (17..64).contains(used)), "{used:?}");
        for row in [0, 7, 21, 39] {
            let alone = settling(64, 0.02).run(1, |_, samples| answers(&[row], samples));
            assert_eq!(alone.1, [used[row]]);
            assert_eq!(alone.0[0], together[0].select(&[row]));
            // A settled answer is that of so many samples.
            let mut moments = SampleMoments::new(&[Kind::Binary]);
            for sample in answers(&[row], 0..used[row]) {
                moments.add(&sample);
            }
            assert_eq!(moments.finish(&[])[0].mean, alone.0[0].mean);
        }
    }

    #[test]
    fn nothing_is_settled_by_few_samples_or_without_rows() {
        assert_eq!(settling(5, 1.0).run(2, answers).1, [5, 5]);
        assert_eq!(settling(64, 0.1).run(0, answers).1, Vec::<u32>::new());
    }

    #[test]
    fn a_number_is_settled_in_units_of_its_own_deviation() {
        let draw = |rows: &[usize], samples: Range<u32>| {
            let one = |sample: u32| {
                let spread = if sample % 4 < 2 { 1.0 } else { -1.0 };
                vec![Distribution {
                    rows: rows.len(),
                    width: 1,
                    values: rows.iter().map(|_| spread).collect(),
                    variance: Some(
                        rows.iter()
                            .map(|&row| if row == 0 { 1e4 } else { 1e-4 })
                            .collect(),
                    ),
                }]
            };
            samples.map(one).collect()
        };
        let settling = Settling {
            kinds: &[Kind::Regression],
            ..settling(32, 0.05)
        };
        assert_eq!(settling.run(2, draw).1, [16, 32]);
    }
}
