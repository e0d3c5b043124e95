//! Noise on the weights of any Burn module.

use burn::module::{Module, ModuleVisitor, Param, Reparameterization, Reparameterizer};
use burn::tensor::{Tensor, TensorData};
use synaptree_kernels::{
    NoiseAddress, NoiseForm, Quality, WeightNoise, noise_tensor, portable_noisy,
};

use super::check::word;
use super::prior::{
    FixedPrior, empirical_divergence, gaussian_divergence, log_uniform_divergence,
    mixture_divergence,
};
use super::softplus::{inverse_softplus, softplus};
use crate::{Draw, Estimator, NetworkError, Noise, Prior, SynapseSpec};

/// The noise that weights of any shape can have: it changes each of them on its own.
const OFFERED: [Noise; 5] = [
    Noise::Gaussian,
    Noise::Multiplicative,
    Noise::Bernoulli,
    Noise::Variational,
    Noise::VariationalDropout,
];

/// Turns the weights of any Burn module into random variables: linear, convolutional, recurrent, embedding.
///
/// ```text
/// gaussian              W + scale · ε,        ε ~ N(0, 1) inside a `Draw::scope`, else its mean 0
/// multiplicative        W (1 + scale · ε)
/// bernoulli             W with `probability`, else 0; the mean is W · probability
/// variational           W + σ ε,              σ = softplus(ρ) learned, first scale × the root mean square of W
/// variational_dropout   W + σ ε,              log σ² learned, under the log-uniform prior
/// ```
///
/// A parameter is a weight when it has two or more dimensions and its last name is not that of a bias or a
/// norm (`bias`, `beta`, `gamma`, `running_…`); all others stay plain. A fixed scale is a constant: it is
/// neither counted, nor stored, nor optimized, and the gradient reaches `W`. A learned one is a parameter `synapse.rho` beside
/// its weight, and [`StochasticSynapses::divergence`] is what its loss needs. `scales` holds for the paths of the module.
///
/// # Randomness
///
/// Stream `noise/<path>` in training and `predict/<path>` in prediction, at the draw's step and sample, one element
/// for every weight in row-major order. Every read in one scope sees the same weights: a recurrent layer keeps
/// its draw for the whole sequence. Neither `valid()` nor `train()` changes this; only the scope does.
/// Outside a scope the module is the mean network, and `valid().materialize()` gives it as a plain module.
///
/// # Example
///
/// ```
/// use burn::module::Module;
/// use burn::nn::LinearConfig;
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Draw, StochasticSynapses};
///
/// let device = Device::flex();
/// let linear = LinearConfig::new(3, 2).init(&device);
/// let mean = linear.weight.val();
/// let noisy = linear.apply_reparameterization(StochasticSynapses::gaussian(0.1)?);
///
/// let difference = |weight: Tensor<2>| (weight - mean.clone()).abs().sum().into_scalar::<f32>();
/// assert_eq!(difference(noisy.weight.val()), 0.0);
/// assert!(Draw::predict(7, 0).scope(|| difference(noisy.weight.val())) > 0.0);
/// assert_eq!(difference(noisy.valid().materialize().weight.val()), 0.0);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
///
/// # Differences
///
/// Layers of this crate take their draw from the pass; a [`Network`](crate::Network) needs no reparameterization.
/// A convolution shares its drawn kernel over all places, as a weight drawn for the whole batch does.
#[derive(Clone, Debug, PartialEq)]
pub struct StochasticSynapses {
    spec: SynapseSpec,
}

impl StochasticSynapses {
    /// Independent Gaussian noise of one scale, in units of the weights.
    ///
    /// # Errors
    ///
    /// [`NetworkError::OutOfRange`] for a scale that is negative or not finite.
    pub fn gaussian(scale: f64) -> Result<Self, NetworkError> {
        Self::new(SynapseSpec {
            noise: Noise::Gaussian,
            scale,
            ..SynapseSpec::default()
        })
    }

    /// The noise of a `[synapses]` section.
    ///
    /// # Errors
    ///
    /// Those of [`SynapseSpec::validate`]; [`NetworkError::UnsupportedNoise`] for noise that weights of any shape cannot have,
    /// [`NetworkError::UnsupportedEstimator`] for another estimator than `weight`.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Noise, StochasticSynapses, SynapseSpec};
    ///
    /// let spec = |noise| SynapseSpec { noise, ..SynapseSpec::default() };
    /// assert!(StochasticSynapses::new(spec(Noise::Bernoulli)).is_ok());
    /// let error = StochasticSynapses::new(spec(Noise::Rank1)).unwrap_err();
    /// assert!(error.to_string().contains("`bernoulli`"));
    /// ```
    pub fn new(spec: SynapseSpec) -> Result<Self, NetworkError> {
        spec.validate()?;
        if !OFFERED.contains(&spec.noise) {
            let offered: Vec<String> = OFFERED.iter().map(|n| format!("`{}`", word(n))).collect();
            return Err(NetworkError::UnsupportedNoise {
                noise: word(&spec.noise),
                offered: offered.join(", "),
            });
        }
        if !matches!(spec.estimator, Estimator::Auto | Estimator::Weight) {
            return Err(NetworkError::UnsupportedEstimator {
                noise: word(&spec.noise),
                estimator: word(&spec.estimator),
                offered: "`weight`".to_owned(),
            });
        }
        Ok(Self { spec })
    }

