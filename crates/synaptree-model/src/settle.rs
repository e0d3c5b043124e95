//! As many samples for every row as its answer needs.

use std::ops::Range;

use synaptree_tasks::{Distribution, Kind, SampleMoments, Uncertain};

use crate::forecast::append;

/// How many samples are drawn before a look, and which of them are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Looks {
    /// So many consecutive samples have one mean, which is independent of the next one.
    unit: u32,
    /// Units before the first look at a row: fewer say too little about their own spread.
    first: u32,
    /// Units between two looks.
    round: u32,
}

impl Looks {
    /// For a network whose samples ask its members in turn, `cycle` of them; they are alike in every cycle, bit for bit, where
    /// `repeats`.
    ///
    /// Opposite samples depend on each other, so they are in one unit. So do the samples of one cycle: each is of another member,
    /// and what the members say of a row lies around their mean and not around that of one.
    pub(crate) fn new(cycle: u32, repeats: bool) -> Self {
        if repeats {
            return Self {
                unit: cycle,
                first: 2,
                round: 1,
            };
        }
        let pairs = if cycle.is_multiple_of(2) { 1 } else { 2 };
        Self {
            unit: cycle.saturating_mul(pairs),
            first: 8,
            round: 4,
        }
    }

    /// How many samples there are at the look after that at `samples`.
    fn after(self, samples: u32) -> u32 {
        let units = if samples == 0 { self.first } else { self.round };
        samples.saturating_add(self.unit.saturating_mul(units))
    }
}

/// How long samples are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Settling<'a> {
    /// The kind of every task.
    pub(crate) kinds: &'a [Kind],
    /// The residual variance of every task.
    pub(crate) residual: &'a [Option<Vec<f32>>],
    /// The most samples of a row.
    pub(crate) samples: u32,
    /// When the samples of a row are looked at.
    pub(crate) looks: Looks,
    /// The largest standard error of a settled answer.
    pub(crate) tolerance: f64,
}

/// The samples of some rows.
struct Drawn {
    samples: SampleMoments,
    /// Means of the samples of each unit; see [`Looks`].
    units: SampleMoments,
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
            units: SampleMoments::new(self.kinds),
        };
        let mut used = vec![0; rows];
        let mut order: Vec<usize> = Vec::with_capacity(rows);
        let mut settled: Option<Vec<Uncertain>> = None;
        let mut first = 0;
        while !open.is_empty() || settled.is_none() {
            let next = self.looks.after(first);
            let last = next >= self.samples;
            let next = next.min(self.samples);
            drawn.add(&draw(&open, first..next), self.looks.unit as usize);
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
        let units = drawn.units.samples() as f64;
        let mut settled = vec![true; rows];
        let answers = drawn.units.clone().finish(&[]);
        for ((task, so_far), kind) in answers.iter().zip(so_far).zip(self.kinds) {
            let Some(std) = &task.std else {
                return vec![false; rows];
            };
            let width = task.mean.width.max(1);
            for (cell, std) in std.iter().enumerate() {
                let error = f64::from(*std) / (units - 1.0).sqrt();
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
    fn add(&mut self, samples: &[Vec<Distribution>], unit: usize) {
        for sample in samples {
            self.samples.add(sample);
        }
        for unit in samples.chunks_exact(unit) {
            let tasks = 0..unit[0].len();
            let means: Vec<Distribution> = tasks.map(|task| mean(unit, task)).collect();
            self.units.add(&means);
        }
    }

    fn keep(&mut self, rows: &[usize]) {
        self.samples.keep(rows);
        self.units.keep(rows);
    }
}

/// The mean of some samples of one task.
fn mean(samples: &[Vec<Distribution>], task: usize) -> Distribution {
    let first = &samples[0][task];
    let cell = |n: usize| {
        let sum: f64 = samples.iter().map(|s| f64::from(s[task].values[n])).sum();
        (sum / samples.len() as f64) as f32
    };
    Distribution {
        values: (0..first.values.len()).map(cell).collect(),
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
        let one = |sample: u32| binary(rows, |row| 0.5 + sign(sample) * row as f32 / 100.0);
        samples.map(one).collect()
    }

    /// One sample of a task of yes and no.
    fn binary(rows: &[usize], p: impl Fn(usize) -> f32) -> Vec<Distribution> {
        let values = rows.iter().flat_map(|&row| [1.0 - p(row), p(row)]);
        vec![Distribution {
            rows: rows.len(),
            width: 2,
            values: values.collect(),
            variance: None,
        }]
    }

    fn settling(samples: u32, tolerance: f64) -> Settling<'static> {
        Settling {
            kinds: &[Kind::Binary],
            residual: &[],
            samples,
            looks: Looks::new(1, false),
            tolerance,
        }
    }

    /// Four members that disagree about row r by r/100, with noise of a hundredth that is another in every cycle.
    fn members(rows: &[usize], samples: Range<u32>) -> Vec<Vec<Distribution>> {
        let one = |sample: u32| {
            let member = [0.1, -0.1, 0.1, -0.1][sample as usize % 4];
            let noise = 0.001 * f32::from((sample / 4 * 7 % 5) as u8);
            binary(rows, |row| 0.5 + member * row as f32 + noise)
        };
        samples.map(one).collect()
    }

    #[test]
    fn what_members_disagree_about_is_no_error_of_the_mean_of_whole_cycles() {
        let cycles = Settling {
            looks: Looks::new(4, false),
            ..settling(256, 1e-3)
        };
        assert_eq!(cycles.run(4, members).1, [32; 4]);
        // Where cycles are of one member, its noise alone is one.
        let noise = Settling {
            tolerance: 1e-4,
            ..cycles
        };
        assert!(noise.run(1, members).1[0] > 32);
    }

    #[test]
    fn a_unit_holds_whole_cycles_and_whole_pairs() {
        for (cycle, unit, first) in [(1, 2, 16), (2, 2, 16), (3, 6, 48), (4, 4, 32)] {
            let looks = Looks::new(cycle, false);
            assert_eq!((looks.unit, looks.after(0)), (unit, first));
            assert_eq!(looks.after(first), first + first / 2);
            assert_eq!(Looks::new(cycle, true).after(0), 2 * cycle);
        }
        assert_eq!(Looks::new(u32::MAX, false).after(7), u32::MAX);
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
