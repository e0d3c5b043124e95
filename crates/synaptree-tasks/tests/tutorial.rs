//! The tutorial's linear hierarchical multi-task classifier is a network without a trunk.
//!
//! Its update, for each task in order over the rows that have a label (`y != -1`):
//!
//! ```python
//! error = X_task @ weights[task] - y_task
//! weights[task] -= learning_rate * X_task.T @ error
//! for parent in hierarchy[task]:
//!     weights[parent] -= 0.5 * learning_rate * X_task.T @ error
//! ```
//!
//! # Differences
//!
//! - The tutorial's −1 means both "missing" and "negative", so it never learns from a negative
//!   row. Ours is a mask: with every −1 missing the update is the tutorial's, and negative rows
//!   can be had too.
//! - The tutorial has no bias: ours is kept at 0 here.
//! - `squared_error` has no factor of one half: its step is the tutorial's at half the learning
//!   rate.

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use synaptree_nn::{
    EdgeKind, Network, NetworkConfig, NetworkSpec, Pass, SynapseSpec, TableInput, TableShape,
    load_parameters, parameters,
};
use synaptree_tasks::{
    Kind, Labels, LossChoice, LossSpec, Reduction, Target, TaskSpec, TaskTree, Vocabulary,
};

const ROWS: usize = 12;
const FEATURES: usize = 5;
const TASKS: usize = 3;
const LEARNING_RATE: f64 = 0.01;

/// A few numbers without a pattern.
fn number(index: usize) -> f64 {
    ((index * 7919 + 104_729) % 2003) as f64 / 1001.5 - 1.0
}

fn features() -> Vec<f64> {
    (0..ROWS * FEATURES).map(number).collect()
}

/// −1 and 1, as the tutorial draws them.
fn answers() -> Vec<Vec<f64>> {
    let answer = |index: usize| if number(500 + index) > 0.0 { 1.0 } else { -1.0 };
    (0..TASKS)
        .map(|task| (0..ROWS).map(|row| answer(task * ROWS + row)).collect())
        .collect()
}

/// The tutorial's `fit`, with the mask apart from the answers.
fn tutorial(
    mut weights: Vec<Vec<f64>>,
    answers: &[Vec<f64>],
    observed: &[Vec<bool>],
    epochs: usize,
) -> Vec<Vec<f64>> {
    let x = features();
    let hierarchy: [&[usize]; TASKS] = [&[], &[0], &[0]];
    for _ in 0..epochs {
        for task in 0..TASKS {
            let mut step = [0.0; FEATURES];
            for row in (0..ROWS).filter(|&row| observed[task][row]) {
                let x = &x[row * FEATURES..(row + 1) * FEATURES];
                let predicted: f64 = x.iter().zip(&weights[task]).map(|(x, w)| x * w).sum();
                let error = predicted - answers[task][row];
                step.iter_mut()
                    .zip(x)
                    .for_each(|(step, x)| *step += x * error);
            }
            let receivers = [(task, 1.0)];
            let parents = hierarchy[task].iter().map(|&parent| (parent, 0.5));
            for (receiver, share) in receivers.into_iter().chain(parents) {
                for (weight, step) in weights[receiver].iter_mut().zip(step) {
                    *weight -= share * LEARNING_RATE * step;
                }
            }
        }
    }
    weights
}

fn tree(labels: &[Labels]) -> TaskTree {
    let loss = LossChoice::Settings(LossSpec::SquaredError {
        reduction: Reduction::Sum,
    });
    let task = |index: usize| TaskSpec {
        loss: Some(loss.clone()),
        edge: if index == 0 {
            EdgeKind::Shortcut
        } else {
            EdgeKind::Pull
        },
        share: if index == 0 { 1.0 } else { 0.5 },
        parent: (index > 0).then(|| "task-0".into()),
        ..TaskSpec::new(format!("task-{index}"), Kind::Binary)
    };
    let specs: Vec<TaskSpec> = (0..TASKS).map(task).collect();
    let names = Vocabulary::Classes(vec!["-1".into(), "1".into()]);
    TaskTree::new(&specs, vec![names; TASKS], labels).unwrap()
}

