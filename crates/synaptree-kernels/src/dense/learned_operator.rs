//! Layers with learned deviations as one operator each way, wherever their noise is.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::learned::{forward_weights, weights_gradients};
use super::local::RowNoise;
use super::local_learned::{forward_rows, rows_gradients};
use super::operator::{DenseKernels, contiguous};
use super::{Epilogue, NoiseAddress};

/// Where the noise of a layer is.
#[derive(Clone, Debug)]
pub(super) enum LearnedNoise {
    Weights(NoiseAddress),
    Rows(RowNoise),
}

pub(super) fn dense(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    noise: LearnedNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::dense_learned(
        x.into_dispatch(),
        mean.into_dispatch(),
        deviation.into_dispatch(),
        bias.into_dispatch(),
        noise,
        epilogue,
    ))
}

/// The forward pass.
#[backend_extension(Flex, Autodiff)]
pub(super) trait LearnedOps: Backend {
    /// See [`dense_learned`](crate::dense_learned) and [`dense_local_learned`](crate::dense_local_learned).
    fn dense_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: LearnedNoise,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;
}

/// Which gradients somebody waits for.
#[derive(Copy, Clone, Debug)]
pub(super) struct Wanted {
    pub(super) mean: bool,
    pub(super) deviation: bool,
    pub(super) input: bool,
}

/// The gradients of a layer.
#[derive(Debug)]
pub(super) struct Gradients<T> {
    pub(super) mean: Option<T>,
    pub(super) deviation: Option<T>,
    pub(super) input: Option<T>,
}

impl<T> Default for Gradients<T> {
    fn default() -> Self {
        Self {
            mean: None,
            deviation: None,
            input: None,
        }
    }
}

/// The layer with what its backward pass needs.
pub(super) trait LearnedKernels: DenseKernels {
    /// The output, and the deviations of the sums where these are drawn.
    fn drawn(
        parameters: [&FloatTensor<Self>; 4],
        noise: &LearnedNoise,
        epilogue: Epilogue,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>);

    /// The gradients, from that of the sums.
    fn learned_gradients(
        parameters: [&FloatTensor<Self>; 3],
        spread: Option<&FloatTensor<Self>>,
        noise: &LearnedNoise,
        dz: &FloatTensor<Self>,
        wanted: Wanted,
    ) -> Gradients<FloatTensor<Self>>;
}

/// A tensor whose numbers stand in their order.
pub(super) fn held(tensor: &FlexTensor) -> FlexTensor {
    contiguous(tensor.clone())
}

impl LearnedOps for Flex {
    fn dense_learned(
        x: FlexTensor,
        mean: FlexTensor,
        deviation: FlexTensor,
        bias: FlexTensor,
        noise: LearnedNoise,
        epilogue: Epilogue,
    ) -> FlexTensor {
        Self::drawn([&x, &mean, &deviation, &bias], &noise, epilogue).0
    }
}

impl LearnedKernels for Flex {
    fn drawn(
        parameters: [&FlexTensor; 4],
        noise: &LearnedNoise,
        epilogue: Epilogue,
    ) -> (FlexTensor, Option<FlexTensor>) {
        match noise {
            LearnedNoise::Weights(address) => {
                (forward_weights(parameters, *address, epilogue), None)
            }
            LearnedNoise::Rows(noise) => {
                let [y, spread] = forward_rows(parameters, noise, epilogue);
                (y, Some(spread))
            }
        }
    }

    fn learned_gradients(
        parameters: [&FlexTensor; 3],
        spread: Option<&FlexTensor>,
        noise: &LearnedNoise,
        dz: &FlexTensor,
        wanted: Wanted,
    ) -> Gradients<FlexTensor> {
        match (noise, spread) {
            (LearnedNoise::Rows(noise), Some(spread)) => {
                rows_gradients(parameters, spread, noise, dz, wanted)
            }
            (LearnedNoise::Weights(address), _) => {
                weights_gradients(parameters, *address, dz, wanted)
            }
            (LearnedNoise::Rows(_), None) => {
                unreachable!("the forward pass keeps the deviations of drawn sums")
            }
        }
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
    spread: Option<FloatTensor<B>>,
    noise: LearnedNoise,
    epilogue: Epilogue,
}

impl<B: LearnedKernels> Backward<B, 4> for Learned {
    type State = State<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 4>,
        gradients: &mut grads::Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let state = ops.state;
        let [input, mean, deviation, bias] = ops.parents;
        let dz = B::through_epilogue(gradient, &state.y, state.epilogue);
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::bias_gradient(&dz));
        }
        let wanted = Wanted {
            mean: mean.is_some(),
            deviation: deviation.is_some(),
            input: input.is_some(),
        };
        let parameters = [&state.x, &state.mean, &state.deviation];
        let spread = state.spread.as_ref();
        let found = B::learned_gradients(parameters, spread, &state.noise, &dz, wanted);
        let all = [
            (mean, found.mean),
            (deviation, found.deviation),
            (input, found.input),
        ];
        for (parent, gradient) in all {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<B>(parent.id, gradient);
            }
        }
    }
}

impl<B: LearnedOps + LearnedKernels, C: CheckpointStrategy> LearnedOps for Autodiff<B, C> {
    fn dense_learned(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: LearnedNoise,
        epilogue: Epilogue,
    ) -> FloatTensor<Self> {
        let (x, input) = x.into_parts();
        let (mean, centre) = mean.into_parts();
        let (deviation, width) = deviation.into_parts();
        let (bias, offset) = bias.into_parts();
        let parents = [input, centre, width, offset];
        match Learned.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let (y, spread) = B::drawn([&x, &mean, &deviation, &bias], &noise, epilogue);
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
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::dense_learned(x, mean, deviation, bias, noise, epilogue))
            }
        }
    }
}
