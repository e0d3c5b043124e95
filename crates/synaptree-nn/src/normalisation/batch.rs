//! Batch normalisation.

use burn::module::{Module, Param};
use burn::tensor::module::{batch_norm, batch_norm_train};
use burn::tensor::{Device, Tensor};

use super::{EPSILON, Running};

/// The weight of a batch in the running statistics; PyTorch's default.
const MOMENTUM: f64 = 0.1;

/// Batch normalisation: every unit to mean 0 and variance 1 over the rows, then a learned line.
///
/// ```text
/// y = γ · (x − mean) / √(variance + 1e-5) + β
/// training:   mean and (biased) variance of the batch; running = 0.9 · running + 0.1 · batch, where the
///             batch's variance is taken unbiased
/// otherwise:  the running statistics
/// ```
///
/// In training a row's answer depends on its batch; in prediction it does not.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::BatchNorm;
///
/// let device = Device::flex();
/// let norm = BatchNorm::new(1, &device);
/// let x = Tensor::<2>::from_data([[1.0], [3.0]], &device);
/// norm.forward(x, true);
/// assert_eq!(norm.running_mean.value().into_scalar::<f32>(), 0.2);
/// assert!((norm.running_variance.value().into_scalar::<f32>() - 1.1).abs() < 1e-6);
/// ```
///
/// # References
///
/// Ioffe, Szegedy, "Batch Normalization" (2015), arXiv:1502.03167, algorithms 1 and 2.
///
/// # Differences
///
/// A batch of one row has no variance: it is normalised with the running statistics and leaves them.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// The learned slope, `[units]`.
    pub gamma: Param<Tensor<1>>,
    /// The learned offset, `[units]`.
    pub beta: Param<Tensor<1>>,
    /// The running mean, `[units]`.
    pub running_mean: Running,
    /// The running variance, `[units]`.
    pub running_variance: Running,
}

impl BatchNorm {
    /// Slope 1, offset 0, running mean 0, running variance 1.
    pub fn new(units: usize, device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([units], device)),
            beta: Param::from_tensor(Tensor::zeros([units], device)),
            running_mean: Running::new(Tensor::zeros([units], device)),
            running_variance: Running::new(Tensor::ones([units], device)),
        }
    }

    /// Normalises with the batch's statistics and updates the running ones where `training`, else
    /// with the running statistics.
    ///
    /// # Shapes
    ///
    /// - x: `[rows, units]`
    /// - result: `[rows, units]`
    pub fn forward(&self, x: Tensor<2>, training: bool) -> Tensor<2> {
        self.apply(x, training, training)
    }

    /// As [`BatchNorm::forward`]; the batch's statistics can be used without being remembered.
    pub(crate) fn apply(&self, x: Tensor<2>, batch_statistics: bool, remember: bool) -> Tensor<2> {
        let rows = x.dims()[0];
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        if !batch_statistics || rows < 2 {
            let (mean, variance) = (self.running_mean.value(), self.running_variance.value());
            return batch_norm(x, gamma, beta, mean, variance, EPSILON);
        }
        let batch = batch_norm_train(x, gamma, beta, EPSILON);
        if remember {
            let unbiased = rows as f64 / (rows - 1) as f64;
            update(&self.running_mean, batch.mean, 1.0);
            update(&self.running_variance, batch.variance, unbiased);
        }
        batch.output
    }
}

fn update(running: &Running, batch: Tensor<1>, correction: f64) {
    let kept = running.value().mul_scalar(1.0 - MOMENTUM);
    running.set(kept + batch.detach().mul_scalar(MOMENTUM * correction));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{load_parameters, parameters};

    fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    fn batch(device: &Device) -> Tensor<2> {
        Tensor::from_data([[1.0, -2.0], [3.0, 0.0], [8.0, 5.0]], device)
    }

    #[test]
    fn a_training_batch_comes_out_with_mean_zero_and_variance_one() {
        let device = Device::flex();
        let y = BatchNorm::new(2, &device).forward(batch(&device), true);
        let mean = vec(y.clone().mean_dim(0));
        let variance = vec(y.square().mean_dim(0));
        assert!(mean.iter().all(|m| m.abs() < 1e-6), "{mean:?}");
        assert!(
            variance.iter().all(|v| (v - 1.0).abs() < 1e-5),
            "{variance:?}"
        );
    }

    #[test]
    fn prediction_uses_the_running_statistics_and_leaves_them() {
        let device = Device::flex();
        let norm = BatchNorm::new(2, &device);
        norm.forward(batch(&device), true);
        let before = (
            vec(norm.running_mean.value()),
            vec(norm.running_variance.value()),
        );
        let together = vec(norm.forward(batch(&device), false));
        let alone = vec(norm.forward(batch(&device).narrow(0, 1, 1), false));
        assert_eq!(alone, together[2..4]);
        assert_eq!(
            before,
            (
                vec(norm.running_mean.value()),
                vec(norm.running_variance.value())
            )
        );
    }

    #[test]
    fn a_single_row_is_normalised_with_the_running_statistics() {
        let device = Device::flex();
        let norm = BatchNorm::new(2, &device);
        let row = batch(&device).narrow(0, 2, 1);
        assert_eq!(
            vec(norm.forward(row.clone(), true)),
            vec(norm.forward(row, false))
        );
        assert_eq!(vec(norm.running_mean.value()), [0.0, 0.0]);
    }

    #[test]
    fn running_statistics_survive_saving_and_loading_bit_for_bit() {
        let device = Device::flex().autodiff();
        let norm = BatchNorm::new(2, &device);
        norm.forward(batch(&device), true);
        let stored = parameters(&norm);
        let restored = load_parameters(BatchNorm::new(2, &device), stored.clone()).unwrap();
        assert_eq!(parameters(&restored), stored);
        assert_eq!(
            vec(norm.running_variance.value()),
            vec(restored.running_variance.value())
        );
    }

    #[test]
    fn a_clone_is_a_snapshot() {
        let device = Device::flex();
        let norm = BatchNorm::new(2, &device);
        let snapshot = norm.clone();
        norm.forward(batch(&device), true);
        assert_eq!(vec(snapshot.running_mean.value()), [0.0, 0.0]);
    }

    #[test]
    fn running_statistics_never_become_parameters() {
        let device = Device::flex().autodiff();
        let norm = BatchNorm::new(2, &device).valid().train();
        let gradients = norm.forward(batch(&device), true).square().sum().backward();
        assert!(norm.gamma.val().grad(&gradients).is_some());
        assert!(!norm.running_mean.value().is_require_grad());
        let plain = norm.valid().forward(batch(&Device::flex()), false);
        assert!(!plain.is_autodiff());
    }
}
