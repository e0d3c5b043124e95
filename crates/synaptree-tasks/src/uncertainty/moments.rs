//! Running sums over samples.

use super::Uncertain;
use super::select::rows_of;
use crate::distribution::Distribution;
use crate::kind::Kind;

/// Running sums over samples: memory does not grow with their number.
///
/// The mean is taken on probabilities, so what holds in each sample, such as a child never being likelier
/// than its parent, holds for the mean.
///
/// # Example
/// ```
/// use synaptree_tasks::{Distribution, Kind, SampleMoments};
///
/// let sample = |positive: f32| Distribution {
///     rows: 1,
///     width: 2,
///     values: vec![1.0 - positive, positive],
///     variance: None,
/// };
/// let mut moments = SampleMoments::new(&[Kind::Binary]);
/// moments.add(&[sample(0.0)]);
/// moments.add(&[sample(1.0)]);
/// let summary = &moments.finish(&[])[0];
/// // Each sample is certain and they disagree: all doubt is about the network.
/// assert_eq!(summary.mean.values, [0.5, 0.5]);
/// assert_eq!(summary.epistemic, Some(vec![2.0_f32.ln()]));
/// assert_eq!(summary.aleatoric, Some(vec![0.0]));
/// ```
///
/// # Randomness
/// None: the samples are drawn by the caller.
#[derive(Clone, Debug)]
pub struct SampleMoments {
    kinds: Vec<Kind>,
    tasks: Vec<Moments>,
    samples: usize,
}

/// Sums and Welford's squared deviations of one task, and the mean of its own spread.
///
/// Means are sums divided once: rounded addition and division keep the order of numbers, so a child that is
/// at most as likely as its parent in every sample is so in the mean, to the last bit.
#[derive(Clone, Debug)]
struct Moments {
    rows: usize,
    width: usize,
    sums: Vec<f64>,
    squares: Vec<f64>,
    /// Mean entropy, or mean predicted variance; empty where a regression predicts none.
    within: Vec<f64>,
}

impl SampleMoments {
    /// No sample yet, for tasks of these kinds.
    pub fn new(kinds: &[Kind]) -> Self {
        Self {
            kinds: kinds.to_vec(),
            tasks: Vec::new(),
            samples: 0,
        }
    }

    /// Adds one sample: a distribution a task, in the order of the kinds.
    ///
    /// # Panics
    /// If the sample has another number of tasks, rows or columns than those before it.
    pub fn add(&mut self, sample: &[Distribution]) {
        assert_eq!(sample.len(), self.kinds.len(), "one distribution a task");
        self.samples += 1;
        if self.tasks.is_empty() {
            self.tasks = sample
                .iter()
                .map(|distribution| Moments {
                    rows: distribution.rows,
                    width: distribution.width,
                    sums: vec![0.0; distribution.values.len()],
                    squares: vec![0.0; distribution.values.len()],
                    within: Vec::new(),
                })
                .collect();
        }
        for ((moments, distribution), &kind) in self.tasks.iter_mut().zip(sample).zip(&self.kinds) {
            moments.add(distribution, kind, self.samples);
        }
    }

    /// Forgets all rows but these, which are then in this order.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, SampleMoments};
    ///
    /// let sample = Distribution { rows: 2, width: 1, values: vec![1.0, 5.0], variance: None };
    /// let mut moments = SampleMoments::new(&[Kind::Regression]);
    /// moments.add(&[sample]);
    /// moments.keep(&[1]);
    /// moments.add(&[Distribution { rows: 1, width: 1, values: vec![7.0], variance: None }]);
    /// assert_eq!(moments.finish(&[])[0].mean.values, [6.0]);
    /// ```
    ///
    /// # Panics
    /// If a row is not among those that there are.
    pub fn keep(&mut self, rows: &[usize]) {
        for (moments, kind) in self.tasks.iter_mut().zip(&self.kinds) {
            let numbers = match kind {
                Kind::Regression => moments.width,
                kind if kind.has_nodes() => moments.width,
                _ => 1,
            };
            if !moments.within.is_empty() {
                moments.within = rows_of(&moments.within, numbers, rows);
            }
            moments.sums = rows_of(&moments.sums, moments.width, rows);
            moments.squares = rows_of(&moments.squares, moments.width, rows);
            moments.rows = rows.len();
        }
    }

    /// How many samples were added.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The summary of each task; no summaries where no sample was added.
    ///
    /// `residual_variance` holds, for a regression that predicts no variance, that of its residuals in
    /// each column, as [`TaskTree::residual_variance`](crate::TaskTree::residual_variance) gives; it may
    /// be empty.
    pub fn finish(self, residual_variance: &[Option<Vec<f32>>]) -> Vec<Uncertain> {
        let (samples, kinds) = (self.samples, self.kinds);
        self.tasks
            .into_iter()
            .zip(kinds)
            .enumerate()
            .map(|(task, (moments, kind))| match kind {
                Kind::Regression => {
                    let constant = residual_variance.get(task).and_then(Option::as_deref);
                    moments.real(samples, constant)
                }
                _ => moments.classes(samples, kind),
            })
            .collect()
    }
}

