//! How much each row or entry counts in a mean.

use burn::tensor::{Device, Tensor, TensorData};

/// How much each row, or each entry of a row, counts in a mean: mask and weight in one.
///
/// ```text
/// mean(terms) = Σ w · terms / Σ w
/// ```
///
/// Where nothing counts ([`Weights::total`] is 0) there is no mean: it is NaN.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::loss::Weights;
///
/// let device = Device::flex();
/// let terms = Tensor::<2>::from_data([[1.0, 5.0], [3.0, 100.0]], &device);
/// let observed = Weights::entries(&[1.0, 1.0, 1.0, 0.0], [2, 2], &device);
/// assert_eq!(observed.mean(terms).into_scalar::<f32>(), 3.0);
/// ```
#[derive(Clone, Debug)]
pub struct Weights {
    /// `[rows, 1]` or `[rows, columns]`; `None` where everything counts 1.
    tensor: Option<Tensor<2>>,
    total: f64,
}

impl Weights {
    /// A weight for each row of terms with that many columns.
    pub fn rows(weights: &[f32], columns: usize, device: &Device) -> Self {
        let total = columns as f64 * weights.iter().map(|&weight| f64::from(weight)).sum::<f64>();
        let even = weights.iter().all(|&weight| weight == 1.0);
        let tensor = (!even).then(|| {
            Tensor::from_data(
                TensorData::new(weights.to_vec(), [weights.len(), 1]),
                device,
            )
        });
        Self { tensor, total }
    }

    /// A weight for each entry, row-major.
    pub fn entries(weights: &[f32], shape: [usize; 2], device: &Device) -> Self {
        let total = weights.iter().map(|&weight| f64::from(weight)).sum();
        let tensor = Tensor::from_data(TensorData::new(weights.to_vec(), shape), device);
        Self {
            tensor: Some(tensor),
            total,
        }
    }

    /// The sum of the weights of all entries: what [`Weights::mean`] divides by.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The weighted mean of `terms`, `[rows, columns]` to `[1]`.
    pub fn mean(&self, terms: Tensor<2>) -> Tensor<1> {
        self.sum(terms) / self.total
    }

    /// The weighted sum of `terms`, `[rows, columns]` to `[1]`.
    pub fn sum(&self, terms: Tensor<2>) -> Tensor<1> {
        match &self.tensor {
            Some(weights) => sum(terms * weights.clone()),
            None => sum(terms),
        }
    }

    /// The weighted mean from an operator that sums weighted terms by itself.
    pub(crate) fn mean_of_sum(
        &self,
        sum: impl FnOnce(Option<Tensor<2>>) -> Tensor<1>,
    ) -> Tensor<1> {
        sum(self.tensor.clone()) / self.total
    }

    /// The mean of terms that were weighted already.
    pub(crate) fn mean_of_weighted(&self, terms: Tensor<2>) -> Tensor<1> {
        sum(terms) / self.total
    }
}

/// Sums rows first: the order of additions then depends on the shape alone, also where the whole
/// is large enough for the backend to divide it among threads.
fn sum(terms: Tensor<2>) -> Tensor<1> {
    if terms.dims()[1] == 1 {
        terms.sum()
    } else {
        terms.sum_dim(1).sum()
    }
}
