//! The gradients of one step: collected by parameter path, checked, clipped, disturbed.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients as Tape, Tensor, TensorData};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_kernels::{Key, Purpose, fill_normal};

/// Limits the size of each step's gradient.
///
/// ```text
/// norm    g ← g · min(1, norm / ‖g‖₂)     ‖g‖₂ over all parameters together
/// value   g ← clamp(g, −value, value)     element by element
/// ```
///
/// # References
///
/// Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063, algorithm 1 (norm).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GradientClipSpec {
    /// Largest Euclidean norm of the whole gradient.
    Norm(#[schemars(extend("exclusiveMinimum" = 0.0))] f64),
    /// Largest absolute value of each element.
    Value(#[schemars(extend("exclusiveMinimum" = 0.0))] f64),
}

/// Elements a task looks at: large enough to hide the hand-over.
const CHUNK: usize = 1 << 15;

fn one_hundredth() -> f64 {
    0.01
}

fn paper_gamma() -> f64 {
    0.55
}

/// Gaussian noise on every gradient: stochastic weight updates.
///
/// ```text
/// g ← g + N(0, eta / (1 + t)^gamma)      t = step, from 0
/// ```
///
/// `gamma = 0` keeps the noise at the standard deviation √eta.
///
/// # Randomness
///
/// Purpose `gradient`, one stream a parameter path, addressed by (step, element).
///
/// # References
///
/// Neelakantan et al. 2015, arXiv 1511.06807, equation 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GradientNoiseSpec {
    /// Variance of the noise in the first step.
    #[serde(default = "one_hundredth")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0.0))]
    pub eta: f64,
    /// How fast the variance falls with the step.
    #[serde(default = "paper_gamma")]
    #[schemars(range(min = 0.0))]
    pub gamma: f64,
}

/// The gradients of one step by parameter path.
#[derive(Debug, Default)]
pub struct Gradients {
    entries: Vec<(String, TensorData)>,
}

impl Gradients {
    /// Takes the gradient of every parameter of `module` off the tape.
    pub fn take<M: Module>(tape: &mut Tape, module: &M) -> Self {
        let mut collector = Collector {
            tape,
            path: Vec::new(),
            gradients: Self::default(),
        };
        module.visit(&mut collector);
        collector.gradients
    }

    /// Gradients given as (path, row-major values).
    pub fn from_values(values: impl IntoIterator<Item = (String, Vec<f32>)>) -> Self {
        let entries = values
            .into_iter()
            .map(|(path, values)| {
                let length = values.len();
                (path, TensorData::new(values, [length]))
            })
            .collect();
        Self { entries }
    }

    /// The path of the first parameter whose gradient holds a value that is not finite.
    pub fn first_not_finite(&self) -> Option<&str> {
        self.entries
            .iter()
            .find(|(_, data)| !all_finite(slice(data)))
            .map(|(path, _)| path.as_str())
    }

    /// The Euclidean norm of all gradients together, summed in a fixed order.
    ///
    /// ```
    /// use synaptree_train::Gradients;
    /// let gradients = Gradients::from_values([("a".into(), vec![3.0]), ("b".into(), vec![4.0])]);
    /// assert_eq!(gradients.norm(), 5.0);
    /// ```
    pub fn norm(&self) -> f64 {
        self.entries
            .iter()
            .map(|(_, data)| {
                slice(data)
                    .iter()
                    .map(|v| f64::from(*v).powi(2))
                    .sum::<f64>()
            })
            .sum::<f64>()
            .sqrt()
    }

    /// Applies a clip.
    pub fn clip(&mut self, spec: GradientClipSpec) {
        match spec {
            GradientClipSpec::Norm(limit) => {
                let norm = self.norm();
                if norm > limit {
                    let factor = (limit / norm) as f32;
                    self.for_each(|_, values| {
                        for value in values {
                            *value *= factor;
                        }
                    });
                }
            }
            GradientClipSpec::Value(limit) => {
                let limit = limit as f32;
                self.for_each(|_, values| {
                    for value in values {
                        *value = value.clamp(-limit, limit);
                    }
                });
            }
        }
    }

    /// Adds the annealed noise of step `step`.
    pub fn disturb(&mut self, spec: GradientNoiseSpec, seed: u64, step: u32) {
        let deviation = (spec.eta / (1.0 + f64::from(step)).powf(spec.gamma)).sqrt() as f32;
        let mut noise = Vec::new();
        self.for_each(|path, values| {
            noise.resize(values.len(), 0.0);
            fill_normal(
                Key::new(seed, Purpose::Gradient, path),
                step,
                0,
                0,
                &mut noise,
            );
            for (value, noise) in values.iter_mut().zip(&noise) {
                *value += deviation * noise;
            }
        });
    }

