//! How large a network is, before it is built.

use crate::{EdgeKind, NetworkConfig, Noise};

impl NetworkConfig {
    /// The path and shape of the weights of every dense layer, in the order of [`NetworkConfig::layer_paths`].
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{HeadConfig, NetworkConfig, NetworkSpec, SynapseSpec, TableShape};
    ///
    /// let config = NetworkConfig {
    ///     table: TableShape { numbers: 3, categories: vec![] },
    ///     network: NetworkSpec { trunk: vec![8], heads: vec![], ..NetworkSpec::default() },
    ///     synapses: SynapseSpec::default(),
    ///     heads: vec![HeadConfig::new("mammal", 1)],
    /// };
    /// let layers = config.layer_shapes();
    /// assert_eq!(layers[0], ("trunk.0.dense".to_owned(), [3, 8]));
    /// assert_eq!(layers[1], ("heads.mammal.output".to_owned(), [8, 1]));
    /// assert_eq!(config.size(), 3 * 8 + 8 + 8 + 1);
    /// ```
    pub fn layer_shapes(&self) -> Vec<(String, [usize; 2])> {
        let pieces = self.network.activation.pieces();
        let hidden = |width: &mut usize, units: &usize| {
            let shape = [*width, units.saturating_mul(pieces)];
            *width = *units;
            shape
        };
        let mut width = self.table.width();
        let mut shapes: Vec<[usize; 2]> = Vec::new();
        for units in &self.network.trunk {
            shapes.push(hidden(&mut width, units));
        }
        for head in &self.heads {
            let from_parents: usize = match head.edge {
                EdgeKind::Shortcut => head.parents.iter().map(|p| self.feature_width(*p)).sum(),
                EdgeKind::Pull => 0,
            };
            let mut width = width + from_parents;
            for units in &self.network.heads {
                shapes.push(hidden(&mut width, units));
            }
            shapes.push([width, head.outputs]);
        }
        self.layer_paths().into_iter().zip(shapes).collect()
    }

    /// How many numbers training learns, at the least: weights, biases, deviations that are learned beside the
    /// weights, factors of members, and embeddings; slopes and gains of a layer, which are few, come on top.
    ///
    /// A number that is too large to be counted is `usize::MAX`.
    pub fn size(&self) -> usize {
        let times = match self.synapses.noise {
            Noise::Variational | Noise::Adaptive | Noise::VariationalDropout => 2,
            _ => 1,
        };
        let members = match self.synapses.noise {
            Noise::BatchEnsemble => self.synapses.members,
            // A mean and a deviation for each factor.
            Noise::Rank1 => self.synapses.members.saturating_mul(2),
            _ => 0,
        };
        let layers = self
            .layer_shapes()
            .into_iter()
            .map(|(_, [inputs, outputs])| {
                let weights = inputs.saturating_mul(outputs).saturating_mul(times);
                let factors = inputs.saturating_add(outputs).saturating_mul(members);
                weights.saturating_add(factors).saturating_add(outputs)
            });
        let embeddings = self.table.categories.iter().filter_map(|category| {
            let weights = category.size.saturating_mul(category.embedding?);
            Some(if self.synapses.embeddings {
                weights.saturating_mul(times)
            } else {
                weights
            })
        });
        layers.chain(embeddings).fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::tensor::Device;

    use super::*;
    use crate::{
        Activation, CategoryShape, HeadConfig, NetworkSpec, Normalisation, SynapseSpec, TableShape,
    };

    fn config() -> NetworkConfig {
        NetworkConfig {
            table: TableShape {
                numbers: 3,
                categories: vec![
                    CategoryShape {
                        size: 4,
                        embedding: None,
                    },
                    CategoryShape {
                        size: 100,
                        embedding: Some(5),
                    },
                ],
            },
            network: NetworkSpec {
                trunk: vec![40, 30],
                heads: vec![20],
                ..NetworkSpec::default()
            },
            synapses: SynapseSpec::default(),
            heads: vec![
                HeadConfig::new("order", 3),
                HeadConfig::new("species", 7).below([0], EdgeKind::Shortcut, 1.0),
                HeadConfig::new("diet", 3).below([0], EdgeKind::Pull, 1.0),
            ],
        }
    }

    fn built(config: &NetworkConfig) -> usize {
        config.init(7, &Device::flex()).unwrap().num_params()
    }

    #[test]
    fn plain_networks_and_those_with_learned_deviations_are_counted_exactly() {
        let mut config = config();
        assert_eq!(config.size(), built(&config));
        config.network.activation = Activation::Maxout { pieces: 3 };
        assert_eq!(config.size(), built(&config));
        for noise in [
            Noise::Variational,
            Noise::Adaptive,
            Noise::VariationalDropout,
            Noise::Rank1,
            Noise::BatchEnsemble,
        ] {
            config.synapses.noise = noise;
            let tables = matches!(noise, Noise::Variational | Noise::VariationalDropout);
            for embeddings in [false, tables] {
                config.synapses.embeddings = embeddings;
                assert_eq!(config.size(), built(&config), "{noise:?} {embeddings}");
            }
        }
        config.network.heads.clear();
        assert_eq!(config.size(), built(&config));
    }

    #[test]
    fn what_comes_on_top_is_little() {
        let mut config = config();
        config.network.normalisation = Normalisation::Layer;
        config.synapses.noise = Noise::NeuralSampling;
        let (counted, built) = (config.size(), built(&config));
        assert!(
            counted < built && 10 * (built - counted) < counted,
            "{counted} of {built}"
        );
    }

    #[test]
    fn a_network_that_no_machine_can_hold_is_counted_too() {
        let mut config = config();
        config.network.trunk = vec![usize::MAX / 2; 3];
        assert_eq!(config.size(), usize::MAX);
        config.network.trunk = vec![8];
        config.synapses.noise = Noise::Rank1;
        config.synapses.members = usize::MAX / 2;
        assert_eq!(config.size(), usize::MAX);
    }
}
