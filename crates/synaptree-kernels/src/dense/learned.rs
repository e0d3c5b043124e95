//! A dense layer whose noise has a learned deviation, as one operator each way.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{DType, Tensor};
use rayon::prelude::*;

use super::operator::{
    DenseKernels, bias_and_activation, contiguous, dims, numbers, sizes, tensor,
};
use super::panels::{Sizes, forward, input_gradient, weight_gradient};
use super::portable::finish;
use super::{Epilogue, NoiseAddress, noise_tensor};
use crate::device::runs_on_flex;
use crate::fill::CHUNK;

/// A fully connected layer whose weight is drawn from a learned distribution.
///
/// ```text
/// y = f(x (M + S ∘ ε) + b)
/// ∂/∂M = xᵀ ∂/∂z,   ∂/∂S = (xᵀ ∂/∂z) ∘ ε
/// ```
///
/// On the Flex device and in single precision this is one operator, which stores neither ε nor the drawn weight;
/// elsewhere it is [`portable_dense_learned`].
///
/// # Shapes
///
/// - x: `[rows, inputs]`
/// - mean, deviation: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[rows, outputs]`
///
/// # Randomness
///
/// ε is [`noise_tensor`] of the address. The result has the same bits for any number of threads.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Epilogue, Key, NoiseAddress, Purpose, Quality, dense_learned};
///
/// let device = Device::flex();
/// let address = NoiseAddress {
///     key: Key::new(7, Purpose::Noise, "weight"),
///     step: 0,
///     sample: 0,
///     quality: Quality::Icdf,
/// };
/// let x = Tensor::<2>::from_data([[1.0, 2.0]], &device);
/// let mean = Tensor::<2>::from_data([[1.0], [0.5]], &device);
/// let silent = mean.zeros_like();
/// let y = dense_learned(x, mean, silent, Tensor::zeros([1], &device), address, Epilogue::Linear);
/// assert_eq!(y.into_scalar::<f32>(), 2.0);
/// ```
pub fn dense_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let types = [x.dtype(), mean.dtype(), deviation.dtype(), bias.dtype()];
    if types != [DType::F32; 4] || !runs_on_flex(&x.device()) {
        return portable_dense_learned(x, mean, deviation, bias, address, epilogue);
    }
    Tensor::from_dispatch(Dispatch::dense_learned(
        x.into_dispatch(),
        mean.into_dispatch(),
        deviation.into_dispatch(),
        bias.into_dispatch(),
        address,
        epilogue,
    ))
}

/// [`dense_learned`] written with Burn's operators; stores the noise and the drawn weight.
pub fn portable_dense_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let noise = noise_tensor(address, mean.dims(), &mean.device()).cast(mean.dtype());
    finish(
        x.matmul(mean + deviation * noise) + bias.unsqueeze(),
        epilogue,
    )
}

/// The forward pass.
#[backend_extension(Flex, Autodiff)]
pub(super) trait LearnedOps: Backend {
    /// See [`dense_learned`](crate::dense_learned).
    fn dense_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        address: NoiseAddress,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;
}

/// The parts of the backward pass that the layer with fixed noise does not have.
pub(super) trait LearnedKernels: DenseKernels {
    /// The gradient of the deviation, from that of the mean.
    fn deviation_gradient(
        mean_gradient: &FloatTensor<Self>,
        address: NoiseAddress,
    ) -> FloatTensor<Self>;

