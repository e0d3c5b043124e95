//! A Gaussian around the weights of a network that has been trained.

mod part;
mod rotation;
mod shift;
mod tangent;

use std::fmt;

use burn::module::Module;
use serde::{Deserialize, Serialize};

pub use part::{PosteriorPart, fill_posterior_noise};
pub use rotation::Rotation;
use shift::Shift;
pub use tangent::Tangent;

use crate::{Draw, NetworkError, parameters};

/// A Gaussian distribution of the weights around those of a network, in independent parts.
///
/// ```text
/// weights of one draw = weights of the network + Σ over parts of what the part drew
/// ```
///
/// The network itself is the mean. Optimizers that learn a distribution, averages of the last epochs and Laplace
/// approximations all end as one of these; it is saved with a model and drawn from in Monte Carlo predictions.
///
/// # Randomness
///
/// Stream `noise/posterior/<name>` in training and `predict/posterior/<name>` in prediction, at the draw's step and sample;
/// each [`PosteriorPart`] says which names and elements it takes. Draws in pairs are opposite deviations from the mean.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{DenseConfig, Draw, PosteriorPart, WeightPosterior};
///
/// let dense = DenseConfig::new(3, 2).init(7, "dense", &Device::flex())?;
/// let posterior = WeightPosterior::new(vec![PosteriorPart::Diagonal {
///     path: "weight".to_owned(),
///     deviation: vec![0.5; 6],
/// }]);
/// posterior.check(&dense)?;
/// let drawn = posterior.draw(&dense, Draw::predict(7, 0));
/// let moved = (drawn.weight.val() - dense.weight.val()).abs().sum().into_scalar::<f32>();
/// assert!(moved > 0.0);
/// assert_eq!(posterior.deviation("weight"), Some(vec![0.5; 6]));
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WeightPosterior {
    parts: Vec<PosteriorPart>,
    kind: Option<PosteriorKind>,
    linearised: bool,
}

/// What found a [`WeightPosterior`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosteriorKind {
    /// The optimizer of this name, while it trained.
    Ivon,
    /// The average of the last epochs.
    Swag,
    /// The curvature of the likelihood.
    Laplace,
}

impl fmt::Display for PosteriorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ivon => "IVON",
            Self::Swag => "SWAG",
            Self::Laplace => "Laplace",
        })
    }
}

impl WeightPosterior {
    /// A posterior of independent parts.
    pub fn new(parts: Vec<PosteriorPart>) -> Self {
        Self {
            parts,
            kind: None,
            linearised: false,
        }
    }

    /// The same posterior, found by `kind`.
    #[must_use]
    pub fn found_by(mut self, kind: PosteriorKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// What found the posterior, where that is known.
    pub fn kind(&self) -> Option<PosteriorKind> {
        self.kind
    }

    /// The same posterior as one of the linearised network, which a prediction asks by [`WeightPosterior::tangent`].
    #[must_use]
    pub fn of_linearised(mut self) -> Self {
        self.linearised = true;
        self
    }

    /// Whether a draw answers with the linearised network instead of the one with the drawn weights.
    pub fn is_linearised(&self) -> bool {
        self.linearised
    }

    /// The parts.
    pub fn parts(&self) -> &[PosteriorPart] {
        &self.parts
    }

    /// Checks that the posterior belongs to the weights of `module`.
    ///
    /// # Errors
    ///
    /// [`NetworkError::UnexpectedParameter`] for a path that the module lacks, [`NetworkError::ParameterShape`] for a part
    /// of another length, [`NetworkError::OutOfRange`] for a number that is not finite.
    pub fn check<M: Module>(&self, module: &M) -> Result<(), NetworkError> {
        let listed = parameters(module);
        let shape_of = |path: &str| -> Result<Vec<usize>, NetworkError> {
            let found = listed.iter().find(|(name, _, _)| name == path);
            let found = found.ok_or_else(|| NetworkError::UnexpectedParameter {
                path: path.to_owned(),
            })?;
            Ok(found.2.shape().to_vec())
        };
        self.parts.iter().try_for_each(|part| part.check(&shape_of))
    }

    /// `module` with the weights of one draw; a copy that shares what the posterior leaves alone.
    pub fn draw<M: Module + Clone>(&self, module: &M, draw: Draw) -> M {
        module.clone().map(&mut self.shift(draw))
    }

    /// What one draw adds to the weights.
    fn shift(&self, draw: Draw) -> Shift {
        let mut shift = Shift::default();
        for part in &self.parts {
            part.draw(draw, &mut |path, moved| shift.add(path, moved));
        }
        shift
    }

    /// The standard deviation of every weight of the parameter at `path`, row after row; `None` where it is certain.
    pub fn deviation(&self, path: &str) -> Option<Vec<f32>> {
        let parts = self.parts.iter().filter_map(|part| part.variance(path));
        let variance = parts.reduce(|mut sum, more| {
            for (sum, more) in sum.iter_mut().zip(more) {
                *sum += more;
            }
            sum
        })?;
        Some(variance.into_iter().map(|v| v.sqrt() as f32).collect())
    }
}

/// `module` with the parameters at the given paths moved by the given numbers, row after row.
///
/// On an autodiff device the moved parameters are leaves that need a gradient, as those of `module` are.
pub fn shifted<M: Module + Clone>(
    module: &M,
    moves: impl IntoIterator<Item = (String, Vec<f32>)>,
) -> M {
    let mut shift = Shift::default();
    for (path, moved) in moves {
        shift.add(&path, moved);
    }
    module.clone().map(&mut shift)
}
