//! How gradients pass the operator: the noise is made again, nothing but inputs and outputs is kept.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend};

use super::Epilogue;
use super::operator::{DenseKernels, DenseNoise, DenseOps};

#[derive(Debug)]
struct Dense;

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct State<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    noise: Option<DenseNoise>,
    epilogue: Epilogue,
}

impl<B: DenseKernels> Backward<B, 3> for Dense {
    type State = State<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let State {
            x,
            weight,
            y,
            noise,
            epilogue,
        } = ops.state;
        let [input, mean, bias] = ops.parents;
        let dz = B::through_epilogue(gradient, &y, epilogue);
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::bias_gradient(&dz));
        }
        if let Some(mean) = mean {
            gradients.register::<B>(mean.id, B::weight_gradient(&x, noise.as_ref(), &dz));
        }
        if let Some(input) = input {
            let gradient = B::input_gradient(&x, &weight, noise.as_ref(), &dz);
            gradients.register::<B>(input.id, gradient);
        }
    }
}

impl<B: DenseOps + DenseKernels, C: CheckpointStrategy> DenseOps for Autodiff<B, C> {
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: Option<DenseNoise>,
        epilogue: Epilogue,
    ) -> FloatTensor<Self> {
        let (x, input) = x.into_parts();
        let (weight, mean) = weight.into_parts();
        let (bias, offset) = bias.into_parts();
        let parents = [input, mean, offset];
        match Dense.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let y = B::dense(x.clone(), weight.clone(), bias, noise.clone(), epilogue);
                let state = State {
                    x,
                    weight,
                    y: y.clone(),
                    noise,
                    epilogue,
                };
                prepared.finish(state, y)
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::dense(x, weight, bias, noise, epilogue))
            }
        }
    }
}
