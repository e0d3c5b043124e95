//! A fully connected layer whose weights may be noisy.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use synaptree_kernels::{Epilogue, LocalSums, dense};

use crate::synapse::{Reuse, Synapse, finish};
use crate::tap::{is_tapped, tap};
use crate::{
    Draw, Estimator, Fans, Initialiser, Moments, NetworkError, Noise, Pass, Prior, SynapseSpec,
};

/// The configuration of a [`Dense`] layer.
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `inputs` | required | ≥ 1 | width of the input |
/// | `outputs` | required | ≥ 1 | width of the output |
/// | `initialiser` | Xavier | [`Initialiser`] | first values of the weight; the bias starts at 0 |
/// | `synapses` | no noise | [`SynapseSpec`] | what is random about the weight |
#[derive(Clone, Debug, PartialEq)]
pub struct DenseConfig {
    inputs: usize,
    outputs: usize,
    initialiser: Initialiser,
    synapses: SynapseSpec,
    reuse: Option<Reuse>,
    fans: Fans,
}

impl DenseConfig {
    /// A layer from `inputs` to `outputs` units.
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self {
            inputs,
            outputs,
            initialiser: Initialiser::Xavier,
            synapses: SynapseSpec::default(),
            reuse: None,
            fans: Fans { inputs, outputs },
        }
    }

    /// Sets the first values of the weight.
    pub fn with_initialiser(mut self, initialiser: Initialiser) -> Self {
        self.initialiser = initialiser;
        self
    }

    /// Sets what is random about the weight.
    pub fn with_synapses(mut self, synapses: SynapseSpec) -> Self {
        self.synapses = synapses;
        self
    }

    /// Gaussian noise of one standard deviation on the weight.
    pub fn with_noise_scale(self, scale: f64) -> Self {
        self.with_synapses(SynapseSpec {
            noise: Noise::Gaussian,
            scale,
            ..SynapseSpec::default()
        })
    }

    /// Says that a row uses the weights at several places or times.
    pub(crate) fn with_reuse(mut self, repeats: usize) -> Self {
        self.reuse = Some(Reuse { repeats });
        self
    }

    /// Sets how many weights lead into a unit and out of an input, where that is not the shape of the layer.
    pub(crate) fn with_fans(mut self, fans: Fans) -> Self {
        self.fans = fans;
        self
    }

    /// Makes the layer; `path` names its place and with it its random streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::EmptyLayer`] for a width of 0, and what is wrong with the synapses, see
    /// [`SynapseSpec::validate`].
    pub fn init(&self, seed: u64, path: &str, device: &Device) -> Result<Dense, NetworkError> {
        if self.inputs == 0 || self.outputs == 0 {
            return Err(NetworkError::EmptyLayer {
                key: path.to_owned(),
            });
        }
        self.synapses.validate()?;
        self.initialiser.check("network.initialiser")?;
        let weight_path = format!("{path}.weight");
        let shape = [self.inputs, self.outputs];
        let weight = self
            .initialiser
            .draw(seed, &weight_path, shape, self.fans, device);
        let synapse = Synapse::new(&self.synapses, &weight, self.reuse, seed, path, device);
        Ok(Dense {
            weight: Param::from_tensor(weight),
            bias: Param::from_tensor(Tensor::zeros([self.outputs], device)),
            synapse,
        })
    }
}

