//! `[training] posterior`: a distribution of the weights around those that training found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

fn twenty() -> usize {
    20
}

fn half() -> f64 {
    0.5
}

/// A Gaussian distribution of the weights around those that training found, saved with the model; `--samples` draws
/// from it.
///
/// ```text
/// swag     in each of the last `epochs` epochs, at a constant learning rate, the weights θᵢ are collected:
///          mean θ̄ = Σ θᵢ / n,  variances d = Σ θᵢ² / n − θ̄²,  deviations D of the last `rank` θᵢ from the mean up to them
///          weights ~ N(θ̄, scale · (diag d + D Dᵀ / (rank − 1)))
/// laplace  weights ~ N(θ, (H + δ I)⁻¹),  H the generalised Gauss-Newton matrix of all training labels at the best
///          epoch's weights θ;  a draw θ′ answers with f(θ) + J(θ) (θ′ − θ),  f the outputs before links, J their Jacobian
/// ```
///
/// The H of `laplace` is that of −log p(labels | θ), which has to be that of a probability: cross-entropy of classes or of yes
/// and no, and squared error, whose variance is the mean squared residual of the training rows. A generalised Gauss-Newton
/// matrix is the curvature of the linearised network, so that is what draws answer with; the network with the drawn weights
/// would fit far worse. Of last layers the outputs are linear as they are, and drawn weights answer as ever.
///
/// # Parameters
///
/// Those of `swag`:
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `epochs` | 20 | ≥ 2, epochs | how many of the last epochs count |
/// | `learning_rate` | the optimizer's | > 0 | the rate in these epochs |
/// | `rank` | 20 | ≥ 2 | how many deviations are kept |
/// | `scale` | 0.5 | > 0, ≤ 10⁶ | factor on the covariance |
///
/// Those of `laplace`:
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `layers` | `heads` | heads, all | whose weights are random: the last layer of every head, or every dense layer |
/// | `structure` | `kronecker` (`all`: `diagonal`) | diagonal, kronecker, full | what is kept of H |
/// | `prior_precision` | by marginal likelihood | [10⁻¹², 10¹²] | δ |
///
/// # References
///
/// Maddox et al. 2019, arXiv 1902.02476, algorithm 1. Ritter, Botev and Barber 2018, A scalable Laplace approximation for
/// neural networks; Daxberger et al. 2021, arXiv 2106.14806. Immer, Korzepa and Bauer 2021, arXiv 2008.08711, section 3: the
/// linearised answers.
///
/// # Differences
///
/// - `swag` recomputes the running statistics of batch normalisation for the mean, in one pass over the training rows; all
///   samples share them.
/// - `laplace` takes one δ for every layer; with `kronecker` H ≈ A ⊗ G / n for the sums A over features and G over the
///   likelihood's Hessians. Heads are independent of each other.
/// - Embeddings and normalisations keep their weights under `laplace`.
/// - J (θ′ − θ) is a central difference along the draw, and so approximate, to about 0.1 % of its size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PosteriorSpec {
    /// Mean and covariance of the weights over the last epochs.
    Swag {
        /// How many of the last epochs count.
        #[serde(default = "twenty")]
        #[schemars(range(min = 2))]
        epochs: usize,
        /// The learning rate in these epochs. Absent: the optimizer's, before the schedule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        learning_rate: Option<f64>,
        /// How many deviations from the mean are kept.
        #[serde(default = "twenty")]
        #[schemars(range(min = 2))]
        rank: usize,
        /// Factor on the covariance.
        #[serde(default = "half")]
        #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
        scale: f64,
    },
    /// The curvature of the loss at the best epoch's weights.
    Laplace {
        /// Whose weights are random.
        #[serde(default)]
        layers: LaplaceLayers,
        /// What is kept of the curvature. Absent: `kronecker` for heads, `diagonal` for all layers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        structure: Option<LaplaceStructure>,
        /// The precision of the prior of every weight. Absent: the one of the largest marginal likelihood, layer by layer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1e-12, max = 1e12))]
        prior_precision: Option<f64>,
    },
}

/// Whose weights a Laplace approximation makes random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LaplaceLayers {
    /// The last layer of every head.
    #[default]
    Heads,
    /// Every dense layer.
    All,
}

/// What a Laplace approximation keeps of the curvature of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LaplaceStructure {
    /// One number a weight.
    Diagonal,
    /// The Kronecker product of a matrix of inputs and one of outputs.
    Kronecker,
    /// Every pair of weights of a layer.
    Full,
}

impl PosteriorSpec {
    /// Whether the model is the average of the last epochs.
    pub(crate) fn averages(&self) -> bool {
        matches!(self, Self::Swag { .. })
    }

    /// What a Laplace approximation keeps.
    ///
    /// ```
    /// use synaptree_train::{LaplaceStructure, PosteriorSpec};
    ///
    /// let spec: PosteriorSpec = serde_json::from_str(r#"{ "kind": "laplace", "layers": "all" }"#)?;
    /// assert_eq!(spec.structure(), Some(LaplaceStructure::Diagonal));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn structure(&self) -> Option<LaplaceStructure> {
        match *self {
            Self::Swag { .. } => None,
            Self::Laplace {
                layers, structure, ..
            } => Some(structure.unwrap_or(match layers {
                LaplaceLayers::Heads => LaplaceStructure::Kronecker,
                LaplaceLayers::All => LaplaceStructure::Diagonal,
            })),
        }
    }
}
