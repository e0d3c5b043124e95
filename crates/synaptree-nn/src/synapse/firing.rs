//! Units that fire: their noise comes from their synapses.

use burn::tensor::Tensor;

use synaptree_kernels::ROOT_FLOOR;

use super::layer::Synapse;
use super::rows::row_uniform;
use crate::{Noise, Pass};

impl Synapse {
    /// What hidden units put out where they fire; `None` for all other noise.
    ///
    /// ```text
    /// P(fires) = ½ (1 + erf(E[u] / √(2 Var[u]))),   Var[u] = p (1 − p) Σ w² x²
    /// blank-out        E[u] = p w·x + b,      z in {0, 1}
    /// neural sampling  E[u] = c β w·x + b,    z in {−1, 1},   c = √(2 p (1 − p))
    /// ```
    ///
    /// For inputs of −1 and 1 the second is the `½ (1 + erf(β w·x / ‖w‖ + b / (c ‖w‖)))` of its paper, which the noise falls out of
    /// for these inputs alone.
    ///
    /// Forward a unit fires at random with its probability, which stands for the sum of many noisy synapses;
    /// backward the derivative is that of the mean of z. Without a draw the units put out the mean of z.
    pub(crate) fn fire(
        &self,
        x: &Tensor<2>,
        weight: &Tensor<2>,
        bias: &Tensor<1>,
        pass: &Pass,
    ) -> Option<Tensor<2>> {
        let law = &self.law;
        if !law.noise.fires() {
            return None;
        }
        let mean = x.clone().matmul(self.mean(weight.clone())) + bias.clone().unsqueeze::<2>();
        // In the paper of neural sampling the strength of the noise is not a function of the inputs.
        let inputs = match law.noise {
            Noise::NeuralSampling => x.clone().detach(),
            _ => x.clone(),
        };
        let drive = mean / (self.sum_variance(&inputs, weight) * 2.0 + ROOT_FLOOR).sqrt();
        let probability = (drive.erf() + 1.0) * 0.5;
        let two_sided = law.noise == Noise::NeuralSampling;
        let output = |z: Tensor<2>| if two_sided { z * 2.0 - 1.0 } else { z };
        let shape = [pass.rows.len(), probability.dims()[1]];
        let uniform = |draw| row_uniform(draw, &law.sums, pass.rows, shape, &x.device());
        let Some(uniform) = pass.for_each_sample(uniform) else {
            return Some(output(probability));
        };
        let probability = pass.spread(probability);
        let fired = uniform.lower(probability.clone().detach()).float();
        // Forward z, backward its mean.
        let mean = probability.clone() - probability.detach();
        Some(output(mean + fired))
    }
}