/// A fully connected layer whose weights may be noisy.
///
/// ```text
/// y = x W̃ + b,   W̃ drawn as the synapses say where the pass has a draw, else the mean of W̃
/// ```
///
/// # Randomness
///
/// With a draw: noise on weights from stream `noise/<path>.weight` in training and `predict/<path>.weight` in
/// prediction, at the draw's step and sample, one element for every weight in row-major order; noise on sums from
/// `<path>`, element = row × outputs + output. The bias has no noise.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{DenseConfig, Draw, Pass};
///
/// let device = Device::flex();
/// let layer = DenseConfig::new(1, 1).with_noise_scale(0.1).init(7, "dense", &device)?;
/// let x = Tensor::<2>::ones([1, 1], &device);
/// let y = |pass: Pass| layer.forward(x.clone(), &pass).into_scalar::<f32>();
/// let sample = |s| y(Pass::sample(Draw::predict(7, s), &[0]));
///
/// let mean = (0..4000).map(sample).sum::<f32>() / 4000.0;
/// assert!((mean - y(Pass::mean(&[0]))).abs() < 0.01);
/// assert_eq!(sample(5), sample(5));
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Module, Debug)]
pub struct Dense {
    /// The weights that training moves, `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// The bias, `[outputs]`.
    pub bias: Param<Tensor<1>>,
    synapse: Synapse,
}

impl Dense {
    /// See [`Network::settled`](crate::Network::settled).
    pub(crate) fn settle(&mut self) {
        self.synapse.settle(&self.weight.val());
    }

    /// Applies the layer.
    ///
    /// # Shapes
    ///
    /// - input: `[rows, inputs]`
    /// - result: `[rows, outputs]`
    ///
    /// # Panics
    ///
    /// When the noise belongs to rows and the pass does not name one row for each row of the input.
    pub fn forward(&self, input: Tensor<2>, pass: &Pass) -> Tensor<2> {
        self.forward_with(input, pass, Epilogue::Linear)
    }

    /// As [`Dense::forward`], with what follows the sum in the same operator.
    pub(crate) fn forward_with(
        &self,
        input: Tensor<2>,
        pass: &Pass,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        if is_tapped() {
            let probe = tap(self.synapse.path(), &input, self.outputs());
            let synapse = &self.synapse;
            let sum = synapse.forward(input, weight, bias, pass, Epilogue::Linear);
            return finish(
                probe.map_or_else(|| sum.clone(), |probe| sum.clone() + probe),
                epilogue,
            );
        }
        self.synapse.forward(input, weight, bias, pass, epilogue)
    }

    /// The weights of the pass, where one draw of them serves all its rows.
    pub(crate) fn drawn_for(&self, pass: &Pass) -> Option<Tensor<2>> {
        let shape = [pass.rows.len(), self.weight.dims()[0]];
        let one = pass.samples == 1 && self.estimator(shape, pass.training) == Estimator::Weight;
        pass.draw
            .filter(|_| one)
            .map(|draw| self.sampled_weight(Some(draw)))
    }

    /// The sums for weights that were drawn.
    pub(crate) fn forward_drawn(&self, input: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
        dense(input, weight, self.bias.val(), None, Epilogue::Linear)
    }

    /// What all samples of a prediction have in common, where the layer draws its sums at little cost.
    pub(crate) fn local_sums(&self, input: &Tensor<2>) -> Option<LocalSums> {
        if is_tapped() {
            return None;
        }
        let synapse = &self.synapse;
        synapse.local_sums(input, self.weight.val(), self.bias.val())
    }

    /// As [`Dense::forward_with`], from its sums.
    pub(crate) fn forward_from(
        &self,
        sums: &LocalSums,
        pass: &Pass,
        epilogue: Epilogue,
    ) -> Option<Tensor<2>> {
        self.synapse.draw_sums(sums, pass, epilogue)
    }

    /// The moments of the sums of independent inputs and weights.
    pub(crate) fn moments(&self, input: Moments) -> Moments {
        self.synapse
            .moments(input, &self.weight.val(), self.bias.val())
    }

    /// Sums drawn from Gaussians of these moments, for every row on its own.
    pub(crate) fn drawn(&self, sums: Moments, pass: &Pass) -> Tensor<2> {
        self.synapse.drawn(sums, pass)
    }

    /// The estimator that computes a product of this shape.
    pub(crate) fn estimator(&self, shape: [usize; 2], training: bool) -> Estimator {
        self.synapse.estimator(shape, training)
    }

