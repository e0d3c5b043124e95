//! A dense layer whose sums are drawn row by row.

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use rayon::prelude::*;

use super::Epilogue;
use super::operator::{self, DenseNoise, activate, bias_and_activation};
use super::panels::{Sizes, forward};
use super::portable::finish;
use crate::device::runs_on_flex;
use crate::fill::{Address, CHUNK, PARALLEL_FROM, fill_normals};
use crate::rows::fill_row_normal;
use crate::simd::{Normal, SimdLevel, widest};
use crate::{Key, Sample, spare};

/// Added under the root of a variance, so that its derivative stays finite where the variance is 0.
pub const ROOT_FLOOR: f64 = 1e-16;

/// Numbers that are summed side by side.
const LANES: usize = 16;

/// Noise on the sums of rows, each row with numbers of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct RowNoise {
    /// The stream.
    pub key: Key,
    /// The training step.
    pub step: u32,
    /// The Monte Carlo samples, whose rows follow one another: all rows of the first, then all of the second.
    pub samples: Arc<[Sample]>,
    /// The index of each row in its file; the number of row r and unit j is element r · outputs + j.
    pub rows: Arc<[u64]>,
    /// The deviation of every weight; below 0 the numbers count with the other sign.
    pub scale: f32,
}

impl RowNoise {
    /// Rows of all samples.
    pub(super) fn len(&self) -> usize {
        self.samples.len() * self.rows.len()
    }

    /// The numbers times the signs of their samples.
    pub(super) fn numbers(&self, outputs: usize, device: &Device) -> Tensor<2> {
        let mut values = vec![0.0; self.len() * outputs];
        let parts = values.chunks_mut((self.rows.len() * outputs).max(1));
        for (sample, part) in self.samples.iter().zip(parts) {
            let Sample { index, sign } = *sample;
            fill_row_normal(self.key, self.step, index, &self.rows, outputs, part);
            for number in part {
                *number *= sign;
            }
        }
        Tensor::from_data(TensorData::new(values, [self.len(), outputs]), device)
    }

    /// Where the numbers of a row among those of all samples begin, and `scale` with the sign of its sample.
    pub(super) fn at(&self, row: usize, outputs: usize) -> (Address, f32) {
        let sample = self.samples[row / self.rows.len()];
        let first = self.rows[row % self.rows.len()].wrapping_mul(outputs as u64);
        let address = Address::new(self.key, self.step, sample.index, first);
        (address, self.scale * sample.sign)
    }
}

/// The derivative of a row's deviation by its inputs, as a factor of them; 0 at a row of zeros, where it has none.
fn slope(deviation: f32, scale: f32) -> f32 {
    if deviation == 0.0 {
        return 0.0;
    }
    scale * scale / deviation.copysign(scale)
}

