//! Mean and variance through the whole network: the estimator `moments`.

use burn::tensor::Tensor;

use super::Network;
use crate::{EdgeKind, Moments, Pass, TableInput, add_gradient, scale_gradient};

impl Network {
    /// The outputs of every head, drawn from the Gaussians whose moments have passed through all layers.
    pub(super) fn propagate(&self, input: &TableInput, pass: &Pass) -> Vec<Tensor<2>> {
        let encoded = Moments::known(self.encode(input, pass));
        let trunk = self.trunk.iter();
        let representation = trunk.fold(encoded, |x, block| block.moments(x));
        let mut inputs: Vec<Moments> = Vec::with_capacity(self.config.heads.len());
        let mut features: Vec<Moments> = Vec::with_capacity(self.config.heads.len());
        let mut outputs = Vec::with_capacity(self.config.heads.len());
        for (config, head) in self.config.heads.iter().zip(self.heads.modules()) {
            let mut input = representation.clone();
            if config.edge == EdgeKind::Shortcut && !config.parents.is_empty() {
                let parents = config
                    .parents
                    .iter()
                    .map(|parent| features[*parent].clone());
                let shared = parents.map(|x| x.map(|tensor| scale_gradient(tensor, config.share)));
                input = Moments::cat(std::iter::once(input).chain(shared).collect());
            }
            let (made, mut output) = head.moments(input.clone(), pass);
            if config.edge == EdgeKind::Pull && config.share > 0.0 && output.is_autodiff() {
                for parent in &config.parents {
                    let input = inputs[*parent].clone().map(Tensor::detach);
                    let (_, again) = self.heads.at(*parent).moments(input, pass);
                    output = add_gradient(output, again, config.share);
                }
            }
            inputs.push(input);
            features.push(made);
            outputs.push(output);
        }
        outputs
    }
}
