//! The weights of a network, each with its distribution over draws.

use burn::tensor::Tensor;

use crate::Network;

/// The weights of a layer or of a table of categories, and their distribution over draws.
#[derive(Clone, Debug)]
pub struct Weights {
    /// The path of the parameter, such as `trunk.0.dense.weight`.
    pub path: String,
    /// The numbers that training moves, `[inputs, outputs]`.
    pub values: Tensor<2>,
    /// Mean and standard deviation of every weight over draws, `[inputs, outputs]`; `None` where weights are plain numbers.
    pub drawn: Option<[Tensor<2>; 2]>,
    /// log α of every weight under the log-uniform prior, `[inputs, outputs]`: those above 3 can be pruned.
    pub log_alpha: Option<Tensor<2>>,
}

impl Network {
    /// All weights but biases and normalisations: the tables of categories, the trunk, the heads.
    ///
    /// # Example
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use synaptree_nn::{HeadConfig, NetworkConfig, NetworkSpec, Noise, SynapseSpec, TableShape};
    ///
    /// let config = NetworkConfig {
    ///     table: TableShape { numbers: 3, categories: vec![] },
    ///     network: NetworkSpec { trunk: vec![4], heads: vec![], ..NetworkSpec::default() },
    ///     synapses: SynapseSpec { noise: Noise::Gaussian, scale: 0.1, ..SynapseSpec::default() },
    ///     heads: vec![HeadConfig::new("size", 1)],
    /// };
    /// let weights = config.init(7, &Device::flex())?.weights();
    /// assert_eq!(weights[0].path, "trunk.0.dense.weight");
    /// let [_, deviation] = weights[0].drawn.as_ref().unwrap();
    /// assert!((deviation.clone().mean().into_scalar::<f32>() - 0.1).abs() < 1e-6);
    /// # Ok::<(), synaptree_nn::NetworkError>(())
    /// ```
    pub fn weights(&self) -> Vec<Weights> {
        let tables = self.encoder.tables().enumerate();
        let tables = tables.map(|(k, (values, drawn))| Weights {
            path: format!("encoder.embeddings.{k}"),
            values,
            drawn,
            log_alpha: None,
        });
        let layers = self.layers().into_iter().map(|(path, layer)| Weights {
            path: format!("{path}.weight"),
            values: layer.weight.val(),
            drawn: layer.drawn_weights(),
            log_alpha: layer.log_alpha(),
        });
        tables.chain(layers).collect()
    }
}
