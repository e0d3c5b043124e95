//! What learned distributions of weights are drawn towards, and how far they are from it.

use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_kernels::{NoiseAddress, noise_tensor, normal_divergence, softplus};

/// The distribution that learned distributions of weights are drawn towards.
///
/// | Name | Density of a weight |
/// |---|---|
/// | `"empirical"` | N(0, S²), S² = mean of σ² + μ² over the layer: the most likely S |
/// | `{ kind = "gaussian", deviation = 1.0 }` | N(0, deviation²) |
/// | `{ kind = "scale_mixture", share = 0.5, wide = 1.0, narrow = 0.0025 }` | share N(0, wide²) + (1 − share) N(0, narrow²) |
///
/// The divergence of the first two has a closed form; that of the mixture is estimated at one draw a step. `adaptive`
/// fits the mean of its prior too, `variational_dropout` has the log-uniform prior, `rank1` N(1, 0.1²) for its factors.
///
/// # References
///
/// Scale mixture: Blundell et al. 2015, arXiv:1505.05424, equation 7. Empirical: Graves 2011; Wu et al. 2019,
/// arXiv:1810.03958, section 5.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// A Gaussian around 0, its deviation fitted to each layer in closed form.
    #[default]
    Empirical,
    /// A Gaussian around 0 of fixed deviation.
    #[serde(untagged)]
    Fixed(FixedPrior),
}

/// A prior with parameters.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FixedPrior {
    /// A Gaussian around 0.
    Gaussian {
        /// Its standard deviation.
        #[serde(default = "one")]
        #[schemars(range(min = 1e-8, max = 1e6))]
        deviation: f64,
    },
    /// Two Gaussians around 0.
    ScaleMixture {
        /// The share of the wide one.
        #[serde(default = "half")]
        #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
        share: f64,
        /// Standard deviation of the wide one.
        #[serde(default = "one")]
        #[schemars(range(min = 1e-8, max = 1e6))]
        wide: f64,
        /// Standard deviation of the narrow one.
        #[serde(default = "narrow")]
        #[schemars(range(min = 1e-8, max = 1e6))]
        narrow: f64,
    },
}

fn one() -> f64 {
    1.0
}

fn half() -> f64 {
    0.5
}

/// e⁻⁶, in the middle of the range that the paper searched.
fn narrow() -> f64 {
    0.002_5
}

/// Σ KL(N(μ, σ²) ‖ N(centre, spread²)).
///
/// ```text
/// Σ log(S / σ) + (σ² + (μ − m)²) / (2 S²) − ½
/// ```
pub(super) fn gaussian_divergence<const D: usize>(
    mean: Tensor<D>,
    deviation: Tensor<D>,
    centre: f64,
    spread: f64,
) -> Tensor<1> {
    let around = if centre == 0.0 { mean } else { mean - centre };
    normal_divergence(around, deviation, Some(spread))
}

/// Σ KL(N(μ, σ²) ‖ N(m, S²)) at the S² (and, where `centred`, the m) that make it least.
///
/// ```text
/// S² = mean(σ² + (μ − m)²);   Σ KL = n log S − Σ log σ
/// ```
pub(super) fn empirical_divergence(
    mean: Tensor<2>,
    deviation: Tensor<2>,
    centred: bool,
) -> Tensor<1> {
    let around = if centred {
        let centre = mean.clone().mean().reshape([1, 1]);
        mean - centre
    } else {
        mean
    };
    normal_divergence(around, deviation, None)
}

/// Σ KL from a prior of normal distributions; that of a mixture at the weights that `address` names, or at the mean.
pub(super) fn divergence_from(
    prior: Prior,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    address: Option<NoiseAddress>,
) -> Tensor<1> {
    match prior {
        Prior::Empirical => empirical_divergence(mean, deviation, false),
        Prior::Fixed(FixedPrior::Gaussian { deviation: spread }) => {
            gaussian_divergence(mean, deviation, 0.0, spread)
        }
        Prior::Fixed(FixedPrior::ScaleMixture {
            share,
            wide,
            narrow,
        }) => {
            let noise = match address {
                Some(address) => noise_tensor(address, mean.dims(), &mean.device()),
                None => mean.zeros_like().detach(),
            };
            mixture_divergence(mean, deviation, noise, [share, wide, narrow])
        }
    }
}

