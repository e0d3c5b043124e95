//! SWAG: mean and covariance of the weights over the last epochs.

use std::collections::{BTreeMap, VecDeque};

use burn::module::Module;
use synaptree_nn::{
    PosteriorKind, PosteriorPart, WeightPosterior, is_running, parameters, shifted,
};

/// Numbers of every parameter by path, row after row.
type Weights = BTreeMap<String, Vec<f32>>;

/// What has been collected of the weights so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Swag {
    /// How many epochs were collected.
    pub(crate) epochs: u32,
    mean: Weights,
    /// Σ (θ − θ̄)², kept by the difference of each epoch: Σ θ² − n θ̄² would lose its digits.
    squares: Weights,
    /// The last deviations from the mean, the oldest first.
    deviations: VecDeque<Weights>,
}

impl Swag {
    /// One whose numbers of so many epochs are still to be restored.
    pub(crate) fn of(epochs: u32) -> Self {
        Self {
            epochs,
            ..Self::default()
        }
    }

    /// Takes the weights of `module` in; the last `rank` deviations are kept.
    pub(crate) fn collect<M: Module>(&mut self, module: &M, rank: usize) {
        self.epochs += 1;
        let share = f64::from(self.epochs).recip() as f32;
        let mut deviations = Weights::new();
        for (path, _, data) in parameters(module) {
            if is_running(&path) {
                continue;
            }
            let weights = data.as_slice::<f32>().unwrap_or(&[]);
            let zeros = || vec![0.0; weights.len()];
            let mean = self.mean.entry(path.clone()).or_insert_with(zeros);
            let squares = self.squares.entry(path.clone()).or_insert_with(zeros);
            let moved = weights.iter().zip(mean).zip(squares);
            let moved = moved.map(|((weight, mean), squares)| {
                let before = weight - *mean;
                *mean += share * before;
                let after = weight - *mean;
                *squares += before * after;
                after
            });
            deviations.insert(path, moved.collect());
        }
        self.deviations.push_back(deviations);
        while self.deviations.len() > rank {
            self.deviations.pop_front();
        }
    }

    /// `module` with the mean of the collected weights.
    pub(crate) fn mean_of<M: Module + Clone>(&self, module: &M) -> M {
        let moves = parameters(module)
            .into_iter()
            .filter_map(|(path, _, data)| {
                let weights = data.as_slice::<f32>().ok()?;
                let mean = self.mean.get(&path)?;
                let moved = mean.iter().zip(weights).map(|(mean, weight)| mean - weight);
                Some((path, moved.collect()))
            });
        shifted(module, moves)
    }

    /// The distribution of the weights around their mean.
    pub(crate) fn posterior(&self, scale: f64) -> WeightPosterior {
        let epochs = f64::from(self.epochs.max(1));
        let mut parts: Vec<PosteriorPart> = self
            .squares
            .iter()
            .map(|(path, squares)| PosteriorPart::Diagonal {
                path: path.clone(),
                deviation: squares
                    .iter()
                    .map(|square| (scale * f64::from(square.max(0.0)) / epochs).sqrt() as f32)
                    .collect(),
            })
            .collect();
        let rank = self.deviations.len();
        if rank > 1 {
            let factor = (scale / (rank - 1) as f64).sqrt() as f32;
            let columns = self.mean.keys().map(|path| {
                let rows = self.deviations.iter().filter_map(|kept| kept.get(path));
                let rows = rows.flatten().map(|value| value * factor);
                (path.clone(), rows.collect())
            });
            parts.push(PosteriorPart::Factor {
                name: "network".to_owned(),
                rank,
                columns: columns.collect(),
            });
        }
        WeightPosterior::new(parts).found_by(PosteriorKind::Swag)
    }

