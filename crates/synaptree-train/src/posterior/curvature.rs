//! What is kept of the generalised Gauss-Newton matrix of one dense layer, and the Gaussian that it makes.

use burn::tensor::{Tensor, TensorData};
use synaptree_nn::{PosteriorPart, Rotation};

use super::eigen::{Eigen, eigen};
use super::likelihood::{Hessians, numbers};
use super::spec::LaplaceStructure;

/// The range in which a prior precision is looked for.
const PRECISIONS: (f64, f64) = (1e-4, 1e8);

/// Sums over rows for one layer, whose bias is a further input that is always 1.
#[derive(Debug)]
pub(super) struct Curvature {
    inputs: usize,
    outputs: usize,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    /// `[inputs + 1, outputs]`.
    Diagonal(Vec<f64>),
    /// Σ x xᵀ, Σ Hessian, rows.
    Kronecker(Vec<f64>, Vec<f64>, f64),
    /// `[(inputs + 1) · outputs]²`; the entry of input i and output k stands at i · outputs + k.
    Full(Vec<f64>),
}

impl Curvature {
    pub(super) fn new(structure: LaplaceStructure, inputs: usize, outputs: usize) -> Self {
        let rows = inputs + 1;
        let kept = match structure {
            LaplaceStructure::Diagonal => Kept::Diagonal(vec![0.0; rows * outputs]),
            LaplaceStructure::Kronecker => {
                Kept::Kronecker(vec![0.0; rows * rows], vec![0.0; outputs * outputs], 0.0)
            }
            LaplaceStructure::Full => Kept::Full(vec![0.0; (rows * outputs).pow(2)]),
        };
        Self {
            inputs,
            outputs,
            kept,
        }
    }

