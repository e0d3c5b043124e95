//! A recurrent layer whose weights may be noisy, with one draw a sequence.

use burn::module::{Module, Param};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};

use crate::pass::repeated;
use crate::synapse::{Only, refuse};
use crate::{
    Dense, DenseConfig, Draw, Estimator, Fans, Initialiser, NetworkError, Noise, Pass, Prior,
    SynapseSpec,
};

/// The gates of a cell: input, forget, candidate, output.
const GATES: usize = 4;

/// The configuration of an [`Lstm`].
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `inputs` | required | ≥ 1 | numbers of one time |
/// | `outputs` | required | ≥ 1 | cells |
/// | `initialiser` | Xavier | [`Initialiser`] | first values of the weights of each gate |
/// | `synapses` | no noise | [`SynapseSpec`] | what is random about the weights |
#[derive(Clone, Debug, PartialEq)]
pub struct LstmConfig {
    inputs: usize,
    outputs: usize,
    initialiser: Initialiser,
    synapses: SynapseSpec,
}

impl LstmConfig {
    /// A layer from `inputs` numbers of each time to `outputs` cells.
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self {
            inputs,
            outputs,
            initialiser: Initialiser::Xavier,
            synapses: SynapseSpec::default(),
        }
    }

    /// Sets the first values of the weights of each gate.
    pub fn with_initialiser(mut self, initialiser: Initialiser) -> Self {
        self.initialiser = initialiser;
        self
    }

    /// Sets what is random about the weights.
    pub fn with_synapses(mut self, synapses: SynapseSpec) -> Self {
        self.synapses = synapses;
        self
    }

    /// Makes the layer; `path` names its place and with it its random streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::EmptyLayer`] for a width of 0; what is wrong with the synapses, see [`SynapseSpec::validate`];
    /// [`NetworkError::UnsupportedNoise`] for `adaptive` noise and noise that fires, and
    /// [`NetworkError::UnsupportedEstimator`] for `local` and `moments`: sums that are drawn one by one would be new weights at
    /// every time.
    pub fn init(&self, seed: u64, path: &str, device: &Device) -> Result<Lstm, NetworkError> {
        refuse(
            &self.synapses,
            Only {
                noise: |noise| noise != Noise::Adaptive && !noise.fires(),
                estimator: |estimator| !matches!(estimator, Estimator::Local | Estimator::Moments),
            },
        )?;
        let part = |name: &str, inputs: usize| {
            DenseConfig::new(inputs, GATES * self.outputs)
                .with_initialiser(self.initialiser)
                .with_synapses(self.synapses.clone())
                .with_fans(Fans {
                    inputs,
                    outputs: self.outputs,
                })
                .with_reuse(1)
                .init(seed, &format!("{path}.{name}"), device)
        };
        let mut input = part("input", self.inputs)?;
        // A cell that forgets nothing at first lets gradients reach far back.
        let open = [0.0, 1.0, 0.0, 0.0].map(|bias| Tensor::full([self.outputs], bias, device));
        input.bias = Param::from_tensor(Tensor::cat(open.to_vec(), 0));
        Ok(Lstm {
            input,
            recurrent: part("recurrent", self.outputs)?,
        })
    }
}

/// A layer of long short-term memory whose weights may be noisy, with one draw a sequence.
///
/// ```text
/// i, f, g, o = x_t W̃ + h_{t−1} Ũ + b + d   gates, in this order
/// c_t = σ(f) c_{t−1} + σ(i) tanh(g)
/// h_t = σ(o) tanh(c_t)                     h_0 = c_0 = 0
/// ```
///
/// W̃ and Ũ are drawn once for all times of a pass: `weight` has one draw for all rows, `flipout` has signs and `rank1` and batch ensembles
/// have factors that a row keeps for its whole sequence.
///
/// # Randomness
///
/// That of two [`Dense`] layers, `<path>.input` and `<path>.recurrent`.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Draw, LstmConfig, Noise, Pass, SynapseSpec};
///
/// let device = Device::flex();
/// let synapses = SynapseSpec { noise: Noise::Variational, ..SynapseSpec::default() };
/// let layer = LstmConfig::new(3, 8).with_synapses(synapses).init(7, "memory", &device)?;
/// let series = Tensor::<3>::ones([2, 20, 3], &device);
/// let h = layer.forward(series, &Pass::training(Draw::training(7, 0), &[0, 1]));
/// assert_eq!(h.dims(), [2, 20, 8]);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
///
/// # References
///
/// Hochreiter, Schmidhuber 1997, Long short-term memory. One draw a sequence: Fortunato, Blundell, Vinyals 2017, arXiv:1704.02798;
/// Gal, Ghahramani 2016, arXiv:1512.05287.
///
/// # Differences
///
/// A forget gate, as in Gers, Schmidhuber, Cummins 2000, whose bias starts at 1. No peepholes.
#[derive(Module, Debug)]
pub struct Lstm {
    /// From the input to the gates.
    input: Dense,
    /// From the state before to the gates.
    recurrent: Dense,
}

impl Lstm {
    /// Applies the layer, from a state of zeros.
    ///
    /// # Shapes
    ///
    /// - input: `[rows, times, inputs]`; with several samples, the rows of each one below the other, or those that all have in common
    ///   once
    /// - result: `[rows, times, outputs]`, the state h of every time
    ///
    /// # Panics
    ///
    /// When the noise belongs to rows and the pass does not name one row for each row of the input.
    pub fn forward(&self, input: Tensor<3>, pass: &Pass) -> Tensor<3> {
        let [rows, times, inputs] = input.dims();
        let width = self.recurrent.outputs() / GATES;
        if rows * times == 0 {
            return Tensor::zeros([rows, times, width], &input.device());
        }
        let ids = repeated(pass.rows, times);
        // The products with the input of all times are one.
        let driven = self.input.forward(
            input.reshape([rows * times, inputs]),
            &Pass {
                rows: &ids,
                ..*pass
            },
        );
        let drawn = self.recurrent.drawn_for(pass);
        let driven = driven.reshape([-1, times as isize, (GATES * width) as isize]);
        let mut h = Tensor::zeros([rows, width], &driven.device());
        let mut c = h.clone();
        let mut states: Vec<Tensor<3>> = Vec::with_capacity(times);
        for time in 0..times {
            let driven = driven.clone().narrow(1, time, 1).squeeze_dim(1);
            let fed_back = match &drawn {
                Some(weight) => self.recurrent.forward_drawn(h, weight.clone()),
                None => self.recurrent.forward(h, pass),
            };
            let [driven, fed_back] = pass.alike(driven, fed_back);
            let gates = driven + fed_back;
            let gate = |at: usize| gates.clone().narrow(1, at * width, width);
            let [kept, new] = pass.alike(c, sigmoid(gate(0)) * gate(2).tanh());
            c = sigmoid(gate(1)) * kept + new;
            h = sigmoid(gate(3)) * c.clone().tanh();
            states.push(h.clone().unsqueeze_dim(1));
        }
        Tensor::cat(states, 1)
    }

    /// Σ KL of the layer's learned distributions from the prior, in nats; `None` where nothing is learned.
    ///
    /// # Shapes
    ///
    /// - result: `[1]`
    pub fn divergence(&self, prior: Prior, draw: Option<Draw>) -> Option<Tensor<1>> {
        let parts = [&self.input, &self.recurrent].map(|part| part.divergence(prior, draw));
        parts.into_iter().flatten().reduce(|sum, part| sum + part)
    }

    /// The dense layers of the gates: from the input, and from the state before.
    pub fn gates(&self) -> [&Dense; 2] {
        [&self.input, &self.recurrent]
    }
}
