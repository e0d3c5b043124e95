//! The `[synapses]` section of an experiment file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_kernels::Quality;

use super::Prior;

/// The `[synapses]` section: what is random about a weight.
///
/// ```text
/// weight of one pass = a number drawn from the distribution that `noise` names,
///                      fresh for every training step and every sample of a prediction
/// ```
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `noise` | `"none"` | [`Noise`] | the distribution of a weight around its mean |
/// | `scale` | `0.1` | `[0, 10⁶]`; from 10⁻⁸ where it is learned | how strong the noise is; its unit depends on the noise |
/// | `scales` | none | paths of layers, depths of tasks | another scale for some layers: `{ "heads.order" = 0.05, "depth.1" = 0.02 }` |
/// | `embeddings` | `false` | | whether tables of categories have the noise too |
/// | `probability` | `0.5` | `[10⁻⁶, 1 − 10⁻⁶]` | how often a synapse transmits: bernoulli, blank-out, neural sampling |
/// | `members` | `4` | `≥ 1` | members of a `rank1` network or a batch ensemble |
/// | `estimator` | `"auto"` | [`Estimator`] | how the noisy product is computed |
/// | `quality` | `"icdf"` | [`NoiseQuality`] | how close to the normal distribution the noise is |
/// | `prior` | `"empirical"` | [`Prior`] | what learned distributions are drawn towards |
/// | `kl_weight` | `1` | `[0, 10⁶]` | weight of the divergence from the prior in the loss |
/// | `kl_warmup_epochs` | half of all, at most 50 | epochs | the weight rises from 0 over so many epochs |
///
/// # Example
///
/// ```
/// use synaptree_nn::{Noise, SynapseSpec};
///
/// let spec = SynapseSpec::default();
/// assert_eq!((spec.noise, spec.scale), (Noise::None, 0.1));
/// ```
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct SynapseSpec {
    /// The distribution of a weight around its mean.
    pub noise: Noise,
    /// How strong the noise is: the standard deviation in units of the weights (`gaussian`), of each weight
    /// (`multiplicative`), of the root mean square of a unit's weights (`filter`), or, where the deviation is learned, its first
    /// value: that of the factors around 1 (`rank1`), else in units of the root mean square that the layer's weights start with.
    #[schemars(range(min = 0.0, max = 1e6))]
    pub scale: f64,
    /// Another scale for some layers, by the path of the layer or of what it belongs to: `trunk`, `trunk.1`, `heads`,
    /// `heads.order`; or of all heads at one depth of the task tree, of which the roots are `depth.0`. The longest path that fits
    /// counts, and a path before a depth.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(inner(range(min = 0.0, max = 1e6)))]
    pub scales: BTreeMap<String, f64>,
    /// Whether the tables that embed categorical inputs have the noise too, one draw for all rows of a pass. Their path is
    /// `encoder`. For gaussian, multiplicative, filter, bernoulli, variational and `variational_dropout` noise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub embeddings: bool,
    /// How often a synapse transmits, for `bernoulli`, `blank_out` and `neural_sampling`.
    #[schemars(range(min = 1e-6, max = 0.999_999))]
    pub probability: f64,
    /// How many members `rank1` and `batch_ensemble` have.
    #[schemars(range(min = 1))]
    pub members: usize,
    /// How the noisy product is computed.
    pub estimator: Estimator,
    /// How close to the normal distribution the noise on weights is.
    pub quality: NoiseQuality,
    /// What learned distributions are drawn towards.
    pub prior: Prior,
    /// The weight of the divergence from the prior in the loss; 1 is the evidence lower bound.
    #[schemars(range(min = 0.0, max = 1e6))]
    pub kl_weight: f64,
    /// Over how many epochs the weight of the divergence rises from 0 to `kl_weight`; 0 starts with all of it. Absent:
    /// half of `training.epochs`, at most 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kl_warmup_epochs: Option<usize>,
}

impl Default for SynapseSpec {
    fn default() -> Self {
        Self {
            noise: Noise::None,
            scale: 0.1,
            scales: BTreeMap::new(),
            embeddings: false,
            probability: 0.5,
            members: 4,
            estimator: Estimator::Auto,
            quality: NoiseQuality::Icdf,
            prior: Prior::Empirical,
            kl_weight: 1.0,
            kl_warmup_epochs: None,
        }
    }
}

