//! The whole network: table encoder, trunk, heads.

mod propagate;
mod weights;

pub use weights::Weights;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_kernels::LocalSums;

use crate::head::Head;
use crate::{
    Block, Dense, Draw, EdgeKind, Estimator, Named, NetworkConfig, NetworkError, Pass, Sharing,
    TableEncoder, TableInput, add_gradient, scale_gradient,
};

/// The whole network: table encoder, trunk, heads.
///
/// ```text
/// representation = trunk(encoder(input))
/// head t:  features_t, outputs_t = head_t([representation, features of the shortcut parents])
/// shortcut edge:  forward unchanged; the parent's features receive share · gradient
/// pull edge:      outputs_t unchanged; the parent's head, run again on its detached input, receives
///                 share · the gradient at outputs_t; trunk and grandparents receive nothing from it
/// ```
///
/// A head's features are its last hidden activations, or its linear outputs where `heads = []`. Parameters are listed
/// under `encoder.…`, `trunk.<layer>.…` and `heads.<name>.…`.
///
/// # Randomness
///
/// Parameters come from the streams `init/<path>`, so they depend on the seed and on their path, not on the
/// order in which heads are declared. Noise and dropout are on exactly while the pass has a draw.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{
///     EdgeKind, HeadConfig, NetworkConfig, NetworkSpec, Pass, SynapseSpec, TableInput, TableShape,
/// };
///
/// let config = NetworkConfig {
///     table: TableShape { numbers: 3, categories: vec![] },
///     network: NetworkSpec { trunk: vec![8], heads: vec![4], ..NetworkSpec::default() },
///     synapses: SynapseSpec::default(),
///     heads: vec![
///         HeadConfig::new("mammal", 1),
///         HeadConfig::new("diet", 3).below([0], EdgeKind::Shortcut, 0.5),
///     ],
/// };
/// let device = Device::flex();
/// let network = config.init(7, &device)?;
/// let input = TableInput::new(&config.table, vec![0.5, 1.0, -2.0], vec![], &device)?;
/// let outputs = network.forward(&input, &Pass::mean(&[0]));
/// assert_eq!((outputs[0].dims(), outputs[1].dims()), ([1, 1], [1, 3]));
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
///
/// # References
///
/// Hashimoto et al., "A joint many-task model" (2017), arXiv:1611.01587: shortcut connections from lower
/// tasks to higher ones.
#[derive(Module, Debug)]
pub struct Network {
    encoder: TableEncoder,
    trunk: Vec<Block>,
    heads: Named<Head>,
    #[module(skip)]
    config: NetworkConfig,
}

impl Network {
    pub(crate) fn new(
        config: &NetworkConfig,
        seed: u64,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        config.check()?;
        let given = config;
        let config = &NetworkConfig {
            synapses: given.scaled_synapses(),
            ..given.clone()
        };
        let encoder = TableEncoder::new(&config.table, seed, "encoder", device)?;
        let encoder = if config.synapses.embeddings {
            encoder.with_synapses(&config.synapses, "encoder")
        } else {
            encoder
        };
        let (spec, synapses) = (&config.network, &config.synapses);
        let Sharing::Hard = spec.sharing;
        let mut width = config.table.width();
        let mut trunk = Vec::with_capacity(spec.trunk.len());
        for (i, units) in spec.trunk.iter().enumerate() {
            let path = format!("trunk.{i}");
            trunk.push(Block::new(
                spec, synapses, width, *units, seed, &path, device,
            )?);
            width = *units;
        }
        let mut heads = Vec::with_capacity(config.heads.len());
        for head in &config.heads {
            let from_parents: usize = match head.edge {
                EdgeKind::Shortcut => head.parents.iter().map(|p| config.feature_width(*p)).sum(),
                EdgeKind::Pull => 0,
            };
            let path = format!("heads.{}", head.name);
            let made = Head::new(config, width + from_parents, head, seed, &path, device)?;
            heads.push((head.name.clone(), made));
        }
        Ok(Self {
            encoder,
            trunk,
            heads: Named::new(heads),
            config: given.clone(),
        })
    }

    /// What the network was built from.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// The same network for many draws: what is learned of its noise is turned into standard deviations once, and not in
    /// every draw. It answers with the same bits; to train it or to ask for its divergence means nothing.
    #[must_use]
    pub fn settled(&self) -> Self {
        let mut network = self.clone();
        network.trunk.iter_mut().for_each(Block::settle);
        network.heads.modules_mut().for_each(Head::settle);
        network
    }

    /// Every dense layer with its path: the trunk, then the heads in the order of the configuration.
    pub fn layers(&self) -> Vec<(String, &Dense)> {
        let trunk = self.trunk.iter().map(Block::dense);
        let heads = self.heads.modules().flat_map(Head::layers);
        let paths = self.config.layer_paths();
        paths.into_iter().zip(trunk.chain(heads)).collect()
    }

    /// Σ KL of all learned distributions of weights from the prior, in nats; `None` where nothing is learned.
    ///
    /// ```text
    /// loss = −log-likelihood per row + (weight / training rows) · divergence
    /// ```
    ///
    /// # Shapes
    ///
    /// - result: `[1]`
    pub fn divergence(&self, draw: Option<Draw>) -> Option<Tensor<1>> {
        let prior = self.config.synapses.prior;
        let layers = self.layers().into_iter();
        layers
            .filter_map(|(_, layer)| layer.divergence(prior, draw))
            .chain(self.encoder.divergence(prior, draw))
            .reduce(|sum, part| sum + part)
    }

