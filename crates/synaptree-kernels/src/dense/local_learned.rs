//! A dense layer with learned deviations whose sums are drawn row by row, as one operator each way.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{DType, Tensor};
use rayon::prelude::*;

use super::Epilogue;
use super::learned::LearnedKernels;
use super::local::{ROOT_FLOOR, RowNoise, each_row};
use super::operator::{activate, bias_and_activation, contiguous, dims, numbers, sizes, tensor};
use super::panels::{Sizes, forward, input_gradient, weight_gradient};
use super::portable::finish;
use crate::device::runs_on_flex;
use crate::fill::{CHUNK, PARALLEL_FROM, fill_normals};
use crate::simd::{Normal, SimdLevel};

/// A fully connected layer of weights M + S ∘ ε, whose sums are drawn for every row on its own.
///
/// ```text
/// y = f(x M + b + d ∘ ε),   d = √(x² S² + 10⁻¹⁶),   ε ~ N(0, 1) of each row and output
/// ∂/∂M = xᵀ ∂/∂z,   ∂/∂S = S ∘ (x²ᵀ q),   ∂/∂x = ∂/∂z Mᵀ + x ∘ (q S²ᵀ),   q = ∂/∂z ∘ ε / d
/// ```
///
/// A row's sums are distributed as with weights of its own. On the Flex device and in single precision this is
/// one operator, which stores d but neither ε nor S²; elsewhere it is [`portable_dense_local_learned`].
///
/// # Parameters
///
/// The scale of the noise is a factor of d: 1, or −1 for the other half of a pair.
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
/// As [`dense_local`](crate::dense_local).
///
/// # Panics
///
/// When x does not have all rows of the noise for each of its samples.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Epilogue, Key, Purpose, RowNoise, Sample, dense_local_learned};
///
/// let device = Device::flex();
/// let noise = RowNoise {
///     key: Key::new(7, Purpose::Noise, "dense"),
///     step: 0,
///     samples: [Sample::of(0)].into(),
///     rows: (0..1000).collect(),
///     scale: 1.0,
/// };
/// let x = Tensor::<2>::full([1000, 1], 3.0, &device);
/// let (mean, deviation) = (Tensor::zeros([1, 1], &device), Tensor::full([1, 1], 0.5, &device));
/// let bias = Tensor::zeros([1], &device);
/// let y = dense_local_learned(x, mean, deviation, bias, noise, Epilogue::Linear);
/// let spread = y.square().mean().sqrt().into_scalar::<f32>();
/// assert!((spread - 1.5).abs() < 0.1);
/// ```
///
/// # References
///
/// Kingma, Salimans and Welling, "Variational dropout and the local reparameterization trick" (2015),
/// arXiv:1506.02557, equation 6.
pub fn dense_local_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    noise: RowNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    assert_eq!(
        x.dims()[0],
        noise.len(),
        "the noise names one row for each row"
    );
    let types = [x.dtype(), mean.dtype(), deviation.dtype(), bias.dtype()];
    if types != [DType::F32; 4] || !runs_on_flex(&x.device()) {
        return portable_dense_local_learned(x, mean, deviation, bias, &noise, epilogue);
    }
    Tensor::from_dispatch(Dispatch::dense_local_learned(
        x.into_dispatch(),
        mean.into_dispatch(),
        deviation.into_dispatch(),
        bias.into_dispatch(),
        noise,
        epilogue,
    ))
}

/// [`dense_local_learned`] written with Burn's operators; stores the noise and the variances.
pub fn portable_dense_local_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    noise: &RowNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    let numbers = noise.numbers(mean.dims()[1], &x.device()).cast(x.dtype());
    let variance = x.clone().square().matmul(deviation.square());
    let spread = (variance + ROOT_FLOOR).sqrt() * noise.scale;
    let sums = x.matmul(mean) + bias.unsqueeze();
    finish(sums + spread * numbers, epilogue)
}

/// The forward pass.
#[backend_extension(Flex, Autodiff)]
pub(super) trait LocalLearnedOps: Backend {
    /// See [`dense_local_learned`](crate::dense_local_learned).
    fn dense_local_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: RowNoise,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;
}

