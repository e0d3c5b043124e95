//! What is random about weights: kinds of noise, estimators of the noisy product, priors.

mod check;
mod firing;
mod foreign;
mod layer;
mod prior;
mod rank_one;
mod rows;
mod softplus;
mod spec;

pub use foreign::{GaussianSynapse, StochasticSynapses};
pub(crate) use layer::{Synapse, finish};
pub use prior::{FixedPrior, Prior};
pub(crate) use spec::belongs;
pub use spec::{Estimator, Noise, NoiseQuality, SynapseSpec};