    /// Σ KL of the learned distributions of a module from the prior, in nats; `None` where nothing is learned.
    ///
    /// A draw is needed for a scale mixture alone; without one its divergence is that at the mean weights.
    ///
    /// # Shapes
    ///
    /// - result: `[1]`
    pub fn divergence<M: Module>(&self, module: &M, draw: Option<Draw>) -> Option<Tensor<1>> {
        let mut collector = Collector {
            spec: &self.spec,
            draw,
            path: Vec::new(),
            weight: None,
            sum: None,
        };
        module.visit(&mut collector);
        collector.sum
    }
}

/// The noise on one weight; made by [`StochasticSynapses`].
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

impl Law {
    fn address(&self, draw: Draw) -> NoiseAddress {
        NoiseAddress {
            key: draw.noise_key(&self.path),
            step: draw.step,
            sample: draw.sample,
            quality: self.quality,
        }
    }
}

impl Reparameterization for WeightSynapse {
    const NAME: &'static str = "synapse";

    fn apply<const D: usize>(&self, base: Tensor<D>) -> Tensor<D> {
        let law = &self.law;
        let Some(draw) = Draw::current() else {
            return match law.noise {
                Noise::Bernoulli => base * law.probability,
                _ => base,
            };
        };
        let address = law.address(draw);
        if let Some(rho) = &self.rho {
            let noise = noise_tensor(address, base.dims(), &base.device());
            let deviation = deviation(law.noise, rho.val());
            return base.clone() + deviation.reshape(base.dims()) * noise;
        }
        let form = match law.noise {
            Noise::Multiplicative => NoiseForm::Multiplied(law.scale),
            Noise::Bernoulli => NoiseForm::Kept(law.probability),
            _ => NoiseForm::Added(law.scale),
        };
        portable_noisy(base, WeightNoise { address, form })
    }
}

impl Reparameterizer for StochasticSynapses {
    type Reparam = WeightSynapse;

    fn reparameterize<const D: usize>(
        &mut self,
        path: &str,
        param: Param<Tensor<D>>,
    ) -> (Param<Tensor<D>>, Option<WeightSynapse>) {
        if !is_weight(path, D) {
            return (param, None);
        }
        let spec = &self.spec;
        let scale = spec.scale_at(path);
        let weight = param.base();
        let first = || {
            let spread = f64::from(weight.clone().square().mean().sqrt().into_scalar::<f32>());
            scale * if spread > 0.0 { spread } else { 1.0 }
        };
        let rho = match spec.noise {
            Noise::Variational => Some(inverse_softplus(first())),
            Noise::VariationalDropout => Some(2.0 * first().ln()),
            _ => None,
        };
        let length = weight.shape().num_elements();
        let synapse = WeightSynapse {
            rho: rho.map(|rho| Param::from_tensor(Tensor::full([length], rho, &weight.device()))),
            law: Law {
                path: path.to_owned(),
                noise: spec.noise,
                scale: scale as f32,
                probability: spec.probability as f32,
                quality: spec.quality.into(),
            },
        };
        (param, Some(synapse))
    }
}

/// σ from what is learned of it.
fn deviation<const D: usize>(noise: Noise, rho: Tensor<D>) -> Tensor<D> {
    match noise {
        Noise::VariationalDropout => (rho * 0.5).exp(),
        _ => softplus(rho),
    }
}

/// Adds the divergence of each weight up: what is learned of it is visited right after it.
struct Collector<'a> {
    spec: &'a SynapseSpec,
    draw: Option<Draw>,
    path: Vec<String>,
    /// The last weight with its path, as one row.
    weight: Option<(String, Tensor<2>)>,
    sum: Option<Tensor<1>>,
}

impl Collector<'_> {
    fn divergence(&self, path: &str, weight: Tensor<2>, rho: Tensor<2>) -> Tensor<1> {
        if self.spec.noise == Noise::VariationalDropout {
            return log_uniform_divergence(weight, rho);
        }
        let deviation = deviation(self.spec.noise, rho);
        match self.spec.prior {
            Prior::Empirical => empirical_divergence(weight, deviation, false),
            Prior::Fixed(FixedPrior::Gaussian { deviation: spread }) => {
                gaussian_divergence(weight, deviation, 0.0, spread)
            }
            Prior::Fixed(FixedPrior::ScaleMixture {
                share,
                wide,
                narrow,
            }) => {
                let noise = match self.draw {
                    Some(draw) => {
                        let address = NoiseAddress {
                            key: draw.noise_key(path),
                            step: draw.step,
                            sample: draw.sample,
                            quality: self.spec.quality.into(),
                        };
                        noise_tensor(address, weight.dims(), &weight.device())
                    }
                    None => Tensor::from_data(
                        TensorData::zeros::<f32, _>(weight.dims()),
                        &weight.device(),
                    ),
                };
                mixture_divergence(weight, deviation, noise, [share, wide, narrow])
            }
        }
    }
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.path.join(".");
        let row = |tensor: Tensor<D>| {
            let length = tensor.shape().num_elements();
            tensor.reshape([1, length])
        };
        let learned = path.strip_suffix(".synapse.rho").map(str::to_owned);
        match (learned, self.weight.take()) {
            (Some(owner), Some((path, weight))) if owner == path => {
                let part = self.divergence(&path, weight, row(param.base()));
                self.sum = Some(match self.sum.take() {
                    Some(sum) => sum + part,
                    None => part,
                });
            }
            _ => self.weight = Some((path, row(param.base()))),
        }
    }
}

fn is_weight(path: &str, rank: usize) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    rank >= 2 && !matches!(name, "bias" | "beta" | "gamma") && !name.starts_with("running_")
}
