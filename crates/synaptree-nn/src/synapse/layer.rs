//! The random part of one layer: its constants, its learned parameters, its products.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use synaptree_kernels::{
    Epilogue, NoiseAddress, NoiseForm, ROOT_FLOOR, WeightNoise, dense, noise_tensor,
    portable_noisy, softplus,
};

use super::prior::{divergence_from, empirical_divergence, log_alpha, log_uniform_divergence};
use super::rank_one::RankOne;
use super::rows::row_noise;
use super::softplus::inverse_softplus;
use crate::{Draw, Estimator, Moments, Noise, Pass, Prior, SynapseSpec};

/// The random part of one layer.
#[derive(Module, Debug)]
pub(crate) struct Synapse {
    /// ρ with σ = softplus(ρ), or log σ² under the log-uniform prior; `[inputs, outputs]`.
    rho: Option<Param<Tensor<2>>>,
    /// The factors of inputs and outputs.
    pub(super) rank_one: Option<RankOne>,
    /// β of a neural sampling machine, `[outputs]`.
    pub(super) gain: Option<Param<Tensor<1>>>,
    #[module(skip)]
    pub(super) law: Law,
}

/// What is constant about the random part of a layer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Law {
    pub(super) noise: Noise,
    pub(super) scale: f32,
    pub(super) probability: f32,
    pub(super) estimator: Estimator,
    quality: synaptree_kernels::Quality,
    /// `<path>.weight`: the stream of noise on weights.
    weights: String,
    /// `<path>`: the stream of noise on sums.
    pub(super) sums: String,
    /// Whether `rho` holds the standard deviations themselves.
    settled: bool,
    /// Whether several rows of the product, places or times, are of one row of the batch.
    pub(super) shared: bool,
}

/// That a row of the batch uses the weights several times, at places or times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reuse {
    /// How often the weights of an input stand in the layer: its factor is that of all of them.
    pub(crate) repeats: usize,
}

/// The variance of every weight, in the cheapest shape.
enum Variance {
    Uniform(f64),
    /// One for every output, `[1, outputs]`.
    Outputs(Tensor<2>),
    Weights(Tensor<2>),
}

