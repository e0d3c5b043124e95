//! What has to hold of `[synapses]`.

use synaptree_config::{Diagnostic, Diagnostics};

use super::weight::{has_weights, offered};
use super::{belongs, is_depth};
use crate::codes;
use crate::config::layer_paths;
use crate::{
    Activation, Estimator, FixedPrior, NetworkError, NetworkSpec, Noise, Normalisation, Prior,
    SynapseSpec,
};

/// Deviations whose squares, and the squares of gradients over them, are numbers of 32 bits.
const DEVIATIONS: std::ops::RangeInclusive<f64> = 1e-8..=1e6;

impl SynapseSpec {
    /// Checks what a layer relies on.
    ///
    /// # Errors
    ///
    /// [`NetworkError::OutOfRange`] for a scale outside [0, 10⁶], below 10⁻⁸ where the deviation is learned, for a deviation
    /// of the prior outside [10⁻⁸, 10⁶], for a probability outside [10⁻⁶, 1 − 10⁻⁶], a weight of the divergence outside [0, 10⁶] and for no members; [`NetworkError::UnsupportedEstimator`] for an
    /// estimator that the noise does not have.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Estimator, Noise, SynapseSpec};
    ///
    /// let spec = SynapseSpec { noise: Noise::Rank1, estimator: Estimator::Flipout, ..SynapseSpec::default() };
    /// assert!(spec.validate().unwrap_err().to_string().contains("`rank1`"));
    /// ```
    pub fn validate(&self) -> Result<(), NetworkError> {
        let scales = self
            .scales
            .iter()
            .map(|(path, scale)| (format!("synapses.scales.{path:?}"), *scale));
        for (key, scale) in std::iter::once(("synapses.scale".to_owned(), self.scale)).chain(scales)
        {
            if !self.is_possible(scale) {
                return Err(out_of_range(&key, scale, self.possible()));
            }
        }
        if !(1e-6..=0.999_999).contains(&self.probability) {
            return Err(out_of_range(
                "synapses.probability",
                self.probability,
                "a number from 1e-6 to 0.999999",
            ));
        }
        if self.members == 0 {
            return Err(out_of_range("synapses.members", 0.0, "at least 1"));
        }
        if !(0.0..=1e6).contains(&self.kl_weight) {
            return Err(out_of_range(
                "synapses.kl_weight",
                self.kl_weight,
                "a number from 0 to 1e6",
            ));
        }
        if let Prior::Fixed(prior) = self.prior {
            let (spreads, share): (&[f64], f64) = match prior {
                FixedPrior::Gaussian { deviation } => (&[deviation], 0.5),
                FixedPrior::ScaleMixture {
                    share,
                    wide,
                    narrow,
                } => (&[wide, narrow], share),
            };
            if let Some(spread) = spreads.iter().find(|s| !DEVIATIONS.contains(*s)) {
                return Err(out_of_range(
                    "synapses.prior",
                    *spread,
                    "deviations from 1e-8 to 1e6",
                ));
            }
            if !(share > 0.0 && share < 1.0) {
                return Err(out_of_range(
                    "synapses.prior.share",
                    share,
                    "a number above 0 and below 1",
                ));
            }
        }
        if self.embeddings && !has_weights(self.noise) {
            return Err(NetworkError::UnsupportedNoise {
                noise: word(&self.noise),
                offered: offered(),
            });
        }
        if !self.offers(self.estimator) {
            return Err(NetworkError::UnsupportedEstimator {
                noise: word(&self.noise),
                estimator: word(&self.estimator),
                offered: self.offered(),
            });
        }
        Ok(())
    }

