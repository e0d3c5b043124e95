//! A hidden layer: dense, normalisation, activation, dropout, skip.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_kernels::{Epilogue, LocalSums};

use crate::{
    Activation, ActivationLayer, BatchNorm, Dense, DenseConfig, Dropout, LayerNorm, Moments,
    NetworkError, NetworkSpec, Normalisation, Pass, SynapseSpec,
};

/// A hidden layer.
///
/// ```text
/// h = dropout(activation(normalisation(dense(x)))),   or dropout(fire(x)) where the synapses make units fire
/// y = x + h   where skips are on and x and h have equal width, else y = h
/// ```
///
/// # Randomness
///
/// See [`Dense`] for the noise and [`Dropout`] for the mask; both come from the pass's draw.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Block, NetworkSpec, Pass, SynapseSpec};
///
/// let (spec, synapses) = (NetworkSpec::default(), SynapseSpec::default());
/// let block = Block::new(&spec, &synapses, 4, 8, 7, "trunk.0", &Device::flex())?;
/// let y = block.forward(Tensor::ones([2, 4], &Device::flex()), &Pass::mean(&[0, 1]));
/// assert_eq!(y.dims(), [2, 8]);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Module, Debug)]
pub struct Block {
    dense: Dense,
    batch_norm: Option<BatchNorm>,
    layer_norm: Option<LayerNorm>,
    activation: ActivationLayer,
    #[module(skip)]
    dropout: Dropout,
    skip: bool,
}

impl Block {
    /// Makes a hidden layer from `inputs` to `units`; `path` names its place and its streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::EmptyLayer`] and [`NetworkError::OutOfRange`].
    pub fn new(
        spec: &NetworkSpec,
        synapses: &SynapseSpec,
        inputs: usize,
        units: usize,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        let activation = spec.activation;
        activation.check("network.activation")?;
        let initialiser = spec.initialiser.unwrap_or_else(|| activation.initialiser());
        let columns = units * activation.pieces();
        let dense = DenseConfig::new(inputs, columns)
            .with_synapses(synapses.clone())
            .with_initialiser(initialiser)
            .init(seed, &format!("{path}.dense"), device)?;
        let norm = |kind| spec.normalisation == kind;
        let dropout_path = format!("{path}.dropout");
        Ok(Self {
            dense,
            batch_norm: norm(Normalisation::Batch).then(|| BatchNorm::new(columns, device)),
            layer_norm: norm(Normalisation::Layer).then(|| LayerNorm::new(columns, device)),
            activation: ActivationLayer::new(activation, units, device),
            dropout: match activation {
                Activation::Selu => Dropout::alpha(spec.dropout, dropout_path)?,
                _ => Dropout::new(spec.dropout, dropout_path)?,
            },
            skip: spec.skip && inputs == units,
        })
    }

    /// See [`Network::settled`](crate::Network::settled).
    pub(crate) fn settle(&mut self) {
        self.dense.settle();
    }

    /// The dense layer.
    pub fn dense(&self) -> &Dense {
        &self.dense
    }

    /// Whether two draws of the layer can differ.
    pub(crate) fn is_noisy(&self) -> bool {
        self.dense.is_noisy() || self.dropout.is_on()
    }

    /// Applies the layer.
    ///
    /// # Shapes
    ///
    /// - x: `[rows, inputs]`
    /// - result: `[rows, units]`
    pub fn forward(&self, x: Tensor<2>, pass: &Pass) -> Tensor<2> {
        self.apply(x, pass, true)
    }

    /// The moments of what the layer puts out, for weights and masks of every draw.
    pub(crate) fn moments(&self, x: Moments) -> Moments {
        let sums = self.dense.moments(x);
        let h = match self.activation.kind() {
            Activation::Linear => sums,
            Activation::Relu => sums.relu(),
            _ => sums.through(|x| self.activation.forward(x)),
        };
        self.dropout.moments(h)
    }

    /// As [`Block::forward`]; `remember` says whether running statistics are updated.
    pub(crate) fn apply(&self, x: Tensor<2>, pass: &Pass, remember: bool) -> Tensor<2> {
        let passed_on = self.skip.then(|| x.clone());
        if let Some(fired) = self.dense.fire(&x, pass) {
            return past(passed_on, self.dropout.forward(fired, pass), pass);
        }
        let h = self.dense.forward_with(x, pass, self.epilogue());
        past(passed_on, self.after(h, pass, remember), pass)
    }

    /// What all samples of a prediction have in common, where the layer draws its sums at little cost.
    pub(crate) fn local_sums(&self, x: &Tensor<2>) -> Option<LocalSums> {
        self.dense.local_sums(x)
    }

    /// As [`Block::forward`] of the input `x`, from the sums of its dense layer.
    pub(crate) fn forward_from(&self, x: &Tensor<2>, sums: &LocalSums, pass: &Pass) -> Tensor<2> {
        let Some(h) = self.dense.forward_from(sums, pass, self.epilogue()) else {
            return self.forward(x.clone(), pass);
        };
        let h = self.after(h, pass, true);
        past(self.skip.then(|| x.clone()), h, pass)
    }

    /// Where the activation follows the sum at once, it is part of the same operator.
    fn epilogue(&self) -> Epilogue {
        match self.activation.kind() {
            Activation::Relu if self.batch_norm.is_none() && self.layer_norm.is_none() => {
                Epilogue::Relu
            }
            _ => Epilogue::Linear,
        }
    }

    /// Everything after the dense layer but the skip.
    fn after(&self, mut h: Tensor<2>, pass: &Pass, remember: bool) -> Tensor<2> {
        if let Some(norm) = &self.batch_norm {
            h = norm.apply(h, pass.training, pass.training && remember);
        }
        if let Some(norm) = &self.layer_norm {
            h = norm.forward(h);
        }
        if self.epilogue() == Epilogue::Linear {
            h = self.activation.forward(h);
        }
        self.dropout.forward(h, pass)
    }
}

/// What a layer puts out beside what goes past it.
fn past(passed_on: Option<Tensor<2>>, h: Tensor<2>, pass: &Pass) -> Tensor<2> {
    let Some(x) = passed_on else { return h };
    let [x, h] = pass.alike(x, h);
    x + h
}
