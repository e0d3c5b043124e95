//! A Gaussian over the weights of one dense layer that is diagonal after a rotation.

use super::fill_posterior_noise;
use super::part::fits;
use crate::{Draw, NetworkError};

/// The distribution of a dense layer's weight, with its bias as last row.
///
/// ```text
/// what a draw adds = A (deviation ∘ E) Bᵀ,   E standard normal
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rotation {
    /// The weight, `[inputs, outputs]`.
    pub weight: String,
    /// The bias, `[outputs]`.
    pub bias: String,
    /// A, orthogonal, `[inputs + 1, inputs + 1]`.
    pub inputs: Vec<f32>,
    /// B, orthogonal, `[outputs, outputs]`.
    pub outputs: Vec<f32>,
    /// The standard deviations after the rotation, `[inputs + 1, outputs]`.
    pub deviation: Vec<f32>,
}

impl Rotation {
    pub(super) fn check(
        &self,
        shape_of: &dyn Fn(&str) -> Result<Vec<usize>, NetworkError>,
    ) -> Result<(), NetworkError> {
        let (weight, bias) = (&self.weight, &self.bias);
        let shape = shape_of(weight)?;
        let wide = shape_of(bias)?;
        let &[rows, columns] = shape.as_slice() else {
            return Err(NetworkError::ParameterShape {
                path: weight.clone(),
                expected: vec![0, 0],
                got: shape,
            });
        };
        fits(bias, wide, &vec![0.0; columns])?;
        fits(weight, vec![rows + 1, rows + 1], &self.inputs)?;
        fits(weight, vec![columns, columns], &self.outputs)?;
        fits(weight, vec![rows + 1, columns], &self.deviation)
    }

    /// Hands what one draw adds to weight and bias to `add`.
    pub(super) fn draw(&self, draw: Draw, add: &mut dyn FnMut(&str, Vec<f32>)) {
        let mut core = vec![0.0; self.deviation.len()];
        fill_posterior_noise(draw, &self.weight, 0, &mut core);
        for (core, deviation) in core.iter_mut().zip(&self.deviation) {
            *core *= deviation;
        }
        let [weight, bias] = self.turned(&self.inputs, &core, &self.outputs);
        add(&self.weight, weight);
        add(&self.bias, bias);
    }

    /// The variance of every weight of the parameter at `path`.
    pub(super) fn variance(&self, path: &str) -> Option<Vec<f64>> {
        if path != self.weight && path != self.bias {
            return None;
        }
        let squares = |values: &[f32]| values.iter().map(|v| v * v).collect::<Vec<f32>>();
        let (inputs, outputs) = (squares(&self.inputs), squares(&self.outputs));
        let [weight, bias] = self.turned(&inputs, &squares(&self.deviation), &outputs);
        let chosen = if path == self.weight { weight } else { bias };
        Some(chosen.into_iter().map(f64::from).collect())
    }

    /// The rows of `a core bᵀ` that belong to the weight, and the last one, which belongs to the bias.
    fn turned(&self, a: &[f32], core: &[f32], b: &[f32]) -> [Vec<f32>; 2] {
        let side = |values: &[f32]| (values.len() as f64).sqrt().round() as usize;
        let (rows, columns) = (side(&self.inputs), side(&self.outputs));
        let mut all = product_transposed(&product(a, core, rows, columns), b, columns);
        let last = all.split_off((rows - 1) * columns);
        [all, last]
    }
}

/// `a b` for a of `[m, m]` and b of `[m, n]`.
fn product(a: &[f32], b: &[f32], m: usize, n: usize) -> Vec<f32> {
    let mut c = vec![0.0; m * n];
    for (row, out) in a.chunks_exact(m).zip(c.chunks_exact_mut(n)) {
        for (factor, line) in row.iter().zip(b.chunks_exact(n)) {
            for (out, value) in out.iter_mut().zip(line) {
                *out += factor * value;
            }
        }
    }
    c
}

/// `a bᵀ` for a of `[m, n]` and b of `[n, n]`.
fn product_transposed(a: &[f32], b: &[f32], n: usize) -> Vec<f32> {
    let mut c = Vec::with_capacity(a.len());
    for row in a.chunks_exact(n) {
        for line in b.chunks_exact(n) {
            c.push(row.iter().zip(line).map(|(x, y)| x * y).sum());
        }
    }
    c
}