    /// Remarks on settings that have no effect, and what no range of a single key can say.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Diagnostics;
    /// use synaptree_nn::SynapseSpec;
    ///
    /// let mut diagnostics = Diagnostics::default();
    /// SynapseSpec { scale: 0.3, ..SynapseSpec::default() }.check(&mut diagnostics);
    /// assert_eq!(diagnostics.0[0].path, "synapses.scale");
    /// ```
    pub fn check(&self, diagnostics: &mut Diagnostics) {
        let default = Self::default();
        if !self.noise.uses_scale() && self.scale != default.scale {
            let noise = word(&self.noise);
            diagnostics.push(
                Diagnostic::warning(
                    &codes::NO_NOISE,
                    "synapses.scale",
                    format!("`scale` has no effect: `noise` is {noise:?}"),
                )
                .help("write `noise = \"gaussian\"`"),
            );
        }
        let mut idle = |key: &str, set: bool, used: bool, by: &str| {
            if set && !used {
                let noise = word(&self.noise);
                diagnostics.push(
                    Diagnostic::warning(
                        &codes::IDLE_SYNAPSE_KEY,
                        format!("synapses.{key}"),
                        format!("`{key}` has no effect: `noise` is {noise:?}"),
                    )
                    .help(format!("{key} belongs to {by}; leave it out")),
                );
            }
        };
        let random = matches!(self.noise, Noise::Bernoulli) || self.noise.fires();
        idle(
            "probability",
            self.probability != default.probability,
            random,
            "bernoulli, blank_out and neural_sampling",
        );
        let members = matches!(self.noise, Noise::Rank1 | Noise::BatchEnsemble);
        idle(
            "members",
            self.members != default.members,
            members,
            "rank1 and batch_ensemble",
        );
        let given = self.estimator != default.estimator;
        let plain = self.noise == Noise::None;
        idle("estimator", given, !plain, "noise");
        let learned = self.noise.has_divergence();
        idle(
            "kl_weight",
            self.kl_weight != default.kl_weight,
            learned,
            "noise that is learned",
        );
        idle(
            "kl_warmup_epochs",
            self.kl_warmup_epochs.is_some_and(|epochs| epochs > 0),
            learned,
            "noise that is learned",
        );
        let has_scale = self.noise.uses_scale();
        idle(
            "scales",
            !self.scales.is_empty(),
            has_scale,
            "noise of a scale",
        );
        // Factors of members, and signs that fire, are drawn at the default quality.
        let drawn = has_scale && self.noise != Noise::Rank1;
        let quality = self.quality != default.quality;
        idle("quality", quality, drawn, "Gaussian noise on weights");
        let free = self.noise == Noise::Variational;
        idle("prior", self.prior != default.prior, free, "variational");
        for (path, scale) in &self.scales {
            if !self.is_possible(*scale) {
                diagnostics.push(
                    Diagnostic::error(
                        &codes::OUT_OF_RANGE,
                        "synapses.scales",
                        format!("the scale of {path:?} is {scale}"),
                    )
                    .help(format!("write {}", self.possible())),
                );
            }
        }
        if learned && (0.0..*DEVIATIONS.start()).contains(&self.scale) {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NO_FIRST_DEVIATION,
                    "synapses.scale",
                    format!(
                        "the deviation is learned, and cannot start at {}",
                        self.scale
                    ),
                )
                .help("write a number of at least 1e-8, such as 0.1"),
            );
        }
        if self.embeddings && !has_weights(self.noise) {
            let noise = word(&self.noise);
            diagnostics.push(
                Diagnostic::error(
                    &codes::UNSUPPORTED_NOISE,
                    "synapses.embeddings",
                    format!("embeddings cannot have noise {noise:?}"),
                )
                .label("not for this noise")
                .help(format!(
                    "leave `embeddings` out, or take one of {}",
                    offered()
                )),
            );
        }
        if !self.offers(self.estimator) {
            let (noise, estimator) = (word(&self.noise), word(&self.estimator));
            diagnostics.push(
                Diagnostic::error(
                    &codes::UNSUPPORTED_ESTIMATOR,
                    "synapses.estimator",
                    format!("noise {noise:?} cannot be computed by {estimator:?}"),
                )
                .label("not for this noise")
                .help(format!("write \"auto\", or one of {}", self.offered())),
            );
        }
    }

    /// What the synapses say of layers, in a network with these heads and their depths in the task tree.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Diagnostics;
    /// use synaptree_nn::{NetworkSpec, SynapseSpec};
    ///
    /// let mut spec = SynapseSpec::default();
    /// spec.scales.insert("heads.bird".to_owned(), 0.2);
    /// let mut diagnostics = Diagnostics::default();
    /// spec.check_layers(&NetworkSpec::default(), &[("mammal", 0)], &mut diagnostics);
    /// assert_eq!(diagnostics.0.len(), 1);
    /// ```
    pub fn check_layers(
        &self,
        network: &NetworkSpec,
        heads: &[(&str, usize)],
        diagnostics: &mut Diagnostics,
    ) {
        let layers = layer_paths(network, heads.iter().map(|(name, _)| *name));
        let depths: Vec<usize> = heads.iter().map(|(_, depth)| *depth).collect();
        let deepest = depths.iter().max().copied().unwrap_or(0);
        for key in self.scales.keys() {
            let table = self.embeddings && belongs(key, "encoder");
            if !layers.iter().any(|path| belongs(path, key)) && !is_depth(key, &depths) && !table {
                diagnostics.push(
                    Diagnostic::error(
                        &codes::UNKNOWN_LAYER,
                        "synapses.scales",
                        format!("{key:?} names no layer of the network"),
                    )
                    .label("no such layer")
                    .help(format!(
                        "the layers are {}; the depths of tasks are depth.0 to depth.{deepest}",
                        layers.join(", ")
                    )),
                );
            }
        }
        if self.estimator == Estimator::Moments
            && let Some((key, obstacle)) = no_moments(network)
        {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NO_MOMENTS,
                    "synapses.estimator",
                    format!("moments do not pass through {obstacle}"),
                )
                .label("not in this network")
                .help(format!("write \"auto\", or another `network.{key}`")),
            );
        }
        if self.noise.fires() && network.trunk.is_empty() && network.heads.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NOTHING_FIRES,
                    "synapses.noise",
                    "the synapses make hidden units fire, and the network has no hidden layer",
                )
                .help("give `trunk` or `heads` a width"),
            );
        }
    }

    /// How many consecutive samples of a prediction ask every member once: `members` of a `rank1` network or a batch
    /// ensemble, 1 of every other.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{Noise, SynapseSpec};
    ///
    /// let gaussian = SynapseSpec { noise: Noise::Gaussian, ..SynapseSpec::default() };
    /// assert_eq!(gaussian.cycle(), 1);
    /// let ensemble = SynapseSpec { noise: Noise::BatchEnsemble, members: 5, ..gaussian };
    /// assert_eq!(ensemble.cycle(), 5);
    /// ```
    pub fn cycle(&self) -> u32 {
        match self.noise {
            Noise::Rank1 | Noise::BatchEnsemble => {
                u32::try_from(self.members).unwrap_or(u32::MAX).max(1)
            }
            _ => 1,
        }
    }

    fn is_possible(&self, scale: f64) -> bool {
        DEVIATIONS.contains(&scale) || (!self.noise.has_divergence() && (0.0..1.0).contains(&scale))
    }

    /// The scales that are possible, in words.
    fn possible(&self) -> &'static str {
        if self.noise.has_divergence() {
            "a number from 1e-8 to 1e6: the deviation is learned from there"
        } else {
            "a number from 0 to 1e6"
        }
    }

    /// Whether two draws of the layer at `path` can differ.
    pub(crate) fn is_noisy_at(&self, path: &str) -> bool {
        match self.noise {
            Noise::None => false,
            Noise::Gaussian | Noise::Multiplicative | Noise::Filter => self.scale_at(path) > 0.0,
            Noise::BatchEnsemble => self.members > 1,
            _ => true,
        }
    }

    fn offers(&self, estimator: Estimator) -> bool {
        estimator == Estimator::Auto || self.noise.estimators().contains(&estimator)
    }

    fn offered(&self) -> String {
        let names: Vec<String> = self
            .noise
            .estimators()
            .iter()
            .map(|e| format!("`{}`", word(e)))
            .collect();
        names.join(", ")
    }
}

