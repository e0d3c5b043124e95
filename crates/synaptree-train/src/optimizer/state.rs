//! The state of an optimizer, and its step over all parameters of a module.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;
use synaptree_kernels::recycle;
use synaptree_nn::{Draw, fill_posterior_noise};

use super::{OptimizerSpec, adam, ivon, rmsprop, sgd};
use crate::gradient::{Gradients, slice};

/// Elements a task handles at a time: large enough to hide the hand-over, small enough for a cache.
const CHUNK: usize = 1 << 15;

/// What an optimizer remembers of one parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParameterState {
    /// Steps in which this parameter had a gradient.
    pub steps: u32,
    /// One or two buffers as long as the parameter (velocity, moments), or none.
    pub buffers: Vec<Vec<f32>>,
}

/// An optimizer with the state of every parameter, keyed by the parameter's path.
///
/// A parameter without a gradient in a step (a head whose task has no label in the batch) does not
/// move, and neither does its state.
///
/// # Example
///
/// ```
/// use synaptree_train::{Optimizer, OptimizerSpec};
///
/// let mut optimizer = Optimizer::new(OptimizerSpec::Momentum {
///     learning_rate: 0.1,
///     weight_decay: 0.0,
///     momentum: 0.9,
/// });
/// let mut weights = [1.0];
/// optimizer.update("w", &mut weights, &[2.0], 0.1); // v = 2.0
/// optimizer.update("w", &mut weights, &[2.0], 0.1); // v = 3.8
/// assert!((weights[0] - (1.0 - 0.2 - 0.38)).abs() < 1e-6);
/// ```
#[derive(Debug, Clone)]
pub struct Optimizer {
    pub(super) spec: OptimizerSpec,
    pub(super) states: BTreeMap<String, ParameterState>,
    /// N of a distribution of the weights.
    pub(super) rows: f64,
    /// Where the gradient of the next step is taken.
    pub(super) drawn: Option<Draw>,
}

impl Optimizer {
    /// An optimizer that has not stepped yet.
    pub fn new(spec: OptimizerSpec) -> Self {
        Self {
            spec,
            states: BTreeMap::new(),
            rows: 1.0,
            drawn: None,
        }
    }

    /// The same optimizer for this many training rows, which a learned distribution of the weights depends on.
    pub fn for_rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1) as f64;
        self
    }

    pub(super) fn spec(&self) -> &OptimizerSpec {
        &self.spec
    }

    /// The state of every parameter that had a gradient so far, by path.
    pub fn states(&self) -> &BTreeMap<String, ParameterState> {
        &self.states
    }

    /// Continues from states that [`states`](Self::states) returned.
    pub fn with_states(mut self, states: BTreeMap<String, ParameterState>) -> Self {
        self.states = states;
        self
    }

    /// Moves every parameter of `module` that has a gradient.
    pub fn step<M: Module>(&mut self, module: M, gradients: Gradients, rate: f64) -> M {
        let mut mapper = StepMapper {
            optimizer: self,
            gradients: gradients.into_map(),
            rate,
            path: Vec::new(),
        };
        let module = module.map(&mut mapper);
        self.drawn = None;
        module
    }

    /// Moves one parameter, given as its row-major values.
    pub fn update(&mut self, path: &str, weights: &mut [f32], gradient: &[f32], rate: f64) {
        let Self {
            spec,
            states,
            rows,
            drawn,
        } = self;
        if !states.contains_key(path) {
            let first = |n| vec![spec.first(n); weights.len()];
            let state = ParameterState {
                steps: 0,
                buffers: (0..spec.buffers()).map(first).collect(),
            };
            states.insert(path.to_owned(), state);
        }
        let Some(state) = states.get_mut(path) else {
            return;
        };
        state.steps += 1;
        let kernel = Kernel::new(spec, rate, state.steps, *rows);
        let kernel = if shapes_noise(path) {
            kernel.without_decay()
        } else {
            kernel
        };
        let draw = drawn.filter(|_| spec.is_variational());
        match state.buffers.as_mut_slice() {
            [] => weights
                .par_chunks_mut(CHUNK)
                .zip(gradient.par_chunks(CHUNK))
                .for_each(|(w, g)| kernel.apply(w, g, &mut [], &mut [], None)),
            [first] => weights
                .par_chunks_mut(CHUNK)
                .zip(gradient.par_chunks(CHUNK))
                .zip(first.par_chunks_mut(CHUNK))
                .for_each(|((w, g), a)| kernel.apply(w, g, a, &mut [], None)),
            [first, second, ..] => weights
                .par_chunks_mut(CHUNK)
                .zip(gradient.par_chunks(CHUNK))
                .zip(first.par_chunks_mut(CHUNK))
                .zip(second.par_chunks_mut(CHUNK))
                .enumerate()
                .for_each(|(n, (((w, g), a), b))| {
                    let noise = draw.map(|draw| {
                        let mut noise = vec![0.0; w.len()];
                        fill_posterior_noise(draw, path, (n * CHUNK) as u64, &mut noise);
                        noise
                    });
                    kernel.apply(w, g, a, b, noise.as_deref());
                }),
        }
    }
}

