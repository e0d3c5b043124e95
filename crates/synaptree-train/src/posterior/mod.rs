//! Distributions of the weights around those that training found.

mod check;
mod curvature;
mod eigen;
mod fit;
mod laplace;
mod likelihood;
mod spec;
mod swag;
mod tempered;

pub(crate) use check::{check, check_data, is_found, needs_rows};
pub(crate) use fit::{Fitted, fit};
pub use spec::{LaplaceLayers, LaplaceStructure, PosteriorSpec};
pub(crate) use swag::Swag;
