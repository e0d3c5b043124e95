//! Stochastic synapses for modules that are not ours.

mod gaussian;

pub use gaussian::{GaussianSynapse, StochasticSynapses};