/// The synapses that a kind of layer can have.
#[derive(Clone, Copy)]
pub(crate) struct Only {
    /// Which noise.
    pub(crate) noise: fn(Noise) -> bool,
    /// Which estimators, beside `auto`.
    pub(crate) estimator: fn(Estimator) -> bool,
}

/// Refuses noise and estimators that a kind of layer does not have.
pub(crate) fn refuse(spec: &SynapseSpec, only: Only) -> Result<(), NetworkError> {
    let words = |words: Vec<String>| {
        let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        quoted.join(", ")
    };
    if !(only.noise)(spec.noise) {
        let offered = Noise::ALL.iter().filter(|noise| (only.noise)(**noise));
        return Err(NetworkError::UnsupportedNoise {
            noise: word(&spec.noise),
            offered: words(offered.map(word).collect()),
        });
    }
    if !(only.estimator)(spec.estimator) {
        let offered = spec.noise.estimators().iter();
        let offered = offered.filter(|estimator| (only.estimator)(**estimator));
        return Err(NetworkError::UnsupportedEstimator {
            noise: word(&spec.noise),
            estimator: word(&spec.estimator),
            offered: words(offered.map(word).collect()),
        });
    }
    Ok(())
}

/// What of a network mean and variance cannot pass through: its key, and what it is.
pub(crate) fn no_moments(network: &NetworkSpec) -> Option<(&'static str, &'static str)> {
    let smooth = matches!(
        network.activation,
        Activation::Linear
            | Activation::Relu
            | Activation::Tanh
            | Activation::Sigmoid
            | Activation::Gelu
    );
    if network.trunk.is_empty() && network.heads.is_empty() {
        None
    } else if !smooth {
        Some(("activation", "this activation"))
    } else if network.normalisation != Normalisation::None {
        Some(("normalisation", "a normalisation"))
    } else if network.skip {
        Some(("skip", "skip connections"))
    } else {
        None
    }
}

fn out_of_range(key: &str, got: f64, expected: &'static str) -> NetworkError {
    NetworkError::OutOfRange {
        key: key.to_owned(),
        got: got.to_string(),
        expected,
    }
}

/// The word that an experiment file has for a value.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
