//! One configuration and one batch for the tests of the whole network.

use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    CategoryShape, EdgeKind, HeadConfig, Network, NetworkConfig, NetworkSpec, Noise, SynapseSpec,
    TableInput, TableShape, parameters,
};

pub(crate) const ROWS: [u64; 4] = [3, 17, 4, 90];

pub(crate) fn config() -> NetworkConfig {
    NetworkConfig {
        table: TableShape {
            numbers: 2,
            categories: vec![
                CategoryShape {
                    size: 3,
                    embedding: None,
                },
                CategoryShape {
                    size: 9,
                    embedding: Some(4),
                },
            ],
        },
        network: NetworkSpec {
            trunk: vec![16, 16],
            heads: vec![8],
            dropout: 0.3,
            ..NetworkSpec::default()
        },
        synapses: SynapseSpec {
            noise: Noise::Gaussian,
            scale: 0.1,
            ..SynapseSpec::default()
        },
        heads: vec![
            HeadConfig::new("mammal", 1),
            HeadConfig::new("diet", 3).below([0], EdgeKind::Shortcut, 0.5),
            HeadConfig::new("order", 5).below([0, 1], EdgeKind::Shortcut, 1.0),
        ],
    }
}

pub(crate) fn input(rows: &[usize], device: &Device) -> TableInput {
    let numbers = [[0.5, -1.0], [2.0, 0.1], [-0.3, 0.9], [1.5, 1.5]];
    let categories = [[0, 8], [2, 0], [1, 3], [2, 3]];
    let numbers = rows.iter().flat_map(|r| numbers[*r]).collect();
    let categories = rows.iter().flat_map(|r| categories[*r]).collect();
    TableInput::new(&config().table, numbers, categories, device).unwrap()
}

pub(crate) fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

pub(crate) fn named(network: &Network) -> Vec<(String, Vec<f32>)> {
    let listed = parameters(network).into_iter();
    listed
        .map(|(path, _, data)| (path, data.try_into_vec::<f32>().unwrap()))
        .collect()
}