    /// Adds the gradients of another pass.
    pub(crate) fn add(&mut self, other: Self) {
        let mut more = other.into_map();
        self.for_each(|path, values| {
            if let Some(more) = more.remove(path) {
                for (value, more) in values.iter_mut().zip(slice(&more)) {
                    *value += more;
                }
            }
        });
        self.entries.extend(more);
    }

    /// The paths that have a gradient.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(path, _)| path.as_str())
    }

    /// The row-major values of every gradient, in the order of the module's fields.
    pub(crate) fn values(&self) -> impl Iterator<Item = &[f32]> {
        self.entries.iter().map(|(_, data)| slice(data))
    }

    /// The gradients as a map from path to tensor data.
    pub(crate) fn into_map(self) -> BTreeMap<String, TensorData> {
        self.entries.into_iter().collect()
    }

    fn for_each(&mut self, mut change: impl FnMut(&str, &mut [f32])) {
        for (path, data) in &mut self.entries {
            if let Ok(values) = data.as_mut_slice::<f32>() {
                change(path, values);
            }
        }
    }
}

/// The values of a gradient, which is always f32 here.
pub(crate) fn slice(data: &TensorData) -> &[f32] {
    data.as_slice::<f32>().unwrap_or(&[])
}

/// Infinities and what is not a number have an exponent of all ones. Integers are combined in any order, so
/// the loop has no branch and works on whole vectors.
fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7F80_0000;
    let finite = |chunk: &[f32]| {
        let bad = |value: &f32| u32::from(value.to_bits() & EXPONENT == EXPONENT);
        chunk.iter().fold(0, |found, value| found | bad(value)) == 0
    };
    values.par_chunks(CHUNK).all(finite)
}

struct Collector<'a> {
    tape: &'a mut Tape,
    path: Vec<String>,
    gradients: Gradients,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.base().grad_remove(self.tape) {
            self.gradients
                .entries
                .push((self.path.join("."), gradient.into_data()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(gradients: &Gradients) -> Vec<f32> {
        gradients
            .entries
            .iter()
            .flat_map(|(_, data)| slice(data).to_vec())
            .collect()
    }

    fn three_four() -> Gradients {
        Gradients::from_values([("a".into(), vec![3.0]), ("b".into(), vec![-4.0])])
    }

    #[test]
    fn clipping_by_norm_keeps_the_direction() {
        let mut gradients = three_four();
        gradients.clip(GradientClipSpec::Norm(1.0));
        let clipped = values(&gradients);
        assert!((clipped[0] - 0.6).abs() < 1e-6 && (clipped[1] + 0.8).abs() < 1e-6);
        let mut gradients = three_four();
        gradients.clip(GradientClipSpec::Norm(10.0));
        assert_eq!(values(&gradients), [3.0, -4.0]);
    }

    #[test]
    fn clipping_by_value_limits_each_element() {
        let mut gradients = three_four();
        gradients.clip(GradientClipSpec::Value(3.5));
        assert_eq!(values(&gradients), [3.0, -3.5]);
    }

    #[test]
    fn a_value_that_is_not_finite_is_found_by_path() {
        assert_eq!(three_four().first_not_finite(), None);
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let gradients = Gradients::from_values([
                ("a".into(), vec![1.0; 9000]),
                ("b".into(), vec![0.0, bad]),
            ]);
            assert_eq!(gradients.first_not_finite(), Some("b"));
        }
    }

    #[test]
    fn gradient_noise_has_the_annealed_variance_and_repeats() {
        let spec = GradientNoiseSpec {
            eta: 0.3,
            gamma: 0.55,
        };
        let noise = |step| {
            let mut gradients = Gradients::from_values([("a".into(), vec![0.0; 100_000])]);
            gradients.disturb(spec, 7, step);
            values(&gradients)
        };
        let variance = |v: &[f32]| v.iter().map(|x| f64::from(x * x)).sum::<f64>() / v.len() as f64;
        assert!((variance(&noise(0)) / 0.3 - 1.0).abs() < 0.02);
        let expected = 0.3 / 100_f64.powf(0.55);
        assert!((variance(&noise(99)) / expected - 1.0).abs() < 0.02);
        assert_eq!(noise(3), noise(3));
        assert_ne!(noise(3), noise(4));
    }
}
