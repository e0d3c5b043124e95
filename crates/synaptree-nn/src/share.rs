//! Gradients that are scaled on their way back.

use burn::tensor::Tensor;

/// Passes `x` on unchanged and multiplies the gradient that comes back by `share`.
///
/// ```text
/// forward:  y = x, bit for bit       backward:  dx = share · dy
/// ```
///
/// # Shapes
///
/// - x: any
/// - result: as `x`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::scale_gradient;
///
/// let x = Tensor::<1>::from_floats([3.0], &Device::flex().autodiff()).require_grad();
/// let y = scale_gradient(x.clone(), 0.25);
/// assert_eq!(y.clone().into_scalar::<f32>(), 3.0);
/// let gradients = y.square().sum().backward();
/// assert_eq!(x.grad(&gradients).unwrap().into_scalar::<f32>(), 0.25 * 6.0);
/// ```
pub fn scale_gradient<const D: usize>(x: Tensor<D>, share: f64) -> Tensor<D> {
    if share == 1.0 || !x.is_autodiff() {
        return x;
    }
    let constant = x.clone().detach();
    if share == 0.0 {
        return constant;
    }
    add_gradient(constant, x, share)
}

/// Passes `x` on unchanged and sends `share` × its gradient to `receiver` too.
///
/// ```text
/// forward:  y = x, bit for bit       backward:  dx = dy,   d receiver = share · dy
/// ```
///
/// # Shapes
///
/// - x, receiver: equal
/// - result: as `x`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::add_gradient;
///
/// let device = Device::flex().autodiff();
/// let child = Tensor::<1>::from_floats([3.0], &device).require_grad();
/// let parent = Tensor::<1>::from_floats([-8.0], &device).require_grad();
/// let y = add_gradient(child.clone(), parent.clone(), 0.5);
/// assert_eq!(y.clone().into_scalar::<f32>(), 3.0);
/// let gradients = y.square().sum().backward();
/// assert_eq!(child.grad(&gradients).unwrap().into_scalar::<f32>(), 6.0);
/// assert_eq!(parent.grad(&gradients).unwrap().into_scalar::<f32>(), 3.0);
/// ```
pub fn add_gradient<const D: usize>(x: Tensor<D>, receiver: Tensor<D>, share: f64) -> Tensor<D> {
    // The difference is +0 and it is subtracted: x − 0 is x also for x = −0, while −0 + 0 is +0.
    let zero = receiver.clone().detach() - receiver;
    x - zero.mul_scalar(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn bits(tensor: Tensor<1>) -> Vec<u32> {
        let values: Vec<f32> = tensor.into_data().try_into_vec().unwrap();
        values.into_iter().map(f32::to_bits).collect()
    }

    const AWKWARD: [f32; 6] = [0.1, -0.0, 0.0, 1e-40, -3.333_333_3, 3e38];

    #[test]
    fn values_are_unchanged_bit_for_bit_for_every_share() {
        let device = Device::flex().autodiff();
        for share in [0.0, 0.1, 1.0 / 3.0, 0.5, 1.0] {
            let x = Tensor::<1>::from_floats(AWKWARD, &device).require_grad();
            assert_eq!(
                bits(scale_gradient(x.clone(), share)),
                AWKWARD.map(f32::to_bits)
            );
            let receiver = x.clone().mul_scalar(0.7);
            assert_eq!(
                bits(add_gradient(x, receiver, share)),
                AWKWARD.map(f32::to_bits)
            );
        }
    }

    #[test]
    fn gradients_are_scaled_by_the_share() {
        let device = Device::flex().autodiff();
        for share in [0.1, 0.5, 1.0] {
            let x = Tensor::<1>::from_floats([1.0, -2.0], &device).require_grad();
            let gradients = scale_gradient(x.clone(), share).square().sum().backward();
            let gradient: Vec<f32> = x
                .grad(&gradients)
                .unwrap()
                .into_data()
                .try_into_vec()
                .unwrap();
            let share = share as f32;
            assert_eq!(gradient, [2.0 * share, -4.0 * share]);
        }
    }

    #[test]
    fn share_zero_cuts_the_gradient() {
        let device = Device::flex().autodiff();
        let x = Tensor::<1>::from_floats([1.0], &device).require_grad();
        let other = Tensor::<1>::from_floats([2.0], &device).require_grad();
        let gradients = (scale_gradient(x.clone(), 0.0) * other.clone())
            .sum()
            .backward();
        assert!(x.grad(&gradients).is_none());
        assert!(other.grad(&gradients).is_some());
    }
}
