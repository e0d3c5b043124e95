//! How strong the noise of each layer is beside its weights, or how wide the distribution that was found of them.

use burn::tensor::Tensor;
use serde::Serialize;

use crate::model::Model;

/// The noise of one layer, or the distribution of its weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerNoise {
    /// The layer's weight.
    pub path: String,
    /// The mean deviation of a weight.
    pub scale: f64,
    /// The median of |mean| / deviation over the weights.
    pub signal_to_noise: f64,
    /// The share of weights whose noise is stronger than they are: the first candidates for pruning.
    pub drowned: f64,
}

impl Model {
    /// The noise of every layer and every table of categories whose weights are random, in the order of the network; that of the
    /// [`posterior`](Model::posterior), where it moves the layer.
    pub fn layer_noise(&self) -> Vec<LayerNoise> {
        let values =
            |tensor: Tensor<2>| tensor.into_data().try_into_vec::<f32>().unwrap_or_default();
        let all = self.network.weights().into_iter();
        all.filter_map(|weights| {
            let path = weights.path;
            let found = self.posterior.as_ref().and_then(|all| all.deviation(&path));
            let (mean, deviation) = match (found, weights.drawn) {
                (Some(found), _) => (weights.values, found),
                (None, drawn) => {
                    let [mean, deviation] = drawn?;
                    (mean, values(deviation))
                }
            };
            if deviation.iter().all(|deviation| *deviation == 0.0) {
                return None;
            }
            let mut ratios: Vec<f32> = values(mean)
                .into_iter()
                .zip(&deviation)
                .map(|(mean, deviation)| mean.abs() / deviation.max(f32::MIN_POSITIVE))
                .collect();
            ratios.sort_unstable_by(f32::total_cmp);
            let count = ratios.len().max(1) as f64;
            let drowned = ratios.partition_point(|ratio| *ratio < 1.0);
            Some(LayerNoise {
                path,
                scale: deviation.iter().map(|&d| f64::from(d)).sum::<f64>() / count,
                signal_to_noise: f64::from(*ratios.get(ratios.len() / 2)?),
                drowned: drowned as f64 / count,
            })
        })
        .collect()
    }
}
