//! Networks with stochastic synapses on Burn.
//!
//! A [`NetworkConfig`] names the shape of a table, the trunk, the synapses and one head for every
//! output; [`NetworkConfig::init`] checks it and makes a [`Network`] whose parameters are a pure
//! function of the seed. Whether a forward pass is noisy is decided by the [`Pass`] it is given,
//! never by a flag inside the module. [`StochasticSynapses`] does the same for any Burn module.

#![recursion_limit = "256"]

mod activation;
mod block;
mod check;
pub mod codes;
mod config;
mod convolution;
mod dense;
mod draw;
mod dropout;
mod encoder;
mod error;
mod error_code;
mod head;
mod initialiser;
mod lstm;
mod moments;
mod named;
mod network;
mod normalisation;
mod parameters;
mod pass;
mod posterior;
mod share;
mod size;
mod spec;
mod synapse;
mod tap;

pub use activation::{Activation, ActivationLayer};
pub use block::Block;
pub use config::{CategoryShape, EdgeKind, HeadConfig, NetworkConfig, TableShape};
pub use convolution::{Convolution, ConvolutionConfig};
pub use dense::{Dense, DenseConfig};
pub use draw::{Draw, DrawPurpose};
pub use dropout::Dropout;
pub use encoder::{TableEncoder, TableInput};
pub use error::NetworkError;
pub use initialiser::{Fans, Initialiser};
pub use lstm::{Lstm, LstmConfig};
pub use moments::Moments;
pub use named::Named;
pub use network::{Network, Stem, Weights};
pub use normalisation::{BatchNorm, LayerNorm, Running, is_running, with_running_of};
pub use parameters::{load_parameters, parameters};
pub use pass::Pass;
pub use posterior::{
    PosteriorKind, PosteriorPart, Rotation, Tangent, WeightPosterior, fill_posterior_noise, shifted,
};
pub use share::{add_gradient, scale_gradient};
pub use spec::{NetworkSpec, Normalisation, Sharing};
pub use synapse::{
    Estimator, FixedPrior, Noise, NoiseQuality, Prior, StochasticSynapses, SynapseSpec,
    WeightSynapse,
};
pub use tap::{LayerTap, tapped};
