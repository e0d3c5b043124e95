//! The likelihoods as operators of the Flex backend: one pass over the logits each way.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Bytes, DType, Int, Shape, Tensor};

pub(super) fn sigmoid(
    logits: Tensor<2>,
    signs: Tensor<2>,
    weights: Option<Tensor<2>>,
) -> Tensor<1> {
    let weighted = weights.is_some();
    let weights = weights.unwrap_or_else(|| signs.clone());
    Tensor::from_dispatch(Dispatch::sigmoid_likelihood(
        logits.into_dispatch(),
        signs.into_dispatch(),
        weights.into_dispatch(),
        weighted,
    ))
}

pub(super) fn softmax(
    logits: Tensor<2>,
    classes: Tensor<2, Int>,
    weights: Option<Tensor<2>>,
) -> Tensor<1> {
    let weighted = weights.is_some();
    let weights = weights.unwrap_or_else(|| logits.clone().detach());
    Tensor::from_dispatch(Dispatch::softmax_likelihood(
        logits.into_dispatch(),
        classes.into_dispatch(),
        weights.into_dispatch(),
        weighted,
    ))
}

/// The forward pass. The weights are read only where `weighted` is set.
#[backend_extension(Flex, Autodiff)]
pub(super) trait LikelihoodOps: Backend {
    /// See [`sigmoid_likelihood`](crate::sigmoid_likelihood).
    fn sigmoid_likelihood(
        logits: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        weighted: bool,
    ) -> FloatTensor<Self>;

    /// See [`softmax_likelihood`](crate::softmax_likelihood).
    fn softmax_likelihood(
        logits: FloatTensor<Self>,
        classes: IntTensor<Self>,
        weights: FloatTensor<Self>,
        weighted: bool,
    ) -> FloatTensor<Self>;
}

/// The gradient of the logits, given that of the sum.
pub(super) trait LikelihoodKernels: Backend {
    fn sigmoid_gradient(
        logits: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        weights: Option<FloatTensor<Self>>,
        of_sum: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn softmax_gradient(
        logits: FloatTensor<Self>,
        classes: IntTensor<Self>,
        weights: Option<FloatTensor<Self>>,
        of_sum: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("the tensor was made contiguous, and only f32 is let in")
}

fn classes_of(tensor: &FlexTensor) -> &[i32] {
    tensor
        .as_slice::<i32>()
        .expect("the tensor was made contiguous, and only i32 is let in")
}

fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    let layout = Layout::contiguous(shape.into());
    FlexTensor::new(Bytes::from_elems(values), layout, DType::F32)
}

/// Rows and columns; an empty tensor has no columns.
fn dims(tensor: &FlexTensor) -> [usize; 2] {
    let shape = tensor.layout().shape();
    [shape[0], shape[1]]
}

/// The weights of a row: one for all entries, or one each.
fn of_row(
    weights: Option<&[f32]>,
    row: usize,
    [rows, columns]: [usize; 2],
) -> impl Fn(usize) -> f32 {
    move |column| match weights {
        None => 1.0,
        Some(weights) if weights.len() == rows => weights[row],
        Some(weights) => weights[row * columns + column],
    }
}

/// log(1 + exp(−x)), without overflow.
fn softplus_of_opposite(x: f32) -> f32 {
    (-x).max(0.0) + (-x.abs()).exp().ln_1p()
}

/// σ(−x).
fn sigmoid_of_opposite(x: f32) -> f32 {
    let small = (-x.abs()).exp();
    let above = if x >= 0.0 { small } else { 1.0 };
    above / (1.0 + small)
}

/// The largest logit and the logarithm of the sum of the exponentials below it.
fn log_sum(row: &[f32]) -> (f32, f32) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = row.iter().map(|z| (z - largest).exp()).sum();
    (largest, sum.ln())
}

impl LikelihoodOps for Flex {
    fn sigmoid_likelihood(
        logits: FlexTensor,
        signs: FlexTensor,
        weights: FlexTensor,
        weighted: bool,
    ) -> FlexTensor {
        let size = dims(&logits);
        let (logits, signs, weights) = (contiguous(logits), contiguous(signs), contiguous(weights));
        let weights = weighted.then(|| numbers(&weights));
        let columns = size[1].max(1);
        let rows = numbers(&logits).chunks_exact(columns);
        let mut sum = 0.0_f64;
        for (i, (z, s)) in rows.zip(numbers(&signs).chunks_exact(columns)).enumerate() {
            let weight = of_row(weights, i, size);
            let terms = z.iter().zip(s).enumerate();
            let row: f32 = terms
                .map(|(j, (z, s))| weight(j) * softplus_of_opposite(z * s))
                .sum();
            sum += f64::from(row);
        }
        tensor(vec![sum as f32], [1])
    }