impl SynapseSpec {
    /// The scale of the layer at `path`.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::SynapseSpec;
    ///
    /// let mut spec = SynapseSpec { scale: 0.1, ..SynapseSpec::default() };
    /// spec.scales.insert("heads".to_owned(), 0.2);
    /// spec.scales.insert("heads.order".to_owned(), 0.3);
    /// assert_eq!(spec.scale_at("trunk.0.dense"), 0.1);
    /// assert_eq!(spec.scale_at("heads.family.output"), 0.2);
    /// assert_eq!(spec.scale_at("heads.order.output"), 0.3);
    /// ```
    pub fn scale_at(&self, path: &str) -> f64 {
        self.scales
            .iter()
            .filter(|(key, _)| belongs(path, key))
            .max_by_key(|(key, _)| key.len())
            .map_or(self.scale, |(_, scale)| *scale)
    }

    /// The weight of the divergence in epoch `epoch` of `epochs`, counted from 0: it rises in equal steps, epoch by
    /// epoch.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::SynapseSpec;
    ///
    /// let spec = SynapseSpec::default();
    /// assert_eq!([0, 1, 3, 7].map(|epoch| spec.kl_weight_at(epoch, 8)), [0.25, 0.5, 1.0, 1.0]);
    /// assert_eq!(spec.kl_weight_at(24, 300), 0.5);
    /// let spec = SynapseSpec { kl_warmup_epochs: Some(0), ..spec };
    /// assert_eq!(spec.kl_weight_at(0, 300), 1.0);
    /// ```
    pub fn kl_weight_at(&self, epoch: usize, epochs: usize) -> f64 {
        let warmup = self.kl_warmup_epochs.unwrap_or((epochs / 2).min(50));
        let risen = (epoch + 1) as f64 / warmup.max(1) as f64;
        self.kl_weight * risen.min(1.0)
    }
}

/// Whether the layer at `path` is `key` or a part of it.
pub(crate) fn belongs(path: &str, key: &str) -> bool {
    path.strip_prefix(key)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether `key` is a depth of the tree of heads.
pub(crate) fn is_depth(key: &str, depths: &[usize]) -> bool {
    let depth = key.strip_prefix("depth.");
    depth.is_some_and(|depth| depths.iter().any(|known| known.to_string() == depth))
}

/// The distribution of a weight around its mean; biases stay plain.
///
/// | Name | Weight of one pass | Learned |
/// |---|---|---|
/// | `none` | W | |
/// | `gaussian` | W + s ε | |
/// | `multiplicative` | W (1 + s ε) | |
/// | `filter` | W + s ‖W of the unit‖ ε / √inputs | |
/// | `bernoulli` | W with `probability`, else 0 | |
/// | `blank_out` | as `bernoulli`; hidden units fire 0 or 1 where the noisy sum is above 0 | |
/// | `neural_sampling` | W (ξ + a), ξ Bernoulli; hidden units fire −1 or 1 | β of each unit |
/// | `variational` | M + σ ε | σ of each weight |
/// | `adaptive` | M + σ ε, σ learned from squared gradients | σ of each weight |
/// | `variational_dropout` | M + σ ε under the log-uniform prior | σ of each weight |
/// | `rank1` | W ∘ (s rᵀ), s and r Gaussian around those of a member | mean and σ of s and r |
/// | `batch_ensemble` | W ∘ (s rᵀ), s and r those of a member | s and r |
///
/// # References
///
/// `multiplicative`, `neural_sampling`: Detorakis et al. 2019, arXiv:1910.12316; Dutta et al. 2022, arXiv:2102.10477.
/// `filter`: Li et al. 2022, Efficient generalization improvement guided by random weight perturbation. `bernoulli`: Wan
/// et al. 2013, Regularization of neural networks using `DropConnect`. `blank_out`: Neftci et al. 2016, arXiv:1511.04484. `variational`: Blundell et al. 2015,
/// arXiv:1505.05424. `adaptive`: Graves 2011, Practical variational inference for neural networks.
/// `variational_dropout`: Molchanov et al. 2017, arXiv:1701.05369. `rank1`: Dusenberry et al. 2020, arXiv:2005.07186.
/// `batch_ensemble`: Wen et al. 2020, arXiv:2002.06715.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// Weights are plain numbers.
    #[default]
    None,
    /// Independent Gaussian noise of one fixed scale on every weight.
    Gaussian,
    /// Gaussian noise in proportion to each weight, as in synapses of hardware.
    Multiplicative,
    /// Gaussian noise in proportion to the norm of a unit's incoming weights; it finds flat minima.
    Filter,
    /// `DropConnect`: a weight transmits with a fixed probability.
    Bernoulli,
    /// Blank-out synapses between units that fire 0 or 1.
    BlankOut,
    /// A neural sampling machine: multiplicative synapses between units that fire −1 or 1.
    NeuralSampling,
    /// A Gaussian with a learned deviation for every weight: Bayes by backprop.
    Variational,
    /// A Gaussian whose deviations are learned from squared gradients, under a prior fitted in closed form.
    Adaptive,
    /// A Gaussian with learned deviations under the log-uniform prior, which prunes weights.
    VariationalDropout,
    /// One weight for all members, each with Gaussian factors for inputs and outputs.
    Rank1,
    /// One weight for all members, each with plain factors for inputs and outputs.
    BatchEnsemble,
}

