//! Parameters by path: listing and loading.

use burn::module::{Module, ParamId};
use burn::tensor::TensorData;

use crate::NetworkError;

/// Lists path, identity and values of the parameters and running statistics of a module.
pub fn parameters<M: Module>(_module: &M) -> Vec<(String, ParamId, TensorData)> {
    todo!()
}

/// Gives a module the listed values and identities.
///
/// # Errors
///
/// A [`NetworkError`] when paths, shapes or types do not match.
pub fn load_parameters<M: Module>(
    _module: M,
    _parameters: Vec<(String, ParamId, TensorData)>,
) -> Result<M, NetworkError> {
    todo!()
}
