//! A network's answers for many rows, a batch at a time.

use std::ops::Range;

use crate::settle::{Looks, Settling};
use burn::tensor::{Device, Int, Tensor, TensorData};
use synaptree_data::{Features, Split};
use synaptree_nn::{Draw, Estimator, Network, NetworkConfig, Pass, TableInput, WeightPosterior};
use synaptree_tasks::{Distribution, Kind, Labels, SampleMoments, Target, TaskTree, Uncertain};

/// Rows a batch: large enough for the matrix kernels, small enough that the samples of a batch fit
/// in memory.
pub(crate) const ROWS: usize = 1024;

/// Numbers of the widest layer that one pass holds for several samples: these stay in the cache of a core.
const NUMBERS: usize = 1 << 17;

/// The rows that are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The encoded rows.
    pub features: &'a Features,
    /// The index of each row in its file; it addresses dropout masks.
    pub rows: &'a [u64],
    /// Their labels, where losses are wanted.
    pub labels: Option<&'a [Labels]>,
}

impl<'a> From<&'a Split> for Question<'a> {
    fn from(split: &'a Split) -> Self {
        Self {
            features: &split.features,
            rows: &split.rows,
            labels: Some(&split.labels),
        }
    }
}

/// How a network is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastOptions<'a> {
    /// Monte Carlo samples; 0 asks the mean network once. Of a network with members, see [`SynapseSpec::cycle`], every one is
    /// asked equally often, so they are rounded up.
    ///
    /// [`SynapseSpec::cycle`]: synaptree_nn::SynapseSpec::cycle
    pub samples: u32,
    /// The seed of the samples.
    pub seed: u64,
    /// Whether samples come in pairs of opposite noise; see [`Draw::in_pairs`].
    pub antithetic: bool,
    /// The distribution that every sample draws its weights from; `None` takes the network's own.
    pub posterior: Option<&'a WeightPosterior>,
    /// The standard error at which a row gets no more samples; see [`Predict::tolerance`](crate::Predict::tolerance).
    pub tolerance: Option<f64>,
}

/// The answers: one entry a task.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The distribution of each task over all rows, with its uncertainty where samples were asked for.
    pub tasks: Vec<Uncertain>,
    /// Mean loss of each task over its observed labels by their class weights, where labels were
    /// given; it does not depend on how the rows are divided into batches.
    pub losses: Vec<Option<f64>>,
    /// How many samples each row took, where a tolerance was stated.
    pub used: Option<Vec<u32>>,
}

impl Forecast {
    /// The (mean) distributions alone.
    pub fn distributions(&self) -> Vec<Distribution> {
        self.tasks.iter().map(|t| t.mean.clone()).collect()
    }
}