impl Synapse {
    /// The random part of the layer at `path` with the weight `weight`.
    pub(crate) fn new(
        spec: &SynapseSpec,
        weight: &Tensor<2>,
        reuse: Option<Reuse>,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Self {
        let [inputs, outputs] = weight.dims();
        let repeats = reuse.map_or(1, |reuse| reuse.repeats);
        let scale = spec.scale_at(path);
        let first = || {
            let spread = weight.clone().square().mean().sqrt().into_scalar::<f32>();
            let spread = if spread > 0.0 {
                f64::from(spread)
            } else {
                (inputs as f64).sqrt().recip()
            };
            scale * spread
        };
        let rho = match spec.noise {
            Noise::Variational | Noise::Adaptive => Some(inverse_softplus(first())),
            Noise::VariationalDropout => Some(2.0 * first().ln()),
            _ => None,
        };
        let rank_one = match spec.noise {
            Noise::Rank1 => Some(Some(scale)),
            Noise::BatchEnsemble => Some(None),
            _ => None,
        };
        Self {
            rho: rho.map(|rho| Param::from_tensor(Tensor::full([inputs, outputs], rho, device))),
            rank_one: rank_one.map(|scale| {
                let widths = [inputs / repeats, outputs];
                RankOne::new(spec.members, widths, scale, seed, path, device)
            }),
            gain: (spec.noise == Noise::NeuralSampling)
                .then(|| Param::from_tensor(Tensor::ones([outputs], device))),
            law: Law {
                noise: spec.noise,
                scale: scale as f32,
                probability: spec.probability as f32,
                estimator: spec.estimator,
                quality: spec.quality.into(),
                weights: format!("{path}.weight"),
                sums: path.to_owned(),
                settled: false,
                shared: reuse.is_some(),
            },
        }
    }

    /// Computes the standard deviations that are learned once, where every draw would do it.
    pub(crate) fn settle(&mut self, weight: &Tensor<2>) {
        let learned = self.rho.is_some() && !self.law.settled;
        if let Some(deviation) = self.deviation(weight).filter(|_| learned) {
            self.rho = Some(Param::from_tensor(deviation));
            self.law.settled = true;
        }
    }

    /// The path of the layer.
    pub(crate) fn path(&self) -> &str {
        &self.law.sums
    }

    /// `f(x W̃ + b)` with the weights of the pass's draw, or with their mean.
    pub(crate) fn forward(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        pass: &Pass,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        if let (Some(rank_one), Some(draw)) = (&self.rank_one, pass.draw) {
            let Law { sums, shared, .. } = &self.law;
            let sum = pass.one_by_one(draw, &x, |x, draw, pass| {
                let (weight, bias) = (weight.clone(), bias.clone());
                rank_one.forward(x, weight, bias, (pass, draw), sums, *shared)
            });
            return finish(sum, epilogue);
        }
        let Some(draw) = pass.draw.filter(|_| self.is_noisy()) else {
            return dense(x, self.mean(weight), bias, None, epilogue);
        };
        match self.estimator(x.dims(), pass.training) {
            // One layer with known inputs: its sums have the moments that `local` draws from.
            Estimator::Local | Estimator::Moments => self.local(x, weight, bias, pass, epilogue),
            Estimator::Flipout => pass.one_by_one(draw, &x, |x, draw, pass| {
                self.flipout(x, weight.clone(), bias.clone(), pass, draw, epilogue)
            }),
            Estimator::Auto | Estimator::Weight | Estimator::Rank1 if pass.samples > 1 => {
                self.shared_samples(x, weight, bias, (pass, draw), epilogue)
            }
            Estimator::Auto | Estimator::Weight | Estimator::Rank1 => {
                self.shared(x, weight, bias, draw, epilogue)
            }
        }
    }

    /// The estimator that computes a product of this shape.
    pub(crate) fn estimator(&self, shape: [usize; 2], training: bool) -> Estimator {
        let Law {
            noise, estimator, ..
        } = self.law;
        if self.law.shared {
            estimator.resolve_shared(noise, training)
        } else {
            estimator.resolve(noise, shape, training)
        }
    }

    /// Whether two draws can differ.
    pub(crate) fn is_noisy(&self) -> bool {
        match self.law.noise {
            Noise::None => false,
            Noise::Gaussian | Noise::Multiplicative | Noise::Filter => self.law.scale > 0.0,
            _ => true,
        }
    }

    /// The mean of the weights.
    pub(crate) fn mean(&self, weight: Tensor<2>) -> Tensor<2> {
        match self.law.noise {
            Noise::Bernoulli | Noise::BlankOut => weight * self.law.probability,
            Noise::Rank1 | Noise::BatchEnsemble => match &self.rank_one {
                Some(factors) => factors.mean(weight),
                None => weight,
            },
            _ => match &self.gain {
                // E[ξ + a] = c β with c = √(2 p (1 − p)).
                Some(gain) => {
                    let p = f64::from(self.law.probability);
                    weight * (gain.val() * (2.0 * p * (1.0 - p)).sqrt()).unsqueeze()
                }
                None => weight,
            },
        }
    }

    /// The weights of one draw.
    pub(crate) fn sampled(&self, weight: Tensor<2>, draw: Draw) -> Tensor<2> {
        if !self.is_noisy() {
            return self.mean(weight);
        }
        let (draw, sign) = self.mirrored(draw);
        if let Some(form) = self.form(sign) {
            let address = self.address(draw);
            return portable_noisy(weight, WeightNoise { address, form });
        }
        match self.deviation(&weight) {
            Some(deviation) => {
                let noise = noise_tensor(self.address(draw), weight.dims(), &weight.device());
                weight + deviation * sign * noise
            }
            None => self.mean(weight),
        }
    }

    pub(super) fn address(&self, draw: Draw) -> NoiseAddress {
        NoiseAddress {
            key: draw.noise_key(&self.law.weights),
            step: draw.step,
            sample: draw.sample,
            quality: self.law.quality,
        }
    }

    /// The draw and the sign of noise on weights.
    pub(super) fn mirrored(&self, draw: Draw) -> (Draw, f32) {
        if self.is_mirrored() {
            draw.mirrored()
        } else {
            (draw, 1.0)
        }
    }

    /// Whether noise on weights has a sign: where it is Gaussian.
    pub(super) fn is_mirrored(&self) -> bool {
        !matches!(
            self.law.noise,
            Noise::Bernoulli | Noise::BlankOut | Noise::NeuralSampling
        )
    }

    /// What fixed noise of that sign does to a weight; `None` where the deviation is a tensor.
    pub(super) fn form(&self, sign: f32) -> Option<NoiseForm> {
        match self.law.noise {
            Noise::Gaussian => Some(NoiseForm::Added(sign * self.law.scale)),
            Noise::Multiplicative => Some(NoiseForm::Multiplied(sign * self.law.scale)),
            Noise::Bernoulli => Some(NoiseForm::Kept(self.law.probability)),
            _ => None,
        }
    }

    /// The standard deviation of every weight as a tensor, where the noise has one; `[inputs, outputs]`.
    pub(crate) fn deviation(&self, weight: &Tensor<2>) -> Option<Tensor<2>> {
        let shape = weight.dims();
        if let Some(deviation) = self.rho.as_ref().filter(|_| self.law.settled) {
            return Some(deviation.val());
        }
        match self.law.noise {
            Noise::Gaussian => Some(Tensor::full(shape, self.law.scale, &weight.device())),
            Noise::Multiplicative => Some(weight.clone().abs() * self.law.scale),
            Noise::Filter => Some(self.filter(weight).sqrt().expand(shape)),
            Noise::Variational | Noise::Adaptive => {
                self.rho.as_ref().map(|rho| softplus(rho.val()))
            }
            Noise::VariationalDropout => self.rho.as_ref().map(|rho| (rho.val() * 0.5).exp()),
            Noise::Bernoulli | Noise::BlankOut => {
                let p = f64::from(self.law.probability);
                Some(weight.clone().abs() * (p * (1.0 - p)).sqrt())
            }
            _ => None,
        }
    }

    /// Mean and standard deviation of every weight over draws, `[inputs, outputs]`; `None` where weights are plain numbers.
    pub(crate) fn drawn_weights(&self, weight: &Tensor<2>) -> Option<[Tensor<2>; 2]> {
        let deviation = match self.law.noise {
            Noise::Rank1 | Noise::BatchEnsemble => self.rank_one.as_ref()?.deviation(weight),
            Noise::NeuralSampling => {
                let p = f64::from(self.law.probability);
                weight.clone().abs() * (p * (1.0 - p)).sqrt()
            }
            _ => self.deviation(weight)?,
        };
        Some([self.mean(weight.clone()), deviation])
    }

    /// The variance that a unit's norm gives each of its weights, `[1, outputs]`; a constant for the gradient.
    fn filter(&self, weight: &Tensor<2>) -> Tensor<2> {
        let scale = f64::from(self.law.scale);
        weight.clone().detach().square().mean_dim(0) * (scale * scale)
    }

    fn variance(&self, weight: &Tensor<2>) -> Variance {
        let scale = f64::from(self.law.scale);
        match self.law.noise {
            Noise::Gaussian => Variance::Uniform(scale * scale),
            Noise::Multiplicative => Variance::Weights(weight.clone().square() * (scale * scale)),
            Noise::Filter => Variance::Outputs(self.filter(weight)),
            Noise::Bernoulli | Noise::BlankOut | Noise::NeuralSampling => {
                let p = f64::from(self.law.probability);
                Variance::Weights(weight.clone().square() * (p * (1.0 - p)))
            }
            _ => match self.deviation(weight) {
                Some(deviation) => Variance::Weights(deviation.square()),
                None => Variance::Uniform(0.0),
            },
        }
    }

    /// The variance of the sums, `[rows, outputs]` or a shape that extends to it.
    pub(super) fn sum_variance(&self, x: &Tensor<2>, weight: &Tensor<2>) -> Tensor<2> {
        self.spread(x.clone().square(), weight)
    }

    /// The variance that the weights give the sums of inputs with these mean squares.
    fn spread(&self, squares: Tensor<2>, weight: &Tensor<2>) -> Tensor<2> {
        match self.variance(weight) {
            Variance::Uniform(variance) => squares.sum_dim(1) * variance,
            Variance::Outputs(variance) => squares.sum_dim(1) * variance,
            Variance::Weights(variance) => squares.matmul(variance),
        }
    }

    /// The moments of the sums of independent inputs and weights.
    ///
    /// ```text
    /// mean = m E[W] + b,   variance = (v + m²) Var[W] + v E[W]²
    /// ```
    pub(crate) fn moments(&self, x: Moments, weight: &Tensor<2>, bias: Tensor<1>) -> Moments {
        let Moments { mean, variance } = x;
        let centre = self.mean(weight.clone());
        let passed = variance.clone().matmul(centre.clone().square());
        let variance = if self.is_noisy() {
            passed + self.spread(mean.clone().square() + variance, weight)
        } else {
            passed
        };
        Moments {
            mean: dense(mean, centre, bias, None, Epilogue::Linear),
            variance,
        }
    }

    /// Sums drawn from Gaussians of these moments, for every row on its own; their means without a draw.
    pub(crate) fn drawn(&self, sums: Moments, pass: &Pass) -> Tensor<2> {
        let Moments { mean, variance } = sums;
        let shape = [pass.rows.len(), mean.dims()[1]];
        let noise = pass.for_each_sample(|draw| {
            // The sums are Gaussian, whatever the weights are.
            let (draw, sign) = draw.mirrored();
            row_noise(draw, &self.law.sums, pass.rows, shape, &mean.device()) * sign
        });
        let Some(noise) = noise else { return mean };
        let deviation = pass.spread((variance + ROOT_FLOOR).sqrt());
        pass.spread(mean) + deviation * noise
    }

    /// Σ KL of the layer's distributions from the prior, in nats; `None` where nothing is learned.
    ///
    /// A draw is needed for a scale mixture alone; without one its divergence is that at the mean weights.
    pub(crate) fn divergence(
        &self,
        weight: Tensor<2>,
        prior: Prior,
        draw: Option<Draw>,
    ) -> Option<Tensor<1>> {
        if self.law.noise == Noise::Rank1 {
            return self.rank_one.as_ref().map(RankOne::divergence);
        }
        let rho = self.rho.as_ref()?;
        if self.law.noise == Noise::VariationalDropout {
            return Some(log_uniform_divergence(weight, rho.val()));
        }
        let deviation = softplus(rho.val());
        if self.law.noise == Noise::Adaptive {
            return Some(empirical_divergence(weight, deviation, true));
        }
        let address = draw.map(|draw| self.address(draw));
        Some(divergence_from(prior, weight, deviation, address))
    }

    /// log α of every weight under the log-uniform prior; weights with log α > 3 can be pruned.
    pub(crate) fn log_alpha(&self, weight: Tensor<2>) -> Option<Tensor<2>> {
        let rho = self.rho.as_ref()?;
        (self.law.noise == Noise::VariationalDropout).then(|| log_alpha(weight, rho.val()))
    }
}

/// What follows the sum.
pub(crate) fn finish(sum: Tensor<2>, epilogue: Epilogue) -> Tensor<2> {
    match epilogue {
        Epilogue::Linear => sum,
        Epilogue::Relu => relu(sum),
    }
}