fn weights_of(network: &Network) -> Vec<Vec<f64>> {
    parameters(network)
        .into_iter()
        .filter(|(path, ..)| path.ends_with("weight"))
        .map(|(_, _, data)| data.iter::<f32>().map(f64::from).collect())
        .collect()
}

/// The same number of full-batch steps with the network and the task tree.
fn ours(
    answers: &[Vec<f64>],
    observed: &[Vec<bool>],
    epochs: usize,
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let device = Device::flex().autodiff();
    let labels: Vec<Labels> = answers
        .iter()
        .zip(observed)
        .map(|(answers, observed)| {
            let class = |(&answer, &seen): (&f64, &bool)| match (seen, answer > 0.0) {
                (false, _) => -1,
                (true, positive) => i32::from(positive),
            };
            Labels::Classes(answers.iter().zip(observed).map(class).collect())
        })
        .collect();
    let tree = tree(&labels);
    let config = NetworkConfig {
        table: TableShape {
            numbers: FEATURES,
            categories: vec![],
        },
        network: NetworkSpec {
            trunk: vec![],
            heads: vec![],
            ..NetworkSpec::default()
        },
        synapses: SynapseSpec::default(),
        heads: tree.head_configs(),
    };
    let mut network = config.init(7, &device).unwrap();
    let start = weights_of(&network);
    let numbers = features().iter().map(|&x| x as f32).collect();
    let input = TableInput::new(&config.table, numbers, vec![], &device).unwrap();
    let rows: Vec<u64> = (0..ROWS as u64).collect();
    for _ in 0..epochs {
        let outputs = network.forward(&input, &Pass::mean(&rows));
        let targets: Vec<Target> = labels
            .iter()
            .zip(tree.tasks())
            .map(|(labels, task)| Target::new(labels, task, None, &device))
            .collect();
        let losses = tree.losses(&outputs, &targets).into_iter().flatten();
        let total = losses
            .map(|loss| loss.value)
            .reduce(|sum, loss| sum + loss)
            .unwrap();
        let gradients = GradientsParams::from_grads(total.backward(), &network);
        let moved = parameters(&network)
            .into_iter()
            .map(|(path, id, data)| {
                if !path.ends_with("weight") {
                    return (path, id, data);
                }
                let weight = Tensor::<2>::from_data(data, &device.clone().inner());
                let step = gradients.get::<2>(id).unwrap() * (LEARNING_RATE / 2.0);
                let moved: TensorData = (weight - step).into_data();
                (path, id, moved)
            })
            .collect();
        network = load_parameters(network, moved).unwrap();
    }
    (start, weights_of(&network))
}

fn assert_close(found: &[Vec<f64>], expected: &[Vec<f64>]) {
    assert_eq!(found.len(), TASKS);
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }
}

#[test]
fn the_update_is_the_tutorials_where_minus_one_is_missing() {
    let answers = answers();
    let observed: Vec<Vec<bool>> = answers
        .iter()
        .map(|task| task.iter().map(|&y| y != -1.0).collect())
        .collect();
    let (start, found) = ours(&answers, &observed, 10);
    let expected = tutorial(start.clone(), &answers, &observed, 10);
    assert_close(&found, &expected);
    assert!(
        (found[0][0] - start[0][0]).abs() > 1e-3,
        "something was learned"
    );
}

#[test]
fn negative_rows_are_learned_from_where_a_mask_says_what_is_missing() {
    let answers = answers();
    let observed: Vec<Vec<bool>> = (0..TASKS)
        .map(|task| (0..ROWS).map(|row| (row + task) % 4 != 0).collect())
        .collect();
    let (start, found) = ours(&answers, &observed, 10);
    assert_close(&found, &tutorial(start, &answers, &observed, 10));
}