/// Asks `network` about every row of `question`.
///
/// # Randomness
///
/// With `samples > 0`: purpose `predict`, addressed by the sample and, for dropout masks, by
/// the row's index in its file, so an answer depends neither on the other rows nor on the size of a batch.
pub fn forecast(
    network: &Network,
    tree: &TaskTree,
    question: &Question,
    residual: &[Option<Vec<f32>>],
    options: ForecastOptions<'_>,
    device: &Device,
) -> Forecast {
    let Question {
        features,
        rows,
        labels,
    } = *question;
    let options = ForecastOptions {
        samples: whole_cycles(network.config(), options.samples),
        ..options
    };
    let settled = (options.samples > 1 && options.posterior.is_none()).then(|| network.settled());
    let network = settled.as_ref().unwrap_or(network);
    let kinds: Vec<Kind> = tree.tasks().iter().map(|task| task.kind).collect();
    let mut parts: Vec<Vec<Uncertain>> = Vec::new();
    let mut used: Option<Vec<u32>> = None;
    let mut sums = vec![(0.0, 0.0); tree.tasks().len()];
    for start in (0..features.rows.max(1)).step_by(ROWS) {
        let end = (start + ROWS).min(features.rows);
        let input = table_input(features, start..end, device);
        let ids = &rows[start..end];
        // The losses are those of the mean network, whatever the samples say.
        let outputs = if labels.is_some() || options.samples == 0 {
            network.forward(&input, &Pass::mean(ids))
        } else {
            Vec::new()
        };
        if let Some(labels) = labels {
            let indices: Vec<usize> = (start..end).collect();
            let targets: Vec<Target> = tree
                .tasks()
                .iter()
                .zip(labels)
                .map(|(task, labels)| Target::new(&labels.select(&indices), task, None, device))
                .collect();
            for (sum, loss) in sums.iter_mut().zip(tree.losses(&outputs, &targets)) {
                if let Some(loss) = loss {
                    sum.0 += loss.sum();
                    sum.1 += loss.weight;
                }
            }
        }
        let sampler = Sampler {
            network,
            tree,
            options,
        };
        let samples = 0..options.samples;
        let tolerance = options.tolerance.filter(|_| options.samples > 0);
        let part = if let Some(tolerance) = tolerance {
            let settling = Settling {
                kinds: &kinds,
                residual,
                samples: options.samples,
                looks: looks(network.config(), options.posterior),
                tolerance,
            };
            let (part, counts) = settling.run(end - start, |rows, samples| {
                let places: Vec<usize> = rows.iter().map(|row| start + row).collect();
                let features = features.select(&places);
                let ids: Vec<u64> = rows.iter().map(|&row| ids[row]).collect();
                let input = table_input(&features, 0..features.rows, device);
                let mut drawn = Vec::with_capacity(samples.len());
                sampler.draw(&input, &ids, samples, |sample| drawn.push(sample));
                drawn
            });
            used.get_or_insert_with(Vec::new).extend(counts);
            part
        } else {
            let mut moments = SampleMoments::new(&kinds);
            if options.samples == 0 {
                moments.add(&tree.distributions(&outputs));
            }
            sampler.draw(&input, ids, samples, |sample| moments.add(&sample));
            moments.finish(residual)
        };
        parts.push(part);
    }
    Forecast {
        tasks: join(parts),
        losses: sums
            .into_iter()
            .map(|(sum, weight)| (weight > 0.0).then(|| sum / weight))
            .collect(),
        used,
    }
}

/// Draws samples of a network.
struct Sampler<'a> {
    network: &'a Network,
    tree: &'a TaskTree,
    options: ForecastOptions<'a>,
}

impl Sampler<'_> {
    /// Hands each of these samples of the rows to `add`.
    fn draw(
        &self,
        input: &TableInput,
        ids: &[u64],
        samples: Range<u32>,
        mut add: impl FnMut(Vec<Distribution>),
    ) {
        let Self {
            network, options, ..
        } = self;
        // A drawn network has other weights in every layer; noise leaves those before the first noisy one alone.
        // Moments are passed through all layers at once, and noise on embeddings comes before all layers.
        let shared = !samples.is_empty()
            && options.posterior.is_none()
            && network.config().synapses.estimator != Estimator::Moments
            && !network.config().synapses.embeddings;
        let stem = shared.then(|| network.stem(input, ids));
        let at_once = match options.posterior {
            // The slope along a draw answers for the opposite one too, unless dropout tells them apart.
            Some(posterior)
                if posterior.is_linearised()
                    && options.antithetic
                    && samples.start.is_multiple_of(2)
                    && !network.config().is_stochastic() =>
            {
                2
            }
            // A drawn network is another one for each.
            Some(_) => 1,
            None => at_once(network.config(), ids.len()),
        };
        for first in samples.clone().step_by(at_once as usize) {
            let draw = Draw::predict(options.seed, first);
            let draw = if options.antithetic {
                draw.in_pairs()
            } else {
                draw
            };
            let count = at_once.min(samples.end - first);
            let pass = Pass::samples(draw, ids, count);
            let outputs = match (&stem, options.posterior) {
                (Some(stem), _) => network.forward_from(stem, &pass),
                (None, Some(posterior)) if posterior.is_linearised() => {
                    let pass = Pass::sample(draw, ids);
                    let ask = |network: &Network| network.forward(input, &pass);
                    let [drawn, opposite] = posterior.tangent(*network, draw).outputs(ask);
                    if count == 1 {
                        drawn
                    } else {
                        let both = drawn.into_iter().zip(opposite);
                        both.map(|(a, b)| Tensor::cat(vec![a, b], 0)).collect()
                    }
                }
                (None, Some(posterior)) => posterior.draw(*network, draw).forward(input, &pass),
                (None, None) => network.forward(input, &pass),
            };
            let drawn = self.tree.distributions(&outputs);
            if count == 1 {
                add(drawn);
                continue;
            }
            for sample in 0..count as usize {
                let rows = |task: &Distribution| task.part(sample * ids.len(), ids.len());
                add(drawn.iter().map(rows).collect());
            }
        }
    }
}

