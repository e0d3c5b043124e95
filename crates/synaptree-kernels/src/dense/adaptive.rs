//! The gradient of a variance from the squared gradients of single rows.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::operator::{contiguous, dims, numbers, tensor};
use super::panels::{Sizes, weight_gradient};
use crate::device::{runs_on_flex, runs_on_gpu};

/// The outputs `y` of a layer unchanged; backward, the variance of its weights receives half their mean squared gradient.
///
/// ```text
/// g_row = x_rowᵀ δ_row · rows    the gradient of a row's own loss, where the loss is the mean over rows
/// ∂L/∂σ² = ½ · mean over rows of g_row² = ½ · rows · (x ∘ x)ᵀ (δ ∘ δ)
/// ```
///
/// The squares are those of single rows, not of their sum: one product gives them all. On devices other than Flex and
/// GPUs the variance receives no gradient.
///
/// # Shapes
///
/// - y: `[rows, outputs]`, the sums that the layer computed from `x`
/// - x: `[rows, inputs]`
/// - variance: `[inputs, outputs]`
/// - result: `y`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::adaptive_deviation;
///
/// let device = Device::flex().autodiff();
/// let x = Tensor::<2>::from_data([[1.0], [2.0]], &device);
/// let y = Tensor::<2>::from_data([[3.0], [5.0]], &device);
/// let variance = Tensor::<2>::from_data([[0.1]], &device).require_grad();
/// let gradients = adaptive_deviation(y, x, variance.clone()).mean().backward();
/// // δ is ½ for both rows, so g is 1 and 2, and ½ · mean(1, 4) = 1.25.
/// assert_eq!(variance.grad(&gradients).unwrap().into_scalar::<f32>(), 1.25);
/// ```
///
/// # References
///
/// Graves, "Practical variational inference for neural networks" (2011), NIPS 24, equation 20.
pub fn adaptive_deviation(y: Tensor<2>, x: Tensor<2>, variance: Tensor<2>) -> Tensor<2> {
    if !runs_on_flex(&y.device()) && !runs_on_gpu(&y.device()) {
        return y;
    }
    Tensor::from_dispatch(Dispatch::adaptive_deviation(
        y.into_dispatch(),
        x.into_dispatch(),
        variance.into_dispatch(),
    ))
}

/// The forward pass.
#[backend_extension(Flex, Cube: cfg(any(feature = "wgpu", feature = "cuda")), Autodiff)]
pub(super) trait AdaptiveOps: Backend {
    /// See [`adaptive_deviation`](crate::adaptive_deviation).
    fn adaptive_deviation(
        y: FloatTensor<Self>,
        x: FloatTensor<Self>,
        variance: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The backward pass.
pub(super) trait AdaptiveKernels: Backend {
    /// Half the mean squared gradient of the weights.
    fn curvature(x: FloatTensor<Self>, dy: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl AdaptiveOps for Flex {
    fn adaptive_deviation(y: FlexTensor, _x: FlexTensor, _variance: FlexTensor) -> FlexTensor {
        y
    }
}

impl AdaptiveKernels for Flex {
    fn curvature(x: FlexTensor, dy: FlexTensor) -> FlexTensor {
        let (x, dy) = (contiguous(x), contiguous(dy));
        let ([rows, inputs], [_, outputs]) = (dims(&x), dims(&dy));
        let sizes = Sizes {
            rows,
            inputs,
            outputs,
        };
        let squares = |values: &[f32]| values.iter().map(|v| v * v).collect::<Vec<f32>>();
        let factor = 0.5 * rows as f32;
        let mut gradient = weight_gradient(sizes, &squares(numbers(&x)), &squares(numbers(&dy)));
        for value in &mut gradient {
            *value *= factor;
        }
        tensor(gradient, [inputs, outputs])
    }
}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod gpu {
    use burn::backend::Cube;
    use burn::backend::ops::FloatTensorOps;
    use burn::backend::tensor::FloatTensor;
    use burn::backend::{Scalar, TensorMetadata};

    use super::{AdaptiveKernels, AdaptiveOps};

    type Floats = FloatTensor<Cube>;

    impl AdaptiveOps for Cube {
        fn adaptive_deviation(y: Floats, _x: Floats, _variance: Floats) -> Floats {
            y
        }
    }

    impl AdaptiveKernels for Cube {
        fn curvature(x: Floats, dy: Floats) -> Floats {
            let rows = x.shape()[0];
            let square = |values: Floats| Self::float_mul(values.clone(), values);
            let sum = Self::float_matmul(Self::float_transpose(square(x)), square(dy));
            Self::float_mul_scalar(sum, Scalar::from(0.5 * rows as f32))
        }
    }
}

#[derive(Debug)]
struct Adaptive;

impl<B: AdaptiveKernels> Backward<B, 2> for Adaptive {
    type State = FloatTensor<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let [output, variance] = ops.parents;
        if let Some(variance) = variance {
            let curvature = B::curvature(ops.state, gradient.clone());
            gradients.register::<B>(variance.id, curvature);
        }
        if let Some(output) = output {
            gradients.register::<B>(output.id, gradient);
        }
    }
}

impl<B: AdaptiveOps + AdaptiveKernels, C: CheckpointStrategy> AdaptiveOps for Autodiff<B, C> {
    fn adaptive_deviation(
        y: FloatTensor<Self>,
        x: FloatTensor<Self>,
        variance: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (y, output) = y.into_parts();
        let (x, _) = x.into_parts();
        let (_, spread) = variance.into_parts();
        match Adaptive
            .prepare::<C>([output, spread])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => prepared.finish(x, y),
            OpsKind::UnTracked(prepared) => prepared.finish(y),
        }
    }
}
