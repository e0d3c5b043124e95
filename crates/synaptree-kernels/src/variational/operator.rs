//! The operators of the Flex backend.

use std::mem::MaybeUninit;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::elementary::{exp_of_negative, ln, ln_1p_of_share};
use crate::dense::{contiguous, numbers, tensor};
use crate::fill::{CHUNK, PARALLEL_FROM};
use crate::simd::widest;
use crate::spare::with_room;

pub(super) fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::softplus(x.into_dispatch()))
}

pub(super) fn normal_divergence<const D: usize>(
    mean: Tensor<D>,
    deviation: Tensor<D>,
    spread: Option<f64>,
) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::normal_divergence(
        mean.into_dispatch(),
        deviation.into_dispatch(),
        spread,
    ))
}

/// A number that is to be written.
type Unset = MaybeUninit<f32>;

/// The forward passes.
#[backend_extension(Flex, Autodiff)]
pub(super) trait VariationalOps: Backend {
    /// See [`softplus`](crate::softplus).
    fn softplus(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`normal_divergence`](crate::normal_divergence).
    fn normal_divergence(
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        spread: Option<f64>,
    ) -> FloatTensor<Self>;
}

/// The backward passes.
pub(super) trait VariationalKernels: Backend {
    /// The gradient of x, from that of the result.
    fn through_softplus(gradient: &FloatTensor<Self>, x: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The number that the mean is multiplied by in its gradient.
    fn pull(mean: &FloatTensor<Self>, deviation: &FloatTensor<Self>, spread: Option<f64>) -> f32;

    /// The gradient of the mean, from that of the sum.
    fn centre_gradient(
        of_sum: &FloatTensor<Self>,
        mean: &FloatTensor<Self>,
        pull: f32,
    ) -> FloatTensor<Self>;

    /// The gradient of the deviation, from that of the sum.
    fn width_gradient(
        of_sum: &FloatTensor<Self>,
        deviation: &FloatTensor<Self>,
        pull: f32,
    ) -> FloatTensor<Self>;
}

widest! {
    fn softplus_into(x: &[f32], out: &mut [Unset]) {
        for (out, x) in out.iter_mut().zip(x) {
            // What is not a number stays so.
            let above = if *x < 0.0 { 0.0 } else { *x };
            out.write(above + ln_1p_of_share(exp_of_negative(-x.abs())));
        }
    }
}

widest! {
    /// `out = gradient / (1 + e⁻ˣ)`.
    fn slope_into(gradient: &[f32], x: &[f32], out: &mut [Unset]) {
        for ((out, x), gradient) in out.iter_mut().zip(x).zip(gradient) {
            let small = exp_of_negative(-x.abs());
            let above = if *x < 0.0 { small } else { 1.0 };
            out.write(gradient * (above / (1.0 + small)));
        }
    }
}

/// Numbers that are summed side by side.
const LANES: usize = 16;

widest! {
    /// Σ (σ² + μ²) and Σ ln σ.
    fn sums_of(mean: &[f32], deviation: &[f32]) -> [f64; 2] {
        let mut squares = [0.0_f32; LANES];
        let mut logarithms = [0.0_f32; LANES];
        let (whole_mean, rest_mean) = mean.as_chunks::<LANES>();
        let (whole_deviation, rest_deviation) = deviation.as_chunks::<LANES>();
        for (mean, deviation) in whole_mean.iter().zip(whole_deviation) {
            for lane in 0..LANES {
                squares[lane] += mean[lane] * mean[lane] + deviation[lane] * deviation[lane];
                logarithms[lane] += ln(deviation[lane]);
            }
        }
        for (lane, (mean, deviation)) in rest_mean.iter().zip(rest_deviation).enumerate() {
            squares[lane] += mean * mean + deviation * deviation;
            logarithms[lane] += ln(*deviation);
        }
        [squares, logarithms].map(|lanes| lanes.iter().copied().map(f64::from).sum())
    }
}

widest! {
    /// `out = factor · σ − of_sum / σ`.
    fn width_into(deviation: &[f32], factor: f32, of_sum: f32, out: &mut [Unset]) {
        for (out, deviation) in out.iter_mut().zip(deviation) {
            out.write(factor * deviation - of_sum / deviation);
        }
    }
}

/// Elements whose sums stay in single precision.
const SUMMED: usize = 1024;

/// The sums over all elements, part by part in their order.
fn sums(mean: &[f32], deviation: &[f32]) -> [f64; 2] {
    let parts = mean.par_chunks(CHUNK).zip(deviation.par_chunks(CHUNK));
    let part = |(mean, deviation): (&[f32], &[f32])| {
        let parts = mean.chunks(SUMMED).zip(deviation.chunks(SUMMED));
        parts.fold([0.0; 2], |sum, (mean, deviation)| {
            let [squares, logarithms] = sums_of(mean, deviation);
            [sum[0] + squares, sum[1] + logarithms]
        })
    };
    let parts: Vec<[f64; 2]> = parts.map(part).collect();
    let add = |sum: [f64; 2], part: &[f64; 2]| [sum[0] + part[0], sum[1] + part[1]];
    parts.iter().fold([0.0; 2], add)
}

/// Hands each part of an array of `len` numbers, with the place it starts at, to `write`, which writes all of it.
fn written(len: usize, write: impl Fn(usize, &mut [Unset]) + Sync) -> Vec<f32> {
    let mut out = with_room(len);
    let room = &mut out.spare_capacity_mut()[..len];
    if len < PARALLEL_FROM {
        write(0, room);
    } else {
        room.par_chunks_mut(CHUNK)
            .enumerate()
            .for_each(|(i, part)| write(i * CHUNK, part));
    }
    // SAFETY: `write` has written every number.
    unsafe { out.set_len(len) };
    out
}

fn like(values: Vec<f32>, shaped: &FlexTensor) -> FlexTensor {
    tensor(values, shaped.layout().shape().clone())
}

/// 1 / S².
fn pull_of(squares: f64, n: usize, spread: Option<f64>) -> f64 {
    match spread {
        Some(spread) => (spread * spread).recip(),
        None => n as f64 / squares,
    }
}

impl VariationalOps for Flex {
    fn softplus(x: FlexTensor) -> FlexTensor {
        let x = contiguous(x);
        let values = numbers(&x);
        let y = written(values.len(), |start, out| {
            softplus_into(&values[start..][..out.len()], out);
        });
        like(y, &x)
    }