impl Noise {
    /// Every noise, in the order of the table above.
    pub const ALL: [Self; 12] = [
        Self::None,
        Self::Gaussian,
        Self::Multiplicative,
        Self::Filter,
        Self::Bernoulli,
        Self::BlankOut,
        Self::NeuralSampling,
        Self::Variational,
        Self::Adaptive,
        Self::VariationalDropout,
        Self::Rank1,
        Self::BatchEnsemble,
    ];

    /// Whether the noise has parameters with a divergence from a prior.
    pub const fn has_divergence(self) -> bool {
        matches!(
            self,
            Self::Variational | Self::Adaptive | Self::VariationalDropout | Self::Rank1
        )
    }

    /// Whether `scale` means something.
    pub const fn uses_scale(self) -> bool {
        !matches!(
            self,
            Self::None
                | Self::Bernoulli
                | Self::BlankOut
                | Self::NeuralSampling
                | Self::BatchEnsemble
        )
    }

    /// Whether hidden units fire instead of passing a number on.
    pub const fn fires(self) -> bool {
        matches!(self, Self::BlankOut | Self::NeuralSampling)
    }

    /// The estimators that the noise can be computed by; the first is the plainest.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Estimator, Noise};
    ///
    /// assert!(Noise::Variational.estimators().contains(&Estimator::Flipout));
    /// // Flipping signs is exact only for noise that is symmetric around its mean.
    /// assert!(!Noise::Bernoulli.estimators().contains(&Estimator::Flipout));
    /// ```
    pub const fn estimators(self) -> &'static [Estimator] {
        use Estimator::{Flipout, Local, Moments, Rank1, Weight};
        match self {
            Self::None => &[Weight, Local, Flipout],
            Self::Gaussian
            | Self::Multiplicative
            | Self::Filter
            | Self::Variational
            | Self::VariationalDropout => &[Weight, Local, Flipout, Moments],
            Self::Bernoulli => &[Weight, Local, Moments],
            Self::Adaptive => &[Weight],
            Self::BlankOut | Self::NeuralSampling => &[Local],
            Self::Rank1 | Self::BatchEnsemble => &[Rank1],
        }
    }
}

/// How the product of an input with noisy weights is computed.
///
/// | Name | Draws | Cost of a training step | Rows share their noise |
/// |---|---|---|---|
/// | `weight` | inputs × outputs | 3 products | yes |
/// | `local` | rows × outputs | 6 products; 3 where all weights have one deviation | no |
/// | `flipout` | inputs × outputs, and 1 bit a row, input and output | 6 products | up to signs |
/// | `rank1` | rows × (inputs + outputs) | 3 products | no |
/// | `moments` | rows × outputs of the heads | 9 products | no |
///
/// `moments` takes units as independent Gaussians. For a network with one hidden layer it has the exact mean and variance of its
/// outputs, but for the trapezoidal rule in its activation; deeper, units are correlated through the layer before, and it
/// is an approximation. It is defined for the activations `linear`, `relu` (exactly), `tanh`, `sigmoid` and `gelu`, without
/// normalisation and `skip`.
///
/// # References
///
/// `local`: Kingma, Salimans, Welling 2015, arXiv:1506.02557, equation 6. `flipout`: Wen et al. 2018, arXiv:1803.04386,
/// equation 4. `rank1`: Dusenberry et al. 2020, arXiv:2005.07186, equation 1. `moments`: Wu et al. 2019, arXiv:1810.03958, with
/// diagonal covariances.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The best estimator for the noise, the batch size and the use.
    #[default]
    Auto,
    /// One draw of every weight for the whole batch.
    Weight,
    /// The sums are drawn, for every row on its own.
    Local,
    /// One draw of every weight, with signs of its own for every row.
    Flipout,
    /// A draw of a factor for every input and output, for every row on its own.
    Rank1,
    /// Mean and variance pass through all layers, and the outputs of the heads are drawn.
    Moments,
}