    /// Whether two draws of the layer can differ.
    pub(crate) fn is_noisy(&self) -> bool {
        self.synapse.is_noisy()
    }

    /// What the units put out where they fire; `None` where they pass sums on.
    pub(crate) fn fire(&self, input: &Tensor<2>, pass: &Pass) -> Option<Tensor<2>> {
        self.synapse
            .fire(input, &self.weight.val(), &self.bias.val(), pass)
    }

    /// The weights of one draw, `[inputs, outputs]`; `None` gives their mean.
    ///
    /// For noise that has no weights of its own, such as `rank1`, this is the mean.
    pub fn sampled_weight(&self, draw: Option<Draw>) -> Tensor<2> {
        let weight = self.weight.val();
        match draw {
            Some(draw) => self.synapse.sampled(weight, draw),
            None => self.synapse.mean(weight),
        }
    }

    /// The standard deviation of every weight, `[inputs, outputs]`; `None` where weights are not random on their own.
    pub fn deviation(&self) -> Option<Tensor<2>> {
        self.synapse.deviation(&self.weight.val())
    }

    /// Mean and standard deviation of every weight over draws, `[inputs, outputs]`; `None` where weights are plain numbers.
    ///
    /// For noise that has no weights of its own, such as `rank1`, those of the weight times its factors, over members and their
    /// noise; such weights depend on each other.
    pub fn drawn_weights(&self) -> Option<[Tensor<2>; 2]> {
        self.synapse.drawn_weights(&self.weight.val())
    }

    /// log α of every weight under the log-uniform prior, `[inputs, outputs]`: those above 3 can be pruned.
    ///
    /// `None` for all noise but `variational_dropout`.
    pub fn log_alpha(&self) -> Option<Tensor<2>> {
        self.synapse.log_alpha(self.weight.val())
    }

    /// Σ KL of the layer's learned distributions from the prior, in nats; `None` where nothing is learned.
    ///
    /// # Shapes
    ///
    /// - result: `[1]`
    pub fn divergence(&self, prior: Prior, draw: Option<Draw>) -> Option<Tensor<1>> {
        self.synapse.divergence(self.weight.val(), prior, draw)
    }

