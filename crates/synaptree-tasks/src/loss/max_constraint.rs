//! The max-constraint loss of a label hierarchy.

use burn::tensor::activation::log_sigmoid;
use burn::tensor::{Int, Tensor, TensorData};

use crate::coherence::max_constraint::winners;
use crate::hierarchy::Hierarchy;

/// The logits of the max-constraint module: every node takes the largest logit among its
/// descendants, itself included, so that a parent is never less probable than its child.
///
/// The winners are found on plain numbers in one sweep over the edges, `O(rows · edges)`; the
/// result is one differentiable gather.
///
/// # Shapes
///
/// - `logits`: `[rows, nodes]`
/// - result: `[rows, nodes]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::{Hierarchy, loss::max_constraint_logits};
///
/// let animals = Hierarchy::from_edges([("animal", "bird"), ("animal", "cat")]).unwrap();
/// let logits = Tensor::<2>::from_data([[-1.0, 2.0, 0.5]], &Device::flex());
/// let raised = max_constraint_logits(logits, &animals).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(raised, [2.0, 2.0, 0.5]);
/// ```
///
/// # References
///
/// Giunchiglia, Lukasiewicz: Coherent Hierarchical Multi-Label Classification Networks, 2020,
/// [arXiv:2010.10151](https://arxiv.org/abs/2010.10151), equation 1.
pub fn max_constraint_logits(logits: Tensor<2>, hierarchy: &Hierarchy) -> Tensor<2> {
    let winners = winners(&plain(&logits), None, hierarchy);
    gather(logits, winners)
}

/// The loss of C-HMCNN(h) from logits `h` and signs `y` (1 for a node that holds, −1 otherwise;
/// sets closed upward).
///
/// ```text
/// l_A = −log σ(max_{B ∈ D_A, y_B = 1} h_B)     where y_A = 1
/// l_A = −log σ(−max_{B ∈ D_A} h_B)             where y_A = −1
/// ```
///
/// `D_A` are the descendants of `A` with `A` itself. The mean is over all rows and nodes, roots
/// among them, as the paper's code has it: its learning rates belong to that scale.
///
/// # Shapes
///
/// - `logits`, `signs`: `[rows, nodes]`
/// - result: `[rows, nodes]`
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_tasks::{Hierarchy, loss::max_constraint};
///
/// let animals = Hierarchy::from_edges([("animal", "bird"), ("animal", "cat")]).unwrap();
/// let device = Device::flex();
/// let logits = Tensor::<2>::from_data([[-1.0, 2.0, 0.5]], &device);
/// let cat = Tensor::<2>::from_data([[1.0, -1.0, 1.0]], &device);
/// let terms = max_constraint(logits, cat, &animals).into_data().try_into_vec::<f32>().unwrap();
/// // `animal` is held up by `cat`, not by the wrong `bird`.
/// assert!((terms[0] - (1.0 + (-0.5_f32).exp()).ln()).abs() < 1e-6);
/// assert!((terms[1] - (1.0 + 2.0_f32.exp()).ln()).abs() < 1e-6);
/// ```
///
/// # References
///
/// Giunchiglia, Lukasiewicz: Coherent Hierarchical Multi-Label Classification Networks, 2020,
/// [arXiv:2010.10151](https://arxiv.org/abs/2010.10151), equation 2.
///
/// # Differences
///
/// Computed from logits, so no logarithm is cut off (the authors' code cuts at −100); where
/// several descendants tie, the gradient goes to one of them.
pub fn max_constraint(logits: Tensor<2>, signs: Tensor<2>, hierarchy: &Hierarchy) -> Tensor<2> {
    let values = plain(&logits);
    let holds: Vec<bool> = plain(&signs).iter().map(|&sign| sign > 0.0).collect();
    let mut chosen = winners(&values, None, hierarchy);
    for ((chosen, held), &holds) in chosen
        .iter_mut()
        .zip(winners(&values, Some(&holds), hierarchy))
        .zip(&holds)
    {
        if holds {
            *chosen = held;
        }
    }
    -log_sigmoid(gather(logits, chosen) * signs)
}

fn plain(tensor: &Tensor<2>) -> Vec<f32> {
    tensor.to_data().iter::<f32>().collect()
}

fn gather(logits: Tensor<2>, columns: Vec<i32>) -> Tensor<2> {
    let shape = logits.dims();
    let columns = Tensor::<2, Int>::from_data(TensorData::new(columns, shape), &logits.device());
    logits.gather(1, columns)
}