    /// The gradient of the mean.
    fn mean_gradient(x: &FloatTensor<Self>, dz: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradient of the input.
    fn learned_input_gradient(
        mean: &FloatTensor<Self>,
        deviation: &FloatTensor<Self>,
        address: NoiseAddress,
        dz: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The drawn weights of the elements from `first` on.
fn draw(
    deviation: &[f32],
    address: NoiseAddress,
) -> impl Fn(usize, &[f32], &mut [f32]) + Sync + '_ {
    move |first, mean, out| drawn(deviation, address, 1.0, first, mean, out)
}

/// `out = mean + sign · deviation ∘ ε` of the elements from `first` on.
pub(super) fn drawn(
    deviation: &[f32],
    address: NoiseAddress,
    sign: f32,
    first: usize,
    mean: &[f32],
    out: &mut [f32],
) {
    address.fill(first, out);
    for ((out, mean), deviation) in out.iter_mut().zip(mean).zip(&deviation[first..]) {
        *out = mean + deviation * (sign * *out);
    }
}

impl LearnedOps for Flex {
    fn dense_learned(
        x: FlexTensor,
        mean: FlexTensor,
        deviation: FlexTensor,
        bias: FlexTensor,
        address: NoiseAddress,
        epilogue: Epilogue,
    ) -> FlexTensor {
        let (x, mean) = (contiguous(x), contiguous(mean));
        let (deviation, bias) = (contiguous(deviation), contiguous(bias));
        let sizes = sizes(&x, &mean);
        let noisy = draw(numbers(&deviation), address);
        let finish = bias_and_activation(numbers(&bias), epilogue);
        let y = forward(sizes, numbers(&x), numbers(&mean), Some(&noisy), finish);
        tensor(y, [sizes.rows, sizes.outputs])
    }
}

impl LearnedKernels for Flex {
    fn deviation_gradient(mean_gradient: &FlexTensor, address: NoiseAddress) -> FlexTensor {
        let [inputs, outputs] = dims(mean_gradient);
        let gradient = numbers(mean_gradient);
        let mut out = vec![0.0; gradient.len()];
        out.par_chunks_mut(CHUNK)
            .zip(gradient.par_chunks(CHUNK))
            .enumerate()
            .for_each(|(i, (out, gradient))| {
                address.fill(i * CHUNK, out);
                for (out, gradient) in out.iter_mut().zip(gradient) {
                    *out *= gradient;
                }
            });
        tensor(out, [inputs, outputs])
    }

    fn mean_gradient(x: &FlexTensor, dz: &FlexTensor) -> FlexTensor {
        let (x, dz) = (contiguous(x.clone()), contiguous(dz.clone()));
        let ([rows, inputs], [_, outputs]) = (dims(&x), dims(&dz));
        let sizes = Sizes {
            rows,
            inputs,
            outputs,
        };
        let gradient = weight_gradient(sizes, numbers(&x), numbers(&dz));
        tensor(gradient, [inputs, outputs])
    }

    fn learned_input_gradient(
        mean: &FlexTensor,
        deviation: &FlexTensor,
        address: NoiseAddress,
        dz: &FlexTensor,
    ) -> FlexTensor {
        let (mean, deviation) = (contiguous(mean.clone()), contiguous(deviation.clone()));
        let dz = contiguous(dz.clone());
        let ([rows, outputs], [inputs, _]) = (dims(&dz), dims(&mean));
        let sizes = Sizes {
            rows,
            inputs,
            outputs,
        };
        let noisy = draw(numbers(&deviation), address);
        let dx = input_gradient(sizes, numbers(&mean), Some(&noisy), numbers(&dz));
        tensor(dx, [rows, inputs])
    }
}

#[derive(Debug)]
struct Learned;

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct State<B: Backend> {
    x: FloatTensor<B>,
    mean: FloatTensor<B>,
    deviation: FloatTensor<B>,
    y: FloatTensor<B>,
    address: NoiseAddress,
    epilogue: Epilogue,
}

impl<B: LearnedKernels> Backward<B, 4> for Learned {
    type State = State<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 4>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let state = ops.state;
        let [input, mean, deviation, bias] = ops.parents;
        let dz = B::through_epilogue(gradient, &state.y, state.epilogue);
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::bias_gradient(&dz));
        }
        if mean.is_some() || deviation.is_some() {
            let gradient = B::mean_gradient(&state.x, &dz);
            if let Some(deviation) = deviation {
                let gradient = B::deviation_gradient(&gradient, state.address);
                gradients.register::<B>(deviation.id, gradient);
            }
            if let Some(mean) = mean {
                gradients.register::<B>(mean.id, gradient);
            }
        }
        if let Some(input) = input {
            let gradient =
                B::learned_input_gradient(&state.mean, &state.deviation, state.address, &dz);
            gradients.register::<B>(input.id, gradient);
        }
    }
}

impl<B: LearnedOps + LearnedKernels, C: CheckpointStrategy> LearnedOps for Autodiff<B, C> {
    fn dense_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        address: NoiseAddress,
        epilogue: Epilogue,
    ) -> FloatTensor<Self> {
        let (x, input) = x.into_parts();
        let (mean, centre) = mean.into_parts();
        let (deviation, spread) = deviation.into_parts();
        let (bias, offset) = bias.into_parts();
        let parents = [input, centre, spread, offset];
        let run =
            |x, mean, deviation| B::dense_learned(x, mean, deviation, bias, address, epilogue);
        match Learned.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let y = run(x.clone(), mean.clone(), deviation.clone());
                let state = State {
                    x,
                    mean,
                    deviation,
                    y: y.clone(),
                    address,
                    epilogue,
                };
                prepared.finish(state, y)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(run(x, mean, deviation)),
        }
    }
}
