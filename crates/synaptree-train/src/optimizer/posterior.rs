//! The distribution of the weights that a variational optimizer has learned.

use burn::module::Module;
use rayon::prelude::*;
use synaptree_nn::{Draw, PosteriorKind, PosteriorPart, WeightPosterior, is_running, parameters};

use super::ivon::Ivon;
use super::{Optimizer, OptimizerSpec};

impl Optimizer {
    /// The distribution of the weights of `module`; `None` where the rule learns none.
    ///
    /// # Example
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use synaptree_nn::DenseConfig;
    /// use synaptree_train::{Optimizer, OptimizerSpec};
    ///
    /// let spec: OptimizerSpec = serde_json::from_value(serde_json::json!({
    ///     "kind": "ivon", "curvature": 0.24, "weight_decay": 0.01,
    /// }))?;
    /// let dense = DenseConfig::new(1, 1).init(7, "dense", &Device::flex())?;
    /// let posterior = Optimizer::new(spec).for_rows(100).posterior(&dense).unwrap();
    /// // 1 / √(100 · (0.24 + 0.01))
    /// assert_eq!(posterior.deviation("weight"), Some(vec![0.2]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn posterior<M: Module>(&self, module: &M) -> Option<WeightPosterior> {
        let OptimizerSpec::Ivon {
            weight_decay,
            curvature,
            effective_rows,
            ..
        } = self.spec
        else {
            return None;
        };
        let rows = effective_rows.unwrap_or(self.rows);
        let deviation = |h: f32| Ivon::deviation(rows, weight_decay, h);
        let parts = parameters(module)
            .into_iter()
            .filter(|(path, _, _)| !is_running(path))
            .map(|(path, _, values)| {
                let state = self
                    .states
                    .get(&path)
                    .and_then(|state| state.buffers.get(1));
                let deviation = match state {
                    Some(curvature) => curvature.par_iter().map(|h| deviation(*h)).collect(),
                    None => vec![deviation(curvature as f32); values.shape().num_elements()],
                };
                PosteriorPart::Diagonal { path, deviation }
            });
        Some(WeightPosterior::new(parts.collect()).found_by(PosteriorKind::Ivon))
    }

    /// The module at whose weights the gradient of the next [`step`](Self::step) is to be taken, where that is not
    /// `module` itself.
    pub fn sample<M: Module + Clone>(&mut self, module: &M, draw: Draw) -> Option<M> {
        let sampled = self.posterior(module)?.draw(module, draw);
        self.drawn = Some(draw);
        Some(sampled)
    }
}

#[cfg(test)]
mod tests {
    use synaptree_nn::fill_posterior_noise;

    use super::*;

    fn ivon(beta_2: f64) -> OptimizerSpec {
        OptimizerSpec::Ivon {
            learning_rate: 0.05,
            weight_decay: 0.01,
            beta_1: 0.9,
            beta_2,
            curvature: 0.5,
            effective_rows: None,
            radius: None,
        }
    }

    /// The noise of weight `w` at a step.
    fn noise(step: u32, weights: usize) -> Vec<f32> {
        let mut noise = vec![0.0; weights];
        fill_posterior_noise(Draw::training(7, step), "w", 0, &mut noise);
        noise
    }

    /// Descends from 0 along gradients that `gradient` gives at the sampled weights.
    fn descend(
        spec: &OptimizerSpec,
        rows: usize,
        steps: u32,
        gradient: &dyn Fn(&[f32]) -> Vec<f32>,
        weights: &mut [f32],
    ) -> Optimizer {
        let mut optimizer = Optimizer::new(spec.clone()).for_rows(rows);
        let first = vec![spec.first(1); weights.len()];
        for step in 0..steps {
            let curvature = optimizer.states.get("w").map_or(&first, |s| &s.buffers[1]);
            let deviations = curvature
                .iter()
                .map(|h| Ivon::deviation(rows as f64, 0.01, *h));
            let noise = noise(step, weights.len());
            let sampled: Vec<f32> = weights
                .iter()
                .zip(deviations)
                .zip(noise)
                .map(|((w, deviation), noise)| w + deviation * noise)
                .collect();
            optimizer.drawn = Some(Draw::training(7, step));
            optimizer.update("w", weights, &gradient(&sampled), spec.learning_rate());
        }
        optimizer
    }