/// A fully connected layer of weights W + s ε, whose sums are drawn for every row on its own.
///
/// ```text
/// y = f(x W + b + d ∘ ε),   d = s √Σ x² of each row,   ε ~ N(0, 1) of each row and output
/// ```
///
/// A row's sums are distributed as with weights of its own. On the Flex device and in single precision this is
/// one operator, which stores no noise; elsewhere it is [`portable_dense_local`].
///
/// # Shapes
///
/// - x: `[rows, inputs]`
/// - weight: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[rows, outputs]`
///
/// # Randomness
///
/// ε is [`fill_row_normal`] of the noise's address: a row's answer does not depend on the rows beside it. The
/// result has the same bits for any number of threads.
///
/// # Panics
///
/// When x does not have all rows of the noise for each of its samples.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Epilogue, Key, Purpose, RowNoise, Sample, dense_local};
///
/// let device = Device::flex();
/// let noise = RowNoise {
///     key: Key::new(7, Purpose::Noise, "dense"),
///     step: 0,
///     samples: [Sample::of(0)].into(),
///     rows: (0..1000).collect(),
///     scale: 0.5,
/// };
/// let x = Tensor::<2>::full([1000, 1], 3.0, &device);
/// let weight = Tensor::<2>::zeros([1, 1], &device);
/// let y = dense_local(x, weight, Tensor::zeros([1], &device), noise, Epilogue::Linear);
/// let deviation = y.square().mean().sqrt().into_scalar::<f32>();
/// assert!((deviation - 1.5).abs() < 0.1);
/// ```
///
/// # References
///
/// Kingma, Salimans and Welling, "Variational dropout and the local reparameterization trick" (2015),
/// arXiv:1506.02557, equation 6.
pub fn dense_local(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: RowNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    assert_eq!(
        x.dims()[0],
        noise.len(),
        "the noise names one row for each row"
    );
    if noise.scale == 0.0 {
        return super::dense(x, weight, bias, None, epilogue);
    }
    let single = [x.dtype(), weight.dtype(), bias.dtype()] == [DType::F32; 3];
    if !single || !runs_on_flex(&x.device()) {
        return portable_dense_local(x, weight, bias, &noise, epilogue);
    }
    operator::dense(x, weight, bias, Some(DenseNoise::Rows(noise)), epilogue)
}

/// [`dense_local`] written with Burn's operators; stores the noise.
pub fn portable_dense_local(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: &RowNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    let numbers = noise.numbers(weight.dims()[1], &x.device()).cast(x.dtype());
    let scale = f64::from(noise.scale);
    let deviation = (x.clone().square().sum_dim(1) * (scale * scale) + ROOT_FLOOR).sqrt();
    let sums = x.matmul(weight) + bias.unsqueeze();
    finish(sums + deviation * (numbers * scale.signum()), epilogue)
}

/// The sums of rows before their noise, for many draws.
///
/// [`LocalSums::draw`] has the same bits as [`dense_local`] of the same input, weight and bias.
#[derive(Clone, Debug)]
pub struct LocalSums {
    sums: Arc<[f32]>,
    deviations: Arc<[f32]>,
    device: Device,
}

impl LocalSums {
    /// Computes x W + b and the deviations of weights with the deviation `scale`; `None` where [`dense_local`] is not one
    /// operator.
    pub fn new(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, scale: f32) -> Option<Self> {
        let device = x.device();
        let single = [x.dtype(), weight.dtype(), bias.dtype()] == [DType::F32; 3];
        if !single || !runs_on_flex(&device) || x.is_autodiff() {
            return None;
        }
        let [_, inputs] = x.dims();
        let values = x.clone().into_data();
        let deviations = deviations(values.as_slice::<f32>().ok()?, inputs, scale);
        let sums = super::dense(x, weight, bias, None, Epilogue::Linear).into_data();
        Some(Self {
            sums: sums.as_slice::<f32>().ok()?.into(),
            deviations: deviations.into(),
            device,
        })
    }

    /// f(x W + b + d ∘ ε) of every sample of the noise.
    ///
    /// # Shapes
    ///
    /// - result: `[samples · rows, outputs]`
    ///
    /// # Panics
    ///
    /// When the sums are neither of the noise's rows nor of these for each of its samples.
    pub fn draw(&self, noise: &RowNoise, epilogue: Epilogue) -> Tensor<2> {
        let (rows, all) = (self.deviations.len(), noise.len());
        let copies = if rows == all { 1 } else { noise.samples.len() };
        assert_eq!(rows * copies, all, "the noise names one row for each row");
        let mut sums = spare::with_room(self.sums.len() * copies);
        for _ in 0..copies {
            sums.extend_from_slice(&self.sums);
        }
        disturb(&mut sums, &self.deviations, noise, epilogue);
        let outputs = self.sums.len() / rows.max(1);
        Tensor::from_data(TensorData::new(sums, [all, outputs]), &self.device)
    }
}

