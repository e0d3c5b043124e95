//! Gradient descent scaled by a running root mean square.

pub(super) struct Rmsprop {
    pub(super) rate: f32,
    pub(super) decay: f32,
    pub(super) smoothing: f32,
    /// 1 − α, taken in f64.
    pub(super) rest: f32,
    pub(super) momentum: f32,
    pub(super) epsilon: f32,
}

/// `s ← α s + (1−α) g²`, `v ← μ v + g / (√s + ε)`, `w ← w − η v`.
pub(super) fn step(
    weights: &mut [f32],
    gradient: &[f32],
    square: &mut [f32],
    velocity: &mut [f32],
    constants: &Rmsprop,
) {
    let Rmsprop {
        rate,
        decay,
        smoothing,
        rest,
        momentum,
        epsilon,
    } = *constants;
    for (((w, g), s), v) in weights.iter_mut().zip(gradient).zip(square).zip(velocity) {
        let g = g + decay * *w;
        *s = smoothing * *s + rest * g * g;
        *v = momentum * *v + g / (s.sqrt() + epsilon);
        *w -= rate * *v;
    }
}
