//! What is random about weights: kinds of noise, estimators of the noisy product, priors.

mod check;
mod estimate;
mod firing;
mod foreign;
mod layer;
mod prior;
mod rank_one;
mod rows;
mod softplus;
mod spec;
mod weight;

pub(crate) use check::{Only, no_moments, refuse};
pub use foreign::StochasticSynapses;
pub(crate) use layer::{Reuse, Synapse, finish};
pub use prior::{FixedPrior, Prior};
pub use spec::{Estimator, Noise, NoiseQuality, SynapseSpec};
pub(crate) use spec::{belongs, is_depth};
pub use weight::WeightSynapse;