/// Σ log q(w) − log p(w) at the weights `mean + deviation · noise`.
fn mixture_divergence(
    mean: Tensor<2>,
    deviation: Tensor<2>,
    noise: Tensor<2>,
    [share, wide, narrow]: [f64; 3],
) -> Tensor<1> {
    let weight = mean + deviation.clone() * noise.clone();
    let square = weight.square();
    // ½ log 2π stands on both sides.
    let posterior = noise.square() * -0.5 - deviation.log();
    let part = |share: f64, spread: f64| {
        square.clone() * (-0.5 / (spread * spread)) + (share.ln() - spread.ln())
    };
    let (a, b) = (part(share, wide), part(1.0 - share, narrow));
    // log(eᵃ + eᵇ) = a + softplus(b − a)
    let prior = a.clone() + softplus(b - a);
    (posterior - prior).sum()
}

/// Σ of the approximate divergence from the log-uniform prior.
///
/// ```text
/// α = σ² / μ²;   KL ≈ −k₁ sigmoid(k₂ + k₃ log α) + ½ log(1 + 1/α) + k₁
/// k₁ = 0.63576, k₂ = 1.87320, k₃ = 1.48695
/// ```
///
/// # References
///
/// Molchanov, Ashukha, Vetrov 2017, arXiv:1701.05369, equation 14.
pub(super) fn log_uniform_divergence(mean: Tensor<2>, log_variance: Tensor<2>) -> Tensor<1> {
    let n = mean.shape().num_elements() as f64;
    let log_alpha = log_alpha(mean, log_variance);
    let saturating = sigmoid(log_alpha.clone() * 1.486_95 + 1.873_2) * 0.635_76;
    let rising = softplus(-log_alpha) * 0.5;
    (rising - saturating).sum() + 0.635_76 * n
}

