//! Gradient descent, with heavy-ball or Nesterov momentum.

/// `w ← w − η (g + λ w)`.
pub(super) fn plain(weights: &mut [f32], gradient: &[f32], rate: f32, decay: f32) {
    for (w, g) in weights.iter_mut().zip(gradient) {
        *w -= rate * (g + decay * *w);
    }
}

/// `v ← μ v + g`, then `w ← w − η v`, or `w ← w − η (g + μ v)` for Nesterov.
pub(super) fn momentum(
    weights: &mut [f32],
    gradient: &[f32],
    velocity: &mut [f32],
    constants: &Momentum,
) {
    let Momentum {
        rate,
        decay,
        kept,
        nesterov,
    } = *constants;
    for ((w, g), v) in weights.iter_mut().zip(gradient).zip(velocity) {
        let g = g + decay * *w;
        *v = kept * *v + g;
        *w -= rate * if nesterov { g + kept * *v } else { *v };
    }
}

pub(super) struct Momentum {
    pub(super) rate: f32,
    pub(super) decay: f32,
    pub(super) kept: f32,
    pub(super) nesterov: bool,
}