    /// Everything that a checkpoint keeps, by name.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = (String, &Vec<f32>)> {
        let named = |group: String, weights: &'_ Weights| {
            let paths: Vec<String> = weights
                .keys()
                .map(|path| format!("{group}/{path}"))
                .collect();
            paths
        };
        let mean = named("mean".to_owned(), &self.mean)
            .into_iter()
            .zip(self.mean.values());
        let squares = named("squares".to_owned(), &self.squares)
            .into_iter()
            .zip(self.squares.values());
        let deviations = self
            .deviations
            .iter()
            .enumerate()
            .flat_map(move |(n, kept)| named(n.to_string(), kept).into_iter().zip(kept.values()));
        mean.chain(squares).chain(deviations)
    }

    /// Takes back what [`tensors`](Self::tensors) gave out; whether the name is one of its names.
    pub(crate) fn restore(&mut self, name: &str, values: Vec<f32>) -> bool {
        let Some((group, path)) = name.split_once('/') else {
            return false;
        };
        let weights = match group {
            "mean" => &mut self.mean,
            "squares" => &mut self.squares,
            number => {
                let Ok(number @ ..10_000) = number.parse::<usize>() else {
                    return false;
                };
                if self.deviations.len() <= number {
                    self.deviations.resize(number + 1, Weights::new());
                }
                &mut self.deviations[number]
            }
        };
        weights.insert(path.to_owned(), values);
        true
    }

    /// Whether every parameter of `lengths` has all its numbers, and there are no others.
    pub(crate) fn fits(&self, lengths: &BTreeMap<String, usize>) -> bool {
        let fits = |weights: &Weights| {
            weights.len() == lengths.len()
                && weights
                    .iter()
                    .all(|(path, values)| lengths.get(path) == Some(&values.len()))
        };
        if self.epochs == 0 {
            return self.mean.is_empty() && self.squares.is_empty() && self.deviations.is_empty();
        }
        fits(&self.mean) && fits(&self.squares) && self.deviations.iter().all(fits)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use synaptree_nn::{Dense, DenseConfig, Draw};

    use super::*;

    /// Dense layers whose weight and bias take these values in turn.
    fn epochs() -> (Vec<Dense>, Vec<[f64; 3]>) {
        let device = Device::flex();
        let first = DenseConfig::new(2, 1).init(7, "dense", &device).unwrap();
        let values: Vec<[f64; 3]> = (0..7)
            .map(|i| {
                let t = f64::from(i);
                [
                    1.0 + 0.3 * (2.0 * t).sin(),
                    t * 0.1,
                    -0.5 + 0.2 * (t * t).cos(),
                ]
            })
            .collect();
        let layers = values.iter().map(|[a, b, c]| {
            let mut layer = first.clone();
            let weight = Tensor::<2>::from_data([[*a as f32], [*b as f32]], &device);
            layer.weight = layer.weight.map(|_| weight);
            layer.bias = layer.bias.map(|_| Tensor::from_data([*c as f32], &device));
            layer
        });
        (layers.collect(), values)
    }

    #[test]
    fn mean_and_covariance_are_those_of_the_closed_form() {
        const RANK: usize = 4;
        const DRAWS: u32 = 40_000;
        let (layers, values) = epochs();
        let mut swag = Swag::default();
        for layer in &layers {
            swag.collect(layer, RANK);
        }
        let n = values.len() as f64;
        let mean = |i: usize, until: usize| {
            values[..until].iter().map(|v| v[i]).sum::<f64>() / until as f64
        };
        let averaged = swag.mean_of(&layers[0]);
        let found = averaged
            .weight
            .val()
            .into_data()
            .try_into_vec::<f32>()
            .unwrap();
        for (i, found) in found.into_iter().enumerate() {
            assert!((f64::from(found) - mean(i, 7)).abs() < 1e-6);
        }
        // ½ (diag(mean of squares − square of the mean) + D Dᵀ / (K − 1)) with the deviations of the last K epochs
        // from the means up to each of them.
        let deviation = |i: usize, epoch: usize| values[epoch][i] - mean(i, epoch + 1);
        let covariance = |i: usize, j: usize| {
            let kept = (7 - RANK)..7;
            let low: f64 = kept.map(|e| deviation(i, e) * deviation(j, e)).sum();
            let square = values.iter().map(|v| v[i] * v[i]).sum::<f64>() / n;
            let diagonal = if i == j {
                square - mean(i, 7).powi(2)
            } else {
                0.0
            };
            0.5 * (diagonal + low / (RANK as f64 - 1.0))
        };
        let posterior = swag.posterior(0.5);
        posterior.check(&layers[0]).unwrap();
        let exact = posterior.deviation("bias").unwrap()[0];
        assert!((f64::from(exact).powi(2) / covariance(2, 2) - 1.0).abs() < 1e-4);

        let draws: Vec<[f64; 3]> = (0..DRAWS)
            .map(|sample| {
                let drawn = posterior.draw(&averaged, Draw::predict(7, sample));
                let w = drawn
                    .weight
                    .val()
                    .into_data()
                    .try_into_vec::<f32>()
                    .unwrap();
                let b = drawn.bias.val().into_scalar::<f32>();
                [w[0], w[1], b].map(f64::from)
            })
            .collect();
        for i in 0..3 {
            for j in 0..3 {
                let centre = |d: &[f64; 3], k: usize| d[k] - mean(k, 7);
                let found = draws
                    .iter()
                    .map(|d| centre(d, i) * centre(d, j))
                    .sum::<f64>()
                    / f64::from(DRAWS);
                let size = (covariance(i, i) * covariance(j, j)).sqrt();
                let error = 5.0 * (size.powi(2) + covariance(i, j).powi(2)).sqrt()
                    / f64::from(DRAWS).sqrt();
                assert!((found - covariance(i, j)).abs() < error, "{i},{j}: {found}");
            }
        }
    }

    #[test]
    fn what_a_checkpoint_keeps_is_taken_back() {
        let (layers, _) = epochs();
        let mut swag = Swag::default();
        for layer in &layers {
            swag.collect(layer, 3);
        }
        let mut restored = Swag::of(swag.epochs);
        for (name, values) in swag.tensors() {
            assert!(restored.restore(&name, values.clone()));
        }
        assert_eq!(restored, swag);
        let lengths = BTreeMap::from([("weight".to_owned(), 2), ("bias".to_owned(), 1)]);
        assert!(restored.fits(&lengths));
        assert!(restored.restore("mean/weight", vec![0.0]));
        assert!(!restored.fits(&lengths));
        assert!(!restored.restore("median/weight", vec![0.0]));
    }
}
