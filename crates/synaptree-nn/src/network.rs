//! The whole network: table encoder, trunk, heads.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor};

use crate::{NetworkConfig, NetworkError, Pass};

/// A batch of table rows as tensors.
#[derive(Clone, Debug)]
pub struct TableInput {
    /// The numbers, `[rows, numbers]`.
    pub numbers: Tensor<2>,
    /// The category codes, `[rows, categories]`.
    pub categories: Tensor<2, Int>,
}

/// The whole network: table encoder, trunk, heads.
#[derive(Module, Debug)]
pub struct Network {
    placeholder: Param<Tensor<2>>,
}

impl Network {
    pub(crate) fn new(_config: &NetworkConfig, _seed: u64, _device: &Device) -> Result<Self, NetworkError> {
        todo!()
    }

    /// Encoder and trunk.
    pub fn represent(&self, _input: &TableInput, _pass: &Pass) -> Tensor<2> {
        todo!()
    }

    /// Raw outputs of every head.
    pub fn heads(&self, _representation: Tensor<2>, _pass: &Pass) -> Vec<Tensor<2>> {
        todo!()
    }

    /// Encoder, trunk and heads.
    pub fn forward(&self, input: &TableInput, pass: &Pass) -> Vec<Tensor<2>> {
        self.heads(self.represent(input, pass), pass)
    }
}
