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
    /// blank-out        P(z = 1) = ½ (1 + erf((p w·x + b) / √(2 p (1 − p) Σ w² x²))),   z in {0, 1}
    /// neural sampling  P(z = 1) = ½ (1 + erf(β w·x / ‖w‖ + b / (c ‖w‖))),  c = √(2 p (1 − p)),   z in {−1, 1}
    /// ```
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
        let p = f64::from(law.probability);
        let bias = bias.clone().unsqueeze::<2>();
        let drive = match law.noise {
            Noise::BlankOut => {
                let deviation = (self.sum_variance(x, weight) * 2.0 + ROOT_FLOOR).sqrt();
                (x.clone().matmul(weight.clone()) * p + bias) / deviation
            }
            Noise::NeuralSampling => {
                let norm = (weight.clone().square().sum_dim(0) + ROOT_FLOOR).sqrt();
                let gain = self.gain.as_ref()?.val().unsqueeze::<2>();
                let c = (2.0 * p * (1.0 - p)).sqrt();
                (x.clone().matmul(weight.clone()) * gain + bias / c) / norm
            }
            _ => return None,
        };
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
