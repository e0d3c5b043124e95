//! How much gradients vary from step to step, from what Adam remembers of them.

use super::{Optimizer, OptimizerSpec};

/// The decay of the two moments, of rules that remember both.
fn betas(spec: &OptimizerSpec) -> Option<(f64, f64)> {
    match spec {
        OptimizerSpec::Adam { beta_1, beta_2, .. }
        | OptimizerSpec::Adamw { beta_1, beta_2, .. } => Some((*beta_1, *beta_2)),
        _ => None,
    }
}

impl Optimizer {
    /// The variance of the gradient of recent steps, summed over all parameters; `None` for optimizers that do not
    /// remember both moments, and before the first step.
    ///
    /// ```text
    /// Σ_i max(v̂_i − m̂_i², 0)          m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
    /// ```
    ///
    /// Both moments are moving averages of different length, and the weights move meanwhile: the figure shows
    /// the course of the noise of batch and synapses together, and is no unbiased estimate. Weight decay that
    /// is added to the gradient and the clipping of gradients are in it, as they are in the moments.
    ///
    /// # Example
    /// ```
    /// use synaptree_train::{Optimizer, OptimizerSpec};
    ///
    /// let mut optimizer = Optimizer::new(OptimizerSpec::default());
    /// assert_eq!(optimizer.gradient_variance(), None);
    /// for gradient in [2.0, 2.0, 2.0] {
    ///     optimizer.update("w", &mut [1.0], &[gradient], 0.1);
    /// }
    /// // Gradients that never change have no variance.
    /// assert!(optimizer.gradient_variance().unwrap() < 1e-5);
    /// ```
    pub fn gradient_variance(&self) -> Option<f64> {
        let (beta_1, beta_2) = betas(self.spec())?;
        let mut sum = None;
        for state in self.states().values() {
            let [first, second] = state.buffers.as_slice() else {
                continue;
            };
            let steps = state.steps.min(i32::MAX as u32) as i32;
            let (rest_1, rest_2) = (1.0 - beta_1.powi(steps), 1.0 - beta_2.powi(steps));
            let cells = first.iter().zip(second).map(|(&m, &v)| {
                let (m, v) = (f64::from(m) / rest_1, f64::from(v) / rest_2);
                (v - m * m).max(0.0)
            });
            *sum.get_or_insert(0.0) += cells.sum::<f64>();
        }
        sum
    }
}