impl Moments {
    fn add(&mut self, distribution: &Distribution, kind: Kind, samples: usize) {
        let shape = (
            distribution.rows,
            distribution.width,
            distribution.values.len(),
        );
        assert_eq!(
            shape,
            (self.rows, self.width, self.sums.len()),
            "samples of one shape"
        );
        let count = samples as f64;
        let cells = self.sums.iter_mut().zip(&mut self.squares);
        for ((sum, squares), &value) in cells.zip(&distribution.values) {
            let value = f64::from(value);
            let before = if samples > 1 {
                value - *sum / (count - 1.0)
            } else {
                value
            };
            *sum += value;
            *squares += before * (value - *sum / count);
        }
        let within: Vec<f64> = match kind {
            Kind::Regression => distribution
                .variance
                .iter()
                .flatten()
                .map(|&variance| f64::from(variance))
                .collect(),
            _ => entropies(
                kind,
                self.width,
                distribution.values.iter().map(|&p| f64::from(p)),
            ),
        };
        if samples == 1 {
            self.within = within;
        } else {
            assert_eq!(
                within.len(),
                self.within.len(),
                "every sample or none predicts a variance"
            );
            for (mean, value) in self.within.iter_mut().zip(within) {
                *mean += (value - *mean) / count;
            }
        }
    }

    fn mean(&self, samples: usize) -> Vec<f64> {
        self.sums.iter().map(|sum| sum / samples as f64).collect()
    }

    fn std(&self, samples: usize) -> Option<Vec<f32>> {
        let deviation = |&squares: &f64| (squares / samples as f64).sqrt() as f32;
        (samples > 1).then(|| self.squares.iter().map(deviation).collect())
    }

    fn classes(self, samples: usize, kind: Kind) -> Uncertain {
        let mean = self.mean(samples);
        let total = entropies(kind, self.width, mean.iter().copied());
        // The difference is a mutual information: only rounding makes it negative.
        let epistemic = total
            .iter()
            .zip(&self.within)
            .map(|(total, within)| if total < within { 0.0 } else { total - within });
        let epistemic = (samples > 1).then(|| narrow(epistemic));
        Uncertain {
            samples,
            std: self.std(samples),
            width: if kind.has_nodes() { self.width } else { 1 },
            total: Some(narrow(total)),
            aleatoric: Some(narrow(self.within)),
            epistemic,
            constant_aleatoric: false,
            mean: Distribution {
                rows: self.rows,
                width: self.width,
                values: narrow(mean),
                variance: None,
            },
        }
    }

    fn real(self, samples: usize, constant: Option<&[f32]>) -> Uncertain {
        let (mean, count) = (self.mean(samples), samples as f64);
        let between: Option<Vec<f64>> =
            (samples > 1).then(|| self.squares.iter().map(|squares| squares / count).collect());
        let predicted = (!self.within.is_empty()).then(|| self.within.clone());
        let constant_aleatoric = predicted.is_none() && constant.is_some();
        let within = predicted.or_else(|| {
            let row: Vec<f64> = constant?
                .iter()
                .map(|&variance| f64::from(variance))
                .collect();
            Some(row.iter().copied().cycle().take(mean.len()).collect())
        });
        let sum = match (&within, &between) {
            (Some(within), Some(between)) => Some(
                within
                    .iter()
                    .zip(between)
                    .map(|(within, between)| within + between)
                    .collect(),
            ),
            (Some(part), None) | (None, Some(part)) => Some(part.clone()),
            (None, None) => None,
        };
        let variance: Option<Vec<f32>> = sum.map(narrow::<Vec<f64>>);
        Uncertain {
            samples,
            std: self.std(samples),
            width: self.width,
            total: variance.clone().filter(|_| within.is_some()),
            aleatoric: within.map(narrow),
            epistemic: between.map(narrow),
            constant_aleatoric,
            mean: Distribution {
                rows: self.rows,
                width: self.width,
                values: narrow(mean),
                variance,
            },
        }
    }
}

/// The entropy of each row of class probabilities, or of each node by itself, in nats.
pub(super) fn entropies(
    kind: Kind,
    width: usize,
    probabilities: impl Iterator<Item = f64>,
) -> Vec<f64> {
    if kind.has_nodes() {
        return probabilities
            .map(|p| surprise(p) + surprise(1.0 - p))
            .collect();
    }
    let terms: Vec<f64> = probabilities.map(surprise).collect();
    terms
        .chunks_exact(width.max(1))
        .map(|row| row.iter().sum())
        .collect()
}

/// −p ln p, with its limit 0 at p = 0.
fn surprise(probability: f64) -> f64 {
    // What is not a number stays so: such an answer is not sure.
    if probability <= 0.0 {
        0.0
    } else {
        -probability * probability.ln()
    }
}

fn narrow<V: IntoIterator<Item = f64>>(values: V) -> Vec<f32> {
    values.into_iter().map(|value| value as f32).collect()
}
