//! Noise on the weights of any Burn module.

use burn::module::{Module, ModuleVisitor, Param, Reparameterizer};
use burn::tensor::Tensor;

use super::check::{Only, refuse};
use super::weight::{WeightSynapse, address, divergence, has_weights, row};
use crate::{Draw, Estimator, NetworkError, Noise, SynapseSpec};

/// Turns the weights of any Burn module into random variables: linear, convolutional, recurrent, embedding.
///
/// ```text
/// gaussian              W + scale · ε,        ε ~ N(0, 1) inside a `Draw::scope`, else its mean 0
/// multiplicative        W (1 + scale · ε)
/// filter                W + scale · ε · the root mean square of a unit's weights: a column of a matrix, a filter of a kernel
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
/// A convolution shares its drawn kernel over all places, as a weight drawn for the whole batch does. Estimators that look at the input of a layer,
/// and factors of members, are those of [`Dense`](crate::Dense), [`Convolution`](crate::Convolution) and [`Lstm`](crate::Lstm). The units of transposed convolutions are
/// taken to be their first axis too.
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
        refuse(
            &spec,
            Only {
                noise: has_weights,
                estimator: |estimator| matches!(estimator, Estimator::Auto | Estimator::Weight),
            },
        )?;
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

impl Reparameterizer for StochasticSynapses {
    type Reparam = WeightSynapse;

    fn reparameterize<const D: usize>(
        &mut self,
        path: &str,
        param: Param<Tensor<D>>,
    ) -> (Param<Tensor<D>>, Option<WeightSynapse>) {
        let synapse =
            is_weight(path, D).then(|| WeightSynapse::new(&self.spec, path, &param.base()));
        (param, synapse)
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

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.path.join(".");
        let learned = path.strip_suffix(".synapse.rho").map(str::to_owned);
        match (learned, self.weight.take()) {
            (Some(owner), Some((path, weight))) if owner == path => {
                let quality = self.spec.quality.into();
                let address = self.draw.map(|draw| address(&path, quality, draw));
                let rho = row(param.base());
                let part = divergence(self.spec.noise, weight, rho, self.spec.prior, address);
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