    /// Adds rows of a last layer: what goes in, and the Hessians at what comes out.
    pub(super) fn add(&mut self, x: &Tensor<2>, hessians: &Hessians) {
        let rows = x.dims()[0];
        let outputs = self.outputs;
        let x = with_one(x);
        let column = |k: usize, l: usize| -> Vec<f32> {
            (0..rows)
                .map(|row| hessians.entry(row, k, l) as f32)
                .collect()
        };
        let tensor = |values: Vec<f32>, width| {
            Tensor::<2>::from_data(TensorData::new(values, [rows, width]), &x.device())
        };
        match &mut self.kept {
            Kept::Diagonal(sum) => {
                let own = (0..rows).flat_map(|row| (0..outputs).map(move |k| (row, k)));
                let own = own
                    .map(|(row, k)| hessians.entry(row, k, k) as f32)
                    .collect();
                add(
                    sum,
                    &x.clone().square().transpose().matmul(tensor(own, outputs)),
                );
            }
            Kept::Kronecker(inputs, sum, seen) => {
                let trace =
                    |row: usize| (0..outputs).map(|k| hessians.entry(row, k, k)).sum::<f64>();
                let counted: Vec<f32> = (0..rows)
                    .map(|row| if trace(row) > 0.0 { 1.0 } else { 0.0 })
                    .collect();
                *seen += counted.iter().map(|c| f64::from(*c)).sum::<f64>();
                add(
                    inputs,
                    &(x.clone() * tensor(counted, 1))
                        .transpose()
                        .matmul(x.clone()),
                );
                for k in 0..outputs {
                    for l in 0..outputs {
                        let entries = (0..rows).map(|row| hessians.entry(row, k, l));
                        sum[k * outputs + l] += entries.sum::<f64>();
                    }
                }
            }
            Kept::Full(sum) => {
                let side = (self.inputs + 1) * outputs;
                for k in 0..outputs {
                    for l in 0..=k {
                        let weights = column(k, l);
                        if weights.iter().all(|w| *w == 0.0) {
                            continue;
                        }
                        let weighted = x.clone() * tensor(weights, 1);
                        let block = numbers(weighted.transpose().matmul(x.clone()));
                        for (n, value) in block.into_iter().enumerate() {
                            let (i, j) = (n / (self.inputs + 1), n % (self.inputs + 1));
                            sum[(i * outputs + k) * side + j * outputs + l] += f64::from(value);
                            if k != l {
                                sum[(j * outputs + l) * side + i * outputs + k] += f64::from(value);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds squared gradients of single rows, from what goes in and the gradients at the sums; for a diagonal alone.
    pub(super) fn add_gradients(&mut self, x: &Tensor<2>, at_sums: &Tensor<2>) {
        if let Kept::Diagonal(sum) = &mut self.kept {
            let x = with_one(x).square().transpose();
            add(sum, &x.matmul(at_sums.clone().square()));
        }
    }

    /// The distribution of the weights of the layer at `path`, whose squares sum to `size`, under the prior of this
    /// precision, or of the one of the largest marginal likelihood.
    pub(super) fn posterior(
        self,
        path: &str,
        size: f64,
        precision: Option<f64>,
    ) -> Vec<PosteriorPart> {
        let (weight, bias) = (format!("{path}.weight"), format!("{path}.bias"));
        let chosen = |values: &[f64]| precision.unwrap_or_else(|| best_precision(values, size));
        let rows = self.inputs + 1;
        let split = self.inputs * self.outputs;
        match self.kept {
            Kept::Diagonal(sum) => {
                let prior = chosen(&sum);
                let mut deviation: Vec<f32> = sum.iter().map(|h| deviation(*h, prior)).collect();
                let last = deviation.split_off(split);
                vec![
                    PosteriorPart::Diagonal {
                        path: weight,
                        deviation,
                    },
                    PosteriorPart::Diagonal {
                        path: bias,
                        deviation: last,
                    },
                ]
            }
            Kept::Kronecker(inputs, outputs, seen) => {
                let (a, b) = (eigen(inputs, rows), eigen(outputs, self.outputs));
                let pairs = a.values.iter().flat_map(|a| {
                    let of = |b: &f64| a.max(0.0) * b.max(0.0) / seen.max(1.0);
                    b.values.iter().map(of).collect::<Vec<f64>>()
                });
                let pairs: Vec<f64> = pairs.collect();
                let prior = chosen(&pairs);
                vec![PosteriorPart::Rotated(Rotation {
                    weight,
                    bias,
                    inputs: columns(&a),
                    outputs: columns(&b),
                    deviation: pairs.iter().map(|h| deviation(*h, prior)).collect(),
                })]
            }
            Kept::Full(sum) => {
                let side = rows * self.outputs;
                let Eigen { values, vectors } = eigen(sum, side);
                let prior = chosen(&values);
                let (mut of_weight, mut of_bias) = (Vec::new(), Vec::new());
                for (value, vector) in values.iter().zip(vectors.chunks_exact(side)) {
                    let size = f64::from(deviation(*value, prior));
                    let row = vector.iter().map(|v| (size * v) as f32);
                    let row: Vec<f32> = row.collect();
                    of_weight.extend_from_slice(&row[..split]);
                    of_bias.extend_from_slice(&row[split..]);
                }
                vec![PosteriorPart::Factor {
                    name: path.to_owned(),
                    rank: side,
                    columns: vec![(weight, of_weight), (bias, of_bias)],
                }]
            }
        }
    }
}

/// The standard deviation along an eigenvector; rounding may leave a value just below 0.
fn deviation(value: f64, prior: f64) -> f32 {
    (value.max(0.0) + prior).sqrt().recip() as f32
}

/// The precision δ of the largest marginal likelihood.
///
/// ```text
/// 2 log p(labels | δ) = P log δ − δ ‖θ‖² − Σ log(λ + δ) + constant
/// ```
///
/// Its derivative along log δ, Σ λ / (λ + δ) − δ ‖θ‖², falls everywhere, so that halving an interval finds its zero.
fn best_precision(values: &[f64], size: f64) -> f64 {
    let slope = |precision: f64| {
        let known = values.iter().map(|v| v.max(0.0) / (v.max(0.0) + precision));
        known.sum::<f64>() - precision * size
    };
    let (mut low, mut high) = (PRECISIONS.0.ln(), PRECISIONS.1.ln());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(middle.exp()) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low.exp()
}

/// `[rows, inputs + 1]`: x and a last column of ones.
fn with_one(x: &Tensor<2>) -> Tensor<2> {
    let ones = Tensor::ones([x.dims()[0], 1], &x.device());
    Tensor::cat(vec![x.clone(), ones], 1)
}

fn add(sum: &mut [f64], more: &Tensor<2>) {
    for (sum, more) in sum.iter_mut().zip(numbers(more.clone())) {
        *sum += f64::from(more);
    }
}

/// Eigenvectors as the columns of a matrix.
fn columns(eigen: &Eigen) -> Vec<f32> {
    let side = eigen.values.len();
    let entries = (0..side).flat_map(|i| (0..side).map(move |k| (i, k)));
    entries
        .map(|(i, k)| eigen.vectors[k * side + i] as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use synaptree_tasks::Labels;

    use super::super::likelihood::Likelihood;
    use super::*;

    /// Rows of two inputs.
    fn inputs() -> Vec<[f32; 2]> {
        (0..50)
            .map(|i| {
                let t = i as f32;
                [(0.7 * t).sin(), 0.5 * (1.3 * t).cos() + 0.2]
            })
            .collect()
    }

    fn tensor<const N: usize>(rows: &[[f32; N]]) -> Tensor<2> {
        let values = rows.concat();
        Tensor::from_data(TensorData::new(values, [rows.len(), N]), &Device::flex())
    }

    /// Variances of weights and bias of a layer with these deviations by part.
    fn variances(parts: Vec<PosteriorPart>) -> Vec<f64> {
        let posterior = synaptree_nn::WeightPosterior::new(parts);
        ["layer.weight", "layer.bias"]
            .into_iter()
            .flat_map(|path| posterior.deviation(path).unwrap())
            .map(|d| f64::from(d).powi(2))
            .collect()
    }

    /// The inverse of a symmetric positive matrix, column by column by conjugate gradients.
    fn inverse_diagonal(matrix: &[f64], side: usize) -> Vec<f64> {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        (0..side)
            .map(|k| {
                let mut x = vec![0.0; side];
                let mut r = vec![0.0; side];
                r[k] = 1.0;
                let mut p = r.clone();
                for _ in 0..20 * side {
                    let size = dot(&r, &r);
                    if size < 1e-30 {
                        break;
                    }
                    let q: Vec<f64> = matrix.chunks_exact(side).map(|row| dot(row, &p)).collect();
                    let step = size / dot(&p, &q);
                    for i in 0..side {
                        x[i] += step * p[i];
                        r[i] -= step * q[i];
                    }
                    let more = dot(&r, &r) / size;
                    for i in 0..side {
                        p[i] = r[i] + more * p[i];
                    }
                }
                x[k]
            })
            .collect()
    }

    #[test]
    fn a_linear_regression_has_its_exact_posterior() {
        let x = inputs();
        let y = vec![0.1_f32; 2 * x.len()];
        let labels = Labels::Real {
            width: 2,
            values: y,
        };
        let (variance, prior) = ([0.25, 4.0], 0.7);
        let outputs = tensor(&vec![[0.0, 0.0]; x.len()]);
        let hessians = Hessians::new(Likelihood::Gaussian, &outputs, &labels, None, &variance);
        // (X̃ᵀ X̃ / σ² + δ I)⁻¹ of every output.
        let exact: Vec<Vec<f64>> = variance
            .iter()
            .map(|variance| {
                let mut precision = vec![0.0; 9];
                for row in &x {
                    let row = [f64::from(row[0]), f64::from(row[1]), 1.0];
                    for i in 0..3 {
                        for j in 0..3 {
                            precision[3 * i + j] += row[i] * row[j] / variance;
                        }
                    }
                }
                (0..3).for_each(|i| precision[4 * i] += prior);
                inverse_diagonal(&precision, 3)
            })
            .collect();
        for structure in [LaplaceStructure::Full, LaplaceStructure::Kronecker] {
            let mut curvature = Curvature::new(structure, 2, 2);
            curvature.add(&tensor(&x[..20]), &part(&hessians, 0..20));
            curvature.add(&tensor(&x[20..]), &part(&hessians, 20..50));
            let found = variances(curvature.posterior("layer", 1.0, Some(prior)));
            for (n, found) in found.iter().enumerate() {
                let wanted = exact[n % 2][n / 2];
                assert!(
                    (found / wanted - 1.0).abs() < 1e-4,
                    "{structure:?} {n}: {found} {wanted}"
                );
            }
        }
        // The diagonal alone: 1 / (Σ x² / σ² + δ).
        let mut curvature = Curvature::new(LaplaceStructure::Diagonal, 2, 2);
        curvature.add(&tensor(&x), &hessians);
        let found = variances(curvature.posterior("layer", 1.0, Some(prior)));
        let sum: f64 = x.iter().map(|row| f64::from(row[1]).powi(2)).sum();
        assert!((found[3] * (sum / 4.0 + prior) - 1.0).abs() < 1e-4);
    }

    /// The Gaussian Hessians of some rows: they do not depend on the row.
    fn part(hessians: &Hessians, rows: std::ops::Range<usize>) -> Hessians {
        let labels = Labels::Real {
            width: 2,
            values: vec![0.0; 2 * rows.len()],
        };
        let variance = [0, 1].map(|k| hessians.entry(0, k, k).recip());
        let outputs = tensor(&vec![[0.0, 0.0]; rows.len()]);
        Hessians::new(Likelihood::Gaussian, &outputs, &labels, None, &variance)
    }

    #[test]
    fn the_full_curvature_of_a_softmax_is_the_second_derivative_of_its_loss() {
        let x = inputs();
        let classes: Vec<i32> = (0..50).map(|i| i % 3).collect();
        let weights = [0.3, -0.5, 0.1, 1.0, 0.2, -0.7, 0.05, -0.1, 0.4];
        let logits = |w: &[f64; 9], row: &[f32; 2]| {
            let row = [f64::from(row[0]), f64::from(row[1]), 1.0];
            [0, 1, 2].map(|k| (0..3).map(|i| row[i] * w[3 * i + k]).sum::<f64>())
        };
        let loss = |w: &[f64; 9]| -> f64 {
            x.iter()
                .zip(&classes)
                .map(|(row, class)| {
                    let z = logits(w, row);
                    z.iter().map(|z| z.exp()).sum::<f64>().ln() - z[*class as usize]
                })
                .sum()
        };
        let rows: Vec<[f32; 3]> = x
            .iter()
            .map(|row| logits(&weights, row).map(|z| z as f32))
            .collect();
        let labels = Labels::Classes(classes.clone());
        let hessians = Hessians::new(Likelihood::Softmax, &tensor(&rows), &labels, None, &[]);
        let mut curvature = Curvature::new(LaplaceStructure::Full, 2, 3);
        curvature.add(&tensor(&x), &hessians);
        let Kept::Full(found) = &curvature.kept else {
            panic!("a full matrix")
        };
        let step = 1e-4;
        let moved = |i: usize, j: usize, a: f64, b: f64| {
            let mut w = weights;
            w[i] += a * step;
            w[j] += b * step;
            loss(&w)
        };
        for i in 0..9 {
            for j in 0..9 {
                let second =
                    (moved(i, j, 1.0, 1.0) - moved(i, j, 1.0, -1.0) - moved(i, j, -1.0, 1.0)
                        + moved(i, j, -1.0, -1.0))
                        / (4.0 * step * step);
                let found = found[9 * i + j];
                assert!(
                    (found - second).abs() < 1e-3,
                    "{i},{j}: {found} is not {second}"
                );
            }
        }
    }

    #[test]
    fn the_precision_has_the_largest_marginal_likelihood() {
        let values = [0.5, 3.0, 0.0, 120.0];
        let size = 2.5;
        let likelihood = |precision: f64| {
            let known: f64 = values.iter().map(|v| (v + precision).ln()).sum();
            4.0 * precision.ln() - precision * size - known
        };
        let best = best_precision(&values, size);
        for factor in [0.5, 0.9, 1.1, 2.0] {
            assert!(likelihood(best) > likelihood(best * factor), "{best}");
        }
    }
}
