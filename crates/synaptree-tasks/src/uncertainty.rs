//! What several samples of the network say together: a mean, a spread, and where the doubt comes from.

use crate::distribution::Distribution;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::metrics::{known_reals, mean};
use crate::tree::TaskTree;

/// The samples of one task summed up, row by row.
///
/// | Kind | the three parts | unit | columns of a part |
/// |---|---|---|---|
/// | binary, multiclass, ordinal | entropy | nats | 1 |
/// | multilabel, hierarchical | entropy of each node | nats | nodes |
/// | regression | variance of each column | squared target unit | columns |
///
/// ```text
/// classes:     total = H[mean_s p_s]      aleatoric = mean_s H[p_s]     epistemic = total − aleatoric ≥ 0
/// regression:  total = sum of the parts   aleatoric = mean_s σ²_s       epistemic = var_s μ_s
/// ```
///
/// # References
/// Depeweg et al., *Decomposition of uncertainty in Bayesian deep learning*,
/// [arXiv 1710.07283](https://arxiv.org/abs/1710.07283), section 3; Houlsby et al., *Bayesian active
/// learning*, [arXiv 1112.5745](https://arxiv.org/abs/1112.5745), equation 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// How many samples it rests on.
    pub samples: usize,
    /// The mean distribution; its `variance` (regression) is the sum of the parts that are known.
    pub mean: Distribution,
    /// The standard deviation between samples of each number in `mean.values`; none for one sample.
    pub std: Option<Vec<f32>>,
    /// Columns of `total`, `aleatoric` and `epistemic` in one row.
    pub width: usize,
    /// All the doubt; unknown where a part of it is and cannot be derived.
    pub total: Option<Vec<f32>>,
    /// The doubt that more data would not remove; unknown for a regression without any variance.
    pub aleatoric: Option<Vec<f32>>,
    /// The doubt about the network; unknown from one sample.
    pub epistemic: Option<Vec<f32>>,
    /// Whether `aleatoric` is one variance for all rows, handed in by the caller.
    pub constant_aleatoric: bool,
}

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
            .map(|(total, within)| (total - within).max(0.0));
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
fn entropies(kind: Kind, width: usize, probabilities: impl Iterator<Item = f64>) -> Vec<f64> {
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
    if probability > 0.0 {
        -probability * probability.ln()
    } else {
        0.0
    }
}

fn narrow<V: IntoIterator<Item = f64>>(values: V) -> Vec<f32> {
    values.into_iter().map(|value| value as f32).collect()
}

/// Sums up samples that are all at hand; [`SampleMoments`] does it one at a time.
///
/// # Shapes
/// - `samples`: `[samples][tasks]`, every sample of the same shapes.
/// - `residual_variance`: `[tasks][columns]` or empty; see [`SampleMoments::finish`].
///
/// # Example
/// ```
/// use synaptree_tasks::{Distribution, Kind, summarise_samples};
///
/// let sample = |mean: f32| vec![Distribution { rows: 1, width: 1, values: vec![mean], variance: None }];
/// let samples = [sample(1.0), sample(3.0)];
/// let summary = &summarise_samples(&[Kind::Regression], &samples, &[Some(vec![4.0])])[0];
/// assert_eq!(summary.mean.values, [2.0]);
/// assert_eq!(summary.std, Some(vec![1.0]));
/// assert_eq!(summary.total, Some(vec![5.0]));
/// assert!(summary.constant_aleatoric);
/// ```
///
/// # References
/// As [`Uncertain`].
pub fn summarise_samples(
    kinds: &[Kind],
    samples: &[Vec<Distribution>],
    residual_variance: &[Option<Vec<f32>>],
) -> Vec<Uncertain> {
    let mut moments = SampleMoments::new(kinds);
    for sample in samples {
        moments.add(sample);
    }
    moments.finish(residual_variance)
}