/// The layer with what its backward pass needs.
pub(super) trait LocalLearnedKernels: LearnedKernels {
    /// The output and d.
    fn drawn(
        x: &FloatTensor<Self>,
        mean: &FloatTensor<Self>,
        deviation: &FloatTensor<Self>,
        bias: &FloatTensor<Self>,
        noise: &RowNoise,
        epilogue: Epilogue,
    ) -> [FloatTensor<Self>; 2];

    /// q, from the gradient of the sums and d.
    fn through_spread(
        dz: &FloatTensor<Self>,
        spread: &FloatTensor<Self>,
        noise: &RowNoise,
    ) -> FloatTensor<Self>;

    /// The gradient of the deviation.
    fn local_deviation_gradient(
        x: &FloatTensor<Self>,
        deviation: &FloatTensor<Self>,
        q: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The gradient of the input.
    fn local_learned_input_gradient(
        x: &FloatTensor<Self>,
        mean: &FloatTensor<Self>,
        deviation: &FloatTensor<Self>,
        dz: &FloatTensor<Self>,
        q: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The squares of a panel of weights.
fn squares(_first: usize, base: &[f32], out: &mut [f32]) {
    for (out, base) in out.iter_mut().zip(base) {
        *out = base * base;
    }
}

/// A tensor whose numbers stand in their order.
fn held(tensor: &FlexTensor) -> FlexTensor {
    contiguous(tensor.clone())
}

fn squared(values: &[f32]) -> Vec<f32> {
    values.iter().map(|x| x * x).collect()
}

impl LocalLearnedOps for Flex {
    fn dense_local_learned(
        x: FlexTensor,
        mean: FlexTensor,
        deviation: FlexTensor,
        bias: FlexTensor,
        noise: RowNoise,
        epilogue: Epilogue,
    ) -> FlexTensor {
        let [y, _] = Self::drawn(&x, &mean, &deviation, &bias, &noise, epilogue);
        y
    }
}

impl LocalLearnedKernels for Flex {
    fn drawn(
        x: &FlexTensor,
        mean: &FlexTensor,
        deviation: &FlexTensor,
        bias: &FlexTensor,
        noise: &RowNoise,
        epilogue: Epilogue,
    ) -> [FlexTensor; 2] {
        let [x, mean, deviation, bias] = [x, mean, deviation, bias].map(held);
        let sizes = sizes(&x, &mean);
        let finish = bias_and_activation(numbers(&bias), Epilogue::Linear);
        let mut y = forward(sizes, numbers(&x), numbers(&mean), None, finish);
        let root = |_start: usize, sums: &mut [f32]| {
            for sum in sums {
                *sum = (*sum + ROOT_FLOOR as f32).sqrt();
            }
        };
        let x2 = squared(numbers(&x));
        let spread = forward(sizes, &x2, numbers(&deviation), Some(&squares), root);
        let level = SimdLevel::detect();
        each_row(&mut y, sizes.outputs, sizes.outputs, |row, y, drawn| {
            let (address, scale) = noise.at(row, sizes.outputs);
            fill_normals(level, address, Normal::Scaled(scale), drawn);
            let spread = &spread[row * sizes.outputs..];
            for ((y, noise), spread) in y.iter_mut().zip(&*drawn).zip(spread) {
                *y += spread * noise;
            }
            activate(y, epilogue);
        });
        [y, spread].map(|values| tensor(values, [sizes.rows, sizes.outputs]))
    }

    fn through_spread(dz: &FlexTensor, spread: &FlexTensor, noise: &RowNoise) -> FlexTensor {
        let [dz, spread] = [dz, spread].map(held);
        let [rows, outputs] = dims(&dz);
        let (dz, spread) = (numbers(&dz), numbers(&spread));
        let level = SimdLevel::detect();
        let mut q = vec![0.0; rows * outputs];
        each_row(&mut q, outputs, 0, |row, q, _| {
            let (address, scale) = noise.at(row, outputs);
            fill_normals(level, address, Normal::Scaled(scale), q);
            let first = row * outputs;
            for ((q, dz), spread) in q.iter_mut().zip(&dz[first..]).zip(&spread[first..]) {
                *q *= dz / spread;
            }
        });
        tensor(q, [rows, outputs])
    }

    fn local_deviation_gradient(
        x: &FlexTensor,
        deviation: &FlexTensor,
        q: &FlexTensor,
    ) -> FlexTensor {
        let [x, deviation] = [x, deviation].map(held);
        let sizes = sizes(&x, &deviation);
        let x2 = squared(numbers(&x));
        let mut gradient = weight_gradient(sizes, &x2, numbers(q));
        multiply(&mut gradient, numbers(&deviation));
        tensor(gradient, [sizes.inputs, sizes.outputs])
    }

    fn local_learned_input_gradient(
        x: &FlexTensor,
        mean: &FlexTensor,
        deviation: &FlexTensor,
        dz: &FlexTensor,
        q: &FlexTensor,
    ) -> FlexTensor {
        let [x, mean, deviation, dz] = [x, mean, deviation, dz].map(held);
        let sizes = sizes(&x, &mean);
        let mut dx = input_gradient(sizes, numbers(&mean), None, numbers(&dz));
        let spread = input_gradient(sizes, numbers(&deviation), Some(&squares), numbers(q));
        for ((dx, spread), x) in dx.iter_mut().zip(&spread).zip(numbers(&x)) {
            *dx += spread * x;
        }
        let Sizes { rows, inputs, .. } = sizes;
        tensor(dx, [rows, inputs])
    }
}

/// `values ∘ factors`, on several threads where that pays.
fn multiply(values: &mut [f32], factors: &[f32]) {
    let part = |(values, factors): (&mut [f32], &[f32])| {
        for (value, factor) in values.iter_mut().zip(factors) {
            *value *= factor;
        }
    };
    if values.len() < PARALLEL_FROM {
        part((values, factors));
    } else {
        values
            .par_chunks_mut(CHUNK)
            .zip(factors.par_chunks(CHUNK))
            .for_each(part);
    }
}

#[derive(Debug)]
struct LocalLearned;

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct State<B: Backend> {
    x: FloatTensor<B>,
    mean: FloatTensor<B>,
    deviation: FloatTensor<B>,
    y: FloatTensor<B>,
    spread: FloatTensor<B>,
    noise: RowNoise,
    epilogue: Epilogue,
}

impl<B: LocalLearnedKernels> Backward<B, 4> for LocalLearned {
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
        let q = B::through_spread(&dz, &state.spread, &state.noise);
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::bias_gradient(&dz));
        }
        if let Some(mean) = mean {
            gradients.register::<B>(mean.id, B::mean_gradient(&state.x, &dz));
        }
        if let Some(deviation) = deviation {
            let gradient = B::local_deviation_gradient(&state.x, &state.deviation, &q);
            gradients.register::<B>(deviation.id, gradient);
        }
        if let Some(input) = input {
            let gradient =
                B::local_learned_input_gradient(&state.x, &state.mean, &state.deviation, &dz, &q);
            gradients.register::<B>(input.id, gradient);
        }
    }
}

impl<B: LocalLearnedOps + LocalLearnedKernels, C: CheckpointStrategy> LocalLearnedOps
    for Autodiff<B, C>
{
    fn dense_local_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: RowNoise,
        epilogue: Epilogue,
    ) -> FloatTensor<Self> {
        let (x, input) = x.into_parts();
        let (mean, centre) = mean.into_parts();
        let (deviation, width) = deviation.into_parts();
        let (bias, offset) = bias.into_parts();
        let parents = [input, centre, width, offset];
        match LocalLearned
            .prepare::<C>(parents)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => {
                let [y, spread] = B::drawn(&x, &mean, &deviation, &bias, &noise, epilogue);
                let state = State {
                    x,
                    mean,
                    deviation,
                    y: y.clone(),
                    spread,
                    noise,
                    epilogue,
                };
                prepared.finish(state, y)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::dense_local_learned(
                x, mean, deviation, bias, noise, epilogue,
            )),
        }
    }
}
