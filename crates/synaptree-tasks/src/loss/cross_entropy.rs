//! Negative log-likelihood of the class.

use burn::tensor::{Int, Tensor};

/// The negative log-probability of the class of each row.
///
/// ```text
/// l_i = −log p_i[class_i]
/// ```
///
/// This is the term of one row. Where a task has label smoothing `s` and class weights `w`, its
/// loss follows PyTorch: `(1 − s) · w_y · l + s/K · Σ_c w_c · (−log p_c)`, divided by the sum of
/// `w_y` over the rows.
///
/// # Shapes
///
/// - `log_probabilities`: `[rows, classes]`, as `log_softmax` returns them
/// - `classes`: `[rows, 1]`
/// - result: `[rows, 1]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Int, Tensor, activation::log_softmax};
/// use synaptree_tasks::loss::cross_entropy;
///
/// let device = Device::flex();
/// let logits = Tensor::<2>::from_data([[1000.0, 0.0], [0.0, 0.0]], &device);
/// let classes = Tensor::<2, Int>::from_data([[1], [0]], &device);
/// let terms = cross_entropy(log_softmax(logits, 1), classes).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(terms[0], 1000.0);
/// assert!((terms[1] - 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// PyTorch, [`CrossEntropyLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html).
pub fn cross_entropy(log_probabilities: Tensor<2>, classes: Tensor<2, Int>) -> Tensor<2> {
    -log_probabilities.gather(1, classes)
}