    /// The width of the output.
    pub fn outputs(&self) -> usize {
        self.bias.dims()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vec(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    /// A pass over up to two rows.
    fn pass(draw: Option<Draw>) -> Pass<'static> {
        Pass {
            draw,
            rows: &[0, 1],
            training: draw.is_some(),
            samples: 1,
        }
    }

    fn layer(scale: f64, device: &Device) -> Dense {
        DenseConfig::new(3, 2)
            .with_noise_scale(scale)
            .init(7, "dense", device)
            .unwrap()
    }

    #[test]
    fn equal_draws_are_equal_and_all_others_differ() {
        let layer = layer(0.1, &Device::flex());
        let weight = |draw| vec(layer.sampled_weight(Some(draw)));
        let base = Draw::training(7, 3);
        assert_eq!(weight(base), weight(base));
        let others = [
            Draw::training(8, 3),
            Draw::training(7, 4),
            Draw { sample: 1, ..base },
            Draw::predict(7, 0),
            Draw {
                purpose: crate::DrawPurpose::Predict,
                ..base
            },
        ];
        for other in others {
            assert_ne!(weight(base), weight(other), "{other:?}");
        }
    }

    #[test]
    fn noise_has_the_given_scale_and_spares_the_bias() {
        let device = Device::flex();
        let layer = DenseConfig::new(100, 100)
            .with_noise_scale(0.2)
            .init(7, "dense", &device)
            .unwrap();
        let draw = Some(Draw::predict(7, 0));
        let noise = layer.sampled_weight(draw) - layer.sampled_weight(None);
        let std = noise.square().mean().sqrt().into_scalar::<f32>();
        assert!((std - 0.2).abs() < 0.006, "{std}");
        let silent = layer.forward(Tensor::zeros([2, 100], &device), &pass(draw));
        assert_eq!(vec(silent), vec![0.0; 200]);
    }

    #[test]
    fn scale_zero_is_the_mean_layer_bit_for_bit() {
        let device = Device::flex();
        let x = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [1.0, 5.0, -0.1]], &device);
        let layer = layer(0.0, &device);
        let draw = Some(Draw::training(7, 1));
        assert_eq!(
            vec(layer.forward(x.clone(), &pass(draw))),
            vec(layer.forward(x, &pass(None)))
        );
    }

    #[test]
    fn a_falling_scale_approaches_the_mean_layer() {
        let device = Device::flex();
        let x = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [0.1, 0.5, -2.0]], &device);
        let mean = layer(0.1, &device).forward(x.clone(), &pass(None));
        let mut last = f32::INFINITY;
        for scale in [1e-1, 1e-2, 1e-3, 1e-4] {
            let noisy = layer(scale, &device).forward(x.clone(), &pass(Some(Draw::training(7, 1))));
            let distance = (noisy - mean.clone()).abs().max().into_scalar::<f32>();
            assert!(distance < last && distance < 20.0 * scale as f32);
            last = distance;
        }
    }

    /// The loss is quadratic in every parameter, so central differences have no truncation error.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let device = Device::flex().autodiff();
        let mut layer = layer(0.3, &device);
        let x = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [1.0, 0.5, -0.1]], &device);
        let draw = Some(Draw::training(7, 1));
        let loss = |layer: &Dense| layer.forward(x.clone(), &pass(draw)).square().sum();
        let gradients = loss(&layer).backward();
        let weight_gradient = vec(layer.weight.val().grad(&gradients).unwrap());
        let bias_gradient: Vec<f32> = layer
            .bias
            .val()
            .grad(&gradients)
            .unwrap()
            .into_data()
            .try_into_vec()
            .unwrap();
        let mean = vec(layer.weight.val());
        let mut at = |weight: Vec<f32>, bias: Vec<f32>| {
            let weight = Tensor::<1>::from_floats(weight.as_slice(), &device).reshape([3, 2]);
            layer.weight = Param::from_tensor(weight.detach());
            layer.bias = Param::from_tensor(Tensor::<1>::from_floats(bias.as_slice(), &device));
            loss(&layer).into_scalar::<f32>()
        };
        let moved = |values: &[f32], i: usize, h: f32| {
            let mut values = values.to_vec();
            values[i] += h;
            values
        };
        let h = 0.25;
        for (i, gradient) in weight_gradient.iter().enumerate() {
            let difference = (at(moved(&mean, i, h), vec![0.0; 2])
                - at(moved(&mean, i, -h), vec![0.0; 2]))
                / (2.0 * h);
            assert!(
                (gradient - difference).abs() < 1e-4 * gradient.abs().max(1.0),
                "{i}: {gradient} {difference}"
            );
        }
        for (i, gradient) in bias_gradient.iter().enumerate() {
            let difference = (at(mean.clone(), moved(&[0.0; 2], i, h))
                - at(mean.clone(), moved(&[0.0; 2], i, -h)))
                / (2.0 * h);
            assert!(
                (gradient - difference).abs() < 1e-4 * gradient.abs().max(1.0),
                "{i}: {gradient} {difference}"
            );
        }
    }

    #[test]
    fn bad_widths_and_scales_are_errors() {
        let device = Device::flex();
        assert!(DenseConfig::new(0, 2).init(7, "dense", &device).is_err());
        for scale in [-0.1, f64::NAN, f64::INFINITY] {
            assert!(
                DenseConfig::new(1, 2)
                    .with_noise_scale(scale)
                    .init(7, "dense", &device)
                    .is_err()
            );
        }
    }
}
