//! A head: hidden layers and a linear output.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use crate::{
    Activation, Block, Dense, DenseConfig, HeadConfig, Moments, NetworkConfig, NetworkError, Pass,
};

/// A head: hidden layers, a linear output and columns that are the same in every row.
#[derive(Module, Debug)]
pub(crate) struct Head {
    hidden: Vec<Block>,
    output: Dense,
    thresholds: Option<Param<Tensor<1>>>,
}

/// What a head computes for one batch.
pub(crate) struct HeadOutput {
    /// The last hidden activations; the outputs that depend on the row where the head has no
    /// hidden layer.
    pub(crate) features: Tensor<2>,
    /// The raw outputs, then the thresholds in every row.
    pub(crate) outputs: Tensor<2>,
}

impl Head {
    pub(crate) fn new(
        config: &NetworkConfig,
        inputs: usize,
        head: &HeadConfig,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        let spec = &config.network;
        let mut width = inputs;
        let mut hidden = Vec::with_capacity(spec.heads.len());
        for (i, units) in spec.heads.iter().enumerate() {
            let path = format!("{path}.hidden.{i}");
            hidden.push(Block::new(
                spec,
                &config.synapses,
                width,
                *units,
                seed,
                &path,
                device,
            )?);
            width = *units;
        }
        let initialiser = spec
            .initialiser
            .unwrap_or_else(|| Activation::Linear.initialiser());
        let output = DenseConfig::new(width, head.outputs)
            .with_synapses(config.synapses.clone())
            .with_initialiser(initialiser)
            .init(seed, &format!("{path}.output"), device)?;
        let thresholds = (head.thresholds > 0)
            .then(|| Param::from_tensor(Tensor::zeros([head.thresholds], device)));
        Ok(Self {
            hidden,
            output,
            thresholds,
        })
    }

    /// The dense layers, in the order in which they are applied.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Dense> {
        let hidden = self.hidden.iter().map(Block::dense);
        hidden.chain(std::iter::once(&self.output))
    }

    /// The moments of the features, and outputs that are drawn from theirs.
    pub(crate) fn moments(&self, input: Moments, pass: &Pass) -> (Moments, Tensor<2>) {
        let hidden = self.hidden.iter();
        let features = hidden.fold(input, |x, block| block.moments(x));
        let sums = self.output.moments(features.clone());
        let drawn = self.output.drawn(sums.clone(), pass);
        let features = if self.hidden.is_empty() {
            sums
        } else {
            features
        };
        (features, self.with_thresholds(drawn))
    }

    /// The outputs with the columns that are the same in every row.
    fn with_thresholds(&self, linear: Tensor<2>) -> Tensor<2> {
        let Some(thresholds) = &self.thresholds else {
            return linear;
        };
        let [rows, _] = linear.dims();
        let thresholds = thresholds.val();
        let width = thresholds.dims()[0];
        let every_row = thresholds.reshape([1, width]).expand([rows, width]);
        Tensor::cat(vec![linear, every_row], 1)
    }

    /// See [`Network::settled`](crate::Network::settled).
    pub(crate) fn settle(&mut self) {
        self.hidden.iter_mut().for_each(Block::settle);
        self.output.settle();
    }

    /// `remember` says whether running statistics are updated.
    pub(crate) fn forward(&self, input: Tensor<2>, pass: &Pass, remember: bool) -> HeadOutput {
        let features = self
            .hidden
            .iter()
            .fold(input, |x, block| block.apply(x, pass, remember));
        let linear = self.output.forward(features.clone(), pass);
        let outputs = self.with_thresholds(linear.clone());
        HeadOutput {
            features: if self.hidden.is_empty() {
                linear
            } else {
                features
            },
            outputs,
        }
    }
}
