//! The noise on one weight of any shape.

use burn::module::{Module, Param, Reparameterization};
use burn::tensor::Tensor;
use synaptree_kernels::{
    NoiseAddress, NoiseForm, Quality, WeightNoise, noise_tensor, portable_noisy, softplus,
};

use super::check::word;
use super::prior::{divergence_from, log_uniform_divergence};
use super::softplus::inverse_softplus;
use crate::{Draw, Noise, Prior, SynapseSpec};

/// The noise that weights of any shape can have: it changes each of them on its own.
pub(super) const OFFERED: [Noise; 6] = [
    Noise::Gaussian,
    Noise::Multiplicative,
    Noise::Filter,
    Noise::Bernoulli,
    Noise::Variational,
    Noise::VariationalDropout,
];

/// Whether weights of any shape can have this noise.
pub(crate) fn has_weights(noise: Noise) -> bool {
    OFFERED.contains(&noise)
}

/// The words of [`OFFERED`].
pub(super) fn offered() -> String {
    let words: Vec<String> = OFFERED.iter().map(|n| format!("`{}`", word(n))).collect();
    words.join(", ")
}

/// The noise on one weight of any shape; made by [`StochasticSynapses`](crate::StochasticSynapses) and for embeddings.
#[derive(Module, Debug)]
pub struct WeightSynapse {
    /// ρ with σ = softplus(ρ), or log σ² under the log-uniform prior, row after row; `[weights]`.
    rho: Option<Param<Tensor<1>>>,
    #[module(skip)]
    law: Law,
}

#[derive(Clone, Debug, PartialEq)]
struct Law {
    path: String,
    noise: Noise,
    scale: f32,
    probability: f32,
    quality: Quality,
}

impl WeightSynapse {
    /// The noise of the weight at `path`.
    pub(crate) fn new<const D: usize>(spec: &SynapseSpec, path: &str, weight: &Tensor<D>) -> Self {
        let scale = spec.scale_at(path);
        let first = || {
            let spread = weight.clone().square().mean().sqrt().into_scalar::<f32>();
            scale * if spread > 0.0 { f64::from(spread) } else { 1.0 }
        };
        let rho = match spec.noise {
            Noise::Variational => Some(inverse_softplus(first())),
            Noise::VariationalDropout => Some(2.0 * first().ln()),
            _ => None,
        };
        let length = weight.shape().num_elements();
        Self {
            rho: rho.map(|rho| Param::from_tensor(Tensor::full([length], rho, &weight.device()))),
            law: Law {
                path: path.to_owned(),
                noise: spec.noise,
                scale: scale as f32,
                probability: spec.probability as f32,
                quality: spec.quality.into(),
            },
        }
    }

    /// The weight of one draw, or its mean.
    pub(crate) fn sampled<const D: usize>(&self, base: Tensor<D>, draw: Option<Draw>) -> Tensor<D> {
        let law = &self.law;
        let Some(draw) = draw else {
            return match law.noise {
                Noise::Bernoulli => base * law.probability,
                _ => base,
            };
        };
        let (draw, sign) = match law.noise {
            // Whether a synapse transmits has no opposite.
            Noise::Bernoulli => (draw, 1.0),
            _ => draw.mirrored(),
        };
        let address = law.address(draw);
        let scale = sign * law.scale;
        let noise = || noise_tensor(address, base.dims(), &base.device());
        if let Some(rho) = &self.rho {
            let deviation = deviation(law.noise, rho.val()) * sign;
            return base.clone() + deviation.reshape(base.dims()) * noise();
        }
        if law.noise == Noise::Filter {
            return base.clone() + spread_of_units(base.clone()) * scale * noise();
        }
        let form = match law.noise {
            Noise::Multiplicative => NoiseForm::Multiplied(scale),
            Noise::Bernoulli => NoiseForm::Kept(law.probability),
            _ => NoiseForm::Added(scale),
        };
        portable_noisy(base, WeightNoise { address, form })
    }

    /// Mean and standard deviation of every weight over draws.
    pub(crate) fn drawn_weights<const D: usize>(&self, base: &Tensor<D>) -> [Tensor<D>; 2] {
        let law = &self.law;
        let (scale, p) = (law.scale, f64::from(law.probability));
        let deviation = match (&self.rho, law.noise) {
            (Some(rho), noise) => deviation(noise, rho.val()).reshape(base.dims()),
            (None, Noise::Multiplicative) => base.clone().abs() * scale,
            (None, Noise::Bernoulli) => base.clone().abs() * (p * (1.0 - p)).sqrt(),
            (None, Noise::Filter) => (spread_of_units(base.clone()) * scale).expand(base.dims()),
            (None, _) => base.full_like(scale),
        };
        [self.sampled(base.clone(), None), deviation]
    }