    /// The encoded rows, which all samples have in common unless embeddings have noise.
    fn encode(&self, input: &TableInput, pass: &Pass) -> Tensor<2> {
        if self.config.synapses.embeddings && pass.samples > 1 {
            let encoded = pass.for_each_sample(|draw| self.encoder.forward(input, Some(draw)));
            if let Some(encoded) = encoded {
                return encoded;
            }
        }
        self.encoder.forward(input, pass.draw)
    }

    /// Encoder and trunk.
    ///
    /// # Shapes
    ///
    /// - result: `[samples · rows, width]`, or `[rows, width]` where nothing tells samples apart; the width of the last
    ///   trunk layer, or of the encoded row where `trunk = []`
    pub fn represent(&self, input: &TableInput, pass: &Pass) -> Tensor<2> {
        let encoded = self.encode(input, pass);
        self.trunk
            .iter()
            .fold(encoded, |x, block| block.forward(x, pass))
    }

    /// What every draw has in common: the encoded rows, after the layers before the first one with noise or dropout, and the
    /// sums of that one where its noise is drawn on sums. Where
    /// embeddings have noise nothing is in common, and this is of the mean table.
    ///
    /// # Shapes
    ///
    /// - the rows of the result: `[rows, width]`
    pub fn stem(&self, input: &TableInput, rows: &[u64]) -> Stem {
        let layers = self.trunk.iter().take_while(|block| !block.is_noisy());
        let pass = Pass::mean(rows);
        let mut stem = Stem {
            rows: self.encoder.forward(input, None),
            layers: 0,
            sums: None,
        };
        for block in layers {
            stem.rows = block.forward(stem.rows, &pass);
            stem.layers += 1;
        }
        let first = self.trunk.get(stem.layers);
        stem.sums = first.and_then(|block| block.local_sums(&stem.rows));
        stem
    }

    /// As [`Network::forward`], from what [`Network::stem`] has computed already; the same bits for a pass without batch
    /// statistics.
    ///
    /// # Shapes
    ///
    /// - result: as [`Network::forward`]
    pub fn forward_from(&self, stem: &Stem, pass: &Pass) -> Vec<Tensor<2>> {
        let mut rest = self.trunk.iter().skip(stem.layers);
        let first = match &stem.sums {
            Some(sums) => rest
                .next()
                .map(|block| block.forward_from(&stem.rows, sums, pass)),
            None => None,
        };
        let first = first.unwrap_or_else(|| stem.rows.clone());
        let representation = rest.fold(first, |x, block| block.forward(x, pass));
        self.heads(representation, pass)
    }

    /// The raw outputs of every head.
    ///
    /// # Shapes
    ///
    /// - representation: `[rows, width]`, as [`Network::represent`] gives it
    /// - result: `[samples · rows, outputs + thresholds]` for every head, in the order of the configuration
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a tensor is a handle, and Burn's layers take theirs by value"
    )]
    pub fn heads(&self, representation: Tensor<2>, pass: &Pass) -> Vec<Tensor<2>> {
        let mut inputs: Vec<Tensor<2>> = Vec::with_capacity(self.config.heads.len());
        let mut features: Vec<Tensor<2>> = Vec::with_capacity(self.config.heads.len());
        let mut outputs = Vec::with_capacity(self.config.heads.len());
        for (config, head) in self.config.heads.iter().zip(self.heads.modules()) {
            let mut input = representation.clone();
            if config.edge == EdgeKind::Shortcut && !config.parents.is_empty() {
                let parents = config.parents.iter();
                let shared = parents.map(|p| scale_gradient(features[*p].clone(), config.share));
                let mut beside: Vec<Tensor<2>> = std::iter::once(input).chain(shared).collect();
                let rows = beside[0].dims()[0];
                if beside.iter().any(|part| part.dims()[0] != rows) {
                    beside = beside.into_iter().map(|part| pass.spread(part)).collect();
                }
                input = Tensor::cat(beside, 1);
            }
            let made = head.forward(input.clone(), pass, true);
            let mut output = made.outputs;
            if config.edge == EdgeKind::Pull && config.share > 0.0 && output.is_autodiff() {
                for parent in &config.parents {
                    let input = inputs[*parent].clone().detach();
                    // The parent's own run has updated its statistics already.
                    let again = self.heads.at(*parent).forward(input, pass, false);
                    output = add_gradient(output, again.outputs, config.share);
                }
            }
            inputs.push(input);
            features.push(made.features);
            outputs.push(pass.spread(output));
        }
        outputs
    }

    /// Encoder, trunk and heads.
    ///
    /// The estimator `moments` passes means and variances through all layers and draws the outputs; [`Network::represent`]
    /// and [`Network::heads`] alone draw at every layer.
    ///
    /// # Shapes
    ///
    /// - result: `[samples · rows, outputs + thresholds]` for every head, in the order of the configuration
    pub fn forward(&self, input: &TableInput, pass: &Pass) -> Vec<Tensor<2>> {
        if pass.draw.is_some() && self.config.synapses.estimator == Estimator::Moments {
            return self.propagate(input, pass);
        }
        self.heads(self.represent(input, pass), pass)
    }
}

/// Rows after the layers that no draw changes; see [`Network::stem`].
#[derive(Debug, Clone)]
pub struct Stem {
    rows: Tensor<2>,
    layers: usize,
    /// The sums of the next layer before their noise, where that is all that a draw adds.
    sums: Option<LocalSums>,
}
