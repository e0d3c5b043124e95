//! IVON: a variational Newton method whose second moment is a Gaussian distribution of the weights.

/// A bound on curvature that keeps the products of a step finite.
const STEEPEST: f32 = 1e18;
/// The largest gradient of a weight that counts, in units of √(h + δ).
///
/// Where a network fits, h is the mean square of the gradients of single rows (their Fisher information), so the mean over a
/// batch lies within a few units: ten of them are no sample of that distribution.
const FARTHEST: f32 = 10.0;
/// The largest growth of h + δ in a step; it never shrinks by more either.
const FASTEST: f32 = 2.0;

pub(super) struct Ivon {
    /// The learning rate times h₀ + δ, so that the first steps are as long as those of gradient descent.
    pub(super) rate: f32,
    /// δ.
    pub(super) decay: f32,
    /// λ.
    pub(super) rows: f32,
    /// 1 − β₁ and 1 − β₂, taken in f64.
    pub(super) rest_1: f32,
    pub(super) rest_2: f32,
    /// 1 − β₁ᵗ.
    pub(super) correction_1: f32,
    /// The largest change of a weight in units of the rate; infinite where there is none.
    pub(super) radius: f32,
}

impl Ivon {
    /// The standard deviation of a weight of curvature `h`.
    pub(super) fn deviation(rows: f64, decay: f64, h: f32) -> f32 {
        (rows * (f64::from(h) + decay)).sqrt().recip() as f32
    }
}

/// One step; see [`OptimizerSpec`](super::OptimizerSpec) for the formula. `noise` is the ε of the weights that the gradient
/// was taken at; without it the gradient says nothing about curvature, and h stays.
pub(super) fn step(
    weights: &mut [f32],
    gradient: &[f32],
    noise: Option<&[f32]>,
    mean: &mut [f32],
    curvature: &mut [f32],
    constants: &Ivon,
) {
    let Ivon {
        rate,
        decay,
        rows,
        rest_1,
        rest_2,
        correction_1,
        radius,
    } = *constants;
    for (i, ((w, g), (m, h))) in weights
        .iter_mut()
        .zip(gradient)
        .zip(mean.iter_mut().zip(curvature))
        .enumerate()
    {
        let precision = *h + decay;
        let unit = precision.sqrt();
        let g = g.clamp(-FARTHEST * unit, FARTHEST * unit);
        if let Some(noise) = noise {
            // g (θ − w) / σ² with θ − w = σ ε and 1 / σ² = λ (h + δ)
            let estimate = g * noise[i] * (rows * precision).sqrt();
            let change = rest_2 * (estimate - *h);
            // At least half of h + δ is left, whatever the estimate: h + δ never turns negative.
            let next = *h + change + 0.5 * change * change / precision;
            *h = next.min(FASTEST * precision - decay).min(STEEPEST);
        }
        *m += rest_1 * (g - *m);
        let newton = (*m / correction_1 + decay * *w) / (*h + decay);
        *w -= rate * newton.clamp(-radius, radius);
    }
}
