//! A head of your own on the trunk of a network; the losses and metrics are those of a task tree, on plain tensors.
//!
//! Run with `cargo run --release -p synaptree --example custom_head`; it prints what both heads reach.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use synaptree::{
    Draw, Gradients, Key, Kind, Labels, Network, NetworkConfig, NetworkSpec, Optimizer,
    OptimizerSpec, Pass, Purpose, SynapseSpec, TableInput, TableShape, Target, TaskSpec, TaskTree,
    Vocabulary, fill_uniform,
};

const ROWS: usize = 64;

/// A network, and beside its heads one that no setting describes: it sees products of features.
#[derive(Module, Debug)]
struct WithHead {
    body: Network,
    products: Param<Tensor<2>>,
}

impl WithHead {
    fn forward(&self, input: &TableInput, pass: &Pass) -> Vec<Tensor<2>> {
        let features = self.body.represent(input, pass);
        let mut outputs = self.body.heads(features.clone(), pass);
        outputs.push((features.clone() * features).matmul(self.products.val()));
        outputs
    }
}

#[expect(clippy::print_stdout, reason = "an example prints its result")]
pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Is the sum of two numbers positive, and is their product? Every fifth label of the first is missing.
    let mut numbers = vec![0.0; 2 * ROWS];
    fill_uniform(Key::new(7, Purpose::Split, "rows"), 0, 0, 0, &mut numbers);
    for n in &mut numbers {
        *n = 2.0 * *n - 1.0;
    }
    let pairs = || numbers.chunks(2).map(|pair| (pair[0], pair[1]));
    let sums = pairs().enumerate().map(|(i, (a, b))| match i % 5 {
        0 => -1,
        _ => i32::from(a + b > 0.0),
    });
    let labels = [
        Labels::Classes(sums.collect()),
        Labels::Classes(pairs().map(|(a, b)| i32::from(a * b > 0.0)).collect()),
    ];
    let names = || Vocabulary::Classes(vec!["no".into(), "yes".into()]);
    let tasks = ["sum", "product"].map(|name| TaskSpec::new(name, Kind::Binary));
    let tree = TaskTree::new(&tasks, vec![names(), names()], &labels)?;

    let mut config = NetworkConfig {
        table: TableShape {
            numbers: 2,
            categories: vec![],
        },
        network: NetworkSpec {
            trunk: vec![16],
            heads: vec![],
            ..NetworkSpec::default()
        },
        synapses: SynapseSpec::default(),
        heads: tree.head_configs(),
    };
    config.heads.truncate(1); // the network answers `sum`, the head below `product`
    let device = Device::flex().autodiff();
    let mut network = WithHead {
        body: config.init(7, &device)?,
        products: Param::from_data(TensorData::new(vec![0.1_f32; 16], [16, 1]), &device),
    };

    let rows: Vec<u64> = (0..ROWS as u64).collect();
    let input = TableInput::new(&config.table, numbers, vec![], &device)?;
    let targets: Vec<Target> = tree
        .tasks()
        .iter()
        .zip(&labels)
        .map(|(task, labels)| Target::new(labels, task, None, &device))
        .collect();
    let mut optimizer = Optimizer::new(OptimizerSpec::default());
    for step in 0..300 {
        let outputs = network.forward(&input, &Pass::training(Draw::training(7, step), &rows));
        let losses = tree.losses(&outputs, &targets).into_iter().flatten();
        let total = losses
            .map(|loss| loss.value)
            .reduce(|sum, loss| sum + loss)
            .ok_or("no label")?;
        let gradients = Gradients::take(&mut total.backward(), &network);
        network = optimizer.step(network, gradients, 0.01);
    }

    let outputs = network.forward(&input, &Pass::mean(&rows));
    let evaluation = tree.evaluate(&tree.distributions(&outputs), &labels);
    for (name, task) in &evaluation.tasks {
        let accuracy = evaluation.metric(name, "accuracy").ok_or("no accuracy")?;
        println!("{name}: {accuracy:.3} of {} labels right", task.observed);
        assert!(accuracy > 0.9);
    }
    assert!(evaluation.tasks["sum"].observed < ROWS);
    Ok(())
}