widest! {
    /// Σ a b, always in the same order.
    fn dot(a: &[f32], b: &[f32]) -> f32 {
        let mut lanes = [0.0_f32; LANES];
        let (whole_a, rest_a) = a.as_chunks::<LANES>();
        let (whole_b, rest_b) = b.as_chunks::<LANES>();
        for (a, b) in whole_a.iter().zip(whole_b) {
            for ((sum, a), b) in lanes.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
        for ((sum, a), b) in lanes.iter_mut().zip(rest_a).zip(rest_b) {
            *sum += a * b;
        }
        lanes.iter().sum()
    }
}

/// |s| √Σ x² of each row.
fn deviations(x: &[f32], inputs: usize, scale: f32) -> Vec<f32> {
    let of = |row: &[f32]| dot(row, row).sqrt() * scale.abs();
    if x.len() < PARALLEL_FROM {
        x.chunks_exact(inputs).map(of).collect()
    } else {
        x.par_chunks_exact(inputs).map(of).collect()
    }
}

/// Adds its noise to each row and applies what follows; the deviations are of all rows, or of those of one sample.
fn disturb(sums: &mut [f32], deviations: &[f32], noise: &RowNoise, epilogue: Epilogue) {
    let outputs = sums.len() / noise.len().max(1);
    let level = SimdLevel::detect();
    each_row(sums, outputs, outputs, |row, sums, drawn| {
        let (address, scale) = noise.at(row, outputs);
        let what = Normal::Added {
            base: sums,
            scale: deviations[row % deviations.len()].copysign(scale),
        };
        fill_normals(level, address, what, drawn);
        activate(drawn, epilogue);
        sums.copy_from_slice(drawn);
    });
}

/// Runs `work` on each row of `width` numbers with room for `room` others, on several threads where that pays.
pub(super) fn each_row(
    values: &mut [f32],
    width: usize,
    room: usize,
    work: impl Fn(usize, &mut [f32], &mut [f32]) + Sync,
) {
    if width == 0 {
        return;
    }
    let rows = CHUNK.div_ceil(width);
    let part = |i: usize, part: &mut [f32]| {
        let mut drawn = vec![0.0; room];
        for (row, values) in part.chunks_exact_mut(width).enumerate() {
            work(i * rows + row, values, &mut drawn);
        }
    };
    let parts = |values: &mut [f32]| {
        for (i, values) in values.chunks_mut(rows * width).enumerate() {
            part(i, values);
        }
    };
    if values.len() < PARALLEL_FROM {
        parts(values);
    } else {
        values
            .par_chunks_mut(rows * width)
            .enumerate()
            .for_each(|(i, values)| part(i, values));
    }
}

/// `f(x W + b)` with the noise of its rows.
pub(super) fn forward_rows(
    sizes: Sizes,
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    noise: &RowNoise,
    epilogue: Epilogue,
) -> Vec<f32> {
    let finish = bias_and_activation(bias, Epilogue::Linear);
    let mut y = forward(sizes, x, weight, None, finish);
    disturb(
        &mut y,
        &deviations(x, sizes.inputs, noise.scale),
        noise,
        epilogue,
    );
    y
}

/// The gradient of the input through the deviations of the rows, added to `dx`, that through the product.
pub(super) fn add_row_gradient(
    sizes: Sizes,
    x: &[f32],
    noise: &RowNoise,
    dz: &[f32],
    dx: &mut [f32],
) {
    let Sizes {
        inputs, outputs, ..
    } = sizes;
    let deviations = deviations(x, inputs, noise.scale);
    let level = SimdLevel::detect();
    each_row(dx, inputs, outputs, |row, dx, drawn| {
        let (address, scale) = noise.at(row, outputs);
        fill_normals(level, address, Normal::Scaled(1.0), drawn);
        let along = dot(drawn, &dz[row * outputs..][..outputs]);
        let slope = slope(deviations[row], scale) * along;
        for (dx, x) in dx.iter_mut().zip(&x[row * inputs..]) {
            *dx += slope * x;
        }
    });
}
