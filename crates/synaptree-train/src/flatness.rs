//! Gradients at perturbed weights, which lead to flat minima.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_kernels::{Key, Purpose, fill_normal};
use synaptree_nn::{Network, parameters, shifted};

fn one_hundredth() -> f64 {
    0.01
}

fn half() -> f64 {
    0.5
}

/// Random weight perturbation: part of every gradient is taken where the weights are moved at random, so that training
/// descends on the mean loss around them.
///
/// ```text
/// g = share · ∇L(w + radius ‖w of the unit‖ ε) + (1 − share) · ∇L(w),   ε ~ N(0, 1), drawn in every step
/// ```
///
/// The first half of the rows of a batch give the first gradient, the others the second; with `share = 1`, and in a batch of one row,
/// all rows give the first. The divergence of learned noise is taken at w. The weights of dense layers are moved, biases and normalisations are not. The gradient moves w itself:
/// predictions know nothing of the noise, unlike that of `[synapses] noise = "filter"`.
///
/// # Randomness
///
/// Purpose `gradient`, stream `flatness/<path>`, addressed by (step, element).
///
/// # References
///
/// Li et al. 2022, Efficient generalization improvement guided by random weight perturbation: RWP for
/// `share = 1`, m-RWP below.
///
/// # Differences
///
/// Batch normalisation sees each half on its own and remembers the statistics of the second; where all rows are moved, those of
/// moved weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlatnessSpec {
    /// How far weights are moved, in units of the norm of the weights of their unit.
    #[serde(default = "one_hundredth")]
    #[schemars(range(max = 1e3), extend("exclusiveMinimum" = 0.0))]
    pub radius: f64,
    /// The share of the gradient that is taken at moved weights.
    #[serde(default = "half")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0))]
    pub share: f64,
}

impl FlatnessSpec {
    /// The network with moved weights.
    pub(crate) fn moved(self, network: &Network, seed: u64, step: u32) -> Network {
        let moves = parameters(network)
            .into_iter()
            .filter_map(|(path, _, data)| {
                let shape = data.shape();
                let &[_, units] = shape.as_slice() else {
                    return None;
                };
                let weights = data.as_slice::<f32>().ok()?;
                let dense = path.ends_with(".dense.weight") || path.ends_with(".output.weight");
                dense.then_some(())?;
                let mut norms = vec![0.0_f64; units];
                for row in weights.chunks_exact(units) {
                    for (norm, weight) in norms.iter_mut().zip(row) {
                        *norm += f64::from(*weight).powi(2);
                    }
                }
                let spreads: Vec<f32> = norms
                    .into_iter()
                    .map(|norm| (self.radius * norm.sqrt()) as f32)
                    .collect();
                let key = Key::new(seed, Purpose::Gradient, &format!("flatness/{path}"));
                let mut moved = vec![0.0; weights.len()];
                fill_normal(key, step, 0, 0, &mut moved);
                for row in moved.chunks_exact_mut(units) {
                    for (moved, spread) in row.iter_mut().zip(&spreads) {
                        *moved *= spread;
                    }
                }
                Some((path, moved))
            });
        shifted(network, moves.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use synaptree_nn::{HeadConfig, NetworkConfig, NetworkSpec, SynapseSpec, TableShape};

    use super::*;

    #[test]
    fn weights_move_by_the_norm_of_their_unit_and_biases_stay() {
        let config = NetworkConfig {
            table: TableShape {
                numbers: 40,
                categories: vec![],
            },
            network: NetworkSpec {
                trunk: vec![30],
                heads: vec![],
                ..NetworkSpec::default()
            },
            synapses: SynapseSpec::default(),
            heads: vec![HeadConfig::new("size", 2)],
        };
        let network = config.init(7, &Device::flex()).unwrap();
        let spec = FlatnessSpec {
            radius: 0.1,
            share: 1.0,
        };
        let values = |network: &Network, path: &str| {
            let listed = parameters(network).into_iter();
            let mut found = listed.filter(|(name, _, _)| name == path);
            found.next().unwrap().2.try_into_vec::<f32>().unwrap()
        };
        let path = "trunk.0.dense.weight";
        let before = values(&network, path);
        let mut squares = vec![0.0; 30];
        for step in 0..50 {
            let moved = spec.moved(&network, 7, step);
            assert_eq!(
                values(&moved, "trunk.0.dense.bias"),
                values(&network, "trunk.0.dense.bias")
            );
            let moved = values(&moved, path);
            for (i, (a, b)) in moved.iter().zip(&before).enumerate() {
                squares[i % 30] += f64::from(a - b).powi(2) / (50.0 * 40.0);
            }
        }
        for (unit, square) in squares.iter().enumerate() {
            let own = before.iter().skip(unit).step_by(30);
            let norm: f64 = own.map(|w| f64::from(*w).powi(2)).sum();
            let ratio = square / (0.01 * norm);
            // 2000 squares of normal numbers: five standard errors are 0.16.
            assert!((ratio - 1.0).abs() < 0.16, "unit {unit}: {ratio}");
        }
        assert_ne!(
            values(&spec.moved(&network, 7, 1), path),
            values(&spec.moved(&network, 7, 2), path)
        );
    }
}