    #[test]
    fn ivon_finds_mean_and_variance_of_a_quadratic() {
        // The loss ½ a (w − c)² a row with prior precision δ a row: the posterior is Gaussian with precision
        // N (a + δ) and mean a c / (a + δ).
        let (a, c) = ([0.2_f32, 1.0, 5.0], [1.0_f32, -2.0, 0.5]);
        let gradient = |w: &[f32]| (0..3).map(|i| a[i] * (w[i] - c[i])).collect();
        let mut weights = [0.0; 3];
        let optimizer = descend(&ivon(0.999), 100, 40_000, &gradient, &mut weights);
        for i in 0..3 {
            let mean = a[i] * c[i] / (a[i] + 0.01);
            let h = optimizer.states["w"].buffers[1][i];
            let variance = Ivon::deviation(100.0, 0.01, h).powi(2);
            let exact = (100.0 * (a[i] + 0.01)).recip();
            assert!(
                (weights[i] - mean).abs() < 0.1 * exact.sqrt() + 0.01,
                "mean {}",
                weights[i]
            );
            assert!(
                (variance / exact - 1.0).abs() < 0.1,
                "{variance} is not {exact}"
            );
        }
    }

    #[test]
    fn ivon_follows_its_algorithm_step_by_step() {
        // The lines of algorithm 1 in f64, with σ² taken before the step; no gradient is so large that a bound holds it.
        let (rate, decay, rows, beta_1, beta_2) = (0.05, 0.01, 50.0, 0.9, 0.99_f64);
        let gradient = |w: f64| 3.0 * w.powi(3) - 0.7 * w + 0.2;
        let (mut m, mut h, mut g) = (0.4_f64, 0.5_f64, 0.0_f64);
        for t in 1..=20_i32 {
            let variance = 1.0 / (rows * (h + decay));
            let theta = m + variance.sqrt() * f64::from(noise((t - 1) as u32, 1)[0]);
            let slope = gradient(theta);
            let estimate = slope * (theta - m) / variance;
            g = beta_1 * g + (1.0 - beta_1) * slope;
            h = beta_2 * h
                + (1.0 - beta_2) * estimate
                + 0.5 * (1.0 - beta_2).powi(2) * (h - estimate).powi(2) / (h + decay);
            let unbiased = g / (1.0 - beta_1.powi(t));
            m -= rate * (0.5 + decay) * (unbiased + decay * m) / (h + decay);
        }
        let mut weights = [0.4];
        let slope = |w: &[f32]| vec![gradient(f64::from(w[0])) as f32];
        let optimizer = descend(&ivon(beta_2), 50, 20, &slope, &mut weights);
        assert!(
            (f64::from(weights[0]) - m).abs() < 1e-5,
            "{} is not {m}",
            weights[0]
        );
        let found = f64::from(optimizer.states["w"].buffers[1][0]);
        assert!((found / h - 1.0).abs() < 1e-4, "{found} is not {h}");
    }

    #[test]
    fn one_row_of_a_huge_gradient_throws_neither_weights_nor_curvature() {
        // A quadratic that is descended well, and once a gradient of a million.
        let gradient = |w: &[f32]| w.iter().map(|w| w - 1.0).collect::<Vec<f32>>();
        let after = |spike: f32| {
            let count = std::cell::Cell::new(0);
            let spiked = |w: &[f32]| {
                count.set(count.get() + 1);
                let mut slope = gradient(w);
                if count.get() == 2000 {
                    for g in &mut slope {
                        *g += spike;
                    }
                }
                slope
            };
            let mut weights = [0.0; 16];
            let optimizer = descend(&ivon(0.999), 1000, 2300, &spiked, &mut weights);
            (weights, optimizer.states["w"].buffers[1].clone())
        };
        let (weights, curvature) = after(1e6);
        let (calm, level) = after(0.0);
        for i in 0..16 {
            let (moved, grown) = (weights[i] - calm[i], curvature[i] / level[i]);
            assert!(moved.abs() < 0.05, "moved by {moved}");
            assert!((0.4..2.0).contains(&grown), "h grew {grown} times");
        }
    }

    #[test]
    fn the_curvature_stays_above_minus_the_prior() {
        let mut sign = 1.0;
        let mut optimizer = Optimizer::new(ivon(0.5)).for_rows(10);
        let mut weights = [0.0; 64];
        for step in 0..500 {
            sign = -sign;
            optimizer.drawn = Some(Draw::training(7, step));
            optimizer.update("w", &mut weights, &[sign * 1e3; 64], 1e-6);
            assert!(
                optimizer.states["w"].buffers[1]
                    .iter()
                    .all(|h| h + 0.01 > 0.0)
            );
        }
        assert!(weights.iter().all(|w| w.is_finite()));
    }
}