/// Whether a parameter says how the noise of a layer is distributed: 0 is no place to be drawn to for ρ, β and factors around 1.
fn shapes_noise(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    match (parts.next(), parts.next()) {
        (Some("rho"), _) => true,
        (Some("gain"), above) => above == Some("synapse"),
        (_, above) => above == Some("rank_one"),
    }
}

enum Kernel {
    Plain { rate: f32, decay: f32 },
    Momentum(sgd::Momentum),
    Rmsprop(rmsprop::Rmsprop),
    Adam(adam::Adam),
    Ivon(ivon::Ivon),
}

impl Kernel {
    fn new(spec: &OptimizerSpec, rate: f64, steps: u32, rows: f64) -> Self {
        let t = steps.min(i32::MAX as u32) as i32;
        let adam = |decay: f64, shrink: f64, beta_1: f64, beta_2: f64, epsilon: f64| {
            Self::Adam(adam::Adam {
                rate: rate as f32,
                decay: decay as f32,
                shrink: shrink as f32,
                beta_2: beta_2 as f32,
                rest_1: (1.0 - beta_1) as f32,
                rest_2: (1.0 - beta_2) as f32,
                epsilon: epsilon as f32,
                correction_1: (1.0 - beta_1.powi(t)) as f32,
                correction_2_root: (1.0 - beta_2.powi(t)).sqrt() as f32,
            })
        };
        match *spec {
            OptimizerSpec::Sgd { weight_decay, .. } => Self::Plain {
                rate: rate as f32,
                decay: weight_decay as f32,
            },
            OptimizerSpec::Momentum {
                weight_decay,
                momentum,
                ..
            } => Self::Momentum(sgd::Momentum {
                rate: rate as f32,
                decay: weight_decay as f32,
                kept: momentum as f32,
                nesterov: false,
            }),
            OptimizerSpec::Nesterov {
                weight_decay,
                momentum,
                ..
            } => Self::Momentum(sgd::Momentum {
                rate: rate as f32,
                decay: weight_decay as f32,
                kept: momentum as f32,
                nesterov: true,
            }),
            OptimizerSpec::Rmsprop {
                weight_decay,
                smoothing,
                momentum,
                epsilon,
                ..
            } => Self::Rmsprop(rmsprop::Rmsprop {
                rate: rate as f32,
                decay: weight_decay as f32,
                smoothing: smoothing as f32,
                rest: (1.0 - smoothing) as f32,
                momentum: momentum as f32,
                epsilon: epsilon as f32,
            }),
            OptimizerSpec::Adam {
                weight_decay,
                beta_1,
                beta_2,
                epsilon,
                ..
            } => adam(weight_decay, 1.0, beta_1, beta_2, epsilon),
            OptimizerSpec::Adamw {
                weight_decay,
                beta_1,
                beta_2,
                epsilon,
                ..
            } => adam(0.0, 1.0 - rate * weight_decay, beta_1, beta_2, epsilon),
            OptimizerSpec::Ivon {
                weight_decay,
                beta_1,
                beta_2,
                curvature,
                effective_rows,
                radius,
                ..
            } => Self::Ivon(ivon::Ivon {
                rate: (rate * (curvature + weight_decay)) as f32,
                decay: weight_decay as f32,
                rows: effective_rows.unwrap_or(rows) as f32,
                rest_1: (1.0 - beta_1) as f32,
                rest_2: (1.0 - beta_2) as f32,
                correction_1: (1.0 - beta_1.powi(t)) as f32,
                radius: radius.map_or(f32::INFINITY, |radius| radius as f32),
            }),
        }
    }

    /// The same for a parameter that no penalty draws to 0. The λ of `ivon` stays: it is the precision of a prior.
    fn without_decay(mut self) -> Self {
        match &mut self {
            Self::Plain { decay, .. } => *decay = 0.0,
            Self::Momentum(constants) => constants.decay = 0.0,
            Self::Rmsprop(constants) => constants.decay = 0.0,
            Self::Adam(constants) => (constants.decay, constants.shrink) = (0.0, 1.0),
            Self::Ivon(_) => {}
        }
        self
    }