/// log α = log σ² − log μ², kept within ±8: beyond, neither noise nor divergence changes any more.
pub(super) fn log_alpha(mean: Tensor<2>, log_variance: Tensor<2>) -> Tensor<2> {
    (log_variance - (mean.square() + 1e-8).log()).clamp(-8.0, 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn tensor(values: &[f32]) -> Tensor<2> {
        let data = TensorData::new(values.to_vec(), [1, values.len()]);
        Tensor::from_data(data, &Device::flex())
    }

    fn density(x: f64, mean: f64, deviation: f64) -> f64 {
        let z = (x - mean) / deviation;
        (-0.5 * z * z).exp() / (deviation * (2.0 * std::f64::consts::PI).sqrt())
    }

    /// ∫ q log(q / p) by the rectangle rule over ±12 deviations of q, which is exact for such smooth functions.
    fn integral(mean: f64, deviation: f64, log_prior: impl Fn(f64) -> f64) -> f64 {
        let (n, reach) = (20_000, 12.0 * deviation);
        let width = 2.0 * reach / f64::from(n);
        (0..n)
            .map(|i| {
                let x = mean - reach + (f64::from(i) + 0.5) * width;
                let q = density(x, mean, deviation);
                q * ((q + 1e-300).ln() - log_prior(x)) * width
            })
            .sum()
    }

    const MEANS: [f32; 3] = [0.3, -1.2, 0.0];
    const DEVIATIONS: [f32; 3] = [0.05, 0.7, 1.3];

    #[test]
    fn the_gaussian_divergence_is_the_integral() {
        for (centre, spread) in [(0.0, 1.0), (0.0, 0.2), (1.0, 0.1)] {
            let expected: f64 = MEANS
                .iter()
                .zip(DEVIATIONS)
                .map(|(m, s)| {
                    integral(f64::from(*m), f64::from(s), |x| {
                        density(x, centre, spread).max(1e-300).ln()
                    })
                })
                .sum();
            // Far out the prior's density underflows, so its logarithm is taken in closed form where it is narrow.
            let closed: f64 = MEANS
                .iter()
                .zip(DEVIATIONS)
                .map(|(m, s)| {
                    integral(f64::from(*m), f64::from(s), |x| {
                        let z = (x - centre) / spread;
                        -0.5 * z * z - spread.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
                    })
                })
                .sum();
            let ours = gaussian_divergence(tensor(&MEANS), tensor(&DEVIATIONS), centre, spread);
            let ours = f64::from(ours.into_scalar::<f32>());
            assert!((ours / closed - 1.0).abs() < 1e-4, "{ours} {closed}");
            if spread == 1.0 {
                assert!((ours / expected - 1.0).abs() < 1e-4, "{ours} {expected}");
            }
        }
    }

    #[test]
    fn the_empirical_prior_is_the_best_gaussian() {
        let ours = empirical_divergence(tensor(&MEANS), tensor(&DEVIATIONS), false);
        let ours = ours.into_scalar::<f32>();
        let at = |spread: f64| {
            gaussian_divergence(tensor(&MEANS), tensor(&DEVIATIONS), 0.0, spread)
                .into_scalar::<f32>()
        };
        let square: f64 = MEANS
            .iter()
            .zip(DEVIATIONS)
            .map(|(m, s)| f64::from(m * m + s * s))
            .sum::<f64>()
            / 3.0;
        let best = square.sqrt();
        assert!((ours - at(best)).abs() < 1e-5);
        assert!(at(best * 1.05) > ours && at(best * 0.95) > ours);
        let centred = empirical_divergence(tensor(&MEANS), tensor(&DEVIATIONS), true);
        assert!(centred.into_scalar::<f32>() < ours);
    }

    #[test]
    fn the_sampled_divergence_from_a_mixture_averages_to_the_integral() {
        let (share, wide, narrow) = (0.3, 1.0, 0.2);
        let (mean, deviation) = (0.3_f32, 0.5_f32);
        let expected = integral(f64::from(mean), f64::from(deviation), |x| {
            (share * density(x, 0.0, wide) + (1.0 - share) * density(x, 0.0, narrow)).ln()
        });
        // Equally likely quantiles stand for draws.
        let n = 20_000;
        let noise: Vec<f32> = (0..n)
            .map(|i| {
                synaptree_kernels::exact_inverse_normal_cdf(
                    ((i as u64) << 32) / n as u64 * (1 << 32),
                )
            })
            .collect();
        let same = |value: f32| tensor(&vec![value; n]);
        let sum = mixture_divergence(
            same(mean),
            same(deviation),
            tensor(&noise),
            [share, wide, narrow],
        );
        let ours = f64::from(sum.into_scalar::<f32>()) / n as f64;
        assert!((ours - expected).abs() < 2e-3, "{ours} {expected}");
    }

    /// The exact divergence up to a constant is E log|1 + √α ε| − ½ log α; the constant is fixed at α → ∞.
    #[test]
    fn the_log_uniform_divergence_is_near_the_integral() {
        let exact = |log_alpha: f64| {
            let root = (0.5 * log_alpha).exp();
            let n = 400_000;
            let width = 24.0 / f64::from(n);
            let expectation: f64 = (0..n)
                .map(|i| {
                    let e = -12.0 + (f64::from(i) + 0.5) * width;
                    density(e, 0.0, 1.0) * (1.0 + root * e).abs().max(1e-12).ln() * width
                })
                .sum();
            expectation - 0.5 * log_alpha
        };
        // At large α the divergence tends to 0, so the constant is E log|ε| = −(γ + log 2) / 2.
        let constant = -0.5 * (0.577_215_664_9 + 2.0_f64.ln());
        for log_alpha in [-3.0, -1.0, 0.0, 1.0, 3.0, 6.0] {
            let log_variance = tensor(&[log_alpha as f32]);
            let ours = log_uniform_divergence(tensor(&[1.0]), log_variance).into_scalar::<f32>();
            let expected = exact(log_alpha) - constant;
            assert!(
                (f64::from(ours) - expected).abs() < 0.01,
                "{log_alpha}: {ours} {expected}"
            );
        }
    }
}