    fn normal_divergence(
        mean: FlexTensor,
        deviation: FlexTensor,
        spread: Option<f64>,
    ) -> FlexTensor {
        let (mean, deviation) = (contiguous(mean), contiguous(deviation));
        let n = numbers(&mean).len() as f64;
        let [squares, logarithms] = sums(numbers(&mean), numbers(&deviation));
        let divergence = match spread {
            Some(spread) => {
                squares * (0.5 / (spread * spread)) - logarithms + n * (spread.ln() - 0.5)
            }
            None => 0.5 * n * (squares / n).ln() - logarithms,
        };
        tensor(vec![divergence as f32], [1])
    }
}

impl VariationalKernels for Flex {
    fn through_softplus(gradient: &FlexTensor, x: &FlexTensor) -> FlexTensor {
        let (gradient, x) = (contiguous(gradient.clone()), contiguous(x.clone()));
        let (values, gradients) = (numbers(&x), numbers(&gradient));
        let slope = written(values.len(), |start, out| {
            let part = start..start + out.len();
            slope_into(&gradients[part.clone()], &values[part], out);
        });
        like(slope, &x)
    }

    fn pull(mean: &FlexTensor, deviation: &FlexTensor, spread: Option<f64>) -> f32 {
        let (mean, deviation) = (contiguous(mean.clone()), contiguous(deviation.clone()));
        let squares = match spread {
            Some(_) => 0.0,
            None => sums(numbers(&mean), numbers(&deviation))[0],
        };
        pull_of(squares, numbers(&mean).len(), spread) as f32
    }

    fn centre_gradient(of_sum: &FlexTensor, mean: &FlexTensor, pull: f32) -> FlexTensor {
        let mean = contiguous(mean.clone());
        let (values, factor) = (numbers(&mean), numbers(of_sum)[0] * pull);
        let gradient = written(values.len(), |start, out| {
            for (out, mean) in out.iter_mut().zip(&values[start..]) {
                out.write(factor * mean);
            }
        });
        like(gradient, &mean)
    }

    fn width_gradient(of_sum: &FlexTensor, deviation: &FlexTensor, pull: f32) -> FlexTensor {
        let deviation = contiguous(deviation.clone());
        let (values, of_sum) = (numbers(&deviation), numbers(of_sum)[0]);
        let gradient = written(values.len(), |start, out| {
            width_into(&values[start..][..out.len()], of_sum * pull, of_sum, out);
        });
        like(gradient, &deviation)
    }
}

#[derive(Debug)]
struct Softplus;

impl<B: VariationalKernels> Backward<B, 1> for Softplus {
    type State = FloatTensor<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let [x] = ops.parents;
        if let Some(x) = x {
            gradients.register::<B>(x.id, B::through_softplus(&gradient, &ops.state));
        }
    }
}

#[derive(Debug)]
struct NormalDivergence;

impl<B: VariationalKernels> Backward<B, 2> for NormalDivergence {
    type State = (FloatTensor<B>, FloatTensor<B>, Option<f64>);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let of_sum = gradients.consume::<B>(&ops.node);
        let (mean, deviation, spread) = ops.state;
        let [centre, width] = ops.parents;
        let pull = B::pull(&mean, &deviation, spread);
        if let Some(centre) = centre {
            gradients.register::<B>(centre.id, B::centre_gradient(&of_sum, &mean, pull));
        }
        if let Some(width) = width {
            gradients.register::<B>(width.id, B::width_gradient(&of_sum, &deviation, pull));
        }
    }
}

impl<B: VariationalOps + VariationalKernels, C: CheckpointStrategy> VariationalOps
    for Autodiff<B, C>
{
    fn softplus(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, parent) = x.into_parts();
        match Softplus.prepare::<C>([parent]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(x.clone(), B::softplus(x)),
            OpsKind::UnTracked(prepared) => prepared.finish(B::softplus(x)),
        }
    }

    fn normal_divergence(
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        spread: Option<f64>,
    ) -> FloatTensor<Self> {
        let (mean, centre) = mean.into_parts();
        let (deviation, width) = deviation.into_parts();
        let parents = [centre, width];
        match NormalDivergence
            .prepare::<C>(parents)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => {
                let sum = B::normal_divergence(mean.clone(), deviation.clone(), spread);
                prepared.finish((mean, deviation, spread), sum)
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::normal_divergence(mean, deviation, spread))
            }
        }
    }
}