    fn apply(
        &self,
        weights: &mut [f32],
        gradient: &[f32],
        a: &mut [f32],
        b: &mut [f32],
        noise: Option<&[f32]>,
    ) {
        match self {
            Self::Plain { rate, decay } => sgd::plain(weights, gradient, *rate, *decay),
            Self::Momentum(constants) => sgd::momentum(weights, gradient, a, constants),
            Self::Rmsprop(constants) => rmsprop::step(weights, gradient, a, b, constants),
            Self::Adam(constants) => adam::step(weights, gradient, a, b, constants),
            Self::Ivon(constants) => ivon::step(weights, gradient, noise, a, b, constants),
        }
    }
}

struct StepMapper<'a> {
    optimizer: &'a mut Optimizer,
    gradients: BTreeMap<String, TensorData>,
    rate: f64,
    path: Vec<String>,
}

impl ModuleMapper for StepMapper<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        let Some(gradient) = self.gradients.remove(&path) else {
            return param;
        };
        let (id, tensor, mapper) = param.consume();
        let device = tensor.device();
        // The inner tensor owns its buffer alone here, so taking it out and putting it back copies
        // nothing on the CPU.
        let mut data: TensorData = tensor.inner().into_data();
        if let Ok(weights) = data.as_mut_slice::<f32>() {
            self.optimizer
                .update(&path, weights, slice(&gradient), self.rate);
        }
        if let Ok(gradient) = gradient.try_into_vec() {
            recycle(gradient);
        }
        let tensor = Tensor::<D>::from_data(data, &device.inner());
        let tensor = Tensor::from_inner(tensor).require_grad();
        Param::from_mapped_value(id, tensor, mapper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five steps on w = [1, −2] with gradients `g_t` = `w_t` · [0.5, 1.5] + [0.1, −0.3].
    fn five_steps(spec: OptimizerSpec) -> [f32; 2] {
        let rate = spec.learning_rate();
        let mut optimizer = Optimizer::new(spec);
        let mut w = [1.0_f32, -2.0];
        for _ in 0..5 {
            let g = [w[0] * 0.5 + 0.1, w[1] * 1.5 - 0.3];
            optimizer.update("w", &mut w, &g, rate);
        }
        w
    }

    fn assert_near(actual: [f32; 2], expected: [f32; 2]) {
        for (a, e) in actual.iter().zip(expected) {
            assert!((a - e).abs() < 3e-6, "{actual:?} is not {expected:?}");
        }
    }

    // The expected values are PyTorch's: tests/reference/optimizers.py prints them.
    include!("../../tests/reference/optimizers.rs.in");

    #[test]
    fn what_shapes_noise_is_not_drawn_to_0_and_weights_are() {
        let specs = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"].map(|kind| {
            serde_json::from_value(serde_json::json!({ "kind": kind, "weight_decay": 0.5 }))
                .unwrap()
        });
        for spec in specs {
            let mut optimizer = Optimizer::new(spec);
            for (path, moves) in [
                ("trunk.0.weight", true),
                ("trunk.0.bias", true),
                ("trunk.0.synapse.rho", false),
                ("trunk.0.synapse.gain", false),
                ("trunk.0.synapse.rank_one.input", false),
            ] {
                let mut w = [-4.0_f32];
                optimizer.update(path, &mut w, &[0.0], 0.1);
                assert_eq!(w[0] != -4.0, moves, "{path} {:?}", optimizer.spec);
            }
        }
    }

    #[test]
    fn a_parameter_without_gradient_keeps_its_state() {
        let mut optimizer = Optimizer::new(OptimizerSpec::default());
        let mut w = [1.0_f32];
        optimizer.update("a", &mut w, &[1.0], 0.1);
        let before = optimizer.states().clone();
        optimizer.update("b", &mut [1.0], &[1.0], 0.1);
        assert_eq!(optimizer.states()["a"], before["a"]);
        assert_eq!(optimizer.states()["b"].steps, 1);
    }

    #[test]
    fn restored_state_continues_bit_for_bit() {
        let gradient = [0.3_f32, -0.7];
        let mut straight = Optimizer::new(OptimizerSpec::default());
        let mut w = [1.0_f32, 2.0];
        for _ in 0..3 {
            straight.update("w", &mut w, &gradient, 0.01);
        }
        let mut resumed =
            Optimizer::new(OptimizerSpec::default()).with_states(straight.states().clone());
        let mut v = w;
        straight.update("w", &mut w, &gradient, 0.01);
        resumed.update("w", &mut v, &gradient, 0.01);
        assert_eq!(w.map(f32::to_bits), v.map(f32::to_bits));
    }
}
