//! Networks with stochastic synapses on Burn.
//!
//! A [`NetworkConfig`] names the shape of a table, the trunk, the synapses and one head for every
//! output; [`NetworkConfig::init`] checks it and makes a [`Network`] whose parameters are a pure
//! function of the seed. Whether a forward pass is noisy is decided by the [`Pass`] it is given,
//! never by a flag inside the module.

#![recursion_limit = "256"]

mod activation;
mod config;
mod error;
mod initialiser;
mod network;
mod parameters;
mod pass;
mod spec;

pub use activation::Activation;
pub use config::{CategoryShape, EdgeKind, HeadConfig, NetworkConfig, TableShape};
pub use error::NetworkError;
pub use initialiser::Initialiser;
pub use network::{Network, TableInput};
pub use parameters::{load_parameters, parameters};
pub use pass::{Draw, DrawPurpose, Pass};
pub use spec::{Estimator, NetworkSpec, Noise, Normalisation, Sharing, SynapseSpec};