    fn softmax_likelihood(
        logits: FlexTensor,
        classes: FlexTensor,
        weights: FlexTensor,
        weighted: bool,
    ) -> FlexTensor {
        let size = dims(&logits);
        let logits = contiguous(logits);
        let (classes, weights) = (contiguous(classes), contiguous(weights));
        let weights = weighted.then(|| numbers(&weights));
        let rows = numbers(&logits).chunks_exact(size[1].max(1));
        let mut sum = 0.0_f64;
        for (i, (z, class)) in rows.zip(classes_of(&classes)).enumerate() {
            let (largest, log) = log_sum(z);
            let term = log - (z[*class as usize] - largest);
            sum += f64::from(of_row(weights, i, [size[0], 1])(0) * term);
        }
        tensor(vec![sum as f32], [1])
    }
}

impl LikelihoodKernels for Flex {
    fn sigmoid_gradient(
        logits: FlexTensor,
        signs: FlexTensor,
        weights: Option<FlexTensor>,
        of_sum: FlexTensor,
    ) -> FlexTensor {
        let size = dims(&logits);
        let (mut logits, signs) = (contiguous(logits), contiguous(signs));
        let weights = weights.map(contiguous);
        let scale = numbers(&of_sum)[0];
        let columns = size[1].max(1);
        let rows = logits.storage_mut::<f32>().chunks_exact_mut(columns);
        for (i, (z, s)) in rows.zip(numbers(&signs).chunks_exact(columns)).enumerate() {
            let weight = of_row(weights.as_ref().map(numbers), i, size);
            for (j, (z, s)) in z.iter_mut().zip(s).enumerate() {
                *z = -scale * weight(j) * s * sigmoid_of_opposite(*z * s);
            }
        }
        logits
    }

    fn softmax_gradient(
        logits: FlexTensor,
        classes: FlexTensor,
        weights: Option<FlexTensor>,
        of_sum: FlexTensor,
    ) -> FlexTensor {
        let size = dims(&logits);
        let (mut logits, classes) = (contiguous(logits), contiguous(classes));
        let weights = weights.map(contiguous);
        let scale = numbers(&of_sum)[0];
        let rows = logits.storage_mut::<f32>().chunks_exact_mut(size[1].max(1));
        for (i, (z, class)) in rows.zip(classes_of(&classes)).enumerate() {
            let weight = scale * of_row(weights.as_ref().map(numbers), i, [size[0], 1])(0);
            let (largest, log) = log_sum(z);
            for (c, z) in z.iter_mut().enumerate() {
                let hit = if c == *class as usize { 1.0 } else { 0.0 };
                *z = weight * ((*z - largest - log).exp() - hit);
            }
        }
        logits
    }
}

#[derive(Debug)]
struct Sigmoid;

impl<B: LikelihoodKernels> Backward<B, 1> for Sigmoid {
    type State = (FloatTensor<B>, FloatTensor<B>, Option<FloatTensor<B>>);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let of_sum = gradients.consume::<B>(&ops.node);
        let (logits, signs, weights) = ops.state;
        if let [Some(parent)] = ops.parents {
            let gradient = B::sigmoid_gradient(logits, signs, weights, of_sum);
            gradients.register::<B>(parent.id, gradient);
        }
    }
}

#[derive(Debug)]
struct Softmax;

impl<B: LikelihoodKernels> Backward<B, 1> for Softmax {
    type State = (FloatTensor<B>, IntTensor<B>, Option<FloatTensor<B>>);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let of_sum = gradients.consume::<B>(&ops.node);
        let (logits, classes, weights) = ops.state;
        if let [Some(parent)] = ops.parents {
            let gradient = B::softmax_gradient(logits, classes, weights, of_sum);
            gradients.register::<B>(parent.id, gradient);
        }
    }
}

/// Targets and weights are constants: no gradient reaches them.
impl<B: LikelihoodOps + LikelihoodKernels, C: CheckpointStrategy> LikelihoodOps for Autodiff<B, C> {
    fn sigmoid_likelihood(
        logits: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        weighted: bool,
    ) -> FloatTensor<Self> {
        let (logits, node) = logits.into_parts();
        let ((signs, _), (weights, _)) = (signs.into_parts(), weights.into_parts());
        let sum = B::sigmoid_likelihood(logits.clone(), signs.clone(), weights.clone(), weighted);
        match Sigmoid.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                prepared.finish((logits, signs, weighted.then_some(weights)), sum)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(sum),
        }
    }

    fn softmax_likelihood(
        logits: FloatTensor<Self>,
        classes: IntTensor<Self>,
        weights: FloatTensor<Self>,
        weighted: bool,
    ) -> FloatTensor<Self> {
        let (logits, node) = logits.into_parts();
        let (weights, _) = weights.into_parts();
        let sum = B::softmax_likelihood(logits.clone(), classes.clone(), weights.clone(), weighted);
        match Softmax.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                prepared.finish((logits, classes, weighted.then_some(weights)), sum)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(sum),
        }
    }
}
