//! Gaussian noise on the weights of any Burn module.

use burn::module::{Module, Param, Reparameterization, Reparameterizer};
use burn::tensor::Tensor;
use synaptree_kernels::scaled_normal_tensor;

use crate::{Draw, NetworkError, Noise, SynapseSpec};

/// Turns the weights of any Burn module into random variables.
///
/// ```text
/// weight = W + scale · ε,   ε ~ N(0, 1) inside a `Draw::scope`, else ε = 0
/// ```
///
/// A parameter is a weight when it has two or more dimensions and its last name is not that of a bias or a
/// norm (`bias`, `beta`, `gamma`, `running_…`); all others stay plain. The scale is a constant: it is
/// neither counted, nor stored, nor optimized. The gradient reaches `W` unchanged.
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StochasticSynapses {
    scale: f32,
}

impl StochasticSynapses {
    /// Independent Gaussian noise of one scale, in units of the weights.
    ///
    /// # Errors
    ///
    /// [`NetworkError::OutOfRange`] for a scale that is negative or not finite.
    pub fn gaussian(scale: f64) -> Result<Self, NetworkError> {
        SynapseSpec {
            noise: Noise::Gaussian,
            scale,
            ..SynapseSpec::default()
        }
        .validate()?;
        Ok(Self {
            scale: scale as f32,
        })
    }
}

/// The noise on one weight; made by [`StochasticSynapses`].
#[derive(Module, Debug)]
pub struct GaussianSynapse {
    path: String,
    scale: f32,
}

impl Reparameterization for GaussianSynapse {
    const NAME: &'static str = "gaussian_synapse";

    fn apply<const D: usize>(&self, base: Tensor<D>) -> Tensor<D> {
        let Some(draw) = Draw::current() else {
            return base;
        };
        let noise = scaled_normal_tensor(
            draw.noise_key(&self.path),
            draw.step,
            draw.sample,
            self.scale,
            base.dims(),
            &base.device(),
        );
        base + noise
    }
}

impl Reparameterizer for StochasticSynapses {
    type Reparam = GaussianSynapse;

    fn reparameterize<const D: usize>(
        &mut self,
        path: &str,
        param: Param<Tensor<D>>,
    ) -> (Param<Tensor<D>>, Option<GaussianSynapse>) {
        let synapse = is_weight(path, D).then(|| GaussianSynapse {
            path: path.to_owned(),
            scale: self.scale,
        });
        (param, synapse)
    }
}

fn is_weight(path: &str, rank: usize) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    rank >= 2 && !matches!(name, "bias" | "beta" | "gamma") && !name.starts_with("running_")
}