    /// KL of what is learned of the weight from the prior, in nats; `None` where nothing is.
    pub(crate) fn divergence<const D: usize>(
        &self,
        weight: Tensor<D>,
        prior: Prior,
        draw: Option<Draw>,
    ) -> Option<Tensor<1>> {
        let rho = self.rho.as_ref()?.val();
        let address = draw.map(|draw| self.law.address(draw));
        Some(divergence(
            self.law.noise,
            row(weight),
            row(rho),
            prior,
            address,
        ))
    }
}

impl Law {
    fn address(&self, draw: Draw) -> NoiseAddress {
        address(&self.path, self.quality, draw)
    }
}

/// The numbers of the weight at `path` in a draw.
pub(super) fn address(path: &str, quality: Quality, draw: Draw) -> NoiseAddress {
    NoiseAddress {
        key: draw.noise_key(path),
        step: draw.step,
        sample: draw.sample,
        quality,
    }
}

/// KL of a learned weight from the prior, in nats; both as one row.
pub(super) fn divergence(
    noise: Noise,
    weight: Tensor<2>,
    rho: Tensor<2>,
    prior: Prior,
    address: Option<NoiseAddress>,
) -> Tensor<1> {
    if noise == Noise::VariationalDropout {
        return log_uniform_divergence(weight, rho);
    }
    divergence_from(prior, weight, deviation(noise, rho), address)
}

/// All numbers as one row.
pub(super) fn row<const D: usize>(tensor: Tensor<D>) -> Tensor<2> {
    let length = tensor.shape().num_elements();
    tensor.reshape([1, length])
}

impl Reparameterization for WeightSynapse {
    const NAME: &'static str = "synapse";

    fn apply<const D: usize>(&self, base: Tensor<D>) -> Tensor<D> {
        self.sampled(base, Draw::current())
    }
}

/// σ from what is learned of it.
fn deviation<const D: usize>(noise: Noise, rho: Tensor<D>) -> Tensor<D> {
    match noise {
        Noise::VariationalDropout => (rho * 0.5).exp(),
        _ => softplus(rho),
    }
}

/// The root mean square of the weights of each unit, in a shape that extends to theirs; a constant for the gradient.
///
/// A unit is a column of a matrix, `[inputs, outputs]`, and the first axis of a kernel, `[outputs, inputs, …]`.
fn spread_of_units<const D: usize>(weight: Tensor<D>) -> Tensor<D> {
    let squares = weight.detach().square();
    let axes = if D == 2 { 0..1 } else { 1..D };
    axes.fold(squares, Tensor::mean_dim).sqrt()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Over 10,000 draws the mean is within five standard errors of what is said of it, the variance within 8 %.
    #[test]
    fn drawn_weights_have_the_mean_and_the_deviation_that_is_said_of_them() {
        let vec = |tensor: Tensor<2>| tensor.into_data().try_into_vec::<f32>().unwrap();
        let base = [[0.5, -1.0, 2.0], [0.3, 0.9, -0.2]];
        let base = Tensor::<2>::from_data(base, &Device::flex());
        for noise in OFFERED {
            let spec = SynapseSpec {
                noise,
                scale: 0.3,
                ..SynapseSpec::default()
            };
            let synapse = WeightSynapse::new(&spec, "encoder.embeddings.0", &base);
            let [mean, deviation] = synapse.drawn_weights(&base).map(vec);
            let (mut sums, mut squares) = ([0.0; 6], [0.0; 6]);
            for sample in 0..10_000 {
                let drawn = vec(synapse.sampled(base.clone(), Some(Draw::predict(7, sample))));
                for i in 0..6 {
                    let off = f64::from(drawn[i] - mean[i]);
                    sums[i] += off / 1e4;
                    squares[i] += off * off / 1e4;
                }
            }
            for i in 0..6 {
                let deviation = f64::from(deviation[i]);
                assert!(sums[i].abs() < 0.05 * deviation, "{noise:?}: {}", sums[i]);
                let ratio = squares[i] / deviation.powi(2);
                assert!((ratio - 1.0).abs() < 0.08, "{noise:?}: {ratio}");
            }
        }
    }
}
