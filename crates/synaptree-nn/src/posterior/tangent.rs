//! The linearised network, along one draw of its weights.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::Tensor;

use super::{Shift, WeightPosterior};
use crate::{Draw, parameters};

/// How far the weights of a layer are moved to find the slope, relative to the layer.
///
/// The error of a central difference is of the second order in this where activations are smooth, and of the first where they
/// have kinks, from units that are moved across theirs. Rounding, 6 · 10⁻⁸ an operation, is divided by it. On the networks of
/// `tests/tangent.rs`, as a share of the spread of the outputs at worst:
///
/// | reach | tanh | ReLU |
/// |---|---|---|
/// | 1/100 | 0.0003 | 0.026 |
/// | 1/500 | 0.0001 | 0.008 |
/// | 1/2000 | 0.0005 | 0.003 |
/// | 1/10000 | 0.003 | 0.001 |
const REACH: f64 = 1.0 / 2048.0;

/// The smallest size of a weight, as a root mean square over a layer, that counts: layers may start at 0.
const LEAST: f64 = 1e-3;

/// The linearised network at the weights of one draw, and at those that lie opposite.
///
/// ```text
/// answer = f(θ*) + J(θ*) δ,   δ = θ − θ*
///        ≈ (f(θ* + εδ) + f(θ* − εδ)) / 2 ± (f(θ* + εδ) − f(θ* − εδ)) / (2ε)
/// ε      = min(1, min over layers of |θ*| / (2048 |δ|))
/// ```
///
/// θ* are the weights of the module, f its raw outputs before any link, J their Jacobian. A Gaussian fitted to a
/// generalised Gauss-Newton matrix is the posterior of this model, and not that of the network with the drawn weights.
///
/// # References
///
/// Immer, Korzepa and Bauer 2021, *Improving predictions of Bayesian neural nets via local linearization*, arXiv 2008.08711,
/// section 3. The product of Jacobian and vector is a central difference, so it needs no gradients.
///
/// # Example
///
/// A layer is linear in its weights, so its linearised answer is that of the drawn weights:
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Dense, DenseConfig, Draw, Pass, PosteriorPart, WeightPosterior};
///
/// let device = Device::flex();
/// let dense = DenseConfig::new(3, 2).init(7, "dense", &device)?;
/// let path = "weight".to_owned();
/// let part = PosteriorPart::Diagonal { path, deviation: vec![0.5; 6] };
/// let posterior = WeightPosterior::new(vec![part]).of_linearised();
/// let draw = Draw::predict(7, 0);
/// let x = Tensor::<2>::ones([1, 3], &device);
/// let ask = |dense: &Dense| vec![dense.forward(x.clone(), &Pass::mean(&[0]))];
/// let [drawn, _] = posterior.tangent(&dense, draw).outputs(ask);
/// let off = drawn[0].clone() - ask(&posterior.draw(&dense, draw))[0].clone();
/// assert!(off.abs().max().into_scalar::<f32>() < 1e-3);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tangent<M> {
    ahead: M,
    behind: M,
    step: f64,
}

impl WeightPosterior {
    /// The linearised `module` along one draw.
    pub fn tangent<M: Module + Clone>(&self, module: &M, draw: Draw) -> Tangent<M> {
        let shift = self.shift(draw);
        let step = step(module, &shift);
        let moved = |by: f64| module.clone().map(&mut shift.scaled(by as f32));
        Tangent {
            ahead: moved(step),
            behind: moved(-step),
            step,
        }
    }
}

impl<M> Tangent<M> {
    /// The outputs at the draw, and those at the opposite one.
    ///
    /// `forward` gives a module's raw outputs, the same noise and masks for both modules that it is asked about.
    ///
    /// # Shapes
    ///
    /// - result: twice the shapes that `forward` gives
    pub fn outputs(&self, forward: impl Fn(&M) -> Vec<Tensor<2>>) -> [Vec<Tensor<2>>; 2] {
        let factor = 0.5 / self.step;
        let both = forward(&self.ahead).into_iter().zip(forward(&self.behind));
        let answers = both.map(|(ahead, behind)| {
            let middle = (ahead.clone() + behind.clone()) * 0.5;
            let slope = (ahead - behind) * factor;
            (middle.clone() + slope.clone(), middle - slope)
        });
        let (drawn, opposite) = answers.unzip();
        [drawn, opposite]
    }
}

/// ε of [`Tangent`].
fn step<M: Module>(module: &M, shift: &Shift) -> f64 {
    let squares = |values: &[f32]| values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
    // |θ*|², |δ|² and the number of weights of every layer: its weight and its bias together.
    let mut layers: BTreeMap<String, [f64; 3]> = BTreeMap::new();
    for (path, _, values) in parameters(module) {
        let (Some(moved), Ok(values)) = (shift.moves().get(&path), values.as_slice::<f32>()) else {
            continue;
        };
        let layer = path.rsplit_once('.').map_or("", |(layer, _)| layer);
        let sums = layers.entry(layer.to_owned()).or_default();
        sums[0] += squares(values);
        sums[1] += squares(moved);
        sums[2] += values.len() as f64;
    }
    let reaches = layers.into_values().map(|[weights, moved, count]| {
        let size = weights.max(count * LEAST.powi(2));
        REACH * (size / moved).sqrt()
    });
    // A draw that hardly moves the weights may be asked as it is; one that does not move them at all gives infinity here.
    reaches.fold(1.0, f64::min)
}