/// The number of samples that asks every member equally often, at least `samples`.
pub(crate) fn whole_cycles(network: &NetworkConfig, samples: u32) -> u32 {
    let cycle = network.synapses.cycle();
    // There is no larger number of samples, so the last whole cycle has to do.
    let most = u32::MAX / cycle * cycle;
    samples.checked_next_multiple_of(cycle).unwrap_or(most)
}

/// When the samples of a row are looked at.
fn looks(network: &NetworkConfig, posterior: Option<&WeightPosterior>) -> Looks {
    let cycle = network.synapses.cycle();
    // With one member alone, nothing is left that could differ between two cycles.
    let mut alone = network.clone();
    alone.synapses.members = 1;
    let repeats = cycle > 1 && posterior.is_none() && !alone.is_stochastic();
    Looks::new(cycle, repeats)
}

/// How many samples of so many rows go through the network in one pass.
fn at_once(network: &NetworkConfig, rows: usize) -> u32 {
    let layers = network.network.trunk.iter().chain(&network.network.heads);
    let widest = layers.copied().max().unwrap_or(1).max(1);
    let cached = NUMBERS / widest;
    let room = if network.synapses.estimator == Estimator::Moments {
        // These samples differ in the outputs alone.
        cached.max(16 * ROWS)
    } else {
        cached
    };
    (room / rows.max(1)).clamp(1, ROWS) as u32
}

/// Joins the answers of consecutive batches.
fn join(parts: Vec<Vec<Uncertain>>) -> Vec<Uncertain> {
    let mut parts = parts.into_iter();
    let mut joined = parts.next().unwrap_or_default();
    for part in parts {
        append(&mut joined, part);
    }
    joined
}

/// Adds the answers for the rows that follow, task by task.
pub(crate) fn append(tasks: &mut [Uncertain], further: Vec<Uncertain>) {
    for (all, more) in tasks.iter_mut().zip(further) {
        extend(all, more);
    }
}

fn extend(all: &mut Uncertain, more: Uncertain) {
    fn optional(all: &mut Option<Vec<f32>>, more: Option<Vec<f32>>) {
        if let (Some(all), Some(more)) = (all, more) {
            all.extend(more);
        }
    }
    all.mean.rows += more.mean.rows;
    all.mean.values.extend(more.mean.values);
    optional(&mut all.mean.variance, more.mean.variance);
    optional(&mut all.std, more.std);
    optional(&mut all.total, more.total);
    optional(&mut all.aleatoric, more.aleatoric);
    optional(&mut all.epistemic, more.epistemic);
}

/// The tensors of rows `range`.
///
/// # Shapes
///
/// - numbers: `[rows, numbers]`
/// - categories: `[rows, categories]`
pub fn table_input(
    features: &Features,
    range: std::ops::Range<usize>,
    device: &Device,
) -> TableInput {
    let rows = range.len();
    let numbers =
        &features.numbers[range.start * features.number_width..range.end * features.number_width];
    let categories = &features.categories
        [range.start * features.category_width..range.end * features.category_width];
    TableInput {
        numbers: Tensor::from_data(
            TensorData::new(numbers.to_vec(), [rows, features.number_width]),
            device,
        ),
        categories: Tensor::<2, Int>::from_data(
            TensorData::new(categories.to_vec(), [rows, features.category_width]),
            device,
        ),
    }
}