impl Estimator {
    /// The estimator that is meant: `auto` decides by the noise, the number of rows and the use, never by a timing.
    ///
    /// - Prediction takes `weight`, and for Gaussian noise of a fixed scale `local` where a layer has at least 128
    ///   inputs: a row's answer is distributed alike, and its sums need a number an output instead of one a weight.
    /// - Training with a learned deviation takes `local` up to 512 rows: the variance of its gradients falls with
    ///   the rows, where that of `weight` does not. Above, the second product costs more than it brings.
    /// - Training with Gaussian noise of a fixed scale takes `local` where a batch has no more rows than the layer
    ///   inputs: it needs no more numbers than `weight` there, and no second product.
    /// - Training with other fixed noise takes `weight`, but for a single row `local`.
    /// - Noise that has one estimator takes that one; `moments` is never chosen unasked.
    ///
    /// # Shapes
    ///
    /// - shape: that of the layer's input, `[rows, inputs]`; in prediction the rows do not count, so that no answer
    ///   depends on its batch
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Estimator, Noise};
    ///
    /// let auto = |noise, shape, training| Estimator::Auto.resolve(noise, shape, training);
    /// assert_eq!(auto(Noise::Variational, [32, 100], true), Estimator::Local);
    /// assert_eq!(auto(Noise::Variational, [32, 100], false), Estimator::Weight);
    /// assert_eq!(auto(Noise::Gaussian, [32, 100], true), Estimator::Local);
    /// assert_eq!(auto(Noise::Gaussian, [200, 100], true), Estimator::Weight);
    /// assert_eq!(auto(Noise::Rank1, [32, 100], true), Estimator::Rank1);
    /// ```
    pub fn resolve(self, noise: Noise, shape: [usize; 2], training: bool) -> Self {
        let offered = noise.estimators();
        if self != Self::Auto {
            return self;
        }
        if offered.len() == 1 {
            return offered[0];
        }
        let [rows, inputs] = shape;
        let local = match (training, noise) {
            (true, Noise::Gaussian) => rows <= inputs,
            (true, noise) if noise.has_divergence() => rows <= 512,
            (true, _) => rows == 1,
            (false, noise) => noise == Noise::Gaussian && inputs >= 128,
        };
        if local { Self::Local } else { Self::Weight }
    }

    /// As [`Estimator::resolve`], for a layer that a row uses at several places or times, as convolutions and recurrent layers are:
    /// sums that are drawn one by one would give each place weights of its own.
    ///
    /// - Training with a learned deviation takes `flipout`, all else `weight`.
    /// - Noise that has one estimator takes that one.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Estimator, Noise};
    ///
    /// let auto = |noise, training| Estimator::Auto.resolve_shared(noise, training);
    /// assert_eq!(auto(Noise::Variational, true), Estimator::Flipout);
    /// assert_eq!(auto(Noise::Variational, false), Estimator::Weight);
    /// assert_eq!(auto(Noise::Gaussian, true), Estimator::Weight);
    /// ```
    pub fn resolve_shared(self, noise: Noise, training: bool) -> Self {
        let offered = noise.estimators();
        if self != Self::Auto {
            self
        } else if offered.len() == 1 {
            offered[0]
        } else if training && noise.has_divergence() && offered.contains(&Self::Flipout) {
            Self::Flipout
        } else {
            Self::Weight
        }
    }
}

/// How close to the normal distribution the noise on weights is; see [`Quality`].
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum NoiseQuality {
    /// The quantile of the normal distribution, rounded.
    Exact,
    /// An approximate quantile, statistically not to be told from `exact` on weights.
    #[default]
    Icdf,
    /// A binomial number of 32 trials.
    Binomial,
    /// A sign.
    Rademacher,
}

impl From<NoiseQuality> for Quality {
    fn from(quality: NoiseQuality) -> Self {
        match quality {
            NoiseQuality::Exact => Self::Exact,
            NoiseQuality::Icdf => Self::Icdf,
            NoiseQuality::Binomial => Self::Binomial,
            NoiseQuality::Rademacher => Self::Rademacher,
        }
    }
}
