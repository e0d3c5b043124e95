//! A fully connected layer whose weights may be noisy.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use synaptree_kernels::{Epilogue, WeightNoise, dense, scaled_normal_tensor};

use crate::{Draw, Fans, Initialiser, NetworkError};

/// The configuration of a [`Dense`] layer.
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `inputs` | required | ≥ 1 | width of the input |
/// | `outputs` | required | ≥ 1 | width of the output |
/// | `initialiser` | Xavier | [`Initialiser`] | first values of the weight; the bias starts at 0 |
/// | `noise_scale` | 0 | ≥ 0 | standard deviation of the noise on the weight |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DenseConfig {
    inputs: usize,
    outputs: usize,
    initialiser: Initialiser,
    noise_scale: f64,
}

impl DenseConfig {
    /// A layer from `inputs` to `outputs` units.
    pub const fn new(inputs: usize, outputs: usize) -> Self {
        Self {
            inputs,
            outputs,
            initialiser: Initialiser::Xavier,
            noise_scale: 0.0,
        }
    }

    /// Sets the first values of the weight.
    pub const fn with_initialiser(mut self, initialiser: Initialiser) -> Self {
        self.initialiser = initialiser;
        self
    }

    /// Sets the standard deviation of the noise on the weight.
    pub const fn with_noise_scale(mut self, scale: f64) -> Self {
        self.noise_scale = scale;
        self
    }

    /// Makes the layer; `path` names its place and with it its random streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::EmptyLayer`] for a width of 0, [`NetworkError::OutOfRange`] for a scale that is
    /// negative or not finite.
    pub fn init(&self, seed: u64, path: &str, device: &Device) -> Result<Dense, NetworkError> {
        if self.inputs == 0 || self.outputs == 0 {
            return Err(NetworkError::EmptyLayer {
                key: path.to_owned(),
            });
        }
        check_scale("synapses.scale", self.noise_scale)?;
        self.initialiser.check("network.initialiser")?;
        let weight_path = format!("{path}.weight");
        let fans = Fans {
            inputs: self.inputs,
            outputs: self.outputs,
        };
        let shape = [self.inputs, self.outputs];
        let weight = self
            .initialiser
            .draw(seed, &weight_path, shape, fans, device);
        Ok(Dense {
            weight: Param::from_tensor(weight),
            bias: Param::from_tensor(Tensor::zeros([self.outputs], device)),
            weight_path,
            noise_scale: self.noise_scale as f32,
        })
    }
}

/// Rejects scales that no noise can have.
pub(crate) fn check_scale(key: &str, scale: f64) -> Result<(), NetworkError> {
    if scale.is_finite() && scale >= 0.0 {
        return Ok(());
    }
    Err(NetworkError::OutOfRange {
        key: key.to_owned(),
        got: scale.to_string(),
        expected: "a finite number of at least 0",
    })
}

/// A fully connected layer whose weights may be noisy.
///
/// ```text
/// y = x (W + scale · ε) + b,   ε ~ N(0, 1) where a draw is given, else ε = 0
/// ```
///
/// The gradient reaches `W` unchanged. The scale is a constant: it is neither counted nor optimized.
///
/// # Randomness
///
/// With a draw: stream `noise/<path>.weight` in training, `predict/<path>.weight` in prediction, at the
/// draw's step and sample, one element for every weight in row-major order. The bias has no noise.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{DenseConfig, Draw};
///
/// let device = Device::flex();
/// let layer = DenseConfig::new(1, 1).with_noise_scale(0.1).init(7, "dense", &device)?;
/// let x = Tensor::<2>::ones([1, 1], &device);
/// let y = |draw| layer.forward(x.clone(), draw).into_scalar::<f32>();
///
/// let mean = (0..4000).map(|s| y(Some(Draw::predict(7, s)))).sum::<f32>() / 4000.0;
/// assert!((mean - y(None)).abs() < 0.01);
/// assert_eq!(y(Some(Draw::predict(7, 5))), y(Some(Draw::predict(7, 5))));
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Module, Debug)]
pub struct Dense {
    /// The mean of the weights, `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// The bias, `[outputs]`.
    pub bias: Param<Tensor<1>>,
    weight_path: String,
    noise_scale: f32,
}

impl Dense {
    /// Applies the layer; `None` uses the mean of the weights.
    ///
    /// # Shapes
    ///
    /// - input: `[rows, inputs]`
    /// - result: `[rows, outputs]`
    pub fn forward(&self, input: Tensor<2>, draw: Option<Draw>) -> Tensor<2> {
        self.forward_with(input, draw, Epilogue::Linear)
    }

    /// As [`Dense::forward`], with what follows the sum in the same operator.
    pub(crate) fn forward_with(
        &self,
        input: Tensor<2>,
        draw: Option<Draw>,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        dense(input, weight, bias, self.noise(draw), epilogue)
    }

    /// The weights of one draw, `[inputs, outputs]`; `None` gives their mean.
    pub fn sampled_weight(&self, draw: Option<Draw>) -> Tensor<2> {
        let weight = self.weight.val();
        match self.noise(draw) {
            Some(noise) => {
                let (shape, device) = (weight.dims(), weight.device());
                let WeightNoise {
                    key,
                    step,
                    sample,
                    scale,
                } = noise;
                weight + scaled_normal_tensor(key, step, sample, scale, shape, &device)
            }
            None => weight,
        }
    }

    fn noise(&self, draw: Option<Draw>) -> Option<WeightNoise> {
        let draw = draw.filter(|_| self.noise_scale > 0.0)?;
        Some(WeightNoise {
            key: draw.noise_key(&self.weight_path),
            step: draw.step,
            sample: draw.sample,
            scale: self.noise_scale,
        })
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
        let silent = layer.forward(Tensor::zeros([1, 100], &device), draw);
        assert_eq!(vec(silent), vec![0.0; 100]);
    }

    #[test]
    fn scale_zero_is_the_mean_layer_bit_for_bit() {
        let device = Device::flex();
        let x = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [1.0, 5.0, -0.1]], &device);
        let layer = layer(0.0, &device);
        let draw = Some(Draw::training(7, 1));
        assert_eq!(
            vec(layer.forward(x.clone(), draw)),
            vec(layer.forward(x, None))
        );
    }

    #[test]
    fn a_falling_scale_approaches_the_mean_layer() {
        let device = Device::flex();
        let x = Tensor::<2>::from_data([[0.3, -1.0, 2.0]], &device);
        let mean = layer(0.1, &device).forward(x.clone(), None);
        let mut last = f32::INFINITY;
        for scale in [1e-1, 1e-2, 1e-3, 1e-4] {
            let noisy = layer(scale, &device).forward(x.clone(), Some(Draw::training(7, 1)));
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
        let loss = |layer: &Dense| layer.forward(x.clone(), draw).square().sum();
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
