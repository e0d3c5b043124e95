//! A dense layer with learned deviations whose sums are drawn row by row.

use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, Tensor};
use rayon::prelude::*;

use super::Epilogue;
use super::learned_operator::{self, Gradients, LearnedNoise, Wanted, held};
use super::local::{ROOT_FLOOR, RowNoise, each_row};
use super::operator::{activate, bias_and_activation, numbers, sizes, tensor};
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
    let noise = LearnedNoise::Rows(noise);
    learned_operator::dense(x, mean, deviation, bias, noise, epilogue)
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

/// The squares of a panel of weights.
fn squares(_first: usize, base: &[f32], out: &mut [f32]) {
    for (out, base) in out.iter_mut().zip(base) {
        *out = base * base;
    }
}

fn squared(values: &[f32]) -> Vec<f32> {
    values.iter().map(|x| x * x).collect()
}

/// The output and d.
pub(super) fn forward_rows(
    [x, mean, deviation, bias]: [&FlexTensor; 4],
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

/// The gradients, from that of the sums and d.
pub(super) fn rows_gradients(
    [x, mean, deviation]: [&FlexTensor; 3],
    spread: &FlexTensor,
    noise: &RowNoise,
    dz: &FlexTensor,
    wanted: Wanted,
) -> Gradients<FlexTensor> {
    let [x, mean, deviation] = [x, mean, deviation].map(held);
    let [spread, dz] = [spread, dz].map(held);
    let sizes = sizes(&x, &mean);
    let (x, dz) = (numbers(&x), numbers(&dz));
    let (mean, deviation) = (numbers(&mean), numbers(&deviation));
    let q = through_spread(sizes, dz, numbers(&spread), noise);
    let Sizes {
        rows,
        inputs,
        outputs,
    } = sizes;
    let mut found = Gradients::default();
    if wanted.mean {
        found.mean = Some(tensor(weight_gradient(sizes, x, dz), [inputs, outputs]));
    }
    if wanted.deviation {
        let mut gradient = weight_gradient(sizes, &squared(x), &q);
        multiply(&mut gradient, deviation);
        found.deviation = Some(tensor(gradient, [inputs, outputs]));
    }
    if wanted.input {
        let mut dx = input_gradient(sizes, mean, None, dz);
        let spread = input_gradient(sizes, deviation, Some(&squares), &q);
        for ((dx, spread), x) in dx.iter_mut().zip(&spread).zip(x) {
            *dx += spread * x;
        }
        found.input = Some(tensor(dx, [rows, inputs]));
    }
    found
}

/// q, from the gradient of the sums and d.
fn through_spread(sizes: Sizes, dz: &[f32], spread: &[f32], noise: &RowNoise) -> Vec<f32> {
    let Sizes { rows, outputs, .. } = sizes;
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
    q
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
