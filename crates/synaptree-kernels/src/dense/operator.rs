//! The layer as one operator of the Flex backend.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Bytes, DType, Shape, Tensor};

use super::local::{RowNoise, add_row_gradient, forward_rows};
use super::panels::{Sizes, forward, input_gradient, weight_gradient};
use super::{Epilogue, WeightNoise};

/// Where the noise of a layer is.
#[derive(Clone, Debug)]
pub(super) enum DenseNoise {
    Weights(WeightNoise),
    Rows(RowNoise),
}

impl DenseNoise {
    fn on_weights(noise: Option<&Self>) -> Option<WeightNoise> {
        match noise {
            Some(Self::Weights(noise)) => Some(*noise),
            Some(Self::Rows(_)) | None => None,
        }
    }
}

pub(super) fn dense(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: Option<DenseNoise>,
    epilogue: Epilogue,
) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::dense(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        noise,
        epilogue,
    ))
}

/// The forward pass.
#[backend_extension(Flex, Autodiff)]
pub(super) trait DenseOps: Backend {
    /// See [`dense`](crate::dense).
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: Option<DenseNoise>,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;
}

/// The backward pass.
pub(super) trait DenseKernels: Backend {
    /// The gradient of the sum, from that of the output `y`.
    fn through_epilogue(
        gradient: FloatTensor<Self>,
        y: &FloatTensor<Self>,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;

    /// The gradient of the bias.
    fn bias_gradient(dz: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradient of the weight.
    fn weight_gradient(
        x: &FloatTensor<Self>,
        noise: Option<&DenseNoise>,
        dz: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The gradient of the input.
    fn input_gradient(
        x: &FloatTensor<Self>,
        weight: &FloatTensor<Self>,
        noise: Option<&DenseNoise>,
        dz: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

pub(crate) fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("the tensor was made contiguous, and `dense` lets only f32 in")
}

pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

pub(crate) fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    let layout = Layout::contiguous(shape.into());
    FlexTensor::new(Bytes::from_elems(values), layout, DType::F32)
}

pub(super) fn dims(tensor: &FlexTensor) -> [usize; 2] {
    let shape = tensor.layout().shape();
    [shape[0], shape[1]]
}

/// The sizes of the layer that applies `weight` to `x`.
pub(super) fn sizes(x: &FlexTensor, weight: &FlexTensor) -> Sizes {
    let ([rows, inputs], [_, outputs]) = (dims(x), dims(weight));
    Sizes {
        rows,
        inputs,
        outputs,
    }
}

/// What follows the sums of a part of a row, given the column it starts at.
pub(super) fn bias_and_activation(
    bias: &[f32],
    epilogue: Epilogue,
) -> impl Fn(usize, &mut [f32]) + Sync + '_ {
    move |start, sums| {
        for (sum, bias) in sums.iter_mut().zip(&bias[start..]) {
            *sum += bias;
        }
        activate(sums, epilogue);
    }
}

/// Applies what follows the sums.
pub(super) fn activate(sums: &mut [f32], epilogue: Epilogue) {
    if epilogue == Epilogue::Relu {
        for sum in sums {
            // As Burn's: what is not a number stays visible.
            *sum = if *sum <= 0.0 { 0.0 } else { *sum };
        }
    }
}

impl DenseOps for Flex {
    fn dense(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        noise: Option<DenseNoise>,
        epilogue: Epilogue,
    ) -> FlexTensor {
        let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
        let sizes = sizes(&x, &weight);
        let (x, weight, bias) = (numbers(&x), numbers(&weight), numbers(&bias));
        let y = if let Some(DenseNoise::Rows(noise)) = &noise {
            forward_rows(sizes, x, weight, bias, noise, epilogue)
        } else {
            let noisy = DenseNoise::on_weights(noise.as_ref()).map(weights);
            let noisy = noisy.as_ref().map(|noisy| noisy as _);
            forward(sizes, x, weight, noisy, bias_and_activation(bias, epilogue))
        };
        tensor(y, [sizes.rows, sizes.outputs])
    }
}

fn weights(noise: WeightNoise) -> impl Fn(usize, &[f32], &mut [f32]) + Sync {
    move |first, base, out| noise.weights(first, base, out)
}

impl DenseKernels for Flex {
    fn through_epilogue(gradient: FlexTensor, y: &FlexTensor, epilogue: Epilogue) -> FlexTensor {
        let mut gradient = contiguous(gradient);
        if epilogue == Epilogue::Relu {
            // In place where nobody else holds the gradient.
            let values = gradient.storage_mut::<f32>();
            for (gradient, y) in values.iter_mut().zip(numbers(y)) {
                *gradient = if *y <= 0.0 { 0.0 } else { *gradient };
            }
        }
        gradient
    }

    fn bias_gradient(dz: &FlexTensor) -> FlexTensor {
        let [_, outputs] = dims(dz);
        let mut sums = vec![0.0; outputs];
        for row in numbers(dz).chunks_exact(outputs) {
            for (sum, dz) in sums.iter_mut().zip(row) {
                *sum += dz;
            }
        }
        tensor(sums, [outputs])
    }

    fn weight_gradient(x: &FlexTensor, noise: Option<&DenseNoise>, dz: &FlexTensor) -> FlexTensor {
        let (x, dz) = (contiguous(x.clone()), contiguous(dz.clone()));
        let ([rows, inputs], [_, outputs]) = (dims(&x), dims(&dz));
        let sizes = Sizes {
            rows,
            inputs,
            outputs,
        };
        let mut gradient = weight_gradient(sizes, numbers(&x), numbers(&dz));
        if let Some(noise) = DenseNoise::on_weights(noise) {
            noise.through(&mut gradient);
        }
        tensor(gradient, [inputs, outputs])
    }

    fn input_gradient(
        x: &FlexTensor,
        weight: &FlexTensor,
        noise: Option<&DenseNoise>,
        dz: &FlexTensor,
    ) -> FlexTensor {
        let (weight, dz) = (contiguous(weight.clone()), contiguous(dz.clone()));
        let ([rows, outputs], [inputs, _]) = (dims(&dz), dims(&weight));
        let sizes = Sizes {
            rows,
            inputs,
            outputs,
        };
        let noisy = DenseNoise::on_weights(noise).map(weights);
        let noisy = noisy.as_ref().map(|noisy| noisy as _);
        let mut dx = input_gradient(sizes, numbers(&weight), noisy, numbers(&dz));
        if let Some(DenseNoise::Rows(noise)) = noise {
            let x = contiguous(x.clone());
            add_row_gradient(sizes, numbers(&x), noise, numbers(&dz), &mut dx);
        }
        tensor(dx, [rows, inputs])
    }
}
