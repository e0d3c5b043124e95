//! The curvature of the negative log-likelihood of a label in the outputs of its head.

use burn::tensor::{Tensor, activation};
use synaptree_tasks::{ClassWeights, Kind, Labels, LossSpec, Task, Vocabulary};

/// The probability of a label given the outputs of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likelihood {
    /// One class, by the softmax of the outputs.
    Softmax,
    /// Yes or no for every output, by its logistic function.
    Bernoulli,
    /// A Gaussian around every output.
    Gaussian,
}

impl Likelihood {
    /// The likelihood that a loss is the negative logarithm of; `None` where it is that of none of these.
    pub(super) fn of(kind: Kind, loss: &LossSpec) -> Option<Self> {
        let plain = loss.label_smoothing() == 0.0
            && loss
                .class_weights()
                .is_none_or(|weights| *weights == ClassWeights::default());
        match (kind, loss) {
            (Kind::Binary, LossSpec::CrossEntropy { .. } | LossSpec::BinaryCrossEntropy { .. })
            | (Kind::Multilabel, LossSpec::BinaryCrossEntropy { .. })
                if plain =>
            {
                Some(Self::Bernoulli)
            }
            (Kind::Multiclass, LossSpec::CrossEntropy { .. }) if plain => Some(Self::Softmax),
            (Kind::Regression, LossSpec::SquaredError { .. }) => Some(Self::Gaussian),
            _ => None,
        }
    }
}

/// The Hessians of rows: `diag(own) − p pᵀ · weight` for a softmax, else `diag(own)`.
pub(super) struct Hessians {
    pub(super) outputs: usize,
    /// `[rows, outputs]`.
    own: Vec<f64>,
    /// Probabilities `[rows, outputs]` and the weight of every row.
    shared: Option<(Vec<f64>, Vec<f64>)>,
}

impl Hessians {
    /// Those of the rows of one head. `variance` is that of every output of a Gaussian.
    pub(super) fn new(
        likelihood: Likelihood,
        outputs: &Tensor<2>,
        labels: &Labels,
        row_weight: Option<&[f32]>,
        variance: &[f64],
    ) -> Self {
        let [_, width] = outputs.dims();
        let seen = |index: usize| {
            let (row, column) = (index / width, index % width);
            let weight = row_weight.map_or(1.0, |weights| f64::from(weights[row]));
            if observed(labels, row, column) {
                weight
            } else {
                0.0
            }
        };
        let read = |tensor: Tensor<2>| numbers(tensor).into_iter().map(f64::from);
        let (own, shared) = match likelihood {
            Likelihood::Softmax => {
                let shares: Vec<f64> = read(activation::softmax(outputs.clone(), 1)).collect();
                let own = shares
                    .iter()
                    .enumerate()
                    .map(|(i, p)| seen(i) * p)
                    .collect();
                let rows = (0..shares.len()).step_by(width).map(seen).collect();
                (own, Some((shares, rows)))
            }
            Likelihood::Bernoulli => {
                let yes = read(activation::sigmoid(outputs.clone())).enumerate();
                (yes.map(|(i, p)| seen(i) * p * (1.0 - p)).collect(), None)
            }
            Likelihood::Gaussian => {
                let all = 0..outputs.dims()[0] * width;
                (all.map(|i| seen(i) / variance[i % width]).collect(), None)
            }
        };
        Self {
            outputs: width,
            own,
            shared,
        }
    }

    /// Entry `(k, l)` of the Hessian of a row.
    pub(super) fn entry(&self, row: usize, k: usize, l: usize) -> f64 {
        let at = row * self.outputs;
        let own = if k == l { self.own[at + k] } else { 0.0 };
        match &self.shared {
            Some((p, weight)) => own - weight[row] * p[at + k] * p[at + l],
            None => own,
        }
    }

    /// Column `k` of a factor S of the Hessian of a row, `Hessian = S Sᵀ`.
    pub(super) fn factor(&self, row: usize, k: usize, out: &mut [f32]) {
        let at = row * self.outputs;
        match &self.shared {
            // diag(p) − p pᵀ = Σₖ √pₖ (eₖ − p) (√pₖ (eₖ − p))ᵀ
            Some((p, weight)) => {
                let root = (weight[row] * p[at + k]).sqrt();
                for (l, out) in out.iter_mut().enumerate() {
                    let unit = if l == k { 1.0 } else { 0.0 };
                    *out = (root * (unit - p[at + l])) as f32;
                }
            }
            None => out[k] = self.own[at + k].sqrt() as f32,
        }
    }
}

/// Sum of squares and number of the residuals of every output of a regression, standardised as its outputs are.
pub(super) fn residuals(task: &Task, outputs: &Tensor<2>, labels: &Labels) -> Vec<(f64, f64)> {
    let (Vocabulary::Real { mean, std, .. }, Labels::Real { width, values }) =
        (&task.vocabulary, labels)
    else {
        return Vec::new();
    };
    let mut sums = vec![(0.0, 0.0); *width];
    for (i, (value, output)) in values.iter().zip(numbers(outputs.clone())).enumerate() {
        if !value.is_nan() {
            let column = i % width;
            let wanted = (value - mean[column]) / std[column];
            sums[column].0 += f64::from(wanted - output).powi(2);
            sums[column].1 += 1.0;
        }
    }
    sums
}

fn observed(labels: &Labels, row: usize, column: usize) -> bool {
    match labels {
        Labels::Real { width, values } => !values[row * width + column].is_nan(),
        Labels::Nodes { width, values } => values[row * width + column] < 2,
        whole => whole.is_observed(row),
    }
}

pub(super) fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn factors_multiply_to_the_hessians_and_missing_labels_have_none() {
        let outputs = Tensor::<2>::from_data([[0.3, -1.0, 2.0], [5.0, 0.0, 0.5]], &Device::flex());
        let nodes = Labels::Nodes {
            width: 3,
            values: vec![1, 2, 0, 2, 1, 1],
        };
        let cases = [
            (Likelihood::Softmax, Labels::Classes(vec![2, -1])),
            (Likelihood::Bernoulli, nodes),
        ];
        for (likelihood, labels) in cases {
            let hessians = Hessians::new(likelihood, &outputs, &labels, Some(&[2.0, 0.5]), &[]);
            for row in 0..2 {
                for k in 0..3 {
                    for l in 0..3 {
                        let product: f32 = (0..3)
                            .map(|column| {
                                let mut s = [0.0; 3];
                                hessians.factor(row, column, &mut s);
                                s[k] * s[l]
                            })
                            .sum();
                        let entry = hessians.entry(row, k, l);
                        assert!((f64::from(product) - entry).abs() < 1e-6, "{row},{k},{l}");
                    }
                }
            }
            assert_eq!(hessians.entry(1, 0, 0), 0.0);
        }
        let p = 1.0 / (1.0 + (-0.3_f64).exp());
        let yes = Labels::Classes(vec![1]);
        let one = outputs.slice([0..1, 0..1]);
        let hessian = Hessians::new(Likelihood::Bernoulli, &one, &yes, None, &[]).entry(0, 0, 0);
        assert!((hessian - p * (1.0 - p)).abs() < 1e-6);
    }
}
