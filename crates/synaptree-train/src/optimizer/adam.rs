//! Adam and `AdamW` in one pass.

pub(super) struct Adam {
    pub(super) rate: f32,
    /// L2 penalty added to the gradient (Adam).
    pub(super) decay: f32,
    /// Factor on the weights before the step (`AdamW`: 1 − η λ).
    pub(super) shrink: f32,
    pub(super) beta_2: f32,
    /// 1 − β₁ and 1 − β₂, taken in f64: in f32 the second loses half of its digits.
    pub(super) rest_1: f32,
    pub(super) rest_2: f32,
    pub(super) epsilon: f32,
    /// 1 − β₁ᵗ and √(1 − β₂ᵗ), computed in f64: in f32 they lose digits for small t.
    pub(super) correction_1: f32,
    pub(super) correction_2_root: f32,
}

/// One step; see [`OptimizerSpec`](super::OptimizerSpec) for the formula.
pub(super) fn step(
    weights: &mut [f32],
    gradient: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    constants: &Adam,
) {
    let Adam {
        rate,
        decay,
        shrink,
        beta_2,
        rest_1,
        rest_2,
        epsilon,
        correction_1,
        correction_2_root,
    } = *constants;
    let size = rate / correction_1;
    for (((w, g), m), s) in weights.iter_mut().zip(gradient).zip(mean).zip(square) {
        let kept = shrink * *w;
        let g = g + decay * *w;
        *m += rest_1 * (g - *m);
        *s = beta_2 * *s + rest_2 * g * g;
        *w = kept - size * *m / (s.sqrt() / correction_2_root + epsilon);
    }
}