impl TaskTree {
    /// The mean squared residual of each column, for regressions that predict no variance.
    ///
    /// ```text
    /// σ²_c = mean over known rows of (observed_ic − predicted_ic)²
    /// ```
    ///
    /// On validation rows it is what [`SampleMoments::finish`] takes as the part of the doubt that is the
    /// same for all rows. `None` for other tasks, and where a column has no known value.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, Labels, TaskSpec, TaskTree, Vocabulary};
    ///
    /// let scale = Vocabulary::Real { columns: vec!["mass".into()], mean: vec![2.0], std: vec![1.0] };
    /// let labels = [Labels::Real { width: 1, values: vec![1.0, 3.0, f32::NAN] }];
    /// let specs = [TaskSpec::new("mass", Kind::Regression)];
    /// let tree = TaskTree::new(&specs, vec![scale], &labels).unwrap();
    ///
    /// let predicted = Distribution { rows: 3, width: 1, values: vec![2.0; 3], variance: None };
    /// assert_eq!(tree.residual_variance(&[predicted], &labels), [Some(vec![1.0])]);
    /// ```
    pub fn residual_variance(
        &self,
        distributions: &[Distribution],
        labels: &[Labels],
    ) -> Vec<Option<Vec<f32>>> {
        let of_task = |(distribution, labels): (&Distribution, &Labels)| {
            let Labels::Real { width, values } = labels else {
                return None;
            };
            if distribution.variance.is_some() {
                return None;
            }
            (0..*width)
                .map(|column| {
                    let known = known_reals(values, &distribution.values, *width, column);
                    mean(known.map(|(y, p)| (y - p).powi(2))).map(|variance| variance as f32)
                })
                .collect()
        };
        distributions.iter().zip(labels).map(of_task).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distribution(width: usize, values: &[f32], variance: Option<&[f32]>) -> Vec<Distribution> {
        vec![Distribution {
            rows: values.len() / width,
            width,
            values: values.to_vec(),
            variance: variance.map(<[f32]>::to_vec),
        }]
    }

    fn summary(
        kind: Kind,
        samples: &[Vec<Distribution>],
        residual: &[Option<Vec<f32>>],
    ) -> Uncertain {
        summarise_samples(&[kind], samples, residual).remove(0)
    }

    #[test]
    fn one_sample_says_nothing_about_the_network() {
        let summary = summary(Kind::Multiclass, &[distribution(2, &[0.5, 0.5], None)], &[]);
        assert_eq!((summary.epistemic, summary.std), (None, None));
        assert_eq!(summary.total, summary.aleatoric);
        assert_eq!(summary.total, Some(vec![std::f32::consts::LN_2]));
    }

    #[test]
    fn equal_samples_have_no_epistemic_doubt_at_all() {
        let sample = distribution(3, &[0.2, 0.3, 0.5, 1.0, 0.0, 0.0], None);
        let summary = summary(Kind::Ordinal, &vec![sample; 7], &[]);
        assert_eq!(summary.epistemic, Some(vec![0.0, 0.0]));
        assert_eq!(summary.std, Some(vec![0.0; 6]));
        assert_eq!(summary.aleatoric.unwrap()[1], 0.0);
    }

    #[test]
    fn every_node_has_its_own_parts() {
        let samples = [
            distribution(2, &[1.0, 0.5], None),
            distribution(2, &[0.0, 0.5], None),
        ];
        let summary = summary(Kind::Hierarchical, &samples, &[]);
        let ln2 = std::f32::consts::LN_2;
        assert_eq!(summary.width, 2);
        assert_eq!(summary.epistemic, Some(vec![ln2, 0.0]));
        assert_eq!(summary.aleatoric, Some(vec![0.0, ln2]));
    }

    #[test]
    fn a_predicted_variance_wins_over_a_residual_one() {
        let samples = [
            distribution(1, &[1.0], Some(&[2.0])),
            distribution(1, &[3.0], Some(&[4.0])),
        ];
        let summary = summary(Kind::Regression, &samples, &[Some(vec![100.0])]);
        assert!(!summary.constant_aleatoric);
        assert_eq!(summary.aleatoric, Some(vec![3.0]));
        assert_eq!(summary.epistemic, Some(vec![1.0]));
        assert_eq!(summary.total, Some(vec![4.0]));
        assert_eq!(summary.mean.variance, Some(vec![4.0]));
    }

    #[test]
    fn without_any_variance_the_total_is_unknown_and_the_spread_still_given() {
        let samples = [distribution(1, &[1.0], None), distribution(1, &[3.0], None)];
        let summary = summary(Kind::Regression, &samples, &[None]);
        assert_eq!((summary.total, summary.aleatoric), (None, None));
        assert_eq!(summary.epistemic, Some(vec![1.0]));
        assert_eq!(summary.mean.variance, Some(vec![1.0]));
    }

    #[test]
    fn a_small_spread_around_a_large_mean_is_not_lost() {
        let samples: Vec<_> = [1_000_000.0, 1_000_000.5]
            .map(|mean| distribution(1, &[mean], None))
            .to_vec();
        assert_eq!(
            summary(Kind::Regression, &samples, &[]).std,
            Some(vec![0.25])
        );
    }

    #[test]
    fn no_sample_gives_no_summary() {
        assert_eq!(summarise_samples(&[Kind::Binary], &[], &[]), []);
    }

    proptest! {
        #[test]
        fn an_order_that_holds_in_every_sample_holds_in_the_mean(
            samples in prop::collection::vec((0.0_f32..=1.0, 0.0_f32..=1.0), 1..40)
        ) {
            let samples: Vec<_> = samples
                .iter()
                .map(|&(parent, share)| distribution(2, &[parent, parent * share], None))
                .collect();
            let mean = summary(Kind::Hierarchical, &samples, &[]).mean.values;
            prop_assert!(mean[1] <= mean[0]);
        }

        #[test]
        fn the_parts_add_up_and_are_never_negative(
            samples in prop::collection::vec(prop::collection::vec(0.0_f32..=1.0, 6), 2..9)
        ) {
            let samples: Vec<_> = samples.iter().map(|values| distribution(3, values, None)).collect();
            let summary = summary(Kind::Multilabel, &samples, &[]);
            let (total, aleatoric) = (summary.total.unwrap(), summary.aleatoric.unwrap());
            for (cell, epistemic) in summary.epistemic.unwrap().into_iter().enumerate() {
                prop_assert!(epistemic >= 0.0);
                prop_assert!((total[cell] - aleatoric[cell] - epistemic).abs() < 1e-5);
                prop_assert!(total[cell] <= std::f32::consts::LN_2 + 1e-6);
            }
        }
    }
}
